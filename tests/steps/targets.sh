# The core builds for microcontrollers and for the page.
for processor in thumbv6m-none-eabi thumbv7em-none-eabihf riscv32imc-unknown-none-elf wasm32-unknown-unknown; do
  need_target "$processor"
  check "core without features for $processor" cargo build -p joulegram --target "$processor" --no-default-features
  check "core with all features for $processor" cargo build -p joulegram --target "$processor" --all-features
done
