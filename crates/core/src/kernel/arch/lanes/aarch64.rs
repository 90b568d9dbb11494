//! Registers of 128 bits of 64-bit Arm (NEON).

use crate::kernel::add::Sum;
use crate::kernel::quantization::Clamp;
use crate::kernel::requantize::{Requantizer, Rounding};
use core::arch::aarch64::*;

/// Four numbers of 32 bits.
pub(super) type I32 = int32x4_t;
/// Eight numbers of 16 bits.
pub(super) type I16 = int16x8_t;

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

/// # Safety
/// Eight numbers are there.
#[inline(always)]
pub(super) unsafe fn load_at(numbers: *const i16) -> I16 {
    // SAFETY: by the contract.
    unsafe { vld1q_s16(numbers) }
}

/// # Safety
/// Eight numbers are there.
#[inline(always)]
pub(super) unsafe fn words_at(numbers: *const i16) -> I32 {
    // SAFETY: by the contract.
    unsafe { vreinterpretq_s32_s16(load_at(numbers)) }
}

/// # Safety
/// There is room for eight numbers.
#[inline(always)]
pub(super) unsafe fn store(to: *mut i16, numbers: I16) {
    // SAFETY: by the contract.
    unsafe { vst1q_s16(to, numbers) }
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
///
/// # Safety
/// They are there.
#[inline(always)]
pub(super) unsafe fn pair_at(numbers: *const i16) -> I16 {
    // SAFETY: by the contract; a load need not be aligned.
    unsafe { vreinterpretq_s16_s32(vdupq_n_s32(numbers.cast::<i32>().read_unaligned())) }
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

/// The four numbers at `from` less the zero point.
///
/// # Safety
/// They are there, and room for them.
#[inline(always)]
pub(super) unsafe fn widen_four(from: *const i8, zero_point: I16, to: *mut i16) {
    // SAFETY: by the contract.
    unsafe {
        let four = vreinterpret_s8_s32(vdup_n_s32(from.cast::<i32>().read_unaligned()));
        vst1_s16(to, vget_low_s16(vsubq_s16(vmovl_s8(four), zero_point)));
    }
}

/// As numbers in memory.
#[inline]
pub(super) fn numbers(from: I16) -> [i16; 8] {
    let mut to = [0; 8];
    // SAFETY: sixteen bytes are written.
    unsafe { vst1q_s16(to.as_mut_ptr(), from) };
    to
}

/// Eight numbers in two registers.
#[inline]
pub(super) fn words_of(numbers: &[i32; 8]) -> [I32; 2] {
    // SAFETY: 32 bytes are read.
    unsafe { [vld1q_s32(numbers.as_ptr()), vld1q_s32(numbers.as_ptr().add(4))] }
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

/// The bits that both have.
#[inline(always)]
pub(super) fn and(a: I16, b: I16) -> I16 {
    // SAFETY: NEON is there.
    unsafe { vandq_s16(a, b) }
}

/// Numbers of both in turns: of the first halves, of the second halves.
#[inline]
pub(super) fn interleave(a: I16, b: I16) -> [I16; 2] {
    // SAFETY: NEON is there.
    unsafe { [vzip1q_s16(a, b), vzip2q_s16(a, b)] }
}

/// The sum of each register's four lanes.
#[inline]
pub(super) fn across([a, b, c, d]: [I32; 4]) -> I32 {
    // SAFETY: NEON is there.
    unsafe { vpaddq_s32(vpaddq_s32(a, b), vpaddq_s32(c, d)) }
}

/// Numbers of a lane's scale: multiplier, shift and -1 where something is shifted out.
pub(super) const FACTORS: usize = 3;

/// Whether [`outputs`] tells of each sum whether it was scaled: all are whose scales are known.
pub(super) const TELLS: bool = false;

/// A lane's scale as [`scale`] takes it; none if that does not know it.
pub(super) fn factors(requantizer: Requantizer, rounding: Rounding) -> Option<[i32; FACTORS]> {
    let shift = requantizer.shift();
    let known = rounding == Rounding::Tflm && (-31..=0).contains(&shift);
    // Negative numbers shift to the right.
    known.then(|| [requantizer.multiplier(), shift, if shift < 0 { -1 } else { 0 }])
}

/// Four sums scaled, rounded twice: `Requantizer::apply`.
///
/// `vqrdmulh` takes ties up, as the first rounding does; so does `vrshl`, which is given one less for what is negative,
/// so that ties go away from zero. Where nothing is shifted out `ties` is 0, else -1.
#[inline]
fn scale(sums: I32, [multiplier, shift, ties]: [I32; FACTORS]) -> I32 {
    // SAFETY: NEON is there.
    unsafe {
        let high = vqrdmulhq_s32(sums, multiplier);
        let lower = vandq_s32(vshrq_n_s32::<31>(high), ties);
        vrshlq_s32(vaddq_s32(high, lower), shift)
    }
}

/// Zero point and limits of the outputs.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    zero_point: i32,
    least: i8,
    most: i8,
}

impl Limits {
    pub(super) fn new(zero_point: i32, clamp: Clamp) -> Self {
        let [least, most] = [clamp.least, clamp.most].map(|limit| i8::try_from(limit).unwrap_or_default());
        Self { zero_point, least, most }
    }
}

/// Eight sums scaled, plus the zero point, within the limits; no bit for any.
#[inline(always)]
pub(super) fn outputs(
    limits: &Limits,
    factors: &[[I32; 2]; FACTORS],
    sums: [I32; 2],
) -> ([i8; 8], u8) {
    let low = scale(sums[0], factors.map(|[low, _]| low));
    let high = scale(sums[1], factors.map(|[_, high]| high));
    let mut to = [0; 8];
    // SAFETY: eight bytes are written.
    unsafe {
        let zero_point = vdupq_n_s32(limits.zero_point);
        let [low, high] = [vqmovn_s32(vaddq_s32(low, zero_point)), vqmovn_s32(vaddq_s32(high, zero_point))];
        let bytes = vqmovn_s16(vcombine_s16(low, high));
        let bytes = vmin_s8(vmax_s8(bytes, vdup_n_s8(limits.least)), vdup_n_s8(limits.most));
        vst1_s8(to.as_mut_ptr(), bytes);
    }
    (to, 0)
}

/// What makes a sum of two tensors.
pub(super) struct Adder {
    limits: Limits,
    zero_points: [I16; 2],
    scales: [[I32; FACTORS]; 2],
    output_scale: [[I32; 2]; FACTORS],
    subtract: bool,
}

impl Adder {
    /// None if it does not know a scale.
    pub(super) fn new(sum: &Sum) -> Option<Self> {
        let known = |scale| factors(scale, Rounding::Tflm);
        Some(Self {
            limits: Limits::new(sum.output_zero_point, sum.clamp),
            zero_points: sum.zero_points.map(|zero| splat16(i16::try_from(zero).unwrap_or_default())),
            scales: [known(sum.scales[0])?.map(splat32), known(sum.scales[1])?.map(splat32)],
            output_scale: known(sum.output_scale)?.map(|factor| [splat32(factor); 2]),
            subtract: sum.subtract,
        })
    }

    /// Eight sums; no bit for any.
    #[inline]
    pub(super) fn outputs(&self, first: &[i8; 8], second: &[i8; 8]) -> ([i8; 8], u8) {
        let scaled = |numbers, zero_point, scales: [I32; FACTORS]| {
            let wide = widen(numbers, zero_point);
            // SAFETY: NEON is there.
            let halves = unsafe {
                let [low, high] = [vmovl_s16(vget_low_s16(wide)), vmovl_high_s16(wide)];
                [vshlq_n_s32::<20>(low), vshlq_n_s32::<20>(high)]
            };
            halves.map(|half| scale(half, scales))
        };
        let [a, b] = scaled(first, self.zero_points[0], self.scales[0]);
        let [c, d] = scaled(second, self.zero_points[1], self.scales[1]);
        // SAFETY: NEON is there.
        let sums = unsafe {
            if self.subtract { [vsubq_s32(a, c), vsubq_s32(b, d)] } else { [vaddq_s32(a, c), vaddq_s32(b, d)] }
        };
        outputs(&self.limits, &self.output_scale, sums)
    }
}
