# Every operator of every int8 fixture model gives the golden bytes here, by both roundings, by this processor's loops and the plain ones.
#
# Step `host` has all features, `portable` among them, so this processor's own loops run only here; `counts` does the same
# on microcontrollers.
tests "golden bytes by this processor's loops" cargo test -p joulegram-tests --test kernel
tests "golden bytes by the plain loops" cargo test -p joulegram-tests --test kernel --features joulegram/portable
