# Format, lints, documentation and shell scripts.
need_package shellcheck shellcheck

check "format" cargo fmt --all --check
check "lints" cargo clippy --workspace --all-features -- -D warnings
# A test may stop at once, and compares bits.
check "lints of tests" cargo clippy --workspace --all-features --all-targets -- -D warnings \
  -A clippy::unwrap_used -A clippy::expect_used -A clippy::panic -A clippy::indexing_slicing -A clippy::float_cmp
check "lints of the smallest core" cargo clippy -p joulegram --no-default-features -- -D warnings
check "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps --document-private-items
check "every test step is in the list of tests/run" diff <(printf '%s\n' "${steps[@]}" | sort) <(basename -s .sh tests/steps/*.sh | sort)
check "shell scripts" shellcheck --shell=bash --exclude=SC2154 tests/run .ci/run tests/steps/*.sh
