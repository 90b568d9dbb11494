# The same scenario gives the same bits here, in WebAssembly, and on emulated Cortex-M and RISC-V processors.
need_package qemu-system-arm qemu-system-arm
need_package qemu-system-riscv32 qemu-system-misc
need_package node nodejs
for processor in thumbv6m-none-eabi thumbv7em-none-eabihf riscv32imc-unknown-none-elf wasm32-unknown-unknown; do
  need_target "$processor"
done

build() { cargo build --quiet --release --manifest-path tests/digest/Cargo.toml --target-dir "$1" "${@:2}"; }
emulate() { timeout 120 "$@" -nographic -semihosting-config enable=on,target=native; }

on_this_machine() {
  build "$target/digest"
  "$target/digest/release/joulegram-digest"
}
# Double precision in software, without a multiplication to 64 bits.
on_cortex_m0() {
  build "$target/digest" --target thumbv6m-none-eabi
  emulate qemu-system-arm -M mps2-an385 -cpu cortex-m3 -kernel "$target/digest/thumbv6m-none-eabi/release/joulegram-digest"
}
on_cortex_m4f() {
  build "$target/digest" --target thumbv7em-none-eabihf
  emulate qemu-system-arm -M mps2-an386 -cpu cortex-m4 -kernel "$target/digest/thumbv7em-none-eabihf/release/joulegram-digest"
}
# Double precision in hardware.
on_cortex_m7() {
  RUSTFLAGS="-C target-cpu=cortex-m7" build "$target/digest/cortex-m7" --target thumbv7em-none-eabihf
  emulate qemu-system-arm -M mps2-an500 -cpu cortex-m7 -kernel "$target/digest/cortex-m7/thumbv7em-none-eabihf/release/joulegram-digest"
}
on_riscv32() {
  build "$target/digest" --target riscv32imc-unknown-none-elf
  emulate qemu-system-riscv32 -M virt -cpu rv32 -bios none -kernel "$target/digest/riscv32imc-unknown-none-elf/release/joulegram-digest"
}
in_webassembly() {
  build "$target/digest" --target wasm32-unknown-unknown
  node tests/digest/run.mjs "$target/digest/wasm32-unknown-unknown/release/joulegram-digest.wasm"
}

is_the_same() {
  local got
  got=$("$1")
  echo "here $expected, there $got"
  [ "$got" = "$expected" ]
}

check "a digest on this machine" on_this_machine
expected=$(grep -x '[0-9a-f]\{16\}' "$log")
for place in on_cortex_m0 on_cortex_m4f on_cortex_m7 on_riscv32 in_webassembly; do
  check "the same digest ${place//_/ }" is_the_same "$place"
done
say "  digest $expected"
