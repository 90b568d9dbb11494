//! Convolution: the weights packed once a layer run, eight channels side by side; columns of gathered inputs.
//!
//! Two inputs of a column meet two weights of each channel. The panel holds the columns, then for each block of eight
//! channels its scales and its weights, all numbers of 16 bits.

use super::stage::{BLOCK, Finish, SCALES, Scales, store};
use super::vector::{self, I32};
use crate::kernel::arch::Rows;
use crate::kernel::output_stage::OutputStage;

/// Columns of a panel.
pub(crate) const COLUMNS: usize = 8;

/// Columns whose sums are kept.
const TILE: usize = 4;

/// Numbers of a column: an even number.
const fn column_len(depth: usize) -> usize {
    depth.next_multiple_of(2)
}

/// Numbers of a block.
const fn block_len(depth: usize) -> usize {
    SCALES + column_len(depth) * BLOCK
}

/// 16-bit numbers of a panel.
pub(crate) const fn panel_len(depth: usize, filters: usize) -> usize {
    column_len(depth) * COLUMNS + filters.div_ceil(BLOCK) * block_len(depth)
}

/// The panel in the scratch memory; none if there is too little.
pub(crate) fn panel(scratch: &mut [i16], depth: usize, filters: usize) -> Option<&mut [i16]> {
    scratch.get_mut(..panel_len(depth, filters))
}

/// Makes every column one of inputs that equal their zero point.
pub(crate) fn clear(panel: &mut [i16], depth: usize, _: i32) {
    panel.get_mut(..column_len(depth) * COLUMNS).unwrap_or_default().fill(0);
}

/// Puts segments of inputs into a column.
#[inline]
pub(crate) fn put_rows(
    panel: &mut [i16],
    depth: usize,
    column: usize,
    from: &[i8],
    rows: &Rows,
    zero_point: i32,
) {
    let len = column_len(depth);
    let column = panel.get_mut(column * len..(column + 1) * len).unwrap_or_default();
    for row in 0..rows.count {
        let from = from.get(row * rows.from_step..).and_then(|from| from.get(..rows.len));
        let to = column.get_mut(rows.to + row * rows.to_step..).unwrap_or_default();
        widen(from.unwrap_or_default(), zero_point, to);
    }
}

/// Puts neighbouring pixels of `depth` inputs into the columns from the first on.
pub(crate) fn put_pixels(panel: &mut [i16], depth: usize, from: &[i8], zero_point: i32) {
    let len = column_len(depth);
    if len == depth {
        return widen(from, zero_point, panel);
    }
    for (to, from) in panel.chunks_mut(len.max(1)).zip(from.chunks(depth.max(1))) {
        widen(from, zero_point, to);
    }
}

/// Numbers less their zero point, as many as both slices have.
#[inline]
pub(super) fn widen(from: &[i8], zero_point: i32, to: &mut [i16]) {
    // An i8 less an i8 needs 9 bits.
    let narrow = i16::try_from(zero_point).unwrap_or_default();
    let (from, rest) = from.as_chunks::<8>();
    let (to, to_rest) = to.split_at_mut_checked(from.len() * 8).unwrap_or_default();
    for (to, from) in to.as_chunks_mut().0.iter_mut().zip(from) {
        *to = vector::numbers(vector::widen(from, vector::splat16(narrow)));
    }
    to_rest.iter_mut().zip(rest).for_each(|(to, from)| *to = i16::from(*from) - narrow);
}

/// Packs the rows of `weights`, whose output channels begin at `first_channel`, into a panel.
pub(crate) fn prepare(
    panel: &mut [i16],
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    _: i32,
) {
    let blocks = panel.get_mut(column_len(depth) * COLUMNS..).unwrap_or_default();
    let rows = weights.chunks((depth * BLOCK).max(1)).zip(blocks.chunks_exact_mut(block_len(depth)));
    for ((rows, block), first) in rows.zip((first_channel..).step_by(BLOCK)) {
        let (scales, pairs) = block.split_at_mut_checked(SCALES).unwrap_or_default();
        Scales::write(stage, first, rows.len() / depth.max(1), scales);
        let pairs = pairs.as_chunks_mut::<{ 2 * BLOCK }>().0;
        for (step, pairs) in pairs.chunks_mut(BLOCK / 2).enumerate() {
            let of = |channel| part(rows, depth, channel, step);
            let low = vector::transposed([of(0), of(1), of(2), of(3)]);
            let high = vector::transposed([of(4), of(5), of(6), of(7)]);
            for (pair, (low, high)) in pairs.iter_mut().zip(low.into_iter().zip(high)) {
                let both = [vector::numbers(low), vector::numbers(high)];
                pair.iter_mut().zip(both.as_flattened()).for_each(|(to, weight)| *to = *weight);
            }
        }
    }
}

/// Eight weights of a channel, zeros where there are none.
#[inline]
fn part(rows: &[i8], depth: usize, channel: usize, step: usize) -> vector::I16 {
    let row = rows.get(channel * depth..).and_then(|rows| rows.get(..depth)).unwrap_or_default();
    vector::widen(&eight(row.get(step * BLOCK..).unwrap_or_default()), vector::splat16(0))
}

/// Up to eight numbers and zeros.
#[inline]
pub(super) fn eight(numbers: &[i8]) -> [i8; BLOCK] {
    if let Some(all) = numbers.first_chunk() {
        return *all;
    }
    let mut all = [0; BLOCK];
    all.iter_mut().zip(numbers).for_each(|(to, from)| *to = *from);
    all
}

/// One output channel a row of `weights`, for the first `columns` pixels of a panel into which they were packed.
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
    let len = column_len(depth);
    let (inputs, blocks) = panel.split_at_checked(len * COLUMNS).unwrap_or_default();
    let rows = weights.len() / depth.max(1);
    let finish = Finish::new(stage);
    for (index, block) in blocks.chunks_exact(block_len(depth)).enumerate().take(rows.div_ceil(BLOCK)) {
        let first = index * BLOCK;
        let Some((scales, pairs)) = block.split_first_chunk::<SCALES>() else { continue };
        let scales = Scales::read(scales);
        let (pairs, _) = pairs.as_chunks::<{ 2 * BLOCK }>();
        let channels = (rows - first).min(BLOCK);
        let mut rest = inputs;
        for done in (0..columns).step_by(TILE) {
            let Some((tile, others)) = rest.split_at_checked(TILE * len) else { return };
            rest = others;
            let sums = four_columns(tile, len, pairs, scales.bias);
            for (column, sums) in sums.into_iter().enumerate().take(columns - done) {
                let start = (done + column) * pixel_stride + first;
                let Some(output) = output.get_mut(start..start + channels) else { return };
                if scales.usable {
                    store(finish.outputs(&scales, sums), output);
                } else {
                    one_by_one(stage, first_channel + first, sums, output);
                }
            }
        }
    }
}

/// Outputs whose scales registers do not know.
#[cold]
#[inline(never)]
pub(super) fn one_by_one(stage: &OutputStage<'_>, first: usize, sums: [I32; 2], output: &mut [i8]) {
    let sums = sums.map(vector::words);
    for (lane, (output, sum)) in output.iter_mut().zip(sums.as_flattened()).enumerate() {
        *output = stage.output(stage.channel(first + lane), *sum);
    }
}

/// The sums of four columns by eight channels.
#[inline]
fn four_columns(inputs: &[i16], len: usize, pairs: &[[i16; 2 * BLOCK]], bias: [I32; 2]) -> [[I32; 2]; TILE] {
    let (a, inputs) = inputs.split_at_checked(len).unwrap_or_default();
    let (b, inputs) = inputs.split_at_checked(len).unwrap_or_default();
    let (c, d) = inputs.split_at_checked(len).unwrap_or_default();
    let [a, b, c, d] = [a, b, c, d].map(|column| column.as_chunks::<2>().0);
    let mut sums = [bias; TILE];
    for ((((weights, a), b), c), d) in pairs.iter().zip(a).zip(b).zip(c).zip(d) {
        let [low, high] = halves(weights);
        for (sums, pair) in sums.iter_mut().zip([a, b, c, d]) {
            let x = vector::pair(pair);
            *sums = [vector::dot(sums[0], x, low), vector::dot(sums[1], x, high)];
        }
    }
    sums
}

/// Sixteen numbers in two registers.
#[inline]
pub(super) fn halves(numbers: &[i16; 16]) -> [vector::I16; 2] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *numbers;
    [vector::load(&[a, b, c, d, e, f, g, h]), vector::load(&[i, j, k, l, m, n, o, p])]
}
