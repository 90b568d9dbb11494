//! Depthwise convolution: eight channels at once, two taps of a column an instruction.

use super::panel::{halves, one_by_one};
use super::stage::{BLOCK, Finish, SCALES, Scales, is_usable, store};
use super::vector::{self, I16, I32};
use crate::kernel::arch::{Patch, portable};
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

/// Up to eight numbers and zeros.
#[inline]
fn eight(numbers: &[i8]) -> [i8; BLOCK] {
    if let Some(all) = numbers.first_chunk() {
        return *all;
    }
    let mut all = [0; BLOCK];
    all.iter_mut().zip(numbers).for_each(|(to, from)| *to = *from);
    all
}

/// As many output pixels as `output` holds, every channel.
pub(crate) fn depthwise(
    patch: &Patch,
    input: &[i8],
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
    prepared: &[i16],
) {
    let channels = patch.channels;
    let len = block_len(patch.taps);
    if prepared.len() < channels.div_ceil(BLOCK) * len {
        return portable::depthwise(patch, input, weights, stage, output, &[]);
    }
    let (finish, usable) = (Finish::new(stage), is_usable(stage));
    for (block, prepared) in prepared.chunks_exact(len).enumerate() {
        let first = block * BLOCK;
        let count = channels.saturating_sub(first).min(BLOCK);
        let Some((scales, pairs)) = prepared.split_first_chunk::<SCALES>() else { continue };
        let scales = Scales::read(scales);
        let (pairs, _) = pairs.as_chunks::<PAIR>();
        for (pixel, output) in output.chunks_exact_mut(channels.max(1)).enumerate() {
            let input = input.get(pixel * patch.input_pixel + first..).unwrap_or_default();
            let sums = one_pixel(patch, input, count, pairs, scales.bias);
            let output = output.get_mut(first..first + count).unwrap_or_default();
            if usable {
                store(finish.outputs(&scales, sums), output);
            } else {
                one_by_one(stage, first, sums, output);
            }
        }
    }
}

/// The sums of eight channels of a pixel.
#[inline]
fn one_pixel(
    patch: &Patch,
    input: &[i8],
    count: usize,
    pairs: &[[i16; PAIR]],
    bias: [I32; 2],
) -> [I32; 2] {
    let zero_point = vector::splat16(i16::try_from(patch.zero_point).unwrap_or_default());
    let [first_row, first_column] = patch.first;
    let mut sums = bias;
    for pair in first_row / 2..(first_row + patch.rows).div_ceil(2) {
        let row = |row: usize| {
            let place = row.wrapping_sub(first_row);
            if place < patch.rows { input.get(place * patch.input_row..) } else { None }
        };
        let [upper, lower] = [row(2 * pair), row(2 * pair + 1)];
        let weights = pairs.get(pair * patch.taps[1] + first_column..).unwrap_or_default();
        for (column, weights) in weights.iter().enumerate().take(patch.columns) {
            let place = column * patch.input_column;
            let load = |row: Option<&[i8]>| -> I16 {
                let Some(row) = row.and_then(|row| row.get(place..)) else { return vector::splat16(0) };
                match row.first_chunk() {
                    Some(all) => vector::widen(all, zero_point),
                    None => vector::widen(&eight(row.get(..count).unwrap_or_default()), zero_point),
                }
            };
            let [low, high] = vector::interleave(load(upper), load(lower));
            let [low_weights, high_weights] = halves(weights);
            sums = [vector::dot(sums[0], low, low_weights), vector::dot(sums[1], high, high_weights)];
        }
    }
    sums
}
