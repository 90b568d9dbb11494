//! Cortex-M3: a multiplication that adds, and shifts within an addition.
//!
//! A sum of two products of a pair of pixels starts with 2^15: shifted right by 16 it is the upper half, whatever the sign
//! of the lower one.

/// Scales the sum `$sum` and stores it: multiplier `r4`, shift `r5`, half and zero point less least output `r6`, output
/// `r7`, bytes to the next `r8`, greatest less least output `r9`, least `r10`; `r11` is used.
#[rustfmt::skip]
macro_rules! output {
    ($sum:literal) => {
        concat!(
            "lsl ", $sum, ", ", $sum, ", #1\n",
            "smull r11, ", $sum, ", ", $sum, ", r4\n",
            "add ", $sum, ", ", $sum, ", r11, lsr #31\n",
            "add r11, ", $sum, ", r6\n",
            "add ", $sum, ", r11, ", $sum, ", asr #31\n",
            "asr ", $sum, ", ", $sum, ", r5\n",
            "usat ", $sum, ", #8, ", $sum, "\n",
            "cmp ", $sum, ", r9\n it hi\n movhi ", $sum, ", r9\n",
            "add ", $sum, ", ", $sum, ", r10\n",
            "strb ", $sum, ", [r7]\n add r7, r7, r8\n",
        )
    };
}

// The macro above is in scope in the modules below.
mod dense;
mod panel;
mod plane;

pub(crate) use super::portable::depthwise;
pub(crate) use crate::kernel::requantize::rounding_high_mul as high_mul;
pub(super) use dense::joulegram_armv7m_dense as four_rows;
pub(super) use panel::joulegram_armv7m_rows as rows;
pub(super) use plane::joulegram_armv7m_plane as plane;

/// Pairs of columns that a loop takes at once.
pub(super) const PAIRS: usize = 2;

/// Blocks of as many pairs in a panel.
pub(super) const BLOCKS: usize = 2;

/// Whether the loops are exact for weights of -128, which no specification allows.
pub(super) const TAKES_ALL_WEIGHTS: bool = true;

/// Whether a panel has room for a row of weights, a word each.
pub(super) const WIDE_ROW: bool = false;
