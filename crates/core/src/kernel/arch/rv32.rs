//! RISC-V of 32 bits with multiplication.

/// Scales the sum in `$sum` and stores it: multiplier `t0` times 2, shift `t1`, half and zero point `t2`, limits `t4` and
/// `t5`, output `$to` and bytes to the next `$step`; `$other` is used.
#[rustfmt::skip]
macro_rules! output {
    ($sum:literal, $other:literal, $to:literal, $step:literal) => {
        concat!(
            "mulhsu ", $other, ", ", $sum, ", t0\n",
            "mul ", $sum, ", ", $sum, ", t0\n",
            "srli ", $sum, ", ", $sum, ", 31\n",
            "add ", $sum, ", ", $sum, ", ", $other, "\n",
            "srai ", $other, ", ", $sum, ", 31\n",
            "add ", $sum, ", ", $sum, ", ", $other, "\n",
            "add ", $sum, ", ", $sum, ", t2\n",
            "sra ", $sum, ", ", $sum, ", t1\n",
            "bge ", $sum, ", t4, 1f\n",
            "mv ", $sum, ", t4\n",
            "1:\n",
            "bge t5, ", $sum, ", 1f\n",
            "mv ", $sum, ", t5\n",
            "1:\n",
            "sb ", $sum, ", 0(", $to, ")\n",
            "add ", $to, ", ", $to, ", ", $step, "\n",
        )
    };
}

// The macro above is in scope in the modules below.
mod dense;
mod panel;
mod plane;

pub(crate) use super::portable::depthwise;
pub(crate) use crate::kernel::requantize::rounding_high_mul as high_mul;
pub(crate) use dense::{dense, dense_len};
pub(crate) use panel::products;
pub(super) use plane::joulegram_rv32_plane as plane;

/// Pairs of columns that a loop takes at once.
pub(super) const PAIRS: usize = 3;

/// Blocks of as many pairs in a panel.
pub(super) const BLOCKS: usize = 1;

/// Whether the loops are exact for weights of -128, which no specification allows.
pub(super) const TAKES_ALL_WEIGHTS: bool = true;

/// Whether a panel has room for a row of weights, a word each.
pub(super) const WIDE_ROW: bool = false;
