# The paper's experiments: their own logic, the committed records against it, and one of them run on little.
manifest=(--manifest-path crates/experiments/Cargo.toml)

check "format of the experiments" cargo fmt "${manifest[@]}" --check
check "lints of the experiments" cargo clippy "${manifest[@]}" --release -- -D warnings
check "lints of their tests" cargo clippy "${manifest[@]}" --release --all-targets -- -D warnings \
  -A clippy::unwrap_used -A clippy::expect_used -A clippy::panic -A clippy::indexing_slicing -A clippy::float_cmp
# Optimised, so that the library is compiled once for tests and runs.
tests "the experiments' own tests" cargo test "${manifest[@]}" --release --no-fail-fast
check "an experiment that trains" cargo run "${manifest[@]}" --release -- conv --quick --out "$target/experiments"
