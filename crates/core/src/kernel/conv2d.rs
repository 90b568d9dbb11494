//! Convolution in two dimensions, grouped and dilated.
//!
//! `out[n, y, x, o] = bias[o] + sum over taps and the group's channels of (in - zero_point) * weight`, then the output
//! stage. Taps beyond the border add nothing.

use super::arch::{self, Piece};
use super::bias::Bias;
use super::error::{Checks, KernelError};
use super::layer::{Layer, LayerSpec};
use super::quantization::{Activation, Quantization};
use super::requantize::{Requantizer, Rounding};
use crate::model::shape::Padding;

/// Shapes and scales of a convolution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conv2dSpec {
    /// Images, height, width, channels of the input.
    pub input_shape: [usize; 4],
    /// Output channels, height, width, input channels of a group: the weights' shape.
    pub filter_shape: [usize; 4],
    /// Vertical and horizontal stride.
    pub stride: [usize; 2],
    /// Vertical and horizontal distance of taps, 1 for neighbours.
    pub dilation: [usize; 2],
    /// What lies beyond the border.
    pub padding: Padding,
    /// How the input is stored.
    pub input: Quantization,
    /// How the output is stored.
    pub output: Quantization,
    /// What follows the sum.
    pub activation: Activation,
}

/// A convolution in two dimensions, checked.
#[derive(Clone, Copy, Debug)]
pub struct Conv2d<'a>(Layer<'a>);

impl<'a> Conv2d<'a> {
    /// A convolution with the weights `OHWI` and one requantizer a filter, or one for all.
    ///
    /// # Errors
    /// [`KernelError`] if a shape is empty or too large, or if lengths do not fit the shapes.
    pub fn new(
        spec: &Conv2dSpec,
        weights: &'a [i8],
        bias: impl Into<Bias<'a>>,
        requantizers: &'a [Requantizer],
    ) -> Result<Self, KernelError> {
        let spec = LayerSpec {
            input_shape: spec.input_shape,
            filter_shape: spec.filter_shape,
            stride: spec.stride,
            dilation: spec.dilation,
            padding: spec.padding,
            input: spec.input,
            output: spec.output,
            activation: spec.activation,
            rounding: Rounding::Tflm,
        };
        Layer::checked(Checks::default(), &spec, weights, bias.into(), requantizers).map(Self)
    }

    /// Images, height, width and channels of the output.
    #[must_use]
    pub const fn output_shape(&self) -> [usize; 4] {
        self.0.output_shape()
    }

    /// Elements of the input.
    #[must_use]
    pub const fn input_len(&self) -> usize {
        self.0.input_len()
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        self.0.output_len()
    }

    /// Elements of scratch memory with which `run` is fastest. Less is slower, never wrong.
    #[must_use]
    pub const fn scratch_len(&self) -> usize {
        scratch_len(&self.0)
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8], scratch: &mut [i16]) {
        self.0.run(image, input, output, scratch);
    }
}

pub(crate) const fn scratch_len(layer: &Layer<'_>) -> usize {
    arch::panel_len(layer.depth(), layer.group_filters)
}

/// One image's outputs.
pub(crate) fn image(layer: &Layer<'_>, input: &[i8], output: &mut [i8], scratch: &mut [i16]) {
    let depth = layer.depth();
    match arch::panel(scratch, depth, layer.group_filters) {
        Some(panel) => by_panels(layer, input, output, panel),
        None => layer.one_by_one(input, output, [depth, layer.group_channels]),
    }
}

/// Gathers the inputs of some pixels into a panel, then meets them with every filter of a group.
fn by_panels(layer: &Layer<'_>, input: &[i8], output: &mut [i8], panel: &mut [i16]) {
    let (depth, filters) = (layer.depth(), layer.filters.max(1));
    // Where columns end before the panel does, zeros stay.
    arch::clear(panel, depth, layer.zero_point);
    for group in 0..layer.groups {
        let first = group * layer.group_filters;
        let Some(weights) = layer.weights.get(first * depth..(first + layer.group_filters) * depth) else {
            return;
        };
        arch::prepare(panel, depth, weights, &layer.stage, first, layer.zero_point);
        let mut next = [0; 2];
        for output in output.chunks_mut((arch::COLUMNS * filters).max(1)) {
            let pixels = output.len() / filters;
            next = gather_pixels(layer, panel, input, next, group, pixels);
            let output = output.get_mut(first..).unwrap_or_default();
            arch::products(panel, pixels, depth, weights, &layer.stage, first, output, filters);
        }
    }
}

/// Puts the inputs under the windows of some pixels from `[y, x]` on into the panel; the pixel after them.
#[cfg_attr(armv7em, inline(never))]
fn gather_pixels(
    layer: &Layer<'_>,
    panel: &mut [i16],
    input: &[i8],
    [mut y, mut x]: [usize; 2],
    group: usize,
    pixels: usize,
) -> [usize; 2] {
    if is_pointwise(layer) {
        // The input is a row of columns already: `x` counts on.
        let depth = layer.depth();
        let from = input.get(x * depth..).unwrap_or_default();
        arch::put_columns(panel, depth, &Piece::of_pixels(pixels, depth), from, layer.zero_point);
        return [y, x + pixels];
    }
    let mut column = 0;
    while column < pixels {
        let count = layer.columns.run(x).min(pixels - column);
        gather(layer, panel, input, [y, x], group, [column, count]);
        column += count;
        x += count;
        if x == layer.columns.output {
            (y, x) = (y + 1, 0);
        }
    }
    [y, x]
}

/// Whether the window has one element, meets every channel and moves by one.
fn is_pointwise(layer: &Layer<'_>) -> bool {
    let strides = (layer.rows.stride.get(), layer.columns.stride.get());
    layer.groups == 1 && layer.rows.taps * layer.columns.taps == 1 && strides == (1, 1)
}

/// Puts the inputs under the windows of some neighbours into the panel; where there are several, no window reaches past
/// the border at the side.
fn gather(
    layer: &Layer<'_>,
    panel: &mut [i16],
    input: &[i8],
    [y, x]: [usize; 2],
    group: usize,
    [column, count]: [usize; 2],
) {
    let (depth, channels) = (layer.depth(), layer.group_channels);
    let (rows, columns) = (layer.rows.taps(y), layer.columns.taps(x));
    if rows.count < layer.rows.taps || columns.count < layer.columns.taps {
        arch::clear_columns(panel, depth, [column, count], layer.zero_point);
    }
    let line = layer.columns.input * layer.channels;
    let from = rows.start * line + columns.start * layer.channels + group * channels;
    let from = input.get(from..).unwrap_or_default();
    let mut piece = Piece {
        column,
        count,
        offset: (rows.first * layer.columns.taps + columns.first) * channels,
        length: columns.count * channels,
        step: layer.columns.stride.get() * layer.channels,
        rows: rows.count,
        row_offset: layer.columns.taps * channels,
        row_step: layer.rows.dilation.get() * line,
    };
    if layer.columns.dilation.get() == 1 && layer.groups == 1 {
        return arch::put_columns(panel, depth, &piece, from, layer.zero_point);
    }
    piece.length = channels;
    for tap in 0..columns.count {
        let from = from.get(tap * layer.columns.dilation.get() * layer.channels..).unwrap_or_default();
        arch::put_columns(panel, depth, &piece, from, layer.zero_point);
        piece.offset += channels;
    }
}
