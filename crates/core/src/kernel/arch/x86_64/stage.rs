//! The output stage of sixteen channels at once, in 256-bit registers.
//!
//! Lanes follow the order in which two registers are packed into one: channels 0 to 3 and 8 to 11, then 4 to 7 and 12 to
//! 15. Products of 64 bits (`vpmuldq`) keep both roundings exact for every sum, multiplier and shift.

use crate::kernel::output_stage::OutputStage;
use crate::kernel::quantization::Clamp;
use crate::kernel::requantize::{Requantizer, Rounding};
use core::arch::x86_64::*;

/// Channels of a block.
pub(super) const BLOCK: usize = 16;

/// What scales the sums of a block's channels, in the order of lanes.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Scales {
    pub(super) bias: [i32; BLOCK],
    multiplier: [i32; BLOCK],
    left: [i32; BLOCK],
    right: [i32; BLOCK],
    /// `2^right - 1`.
    mask: [i32; BLOCK],
    /// Half of that, cut off.
    half: [i32; BLOCK],
}

impl Scales {
    const NOTHING: Self = Self {
        bias: [0; BLOCK],
        multiplier: [0; BLOCK],
        left: [0; BLOCK],
        right: [0; BLOCK],
        mask: [0; BLOCK],
        half: [0; BLOCK],
    };

    /// One scale for all, without bias.
    pub(super) fn of_all(requantizer: Requantizer) -> Self {
        let mut scales = Self::NOTHING;
        scales.set(&[requantizer]);
        scales
    }

    /// Those of `count` channels from `first` on; the others get zeros.
    pub(super) fn new(stage: &OutputStage<'_>, first: usize, count: usize) -> Self {
        let mut scales = Self::NOTHING;
        scales.set(stage.requantizers());
        scales.refill(stage, first, count);
        scales
    }

    /// Those of `count` channels from `first` on, in a layer that has been seen.
    #[inline]
    pub(super) fn refill(&mut self, stage: &OutputStage<'_>, first: usize, count: usize) {
        let (bias, rest) = self.bias.split_at_mut(count.min(BLOCK));
        stage.biases(first, bias);
        rest.fill(0);
        in_lanes(&mut self.bias);
        let requantizers = stage.requantizers();
        if requantizers.len() > 1 {
            self.set(requantizers.get(first..first + count).unwrap_or_default());
        }
    }

    /// One requantizer a channel, or one for all.
    #[inline]
    fn set(&mut self, requantizers: &[Requantizer]) {
        if let [one] = requantizers {
            self.multiplier = [one.multiplier(); BLOCK];
            self.right = [one.shift(); BLOCK];
        } else {
            for ((multiplier, shift), one) in self.multiplier.iter_mut().zip(&mut self.right).zip(requantizers) {
                (*multiplier, *shift) = (one.multiplier(), one.shift());
            }
            in_lanes(&mut self.multiplier);
            in_lanes(&mut self.right);
        }
        let shifts = self.left.iter_mut().zip(&mut self.right);
        for ((left, right), (mask, half)) in shifts.zip(self.mask.iter_mut().zip(&mut self.half)) {
            let shift = *right;
            (*left, *right) = (shift.max(0), (-shift).clamp(0, 31));
            *mask = (1_i32 << *right).wrapping_sub(1);
            *half = *mask >> 1;
        }
    }

    /// Takes `offset` times each channel's weights off its bias; `groups` are its weights, four bytes a channel.
    pub(super) fn less(&mut self, groups: &[[u8; 4 * BLOCK]], offset: i32) {
        for group in groups {
            for (bias, weights) in self.bias.iter_mut().zip(group.as_chunks::<4>().0) {
                let sum: i32 = weights.iter().map(|weight| i32::from(weight.cast_signed())).sum();
                *bias = bias.wrapping_sub(offset.wrapping_mul(sum));
            }
        }
    }

    /// Writes all of it to the start of `to`.
    pub(super) fn write(&self, to: &mut [u8]) {
        let from: *const u8 = core::ptr::from_ref(self).cast();
        // SAFETY: six arrays of `i32` without padding; bytes of the reference are read.
        let bytes = unsafe { core::slice::from_raw_parts(from, size_of::<Self>()) };
        for (to, from) in to.iter_mut().zip(bytes) {
            *to = *from;
        }
    }
}

/// The lane of a channel of a block.
pub(super) const fn lane(channel: usize) -> usize {
    // The second and the third four change places.
    match channel {
        4..8 => channel + 4,
        8..12 => channel - 4,
        _ => channel,
    }
}

/// Numbers in the order of channels to that of lanes.
fn in_lanes(numbers: &mut [i32; BLOCK]) {
    if let ([_, second, third, _], _) = numbers.as_chunks_mut::<4>() {
        core::mem::swap(second, third);
    }
}

/// What all channels of a layer share.
#[derive(Clone, Copy)]
pub(super) struct Finish {
    pub(super) zero_point: i32,
    pub(super) clamp: Clamp,
    pub(super) rounding: Rounding,
}

impl Finish {
    pub(super) fn new(stage: &OutputStage<'_>) -> Self {
        Self { zero_point: stage.zero_point(), clamp: stage.clamp(), rounding: stage.rounding() }
    }

    /// Outputs for the sums of a block's channels.
    ///
    /// # Safety
    /// The processor has AVX2.
    #[inline(always)]
    pub(super) unsafe fn outputs(&self, scales: &Scales, sums: [__m256i; 2]) -> __m128i {
        // SAFETY: by the contract.
        unsafe {
            let zero_point = _mm256_set1_epi32(self.zero_point);
            let [low, high] = match self.rounding {
                Rounding::Tflm => [twice(scales, 0, sums[0]), twice(scales, 8, sums[1])],
                Rounding::Litert => [once(scales, 0, sums[0]), once(scales, 8, sums[1])],
            };
            // Sums wrap as 32-bit numbers do; from there on all steps are monotone, so that clamping last is clamping.
            let low = _mm256_add_epi32(low, zero_point);
            let high = _mm256_add_epi32(high, zero_point);
            let words = _mm256_packs_epi32(low, high);
            let upper = _mm256_extracti128_si256::<1>(words);
            let bytes = _mm_packs_epi16(_mm256_castsi256_si128(words), upper);
            let (least, most) = (narrow(self.clamp.least), narrow(self.clamp.most));
            _mm_min_epi8(_mm_max_epi8(bytes, _mm_set1_epi8(least)), _mm_set1_epi8(most))
        }
    }
}

/// A limit, which is within 8 bits.
fn narrow(limit: i32) -> i8 {
    let [low, ..] = limit.to_le_bytes();
    low.cast_signed()
}

/// Eight of sixteen numbers.
///
/// # Safety
/// The processor has AVX.
#[inline(always)]
pub(super) unsafe fn eight(numbers: &[i32; BLOCK], from: usize) -> __m256i {
    let from = from & 8;
    // SAFETY: 32 bytes from number 0 or 8 on lie within the sixteen.
    unsafe { _mm256_loadu_si256(numbers.as_ptr().add(from).cast()) }
}

/// Products of even and odd lanes with their multipliers, 64 bits each, plus `even` and `odd`.
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn products(sums: __m256i, multiplier: __m256i, even: __m256i, odd: __m256i) -> [__m256i; 2] {
    // SAFETY: by the contract.
    unsafe {
        let odd_sums = _mm256_srli_epi64::<32>(sums);
        let odd_multiplier = _mm256_srli_epi64::<32>(multiplier);
        [
            _mm256_add_epi64(_mm256_mul_epi32(sums, multiplier), even),
            _mm256_add_epi64(_mm256_mul_epi32(odd_sums, odd_multiplier), odd),
        ]
    }
}

/// Even lanes of the first, odd ones of the second.
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn lanes(even: __m256i, odd: __m256i) -> __m256i {
    // SAFETY: by the contract.
    unsafe { _mm256_blend_epi32::<0b1010_1010>(even, odd) }
}

/// Eight sums scaled, rounded twice: `Requantizer::apply`.
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
pub(super) unsafe fn twice(scales: &Scales, from: usize, sums: __m256i) -> __m256i {
    // SAFETY: by the contract.
    unsafe {
        let sums = _mm256_sllv_epi32(sums, eight(&scales.left, from));
        let nudge = _mm256_set1_epi64x(1 << 30);
        let [even, odd] = products(sums, eight(&scales.multiplier, from), nudge, nudge);
        // Bits 31 to 62: the product is at most 2^62 in magnitude.
        let high = lanes(_mm256_srli_epi64::<31>(even), _mm256_slli_epi64::<1>(odd));
        let rest = _mm256_and_si256(high, eight(&scales.mask, from));
        // Half, and one more for what is negative: ties go away from zero.
        let threshold = _mm256_sub_epi32(eight(&scales.half, from), _mm256_srai_epi32::<31>(high));
        let up = _mm256_cmpgt_epi32(rest, threshold);
        _mm256_sub_epi32(_mm256_srav_epi32(high, eight(&scales.right, from)), up)
    }
}

/// Eight sums scaled, rounded once: `Requantizer::apply_once`.
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn once(scales: &Scales, from: usize, sums: __m256i) -> __m256i {
    // SAFETY: by the contract.
    unsafe {
        let (left, right) = (eight(&scales.left, from), eight(&scales.right, from));
        // 31 - shift: 1 to 62.
        let shift = _mm256_add_epi32(_mm256_sub_epi32(_mm256_set1_epi32(31), left), right);
        let even_shift = _mm256_and_si256(shift, _mm256_set1_epi64x(0xffff_ffff));
        let odd_shift = _mm256_srli_epi64::<32>(shift);
        let one = _mm256_set1_epi64x(1);
        let even_half = _mm256_srli_epi64::<1>(_mm256_sllv_epi64(one, even_shift));
        let odd_half = _mm256_srli_epi64::<1>(_mm256_sllv_epi64(one, odd_shift));
        let [even, odd] = products(sums, eight(&scales.multiplier, from), even_half, odd_half);
        // From 32 on the upper half shifted, sign included; below, the low 32 bits of what is shifted.
        let upper = lanes(_mm256_srli_epi64::<32>(even), odd);
        let far = _mm256_srav_epi32(upper, _mm256_sub_epi32(shift, _mm256_set1_epi32(32)));
        let odd_near = _mm256_slli_epi64::<32>(_mm256_srlv_epi64(odd, odd_shift));
        let near = lanes(_mm256_srlv_epi64(even, even_shift), odd_near);
        _mm256_blendv_epi8(far, near, _mm256_cmpgt_epi32(_mm256_set1_epi32(32), shift))
    }
}

#[cfg(test)]
mod tests {
    use super::super::level::Level;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        /// All sums, multipliers and shifts: past those that a layer of real scales has.
        #[test]
        fn both_roundings_are_those_of_one_number(
            sums: [i32; 8],
            multipliers in prop::array::uniform8(1_i32 << 30..=i32::MAX),
            shifts in prop::array::uniform8(-31..=30_i32),
        ) {
            if !Level::choose("avx2") {
                return Ok(());
            }
            let mut scales = Scales::NOTHING;
            let mut all = [Requantizer::default(); BLOCK];
            for ((to, multiplier), shift) in all.iter_mut().zip(multipliers).zip(shifts) {
                *to = Requantizer::new(multiplier, shift).unwrap();
            }
            // Channels 0 to 3 and 8 to 11 come first.
            all.copy_within(4..8, 8);
            scales.set(&all);
            let mut scaled = [[0_i32; 8]; 2];
            // SAFETY: the level is there; arrays of a register's size are read and written.
            unsafe {
                let sums = _mm256_loadu_si256(sums.as_ptr().cast());
                _mm256_storeu_si256(scaled[0].as_mut_ptr().cast(), twice(&scales, 0, sums));
                _mm256_storeu_si256(scaled[1].as_mut_ptr().cast(), once(&scales, 0, sums));
            }
            for (index, sum) in sums.into_iter().enumerate() {
                let one = Requantizer::new(multipliers[index], shifts[index]).unwrap();
                prop_assert_eq!(scaled[0][index], one.apply(sum));
                prop_assert_eq!(scaled[1][index], one.apply_once(sum));
            }
        }
    }
}
