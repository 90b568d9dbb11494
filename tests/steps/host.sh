# Every crate's tests on this machine, and the core's with each of its features alone.
tests "all crates, all features" cargo test --workspace --all-features --no-fail-fast
tests "core without features" cargo test -p joulegram --no-fail-fast --no-default-features
tests "core with only data" cargo test -p joulegram --no-fail-fast --no-default-features --features data
tests "core with only serde" cargo test -p joulegram --no-fail-fast --no-default-features --features serde
