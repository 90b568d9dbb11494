//! The inner loops in plain Rust: what every processor can run and what all others are tested against.

#![cfg_attr(
    any(armv7em, armv7m, armv6m, rv32m, wide),
    allow(dead_code, reason = "what an instruction set has loops of its own for")
)]

use super::{Patch, Planes, rolled};
use crate::kernel::add::Sum;
#[cfg(not(armv7em))]
use crate::kernel::output_stage::Channel;
use crate::kernel::output_stage::OutputStage;
use crate::kernel::pieces::pieces;
#[cfg(armv7em)]
use crate::kernel::pieces::pieces_mut;
use crate::kernel::requantize::rounding_high_mul;

/// Columns of a panel.
pub(crate) const COLUMNS: usize = 2;

/// Channels that a depthwise run keeps sums of.
#[cfg(not(armv7em))]
const LANES: usize = 16;

/// 16-bit numbers of a panel: [`COLUMNS`] columns of `depth` elements, one after the other.
pub(crate) const fn panel_len(depth: usize, _: usize) -> usize {
    depth * COLUMNS
}

/// The panel in the scratch memory; none if there is too little.
pub(crate) fn panel(scratch: &mut [i16], depth: usize, filters: usize) -> Option<&mut [i16]> {
    scratch.get_mut(..panel_len(depth, filters))
}

/// Makes every column one of inputs that equal their zero point.
pub(crate) fn clear(panel: &mut [i16], _: usize, _: i32) {
    panel.fill(0);
}

/// Packs the rows of `weights` that the next products take, whose output channels begin at `first_channel`: here they
/// are read where they are.
pub(crate) const fn prepare(_: &mut [i16], _: usize, _: &[i8], _: &OutputStage<'_>, _: usize, _: i32) {}

/// Puts inputs less their zero point into a column, from the column's element `offset` on.
#[inline]
pub(crate) fn put(
    panel: &mut [i16],
    depth: usize,
    column: usize,
    offset: usize,
    from: &[i8],
    zero_point: i32,
) {
    // An i8 less an i8 needs 9 bits.
    let zero_point = i16::try_from(zero_point).unwrap_or_default();
    let to = panel.get_mut(column * depth + offset..).unwrap_or_default();
    for (to, from) in to.iter_mut().zip(from) {
        *to = i16::from(*from) - zero_point;
    }
}

/// Output channels from `first_channel` on, one a row of `weights`, for the first `columns` pixels of a panel.
///
/// Each column and each row of weights has `depth` elements. A pixel's outputs begin at a multiple of `pixel_stride`
/// in `output`.
#[expect(
    clippy::too_many_arguments,
    reason = "the shape of one block of work, the same for all instruction sets"
)]
pub(crate) fn products(
    panel: &[i16],
    columns: usize,
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    output: &mut [i8],
    pixel_stride: usize,
) {
    let columns = panel.get(..columns * depth).unwrap_or_default();
    let pairs = columns.chunks((2 * depth).max(1)).zip(output.chunks_mut((2 * pixel_stride).max(1)));
    for (pair, output) in pairs {
        match pair.split_at_checked(depth) {
            Some((left, right)) if right.len() == depth => {
                if let Some((first, second)) = output.split_at_mut_checked(pixel_stride) {
                    two_columns(left, right, weights, stage, first_channel, first, second);
                }
            }
            _ => one_column(pair, weights, stage, first_channel, output),
        }
    }
}

/// Blocks of two columns by two channels: four products for four loads.
fn two_columns(
    left: &[i16],
    right: &[i16],
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    left_output: &mut [i8],
    right_output: &mut [i8],
) {
    let depth = left.len();
    // Other groups' outputs may follow.
    let rows = weights.len() / depth.max(1);
    let (Some(left_output), Some(right_output)) = (left_output.get_mut(..rows), right_output.get_mut(..rows))
    else {
        return;
    };
    let outputs = left_output.chunks_mut(2).zip(right_output.chunks_mut(2));
    for ((index, weights), outputs) in weights.chunks((2 * depth).max(1)).enumerate().zip(outputs) {
        let channel = first_channel + 2 * index;
        let (upper, lower) = weights.split_at_checked(depth).unwrap_or_default();
        let first = stage.channel(channel);
        if let ([a, b], [c, d]) = outputs {
            let second = stage.channel(channel + 1);
            let mut sums = [first.bias, second.bias, first.bias, second.bias];
            for (((x, y), u), v) in left.iter().zip(right).zip(upper).zip(lower) {
                let (x, y, u, v) = (i32::from(*x), i32::from(*y), i32::from(*u), i32::from(*v));
                let [p, q, r, s] = sums;
                sums = [
                    p.wrapping_add(x * u),
                    q.wrapping_add(x * v),
                    r.wrapping_add(y * u),
                    s.wrapping_add(y * v),
                ];
            }
            let [p, q, r, s] = sums;
            (*a, *b) = (stage.output(first, p), stage.output(second, q));
            (*c, *d) = (stage.output(first, r), stage.output(second, s));
        } else if let ([a], [c]) = outputs {
            *a = stage.output(first, dot(left, upper, first.bias));
            *c = stage.output(first, dot(right, upper, first.bias));
        }
    }
}

fn one_column(
    column: &[i16],
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    output: &mut [i8],
) {
    let rows = pieces(weights, column.len());
    for ((index, weights), output) in rows.enumerate().zip(output) {
        let channel = stage.channel(first_channel + index);
        *output = stage.output(channel, dot(column, weights, channel.bias));
    }
}

pub(crate) fn dot(column: &[i16], weights: &[i8], bias: i32) -> i32 {
    let products = column.iter().zip(weights).map(|(x, w)| i32::from(*x) * i32::from(*w));
    products.fold(bias, i32::wrapping_add)
}

/// 16-bit numbers that a dense layer's input takes.
pub(crate) const fn dense_len(_: usize) -> usize {
    0
}

/// One row of a dense layer: every output channel for one input vector.
pub(crate) fn dense(
    input: &[i8],
    zero_point: i32,
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
    _: &mut [i16],
) {
    let rows = pieces(weights, input.len());
    for ((index, weights), output) in rows.enumerate().zip(output) {
        let channel = stage.channel(index);
        *output = stage.output(channel, dot_offset(input, zero_point, weights, channel.bias));
    }
}

/// `bias + sum (input - zero_point) * weight`.
#[cfg_attr(armv7em, inline(never))]
#[cfg_attr(not(armv7em), inline)]
pub(crate) fn dot_offset(input: &[i8], zero_point: i32, weights: &[i8], bias: i32) -> i32 {
    let products = input.iter().zip(weights).map(|(x, w)| (i32::from(*x) - zero_point) * i32::from(*w));
    products.fold(bias, |sum, product| {
        rolled();
        sum.wrapping_add(product)
    })
}

/// A loop of a window: how often, and how far apart in input and weights; the latter may wrap.
pub(crate) struct Level {
    pub(crate) count: usize,
    pub(crate) input: usize,
    pub(crate) weights: usize,
}

/// `bias + sum (input - zero_point) * weight` over three loops, the first outermost.
#[inline(never)]
pub(crate) fn sum(
    [outer, middle, inner]: [&Level; 3],
    input: &[i8],
    zero_point: i32,
    weights: &[i8],
    bias: i32,
) -> i32 {
    let mut sum = bias;
    let (mut outer_x, mut outer_w) = (0_usize, 0_usize);
    for _ in 0..outer.count {
        let (mut middle_x, mut middle_w) = (outer_x, outer_w);
        for _ in 0..middle.count {
            let (mut x, mut w) = (middle_x, middle_w);
            for _ in 0..inner.count {
                rolled();
                if let (Some(x), Some(w)) = (input.get(x), weights.get(w)) {
                    sum = sum.wrapping_add((i32::from(*x) - zero_point) * i32::from(*w));
                }
                x += inner.input;
                w = w.wrapping_add(inner.weights);
            }
            middle_x += middle.input;
            middle_w = middle_w.wrapping_add(middle.weights);
        }
        outer_x += outer.input;
        outer_w = outer_w.wrapping_add(outer.weights);
    }
    sum
}

/// 16-bit numbers of a prepared depthwise filter of so many rows and columns.
pub(crate) const fn depthwise_len(_: usize, _: [usize; 2]) -> usize {
    0
}

/// The prepared filter in the scratch memory, if there are loops for one.
pub(crate) const fn prepare_depthwise<'s>(
    _: &'s mut [i16],
    _: usize,
    _: [usize; 2],
    _: &[i8],
    _: &OutputStage<'_>,
) -> Option<&'s [i16]> {
    None
}

/// As many output pixels as `output` holds, every channel, by a prepared filter; false if there are no loops for it.
pub(crate) const fn depthwise_prepared(
    _: &Patch,
    _: &[i8],
    _: &OutputStage<'_>,
    _: &mut [i8],
    _: &[i16],
) -> bool {
    false
}

/// As many output pixels as `output` holds, every channel.
pub(crate) fn depthwise(
    patch: &Patch,
    input: &[i8],
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
) {
    depthwise_channels(patch, 0, input, weights, stage, output);
}

/// As many output pixels as `output` holds, the channels from `first` on, each output by itself: what the loops in
/// assembly leave over.
#[cfg(armv7em)]
#[inline(never)]
pub(crate) fn depthwise_channels(
    patch: &Patch,
    first: usize,
    input: &[i8],
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
) {
    let one = Level { count: 1, input: 0, weights: 0 };
    let down = Level { count: patch.rows, input: patch.input_row, weights: patch.weight_row };
    let right = Level { count: patch.columns, input: patch.input_column, weights: patch.channels };
    let mut pixel = 0;
    for output in pieces_mut(output, patch.channels) {
        for index in first..output.len() {
            let Some(to) = output.get_mut(index) else { break };
            let input = input.get(pixel + index..).unwrap_or_default();
            let weights = weights.get(index..).unwrap_or_default();
            let channel = stage.channel(index);
            let sum = sum([&one, &down, &right], input, patch.zero_point, weights, channel.bias);
            *to = stage.output(channel, sum);
        }
        pixel += patch.input_pixel;
    }
}

/// As many output pixels as `output` holds, the channels from `first` on.
#[cfg(not(armv7em))]
#[inline(never)] // Within a layer's `run` the sums do not stay in registers.
pub(crate) fn depthwise_channels(
    patch: &Patch,
    first: usize,
    input: &[i8],
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
) {
    for (pixel, output) in output.chunks_mut(patch.channels.max(1)).enumerate() {
        let input = input.get(pixel * patch.input_pixel..).unwrap_or_default();
        let output = output.get_mut(first..).unwrap_or_default();
        for (block, output) in output.chunks_mut(LANES).enumerate() {
            depthwise_block(patch, first + block * LANES, input, weights, stage, output);
        }
    }
}

#[cfg(not(armv7em))]
#[inline]
fn depthwise_block(
    patch: &Patch,
    first: usize,
    input: &[i8],
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
) {
    let mut channels = [Channel::default(); LANES];
    let mut sums = [0_i32; LANES];
    for (lane, (channel, sum)) in channels.iter_mut().zip(&mut sums).enumerate().take(output.len()) {
        *channel = stage.channel(first + lane);
        *sum = channel.bias;
    }
    for row in 0..patch.rows {
        for column in 0..patch.columns {
            let input = input.get(first + row * patch.input_row + column * patch.input_column..);
            let weights = weights.get(first + row * patch.weight_row + column * patch.channels..);
            let taps = input.unwrap_or_default().iter().zip(weights.unwrap_or_default());
            for (sum, (x, w)) in sums.iter_mut().zip(taps) {
                *sum = sum.wrapping_add((i32::from(*x) - patch.zero_point) * i32::from(*w));
            }
        }
    }
    for ((output, channel), sum) in output.iter_mut().zip(channels).zip(sums) {
        *output = stage.output(channel, sum);
    }
}

/// Sums as many elements as it can at once; how many these are.
pub(crate) const fn add(_: &Sum, _: &[i8], _: &[i8], _: &mut [i8]) -> usize {
    0
}

/// 16-bit numbers that a depthwise convolution takes.
pub(crate) const fn planes_len(_: &Planes<'_>) -> usize {
    0
}

/// One image's outputs of some channels; the number of channels that are done, from the first on.
pub(crate) const fn planes(
    _: &Planes<'_>,
    _: &[i8],
    _: &[i8],
    _: &OutputStage<'_>,
    _: &mut [i8],
    _: &mut [i16],
) -> usize {
    0
}

/// Adds `count` elements, `step` apart, to the sums of as many neighbouring channels as there are sums.
#[inline]
pub(crate) fn add_elements(sums: &mut [i32], from: &[i8], step: usize, count: usize) {
    for element in from.chunks(step.max(1)).take(count) {
        for (sum, x) in sums.iter_mut().zip(element) {
            rolled();
            *sum = sum.wrapping_add((*x).into());
        }
    }
}

/// Copies as many elements as both slices have.
#[inline]
pub(crate) fn copy(to: &mut [i8], from: &[i8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

/// Keeps of neighbouring channels the greater elements.
#[inline]
pub(crate) fn keep_greater(kept: &mut [i8], from: &[i8]) {
    kept.iter_mut().zip(from).for_each(|(kept, x)| *kept = (*kept).max(*x));
}

/// `round(a * b / 2^31)`, ties up, `a` below 2^30 in magnitude.
#[inline]
pub(crate) const fn high_mul(a: i32, b: i32) -> i32 {
    rounding_high_mul(a, b)
}
