//! Cortex-M0 and M0+: eight registers that most instructions take, a multiplication of 32 bits by 32 that gives 32.
//!
//! A sum of two products of a pair of pixels is added to all products, then shifted right by 16, which leaves bit 15 in
//! the carry: adding it with the carry to the upper sums undoes what a negative lower half borrowed.
//! With two weights of -128 the upper half could be -32,768 and the lower one negative, which no 32 bits hold.

/// Scales the sum in `r0` and stores it: the multiplier's lower half `r3`, signed, and upper half `r4`, up to 2^15, shift `r5`, zero
/// point less the least output `r6`, output `r7`, greatest less least output `r10`, least `r11`, bytes to the next output
/// `r12`; `r1` and `r2` are used.
///
/// ```text
/// x = h * 2^16 + l;  m = mh * 2^16 + ml, both lower halves signed
/// (x * m + 2^30) >> 31 = 2 * h * mh + ((h * ml + l * mh + (l * ml >> 16) + 2^14) >> 15)
/// ```
/// A shift leaves the last bit it drops in the carry: adding with the carry rounds ties up.
#[rustfmt::skip]
macro_rules! output {
    () => {
        "sxth r1, r0
        subs r0, r0, r1
        asrs r0, r0, #16
        movs r2, r1
        muls r2, r3, r2
        asrs r2, r2, #16
        muls r1, r4, r1
        adds r2, r2, r1
        movs r1, r0
        muls r1, r3, r1
        adds r2, r2, r1
        muls r0, r4, r0
        adds r0, r0, r0
        asrs r2, r2, #15
        adcs r0, r2
        asrs r2, r0, #31
        adds r0, r0, r2
        asrs r0, r5
        adcs r0, r6
        cmp r0, r10
        bls 1f
        asrs r0, r0, #31
        mvns r0, r0
        mov r2, r10
        ands r0, r2
        1:
        add r0, r11
        strb r0, [r7]
        add r7, r12"
    };
}

// The macro above is in scope in the modules below.
mod dense;
mod panel;
mod plane;

pub(crate) use super::portable::depthwise;
pub(super) use dense::joulegram_armv6m_dense as four_rows;
pub(super) use panel::joulegram_armv6m_rows as rows;
pub(super) use plane::joulegram_armv6m_plane as plane;

/// Pairs of columns that a loop takes at once.
pub(super) const PAIRS: usize = 2;

/// Blocks of as many pairs in a panel.
pub(super) const BLOCKS: usize = 4;

/// Whether the loops are exact for weights of -128, which no specification allows.
pub(super) const TAKES_ALL_WEIGHTS: bool = false;

/// Whether a panel has room for a row of weights, a word each.
pub(super) const WIDE_ROW: bool = true;

/// `round(a * b / 2^31)`, ties up, `a` below 2^30 in magnitude, `b` at least 0.
#[inline]
pub(crate) const fn high_mul(a: i32, b: i32) -> i32 {
    // Halves of 16 bits, the lower ones signed.
    let (a_low, b_low) = (a << 16 >> 16, b << 16 >> 16);
    // The upper half of a multiplier near 2^31 is 2^15.
    let (a_high, b_high) = ((a - a_low) >> 16, (b.wrapping_sub(b_low).cast_unsigned() >> 16).cast_signed());
    let middle = a_high * b_low + a_low * b_high + ((a_low * b_low) >> 16);
    2 * a_high * b_high + ((middle + (1 << 14)) >> 15)
}
