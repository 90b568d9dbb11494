# Every operator of every int8 fixture model gives the golden bytes here, by both roundings, by this processor's loops and the plain ones.
#
# Step `host` has all features, `portable` among them, so this processor's own loops run only here; `counts` does the same
# on microcontrollers.
tests "golden bytes by this processor's loops" cargo test -p joulegram-tests --test kernel
tests "golden bytes by each of this processor's loops" cargo test -p joulegram-tests --test loops -- --nocapture
while read -r loops; do say "  $loops"; done < <(grep -o 'golden bytes by [a-z0-9-]*$' "$log")
tests "random layers by each of this processor's loops" cargo test -p joulegram --lib -- kernel::
tests "golden bytes by the plain loops" cargo test -p joulegram-tests --test kernel --features joulegram/portable

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
  local answers
  answers=$(printf '%s\n' "load fixtures/models/kws.tflite" "loops portable" output "time 2" |
    "$target/benchmarks/release/joulegram-benchmarks")
  echo "$answers"
  [[ $answers =~ ^490\ 12$'\n'true$'\n'[0-9a-f]{24}$'\n'0\.0[0-9]+$ ]]
}
check "the benchmarks' Rust side answers" benchmark
