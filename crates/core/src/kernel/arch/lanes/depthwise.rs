//! Depthwise convolution: eight channels at once, two taps of a column an instruction.

use super::panel::{eight, halves};
use super::stage::{BLOCK, Finish, SCALES, Scales};
use super::vector::{self, I16, I32};
use crate::kernel::arch::Patch;
use crate::kernel::output_stage::OutputStage;

/// Numbers of two taps, one above the other, of a block.
const PAIR: usize = 2 * BLOCK;

/// Numbers of one block of channels: its scales, then pairs of taps, row by row.
const fn block_len(taps: [usize; 2]) -> usize {
    SCALES + taps[0].div_ceil(2) * taps[1] * PAIR
}

/// 16-bit numbers of a prepared filter of so many rows and columns.
pub(crate) const fn depthwise_len(channels: usize, taps: [usize; 2]) -> usize {
    channels.div_ceil(BLOCK) * block_len(taps)
}

/// The prepared filter in the scratch memory; none if there is too little.
pub(crate) fn prepare_depthwise<'s>(
    scratch: &'s mut [i16],
    channels: usize,
    taps: [usize; 2],
    weights: &[i8],
    stage: &OutputStage<'_>,
) -> Option<&'s [i16]> {
    let prepared = scratch.get_mut(..depthwise_len(channels, taps))?;
    for (block, to) in prepared.chunks_exact_mut(block_len(taps)).enumerate() {
        let first = block * BLOCK;
        let count = (channels - first).min(BLOCK);
        let (scales, pairs) = to.split_at_mut_checked(SCALES).unwrap_or_default();
        Scales::write(stage, first, count, scales);
        let places = (0..taps[0]).step_by(2).flat_map(|row| (0..taps[1]).map(move |column| (row, column)));
        for (pair, (row, column)) in pairs.as_chunks_mut::<PAIR>().0.iter_mut().zip(places) {
            let tap = |row: usize| {
                let from = (row * taps[1] + column) * channels + first;
                let weights = weights.get(from..from + count).filter(|_| row < taps[0]);
                vector::widen(&eight(weights.unwrap_or_default()), vector::splat16(0))
            };
            let [low, high] = vector::interleave(tap(row), tap(row + 1)).map(vector::numbers);
            pair.iter_mut().zip(low.into_iter().chain(high)).for_each(|(to, weight)| *to = weight);
        }
    }
    Some(prepared)
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
    let len = block_len(patch.taps);
    let pixels = output.len().checked_div(channels).unwrap_or(0);
    let last = |row: usize, column: usize| {
        patch.rows.wrapping_sub(1).wrapping_mul(row) + patch.columns.wrapping_sub(1).wrapping_mul(column)
    };
    let fits = pixels > 0
        && patch.rows > 0
        && patch.columns > 0
        && patch.first[0] + patch.rows <= patch.taps[0]
        && patch.first[1] + patch.columns <= patch.taps[1]
        && prepared.len() >= channels.div_ceil(BLOCK) * len
        && (pixels - 1) * patch.input_pixel + last(patch.input_row, patch.input_column) + channels
            <= input.len();
    if !fits {
        return false;
    }
    let finish = Finish::new(stage);
    for (block, prepared) in prepared.chunks_exact(len).enumerate() {
        let first = block * BLOCK;
        let count = channels.saturating_sub(first).min(BLOCK);
        let Some((scales, pairs)) = prepared.split_first_chunk::<SCALES>() else { continue };
        let scales = Scales::read(scales);
        let mut run = Run {
            patch,
            input: input.as_ptr().wrapping_add(first),
            count,
            pairs: pairs.as_chunks().0,
            bias: scales.bias,
        };
        let mut pixel = 0;
        while pixel < pixels {
            let mut sums = [run.bias; TOGETHER];
            // SAFETY: all taps of all pixels lie in the input, as `fits` says: of this pixel and, where they are
            // computed together, of the next ones.
            let taken = unsafe { run.some(pixels - pixel, &mut sums) };
            for sums in sums.into_iter().take(taken) {
                let start = pixel * channels + first;
                let output = output.get_mut(start..start + count).unwrap_or_default();
                finish.store(&scales, first, sums, output);
                pixel += 1;
                run.input = run.input.wrapping_add(patch.input_pixel);
            }
        }
    }
    true
}

/// Pixels that are computed together where three taps lie side by side.
const TOGETHER: usize = 2;

/// A block of channels of some pixels.
struct Run<'r> {
    patch: &'r Patch,
    /// The pixel's first tap.
    input: *const i8,
    /// Channels that are there.
    count: usize,
    pairs: &'r [[i16; PAIR]],
    bias: [I32; 2],
}

/// Inputs under two rows of taps; null where the row lies outside.
type Two = [*const i8; 2];

impl Run<'_> {
    /// Adds the products of one or more of the `left` pixels; of how many.
    ///
    /// # Safety
    /// All taps of so many pixels are there.
    #[inline]
    unsafe fn some(&self, left: usize, sums: &mut [[I32; 2]; TOGETHER]) -> usize {
        let patch = self.patch;
        let three = patch.columns == 3 && patch.taps[1] == 3 && patch.input_pixel == patch.input_column;
        let together = three && left >= TOGETHER;
        let [first_row, first_column] = patch.first;
        for pair in first_row / 2..(first_row + patch.rows).div_ceil(2) {
            let row = |row: usize| {
                let place = row.wrapping_sub(first_row);
                let there = place < patch.rows;
                if there { self.input.wrapping_add(place * patch.input_row) } else { core::ptr::null() }
            };
            let rows = [row(2 * pair), row(2 * pair + 1)];
            let weights = self.pairs.get(pair * patch.taps[1] + first_column..).unwrap_or_default();
            // SAFETY: by the contract.
            unsafe {
                match weights.first_chunk() {
                    Some([left, middle, right]) if together => {
                        let [a, b] = [self.inputs(rows, 0), self.inputs(rows, 1)];
                        let [c, d] = [self.inputs(rows, 2), self.inputs(rows, 3)];
                        sums[0] = add(add(add(sums[0], a, left), b, middle), c, right);
                        sums[1] = add(add(add(sums[1], b, left), c, middle), d, right);
                    }
                    _ => {
                        for (column, weights) in weights.iter().enumerate().take(patch.columns) {
                            sums[0] = add(sums[0], self.inputs(rows, column), weights);
                        }
                    }
                }
            }
        }
        if together { TOGETHER } else { 1 }
    }

    /// A column's inputs of two rows less their zero point, side by side; zeros for a row that is not there.
    ///
    /// # Safety
    /// The inputs are there.
    #[inline]
    unsafe fn inputs(&self, rows: Two, column: usize) -> [I16; 2] {
        let zero_point = vector::splat16(i16::try_from(self.patch.zero_point).unwrap_or_default());
        let place = column * self.patch.input_column;
        let [upper, lower] = rows.map(|row| {
            if row.is_null() {
                return vector::splat16(0);
            }
            let from = row.wrapping_add(place);
            // SAFETY: by the contract, `count` channels are there.
            unsafe {
                if self.count == BLOCK {
                    return vector::widen_at(from, zero_point);
                }
                let mut all = [0; BLOCK];
                all.as_mut_ptr().copy_from_nonoverlapping(from, self.count);
                vector::widen(&all, zero_point)
            }
        });
        vector::interleave(upper, lower)
    }
}

/// Adds two products a lane.
#[inline]
fn add(sums: [I32; 2], inputs: [I16; 2], weights: &[i16; PAIR]) -> [I32; 2] {
    let [low, high] = halves(weights);
    [vector::dot(sums[0], inputs[0], low), vector::dot(sums[1], inputs[1], high)]
}
