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
    let fits = depth > 0 && weights.len() >= output.len() * depth;
    let Some(column) = scratch.get_mut(..dense_len(depth)).filter(|_| fits) else {
        return portable::dense(input, zero_point, weights, stage, output, scratch);
    };
    widen(input, zero_point, column);
    column.get_mut(depth..).unwrap_or_default().fill(0);
    let finish = Finish::new(stage);
    let one_scale = stage.requantizers().len() == 1;
    let mut scales = [0; SCALES];
    Scales::write(stage, 0, BLOCK, &mut scales);
    for (block, output) in output.chunks_mut(BLOCK).enumerate() {
        let (first, count) = (block * BLOCK, output.len());
        if !one_scale {
            Scales::write(stage, first, count, &mut scales);
        }
        let mut bias = [0; BLOCK];
        stage.biases(first, &mut bias);
        let weights = weights.as_ptr().wrapping_add(first * depth);
        // A row that is not there is the last one; its output is not stored.
        let row = |index: usize| weights.wrapping_add(index.min(count - 1) * depth);
        let rows = |from: usize| Rows {
            column: column.as_ptr(),
            depth,
            rows: [row(from), row(from + 1), row(from + 2), row(from + 3)],
        };
        // SAFETY: `count` rows of `depth` weights from `first` on are there; the column has `depth` numbers and zeros up
        // to a multiple of `STEP`.
        let [low, high] = unsafe { [rows(0).sums(), rows(ROWS).sums()] };
        let [bias_low, bias_high] = vector::words_of(&bias);
        let sums = [vector::add32(low, bias_low), vector::add32(high, bias_high)];
        // SAFETY: `SCALES` numbers are there.
        finish.store(&unsafe { Scales::at(scales.as_ptr()) }, first, sums, output);
    }
}

/// Four rows of weights and the column that they meet.
struct Rows {
    column: *const i16,
    depth: usize,
    rows: [*const i8; ROWS],
}

impl Rows {
    /// Their sums.
    ///
    /// # Safety
    /// Each row has `depth` numbers; the column as many, and zeros up to a multiple of [`STEP`].
    #[inline(never)]
    unsafe fn sums(&self) -> I32 {
        let Self { mut column, depth, rows: [mut a, mut b, mut c, mut d] } = *self;
        let mut sums = [vector::splat32(0); ROWS];
        // SAFETY: by the contract: eight numbers of each row at a time; of the last step, those that are there.
        unsafe {
            for _ in 0..depth / (2 * STEP) {
                step(column, [a, b, c, d], &mut sums);
                step(column.add(STEP), [a.add(STEP), b.add(STEP), c.add(STEP), d.add(STEP)], &mut sums);
                column = column.add(2 * STEP);
                (a, b, c, d) = (a.add(2 * STEP), b.add(2 * STEP), c.add(2 * STEP), d.add(2 * STEP));
            }
            let mut rest = depth % (2 * STEP);
            if rest >= STEP {
                step(column, [a, b, c, d], &mut sums);
                column = column.add(STEP);
                (a, b, c, d) = (a.add(STEP), b.add(STEP), c.add(STEP), d.add(STEP));
                rest -= STEP;
            }
            if rest > 0 {
                let mut last = [[0_i8; STEP]; ROWS];
                for (to, row) in last.iter_mut().zip([a, b, c, d]) {
                    to.as_mut_ptr().copy_from_nonoverlapping(row, rest);
                }
                step(column, last.each_ref().map(|row| row.as_ptr()), &mut sums);
            }
        }
        vector::across(sums)
    }
}

/// Adds the products of eight numbers of each row.
///
/// # Safety
/// They are there.
#[inline(always)]
unsafe fn step(column: *const i16, rows: [*const i8; ROWS], sums: &mut [I32; ROWS]) {
    // SAFETY: by the contract.
    unsafe {
        let x = vector::load_at(column);
        for (sum, row) in sums.iter_mut().zip(rows) {
            *sum = vector::dot(*sum, x, vector::widen_at(row, vector::splat16(0)));
        }
    }
}
