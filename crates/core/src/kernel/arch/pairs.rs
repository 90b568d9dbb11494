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

use super::small::{BLOCKS, PAIRS, WIDE_ROW};
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

/// 16-bit numbers of a panel: its blocks, a row of weights where it is widened, what the filters' sums start with, and one
/// more to align it.
pub(crate) const fn panel_len(depth: usize, filters: usize) -> usize {
    2 * (BLOCKS * block_len(depth) + wide_len(depth) + filters) + 1
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

/// The words of a panel's blocks, what the filters' sums start with, and the place for a widened row of weights.
pub(super) fn words_mut(panel: &mut [i16], depth: usize) -> Option<(&mut [i32], &mut [i32], &mut [i32])> {
    let (blocks, rest) = all_words(panel).split_at_mut_checked(BLOCKS * block_len(depth))?;
    let (wide, starts) = rest.split_at_mut_checked(wide_len(depth))?;
    Some((blocks, starts, wide))
}

/// Makes every column one of inputs that equal their zero point.
pub(crate) fn clear(panel: &mut [i16], depth: usize, zero_point: i32) {
    let Some((blocks, ..)) = words_mut(panel, depth) else { return };
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
    let Some((_, starts, _)) = words_mut(panel, depth) else { return };
    for ((index, row), start) in pieces(weights, depth).enumerate().zip(starts) {
        let sum = row.iter().fold(0_i32, |sum, weight| sum.wrapping_add((*weight).into()));
        let bias = stage.channel(first_channel + index).bias;
        *start = sum.wrapping_mul(zero_point).wrapping_sub(bias);
    }
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
