//! Cortex-M4 and M7, Cortex-M33 and later with the DSP extension: two products an instruction (`smlad`).
//!
//! Weights are read four at a time and widened to the even and the odd ones (`sxtb16`), so each group of four inputs is
//! stored as 0, 2, 1, 3. A sum is scaled by four instructions, exactly, whatever its size.

use core::arch::asm;

/// Elements of a column that lie together.
const GROUP: usize = 4;

/// Makes the assembler know the instructions where the target's name does not say that they are there.
#[cfg(armv8m)]
macro_rules! dsp {
    () => {
        ".cpu cortex-m33"
    };
}
#[cfg(not(armv8m))]
macro_rules! dsp {
    () => {
        ""
    };
}

/// A requantizer's multiplier and shift become twice the one and 2^(32 + shift), what `scaled` takes; "greater" where it
/// can't, from 1/4 on. Then `large_scale` goes on.
#[rustfmt::skip]
macro_rules! scale {
    ($multiplier:literal, $shift:literal, $one:literal, $kept:literal) => {
        concat!(
            "add ", $kept, ", ", $shift, ", #32\n",
            "cmp ", $kept, ", #30\n",
            "lsl ", $multiplier, ", ", $multiplier, ", #1\n",
            "mov ", $one, ", #1\n",
            "lsl ", $shift, ", ", $one, ", ", $kept, "\n",
        )
    };
}

/// After `scale`, whose sum of 32 and the shift is at least 31: the shifts to the left, and to the right (0 or 1). Of
/// multiplier 0 nothing is left.
#[rustfmt::skip]
macro_rules! large_scale {
    ($multiplier:literal, $kept:literal, $left:literal, $right:literal) => {
        concat!(
            "subs ", $left, ", ", $kept, ", #32\n",
            "ite mi\n movmi ", $right, ", #1\n movpl ", $right, ", #0\n",
            "it mi\n movmi ", $left, ", #0\n",
            "cmp ", $multiplier, ", #0\n",
            "it eq\n moveq ", $left, ", #32\n",
        )
    };
}

/// As `scaled` does, with shifts that `large_scale` gave.
#[rustfmt::skip]
macro_rules! scaled_up {
    ($sum:literal, $multiplier:literal, $left:literal, $right:literal, $zero:literal, $temporary:literal) => {
        concat!(
            "lsl ", $sum, ", ", $sum, ", ", $left, "\n",
            "smmlar ", $sum, ", ", $sum, ", ", $multiplier, ", ", $sum, "\n",
            "and ", $temporary, ", ", $right, ", ", $sum, ", lsr #31\n",
            "sub ", $sum, ", ", $sum, ", ", $temporary, "\n",
            "add ", $sum, ", ", $sum, ", ", $right, "\n",
            "asr ", $sum, ", ", $sum, ", ", $right, "\n",
            "add ", $sum, ", ", $sum, ", ", $zero, "\n",
            "ssat ", $sum, ", #8, ", $sum, "\n",
        )
    };
}

/// round(sum * multiplier / 2^31), ties up, then round(that * 2^shift), ties away from zero, plus the zero point, limited
/// to 8 bits.
///
/// Twice the multiplier, read as signed, is 2^32 less: `smmlar` puts that right by adding the sum. No sum overflows.
#[rustfmt::skip]
macro_rules! scaled {
    ($sum:literal, $multiplier:literal, $power:literal, $zero:literal) => {
        concat!(
            "smmlar ", $sum, ", ", $sum, ", ", $multiplier, ", ", $sum, "\n",
            "add ", $sum, ", ", $sum, ", ", $sum, ", asr #31\n",
            "smmlar ", $sum, ", ", $sum, ", ", $power, ", ", $zero, "\n",
            "ssat ", $sum, ", #8, ", $sum, "\n",
        )
    };
}

/// The sum within least and greatest.
#[rustfmt::skip]
macro_rules! clamped {
    ($sum:literal, $least:literal, $most:literal) => {
        concat!(
            "cmp ", $sum, ", ", $least, "\n it lt\n movlt ", $sum, ", ", $least, "\n",
            "cmp ", $sum, ", ", $most, "\n it gt\n movgt ", $sum, ", ", $most, "\n",
        )
    };
}

// The macros above are in scope in the modules below.
mod dense;
mod depthwise;
mod gather;
mod mean;
mod memory;
mod panel;
mod planes;
mod sum;

pub(crate) use dense::{dense, dense_len};
pub(crate) use depthwise::depthwise;
pub(crate) use planes::{planes, planes_len};
pub(crate) use sum::add;
pub(crate) use mean::{add_elements, keep_greater};
pub(crate) use memory::{copy, zero};
pub(crate) use gather::{clear_columns, put_columns};
pub(crate) use panel::{COLUMNS, clear, panel, panel_len, products};

/// Puts a part of a group.
#[inline]
fn put_some(group: Option<&mut [i16]>, first: usize, from: &[i8], zero_point: i32) {
    let Some([a, c, b, d]) = group.and_then(|group| group.first_chunk_mut::<GROUP>()) else { return };
    let narrow = i16::try_from(zero_point).unwrap_or_default();
    for (to, x) in [a, b, c, d].into_iter().skip(first).zip(from) {
        *to = i16::from(*x) - narrow;
    }
}

/// A number of 16 bits in both halves of a word.
const fn twice(value: i32) -> u32 {
    (value.cast_unsigned() & 0xffff) * 0x0001_0001
}

/// Groups of inputs less their zero point, in the order 0, 2, 1, 3, each `STEP` elements behind the one before.
#[inline]
fn widen<const STEP: usize>(groups: &[[i8; GROUP]], minus_zero_point: u32, to: &mut [i16]) {
    let fits = groups.len().checked_sub(1).is_some_and(|steps| to.len() >= steps * STEP + GROUP);
    if !fits || !to.as_ptr().addr().is_multiple_of(4) {
        return;
    }
    // SAFETY: reads the groups; writes two words, `STEP` elements apart, for each, which `fits` shows to be in `to`.
    unsafe {
        asm!(
            "lsrs {count}, {count}, #1",
            "bcc 2f",
            "ldr {bytes}, [{from}], #4",
            "sxtab16 {even}, {minus}, {bytes}",
            "sxtab16 {odd}, {minus}, {bytes}, ror #8",
            "strd {even}, {odd}, [{to}], #{step}",
            "2:",
            "beq 4f",
            "3:",
            "ldr {bytes}, [{from}], #4",
            "ldr {next}, [{from}], #4",
            "sxtab16 {even}, {minus}, {bytes}",
            "sxtab16 {odd}, {minus}, {bytes}, ror #8",
            "strd {even}, {odd}, [{to}], #{step}",
            "sxtab16 {even}, {minus}, {next}",
            "sxtab16 {odd}, {minus}, {next}, ror #8",
            "strd {even}, {odd}, [{to}], #{step}",
            "subs {count}, {count}, #1",
            "bne 3b",
            "4:",
            from = inout(reg) groups.as_ptr() => _,
            to = inout(reg) to.as_mut_ptr() => _,
            count = inout(reg) groups.len() => _,
            step = const STEP * size_of::<i16>(),
            minus = in(reg) minus_zero_point,
            bytes = out(reg) _,
            next = out(reg) _,
            even = out(reg) _,
            odd = out(reg) _,
            options(nostack)
        );
    }
}

/// `round(a * b / 2^31)`, ties up, `a` below 2^30 in magnitude.
#[inline]
pub(crate) fn high_mul(a: i32, b: i32) -> i32 {
    let high;
    // SAFETY: the instruction computes on registers only.
    unsafe {
        asm!(
            "smmulr {}, {}, {}",
            lateout(reg) high,
            in(reg) a << 1,
            in(reg) b,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    high
}
