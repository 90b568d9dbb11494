//! Two pixels in one register, for processors that multiply 32 bits by 32 and have no narrower multiplications.
//!
//! ```text
//! x = -(a + b * 2^16);  x * w = -(a * w) - (b * w) * 2^16
//! ```
//! The lower half of a sum of two such products is in -32,768..=32,512 for any inputs and weights, so that it can be told
//! from the upper one. Two numbers are kept, all products' sum modulo 2^32 and the sum of the upper halves:
//! ```text
//! all = start + start * 2^16 - sum a * w - sum b * w * 2^16;  upper = start - sum b * w
//! ```
//! from which follow the sums for both pixels, `(upper << 16) - all` and `-upper`. Inputs keep their zero point: `start` is
//! `zero_point * sum w - bias`, computed once for each filter.

use super::small::{BLOCKS, PAIRS, TAKES_ALL_WEIGHTS, WIDE_ROW};
use crate::kernel::output_stage::OutputStage;
use crate::kernel::pieces::pieces;

/// Columns of a panel.
pub(crate) const COLUMNS: usize = BLOCKS * PAIRS * 2;

/// Elements of a column that a loop takes at once.
pub(super) const STEP: usize = 4;

/// Words of a block of [`PAIRS`] pairs of columns: of each pair two elements, then two of the next pair.
pub(super) const fn block_len(depth: usize) -> usize {
    depth.next_multiple_of(STEP) * PAIRS
}

/// Words of a widened row of weights.
const fn wide_len(depth: usize) -> usize {
    if WIDE_ROW { depth.next_multiple_of(STEP) } else { 0 }
}

/// 16-bit numbers of a panel: its blocks, a row of weights where it is widened, whether the loops take the weights, what
/// the filters' sums start with, and one more to align it.
pub(crate) const fn panel_len(depth: usize, filters: usize) -> usize {
    2 * (BLOCKS * block_len(depth) + wide_len(depth) + 1 + filters) + 1
}

/// The panel at the first word of the scratch memory; none if there is too little.
pub(crate) fn panel(scratch: &mut [i16], depth: usize, filters: usize) -> Option<&mut [i16]> {
    let skip = scratch.as_ptr().addr() / align_of::<i16>() % 2;
    scratch.get_mut(skip..)?.get_mut(..panel_len(depth, filters) - 1)
}

/// All words of a panel.
fn all_words(panel: &mut [i16]) -> &mut [i32] {
    // SAFETY: any 32 bits are an `i32`, any 16 of them an `i16`.
    let (_, words, _) = unsafe { panel.align_to_mut() };
    words
}

/// A panel's parts.
pub(super) struct Parts<'p> {
    pub(super) blocks: &'p mut [i32],
    /// The place for a widened row of weights.
    #[cfg_attr(rv32m, expect(dead_code, reason = "weights are taken where they are"))]
    pub(super) wide: &'p mut [i32],
    /// Not 0 if some weight is -128 and the loops can't take that.
    pub(super) refused: &'p mut i32,
    /// What the filters' sums start with.
    pub(super) starts: &'p mut [i32],
}

/// The parts of a panel.
pub(super) fn parts(panel: &mut [i16], depth: usize) -> Option<Parts<'_>> {
    let (blocks, rest) = all_words(panel).split_at_mut_checked(BLOCKS * block_len(depth))?;
    let (wide, rest) = rest.split_at_mut_checked(wide_len(depth))?;
    let (refused, starts) = rest.split_first_mut()?;
    Some(Parts { blocks, wide, refused, starts })
}

/// Makes every column one of inputs that equal their zero point.
pub(crate) fn clear(panel: &mut [i16], depth: usize, zero_point: i32) {
    let Some(Parts { blocks, .. }) = parts(panel, depth) else { return };
    blocks.fill(-(zero_point + (zero_point << 16)));
}

/// Computes what the sums of the next products start with: minus bias and zero point times weights.
pub(crate) fn prepare(
    panel: &mut [i16],
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    zero_point: i32,
) {
    let Some(Parts { refused, starts, .. }) = parts(panel, depth) else { return };
    *refused = 0;
    for ((index, row), start) in pieces(weights, depth).enumerate().zip(starts) {
        let (sum, has_least) = survey(row);
        *refused |= i32::from(has_least && !TAKES_ALL_WEIGHTS);
        let bias = stage.channel(first_channel + index).bias;
        *start = sum.wrapping_mul(zero_point).wrapping_sub(bias);
    }
}

/// The sum of a row of weights, and whether one of them is -128.
fn survey(row: &[i8]) -> (i32, bool) {
    const HALVES: u32 = 0x00ff_00ff;
    const ONES: u32 = 0x0101_0101;
    // SAFETY: any four bytes are a `u32`.
    let (head, words, tail) = unsafe { row.align_to::<u32>() };
    let (mut sum, mut has_least) = (0_i32, 0_u32);
    for weight in head.iter().chain(tail) {
        sum = sum.wrapping_add((*weight).into());
        has_least |= u32::from(*weight == i8::MIN);
    }
    // Weights plus 128 are 0 to 255: halves of a word hold the sums of 128 words, two of each of them a half.
    for words in words.chunks(128) {
        let mut halves = 0;
        for word in words {
            let word = *word ^ 0x8080_8080;
            halves += (word & HALVES) + (word >> 8 & HALVES);
            if !TAKES_ALL_WEIGHTS {
                // A bit that is set in a byte less one and not in the byte: the highest, if the byte is 0.
                has_least |= word.wrapping_sub(ONES) & !word & 0x8080_8080;
            }
        }
        sum = sum.wrapping_add(((halves & 0xffff) + (halves >> 16)).cast_signed());
        sum = sum.wrapping_sub(i32::try_from(words.len() * 4 * 128).unwrap_or_default());
    }
    (sum, has_least != 0)
}

/// Puts inputs into a column, from the column's element `offset` on. A pair's first column is put before its second.
#[inline]
pub(crate) fn put(
    panel: &mut [i16],
    depth: usize,
    column: usize,
    offset: usize,
    from: &[i8],
    zero_point: i32,
) {
    let (pair, second) = (column / 2, column % 2 == 1);
    let mut place = pair / PAIRS * block_len(depth) + offset / 2 * 2 * PAIRS + pair % PAIRS * 2;
    let words = all_words(panel);
    let mut from = from;
    if offset % 2 == 1
        && let (Some((head, rest)), Some(word)) = (from.split_first(), words.get_mut(place + 1))
    {
        put_word(word, second, *head, zero_point);
        from = rest;
        place += 2 * PAIRS;
    }
    let to = words.get_mut(place..).unwrap_or_default();
    let (twos, last) = from.as_chunks::<2>();
    if let ([x], Some(word)) = (last, to.get_mut(twos.len() * 2 * PAIRS)) {
        put_word(word, second, *x, zero_point);
    }
    let fits = twos.len().checked_sub(1).is_some_and(|steps| to.len() >= steps * 2 * PAIRS + 2);
    if !fits {
        return;
    }
    let mut word = to.as_mut_ptr();
    // SAFETY: two words for each two inputs, `2 * PAIRS` apart, lie in `to`, as `fits` says.
    unsafe {
        if second {
            for [a, b] in twos {
                put_second(&mut *word, *a, zero_point);
                put_second(&mut *word.add(1), *b, zero_point);
                word = word.wrapping_add(2 * PAIRS);
            }
        } else {
            for [a, b] in twos {
                put_first(&mut *word, *a, zero_point);
                put_first(&mut *word.add(1), *b, zero_point);
                word = word.wrapping_add(2 * PAIRS);
            }
        }
    }
}

#[inline]
fn put_word(word: &mut i32, second: bool, x: i8, zero_point: i32) {
    if second { put_second(word, x, zero_point) } else { put_first(word, x, zero_point) }
}

/// The first column's input, and the zero point for the second's.
#[inline(always)]
fn put_first(word: &mut i32, x: i8, zero_point: i32) {
    *word = -(zero_point << 16) - i32::from(x);
}

/// The second column's input for its zero point.
#[inline(always)]
fn put_second(word: &mut i32, x: i8, zero_point: i32) {
    *word = word.wrapping_add(zero_point << 16).wrapping_sub(i32::from(x) << 16);
}

/// The products where the loops in assembly are not exact or there are too few rows.
#[expect(
    clippy::too_many_arguments,
    reason = "the shape of one block of work, the same for all instruction sets"
)]
#[inline(never)]
pub(super) fn products(
    words: &[i32],
    starts: &[i32],
    columns: usize,
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    output: &mut [i8],
    pixel_stride: usize,
) {
    for (index, (row, start)) in pieces(weights, depth).zip(starts).enumerate() {
        let channel = stage.channel(first_channel + index);
        let outputs = output.get_mut(index..).unwrap_or_default().iter_mut().step_by(pixel_stride.max(1));
        for (column, to) in outputs.take(columns).enumerate() {
            *to = stage.output(channel, one_column(words, *start, depth, column, row));
        }
    }
}

/// The sum of one column's products with a row of weights.
fn one_column(words: &[i32], start: i32, depth: usize, column: usize, row: &[i8]) -> i32 {
    let (pair, second) = (column / 2, column % 2 == 1);
    let place = pair / PAIRS * block_len(depth) + pair % PAIRS * 2;
    let twos = words.get(place..).unwrap_or_default().chunks(2 * PAIRS);
    let mut sum = start;
    for (weights, words) in row.get(..depth).unwrap_or_default().chunks(2).zip(twos) {
        for (weight, word) in weights.iter().zip(words) {
            // The lower half's sign is in the upper one.
            let lower = *word << 16 >> 16;
            let x = if second { (word - lower) >> 16 } else { lower };
            sum = sum.wrapping_add(x * i32::from(*weight));
        }
    }
    sum.wrapping_neg()
}
