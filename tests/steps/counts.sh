# Instructions of an inference, counted on emulated processors, against the record; every tensor there against the golden bytes.
#
# A count is exact: the same compiler's code gives the same number everywhere. The test leaves 1 % for another compiler's
# code, to whole models and to each of their layers. A change that is meant, up or down, is recorded by
#
#   COUNTS_WRITE=1 bash tests/run counts
#
# which writes whole models to tests/counts/record.csv, and these and all layers to benchmarks/record/PROCESSOR/DATE.csv,
# the newest of which is the record.
need_package qemu-system-arm qemu-system-arm
need_package qemu-system-riscv32 qemu-system-misc
need_package readelf binutils

record=tests/counts/record.csv
processors=(cortex-m4 cortex-m7 cortex-m33 cortex-m3 cortex-m0 rv32imc)
declare -A triples=(
  [cortex-m4]=thumbv7em-none-eabihf [cortex-m7]=thumbv7em-none-eabihf [cortex-m33]=thumbv8m.main-none-eabihf
  [cortex-m3]=thumbv7m-none-eabi [cortex-m0]=thumbv6m-none-eabi [rv32imc]=riscv32imc-unknown-none-elf
)
# Cortex-M33's DSP extension is not in its target's name.
declare -A flags=([cortex-m33]="-C target-cpu=cortex-m33")
declare -A machines=(
  [cortex-m4]="arm -M mps2-an386 -cpu cortex-m4 -icount shift=7"
  [cortex-m7]="arm -M mps2-an500 -cpu cortex-m7 -icount shift=7"
  [cortex-m33]="arm -M mps2-an505 -cpu cortex-m33 -icount shift=7"
  [cortex-m3]="arm -M mps2-an385 -cpu cortex-m3 -icount shift=7"
  # This board's processor runs ARMv6-M code as it is.
  [cortex-m0]="arm -M mps2-an385 -cpu cortex-m3 -icount shift=7"
  [rv32imc]="riscv32 -M virt -cpu rv32 -bios none -icount shift=0"
)

image_of() { printf '%s/counts/%s/release/joulegram-counts' "$target" "${triples[$1]}"; }
build() {
  RUSTFLAGS=${flags[$1]:-} cargo build --quiet --release --manifest-path tests/counts/Cargo.toml --target-dir "$target/counts" \
    --target "${triples[$1]}"
}
run_on() {
  local machine
  read -ra machine <<<"${machines[$1]}"
  timeout 300 "qemu-system-${machine[0]}" "${machine[@]:1}" -nographic \
    -semihosting-config enable=on,target=native -kernel "$(image_of "$1")" | tr -d '\r'
}
# Every operator of the four models, three inputs and both roundings; order aside.
gives_the_golden_bytes() {
  diff <(awk -F, '$1 ~ /^(ad|ic|kws|vww)$/ { NF = 7; print }' OFS=, fixtures/golden/golden.csv | sort) \
    <(grep -E '^(ad|ic|kws|vww),' "$1" | sort)
}
# What the counted run gave is the output of the last operator.
counted_the_golden_output() {
  diff <(awk -F, '$2 == 0 && $3 == "tflm" && $1 ~ /^(ad|ic|kws|vww)$/ { last[$1] = $7 }
      END { for (model in last) print "output," model "," last[model] }' fixtures/golden/golden.csv | sort) \
    <(grep '^output,' "$1" | sort)
}
at_most() { echo "$1 of at most $2"; [ "$1" -le "$2" ]; }
newest() { find "benchmarks/record/$1" -name '*.csv' | sort | tail -n 1; }
# The counts of whole models and of their layers: model,layer,instructions.
counted() {
  awk -F, -v OFS=, '$1 == "instructions" { print $2, "all", $3 } $1 == "layer" { print $2, $3, $4 }' "$1"
}
# A timer's tick is coarser than an instruction: 20 more are no growth.
grew_by_no_more_than_1_percent() {
  local file
  file=$(newest "$1")
  awk -F, 'NR == FNR { if (FNR > 1) { was[$1 "," $2] = $3; left++ } next }
    { here = $1 "," $2; if (!(here in was)) { print here " is not in the record"; bad = 1; next }
      left--; if ($3 > was[here] * 1.01 + 20) { print here ": " $3 ", recorded " was[here]; bad = 1 } }
    END { if (left) print left " of the record are missing"; exit bad || left != 0 }' "$file" <(counted "$2")
}
record_line() {
  awk -F, -v OFS=, -v line="$1" 'BEGIN { split(line, new, ",") } $1 == new[1] && $2 == new[2] { $0 = line } { print }' \
    "$record" >"$record.new"
  mv "$record.new" "$record"
}
write_record() {
  mkdir -p "benchmarks/record/$1"
  { echo model,layer,instructions,rustc; counted "$2" | sed "s/$/,$compiler/"; } >"benchmarks/record/$1/$(date +%F).csv"
}
recorded() { awk -F, -v target="$1" -v what="$2" '$1 == target && $2 == what { print $3 }' "$record"; }
text_bytes() { echo $((16#$(readelf -SW "$1" | sed -n 's/.* \.text  *PROGBITS  *[0-9a-f]* [0-9a-f]* \([0-9a-f]*\) .*/\1/p'))); }
compiler=$(rustc --version | cut -d' ' -f2)

for processor in "${processors[@]}"; do
  need_target "${triples[$processor]}"
  check "the image for $processor" build "$processor"
  check "the models on $processor" run_on "$processor"
  output=$log
  check "the golden bytes of every tensor on $processor" gives_the_golden_bytes "$output"
  check "the golden output of the counted run on $processor" counted_the_golden_output "$output"
  if [ -n "${COUNTS_WRITE:-}" ]; then write_record "$processor" "$output"; fi
  check "each layer on $processor at most 1 % above the record" grew_by_no_more_than_1_percent "$processor" "$output"
  for model in kws vww ic ad; do
    now=$(awk -F, -v model="$model" '$1 == "instructions" && $2 == model { print $3 }' "$output")
    if [ -n "${COUNTS_WRITE:-}" ]; then record_line "$processor,$model,$now,$(date +%F),$compiler"; fi
    was=$(recorded "$processor" "$model")
    say "$processor,$model,$now"
    check "$model on $processor at most 1 % above the record" at_most "${now:?}" $((${was:?} * 101 / 100))
    if [ "$now" -ne "$was" ]; then say "  record: $processor,$model,$now,$(date +%F),$compiler"; fi
  done
done
# Not a test: the whole image's code, every operator and the emulator's console included.
bytes=$(text_bytes "$(image_of cortex-m4)")
say "cortex-m4,text-bytes,$bytes"
if [ -n "${COUNTS_WRITE:-}" ]; then record_line "cortex-m4,text-bytes,$bytes,$(date +%F),$compiler"; fi

# A row of the README's table: the record's counts in millions.
is_in_the_readme() {
  local row
  row=$(awk -F, -v target="$1" -v title="$2" '$1 == target && $2 != "text-bytes" { cells = cells sprintf(" %.3g |", $3 / 1e6) }
    END { print "| " title ", joulegram |" cells }' "$record")
  echo "$row"
  grep -qxF "$row" README.md
}
check "Cortex-M4's row in README.md" is_in_the_readme cortex-m4 Cortex-M4
check "Cortex-M3's row in README.md" is_in_the_readme cortex-m3 Cortex-M3
check "Cortex-M0's row in README.md" is_in_the_readme cortex-m0 Cortex-M0
check "RV32IMC's row in README.md" is_in_the_readme rv32imc RV32IMC
