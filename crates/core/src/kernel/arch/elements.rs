//! One column by four rows of weights: fully connected layers, as ARMv6-M and ARMv7-M share them.
//!
//! Only elements that differ from the zero point take part: of each the place and the value are noted once, which costs
//! less in the loop than counting places does.

use super::{portable, small};
use crate::kernel::output_stage::OutputStage;
use core::array::from_fn;

/// Rows of weights that a loop takes at once.
pub(super) const ROWS: usize = 4;

/// Elements that a loop takes at once.
const STEP: usize = 4;

/// 16-bit numbers that a dense layer's input takes: two words an element, and one more to align them.
pub(crate) const fn dense_len(inputs: usize) -> usize {
    inputs.next_multiple_of(STEP) * 4 + 1
}

/// One row of a dense layer: every output channel for one input vector.
#[inline(never)] // Within the engine little of it stays in registers.
pub(crate) fn dense(
    input: &[i8],
    zero_point: i32,
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
    scratch: &mut [i16],
) {
    let depth = input.len();
    let rows = output.len();
    // SAFETY: any 64 bits are two `i32`, any 16 of them an `i16`.
    let (_, elements, _) = unsafe { scratch.align_to_mut::<[i32; 2]>() };
    let fits = rows >= ROWS && weights.len() >= rows * depth && elements.len() >= depth.next_multiple_of(STEP);
    if !fits {
        return portable::dense(input, zero_point, weights, stage, output, &mut []);
    }
    let elements = note(input, zero_point, elements);
    let short = stage.short_scale(depth);
    for first in (0..rows).step_by(ROWS) {
        // The last four may have some of the four before.
        let first = first.min(rows - ROWS);
        let channels: [_; ROWS] = from_fn(|index| stage.channel(first + index));
        let mut sums = channels.map(|channel| channel.bias);
        let from = weights.as_ptr().wrapping_add(first * depth);
        if !elements.is_empty() {
            let elements = elements.as_ptr_range();
            // SAFETY: a multiple of four elements, at least one, each with a place in a row; four rows of weights.
            unsafe { small::four_rows(elements.start, from, depth, &mut sums, elements.end) };
        }
        let outputs = output.get_mut(first..).unwrap_or_default();
        for ((channel, sum), to) in channels.iter().zip(sums).zip(outputs) {
            *to = if short {
                stage.finish(channel.requantizer.apply_small(sum))
            } else {
                stage.output(*channel, sum)
            };
        }
    }
}

/// Notes place and value of each element that differs from the zero point; at the end, to a multiple of [`STEP`], value 0
/// at place 0.
#[inline(never)]
fn note<'s>(input: &[i8], zero_point: i32, elements: &'s mut [[i32; 2]]) -> &'s [[i32; 2]] {
    let mut count = 0_usize;
    let mut free = elements.iter_mut();
    for (x, place) in input.iter().zip(0..) {
        let x = i32::from(*x) - zero_point;
        if x != 0
            && let Some(element) = free.next()
        {
            *element = [place, x];
            count += 1;
        }
    }
    let end = count.next_multiple_of(STEP);
    elements.get_mut(count..end).unwrap_or_default().fill([0, 0]);
    elements.get(..end).unwrap_or_default()
}
