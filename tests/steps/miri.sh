# The core's tests under Miri, which finds undefined behaviour and what depends on the machine.
need_nightly miri rust-src

# Miri runs some hundred times slower: few cases of each property, and no file to keep failures in. Left to the step
# `host` are the tables with their thousands of names, plans and estimates, which evaluate ladders many times, and for
# now the kernel, whose small tests are to come back here: it has the core's only unsafe code.
export PROPTEST_CASES=2 PROPTEST_DISABLE_FAILURE_PERSISTENCE=1 MIRIFLAGS="-Zmiri-disable-isolation"
left_out=(--skip data:: --skip device::presets:: --skip kernel:: --skip plan:: --skip estimate::)
tests "core under Miri" cargo +nightly miri test -p joulegram --all-features --lib -- "${left_out[@]}"
