# The core builds for microcontrollers and for the page.
microcontrollers=(thumbv6m-none-eabi thumbv7em-none-eabihf riscv32imc-unknown-none-elf)
# Those that need no operating system: all of them, as long as Cargo.toml has no other but `std`.
features=$(sed -n '/^\[features\]/,/^\[/s/^\([a-z]*\) = .*/\1/p' crates/core/Cargo.toml | grep -vx -e std -e default | paste -s -d,)

for processor in "${microcontrollers[@]}"; do
  need_target "$processor"
  check "core without features for $processor" cargo build -p joulegram --target "$processor" --no-default-features
  check "core with $features for $processor" cargo build -p joulegram --target "$processor" --features "$features"
done
need_target wasm32-unknown-unknown
check "core without features for the page" cargo build -p joulegram --target wasm32-unknown-unknown --no-default-features
check "core with all features for the page" cargo build -p joulegram --target wasm32-unknown-unknown --all-features
