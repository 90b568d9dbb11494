# Profiles of three emulated boards from micro-benchmarks alone: within 5 % of the instructions of four models that they have not run.
hold firmware
need_package qemu-system-arm qemu-system-arm
need_package qemu-system-riscv32 qemu-system-misc
for triple in thumbv7em-none-eabihf thumbv6m-none-eabi riscv32imc-unknown-none-elf; do need_target "$triple"; done

declare -A processors=([qemu-m4]=cortex-m4 [qemu-m0]=cortex-m0 [qemu-rv32]=rv32imc)
profiles=$target/calibrate
mkdir -p "$profiles"

check "the command line" cargo build --quiet --release
calibrate() { "$target/release/joulegram" calibrate --emulator "$1" --out "$profiles/$1.json" --format csv; }
predicted() {
  "$target/release/joulegram" estimate "fixtures/models/$2.tflite" --device "$profiles/$1.json" --format json |
    awk '/"instructions_per_inference": \{/ { found = 1 } found && /"mode":/ { gsub(/[^0-9.]/, ""); printf "%.0f\n", $0; exit }'
}
within_5_percent() {
  local predicted=$1 counted=$2
  echo "$predicted predicted, $counted counted"
  [ $((predicted * 20)) -ge $((counted * 19)) ] && [ $((predicted * 20)) -le $((counted * 21)) ]
}
for board in qemu-m4 qemu-m0 qemu-rv32; do
  check "the calibration of $board" calibrate "$board"
  for model in kws vww ic ad; do
    counted=$(awk -F, -v target="${processors[$board]}" -v model="$model" '$1 == target && $2 == model { print $3 }' tests/counts/record.csv)
    now=$(predicted "$board" "$model")
    say "$board,$model,$now predicted,$counted counted"
    check "$model on $board within 5 %" within_5_percent "${now:-0}" "$counted"
  done
done

# The same board at a pseudo-terminal, as one on a cable: the same profile.
live() {
  local folder=$profiles/live terminal qemu status=0
  rm -rf "$folder"
  mkdir "$folder"
  mkfifo "$folder/monitor"
  qemu-system-arm -M mps2-an386 -icount shift=7,sleep=off -display none -monitor stdio -serial pty -S \
    -kernel "$target/firmware/thumbv7em-none-eabihf/release/suite" <>"$folder/monitor" >"$folder/said" 2>&1 &
  qemu=$!
  for _ in $(seq 50); do
    terminal=$(sed -n 's/.*redirected to \([^ ]*\).*/\1/p' "$folder/said")
    [ -z "$terminal" ] || break
    sleep 0.1
  done
  # It goes on when the port is open.
  { sleep 1; echo cont >"$folder/monitor"; } &
  "$target/release/joulegram" calibrate --port "${terminal:?}" --out "$folder/qemu-m4.json" --format csv || status=1
  kill "$qemu"
  wait "$qemu" || true
  return "$status"
}
cost() { sed -n '/"cost"/,/"active_watts"/p' "$1"; }
check "the image for a board on a cable" cargo build --quiet --release --locked --manifest-path crates/firmware/Cargo.toml \
  --target-dir "$target/firmware" --bin suite --features qemu-m4 --target thumbv7em-none-eabihf
check "qemu-m4 at a port" live
check "the profile is the emulator's" diff <(cost "$profiles/qemu-m4.json") <(cost "$profiles/live/qemu-m4.json")

# Of this machine, in time. Printed only: no test is decided by seconds.
of_this_machine() {
  local against=() model
  for model in kws vww ic ad; do against+=(--against "fixtures/models/$model.tflite"); done
  "$target/release/joulegram" calibrate --self "${against[@]}" --out "$profiles/this-machine.json"
}
check "the calibration of this machine" of_this_machine
while read -r line; do say "  $line"; done < <(sed -n '/^Models that the suite does not contain/,/^$/p' "$log")
