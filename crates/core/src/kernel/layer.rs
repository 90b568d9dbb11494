//! What layers with weights share: shapes and scales, checked, and outputs computed one by one.
//!
//! A fully connected layer is a convolution of one pixel, a depthwise one a convolution with a group a channel whose
//! weights lie side by side.

use super::arch::portable::{Level, sum};
use super::bias::Bias;
use super::error::{Checks, KernelError};
use super::output_stage::OutputStage;
use super::pieces::{pieces, pieces_mut};
use super::quantization::{Activation, Quantization};
use super::requantize::{Requantizer, Rounding};
use super::window::{Axis, Taps};
use crate::model::shape::Padding;

/// Shapes and scales of a layer with weights.
#[derive(Clone, Copy)]
pub(crate) struct LayerSpec {
    /// Images, height, width, channels of the input.
    pub(crate) input_shape: [usize; 4],
    /// Output channels, height, width, input channels of a group.
    pub(crate) filter_shape: [usize; 4],
    pub(crate) stride: [usize; 2],
    pub(crate) dilation: [usize; 2],
    pub(crate) padding: Padding,
    pub(crate) input: Quantization,
    pub(crate) output: Quantization,
    pub(crate) activation: Activation,
    pub(crate) rounding: Rounding,
}

/// A layer with weights, checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layer<'a> {
    pub(crate) images: usize,
    pub(crate) channels: usize,
    pub(crate) filters: usize,
    pub(crate) groups: usize,
    /// Input channels of a group.
    pub(crate) group_channels: usize,
    /// Filters of a group.
    pub(crate) group_filters: usize,
    pub(crate) rows: Axis,
    pub(crate) columns: Axis,
    pub(crate) zero_point: i32,
    pub(crate) weights: &'a [i8],
    pub(crate) stage: OutputStage<'a>,
}

/// What computes one image.
pub(crate) type Image = fn(&Layer<'_>, &[i8], &mut [i8], &mut [i16]);

impl<'a> Layer<'a> {
    /// A layer that may be used if it passes [`Self::check`].
    #[inline(never)]
    pub(crate) fn new(
        spec: &LayerSpec,
        weights: &'a [i8],
        bias: Bias<'a>,
        requantizers: &'a [Requantizer],
    ) -> Self {
        let [images, height, width, channels] = spec.input_shape;
        let [filters, filter_height, filter_width, group_channels] = spec.filter_shape;
        let ([down, right], [dilation_down, dilation_right]) = (spec.stride, spec.dilation);
        let groups = channels.checked_div(group_channels).unwrap_or(0);
        Self {
            images,
            channels,
            filters,
            groups,
            group_channels,
            group_filters: filters.checked_div(groups).unwrap_or(0),
            rows: Axis::new(height, filter_height, down, dilation_down, spec.padding),
            columns: Axis::new(width, filter_width, right, dilation_right, spec.padding),
            zero_point: spec.input.zero(),
            weights,
            stage: OutputStage::new(filters, bias, requantizers, spec.output, spec.activation, spec.rounding),
        }
    }

    /// Numbers are in their limits, and lengths fit the shapes.
    #[inline(never)]
    pub(crate) fn check(&self, spec: &LayerSpec, checks: &mut Checks) {
        let ([.., channels], [filters, ..]) = (spec.input_shape, spec.filter_shape);
        checks.scale("input scale", spec.input);
        checks.elements("input shape", &spec.input_shape);
        let filter_len = checks.elements("filter shape", &spec.filter_shape);
        checks.length("weights", self.weights.len(), filter_len);
        if self.groups.wrapping_mul(self.group_channels) != channels
            || self.groups.wrapping_mul(self.group_filters) != filters
        {
            checks.fail(KernelError::Mismatch { field: "input channels, group channels and filters" });
        }
        self.check_window(spec, checks);
        checks.scale("output scale", spec.output);
        self.stage.check(checks, filters);
    }

    /// What slides over the input fits it.
    #[inline(never)]
    pub(crate) fn check_window(&self, spec: &LayerSpec, checks: &mut Checks) {
        let ([_, height, width, _], [_, filter_height, filter_width, _]) =
            (spec.input_shape, spec.filter_shape);
        let ([down, right], [dilation_down, dilation_right]) = (spec.stride, spec.dilation);
        checks.elements("input shape", &spec.input_shape);
        checks.axis(height, filter_height, down, dilation_down, spec.padding);
        checks.axis(width, filter_width, right, dilation_right, spec.padding);
        checks.elements("output shape", &self.output_shape());
    }

    /// A layer that passes the checks.
    #[inline(never)]
    pub(crate) fn checked(
        mut checks: Checks,
        spec: &LayerSpec,
        weights: &'a [i8],
        bias: Bias<'a>,
        requantizers: &'a [Requantizer],
    ) -> Result<Self, KernelError> {
        let layer = Self::new(spec, weights, bias, requantizers);
        layer.check(spec, &mut checks);
        checks.passed(layer)
    }

    /// Images, height, width and channels of the output.
    pub(crate) const fn output_shape(&self) -> [usize; 4] {
        [self.images, self.rows.output, self.columns.output, self.filters]
    }

    /// Elements of the input.
    pub(crate) const fn input_len(&self) -> usize {
        self.images * self.image_len()
    }

    /// Elements of the output.
    pub(crate) const fn output_len(&self) -> usize {
        self.images * self.output_image_len()
    }

    /// Elements of one image.
    const fn image_len(&self) -> usize {
        self.rows.input * self.columns.input * self.channels
    }

    const fn output_image_len(&self) -> usize {
        self.rows.output * self.columns.output * self.filters
    }

    /// Weights of one filter.
    pub(crate) const fn depth(&self) -> usize {
        self.rows.taps * self.columns.taps * self.group_channels
    }

    /// Rows and columns of taps.
    pub(crate) const fn taps(&self) -> [usize; 2] {
        [self.rows.taps, self.columns.taps]
    }

    /// One inference: each image by itself. Shorter slices leave the output as it was.
    #[cfg_attr(armv7em, inline(never))] // Elsewhere what is called is known where this is, and with it that it can't panic.
    #[cfg_attr(not(armv7em), inline(always))]
    pub(crate) fn run(&self, image: Image, input: &[i8], output: &mut [i8], scratch: &mut [i16]) {
        let (Some(input), Some(output)) =
            (input.get(..self.input_len()), output.get_mut(..self.output_len()))
        else {
            return;
        };
        let images = pieces(input, self.image_len()).zip(pieces_mut(output, self.output_image_len()));
        for (input, output) in images {
            image(self, input, output, scratch);
        }
    }

    /// Calls `each` with the taps inside the input and the outputs of each pixel of an image.
    #[cfg_attr(armv7em, inline(never))] // As above.
    #[cfg_attr(not(armv7em), inline(always))]
    pub(crate) fn pixels(&self, output: &mut [i8], each: &mut dyn FnMut([Taps; 2], &mut [i8])) {
        let (mut y, mut x) = (0, 0);
        for output in pieces_mut(output, self.filters) {
            each([self.rows.taps(y), self.columns.taps(x)], output);
            x += 1;
            if x == self.columns.output {
                (y, x) = (y + 1, 0);
            }
        }
    }

    /// The outputs of one image without scratch memory: each product straight from the input. Neighbouring filters'
    /// weights begin `filter_step` apart, neighbouring taps' `tap_step`.
    #[inline(never)]
    pub(crate) fn one_by_one(&self, input: &[i8], output: &mut [i8], [filter_step, tap_step]: [usize; 2]) {
        let line = self.columns.input * self.channels;
        self.pixels(output, &mut |[rows, columns], output| {
            let down = Level {
                count: rows.count,
                input: self.rows.dilation.get() * line,
                weights: self.columns.taps * tap_step,
            };
            let right = Level {
                count: columns.count,
                input: self.columns.dilation.get() * self.channels,
                weights: tap_step,
            };
            let across = Level { count: self.group_channels, input: 1, weights: 1 };
            // The longer loop inside.
            let levels =
                if self.group_channels == 1 { [&across, &down, &right] } else { [&down, &right, &across] };
            let from = rows.start * line + columns.start * self.channels;
            let tap = (rows.first * self.columns.taps + columns.first) * tap_step;
            for (index, to) in output.iter_mut().enumerate() {
                let group = index.checked_div(self.group_filters).unwrap_or(0);
                let input = input.get(from + group * self.group_channels..).unwrap_or_default();
                let weights = self.weights.get(tap + index * filter_step..).unwrap_or_default();
                let channel = self.stage.channel(index);
                *to = self.stage.output(channel, sum(levels, input, self.zero_point, weights, channel.bias));
            }
        });
    }
}
