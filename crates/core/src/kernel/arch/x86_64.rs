//! x86-64: AVX2, and VNNI where it is there, found at run time.
//!
//! No instruction here saturates: `vpmaddwd` adds two products of 9 by 8 bits, `vpdpbusd` four of 8 by 8 in 32 bits.
//! (`vpmaddubsw` would be faster and wrong: two products of 255 by 127 do not fit in 16 bits.)

mod add;
mod dense;
mod depthwise;
mod gather;
mod level;
mod panel;
mod stage;
mod tile;

use super::{Rows, portable};
use crate::kernel::output_stage::OutputStage;
use level::Level;

pub(crate) use add::add;
pub(crate) use dense::{dense, dense_len};
pub(crate) use depthwise::{depthwise_len, depthwise_prepared, prepare_depthwise};
pub(crate) use panel::COLUMNS;

/// The name of the loops in use.
pub(crate) fn loops() -> &'static str {
    Level::current().name()
}

/// Uses the loops of that name; false if this processor lacks them.
pub(crate) fn choose_loops(name: &str) -> bool {
    Level::choose(name)
}

/// 16-bit numbers of a panel.
pub(crate) const fn panel_len(depth: usize, filters: usize) -> usize {
    // Of all levels the one that takes most: a plan that is made for one is enough for another.
    panel::len(depth, filters)
}

/// The panel in the scratch memory; none if there is too little.
pub(crate) fn panel(scratch: &mut [i16], depth: usize, filters: usize) -> Option<&mut [i16]> {
    match Level::current() {
        Level::Portable => scratch.get_mut(..depth * COLUMNS),
        level => panel::aligned(level, scratch, depth, filters),
    }
}

/// Makes every column one of inputs that equal their zero point.
pub(crate) fn clear(panel: &mut [i16], depth: usize, zero_point: i32) {
    match Level::current() {
        Level::Portable => panel.fill(0),
        level => panel::clear(level, panel, depth, zero_point),
    }
}

/// Puts segments of inputs into a column.
#[inline]
pub(crate) fn put_rows(panel: &mut [i16], depth: usize, column: usize, from: &[i8], rows: &Rows, zero_point: i32) {
    match Level::current() {
        Level::Portable => {
            for row in 0..rows.count {
                let from = from.get(row * rows.from_step..).and_then(|from| from.get(..rows.len));
                let offset = rows.to + row * rows.to_step;
                portable::put(panel, depth, column, offset, from.unwrap_or_default(), zero_point);
            }
        }
        level => gather::put_rows(level, panel, depth, column, from, rows, zero_point),
    }
}

/// Puts neighbouring pixels of `depth` inputs into the columns from the first on.
#[inline]
pub(crate) fn put_pixels(panel: &mut [i16], depth: usize, from: &[i8], zero_point: i32) {
    match Level::current() {
        Level::Portable => {
            for (column, pixel) in from.chunks(depth.max(1)).enumerate() {
                portable::put(panel, depth, column, 0, pixel, zero_point);
            }
        }
        level => gather::put_pixels(level, panel, depth, from, zero_point),
    }
}

/// Packs the rows of `weights`, whose output channels begin at `first_channel`, into a panel.
pub(crate) fn prepare(
    panel: &mut [i16],
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    zero_point: i32,
) {
    match Level::current() {
        Level::Portable => {}
        level => panel::prepare(level, panel, depth, weights, stage, first_channel, zero_point),
    }
}

/// Output channels from `first_channel` on, one a row of `weights`, for the first `columns` pixels of a panel.
///
/// Each row of weights has `depth` elements. A pixel's outputs begin at a multiple of `pixel_stride` in `output`.
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
    match Level::current() {
        Level::Portable => {
            portable::products(panel, columns, depth, weights, stage, first_channel, output, pixel_stride);
        }
        level => panel::products(level, panel, columns, depth, weights, stage, output, pixel_stride),
    }
}
