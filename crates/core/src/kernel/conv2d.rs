//! Convolution in two dimensions, grouped and dilated.
//!
//! `out[n, y, x, o] = bias[o] + sum over taps and the group's channels of (in - zero_point) * weight`, then the output
//! stage. Taps beyond the border add nothing.

use super::arch::{self, Piece, portable};
use super::bias::Bias;
use super::error::{Checks, KernelError};
use super::output_stage::OutputStage;
use super::pieces::{pieces, pieces_mut};
use super::quantization::{Activation, Quantization};
use super::requantize::{Requantizer, Rounding};
use super::window::Axis;
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
pub struct Conv2d<'a> {
    images: usize,
    channels: usize,
    filters: usize,
    groups: usize,
    /// Input channels of a group.
    group_channels: usize,
    /// Filters of a group.
    group_filters: usize,
    rows: Axis,
    columns: Axis,
    zero_point: i32,
    weights: &'a [i8],
    stage: OutputStage<'a>,
}

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
        let [images, height, width, channels] = spec.input_shape;
        let [filters, filter_height, filter_width, group_channels] = spec.filter_shape;
        let mut checks = Checks::default();
        checks.scale("input scale", spec.input);
        checks.elements("input shape", &spec.input_shape);
        let filter_len = checks.elements("filter shape", &spec.filter_shape);
        checks.length("weights", weights.len(), filter_len);
        let groups = channels.checked_div(group_channels).unwrap_or(0);
        let group_filters = filters.checked_div(groups).unwrap_or(0);
        if groups.wrapping_mul(group_channels) != channels || groups.wrapping_mul(group_filters) != filters {
            checks.fail(KernelError::Mismatch { field: "input channels, group channels and filters" });
        }
        let (size, taps) = ([height, width], [filter_height, filter_width]);
        let [rows, columns] = checks.axes(size, taps, spec.stride, spec.dilation, spec.padding);
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
        checks.passed(Self {
            images,
            channels,
            filters,
            groups,
            group_channels,
            group_filters,
            rows,
            columns,
            zero_point: spec.input.zero(),
            weights,
            stage,
        })
    }

    /// Images, height, width and channels of the output.
    #[must_use]
    pub const fn output_shape(&self) -> [usize; 4] {
        [self.images, self.rows.output, self.columns.output, self.filters]
    }

    /// Elements of the input.
    #[must_use]
    pub const fn input_len(&self) -> usize {
        self.images * self.rows.input * self.columns.input * self.channels
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        self.images * self.rows.output * self.columns.output * self.filters
    }

    /// Elements of scratch memory with which `run` is fastest. Less is slower, never wrong.
    #[must_use]
    pub const fn scratch_len(&self) -> usize {
        arch::panel_len(self.depth(), self.group_filters)
    }

    /// Weights of one filter.
    const fn depth(&self) -> usize {
        self.rows.taps * self.columns.taps * self.group_channels
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8], scratch: &mut [i16]) {
        let (Some(input), Some(output)) =
            (input.get(..self.input_len()), output.get_mut(..self.output_len()))
        else {
            return;
        };
        let image = self.rows.input * self.columns.input * self.channels;
        let output_image = self.rows.output * self.columns.output * self.filters;
        let mut panel = arch::panel(scratch, self.depth(), self.group_filters);
        for (input, output) in pieces(input, image).zip(pieces_mut(output, output_image)) {
            match panel.as_deref_mut() {
                Some(panel) => self.by_panels(input, output, panel),
                None => self.by_pixels(input, output),
            }
        }
    }

    /// Gathers the inputs of some pixels into a panel, then meets them with every filter of a group.
    fn by_panels(&self, input: &[i8], output: &mut [i8], panel: &mut [i16]) {
        let (depth, filters) = (self.depth(), self.filters.max(1));
        // Where columns end before the panel does, zeros stay.
        arch::clear(panel, depth, self.zero_point);
        for group in 0..self.groups {
            let first = group * self.group_filters;
            let Some(weights) = self.weights.get(first * depth..(first + self.group_filters) * depth) else {
                return;
            };
            arch::prepare(panel, depth, weights, &self.stage, first, self.zero_point);
            let (mut y, mut x, mut start) = (0, 0, 0);
            for output in output.chunks_mut((arch::COLUMNS * filters).max(1)) {
                let pixels = output.len() / filters;
                if self.is_pointwise() {
                    // The input is a row of columns already.
                    let from = input.get(start * depth..).unwrap_or_default();
                    let piece = Piece::of_pixels(pixels, depth);
                    arch::put_columns(panel, depth, &piece, from, self.zero_point);
                    start += pixels;
                } else {
                    let mut column = 0;
                    while column < pixels {
                        let count = self.columns.run(x).min(pixels - column);
                        self.gather(panel, input, [y, x], group, [column, count]);
                        column += count;
                        x += count;
                        if x == self.columns.output {
                            (y, x) = (y + 1, 0);
                        }
                    }
                }
                let output = output.get_mut(first..).unwrap_or_default();
                arch::products(panel, pixels, depth, weights, &self.stage, first, output, filters);
            }
        }
    }

    /// Whether the window has one element, meets every channel and moves by one.
    fn is_pointwise(&self) -> bool {
        let strides = (self.rows.stride.get(), self.columns.stride.get());
        self.groups == 1 && self.rows.taps * self.columns.taps == 1 && strides == (1, 1)
    }

    /// Puts the inputs under the windows of some neighbours into the panel; where there are several, no window reaches past
    /// the border at the side.
    fn gather(
        &self,
        panel: &mut [i16],
        input: &[i8],
        [y, x]: [usize; 2],
        group: usize,
        [column, count]: [usize; 2],
    ) {
        let (depth, channels) = (self.depth(), self.group_channels);
        let (rows, columns) = (self.rows.taps(y), self.columns.taps(x));
        if rows.count < self.rows.taps || columns.count < self.columns.taps {
            arch::clear_columns(panel, depth, [column, count], self.zero_point);
        }
        let line = self.columns.input * self.channels;
        let from = rows.start * line + columns.start * self.channels + group * channels;
        let from = input.get(from..).unwrap_or_default();
        let mut piece = Piece {
            column,
            count,
            offset: (rows.first * self.columns.taps + columns.first) * channels,
            length: columns.count * channels,
            step: self.columns.stride.get() * self.channels,
            rows: rows.count,
            row_offset: self.columns.taps * channels,
            row_step: self.rows.dilation.get() * line,
        };
        if self.columns.dilation.get() == 1 && self.groups == 1 {
            return arch::put_columns(panel, depth, &piece, from, self.zero_point);
        }
        piece.length = channels;
        for tap in 0..columns.count {
            let from = from.get(tap * self.columns.dilation.get() * self.channels..).unwrap_or_default();
            arch::put_columns(panel, depth, &piece, from, self.zero_point);
            piece.offset += channels;
        }
    }

    /// The pixel after one, row by row.
    const fn next(&self, y: usize, x: usize) -> (usize, usize) {
        if x + 1 == self.columns.output { (y + 1, 0) } else { (y, x + 1) }
    }

    /// Without scratch memory: each product straight from the input.
    fn by_pixels(&self, input: &[i8], output: &mut [i8]) {
        let (mut y, mut x) = (0, 0);
        for output in pieces_mut(output, self.filters) {
            let (rows, columns) = (self.rows.taps(y), self.columns.taps(x));
            for ((index, weights), output) in pieces(self.weights, self.depth()).enumerate().zip(output) {
                let channel = self.stage.channel(index);
                let mut sum = channel.bias;
                let group = index.checked_div(self.group_filters).unwrap_or(0);
                for row in 0..rows.count {
                    let line = (rows.start + row * self.rows.dilation.get()) * self.columns.input;
                    let tap = (rows.first + row) * self.columns.taps + columns.first;
                    for column in 0..columns.count {
                        let place = line + columns.start + column * self.columns.dilation.get();
                        let from = place * self.channels + group * self.group_channels;
                        let input = input.get(from..from + self.group_channels).unwrap_or_default();
                        let weights = weights.get((tap + column) * self.group_channels..).unwrap_or_default();
                        sum = portable::dot_offset(input, self.zero_point, weights, sum);
                    }
                }
                *output = self.stage.output(channel, sum);
            }
            (y, x) = self.next(y, x);
        }
    }
}
