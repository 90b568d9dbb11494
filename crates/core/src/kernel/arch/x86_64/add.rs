//! Sums of two tensors, sixteen elements at once.

use super::level::Level;
use super::stage::{BLOCK, Finish, Scales, twice};
use crate::kernel::add::Sum;
use crate::kernel::requantize::Rounding;
use core::arch::x86_64::*;

/// Sums as many elements as fill whole blocks; how many these are.
pub(crate) fn add(sum: &Sum, first: &[i8], second: &[i8], output: &mut [i8]) -> usize {
    if Level::current() == Level::Portable {
        return 0;
    }
    let (first, _) = first.as_chunks::<BLOCK>();
    let (second, _) = second.as_chunks::<BLOCK>();
    let (output, _) = output.as_chunks_mut::<BLOCK>();
    // SAFETY: the level has AVX2.
    unsafe { blocks(sum, first, second, output) };
    output.len().min(first.len()).min(second.len()) * BLOCK
}

#[target_feature(enable = "avx2")]
fn blocks(sum: &Sum, first: &[[i8; BLOCK]], second: &[[i8; BLOCK]], output: &mut [[i8; BLOCK]]) {
    let [a, b] = sum.scales.map(Scales::of_all);
    let scales = Scales::of_all(sum.output_scale);
    let finish = Finish { zero_point: sum.output_zero_point, clamp: sum.clamp, rounding: Rounding::Tflm };
    // SAFETY: sixteen bytes of each block are read or written; the function has AVX2.
    unsafe {
        let scaled = |from: &[i8; BLOCK], zero_point: i32, scales: &Scales| {
            // Into the order of lanes.
            let bytes = _mm_shuffle_epi32::<0b11_01_10_00>(_mm_loadu_si128(from.as_ptr().cast()));
            [bytes, _mm_srli_si128::<8>(bytes)].map(|eight| {
                let wide = _mm256_sub_epi32(_mm256_cvtepi8_epi32(eight), _mm256_set1_epi32(zero_point));
                twice(scales, 0, _mm256_slli_epi32::<20>(wide))
            })
        };
        let [zero_a, zero_b] = sum.zero_points;
        for ((x, y), to) in first.iter().zip(second).zip(output) {
            let ([x, z], [y, w]) = (scaled(x, zero_a, &a), scaled(y, zero_b, &b));
            let sums = if sum.subtract {
                [_mm256_sub_epi32(x, y), _mm256_sub_epi32(z, w)]
            } else {
                [_mm256_add_epi32(x, y), _mm256_add_epi32(z, w)]
            };
            _mm_storeu_si128(to.as_mut_ptr().cast(), finish.outputs(&scales, sums));
        }
    }
}
