//! Convolution of each channel by itself, with a depth multiplier and dilation.
//!
//! Output channel `o` reads input channel `o / multiplier`.

use super::arch::{self, Patch, Planes, portable};
use super::bias::Bias;
use super::error::{Checks, KernelError};
use super::output_stage::OutputStage;
use super::pieces::{pieces, pieces_mut};
use super::quantization::{Activation, Quantization};
use super::requantize::{Requantizer, Rounding};
use super::window::{Axis, Taps};
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
pub struct DepthwiseConv2d<'a> {
    images: usize,
    channels: usize,
    multiplier: usize,
    rows: Axis,
    columns: Axis,
    zero_point: i32,
    weights: &'a [i8],
    stage: OutputStage<'a>,
}

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
        let [images, height, width, channels] = spec.input_shape;
        let mut checks = Checks::default();
        checks.scale("input scale", spec.input);
        checks.elements("input shape", &spec.input_shape);
        let filters = checks.elements("multiplier", &[channels, spec.multiplier]);
        let [filter_height, filter_width] = spec.filter_size;
        let filter = checks.elements("filter shape", &[filter_height, filter_width, filters]);
        checks.length("weights", weights.len(), filter);
        let size = [height, width];
        let [rows, columns] = checks.axes(size, spec.filter_size, spec.stride, spec.dilation, spec.padding);
        checks.elements("output shape", &[images, rows.output, columns.output, filters]);
        let stage = OutputStage::new(
            &mut checks,
            filters,
            bias.into(),
            requantizers,
            spec.output,
            spec.activation,
            Rounding::Tflm,
        );
        let zero_point = spec.input.zero();
        let multiplier = spec.multiplier;
        checks.passed(Self { images, channels, multiplier, rows, columns, zero_point, weights, stage })
    }

    /// Images, height, width and channels of the output.
    #[must_use]
    pub const fn output_shape(&self) -> [usize; 4] {
        [self.images, self.rows.output, self.columns.output, self.filters()]
    }

    /// Elements of the input.
    #[must_use]
    pub const fn input_len(&self) -> usize {
        self.images * self.rows.input * self.columns.input * self.channels
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        self.images * self.rows.output * self.columns.output * self.filters()
    }

    const fn taps(&self) -> [usize; 2] {
        [self.rows.taps, self.columns.taps]
    }

    const fn filters(&self) -> usize {
        self.channels * self.multiplier
    }

    /// Elements of scratch memory with which `run` is fastest. Less is slower, never wrong.
    #[must_use]
    pub const fn scratch_len(&self) -> usize {
        if self.multiplier == 1 { self.prepared_len() + arch::planes_len(&self.planes()) } else { 0 }
    }

    /// Elements of scratch memory of a prepared filter: planes take the filter as it is.
    const fn prepared_len(&self) -> usize {
        if arch::planes_len(&self.planes()) > 0 { 0 } else { arch::depthwise_len(self.channels, self.taps()) }
    }

    const fn planes(&self) -> Planes<'_> {
        let Self { channels, ref rows, ref columns, zero_point, .. } = *self;
        Planes { channels, rows, columns, zero_point }
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8], scratch: &mut [i16]) {
        let (Some(input), Some(output)) =
            (input.get(..self.input_len()), output.get_mut(..self.output_len()))
        else {
            return;
        };
        let scratch = if self.multiplier == 1 { scratch } else { &mut [] };
        let (own, scratch) = scratch.split_at_mut_checked(self.prepared_len()).unwrap_or_default();
        let prepared = arch::prepare_depthwise(own, self.channels, self.taps(), self.weights, &self.stage);
        let prepared = prepared.unwrap_or_default();
        let image = self.rows.input * self.columns.input * self.channels;
        let output_row = self.columns.output * self.filters();
        let images = pieces(input, image).zip(pieces_mut(output, output_row * self.rows.output));
        for (input, output) in images {
            let mut done = 0;
            if self.multiplier == 1 {
                done = arch::planes(&self.planes(), input, self.weights, &self.stage, output, scratch);
                if done == self.channels {
                    continue;
                }
            }
            for (y, output) in pieces_mut(output, output_row).enumerate() {
                if self.multiplier == 1 {
                    self.row(input, output, self.rows.taps(y), done, prepared);
                } else {
                    self.multiplied_row(input, output, self.rows.taps(y));
                }
            }
        }
    }

    /// One row of outputs, channels from `first` on: pixels at the borders one by one, those between as one run.
    fn row(&self, input: &[i8], mut output: &mut [i8], rows: Taps, first: usize, prepared: &[i16]) {
        let mut x = 0;
        while x < self.columns.output {
            let columns = self.columns.taps(x);
            let mut pixels = 1;
            if columns.count == self.columns.taps {
                let room = self.columns.input - columns.start;
                let extent = (self.columns.taps - 1) * self.columns.dilation.get() + 1;
                pixels = (room.saturating_sub(extent) / self.columns.stride + 1).min(self.columns.output - x);
            }
            let Some((run, rest)) = core::mem::take(&mut output).split_at_mut_checked(pixels * self.channels)
            else {
                return;
            };
            self.run_of_pixels(input, run, [rows, columns], first, prepared);
            output = rest;
            x += pixels;
        }
    }

    fn run_of_pixels(
        &self,
        input: &[i8],
        output: &mut [i8],
        [rows, columns]: [Taps; 2],
        first: usize,
        prepared: &[i16],
    ) {
        let line = self.columns.input * self.channels;
        let patch = Patch {
            taps: self.taps(),
            first: [rows.first, columns.first],
            channels: self.channels,
            rows: rows.count,
            columns: columns.count,
            input_row: self.rows.dilation.get() * line,
            input_column: self.columns.dilation.get() * self.channels,
            weight_row: self.columns.taps * self.channels,
            input_pixel: self.columns.stride.get() * self.channels,
            zero_point: self.zero_point,
        };
        let from = rows.start * line + columns.start * self.channels;
        let tap = rows.first * self.columns.taps + columns.first;
        let input = input.get(from..).unwrap_or_default();
        let weights = self.weights.get(tap * self.channels..).unwrap_or_default();
        if first == 0 {
            if !arch::depthwise_prepared(&patch, input, &self.stage, output, prepared) {
                arch::depthwise(&patch, input, weights, &self.stage, output);
            }
        } else {
            portable::depthwise_channels(&patch, first, input, weights, &self.stage, output);
        }
    }

    /// With a depth multiplier: one output at a time.
    fn multiplied_row(&self, input: &[i8], output: &mut [i8], rows: Taps) {
        let (filters, multiplier) = (self.filters().max(1), self.multiplier.max(1));
        let next_column = (self.columns.dilation.get() * self.channels).max(1);
        for (x, output) in pieces_mut(output, filters).enumerate() {
            let columns = self.columns.taps(x);
            for (index, output) in output.iter_mut().enumerate() {
                let channel = self.stage.channel(index);
                let mut sum = channel.bias;
                for row in 0..rows.count {
                    let tap = (rows.first + row) * self.columns.taps + columns.first;
                    let line = (rows.start + row * self.rows.dilation.get()) * self.columns.input;
                    let from = (line + columns.start) * self.channels + index / multiplier;
                    let inputs = input.get(from..).unwrap_or_default().iter();
                    let weights = self.weights.get(tap * filters + index..).unwrap_or_default().iter();
                    let taps = inputs.step_by(next_column).zip(weights.step_by(filters)).take(columns.count);
                    for (x, w) in taps {
                        sum = sum.wrapping_add((i32::from(*x) - self.zero_point) * i32::from(*w));
                    }
                }
                *output = self.stage.output(channel, sum);
            }
        }
    }
}
