# Code bytes of the int8 engine and of each operator in firmware for a Cortex-M4, against the record and README.md; no panic in it; its stack.
#
#   SIZE_WRITE=1 bash tests/run size     writes the record and the table of README.md anew
#
# Code is `.text` and `.rodata`, less those of the same image without the engine. Another compiler's code may be 2 %
# larger than the record.
need_target thumbv7em-none-eabihf
need_package qemu-system-arm qemu-system-arm
need_package readelf binutils

record=tests/size/record.csv
# What a small convolutional network needs.
small_network="CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED AVERAGE_POOL_2D MAX_POOL_2D SOFTMAX RESHAPE"
# Rows of the table; operators that share their code are in one.
rows=(
  CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED TRANSPOSE_CONV "AVERAGE_POOL_2D MAX_POOL_2D" MEAN SOFTMAX "ADD SUB" MUL
  "RELU RELU6 RELU_N1_TO_1" LEAKY_RELU "LOGISTIC TANH" "QUANTIZE DEQUANTIZE" CONCATENATION "PAD PADV2"
  "RESHAPE EXPAND_DIMS SQUEEZE" TRANSPOSE RESIZE_NEAREST_NEIGHBOR
)
found=$logs/size-record.csv
table=$logs/size-table.md

image() { printf '%s/size/thumbv7em-none-eabihf/%s/joulegram-size' "$target" "$1"; }
build() {
  cargo build --quiet --profile "$1" --manifest-path tests/size/Cargo.toml --target-dir "$target/size" \
    --target thumbv7em-none-eabihf
}
# Without an engine if no operators are named; an empty name is an engine without operators.
build_with() { JOULEGRAM_OPERATORS=$2 build "$1"; }
section() { readelf -SW "$1" | sed -n "s/.* $2  *PROGBITS  *[0-9a-f]* [0-9a-f]* \([0-9a-f]*\) .*/\1/p"; }
code() { echo $((16#$(section "$(image "$1")" .text) + 16#$(section "$(image "$1")" .rodata))); }
measure() {
  local profile=$1 without=$2 engine now operators
  build_with "$profile" ""
  engine=$(($(code "$profile") - without))
  echo "$profile,engine,$engine"
  for operators in "${rows[@]}"; do
    build_with "$profile" "$operators"
    now=$(($(code "$profile") - without - engine))
    echo "$profile,$operators,$now"
  done
  build_with "$profile" ALL
  echo "$profile,all,$(($(code "$profile") - without))"
  cp "$(image "$profile")" "$logs/size-all-$profile.elf"
  # Last, so that the image stays for what comes after.
  build_with "$profile" "$small_network"
  echo "$profile,small network,$(($(code "$profile") - without))"
}
run_image() {
  timeout 60 qemu-system-arm -M mps2-an386 -cpu cortex-m4 -nographic -semihosting-config enable=on,target=native \
    -kernel "$(image "$1")" 2>&1 | tr -d '\r'
}
# The output of the model, the same from both.
gives_the_same_output() { diff <(grep '^output' "$1") <(grep '^output' "$2") && test "$(grep -c '^output' "$1")" -eq 12; }
stack() { echo $((16#$(sed -n "s/^$2 //p" "$1"))); }
# Nothing of the engine panics: there is no symbol for it.
has_no_panic() { test -z "$(nm --demangle "$1" | grep 'core::panicking' | tee /dev/stderr)"; }
has_a_panic() {
  JOULEGRAM_CONTROL=1 build_with release ""
  nm --demangle "$(image release)" | grep 'core::panicking'
}
at_most() { echo "$1 of at most $2"; [ "$1" -le "$2" ]; }
recorded() { awk -F, -v profile="$1" -v what="$2" '$1 == profile && $2 == what { print $3 }' "$record"; }
within_the_record() {
  local profile what bytes was failed=0
  while IFS=, read -r profile what bytes; do
    was=$(recorded "$profile" "$what")
    if [ -z "$was" ] || [ "$bytes" -gt $((was * 102 / 100 + 8)) ]; then
      echo "$profile,$what,$bytes: the record has ${was:-nothing}"
      failed=1
    fi
  done <"$1"
  return "$failed"
}
cell() { awk -F, -v profile="$1" -v what="$2" '$1 == profile && $2 == what { print $3 }' "$3"; }
make_table() {
  local what name
  echo "| | \`opt-level = 3\` | \`opt-level = \"s\"\` |"
  echo "| --- | ---: | ---: |"
  for what in engine "${rows[@]}" "small network" all; do
    name="\`${what// /\`, \`}\`"
    case $what in
      engine) name="the engine without operators" ;;
      "small network") name="the engine with \`${small_network// /\`, \`}\`" ;;
      all) name="the engine with every operator" ;;
    esac
    echo "| $name | $(cell release "$what" "$1") | $(cell small "$what" "$1") |"
  done
}
begin='<!-- bytes of the engine, written by step size -->'
end='<!-- end of bytes -->'
is_in_the_readme() { diff <(sed -n "/^$begin\$/,/^$end\$/p" README.md | sed '1d;$d') "$1"; }
write() {
  cp "$found" "$record"
  make_table "$found" >"$table"
  sed -i -e "/^$begin\$/,/^$end\$/{/^$begin\$/!{/^$end\$/!d}}" -e "/^$begin\$/r $table" README.md
}

: >"$found"
for profile in release small; do
  check "the image without the engine, profile $profile" build "$profile"
  check "images with each operator, profile $profile" measure "$profile" "$(code "$profile")"
  grep "^$profile," "$log" >>"$found"
  check "no panic in the engine with every operator, profile $profile" has_no_panic "$logs/size-all-$profile.elf"
  check "a model on Cortex-M4, profile $profile" run_image "$profile"
  cp "$log" "$logs/size-$profile.txt"
  say "cortex-m4,$profile,small network,$(cell "$profile" "small network" "$found") bytes, stack $(stack "$log" new) in new and $(stack "$log" run) in run"
  check "at most 2 KiB of stack in new, profile $profile" at_most "$(stack "$logs/size-$profile.txt" new)" 2048
  check "at most 2 KiB of stack in run, profile $profile" at_most "$(stack "$logs/size-$profile.txt" run)" 2048
done
check "the same output from both profiles" gives_the_same_output "$logs/size-release.txt" "$logs/size-small.txt"
check "a panic is found where there is one" has_a_panic
if [ -n "${SIZE_WRITE:-}" ]; then check "writing the record" write; fi
check "bytes at most 2 % above the record" within_the_record "$found"
make_table "$record" >"$table"
check "the record in README.md" is_in_the_readme "$table"
