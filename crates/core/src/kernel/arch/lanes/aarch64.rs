//! Registers of 128 bits of 64-bit Arm (NEON).

use core::arch::aarch64::*;

/// Four numbers of 32 bits.
pub(super) type I32 = int32x4_t;
/// Eight numbers of 16 bits.
pub(super) type I16 = int16x8_t;

/// Whether [`scale`] knows a requantizer's shift: not those to the left.
pub(super) const fn knows(shift: i32) -> bool {
    -31 <= shift && shift <= 0
}

/// What [`scale`] takes for a shift to the right: negative numbers shift to the right.
pub(super) const fn shift(right: u32) -> i32 {
    right.cast_signed().wrapping_neg()
}

#[inline]
pub(super) fn load(numbers: &[i16; 8]) -> I16 {
    // SAFETY: sixteen bytes are read.
    unsafe { vld1q_s16(numbers.as_ptr()) }
}

#[inline]
pub(super) fn load_words(numbers: &[i16; 8]) -> I32 {
    // SAFETY: NEON is there.
    unsafe { vreinterpretq_s32_s16(load(numbers)) }
}

#[inline]
pub(super) fn splat16(number: i16) -> I16 {
    // SAFETY: NEON is there.
    unsafe { vdupq_n_s16(number) }
}

#[inline]
pub(super) fn splat32(number: i32) -> I32 {
    // SAFETY: NEON is there.
    unsafe { vdupq_n_s32(number) }
}

/// The same two numbers in every lane.
#[inline]
pub(super) fn pair(numbers: &[i16; 2]) -> I16 {
    let ([a, b], [c, d]) = (numbers[0].to_le_bytes(), numbers[1].to_le_bytes());
    // SAFETY: NEON is there.
    unsafe { vreinterpretq_s16_s32(vdupq_n_s32(i32::from_le_bytes([a, b, c, d]))) }
}

/// Lanes of two numbers each: the first of all four, the second of all four, and so on.
#[inline]
pub(super) fn transposed(rows: [I16; 4]) -> [I16; 4] {
    // SAFETY: NEON is there.
    unsafe {
        let [a, b, c, d] = rows.map(|row| vreinterpretq_s32_s16(row));
        let [e, f] = [vzip1q_s32(a, b), vzip2q_s32(a, b)].map(|x| vreinterpretq_s64_s32(x));
        let [g, h] = [vzip1q_s32(c, d), vzip2q_s32(c, d)].map(|x| vreinterpretq_s64_s32(x));
        [vzip1q_s64(e, g), vzip2q_s64(e, g), vzip1q_s64(f, h), vzip2q_s64(f, h)]
            .map(|x| vreinterpretq_s16_s64(x))
    }
}

/// Eight numbers less the zero point.
#[inline]
pub(super) fn widen(numbers: &[i8; 8], zero_point: I16) -> I16 {
    // SAFETY: eight bytes are there.
    unsafe { widen_at(numbers.as_ptr(), zero_point) }
}

/// The eight numbers at `from` less the zero point.
///
/// # Safety
/// They are there.
#[inline]
pub(super) unsafe fn widen_at(from: *const i8, zero_point: I16) -> I16 {
    // SAFETY: by the contract.
    unsafe { vsubq_s16(vmovl_s8(vld1_s8(from)), zero_point) }
}

/// As numbers in memory.
#[inline]
pub(super) fn numbers(from: I16) -> [i16; 8] {
    let mut to = [0; 8];
    // SAFETY: sixteen bytes are written.
    unsafe { vst1q_s16(to.as_mut_ptr(), from) };
    to
}

/// As numbers in memory.
#[inline]
pub(super) fn words(from: I32) -> [i32; 4] {
    let mut to = [0; 4];
    // SAFETY: sixteen bytes are written.
    unsafe { vst1q_s32(to.as_mut_ptr(), from) };
    to
}

/// Adds two products a lane.
#[inline]
pub(super) fn dot(sums: I32, x: I16, weights: I16) -> I32 {
    // SAFETY: NEON is there.
    unsafe {
        let low = vmull_s16(vget_low_s16(x), vget_low_s16(weights));
        vaddq_s32(sums, vpaddq_s32(low, vmull_high_s16(x, weights)))
    }
}

#[inline]
pub(super) fn add32(a: I32, b: I32) -> I32 {
    // SAFETY: NEON is there.
    unsafe { vaddq_s32(a, b) }
}

#[inline]
pub(super) fn sub32(a: I32, b: I32) -> I32 {
    // SAFETY: NEON is there.
    unsafe { vsubq_s32(a, b) }
}

/// Numbers of both in turns: of the first halves, of the second halves.
#[inline]
pub(super) fn interleave(a: I16, b: I16) -> [I16; 2] {
    // SAFETY: NEON is there.
    unsafe { [vzip1q_s16(a, b), vzip2q_s16(a, b)] }
}

/// Eight numbers times 2^20.
#[inline]
pub(super) fn shifted(numbers: I16) -> [I32; 2] {
    // SAFETY: NEON is there.
    unsafe {
        let [low, high] = [vmovl_s16(vget_low_s16(numbers)), vmovl_high_s16(numbers)];
        [vshlq_n_s32::<20>(low), vshlq_n_s32::<20>(high)]
    }
}

/// The sum of each register's four lanes.
#[inline]
pub(super) fn across([a, b, c, d]: [I32; 4]) -> I32 {
    // SAFETY: NEON is there.
    unsafe { vpaddq_s32(vpaddq_s32(a, b), vpaddq_s32(c, d)) }
}

/// Four sums scaled, rounded twice: `Requantizer::apply`.
///
/// `vqrdmulh` takes ties up, as the first rounding does; so does `vrshl`, which is given one less for what is negative,
/// so that ties go away from zero. Where nothing is shifted out `ties` is 0, else -1.
#[inline]
pub(super) fn scale(sums: I32, multiplier: I32, shift: I32, ties: I32) -> I32 {
    // SAFETY: NEON is there.
    unsafe {
        let high = vqrdmulhq_s32(sums, multiplier);
        let lower = vandq_s32(vshrq_n_s32::<31>(high), ties);
        vrshlq_s32(vaddq_s32(high, lower), shift)
    }
}

/// Eight numbers plus the zero point, within limits of 8 bits.
#[inline]
pub(super) fn narrow([low, high]: [I32; 2], zero_point: i32, least: i32, most: i32) -> [i8; 8] {
    let [least, most] = [least, most].map(|limit| i8::try_from(limit).unwrap_or_default());
    let mut to = [0; 8];
    // SAFETY: eight bytes are written.
    unsafe {
        let zero_point = vdupq_n_s32(zero_point);
        let [low, high] = [vqmovn_s32(vaddq_s32(low, zero_point)), vqmovn_s32(vaddq_s32(high, zero_point))];
        let bytes = vqmovn_s16(vcombine_s16(low, high));
        vst1_s8(to.as_mut_ptr(), vmin_s8(vmax_s8(bytes, vdup_n_s8(least)), vdup_n_s8(most)));
    }
    to
}
