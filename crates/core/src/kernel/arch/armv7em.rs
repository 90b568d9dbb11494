//! Cortex-M4 and M7: two products an instruction (`smlad`).
//!
//! A panel holds four columns of 16-bit inputs, four elements of each in turn. Weights are read four at a time and
//! widened to the even and the odd ones (`sxtb16`), so each group of four elements is stored as 0, 2, 1, 3. A group costs
//! a load, two widenings, two loads of four words and eight `smlad` for 16 products.

use crate::kernel::requantize::Requantizer;
use core::arch::asm;

/// Elements of a column that lie together.
const GROUP: usize = 4;

/// round(sum * multiplier / 2^31), ties up, then round(that / 2^shift), ties away from zero, plus the zero point.
#[rustfmt::skip]
macro_rules! scaled {
    ($sum:literal, $temporary:literal) => {
        concat!(
            "lsl ", $temporary, ", ", $sum, ", #1\n",
            "smmulr ", $temporary, ", ", $temporary, ", r5\n",
            "add ", $sum, ", ", $temporary, ", r7\n",
            "add ", $sum, ", ", $sum, ", ", $temporary, ", asr #31\n",
            "asr ", $sum, ", ", $sum, ", r6\n",
            "add ", $sum, ", ", $sum, ", r2\n",
            "ssat ", $sum, ", #8, ", $sum, "\n",
        )
    };
}

/// The sum within least (`r4`) and greatest (`lr`).
#[rustfmt::skip]
macro_rules! clamped {
    ($sum:literal) => {
        concat!(
            "cmp ", $sum, ", r4\n it lt\n movlt ", $sum, ", r4\n",
            "cmp ", $sum, ", lr\n it gt\n movgt ", $sum, ", lr\n",
        )
    };
}

// The macros above are in scope in the modules below.
mod dense;
mod depthwise;
mod panel;

pub(crate) use dense::{dense, dense_len};
pub(crate) use depthwise::depthwise;
pub(crate) use panel::{COLUMNS, panel, panel_len, products, put};

/// What the loop over rows of weights works on; the fields' order is the one in which it loads them.
#[repr(C)]
struct Rows {
    panel: *const i16,
    weights: *const i8,
    groups: usize,
    depth: usize,
    rows: usize,
    bias: *const u8,
    bias_step: usize,
    requantizers: *const Requantizer,
    requantizer_step: usize,
    output: *mut i8,
    pixel_stride: usize,
    zero_point: i32,
    least: i32,
    most: i32,
}

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

/// Groups of inputs less their zero point, in the order 0, 2, 1, 3, each `step` elements behind the one before.
#[inline]
fn widen(groups: &[[i8; GROUP]], minus_zero_point: u32, to: &mut [i16], step: usize) {
    let fits = groups.len().checked_sub(1).is_some_and(|steps| to.len() >= steps * step + GROUP);
    if !fits || !to.as_ptr().addr().is_multiple_of(4) {
        return;
    }
    // SAFETY: reads the groups; writes two words, `step` elements apart, for each, which `fits` shows to be in `to`.
    unsafe {
        asm!(
            "2:",
            "ldr {bytes}, [{from}], #4",
            "subs {count}, {count}, #1",
            "sxtab16 {even}, {minus}, {bytes}",
            "sxtab16 {odd}, {minus}, {bytes}, ror #8",
            "strd {even}, {odd}, [{to}]",
            "add {to}, {to}, {step}",
            "bne 2b",
            from = inout(reg) groups.as_ptr() => _,
            to = inout(reg) to.as_mut_ptr() => _,
            count = inout(reg) groups.len() => _,
            step = in(reg) step * size_of::<i16>(),
            minus = in(reg) minus_zero_point,
            bytes = out(reg) _,
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
