//! Fully connected: each output sees every input.

use super::arch;
use super::bias::Bias;
use super::error::{Checks, KernelError};
use super::layer::{Layer, LayerSpec};
use super::quantization::{Activation, Quantization};
use super::requantize::{Requantizer, Rounding};
use crate::model::shape::Padding;

/// Shapes and scales of a fully connected layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DenseSpec {
    /// Input vectors.
    pub batch: usize,
    /// Elements of an input vector.
    pub inputs: usize,
    /// Elements of an output vector.
    pub outputs: usize,
    /// How the input is stored.
    pub input: Quantization,
    /// How the output is stored.
    pub output: Quantization,
    /// What follows the sum.
    pub activation: Activation,
    /// Which TensorFlow Lite to equal.
    pub rounding: Rounding,
}

/// A fully connected layer, checked.
#[derive(Clone, Copy, Debug)]
pub struct Dense<'a>(Layer<'a>);

impl<'a> Dense<'a> {
    /// A fully connected layer with a row of weights an output, and one requantizer an output or one for all.
    ///
    /// # Errors
    /// [`KernelError`] if a shape is empty or too large, or if lengths do not fit the shapes.
    pub fn new(
        spec: &DenseSpec,
        weights: &'a [i8],
        bias: impl Into<Bias<'a>>,
        requantizers: &'a [Requantizer],
    ) -> Result<Self, KernelError> {
        let DenseSpec { batch, inputs, outputs, .. } = *spec;
        let mut checks = Checks::default();
        checks.scale("input scale", spec.input);
        checks.elements("input shape", &[batch, inputs]);
        checks.elements("output shape", &[batch, outputs]);
        checks.elements("weights", &[outputs, inputs]);
        let spec = LayerSpec {
            input_shape: [batch, 1, 1, inputs],
            filter_shape: [outputs, 1, 1, inputs],
            stride: [1; 2],
            dilation: [1; 2],
            padding: Padding::Valid,
            input: spec.input,
            output: spec.output,
            activation: spec.activation,
            rounding: spec.rounding,
        };
        Layer::checked(checks, &spec, weights, bias.into(), requantizers).map(Self)
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
        self.0.run(vector, input, output, scratch);
    }
}

pub(crate) const fn scratch_len(layer: &Layer<'_>) -> usize {
    arch::dense_len(layer.channels)
}

/// One vector's outputs.
pub(crate) fn vector(layer: &Layer<'_>, input: &[i8], output: &mut [i8], scratch: &mut [i16]) {
    arch::dense(input, layer.zero_point, layer.weights, &layer.stage, output, scratch);
}
