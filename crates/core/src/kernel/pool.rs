//! Average and maximum over a window.
//!
//! An average counts the elements inside only and rounds ties away from zero; the maximum starts at -128. Input and
//! output share scale and zero point.

use super::arch;
use super::bias::Bias;
use super::error::{Checks, KernelError};
use super::layer::{Layer, LayerSpec};
use super::quantization::{Activation, Quantization};
use super::requantize::Rounding;
use super::window::Taps;
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
    layer: Layer<'static>,
}

/// Channels whose sums are kept at once.
const LANES: usize = if cfg!(armv7em) { 4 } else { 16 };

impl Pool {
    /// A pool over windows that each hold at least one element.
    ///
    /// # Errors
    /// [`KernelError`] if a shape is empty or too large.
    pub fn new(kind: PoolKind, spec: &PoolSpec) -> Result<Self, KernelError> {
        let spec = spec.layer();
        let (layer, mut checks) = (layer(&spec), Checks::default());
        check(&layer, &spec, &mut checks);
        checks.passed(Self { kind, layer })
    }

    /// Images, height, width and channels of the output.
    #[must_use]
    pub const fn output_shape(&self) -> [usize; 4] {
        self.layer.output_shape()
    }

    /// Elements of the input.
    #[must_use]
    pub const fn input_len(&self) -> usize {
        self.layer.input_len()
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        self.layer.output_len()
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8]) {
        let image = match self.kind {
            PoolKind::Average => average,
            PoolKind::Maximum => maximum,
        };
        self.layer.run(image, input, output, &mut []);
    }
}

impl PoolSpec {
    /// The layer whose window this is, without weights.
    pub(crate) const fn layer(&self) -> LayerSpec {
        let ([.., channels], [height, width]) = (self.input_shape, self.window);
        LayerSpec {
            input_shape: self.input_shape,
            filter_shape: [channels, height, width, 1],
            stride: self.stride,
            dilation: [1; 2],
            padding: self.padding,
            input: self.quantization,
            output: self.quantization,
            activation: self.activation,
            rounding: Rounding::Tflm,
        }
    }
}

/// A pool that may be used if it passes [`check`].
pub(crate) fn layer(spec: &LayerSpec) -> Layer<'static> {
    Layer::new(spec, &[], Bias::None, &[])
}

/// Numbers are in their limits.
pub(crate) fn check(layer: &Layer<'_>, spec: &LayerSpec, checks: &mut Checks) {
    checks.scale("scale", spec.input);
    checks.elements("window", &layer.taps());
    layer.check_window(spec, checks);
}

/// Calls `each` for a window's lines of elements, all channels of each, and with how many of them there are in a line.
#[inline]
fn lines(layer: &Layer<'_>, input: &[i8], [rows, columns]: [Taps; 2], mut each: impl FnMut(&[i8], usize)) {
    let line = layer.columns.input * layer.channels;
    let mut from = rows.start * line + columns.start * layer.channels;
    // Rows that lie side by side are one.
    let (mut lines, mut elements) = (rows.count, columns.count);
    if elements == layer.columns.input {
        (lines, elements) = (1, lines * elements);
    }
    for _ in 0..lines {
        each(input.get(from..).unwrap_or_default(), elements);
        from += line;
    }
}

/// Averages of one image.
pub(crate) fn average(layer: &Layer<'_>, input: &[i8], output: &mut [i8], _: &mut [i16]) {
    layer.pixels(output, &mut |taps, output| {
        let [rows, columns] = taps;
        let count = u32::try_from(rows.count * columns.count).ok().and_then(NonZeroU32::new);
        let count = count.unwrap_or(NonZeroU32::MAX);
        for (first, output) in (0..).step_by(LANES).zip(output.chunks_mut(LANES)) {
            let mut sums = [0_i32; LANES];
            let sums = sums.get_mut(..output.len()).unwrap_or_default();
            lines(layer, input, taps, |line, elements| {
                arch::add_elements(sums, line.get(first..).unwrap_or_default(), layer.channels, elements);
            });
            for (output, sum) in output.iter_mut().zip(&*sums) {
                arch::rolled();
                let magnitude = ((sum.unsigned_abs() + count.get() / 2) / count).cast_signed();
                *output = layer.stage.clamp().apply(if *sum < 0 { -magnitude } else { magnitude });
            }
        }
    });
}

/// Greatest elements of one image.
pub(crate) fn maximum(layer: &Layer<'_>, input: &[i8], output: &mut [i8], _: &mut [i16]) {
    layer.pixels(output, &mut |taps, output| {
        let mut first = true;
        lines(layer, input, taps, |line, elements| {
            if core::mem::take(&mut first) {
                arch::copy(output, line);
            }
            for element in 0..elements {
                arch::keep_greater(output, line.get(element * layer.channels..).unwrap_or_default());
            }
        });
        for output in output {
            arch::rolled();
            *output = layer.stage.clamp().apply((*output).into());
        }
    });
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
