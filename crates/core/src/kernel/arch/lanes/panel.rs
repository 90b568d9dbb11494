//! Convolution: the weights packed once a layer run, eight channels side by side; columns of gathered inputs.
//!
//! Two inputs of a column meet two weights of each channel. The panel holds the columns, then for each block of eight
//! channels its scales and its weights, all numbers of 16 bits.

use super::stage::{BLOCK, Finish, Pixels, SCALES, Scales};
use super::vector::{self, I16, I32};
use crate::kernel::arch::{Piece, Rows};
use crate::kernel::output_stage::OutputStage;

/// Columns of a panel.
pub(crate) const COLUMNS: usize = 16;

/// Columns whose sums are kept.
const TILE: usize = 4;

/// Numbers of two weights of each channel of a block.
const PAIR: usize = 2 * BLOCK;

/// Numbers of a column that are read at once.
const STEP: usize = 2;

/// Numbers of a column.
const fn column_len(depth: usize) -> usize {
    depth.next_multiple_of(STEP)
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
pub(crate) fn put_rows(
    panel: &mut [i16],
    depth: usize,
    column: usize,
    from: &[i8],
    rows: &Rows,
    zero_point: i32,
) {
    let len = column_len(depth);
    let Some(last) = rows.count.checked_sub(1) else { return };
    let column = panel.get_mut(column * len..(column + 1) * len).unwrap_or_default();
    if last * rows.from_step + rows.len > from.len() || rows.to + last * rows.to_step + rows.len > column.len() {
        return;
    }
    // SAFETY: all segments lie in the input and in the column.
    unsafe { widen_rows(from.as_ptr(), rows, narrowed(zero_point), column.as_mut_ptr().add(rows.to)) }
}

/// Puts inputs into neighbouring columns.
pub(crate) fn put_columns(panel: &mut [i16], depth: usize, piece: &Piece, from: &[i8], zero_point: i32) {
    let Piece { column, count, offset, length, step, rows, row_offset, row_step } = *piece;
    let len = column_len(depth);
    if (column, rows, length, step, len) == (0, 1, depth, depth, depth) {
        return widen(from.get(..count * depth).unwrap_or_default(), zero_point, panel);
    }
    let (Some(last), Some(last_row)) = (count.checked_sub(1), rows.checked_sub(1)) else { return };
    let fits = last * step + last_row * row_step + length <= from.len()
        && offset + last_row * row_offset + length <= len
        && (column + count) * len <= panel.len();
    if fits {
        let to = panel.as_mut_ptr().wrapping_add(column * len + offset);
        // SAFETY: the last row of the last column lies in the input and in the panel.
        unsafe { widen_piece(from.as_ptr(), piece, narrowed(zero_point), to, len) }
    }
}

/// An i8 less an i8 needs 9 bits.
pub(super) fn narrowed(zero_point: i32) -> I16 {
    vector::splat16(i16::try_from(zero_point).unwrap_or_default())
}

/// Numbers less their zero point, as many as both slices have.
pub(super) fn widen(from: &[i8], zero_point: i32, to: &mut [i16]) {
    let len = from.len().min(to.len());
    // SAFETY: both slices have `len` numbers.
    unsafe { widen_some(from.as_ptr(), len, narrowed(zero_point), to.as_mut_ptr()) }
}

/// Segments of numbers less their zero point.
///
/// # Safety
/// All segments lie in memory at both places.
#[inline(never)]
unsafe fn widen_rows(mut from: *const i8, rows: &Rows, zero_point: I16, mut to: *mut i16) {
    for _ in 0..rows.count {
        // SAFETY: by the contract.
        unsafe { widen_some(from, rows.len, zero_point, to) };
        (from, to) = (from.wrapping_add(rows.from_step), to.wrapping_add(rows.to_step));
    }
}

/// Rows of all columns of a piece, less their zero point; columns are `len` apart.
///
/// # Safety
/// All of them lie in memory at both places.
#[inline(never)]
unsafe fn widen_piece(from: *const i8, piece: &Piece, zero_point: I16, to: *mut i16, len: usize) {
    let Piece { count, length, step, rows, row_offset, row_step, .. } = *piece;
    for row in 0..rows {
        let (mut from, mut to) = (from.wrapping_add(row * row_step), to.wrapping_add(row * row_offset));
        for _ in 0..count {
            // SAFETY: by the contract.
            unsafe { widen_some(from, length, zero_point, to) };
            (from, to) = (from.wrapping_add(step), to.wrapping_add(len));
        }
    }
}

/// Numbers less their zero point.
///
/// # Safety
/// There are `len` numbers at both places.
#[inline]
unsafe fn widen_some(from: *const i8, len: usize, zero_point: I16, to: *mut i16) {
    // SAFETY: from `at` on, `at` at most `len` less the numbers taken, these lie at both places.
    unsafe {
        if len >= 8 {
            let eight = |at: usize| vector::store(to.add(at), vector::widen_at(from.add(at), zero_point));
            let mut at = 0;
            while at + 16 <= len {
                eight(at);
                eight(at + 8);
                at += 16;
            }
            if at + 8 < len {
                eight(at);
            }
            if at < len {
                // Some of these twice.
                eight(len - 8);
            }
        } else if len >= 4 {
            vector::widen_four(from, zero_point, to);
            vector::widen_four(from.add(len - 4), zero_point, to.add(len - 4));
        } else {
            for at in 0..len {
                let mut all = [0; BLOCK];
                all[0] = from.add(at).read();
                to.add(at).write(vector::numbers(vector::widen(&all, zero_point))[0]);
            }
        }
    }
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
        let count = rows.len() / depth.max(1);
        Scales::write(stage, first, count, scales);
        for half in 0..2 {
            // A channel that is not there has the weights of the last one; its outputs are not stored.
            let of = |channel: usize| rows.as_ptr().wrapping_add((4 * half + channel).min(count - 1) * depth);
            let to = pairs.as_mut_ptr().wrapping_add(half * BLOCK);
            // SAFETY: `count` rows of `depth` numbers are there, and in the block two numbers of each channel for
            // every two of a row.
            unsafe { pack([of(0), of(1), of(2), of(3)], depth, to) };
        }
    }
}

/// Two weights of each of four rows side by side, then the next two; half a block is left out between.
///
/// # Safety
/// Each row has `depth` numbers; `to` has room for those that the block has of four rows.
#[inline(never)]
unsafe fn pack(mut rows: [*const i8; 4], depth: usize, mut to: *mut i16) {
    let zero = vector::splat16(0);
    // SAFETY: by the contract: eight numbers of each row at a time; of the last step, those that are there.
    unsafe {
        for _ in 0..depth / 8 {
            for four in vector::transposed(rows.map(|row| vector::widen_at(row, zero))) {
                vector::store(to, four);
                to = to.add(PAIR);
            }
            rows = rows.map(|row| row.add(8));
        }
        let rest = depth % 8;
        if rest > 0 {
            let last = vector::transposed(rows.map(|row| {
                let mut eight = [0; BLOCK];
                eight.as_mut_ptr().copy_from_nonoverlapping(row, rest);
                vector::widen(&eight, zero)
            }));
            for four in last.into_iter().take(rest.div_ceil(STEP) * STEP / 2) {
                vector::store(to, four);
                to = to.wrapping_add(PAIR);
            }
        }
    }
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
    let rows = weights.len() / depth.max(1);
    let needed = columns.saturating_sub(1) * pixel_stride + rows;
    if columns == 0 || columns > COLUMNS || panel.len() < panel_len(depth, rows) || output.len() < needed {
        return;
    }
    let finish = Finish::new(stage);
    let blocks = panel.get(column_len(depth) * COLUMNS..).unwrap_or_default();
    for (index, block) in blocks.chunks_exact(block_len(depth)).enumerate().take(rows.div_ceil(BLOCK)) {
        let first = index * BLOCK;
        let block = Block {
            columns: panel.as_ptr(),
            len: column_len(depth),
            block: block.as_ptr(),
            first: first_channel + first,
            channels: (rows - first).min(BLOCK),
            output: output.as_mut_ptr().wrapping_add(first),
            pixel_stride,
        };
        // SAFETY: the panel holds all columns and this block; `output` holds its channels of `columns` pixels.
        unsafe { block.run(columns, &finish) };
    }
}

/// One block of channels and the columns it meets.
#[derive(Clone, Copy)]
struct Block {
    /// Columns of `len` numbers, one after the other: as many as fill tiles.
    columns: *const i16,
    len: usize,
    /// Its scales, then its weights.
    block: *const i16,
    /// The first channel, and how many there are.
    first: usize,
    channels: usize,
    /// The first pixel's first output.
    output: *mut i8,
    pixel_stride: usize,
}

impl Block {
    /// Every column.
    ///
    /// # Safety
    /// What the fields say is there, outputs for `columns` pixels as well.
    #[inline(never)]
    unsafe fn run(&self, columns: usize, finish: &Finish<'_>) {
        let Self { len, block, first, channels, pixel_stride, mut output, .. } = *self;
        let mut inputs = self.columns;
        let mut left = columns;
        // SAFETY: by the contract; a tile's columns are there even where some of them are not wanted.
        unsafe {
            while left > 0 {
                let mut sums = [Scales::bias_at(block); TILE];
                tile(inputs, len, block.add(SCALES), &mut sums);
                let pixels = Pixels { output, count: left, stride: pixel_stride, channels, first };
                let scales = Scales::at(block);
                let [a, b, c, d] = sums;
                let mut doubts = finish.put(&scales, d, &pixels, 3);
                doubts |= finish.put(&scales, c, &pixels, 2);
                doubts |= finish.put(&scales, b, &pixels, 1);
                doubts |= finish.put(&scales, a, &pixels, 0);
                finish.again(&[a, b, c, d], doubts, pixels);
                output = output.wrapping_add(TILE * pixel_stride);
                inputs = inputs.wrapping_add(TILE * len);
                left = left.saturating_sub(TILE);
            }
        }
    }
}

/// Adds the products of a tile's columns and a block's weights.
///
/// # Safety
/// Four columns of `len` numbers are there, and as many pairs of weights.
#[inline(always)]
unsafe fn tile(columns: *const i16, len: usize, mut weights: *const i16, sums: &mut [[I32; 2]; TILE]) {
    let mut columns = [0, 1, 2, 3].map(|column| columns.wrapping_add(column * len));
    // SAFETY: by the contract.
    unsafe {
        // Two pairs at a time: of more, the compiler keeps more weights than there are registers.
        for _ in 0..len / STEP {
            for pair in 0..STEP / 2 {
                step(columns, 2 * pair, weights.add(pair * PAIR), sums);
            }
            columns = columns.map(|column| column.add(STEP));
            weights = weights.add(STEP / 2 * PAIR);
        }
    }
}

/// Adds two products a lane.
///
/// # Safety
/// Two inputs of each column and two weights of each channel are there.
#[inline(always)]
unsafe fn step(columns: [*const i16; TILE], at: usize, weights: *const i16, sums: &mut [[I32; 2]; TILE]) {
    // SAFETY: by the contract.
    unsafe {
        let [low, high] = [vector::load_at(weights), vector::load_at(weights.add(BLOCK))];
        for (sums, column) in sums.iter_mut().zip(columns) {
            let x = vector::pair_at(column.add(at));
            *sums = [vector::dot(sums[0], x, low), vector::dot(sums[1], x, high)];
        }
    }
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

/// Sixteen numbers in two registers.
#[inline]
pub(super) fn halves(numbers: &[i16; 16]) -> [I16; 2] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *numbers;
    [vector::load(&[a, b, c, d, e, f, g, h]), vector::load(&[i, j, k, l, m, n, o, p])]
}
