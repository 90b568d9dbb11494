//! Depthwise convolution: sixteen channels at once, two taps of a column an instruction.

use super::level::Level;
use super::panel::{bytes_mut, sixteen};
use super::stage::{BLOCK, Finish, Scales, eight};
use super::tile::store;
use crate::kernel::arch::Patch;
use crate::kernel::output_stage::OutputStage;
use crate::kernel::pieces::pieces_mut;
use core::arch::x86_64::*;

/// Bytes of two taps, one above the other, of a block: 16 bits each.
const PAIR: usize = 2 * 2 * BLOCK;

/// Bytes to which the prepared blocks are aligned.
const LINE: usize = align_of::<Scales>();

/// Bytes of one block of channels: its scales, then pairs of taps, row by row.
const fn block_len(taps: [usize; 2]) -> usize {
    size_of::<Scales>() + taps[0].div_ceil(2) * taps[1] * PAIR
}

/// 16-bit numbers of a prepared filter of so many rows and columns, and what aligns it.
pub(crate) const fn depthwise_len(channels: usize, taps: [usize; 2]) -> usize {
    (channels.div_ceil(BLOCK) * block_len(taps) + LINE) / size_of::<i16>()
}

/// The prepared filter in the scratch memory; none if there is too little.
pub(crate) fn prepare_depthwise<'s>(
    scratch: &'s mut [i16],
    channels: usize,
    taps: [usize; 2],
    weights: &[i8],
    stage: &OutputStage<'_>,
) -> Option<&'s [i16]> {
    if Level::current() == Level::Portable {
        return None;
    }
    let skip = scratch.as_ptr().align_offset(LINE);
    let len = channels.div_ceil(BLOCK) * block_len(taps) / size_of::<i16>();
    let prepared = scratch.get_mut(skip..)?.get_mut(..len)?;
    for (block, to) in pieces_mut(bytes_mut(prepared), block_len(taps)).enumerate() {
        let first = block * BLOCK;
        let (head, pairs) = to.split_at_mut_checked(size_of::<Scales>()).unwrap_or_default();
        Scales::new(stage, first, (channels - first).min(BLOCK)).write(head);
        let mut pairs = pairs.as_chunks_mut::<PAIR>().0.iter_mut();
        for row in (0..taps[0]).step_by(2) {
            for column in 0..taps[1] {
                let tap = |row: usize| {
                    let from = (row * taps[1] + column) * channels + first;
                    let weights = weights.get(from..from + (channels - first).min(BLOCK));
                    sixteen(weights.filter(|_| row < taps[0]).unwrap_or_default())
                };
                if let Some(pair) = pairs.next() {
                    // SAFETY: the level has AVX2.
                    unsafe { interleave(tap(row), tap(row + 1), pair) };
                }
            }
        }
    }
    Some(prepared)
}

/// Pairs of upper and lower weights, in the order of a block's sums.
#[target_feature(enable = "avx2")]
fn interleave(upper: [i8; BLOCK], lower: [i8; BLOCK], to: &mut [u8; PAIR]) {
    // SAFETY: sixteen bytes of each array are read, 64 of `to` written.
    unsafe {
        let upper = _mm256_cvtepi8_epi16(_mm_loadu_si128(upper.as_ptr().cast()));
        let lower = _mm256_cvtepi8_epi16(_mm_loadu_si128(lower.as_ptr().cast()));
        let to: *mut __m256i = to.as_mut_ptr().cast();
        _mm256_storeu_si256(to, _mm256_unpacklo_epi16(upper, lower));
        _mm256_storeu_si256(to.add(1), _mm256_unpackhi_epi16(upper, lower));
    }
}

/// As many output pixels as `output` holds, every channel, by a prepared filter; false if that is too short.
pub(crate) fn depthwise_prepared(
    patch: &Patch,
    input: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
    prepared: &[i16],
) -> bool {
    let channels = patch.channels;
    let pixels = output.len().checked_div(channels).unwrap_or(0);
    let len = block_len(patch.taps);
    let last = |row: usize, column: usize| (patch.rows - 1) * row + (patch.columns - 1) * column;
    let fits = pixels > 0
        && patch.rows > 0
        && patch.columns > 0
        && patch.first[0] + patch.rows <= patch.taps[0]
        && patch.first[1] + patch.columns <= patch.taps[1]
        && prepared.as_ptr().cast::<Scales>().is_aligned()
        && size_of_val(prepared) >= channels.div_ceil(BLOCK) * len
        && (pixels - 1) * patch.input_pixel + last(patch.input_row, patch.input_column) + channels
            <= input.len();
    if !fits || Level::current() == Level::Portable {
        return false;
    }
    let finish = Finish::new(stage);
    for (index, first) in (0..channels).step_by(BLOCK).enumerate() {
        let prepared: *const u8 = prepared.as_ptr().cast();
        let run = Run {
            input: input.as_ptr().wrapping_add(first),
            scales: prepared.wrapping_add(index * len).cast(),
            output: output.as_mut_ptr().wrapping_add(first),
            channels: (channels - first).min(BLOCK),
        };
        // SAFETY: all taps of all pixels lie in the input, the block's scales and weights in what was prepared, as
        // `fits` says; the level has AVX2.
        unsafe {
            match run.channels {
                BLOCK => run.pixels::<BLOCK>(patch, pixels, &finish),
                8 => run.pixels::<8>(patch, pixels, &finish),
                _ => run.pixels::<0>(patch, pixels, &finish),
            }
        }
    }
    true
}

/// A block of channels of some pixels.
#[derive(Clone, Copy)]
struct Run {
    /// The first pixel's first tap.
    input: *const i8,
    scales: *const Scales,
    output: *mut i8,
    channels: usize,
}

/// Pixels that are computed together where three taps lie side by side.
const TOGETHER: usize = 4;

impl Run {
    /// All pixels; `N` channels, or as many as there are if it is 0.
    ///
    /// # Safety
    /// All taps of `pixels` pixels are there, and as many outputs; the processor has AVX2.
    #[target_feature(enable = "avx2")]
    unsafe fn pixels<const N: usize>(mut self, patch: &Patch, pixels: usize, finish: &Finish) {
        let mut left = pixels;
        let three = N > 0 && patch.columns == 3 && patch.taps[1] == 3;
        let stride = match patch.input_pixel {
            pixel if pixel == patch.input_column => 1,
            pixel if pixel == 2 * patch.input_column => 2,
            _ => 0,
        };
        // SAFETY: by the contract; each call takes its pixels and steps over them.
        unsafe {
            while left > 0 {
                let taken = match (three, stride, left) {
                    (true, 1, TOGETHER..) => self.three::<N, 1, TOGETHER>(patch, finish),
                    (true, 1, 2..) => self.three::<N, 1, 2>(patch, finish),
                    (true, 2, TOGETHER..) => self.three::<N, 2, TOGETHER>(patch, finish),
                    (true, 2, 2..) => self.three::<N, 2, 2>(patch, finish),
                    _ => self.one::<N>(patch, finish),
                };
                self.input = self.input.wrapping_add(taken * patch.input_pixel);
                self.output = self.output.wrapping_add(taken * patch.channels);
                left -= taken;
            }
        }
    }

    /// One pixel, any taps.
    ///
    /// # Safety
    /// As `pixels`.
    #[inline(always)]
    unsafe fn one<const N: usize>(&self, patch: &Patch, finish: &Finish) -> usize {
        // SAFETY: by the contract of `pixels`.
        unsafe {
            let scales = &*self.scales;
            let mut sums = [eight(&scales.bias, 0), eight(&scales.bias, 8)];
            for pair in self.pairs(patch) {
                for column in 0..patch.columns {
                    let x = self.inputs::<N, true>(patch, &pair, column);
                    sums = add(sums, x, pair.weights.add(2 * column));
                }
            }
            store(self.output, finish.outputs(scales, sums), self.channels);
        }
        1
    }

    /// `P` pixels that are `S` inputs apart, three taps side by side: inputs are read and widened once for all.
    ///
    /// # Safety
    /// As `pixels`.
    #[inline(always)]
    unsafe fn three<const N: usize, const S: usize, const P: usize>(
        &self,
        patch: &Patch,
        finish: &Finish,
    ) -> usize {
        // SAFETY: by the contract of `pixels`.
        unsafe {
            let scales = &*self.scales;
            let mut sums = [[eight(&scales.bias, 0), eight(&scales.bias, 8)]; P];
            for pair in self.pairs(patch) {
                if pair.lower.is_null() {
                    self.three_columns::<N, S, P, false>(patch, &pair, &mut sums);
                } else {
                    self.three_columns::<N, S, P, true>(patch, &pair, &mut sums);
                }
            }
            for (pixel, sums) in sums.into_iter().enumerate() {
                let to = self.output.wrapping_add(pixel * patch.channels);
                store(to, finish.outputs(scales, sums), self.channels);
            }
        }
        P
    }

    /// # Safety
    /// As `pixels`.
    #[inline(always)]
    unsafe fn three_columns<const N: usize, const S: usize, const P: usize, const LOWER: bool>(
        &self,
        patch: &Patch,
        pair: &Pair,
        sums: &mut [[__m256i; 2]; P],
    ) {
        // SAFETY: by the contract of `pixels`.
        unsafe {
            for column in 0..(P - 1) * S + 3 {
                let x = self.inputs::<N, LOWER>(patch, pair, column);
                for (pixel, sums) in sums.iter_mut().enumerate() {
                    if (pixel * S..pixel * S + 3).contains(&column) {
                        *sums = add(*sums, x, pair.weights.add(2 * (column - pixel * S)));
                    }
                }
            }
        }
    }

    /// The pairs of rows of taps of which at least one is there.
    #[inline(always)]
    fn pairs(&self, patch: &Patch) -> impl Iterator<Item = Pair> {
        let [first_row, first_column] = patch.first;
        let (rows, columns, step) = (patch.rows, patch.taps[1], patch.input_row);
        let (input, weights) = (self.input, self.scales.wrapping_add(1).cast::<u8>());
        (first_row / 2..(first_row + rows).div_ceil(2)).map(move |pair| {
            let row = |row: usize| {
                let place = row.wrapping_sub(first_row);
                if place < rows { input.wrapping_add(place * step) } else { core::ptr::null() }
            };
            Pair {
                upper: row(2 * pair),
                lower: row(2 * pair + 1),
                weights: weights.wrapping_add((pair * columns + first_column) * PAIR).cast(),
            }
        })
    }

    /// A column's inputs of two rows less their zero point, side by side; zeros for a row that is not there.
    ///
    /// # Safety
    /// As `pixels`; without `LOWER` there is no lower row.
    #[inline(always)]
    unsafe fn inputs<const N: usize, const LOWER: bool>(
        &self,
        patch: &Patch,
        pair: &Pair,
        column: usize,
    ) -> [__m256i; 2] {
        let place = column * patch.input_column;
        // SAFETY: by the contract of `pixels`: as many channels are there.
        unsafe {
            let zero_point = _mm256_set1_epi16(i16::try_from(patch.zero_point).unwrap_or_default());
            let load = |row: *const i8| {
                if row.is_null() {
                    return _mm256_setzero_si256();
                }
                let at = row.wrapping_add(place);
                let bytes = match N {
                    BLOCK => _mm_loadu_si128(at.cast()),
                    8 => _mm_loadl_epi64(at.cast()),
                    _ => {
                        let mut all = [0_i8; BLOCK];
                        all.as_mut_ptr().copy_from_nonoverlapping(at, self.channels.min(BLOCK));
                        _mm_loadu_si128(all.as_ptr().cast())
                    }
                };
                _mm256_sub_epi16(_mm256_cvtepi8_epi16(bytes), zero_point)
            };
            let upper = load(pair.upper);
            let lower = if LOWER { load(pair.lower) } else { _mm256_setzero_si256() };
            [_mm256_unpacklo_epi16(upper, lower), _mm256_unpackhi_epi16(upper, lower)]
        }
    }
}

/// Two rows of taps, one above the other.
struct Pair {
    /// The inputs under the first tap of each; null where the row lies outside.
    upper: *const i8,
    lower: *const i8,
    /// The weights of the first column that is there.
    weights: *const __m256i,
}

/// Adds two products of 16 bits a lane.
///
/// # Safety
/// The processor has AVX2; the weights of a block are there.
#[inline(always)]
unsafe fn add(sums: [__m256i; 2], inputs: [__m256i; 2], weights: *const __m256i) -> [__m256i; 2] {
    // SAFETY: by the contract.
    unsafe {
        let low = _mm256_madd_epi16(inputs[0], _mm256_loadu_si256(weights));
        let high = _mm256_madd_epi16(inputs[1], _mm256_loadu_si256(weights.add(1)));
        [_mm256_add_epi32(sums[0], low), _mm256_add_epi32(sums[1], high)]
    }
}
