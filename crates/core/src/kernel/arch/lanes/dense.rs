//! Fully connected layers: four rows of weights at a time, eight numbers of each.

use super::panel::widen;
use super::stage::{BLOCK, Finish, SCALES, Scales};
use super::vector::{self, I32};
use crate::kernel::arch::portable;
use crate::kernel::output_stage::OutputStage;

/// Numbers of a row that are read at once.
const STEP: usize = 8;

/// Rows whose sums are kept.
const ROWS: usize = 4;

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
    let depth = input.len();
    let Some(column) = scratch.get_mut(..dense_len(depth)).filter(|_| depth > 0) else {
        return portable::dense(input, zero_point, weights, stage, output, scratch);
    };
    widen(input, zero_point, column);
    column.get_mut(depth..).unwrap_or_default().fill(0);
    let (column, _) = column.as_chunks::<STEP>();
    let finish = Finish::new(stage);
    let blocks = output.chunks_mut(BLOCK).zip(weights.chunks(depth * BLOCK));
    for (block, (output, rows)) in blocks.enumerate() {
        let mut scales = [0; SCALES];
        Scales::write(stage, block * BLOCK, output.len(), &mut scales);
        let scales = Scales::read(&scales);
        let (upper, lower) = rows.split_at_checked(depth * ROWS).unwrap_or((rows, &[]));
        let [a, b] = [four_rows(column, depth, upper), four_rows(column, depth, lower)];
        let sums = [vector::add32(scales.bias[0], a), vector::add32(scales.bias[1], b)];
        finish.store(&scales, block * BLOCK, sums, output);
    }
}

/// The sums of up to four rows.
#[inline]
fn four_rows(column: &[[i16; STEP]], depth: usize, weights: &[i8]) -> I32 {
    let row = |index: usize| weights.get(index * depth..).unwrap_or_default();
    let row = |index: usize| row(index).get(..depth).unwrap_or_default().as_chunks::<STEP>();
    let [(a, a_rest), (b, b_rest), (c, c_rest), (d, d_rest)] = [row(0), row(1), row(2), row(3)];
    let zero = vector::splat16(0);
    let mut sums = [vector::splat32(0); ROWS];
    if d.len() == a.len() {
        for ((((x, a), b), c), d) in column.iter().zip(a).zip(b).zip(c).zip(d) {
            let x = vector::load(x);
            for (sum, row) in sums.iter_mut().zip([a, b, c, d]) {
                *sum = vector::dot(*sum, x, vector::widen(row, zero));
            }
        }
    } else {
        for (sum, row) in sums.iter_mut().zip([a, b, c, d]) {
            for (x, row) in column.iter().zip(row) {
                *sum = vector::dot(*sum, vector::load(x), vector::widen(row, zero));
            }
        }
    }
    if !a_rest.is_empty() {
        let x = column.last().map_or(zero, vector::load);
        for (sum, rest) in sums.iter_mut().zip([a_rest, b_rest, c_rest, d_rest]) {
            let mut row = [0; STEP];
            row.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            *sum = vector::dot(*sum, x, vector::widen(&row, zero));
        }
    }
    vector::across(sums)
}
