# The core's tests under Miri, which finds undefined behaviour and what depends on the machine.
need_nightly miri rust-src

# Miri runs some hundred times slower: few cases of each property, and no file to keep failures in. Left to the step
# `host` are tests that take hours here: of tables with thousands of names, of plans and estimates, which evaluate
# ladders many times, and of the kernel. Plans, estimates and tables have no unsafe code; the kernel has, and still lacks
# tests that are small enough.
export PROPTEST_CASES=2 PROPTEST_DISABLE_FAILURE_PERSISTENCE=1 MIRIFLAGS="-Zmiri-disable-isolation"
left_out=(--skip data:: --skip device::presets:: --skip kernel:: --skip plan:: --skip estimate::)
tests "core under Miri" cargo +nightly miri test -p joulegram --all-features --lib -- "${left_out[@]}"
