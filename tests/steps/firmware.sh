# Images for eight boards: code bytes against the record; the emulated ones answer on pseudo-terminals and run the calibration suite.
#
#   FIRMWARE_WRITE=1 bash tests/run firmware     writes the record anew
#
# Nothing runs on real hardware here. Another compiler's code may be 2 % larger than the record.
hold firmware
need_package qemu-system-arm qemu-system-arm
need_package qemu-system-riscv32 qemu-system-misc
need_package readelf binutils

record=crates/firmware/sizes.csv
found=$logs/firmware-sizes.csv
images=$target/firmware/images
emulated=(qemu-m4 qemu-m0 qemu-rv32)
real=(nucleo-l4r5zi nrf52840-dk rpi-pico rpi-pico2 esp32c3)
declare -A triples=(
  [qemu-m4]=thumbv7em-none-eabihf [qemu-m0]=thumbv6m-none-eabi [qemu-rv32]=riscv32imc-unknown-none-elf
  [nucleo-l4r5zi]=thumbv7em-none-eabihf [nrf52840-dk]=thumbv7em-none-eabihf [rpi-pico]=thumbv6m-none-eabi
  [rpi-pico2]=thumbv8m.main-none-eabihf [esp32c3]=riscv32imc-unknown-none-elf
)
mkdir -p "$images"

cargo_firmware() {
  local command=$1 board=$2
  cargo "$command" --manifest-path crates/firmware/Cargo.toml --target-dir "$target/firmware" --locked \
    --target "${triples[$board]}" --features "$board" "${@:3}"
}
# build BOARD: its three images, without a warning, into images/BOARD-IMAGE. One folder for all boards: what they share is
# built once.
build() {
  local board=$1 image output
  output=$(cargo_firmware build "$board" --quiet --release 2>&1) || { echo "$output"; return 1; }
  if [ -n "$output" ]; then echo "$output"; return 1; fi
  for image in protocol suite budget; do
    cp "$target/firmware/${triples[$board]}/release/$image" "$images/$board-$image"
  done
}
build_for_energy() {
  cargo_firmware build "$1" --quiet --release --features energy --bin protocol
  cp "$target/firmware/${triples[$1]}/release/protocol" "$images/$1-energy-protocol"
}
# Another model than the default: what the build variable is for.
build_with_model() {
  JOULEGRAM_MODEL=../../fixtures/models/$2.tflite cargo_firmware build "$1" --quiet --release --bin protocol
  cp "$target/firmware/${triples[$1]}/release/protocol" "$images/$1-$2-protocol"
}
# Bytes that are flashed: sections with contents that are loaded.
bytes() {
  local size total=0
  for size in $(readelf -SW "$1" | sed -n 's/^ *\[ *[0-9]*\] *[^ ]* *PROGBITS  *[0-9a-f]* [0-9a-f]* \([0-9a-f]*\) [0-9a-f]* *[WX]*A.*/\1/p'); do
    total=$((total + 16#$size))
  done
  echo "$total"
}
measure() {
  local image
  for image in protocol suite budget; do echo "$1,$image,$(bytes "$images/$1-$image")"; done
}
recorded() { awk -F, -v board="$1" -v image="$2" '$1 == board && $2 == image { print $3 }' "$record"; }
within_the_record() {
  local board image now was
  while IFS=, read -r board image now; do
    was=$(recorded "$board" "$image")
    echo "$board $image: $now bytes, recorded ${was:?}"
    [ "$now" -le $((was * 102 / 100)) ]
  done < <(tail -n +2 "$1")
}
# Its second stage loader and image definition are where the boot ROM looks.
starts_where_the_rom_looks() {
  readelf -SW "$images/rpi-pico-protocol" | grep -E '\.boot2 +PROGBITS +10000000 [0-9a-f]+ 000100 '
  readelf -SW "$images/rpi-pico2-protocol" | grep -E '\.start_block +PROGBITS +10000[0-9a-f]{3} '
}

echo "board,image,bytes" >"$found"
check "format" cargo fmt --manifest-path crates/firmware/Cargo.toml --check
for board in "${emulated[@]}" "${real[@]}"; do
  need_target "${triples[$board]}"
  check "the images for $board" build "$board"
  measure "$board" >>"$found"
done
for board in "${emulated[@]}"; do
  check "the image for energy for $board" build_for_energy "$board"
done
for model in vww ic ad; do
  check "the image with $model for qemu-m4" build_with_model qemu-m4 "$model"
done
for board in qemu-m4 qemu-rv32; do
  check "lints for $board" cargo_firmware clippy "$board" --release -- -D warnings
done
export JOULEGRAM_IMAGES=$images
tests "emulated boards on pseudo-terminals" cargo test --release -p joulegram-tests --test board -- --test-threads=2
check "where Pico and Pico 2 look for a program" starts_where_the_rom_looks
if [ -n "${FIRMWARE_WRITE:-}" ]; then cp "$found" "$record"; fi
check "bytes at most 2 % above the record" within_the_record "$found"
say "  $(grep -c . "$found") lines of sizes in $found"
