//! The inner loops, one file an instruction set. The choice is made here and nowhere else.
//!
//! A layer cuts its work into runs that need no more checks: columns of gathered inputs, rows of a dense layer, pixels
//! whose window lies inside. What lies between, borders and shapes, is the same for all instruction sets, and
//! [`portable`] is the oracle of the others.

pub(crate) mod bytes;
pub(crate) mod portable;

use super::quantization::Clamp;
use super::requantize::Requantizer;
use super::window::Axis;

core::cfg_select! {
    armv7em => {
        mod armv7em;
        pub(crate) use armv7em::{
            COLUMNS, dense, dense_len, depthwise, high_mul, panel, panel_len, planes, planes_len, products, put,
        };
        pub(crate) use portable::{add, clear, depthwise_len, depthwise_prepared, prepare, prepare_depthwise};
    }
    armv6m => {
        mod armv6m;
        mod pairs;
        mod planes;
        use armv6m as small;
        pub(crate) use armv6m::{dense, dense_len, depthwise, high_mul, products};
        pub(crate) use pairs::{COLUMNS, clear, panel, panel_len, prepare, put};
        pub(crate) use planes::{planes, planes_len};
        pub(crate) use portable::{add, depthwise_len, depthwise_prepared, prepare_depthwise};
    }
    rv32m => {
        mod pairs;
        mod planes;
        mod rv32;
        use rv32 as small;
        pub(crate) use pairs::{COLUMNS, clear, panel, panel_len, prepare, put};
        pub(crate) use planes::{planes, planes_len};
        pub(crate) use portable::{add, depthwise_len, depthwise_prepared, prepare_depthwise};
        pub(crate) use rv32::{dense, dense_len, depthwise, high_mul, products};
    }
    lanes => {
        mod lanes;
        pub(crate) use lanes::{
            COLUMNS, add, choose_loops, clear, dense, dense_len, depthwise_len, depthwise_prepared, loops, panel,
            panel_len, prepare, prepare_depthwise, products, put_columns, put_rows,
        };
        pub(crate) use portable::{depthwise, high_mul, planes, planes_len};
    }
    wide => {
        mod x86_64;
        pub(crate) use portable::{depthwise, high_mul, planes, planes_len};
        pub(crate) use x86_64::{
            COLUMNS, add, choose_loops, clear, dense, dense_len, depthwise_len, depthwise_prepared, loops, panel,
            panel_len, prepare, prepare_depthwise, products, put_columns, put_rows,
        };
    }
    _ => {
        pub(crate) use portable::{
            COLUMNS, add, clear, dense, dense_len, depthwise, depthwise_len, depthwise_prepared, high_mul, panel,
            panel_len, planes, planes_len, prepare, prepare_depthwise, products, put,
        };
    }
}

/// Segments of equal length that lie at equal distances, in an input and in a column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    /// Segments.
    pub(crate) count: usize,
    /// Elements of a segment.
    pub(crate) len: usize,
    /// From one segment's start to the next one's, in the input.
    pub(crate) from_step: usize,
    /// The first segment's place in the column.
    pub(crate) to: usize,
    /// From one segment's start to the next one's, in the column.
    pub(crate) to_step: usize,
}

/// Puts segments into a column by `put`.
#[cfg(not(lanes))]
#[inline]
fn put_each_row(
    put: impl Fn(&mut [i16], usize, usize, usize, &[i8], i32),
    panel: &mut [i16],
    depth: usize,
    column: usize,
    from: &[i8],
    rows: &Rows,
    zero_point: i32,
) {
    for row in 0..rows.count {
        let start = row * rows.from_step;
        if let Some(segment) = from.get(start..start + rows.len) {
            put(panel, depth, column, rows.to + row * rows.to_step, segment, zero_point);
        }
    }
}

/// Puts pixels into columns by `put`.
#[cfg(not(lanes))]
#[inline]
fn put_each_column(
    put: impl Fn(&mut [i16], usize, usize, usize, &[i8], i32),
    panel: &mut [i16],
    depth: usize,
    from: &[i8],
    zero_point: i32,
) {
    for (column, pixel) in from.chunks(depth.max(1)).enumerate() {
        put(panel, depth, column, 0, pixel, zero_point);
    }
}

/// Puts segments of inputs into a column.
#[cfg(not(wide))]
#[inline]
pub(crate) fn put_rows(
    panel: &mut [i16],
    depth: usize,
    column: usize,
    from: &[i8],
    rows: &Rows,
    zero_point: i32,
) {
    put_each_row(put, panel, depth, column, from, rows, zero_point);
}

/// Puts neighbouring pixels of `depth` inputs into the columns from the first on.
#[cfg(not(wide))]
#[inline]
pub(crate) fn put_columns(panel: &mut [i16], depth: usize, from: &[i8], zero_point: i32) {
    put_each_column(put, panel, depth, from, zero_point);
}

/// The numbers of a sum of two tensors.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(wide), expect(dead_code, reason = "read where sums are computed many at once"))]
pub(crate) struct Sum {
    pub(crate) zero_points: [i32; 2],
    pub(crate) scales: [Requantizer; 2],
    /// The difference instead.
    pub(crate) subtract: bool,
    pub(crate) output_scale: Requantizer,
    pub(crate) output_zero_point: i32,
    pub(crate) clamp: Clamp,
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
