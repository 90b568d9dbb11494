//! Fully connected layers: eight rows of weights at a time, sixteen numbers of each.

use super::gather::widen;
use super::level::Level;

use super::stage::{BLOCK, Finish, Scales, eight};
use super::tile::store;
use crate::kernel::arch::portable;
use crate::kernel::output_stage::OutputStage;
use core::arch::x86_64::*;

/// Numbers of a row that are read at once.
const STEP: usize = 16;

/// Rows whose sums are kept.
const ROWS: usize = 8;

/// The channels of a block in the order of lanes.
const LANES: [[usize; ROWS]; 2] = [[0, 1, 2, 3, 8, 9, 10, 11], [4, 5, 6, 7, 12, 13, 14, 15]];

/// 16-bit numbers that a dense layer's input takes.
pub(crate) const fn dense_len(inputs: usize) -> usize {
    inputs.next_multiple_of(STEP)
}

/// One row of a dense layer: every output channel for one input vector.
pub(crate) fn dense(
    input: &[i8],
    zero_point: i32,
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
    scratch: &mut [i16],
) {
    let level = Level::current();
    let column = scratch.get_mut(..dense_len(input.len())).filter(|_| level != Level::Portable);
    let fits = !input.is_empty() && output.len() == weights.len() / input.len();
    let Some(column) = column.filter(|_| fits) else {
        return portable::dense(input, zero_point, weights, stage, output, scratch);
    };
    let (to, rest) = column.split_at_mut_checked(input.len()).unwrap_or_default();
    // An i8 less an i8 needs 9 bits.
    let zero_point = i16::try_from(zero_point).unwrap_or_default();
    // SAFETY: the level has AVX2.
    unsafe { widen(input, zero_point, to) };
    rest.fill(0);
    let depth = input.len();
    // SAFETY: the column has `depth` numbers and zeros up to a multiple of `STEP`, `output` has as many numbers as
    // `weights` has rows; the processor has the level's instructions.
    unsafe {
        match level {
            Level::Avx512Vnni => avx512_vnni(column, depth, weights, stage, output),
            Level::AvxVnni => avx_vnni(column, depth, weights, stage, output),
            _ => avx2(column, depth, weights, stage, output),
        }
    }
}

/// Adds the products of two numbers a lane.
trait Pairs {
    /// # Safety
    /// The processor has the instruction.
    unsafe fn add(sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i;
}

struct Avx2;
impl Pairs for Avx2 {
    #[inline(always)]
    unsafe fn add(sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: by the contract.
        unsafe { _mm256_add_epi32(sums, _mm256_madd_epi16(inputs, weights)) }
    }
}

struct Avx512Vnni;
impl Pairs for Avx512Vnni {
    #[inline(always)]
    unsafe fn add(sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: by the contract.
        unsafe { _mm256_dpwssd_epi32(sums, inputs, weights) }
    }
}

struct AvxVnni;
impl Pairs for AvxVnni {
    #[inline(always)]
    unsafe fn add(sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: by the contract.
        unsafe { _mm256_dpwssd_avx_epi32(sums, inputs, weights) }
    }
}

#[target_feature(enable = "avx2")]
unsafe fn avx2(column: &[i16], depth: usize, weights: &[i8], stage: &OutputStage<'_>, output: &mut [i8]) {
    // SAFETY: by the contract of `rows`.
    unsafe { rows::<Avx2>(column, depth, weights, stage, output) }
}

#[target_feature(enable = "avx2,avx512vnni,avx512vl")]
unsafe fn avx512_vnni(
    column: &[i16],
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
) {
    // SAFETY: by the contract of `rows`.
    unsafe { rows::<Avx512Vnni>(column, depth, weights, stage, output) }
}

#[target_feature(enable = "avx2,avxvnni")]
unsafe fn avx_vnni(column: &[i16], depth: usize, weights: &[i8], stage: &OutputStage<'_>, output: &mut [i8]) {
    // SAFETY: by the contract of `rows`.
    unsafe { rows::<AvxVnni>(column, depth, weights, stage, output) }
}

/// # Safety
/// `column` has `depth` numbers, at least 1, and zeros up to a multiple of `STEP`; `weights` has a row of `depth` for
/// each of `output`; the processor has the instructions.
#[inline(always)]
unsafe fn rows<P: Pairs>(
    column: &[i16],
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
) {
    let finish = Finish::new(stage);
    let mut scales = Scales::new(stage, 0, BLOCK);
    for (block, output) in output.chunks_mut(BLOCK).enumerate() {
        let (first, count) = (block * BLOCK, output.len());
        scales.refill(stage, first, count);
        let weights = weights.get(first * depth..).unwrap_or_default();
        // SAFETY: by the contract: `count` rows from `first` on are there, and `output` has as many numbers.
        unsafe {
            let mut sums = [eight(&scales.bias, 0), eight(&scales.bias, 8)];
            for (sums, channels) in sums.iter_mut().zip(LANES) {
                let rows = channels.map(|channel| channel.min(count - 1) * depth);
                *sums = _mm256_add_epi32(*sums, eight_rows::<P>(column, depth, weights, rows));
            }
            store(output.as_mut_ptr(), finish.outputs(&scales, sums), count);
        }
    }
}

/// The sums of eight rows of `weights`.
///
/// # Safety
/// As `rows`; from each of `places` on a row is there.
#[inline(always)]
unsafe fn eight_rows<P: Pairs>(
    column: &[i16],
    depth: usize,
    weights: &[i8],
    places: [usize; ROWS],
) -> __m256i {
    let whole = depth / STEP * STEP;
    let starts = places.map(|place| weights.as_ptr().wrapping_add(place));
    // SAFETY: by the contract: `whole` numbers of each row and of the column are read; of the last step, only what
    // lies within `weights`.
    unsafe {
        let mut sums = [_mm256_setzero_si256(); ROWS];
        for at in (0..whole).step_by(STEP) {
            let inputs = _mm256_loadu_si256(column.as_ptr().add(at).cast());
            for (sum, start) in sums.iter_mut().zip(starts) {
                let row = _mm256_cvtepi8_epi16(_mm_loadu_si128(start.add(at).cast()));
                *sum = P::add(*sum, inputs, row);
            }
        }
        if whole < depth {
            let inputs = _mm256_loadu_si256(column.as_ptr().add(whole).cast());
            for (sum, place) in sums.iter_mut().zip(places) {
                let at = place + whole;
                // What follows the row meets a zero of the column.
                let bytes = match weights.get(at..).and_then(|rest| rest.first_chunk::<STEP>()) {
                    Some(bytes) => _mm_loadu_si128(bytes.as_ptr().cast()),
                    None => {
                        let mut bytes = [0_i8; STEP];
                        let rest = weights.get(at..).unwrap_or_default();
                        bytes.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                        _mm_loadu_si128(bytes.as_ptr().cast())
                    }
                };
                *sum = P::add(*sum, inputs, _mm256_cvtepi8_epi16(bytes));
            }
        }
        let [a, b, c, d, e, f, g, h] = sums;
        let low = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
        let high = _mm256_hadd_epi32(_mm256_hadd_epi32(e, f), _mm256_hadd_epi32(g, h));
        _mm256_add_epi32(
            _mm256_permute2x128_si256::<0x20>(low, high),
            _mm256_permute2x128_si256::<0x31>(low, high),
        )
    }
}
