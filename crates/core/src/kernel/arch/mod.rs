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
        pub(crate) use armv7em::{
            COLUMNS, dense, dense_len, depthwise, high_mul, panel, panel_len, planes, planes_len, products, put,
        };
        pub(crate) use portable::{clear, prepare};
    }
    armv6m => {
        mod armv6m;
        mod pairs;
        mod planes;
        use armv6m as small;
        pub(crate) use armv6m::{dense, dense_len, depthwise, high_mul, products};
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
