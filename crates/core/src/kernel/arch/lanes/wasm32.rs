//! WebAssembly's registers of 128 bits (`simd128`).

use crate::kernel::add::Sum;
use crate::kernel::quantization::Clamp;
use crate::kernel::requantize::{Requantizer, Rounding};
use core::arch::wasm32::*;

/// Four numbers of 32 bits.
pub(super) type I32 = v128;
/// Eight numbers of 16 bits.
pub(super) type I16 = v128;

#[inline]
pub(super) fn load(numbers: &[i16; 8]) -> I16 {
    // SAFETY: sixteen bytes are read.
    unsafe { v128_load(numbers.as_ptr().cast()) }
}

#[inline]
pub(super) fn load_words(numbers: &[i16; 8]) -> I32 {
    load(numbers)
}

/// # Safety
/// Eight numbers are there.
#[inline(always)]
pub(super) unsafe fn load_at(numbers: *const i16) -> I16 {
    // SAFETY: by the contract.
    unsafe { v128_load(numbers.cast()) }
}

/// # Safety
/// Eight numbers are there.
#[inline(always)]
pub(super) unsafe fn words_at(numbers: *const i16) -> I32 {
    // SAFETY: by the contract.
    unsafe { load_at(numbers) }
}

/// # Safety
/// There is room for eight numbers.
#[inline(always)]
pub(super) unsafe fn store(to: *mut i16, numbers: I16) {
    // SAFETY: by the contract.
    unsafe { v128_store(to.cast(), numbers) }
}

#[inline]
pub(super) fn splat16(number: i16) -> I16 {
    i16x8_splat(number)
}

#[inline]
pub(super) fn splat32(number: i32) -> I32 {
    i32x4_splat(number)
}

/// The same two numbers in every lane.
///
/// # Safety
/// They are there.
#[inline(always)]
pub(super) unsafe fn pair_at(numbers: *const i16) -> I16 {
    // SAFETY: by the contract.
    unsafe { v128_load32_splat(numbers.cast()) }
}

/// Lanes of two numbers each: the first of all four, the second of all four, and so on.
#[inline]
pub(super) fn transposed([a, b, c, d]: [I16; 4]) -> [I16; 4] {
    let [e, f] = [i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b)];
    let [g, h] = [i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d)];
    [
        i64x2_shuffle::<0, 2>(e, g),
        i64x2_shuffle::<1, 3>(e, g),
        i64x2_shuffle::<0, 2>(f, h),
        i64x2_shuffle::<1, 3>(f, h),
    ]
}

/// Eight numbers less the zero point.
#[inline]
pub(super) fn widen(numbers: &[i8; 8], zero_point: I16) -> I16 {
    // SAFETY: eight bytes are read.
    let wide = unsafe { i16x8_load_extend_i8x8(numbers.as_ptr()) };
    i16x8_sub(wide, zero_point)
}

/// The eight numbers at `from` less the zero point.
///
/// # Safety
/// They are there.
#[inline]
pub(super) unsafe fn widen_at(from: *const i8, zero_point: I16) -> I16 {
    // SAFETY: by the contract.
    i16x8_sub(unsafe { i16x8_load_extend_i8x8(from) }, zero_point)
}

/// The four numbers at `from` less the zero point.
///
/// # Safety
/// They are there, and room for them.
#[inline(always)]
pub(super) unsafe fn widen_four(from: *const i8, zero_point: I16, to: *mut i16) {
    // SAFETY: by the contract.
    unsafe {
        let wide = i16x8_sub(i16x8_extend_low_i8x16(v128_load32_zero(from.cast())), zero_point);
        v128_store64_lane::<0>(wide, to.cast());
    }
}

/// As numbers in memory.
#[inline]
pub(super) fn numbers(from: I16) -> [i16; 8] {
    let mut to = [0; 8];
    // SAFETY: sixteen bytes are written.
    unsafe { v128_store(to.as_mut_ptr().cast(), from) };
    to
}

/// Eight numbers in two registers.
#[inline]
pub(super) fn words_of(numbers: &[i32; 8]) -> [I32; 2] {
    let from: *const v128 = numbers.as_ptr().cast();
    // SAFETY: 32 bytes are read.
    unsafe { [v128_load(from), v128_load(from.add(1))] }
}

/// As numbers in memory.
#[inline]
pub(super) fn words(from: I32) -> [i32; 4] {
    let mut to = [0; 4];
    // SAFETY: sixteen bytes are written.
    unsafe { v128_store(to.as_mut_ptr().cast(), from) };
    to
}

/// Adds two products a lane.
#[inline]
pub(super) fn dot(sums: I32, x: I16, weights: I16) -> I32 {
    i32x4_add(sums, i32x4_dot_i16x8(x, weights))
}

#[inline]
pub(super) fn add32(a: I32, b: I32) -> I32 {
    i32x4_add(a, b)
}

/// The bits that both have.
#[inline(always)]
pub(super) fn and(a: I16, b: I16) -> I16 {
    v128_and(a, b)
}

/// Numbers of both in turns: of the first halves, of the second halves.
#[inline]
pub(super) fn interleave(a: I16, b: I16) -> [I16; 2] {
    [i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(a, b), i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(a, b)]
}

/// The sum of each register's four lanes.
#[inline]
pub(super) fn across([a, b, c, d]: [I32; 4]) -> I32 {
    let [e, f] = [i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b)];
    let [g, h] = [i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d)];
    let (x, y) = (i32x4_add(e, f), i32x4_add(g, h));
    // Each holds even and odd lanes' sums of two registers.
    i32x4_add(i64x2_shuffle::<0, 2>(x, y), i64x2_shuffle::<1, 3>(x, y))
}

/// Numbers of a lane's scale: the scale, and how far from a whole number what is scaled may lie.
pub(super) const FACTORS: usize = 2;

/// Whether [`outputs`] tells of each sum whether it was scaled.
pub(super) const TELLS: bool = true;

/// A lane's scale as [`outputs`] takes it.
///
/// In single precision a sum times its scale is off by less than 2^-22 of itself, so by less than 2^-13 where 8 bits hold
/// the output. The first of two roundings moves it by another half of what is not shifted out by the second. What lies
/// nearer to a whole number than half less both is rounded to that number by either rounding.
pub(super) fn factors(requantizer: Requantizer, rounding: Rounding) -> Option<[i32; FACTORS]> {
    // Nothing is nearer than that.
    let Some(scale) = real(requantizer) else { return Some([0, (-1.0_f32).to_bits().cast_signed()]) };
    let power = |exponent: u32| f32::from_bits((127 - exponent) << 23);
    let right = requantizer.shift().unsigned_abs();
    let twice = if rounding == Rounding::Tflm && right > 0 { power(right + 1) } else { 0.0 };
    let distance = 0.5 - power(13) - twice;
    Some([scale, distance].map(|factor| factor.to_bits().cast_signed()))
}

/// Zero point and limits of the outputs.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The limits less the zero point, in single precision.
    least: v128,
    most: v128,
    /// What makes an output of the bits of a number to which [`WHOLE`] was added.
    zero_point: v128,
    /// [`WHOLE`]: from memory it is there sooner than from code.
    whole: v128,
}

/// Added to a number below 2^22 in magnitude it leaves the whole number nearest to it in the last bits.
const WHOLE: f32 = 12_582_912.0;

impl Limits {
    #[expect(clippy::cast_precision_loss, reason = "numbers of 9 bits")]
    pub(super) fn new(zero_point: i32, clamp: Clamp) -> Self {
        let [least, most] = [clamp.least, clamp.most].map(|limit| f32x4_splat((limit - zero_point) as f32));
        let zero_point = i32x4_splat(zero_point.wrapping_sub(WHOLE.to_bits().cast_signed()));
        Self { least, most, zero_point, whole: f32x4_splat(core::hint::black_box(WHOLE)) }
    }
}

/// Eight sums scaled, plus the zero point, within the limits, and bits for those that lie so near to the middle of two
/// whole numbers that only whole numbers can tell.
#[inline(always)]
pub(super) fn outputs(
    limits: &Limits,
    [scales, distances]: &[[I32; 2]; FACTORS],
    [low, high]: [I32; 2],
) -> ([i8; 8], u8) {
    let low = f32x4_mul(f32x4_convert_i32x4(low), scales[0]);
    let high = f32x4_mul(f32x4_convert_i32x4(high), scales[1]);
    whole(limits, [low, high], *distances)
}

/// Numbers rounded, plus the zero point, within the limits, and bits for those that are further from a whole number than
/// their distance.
#[inline(always)]
fn whole(limits: &Limits, [low, high]: [v128; 2], distances: [v128; 2]) -> ([i8; 8], u8) {
    let one = |scaled, distance| {
        let scaled = f32x4_pmin(limits.most, f32x4_pmax(limits.least, scaled));
        let rounded = f32x4_add(scaled, limits.whole);
        let off = f32x4_abs(f32x4_sub(scaled, f32x4_sub(rounded, limits.whole)));
        (i32x4_add(rounded, limits.zero_point), f32x4_gt(off, distance))
    };
    let (low, low_off) = one(low, distances[0]);
    let (high, high_off) = one(high, distances[1]);
    let words = i16x8_narrow_i32x4(low, high);
    let bytes = i8x16_narrow_i16x8(words, words);
    let bytes = i64x2_extract_lane::<0>(bytes).to_le_bytes().map(u8::cast_signed);
    (bytes, i16x8_bitmask(i16x8_narrow_i32x4(low_off, high_off)))
}

/// What makes a sum of two tensors.
///
/// Two inputs times their scales, added in single precision, are off by less than 2^-22 of what both come to. By whole numbers
/// each input is off by a unit at most before its sum is scaled, and the first rounding of that moves it by half of what
/// the second shifts out: together by 5/2 of the sum's scale.
pub(super) struct Adder {
    limits: Limits,
    zero_points: [v128; 2],
    scales: [v128; 2],
    distance: v128,
}

impl Adder {
    /// None if it does not know a scale.
    pub(super) fn new(sum: &Sum) -> Option<Self> {
        let [a, b, to] = [sum.scales[0], sum.scales[1], sum.output_scale].map(real);
        let (to, power) = (to?, |exponent: u32| f32::from_bits((127 - exponent) << 23));
        let [a, b] = [a? * (to / power(20)), b? * (to / power(20))];
        let distance = 0.5 - (a + b) * (256.0 * power(22)) - to * 2.5 - power(13);
        let b = if sum.subtract { -b } else { b };
        let [a, b, distance] = [a, b, distance].map(|number| f32x4_splat(number));
        let zero_points = sum.zero_points.map(|zero| splat16(i16::try_from(zero).unwrap_or_default()));
        Some(Self { limits: Limits::new(sum.output_zero_point, sum.clamp), zero_points, scales: [a, b], distance })
    }

    /// Eight sums, and bits for those that lie so near to the middle of two whole numbers that only whole numbers can tell.
    #[inline]
    pub(super) fn outputs(&self, first: &[i8; 8], second: &[i8; 8]) -> ([i8; 8], u8) {
        let [x, y] = [widen(first, self.zero_points[0]), widen(second, self.zero_points[1])];
        let one = |x, y| {
            let [x, y] = [f32x4_convert_i32x4(x), f32x4_convert_i32x4(y)];
            f32x4_add(f32x4_mul(x, self.scales[0]), f32x4_mul(y, self.scales[1]))
        };
        let low = one(i32x4_extend_low_i16x8(x), i32x4_extend_low_i16x8(y));
        let high = one(i32x4_extend_high_i16x8(x), i32x4_extend_high_i16x8(y));
        whole(&self.limits, [low, high], [self.distance; 2])
    }
}

/// A scale in single precision; none if it is more than 1.
#[expect(clippy::cast_precision_loss, reason = "the last bits of 31 are lost")]
fn real(requantizer: Requantizer) -> Option<f32> {
    let right = u32::try_from(-requantizer.shift()).ok()?;
    let power = f32::from_bits(127_u32.checked_sub(31 + right)? << 23);
    Some(requantizer.multiplier() as f32 * power)
}
