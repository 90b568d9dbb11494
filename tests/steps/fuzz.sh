# Each fuzz target: first its committed corpus, then half a minute of new inputs.
need_nightly rust-src
need_cargo cargo-fuzz

# The name of every file in fuzz/fuzz_targets, so that one that Cargo.toml forgets fails.
names=$(basename -s .rs fuzz/fuzz_targets/*.rs)
for name in $names; do
  test -n "$(ls "fuzz/corpus/$name")" || { say "  FAILED $name has no corpus"; count 0 1; continue; }
  check "$name on its corpus" cargo +nightly fuzz run "$name" "fuzz/corpus/$name" -- -runs=0
  # New inputs go to a folder of their own: the committed corpus stays as it is.
  mkdir -p "$logs/corpus/$name"
  check "$name on new inputs" cargo +nightly fuzz run "$name" "$logs/corpus/$name" "fuzz/corpus/$name" -- -max_total_time=30 -timeout=10
done
