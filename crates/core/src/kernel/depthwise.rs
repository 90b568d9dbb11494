//! Convolution of each channel by itself, with a depth multiplier and dilation.
//!
//! Output channel `o` reads input channel `o / multiplier`.

use super::arch::{self, Patch, Planes, portable};
use super::bias::Bias;
use super::error::{Checks, KernelError};
use super::layer::{Layer, LayerSpec};
use super::pieces::pieces_mut;
use super::quantization::{Activation, Quantization};
use super::requantize::{Requantizer, Rounding};
use super::window::Taps;
use crate::model::shape::Padding;

/// Shapes and scales of a depthwise convolution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DepthwiseSpec {
    /// Images, height, width, channels of the input.
    pub input_shape: [usize; 4],
    /// Height and width of the filter.
    pub filter_size: [usize; 2],
    /// Output channels an input channel.
    pub multiplier: usize,
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

/// A depthwise convolution, checked.
#[derive(Clone, Copy, Debug)]
pub struct DepthwiseConv2d<'a>(Layer<'a>);

impl<'a> DepthwiseConv2d<'a> {
    /// A depthwise convolution with the weights `1HWO` and one requantizer an output channel, or one for all.
    ///
    /// # Errors
    /// [`KernelError`] if a shape is empty or too large, or if lengths do not fit the shapes.
    pub fn new(
        spec: &DepthwiseSpec,
        weights: &'a [i8],
        bias: impl Into<Bias<'a>>,
        requantizers: &'a [Requantizer],
    ) -> Result<Self, KernelError> {
        let [.., channels] = spec.input_shape;
        let [height, width] = spec.filter_size;
        let mut checks = Checks::default();
        checks.scale("input scale", spec.input);
        checks.elements("input shape", &spec.input_shape);
        let filters = checks.elements("multiplier", &[channels, spec.multiplier]);
        let spec = LayerSpec {
            input_shape: spec.input_shape,
            filter_shape: [filters, height, width, 1],
            stride: spec.stride,
            dilation: spec.dilation,
            padding: spec.padding,
            input: spec.input,
            output: spec.output,
            activation: spec.activation,
            rounding: Rounding::Tflm,
        };
        Layer::checked(checks, &spec, weights, bias.into(), requantizers).map(Self)
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
    if layer.group_filters == 1 {
        arch::planes_len(&planes(layer)) + arch::depthwise_len(layer.channels, layer.taps())
    } else {
        0
    }
}

const fn planes<'l>(layer: &'l Layer<'_>) -> Planes<'l> {
    let Layer { channels, ref rows, ref columns, zero_point, .. } = *layer;
    Planes { channels, rows, columns, zero_point }
}

/// One image's outputs.
pub(crate) fn image(layer: &Layer<'_>, input: &[i8], output: &mut [i8], scratch: &mut [i16]) {
    if layer.group_filters != 1 {
        return layer.one_by_one(input, output, [1, layer.filters]);
    }
    let (channels, taps) = (layer.channels, layer.taps());
    let own = arch::depthwise_len(channels, taps);
    let (own, scratch) = scratch.split_at_mut_checked(own).unwrap_or_default();
    let prepared = arch::prepare_depthwise(own, channels, taps, layer.weights, &layer.stage);
    let prepared = prepared.unwrap_or_default();
    let done = arch::planes(&planes(layer), input, layer.weights, &layer.stage, output, scratch);
    if done == channels {
        return;
    }
    for (y, output) in pieces_mut(output, layer.columns.output * channels).enumerate() {
        row(layer, input, output, layer.rows.taps(y), done, prepared);
    }
}

/// One row of outputs, channels from `first` on: pixels at the borders one by one, those between as one run.
fn row(layer: &Layer<'_>, input: &[i8], mut output: &mut [i8], rows: Taps, first: usize, prepared: &[i16]) {
    let mut x = 0;
    while x < layer.columns.output {
        let columns = layer.columns.taps(x);
        let mut pixels = 1;
        if columns.count == layer.columns.taps {
            let room = layer.columns.input - columns.start;
            let extent = (layer.columns.taps - 1) * layer.columns.dilation.get() + 1;
            pixels = (room.saturating_sub(extent) / layer.columns.stride + 1).min(layer.columns.output - x);
        }
        let Some((run, rest)) = core::mem::take(&mut output).split_at_mut_checked(pixels * layer.channels)
        else {
            return;
        };
        run_of_pixels(layer, input, run, [rows, columns], first, prepared);
        output = rest;
        x += pixels;
    }
}

fn run_of_pixels(
    layer: &Layer<'_>,
    input: &[i8],
    output: &mut [i8],
    [rows, columns]: [Taps; 2],
    first: usize,
    prepared: &[i16],
) {
    let line = layer.columns.input * layer.channels;
    let patch = Patch {
        taps: layer.taps(),
        first: [rows.first, columns.first],
        channels: layer.channels,
        rows: rows.count,
        columns: columns.count,
        input_row: layer.rows.dilation.get() * line,
        input_column: layer.columns.dilation.get() * layer.channels,
        weight_row: layer.columns.taps * layer.channels,
        input_pixel: layer.columns.stride.get() * layer.channels,
        zero_point: layer.zero_point,
    };
    let from = rows.start * line + columns.start * layer.channels;
    let tap = rows.first * layer.columns.taps + columns.first;
    let input = input.get(from..).unwrap_or_default();
    let weights = layer.weights.get(tap * layer.channels..).unwrap_or_default();
    if first == 0 {
        if !arch::depthwise_prepared(&patch, input, &layer.stage, output, prepared) {
            arch::depthwise(&patch, input, weights, &layer.stage, output);
        }
    } else {
        portable::depthwise_channels(&patch, first, input, weights, &layer.stage, output);
    }
}
