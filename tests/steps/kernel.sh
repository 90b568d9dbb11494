# Every operator of every int8 fixture model gives the golden bytes here, by both roundings, by this processor's loops and the plain ones.
#
# Step `host` has all features, `portable` among them, so this processor's own loops run only here; `counts` does the same
# on microcontrollers.
tests "golden bytes by this processor's loops" cargo test -p joulegram-tests --test kernel
tests "golden bytes by each of this processor's loops" cargo test -p joulegram-tests --test loops -- --nocapture
while read -r loops; do say "  $loops"; done < <(grep -o '^golden bytes by [a-z0-9-]*$' "$log")
tests "random layers by each of this processor's loops" cargo test -p joulegram --lib -- kernel::
tests "golden bytes by the plain loops" cargo test -p joulegram-tests --test kernel --features joulegram/portable

# On emulated 64-bit Arm.
need_target aarch64-unknown-linux-gnu
need_package qemu-aarch64 qemu-user
need_package aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
if [ ! -e /usr/aarch64-linux-gnu/lib/crt1.o ]; then
  install "libc6-dev-arm64-cross with apt-get" apt_get libc6-dev-arm64-cross
fi
on_aarch64() {
  export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
  export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu"
  cargo test -p joulegram-tests --test loops --target aarch64-unknown-linux-gnu -- --nocapture
}
tests "golden bytes on 64-bit Arm" on_aarch64
check "they are those of its own loops" grep -q "golden bytes by neon" "$log"

# In WebAssembly, with registers of 128 bits and without.
need_target wasm32-unknown-unknown
need_package node nodejs
in_webassembly() {
  local folder=$target/web-$1
  RUSTFLAGS=$2 cargo build --quiet --release --manifest-path benchmarks/web/Cargo.toml --target-dir "$folder" \
    --target wasm32-unknown-unknown
  node benchmarks/web/golden.mjs "$folder/wasm32-unknown-unknown/release/joulegram_benchmarks_web.wasm" "$1"
}
check "golden bytes in WebAssembly by simd128" in_webassembly simd128 "-C target-feature=+simd128"
check "golden bytes in WebAssembly by the plain loops" in_webassembly portable ""

# What the comparisons with other engines ask of the Rust side.
benchmark() {
  cargo build --quiet --release --manifest-path benchmarks/Cargo.toml --target-dir "$target/benchmarks"
  printf '%s\n' "load fixtures/models/kws.tflite" "loops portable" output "time 2" |
    "$target/benchmarks/release/joulegram-benchmarks" | tee /dev/stderr | paste -s -d' ' |
    grep -qE '^490 12 true [0-9a-f]{24} 0\.[0-9]+$'
}
check "the benchmarks' Rust side answers" benchmark
