//! Fully connected: each output sees every input.

use super::arch;
use super::bias::Bias;
use super::error::{Checks, KernelError};
use super::output_stage::OutputStage;
use super::pieces::{pieces, pieces_mut};
use super::quantization::{Activation, Quantization};
use super::requantize::{Requantizer, Rounding};

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
pub struct Dense<'a> {
    batch: usize,
    inputs: usize,
    outputs: usize,
    zero_point: i32,
    weights: &'a [i8],
    stage: OutputStage<'a>,
}

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
        let weights_len = checks.elements("weights", &[outputs, inputs]);
        checks.length("weights", weights.len(), weights_len);
        let stage = OutputStage::new(
            &mut checks,
            outputs,
            bias.into(),
            requantizers,
            spec.output,
            spec.activation,
            spec.rounding,
        );
        checks.passed(Self { batch, inputs, outputs, zero_point: spec.input.zero(), weights, stage })
    }

    /// Elements of the input.
    #[must_use]
    pub const fn input_len(&self) -> usize {
        self.batch * self.inputs
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        self.batch * self.outputs
    }

    /// Elements of scratch memory with which `run` is fastest. Less is slower, never wrong.
    #[must_use]
    pub const fn scratch_len(&self) -> usize {
        arch::dense_len(self.inputs)
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8], scratch: &mut [i16]) {
        let (Some(input), Some(output)) =
            (input.get(..self.input_len()), output.get_mut(..self.output_len()))
        else {
            return;
        };
        for (input, output) in pieces(input, self.inputs).zip(pieces_mut(output, self.outputs)) {
            arch::dense(input, self.zero_point, self.weights, &self.stage, output, scratch);
        }
    }
}
