//! Average and maximum over a window.
//!
//! An average counts the elements inside only and rounds ties away from zero; the maximum starts at -128. Input and
//! output share scale and zero point.

use super::arch;
use super::error::{Checks, KernelError};
use super::pieces::{pieces, pieces_mut};
use super::quantization::{Activation, Clamp, Quantization};
use super::window::{Axis, Taps};
use crate::model::shape::Padding;
use core::num::NonZeroU32;

/// What a pool keeps of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PoolKind {
    /// The mean, ties away from zero.
    Average,
    /// The greatest.
    Maximum,
}

/// Shapes of a pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoolSpec {
    /// Images, height, width, channels of the input.
    pub input_shape: [usize; 4],
    /// Height and width of the window.
    pub window: [usize; 2],
    /// Vertical and horizontal stride.
    pub stride: [usize; 2],
    /// What lies beyond the border.
    pub padding: Padding,
    /// How input and output are stored.
    pub quantization: Quantization,
    /// What follows.
    pub activation: Activation,
}

/// A pool, checked.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    kind: PoolKind,
    images: usize,
    channels: usize,
    rows: Axis,
    columns: Axis,
    clamp: Clamp,
}

/// Channels whose sums are kept at once.
const LANES: usize = 16;

impl Pool {
    /// A pool over windows that each hold at least one element.
    ///
    /// # Errors
    /// [`KernelError`] if a shape is empty or too large.
    pub fn new(kind: PoolKind, spec: &PoolSpec) -> Result<Self, KernelError> {
        let (pool, mut checks) = (Self::unchecked(kind, spec), Checks::default());
        pool.check(spec, &mut checks);
        checks.passed(pool)
    }

    /// A pool that may be used if it passes [`Self::check`].
    pub(crate) fn unchecked(kind: PoolKind, spec: &PoolSpec) -> Self {
        let [images, height, width, channels] = spec.input_shape;
        let ([window_height, window_width], [down, right]) = (spec.window, spec.stride);
        Self {
            kind,
            images,
            channels,
            rows: Axis::new(height, window_height, down, 1, spec.padding),
            columns: Axis::new(width, window_width, right, 1, spec.padding),
            clamp: Clamp::of(spec.activation, spec.quantization),
        }
    }

    /// Numbers are in their limits.
    pub(crate) fn check(&self, spec: &PoolSpec, checks: &mut Checks) {
        let [_, height, width, _] = spec.input_shape;
        let ([window_height, window_width], [down, right]) = (spec.window, spec.stride);
        checks.scale("scale", spec.quantization);
        checks.elements("input shape", &spec.input_shape);
        checks.elements("window", &spec.window);
        checks.axis(height, window_height, down, 1, spec.padding);
        checks.axis(width, window_width, right, 1, spec.padding);
        checks.elements("output shape", &self.output_shape());
    }

    /// Images, height, width and channels of the output.
    #[must_use]
    pub const fn output_shape(&self) -> [usize; 4] {
        [self.images, self.rows.output, self.columns.output, self.channels]
    }

    /// Elements of the input.
    #[must_use]
    pub const fn input_len(&self) -> usize {
        self.images * self.rows.input * self.columns.input * self.channels
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        self.images * self.rows.output * self.columns.output * self.channels
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8]) {
        let (Some(input), Some(output)) =
            (input.get(..self.input_len()), output.get_mut(..self.output_len()))
        else {
            return;
        };
        let image = self.rows.input * self.columns.input * self.channels;
        let output_image = self.rows.output * self.columns.output * self.channels;
        for (input, output) in pieces(input, image).zip(pieces_mut(output, output_image)) {
            let (mut y, mut x) = (0, 0);
            for output in pieces_mut(output, self.channels) {
                self.pixel(input, self.rows.taps(y), self.columns.taps(x), output);
                x += 1;
                if x == self.columns.output {
                    (y, x) = (y + 1, 0);
                }
            }
        }
    }

    fn pixel(&self, input: &[i8], rows: Taps, columns: Taps, output: &mut [i8]) {
        let line = self.columns.input * self.channels;
        let from = rows.start * line + columns.start * self.channels;
        let input = input.get(from..).unwrap_or_default();
        // Rows that lie side by side are one.
        let (mut lines, mut elements) = (rows.count, columns.count);
        if elements == self.columns.input {
            (lines, elements) = (1, lines * elements);
        }
        match self.kind {
            PoolKind::Average => self.average(input, line, [lines, elements], output),
            PoolKind::Maximum => self.maximum(input, line, [lines, elements], output),
        }
    }

    fn average(&self, input: &[i8], line: usize, [lines, elements]: [usize; 2], output: &mut [i8]) {
        let count = u32::try_from(lines * elements).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX);
        let mut block = input;
        for output in output.chunks_mut(LANES) {
            let mut sums = [0_i32; LANES];
            let sums = sums.get_mut(..output.len()).unwrap_or_default();
            for row in 0..lines {
                let from = block.get(row * line..).unwrap_or_default();
                arch::add_elements(sums, from, self.channels, elements);
            }
            for (output, sum) in output.iter_mut().zip(&*sums) {
                arch::rolled();
                let magnitude = ((sum.unsigned_abs() + count.get() / 2) / count).cast_signed();
                *output = self.clamp.apply(if *sum < 0 { -magnitude } else { magnitude });
            }
            block = block.get(LANES..).unwrap_or_default();
        }
    }

    fn maximum(&self, input: &[i8], line: usize, [lines, elements]: [usize; 2], output: &mut [i8]) {
        output.fill(i8::MIN);
        for row in 0..lines {
            for element in 0..elements {
                let from = input.get(row * line + element * self.channels..).unwrap_or_default();
                arch::keep_greater(output, from);
            }
        }
        for output in output {
            arch::rolled();
            *output = self.clamp.apply((*output).into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(
        kind: PoolKind,
        shape: [usize; 4],
        window: [usize; 2],
        stride: [usize; 2],
        padding: Padding,
    ) -> Pool {
        let quantization = Quantization { scale: 0.1, zero_point: 0 };
        let spec = PoolSpec {
            input_shape: shape,
            window,
            stride,
            padding,
            quantization,
            activation: Activation::None,
        };
        Pool::new(kind, &spec).unwrap()
    }

    /// `CMSIS_5#1012`: -10 / 4 is -3.
    #[test]
    fn an_average_rounds_ties_away_from_zero() {
        let pool = pool(PoolKind::Average, [1, 2, 2, 2], [2, 2], [2, 2], Padding::Valid);
        let mut output = [0; 2];
        pool.run(&[-1, 1, -2, 2, -3, 3, -4, 4], &mut output);
        assert_eq!(output, [-3, 3]);
    }

    #[test]
    fn an_average_counts_only_what_is_inside_and_a_maximum_may_be_the_least_number() {
        let average = pool(PoolKind::Average, [1, 1, 3, 1], [1, 2], [1, 2], Padding::Same);
        let mut output = [0; 2];
        average.run(&[10, 20, 30], &mut output);
        assert_eq!(output, [15, 30]);
        let maximum = pool(PoolKind::Maximum, [1, 1, 3, 1], [1, 2], [1, 2], Padding::Same);
        maximum.run(&[-128, -128, -100], &mut output);
        assert_eq!(output, [-128, -100]);
    }
}
