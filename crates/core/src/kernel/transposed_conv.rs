//! Transposed convolution: each input spreads over a window of the output.
//!
//! Output `(y, x)` sums the inputs `(iy, ix)` and taps `(ty, tx)` with `y = iy * stride + ty - before`, likewise `x`.

use super::arch::portable;
use super::bias::Bias;
use super::error::{Checks, KernelError};
use super::output_stage::OutputStage;
use super::pieces::{pieces, pieces_mut};
use super::quantization::{Activation, Quantization};
use super::requantize::{Requantizer, Rounding};
use super::window::Axis;
use crate::model::shape::Padding;

/// Shapes and scales of a transposed convolution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransposedConvSpec {
    /// Images, height, width, channels of the input.
    pub input_shape: [usize; 4],
    /// Output channels, height, width, input channels: the weights' shape.
    pub filter_shape: [usize; 4],
    /// Height and width of the output: a convolution of that size with this stride and padding gives the input's size.
    pub output_size: [usize; 2],
    /// Vertical and horizontal stride.
    pub stride: [usize; 2],
    /// What lies beyond the border.
    pub padding: Padding,
    /// How the input is stored.
    pub input: Quantization,
    /// How the output is stored.
    pub output: Quantization,
    /// What follows the sum.
    pub activation: Activation,
}

/// A transposed convolution, checked.
#[derive(Clone, Copy, Debug)]
pub struct TransposedConv2d<'a> {
    images: usize,
    channels: usize,
    filters: usize,
    /// The convolution from this layer's output to its input.
    rows: Axis,
    columns: Axis,
    zero_point: i32,
    weights: &'a [i8],
    stage: OutputStage<'a>,
}

/// The inputs that reach one output along one dimension: the first and its tap, and how many.
struct Reach {
    input: usize,
    tap: usize,
    count: usize,
}

impl Reach {
    /// Inputs ascend by one as taps descend by the stride.
    fn of(axis: &Axis, output: usize) -> Self {
        let place = output + axis.before;
        // The least input with `place - input * stride < taps`.
        let input = (place + 1).saturating_sub(axis.taps).div_ceil(axis.stride.get());
        let Some(tap) = place.checked_sub(input * axis.stride.get()).filter(|_| input < axis.output) else {
            return Self { input: 0, tap: 0, count: 0 };
        };
        Self { input, tap, count: (tap / axis.stride + 1).min(axis.output - input) }
    }
}

impl<'a> TransposedConv2d<'a> {
    /// A transposed convolution with the weights `OHWI` and one requantizer a filter, or one for all.
    ///
    /// # Errors
    /// [`KernelError`] if a shape is empty or too large, or if lengths do not fit the shapes.
    pub fn new(
        spec: &TransposedConvSpec,
        weights: &'a [i8],
        bias: impl Into<Bias<'a>>,
        requantizers: &'a [Requantizer],
    ) -> Result<Self, KernelError> {
        let [images, height, width, channels] = spec.input_shape;
        let [filters, filter_height, filter_width, filter_channels] = spec.filter_shape;
        let [output_height, output_width] = spec.output_size;
        let mut checks = Checks::default();
        checks.scale("input scale", spec.input);
        checks.elements("input shape", &spec.input_shape);
        checks.elements("output shape", &[images, output_height, output_width, filters]);
        let filter_len = checks.elements("filter shape", &spec.filter_shape);
        checks.length("weights", weights.len(), filter_len);
        if channels != filter_channels {
            checks.fail(KernelError::Mismatch { field: "input channels and filter channels" });
        }
        let [down, right] = spec.stride;
        let axis = |checks: &mut Checks, input, taps, stride| {
            checks.axis(input, taps, stride, 1, spec.padding);
            Axis::new(input, taps, stride, 1, spec.padding)
        };
        let rows = axis(&mut checks, output_height, filter_height, down);
        let columns = axis(&mut checks, output_width, filter_width, right);
        if (rows.output, columns.output) != (height, width) {
            checks.fail(KernelError::Mismatch { field: "input size, output size and stride" });
        }
        checks.scale("output scale", spec.output);
        let stage = OutputStage::new(
            filters,
            bias.into(),
            requantizers,
            spec.output,
            spec.activation,
            Rounding::Tflm,
        );
        stage.check(&mut checks, filters);
        let zero_point = spec.input.zero();
        checks.passed(Self { images, channels, filters, rows, columns, zero_point, weights, stage })
    }

    /// Elements of the input.
    #[must_use]
    pub const fn input_len(&self) -> usize {
        self.images * self.rows.output * self.columns.output * self.channels
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        self.images * self.rows.input * self.columns.input * self.filters
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8]) {
        let (Some(input), Some(output)) =
            (input.get(..self.input_len()), output.get_mut(..self.output_len()))
        else {
            return;
        };
        let image = self.rows.output * self.columns.output * self.channels;
        let output_row = self.columns.input * self.filters;
        let images = pieces(input, image).zip(pieces_mut(output, output_row * self.rows.input));
        for (input, output) in images {
            for (y, output) in pieces_mut(output, output_row).enumerate() {
                let rows = Reach::of(&self.rows, y);
                for (x, output) in pieces_mut(output, self.filters).enumerate() {
                    self.pixel(input, output, &rows, &Reach::of(&self.columns, x));
                }
            }
        }
    }

    fn pixel(&self, input: &[i8], output: &mut [i8], rows: &Reach, columns: &Reach) {
        let depth = self.rows.taps * self.columns.taps * self.channels;
        for ((index, weights), output) in pieces(self.weights, depth).enumerate().zip(output) {
            let channel = self.stage.channel(index);
            let mut sum = channel.bias;
            for row in 0..rows.count {
                for column in 0..columns.count {
                    let place = (rows.input + row) * self.columns.output + columns.input + column;
                    let tap = (rows.tap - row * self.rows.stride.get()) * self.columns.taps + columns.tap
                        - column * self.columns.stride.get();
                    let from = place * self.channels;
                    let input = input.get(from..from + self.channels).unwrap_or_default();
                    let weights = weights.get(tap * self.channels..).unwrap_or_default();
                    sum = portable::dot_offset(input, self.zero_point, weights, sum);
                }
            }
            *output = self.stage.output(channel, sum);
        }
    }
}
