//! The inner loops, one file an instruction set. The choice is made here and nowhere else.
//!
//! A layer cuts its work into runs that need no more checks: columns of gathered inputs, rows of a dense layer, pixels
//! whose window lies inside. What lies between, borders and shapes, is the same for all instruction sets, and
//! [`portable`] is the oracle of the others.

pub(crate) mod bytes;
pub(crate) mod portable;

core::cfg_select! {
    armv7em => {
        mod armv7em;
        pub(crate) use armv7em::{COLUMNS, dense, dense_len, depthwise, high_mul, panel, panel_len, products, put};
        pub(crate) use portable::{clear, depthwise_len, prepare, prepare_depthwise};
    }
    all(wide, target_arch = "x86_64") => {
        mod x86_64;
        pub(crate) use x86_64::{
            COLUMNS, choose_loops, clear, dense, dense_len, depthwise, depthwise_len, high_mul, loops, panel,
            panel_len, prepare, prepare_depthwise, products, put,
        };
    }
    _ => {
        pub(crate) use portable::{
            COLUMNS, clear, dense, dense_len, depthwise, depthwise_len, high_mul, panel, panel_len, prepare,
            prepare_depthwise, products, put,
        };
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

/// A run of output pixels of a depthwise convolution whose taps all lie inside the input.
///
/// Strides are in elements. Taps that lie outside are left out by the caller: `rows` and `columns` are those inside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patch {
    /// Rows and columns of taps of the whole filter.
    pub(crate) taps: [usize; 2],
    /// The first row and column of taps inside.
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
