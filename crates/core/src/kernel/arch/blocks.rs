//! A panel's blocks of two pairs of columns by rows of weights: what the loops of ARMv6-M and ARMv7-M share.

use super::pairs::{self, COLUMNS, Parts};
use super::small;
use crate::kernel::output_stage::OutputStage;
use crate::kernel::requantize::Requantizer;

/// What the loop over rows works on; the loop knows the fields' places.
#[repr(C)]
pub(crate) struct Rows {
    panel: *const i32,
    blocks: usize,
    weights: *const i8,
    depth: usize,
    rows: usize,
    starts: *const i32,
    requantizers: *const Requantizer,
    requantizer_step: usize,
    output: *mut i8,
    pixel_stride: usize,
    zero_point_from_least: i32,
    least: i32,
    range: i32,
    wide: *mut i32,
}

/// Columns of a block.
const BLOCK: usize = 4;

/// Output channels from `first_channel` on, one a row of `weights`, for as many pixels as `columns`.
#[expect(
    clippy::too_many_arguments,
    reason = "the shape of one block of work, the same for all instruction sets"
)]
pub(crate) fn products(
    panel: &mut [i16],
    columns: usize,
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    output: &mut [i8],
    pixel_stride: usize,
) {
    let Some(rows) = weights.len().checked_div(depth) else { return };
    let Some(Parts { blocks: words, wide, refused, starts }) = pairs::parts(panel, depth) else { return };
    let fits = rows > 0
        && *refused == 0
        && stage.short_scale(depth)
        && starts.len() >= rows
        && (1..=COLUMNS).contains(&columns)
        && output.len() >= (columns - 1) * pixel_stride + rows;
    let Some((_, _, requantizers, requantizer_step)) = stage.pointers(first_channel, rows).filter(|_| fits)
    else {
        return pairs::products(words, starts, columns, depth, weights, stage, first_channel, output, pixel_stride);
    };
    let clamp = stage.clamp();
    let mut work = Rows {
        panel: words.as_ptr(),
        blocks: columns.div_ceil(BLOCK),
        weights: weights.as_ptr(),
        depth,
        rows,
        starts: starts.as_ptr(),
        requantizers,
        requantizer_step,
        output: output.as_mut_ptr(),
        pixel_stride,
        zero_point_from_least: stage.zero_point() - clamp.least,
        least: clamp.least,
        range: clamp.most - clamp.least,
        wide: wide.as_mut_ptr(),
    };
    if columns.is_multiple_of(BLOCK) {
        // SAFETY: the panel holds the blocks, the weights `rows` rows, `wide` one of them; starts and requantizers are
        // there for as many rows, or stepped over by 0; outputs of all columns lie `pixel_stride` apart in `output`.
        unsafe { small::rows(&mut work) };
        return;
    }
    let mut pixels = [0_i8; COLUMNS];
    for index in 0..rows {
        (work.rows, work.output, work.pixel_stride) = (1, pixels.as_mut_ptr(), 1);
        // SAFETY: as above, the outputs into as many bytes as a panel has columns.
        unsafe { small::rows(&mut work) };
        let outputs = output.get_mut(index..).unwrap_or_default().iter_mut().step_by(pixel_stride.max(1));
        outputs.zip(pixels).take(columns).for_each(|(to, value)| *to = value);
    }
}

