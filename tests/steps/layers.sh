# 100,000 random layers give what the specification says, by every instruction set's loops, here, in WebAssembly and on emulated processors.
need_package qemu-system-arm qemu-system-arm
need_package qemu-system-riscv32 qemu-system-misc
need_package node nodejs
for processor in thumbv6m-none-eabi thumbv7m-none-eabi thumbv7em-none-eabihf riscv32imc-unknown-none-elf wasm32-unknown-unknown; do
  need_target "$processor"
done

build() { cargo build --quiet --release --manifest-path tests/layers/Cargo.toml --target-dir "$@"; }
emulate() { timeout 600 "$@" -nographic -semihosting-config enable=on,target=native; }
# Each build in a folder of its own: features and flags change what the same path holds.
here() {
  build "$target/layers" && "$target/layers/release/joulegram-layers"
}
here_by_the_plain_loops() {
  build "$target/layers/portable" --features portable && "$target/layers/portable/release/joulegram-layers"
}
arm() {
  build "$target/layers" --target "$1" && emulate qemu-system-arm "${@:2}" -kernel "$target/layers/$1/release/joulegram-layers"
}
on_cortex_m0() { arm thumbv6m-none-eabi -M mps2-an385 -cpu cortex-m3; }
on_cortex_m3() { arm thumbv7m-none-eabi -M mps2-an385 -cpu cortex-m3; }
on_cortex_m4() { arm thumbv7em-none-eabihf -M mps2-an386 -cpu cortex-m4; }
on_riscv32() {
  build "$target/layers" --target riscv32imc-unknown-none-elf
  emulate qemu-system-riscv32 -M virt -cpu rv32 -bios none \
    -kernel "$target/layers/riscv32imc-unknown-none-elf/release/joulegram-layers"
}
in_webassembly() {
  RUSTFLAGS="-C target-feature=$1" build "$target/layers/wasm$1" --target wasm32-unknown-unknown
  node tests/layers/run.mjs "$target/layers/wasm$1/wasm32-unknown-unknown/release/joulegram-layers.wasm"
}
in_webassembly_with_simd128() { in_webassembly +simd128; }
in_webassembly_without_simd128() { in_webassembly -simd128; }

for place in here here_by_the_plain_loops on_cortex_m0 on_cortex_m3 on_cortex_m4 on_riscv32 in_webassembly_with_simd128 \
  in_webassembly_without_simd128; do
  check "random layers ${place//_/ }" "$place"
done
