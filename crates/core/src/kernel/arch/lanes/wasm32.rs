//! WebAssembly's registers of 128 bits (`simd128`).

use core::arch::wasm32::*;

/// Four numbers of 32 bits.
pub(super) type I32 = v128;
/// Eight numbers of 16 bits.
pub(super) type I16 = v128;

/// Whether [`scale`] knows a requantizer's shift. There is no shift by another number a lane: a product takes its place.
pub(super) const fn knows(shift: i32) -> bool {
    -30 <= shift && shift <= 0
}

/// What [`scale`] takes for a shift to the right.
pub(super) const fn shift(right: u32) -> i32 {
    (1_i32 << 30) >> right
}

#[inline]
pub(super) fn load(numbers: &[i16; 8]) -> I16 {
    // SAFETY: sixteen bytes are read.
    unsafe { v128_load(numbers.as_ptr().cast()) }
}

#[inline]
pub(super) fn load_words(numbers: &[i16; 8]) -> I32 {
    load(numbers)
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
#[inline]
pub(super) fn pair(numbers: &[i16; 2]) -> I16 {
    // SAFETY: four bytes are read.
    unsafe { v128_load32_splat(numbers.as_ptr().cast()) }
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

/// As numbers in memory.
#[inline]
pub(super) fn numbers(from: I16) -> [i16; 8] {
    let mut to = [0; 8];
    // SAFETY: sixteen bytes are written.
    unsafe { v128_store(to.as_mut_ptr().cast(), from) };
    to
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

#[inline]
pub(super) fn sub32(a: I32, b: I32) -> I32 {
    i32x4_sub(a, b)
}

/// Numbers of both in turns: of the first halves, of the second halves.
#[inline]
pub(super) fn interleave(a: I16, b: I16) -> [I16; 2] {
    [i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(a, b), i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(a, b)]
}

/// Eight numbers times 2^20.
#[inline]
pub(super) fn shifted(numbers: I16) -> [I32; 2] {
    let [low, high] = [i32x4_extend_low_i16x8(numbers), i32x4_extend_high_i16x8(numbers)];
    [i32x4_shl(low, 20), i32x4_shl(high, 20)]
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

/// Bits 30 or 31 and above of four products and a half.
#[inline]
fn upper<const SHIFT: u32>(a: v128, b: v128) -> v128 {
    let half = i64x2_splat(1 << (SHIFT - 1));
    let low = u64x2_shr(i64x2_add(i64x2_extmul_low_i32x4(a, b), half), SHIFT);
    let high = u64x2_shr(i64x2_add(i64x2_extmul_high_i32x4(a, b), half), SHIFT);
    i32x4_shuffle::<0, 2, 4, 6>(low, high)
}

/// Four sums scaled, rounded twice: `Requantizer::apply`.
///
/// `shift` is 2^(30 - right), `ties` -1 where something is shifted out.
#[inline]
pub(super) fn scale(sums: I32, multiplier: I32, shift: I32, ties: I32) -> I32 {
    let high = upper::<31>(sums, multiplier);
    // One less for what is negative: ties, which the half takes up, go away from zero.
    let lower = v128_and(i32x4_shr(high, 31), ties);
    upper::<30>(i32x4_add(high, lower), shift)
}

/// Eight numbers plus the zero point, within limits of 8 bits.
#[inline]
pub(super) fn narrow([low, high]: [I32; 2], zero_point: i32, least: i32, most: i32) -> [i8; 8] {
    let zero_point = i32x4_splat(zero_point);
    let words = i16x8_narrow_i32x4(i32x4_add(low, zero_point), i32x4_add(high, zero_point));
    let [least, most] = [least, most].map(|limit| i8::try_from(limit).unwrap_or_default());
    let bytes = i8x16_narrow_i16x8(words, words);
    let bytes = i8x16_min(i8x16_max(bytes, i8x16_splat(least)), i8x16_splat(most));
    let mut to = [0; 8];
    // SAFETY: eight bytes are written.
    unsafe { v128_store64_lane::<0>(bytes, to.as_mut_ptr().cast()) };
    to
}
