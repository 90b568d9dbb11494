//! The inner loops, one file an instruction set. The choice is made here and nowhere else.
//!
//! A layer cuts its work into runs that need no more checks: columns of gathered inputs, rows of a dense layer, pixels
//! whose window lies inside. What lies between, borders and shapes, is the same for all instruction sets, and
//! [`portable`] is the oracle of the others.

pub(crate) mod bytes;
pub(crate) mod portable;

use super::window::Axis;

#[cfg(not(armv7em))]
mod columns;
#[cfg(not(armv7em))]
pub(crate) use columns::{clear_columns, put_columns};
#[cfg(not(armv7em))]
pub(crate) use portable::add;

core::cfg_select! {
    armv7em => {
        mod armv7em;
        pub(crate) use armv7em::{
            COLUMNS, add, clear_columns, dense, dense_len, depthwise, high_mul, panel, panel_len, planes, planes_len,
            products, put_columns,
        };
        pub(crate) use portable::{clear, prepare};
    }
    armv6m => {
        mod armv6m;
        mod blocks;
        mod elements;
        mod pairs;
        mod planes;
        use armv6m as small;
        pub(crate) use armv6m::{depthwise, high_mul};
        pub(crate) use blocks::products;
        pub(crate) use elements::{dense, dense_len};
        pub(crate) use pairs::{COLUMNS, clear, panel, panel_len, prepare, put};
        pub(crate) use planes::{planes, planes_len};
    }
    armv7m => {
        mod armv7m;
        mod blocks;
        mod elements;
        mod pairs;
        mod planes;
        use armv7m as small;
        pub(crate) use armv7m::{depthwise, high_mul};
        pub(crate) use blocks::products;
        pub(crate) use elements::{dense, dense_len};
        pub(crate) use pairs::{COLUMNS, clear, panel, panel_len, prepare, put};
        pub(crate) use planes::{planes, planes_len};
    }
    rv32m => {
        mod pairs;
        mod planes;
        mod rv32;
        use rv32 as small;
        pub(crate) use pairs::{COLUMNS, clear, panel, panel_len, prepare, put};
        pub(crate) use planes::{planes, planes_len};
        pub(crate) use rv32::{dense, dense_len, depthwise, high_mul, products};
    }
    _ => {
        pub(crate) use portable::{
            COLUMNS, clear, dense, dense_len, depthwise, high_mul, panel, panel_len, planes, planes_len, prepare, products, put,
        };
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
#[cfg_attr(
    not(any(armv7em, armv7m, armv6m, rv32m)),
    allow(dead_code, reason = "the plain loops have no planes")
)]
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
