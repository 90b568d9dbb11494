//! The inner loops, one file an instruction set. The choice is made here and nowhere else.
//!
//! A layer cuts its work into runs that need no more checks: columns of gathered inputs, rows of a dense layer, pixels
//! whose window lies inside. What lies between, borders and shapes, is the same for all instruction sets, and
//! [`portable`] is the oracle of the others.

pub(crate) mod bytes;
pub(crate) mod portable;

use super::window::Axis;

core::cfg_select! {
    armv7em => {
        mod armv7em;
        pub(crate) use armv7em::{COLUMNS, dense, dense_len, depthwise, high_mul, panel, panel_len, products};
        pub(crate) use portable::{clear, prepare};
    }
    _ => {
        pub(crate) use portable::{
            COLUMNS, clear, dense, dense_len, depthwise, high_mul, panel, panel_len, prepare, products, put,
        };
    }
}

core::cfg_select! {
    armv7em => {
        pub(crate) use armv7em::{add, clear_columns, planes, planes_len, put_columns};
    }
    _ => {
        pub(crate) use portable::{add, planes, planes_len};

        /// Puts inputs less their zero point into neighbouring columns, row by row and column by column.
        pub(crate) fn put_columns(panel: &mut [i16], depth: usize, piece: &Piece, from: &[i8], zero_point: i32) {
            for row in 0..piece.rows {
                let from = from.get(row * piece.row_step..).unwrap_or_default();
                let offset = piece.offset + row * piece.row_offset;
                for column in 0..piece.count {
                    let from = from.get(column * piece.step..).and_then(|from| from.get(..piece.length));
                    put(panel, depth, piece.column + column, offset, from.unwrap_or_default(), zero_point);
                }
            }
        }

        /// Makes neighbouring columns some of inputs that equal their zero point.
        pub(crate) fn clear_columns(
            panel: &mut [i16],
            depth: usize,
            [column, count]: [usize; 2],
            zero_point: i32,
        ) {
            let blank = [i8::try_from(zero_point).unwrap_or_default(); 64];
            for (offset, column) in (0..depth)
                .step_by(blank.len())
                .flat_map(|offset| (column..column + count).map(move |column| (offset, column)))
            {
                let blank = blank.get(..depth - offset).unwrap_or(&blank);
                put(panel, depth, column, offset, blank, zero_point);
            }
        }
    }
}

/// Rows of elements of neighbouring columns of a panel; those of a row lie together in input and weights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// The first column.
    pub(crate) column: usize,
    /// Columns.
    pub(crate) count: usize,
    /// The first element's place in its column.
    pub(crate) offset: usize,
    /// Elements of a row.
    pub(crate) length: usize,
    /// From a column's first element to the next one's, in the input.
    pub(crate) step: usize,
    /// Rows.
    pub(crate) rows: usize,
    /// From a row to the next, in the column.
    pub(crate) row_offset: usize,
    /// From a row to the next, in the input.
    pub(crate) row_step: usize,
}

impl Piece {
    /// Whole columns that lie one after the other in the input.
    pub(crate) const fn of_pixels(count: usize, depth: usize) -> Self {
        Self { column: 0, count, offset: 0, length: depth, step: depth, rows: 1, row_offset: 0, row_step: 0 }
    }
}

/// A depthwise convolution of one image, an output channel for each input channel.
#[cfg_attr(not(armv7em), allow(dead_code, reason = "the plain loops have no planes"))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planes<'a> {
    /// Channels of input, weights and output.
    pub(crate) channels: usize,
    /// Vertical axis.
    pub(crate) rows: &'a Axis,
    /// Horizontal axis.
    pub(crate) columns: &'a Axis,
    /// The input's zero point.
    pub(crate) zero_point: i32,
}

/// A run of output pixels of a depthwise convolution whose taps all lie inside the input.
///
/// Strides are in elements. Taps that lie outside are left out by the caller: `rows` and `columns` are those inside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patch {
    /// Channels: neighbours in input, weights and output.
    pub(crate) channels: usize,
    /// Taps from top to bottom.
    pub(crate) rows: usize,
    /// Taps from left to right.
    pub(crate) columns: usize,
    /// From a tap to the one below, in the input.
    pub(crate) input_row: usize,
    /// From a tap to the one at its right, in the input.
    pub(crate) input_column: usize,
    /// From a tap to the one below, in the weights.
    pub(crate) weight_row: usize,
    /// From one output pixel's first tap to the next one's, in the input.
    pub(crate) input_pixel: usize,
    /// The input's zero point.
    pub(crate) zero_point: i32,
}
