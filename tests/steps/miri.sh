# The core's tests under Miri, which finds undefined behaviour and what depends on the machine.
need_nightly miri rust-src

# Miri runs some hundred times slower: few cases of each property, and no file to keep failures in. Left to the step
# `host` are the tables with their thousands of names.
export PROPTEST_CASES=2 PROPTEST_DISABLE_FAILURE_PERSISTENCE=1 MIRIFLAGS="-Zmiri-disable-isolation"
tests "core under Miri" cargo +nightly miri test -p joulegram --all-features --lib -- --skip data:: --skip device::presets::
