//! The inner loops, one file an instruction set. The choice is made here and nowhere else.
//!
//! A layer cuts its work into runs that need no more checks: columns of gathered inputs, rows of a dense layer, pixels
//! whose window lies inside. What lies between, borders and shapes, is the same for all instruction sets, and
//! [`portable`] is the oracle of the others.

pub(crate) mod bytes;
pub(crate) mod portable;

use super::window::Axis;

#[cfg(not(any(armv7em, wide)))]
mod columns;
#[cfg(not(any(armv7em, wide)))]
pub(crate) use columns::clear_columns;
#[cfg(not(any(armv7em, armv7m, armv6m, rv32m, wide)))]
pub(crate) use columns::put_columns;
#[cfg(not(any(armv7em, wide)))]
pub(crate) use portable::add;
#[cfg(not(armv7em))]
pub(crate) use portable::{add_elements, copy, keep_greater};
#[cfg(not(wide))]
pub(crate) use portable::{depthwise_len, depthwise_prepared, prepare_depthwise};
#[cfg(wide)]
mod rows;
#[cfg(all(wide, not(lanes)))]
pub(crate) use rows::put_columns;
#[cfg(wide)]
pub(crate) use rows::{Rows, clear_columns};

core::cfg_select! {
    armv7em => {
        mod armv7em;
        pub(crate) use armv7em::{
            COLUMNS, add, add_elements, clear, clear_columns, copy, dense, dense_len, depthwise, high_mul, keep_greater, panel, panel_len, planes,
            planes_len, products, put_columns,
        };
        pub(crate) use portable::prepare;
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
        pub(crate) use pairs::{COLUMNS, clear, panel, panel_len, prepare, put, put_columns};
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
        pub(crate) use pairs::{COLUMNS, clear, panel, panel_len, prepare, put, put_columns};
        pub(crate) use planes::{planes, planes_len};
    }
    rv32m => {
        mod pairs;
        mod planes;
        mod rv32;
        use rv32 as small;
        pub(crate) use pairs::{COLUMNS, clear, panel, panel_len, prepare, put, put_columns};
        pub(crate) use planes::{planes, planes_len};
        pub(crate) use rv32::{dense, dense_len, depthwise, high_mul, products};
    }
    lanes => {
        mod lanes;
        pub(crate) use lanes::{
            COLUMNS, add, choose_loops, clear, dense, dense_len, depthwise_len, depthwise_prepared, loops, panel,
            panel_len, planes, planes_len, prepare, prepare_depthwise, products, put_columns, put_rows,
        };
        pub(crate) use portable::{depthwise, high_mul};
    }
    wide => {
        mod x86_64;
        pub(crate) use portable::{depthwise, high_mul, planes, planes_len};
        pub(crate) use x86_64::{
            COLUMNS, add, choose_loops, clear, dense, dense_len, depthwise_len, depthwise_prepared, loops, panel,
            panel_len, prepare, prepare_depthwise, products, put_pixels, put_rows,
        };
    }
    _ => {
        pub(crate) use portable::{
            COLUMNS, clear, dense, dense_len, depthwise, high_mul, panel, panel_len, planes, planes_len, prepare,
            products, put,
        };
    }
}

/// Keeps the loop around it as it is written. Where loops are in assembly, what is left in Rust runs seldom: four copies
/// of its body are not worth their bytes.
#[inline(always)]
pub(crate) fn rolled() {
    #[cfg(any(armv7em, armv7m, armv6m))]
    // SAFETY: there is no instruction.
    unsafe {
        core::arch::asm!("", options(nomem, nostack, preserves_flags));
    }
}

/// A number that the compiler does not know: a loop of so many rounds stays one.
#[cfg(armv7em)]
#[inline(always)]
pub(crate) fn rounds(mut count: usize) -> usize {
    // SAFETY: there is no instruction.
    unsafe {
        core::arch::asm!("/* {} */", inout(reg) count, options(pure, nomem, nostack, preserves_flags));
    }
    count
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

#[cfg(not(wide))]
pub(crate) use fixed::{choose_loops, loops};

/// Where the loops are known when the core is built.
#[cfg(not(wide))]
mod fixed {
    /// The name of the loops in use.
    pub(crate) const fn loops() -> &'static str {
        if cfg!(armv7em) { "armv7em" } else { "portable" }
    }

    /// Whether the loops of that name are in use.
    pub(crate) fn choose_loops(name: &str) -> bool {
        name == loops()
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
    /// Rows and columns of taps of the whole filter.
    #[cfg_attr(not(wide), expect(dead_code, reason = "read where filters are prepared"))]
    pub(crate) taps: [usize; 2],
    /// The first row and column of taps inside.
    #[cfg_attr(not(wide), expect(dead_code, reason = "read where filters are prepared"))]
    pub(crate) first: [usize; 2],
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
