//! Depthwise convolution of a whole image, filters of three by three: eight channels at once, two taps an instruction.
//!
//! Two rows of inputs, widened and with zeros beyond the border, lie in a line as pairs of an upper and a lower input. Two
//! lines hold all that one row of outputs sees, and where rows follow each other without a step two rows of outputs:
//!
//! ```text
//! lines              upper output      lower output
//! rows 0 and 1       taps 0 and 1      nothing and tap 0
//! rows 2 and 3       tap 2, nothing    taps 1 and 2
//! ```
//!
//! The scratch memory holds the filter's scales, its pairs of taps and two lines, of one block of channels after the other.

use super::panel::narrowed;
use super::stage::{BLOCK, Finish, Pixels, SCALES, Scales};
use super::vector::{self, I16, I32};
use crate::kernel::arch::Planes;
use crate::kernel::output_stage::OutputStage;
use crate::kernel::window::Axis;

/// Taps in each direction.
const TAPS: usize = 3;

/// Numbers of a pair of inputs or taps of each channel.
const PAIR: usize = 2 * BLOCK;

/// Numbers of the taps of an output that meet a line.
const LINE_TAPS: usize = TAPS * PAIR;

/// Numbers of the taps of two rows of outputs.
const ALL_TAPS: usize = 4 * LINE_TAPS;

/// Outputs of a row that are computed together.
const TOGETHER: usize = 2;

/// 16-bit numbers that a layer takes; 0 if it does not go by lines.
pub(crate) const fn planes_len(layer: &Planes<'_>) -> usize {
    let Planes { channels, rows, columns, .. } = *layer;
    let fits = channels >= BLOCK
        && rows.taps == TAPS
        && columns.taps == TAPS
        && rows.dilation.get() == 1
        && columns.dilation.get() == 1
        && columns.stride.get() <= 2
        && rows.stride.get() == columns.stride.get();
    if fits { SCALES + ALL_TAPS + 2 * line_len(columns) } else { 0 }
}

/// Numbers of a line.
const fn line_len(columns: &Axis) -> usize {
    // Outputs that are computed together with the last one see more.
    (columns.stride.get() * (columns.output + TOGETHER - 2) + TAPS) * PAIR
}

/// The outputs of one image; how many channels are done: all, or none without scratch memory.
pub(crate) fn planes(
    layer: &Planes<'_>,
    input: &[i8],
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
    scratch: &mut [i16],
) -> usize {
    let Planes { channels, rows, columns, zero_point } = *layer;
    let len = planes_len(layer);
    let fits = len > 0
        && input.len() >= rows.input * columns.input * channels
        && weights.len() >= TAPS * TAPS * channels
        && output.len() >= rows.output * columns.output * channels;
    let Some(scratch) = scratch.get_mut(..len).filter(|_| fits) else { return 0 };
    let (scales, rest) = scratch.split_at_mut_checked(SCALES).unwrap_or_default();
    let (taps, lines) = rest.split_at_mut_checked(ALL_TAPS).unwrap_or_default();
    // What lies beyond the border stays zero.
    lines.fill(0);
    let finish = Finish::new(stage);
    for first in (0..channels).step_by(BLOCK) {
        // The last block has some channels of the one before once more.
        let first = first.min(channels - BLOCK);
        Scales::write(stage, first, BLOCK, scales);
        let block = Block {
            layer,
            input: input.as_ptr().wrapping_add(first),
            output: output.as_mut_ptr().wrapping_add(first),
            scales: scales.as_ptr(),
            taps: taps.as_ptr(),
            zero_point: narrowed(zero_point),
            first,
        };
        let (upper, lower) = lines.split_at_mut_checked(line_len(columns)).unwrap_or_default();
        // SAFETY: every tap's weights from `first` on are there, and room for `ALL_TAPS` numbers; the block's channels
        // lie in the input and in the output; each line holds `line_len` numbers.
        unsafe {
            pack(weights.as_ptr().wrapping_add(first), channels, taps.as_mut_ptr());
            block.run([upper.as_mut_ptr(), lower.as_mut_ptr()], &finish);
        }
    }
    channels
}

/// Pairs of taps: those of the upper row of outputs that meet the upper line and the lower one, then those of the lower row.
///
/// # Safety
/// Eight weights of each tap, `channels` apart, are there, and room for [`ALL_TAPS`] numbers.
#[inline(never)]
unsafe fn pack(weights: *const i8, channels: usize, mut to: *mut i16) {
    let zero = vector::splat16(0);
    for (upper, lower) in [(Some(0), Some(1)), (Some(2), None), (None, Some(0)), (Some(1), Some(2))] {
        for column in 0..TAPS {
            let tap = |row: Option<usize>| match row {
                // SAFETY: by the contract.
                Some(row) => unsafe { vector::widen_at(weights.add((row * TAPS + column) * channels), zero) },
                None => zero,
            };
            for half in vector::interleave(tap(upper), tap(lower)) {
                // SAFETY: by the contract: 24 times eight numbers.
                unsafe { vector::store(to, half) };
                to = to.wrapping_add(BLOCK);
            }
        }
    }
}

/// Eight channels of an image.
struct Block<'b> {
    layer: &'b Planes<'b>,
    /// The first pixel's first channel.
    input: *const i8,
    output: *mut i8,
    scales: *const i16,
    taps: *const i16,
    zero_point: I16,
    /// The first channel.
    first: usize,
}

impl Block<'_> {
    /// All outputs.
    ///
    /// # Safety
    /// What the fields say is there, the whole image of it; each line has [`line_len`] numbers, zeros beyond the border.
    unsafe fn run(&self, [mut upper, mut lower]: [*mut i16; 2], finish: &Finish<'_>) {
        let Planes { rows, columns, channels, .. } = *self.layer;
        let row = columns.output * channels;
        let mut output = self.output;
        // SAFETY: by the contract; no more rows of outputs than there are.
        unsafe {
            self.fill(0, upper);
            if rows.stride.get() == 1 {
                for y in (0..rows.output).step_by(2) {
                    self.fill(y + 2, lower);
                    self.outputs::<1>([upper, lower], 0, output, finish);
                    if y + 1 < rows.output {
                        self.outputs::<1>([upper, lower], 1, output.wrapping_add(row), finish);
                    }
                    output = output.wrapping_add(2 * row);
                    (upper, lower) = (lower, upper);
                }
            } else {
                for y in 0..rows.output {
                    self.fill(2 * y + 2, lower);
                    self.outputs::<2>([upper, lower], 0, output, finish);
                    output = output.wrapping_add(row);
                    (upper, lower) = (lower, upper);
                }
            }
        }
    }

    /// Fills a line with two rows of the padded input, the first of them `y`.
    ///
    /// # Safety
    /// As for `run`.
    #[inline(never)]
    unsafe fn fill(&self, y: usize, to: *mut i16) {
        let Planes { rows, columns, channels, .. } = *self.layer;
        let row = |y: usize| {
            let y = y.checked_sub(rows.before).filter(|y| *y < rows.input);
            y.map(|y| self.input.wrapping_add(y * columns.input * channels))
        };
        let (upper, lower) = (row(y), row(y + 1));
        // Without a row its place is zero: read another one, keep nothing of it.
        let keep = [upper, lower].map(|row| vector::splat16(if row.is_some() { -1 } else { 0 }));
        let mut upper = upper.or(lower).unwrap_or(self.input);
        let mut lower = lower.unwrap_or(upper);
        let mut to = to.wrapping_add(columns.before * PAIR);
        let room = (columns.output - 1) * columns.stride.get() + TAPS - columns.before;
        for _ in 0..columns.input.min(room) {
            // SAFETY: by the contract: eight channels of each pixel of both rows, a pair of them in the line.
            unsafe {
                let numbers = [upper, lower].map(|from| vector::widen_at(from, self.zero_point));
                let [low, high] =
                    vector::interleave(vector::and(numbers[0], keep[0]), vector::and(numbers[1], keep[1]));
                vector::store(to, low);
                vector::store(to.add(BLOCK), high);
            }
            (upper, lower) = (upper.wrapping_add(channels), lower.wrapping_add(channels));
            to = to.wrapping_add(PAIR);
        }
    }

    /// A row of outputs of two lines, the upper or the lower, `S` inputs apart.
    ///
    /// # Safety
    /// As for `run`; `output` has the row.
    #[inline(never)]
    unsafe fn outputs<const S: usize>(
        &self,
        [mut upper, mut lower]: [*mut i16; 2],
        row: usize,
        mut output: *mut i8,
        finish: &Finish<'_>,
    ) {
        let Self { scales, first, layer: Planes { channels, .. }, .. } = *self;
        let taps = self.taps.wrapping_add(2 * row * LINE_TAPS);
        let lines = core::hint::black_box(2);
        let mut left = self.layer.columns.output;
        // SAFETY: by the contract; the last output's neighbour sees zeros, or what is left of others, and is not kept.
        unsafe {
            while left > 0 {
                let mut sums = [Scales::bias_at(scales); TOGETHER];
                // A loop, not two calls: with six columns at once there are too few registers.
                for line in 0..lines {
                    let from = if line == 0 { upper } else { lower };
                    add_line::<S>(from, taps.add(line * LINE_TAPS), &mut sums);
                }
                let pixels = Pixels { output, count: left, stride: *channels, channels: BLOCK, first };
                let scales = Scales::at(scales);
                let [one, next] = sums;
                let doubts = finish.put(&scales, next, &pixels, 1) | finish.put(&scales, one, &pixels, 0);
                finish.again(&[one, next], doubts, pixels);
                output = output.wrapping_add(TOGETHER * channels);
                [upper, lower] = [upper, lower].map(|line| line.wrapping_add(TOGETHER * S * PAIR));
                left = left.saturating_sub(TOGETHER);
            }
        }
    }
}

/// Adds the products of the taps that meet a line.
///
/// # Safety
/// As many pairs of inputs and of taps are there as the outputs see.
#[inline(always)]
unsafe fn add_line<const S: usize>(from: *const i16, taps: *const i16, sums: &mut [[I32; 2]; TOGETHER]) {
    for column in 0..TAPS {
        // SAFETY: by the contract.
        unsafe {
            let weights = both(taps.add(column * PAIR));
            sums[0] = add(sums[0], both(from.add(column * PAIR)), weights);
            sums[1] = add(sums[1], both(from.add((column + S) * PAIR)), weights);
        }
    }
}

/// A pair of each channel.
///
/// # Safety
/// [`PAIR`] numbers are there.
#[inline(always)]
unsafe fn both(from: *const i16) -> [I16; 2] {
    // SAFETY: by the contract.
    unsafe { [vector::load_at(from), vector::load_at(from.add(BLOCK))] }
}

/// Adds two products a lane.
#[inline(always)]
fn add(sums: [I32; 2], inputs: [I16; 2], weights: [I16; 2]) -> [I32; 2] {
    [vector::dot(sums[0], inputs[0], weights[0]), vector::dot(sums[1], inputs[1], weights[1])]
}
