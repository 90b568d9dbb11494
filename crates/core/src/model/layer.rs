//! Layers described by hand: plain data in, exact work out.
//!
//! Shapes are `NHWC` for images and `NLC` for sequences, batch first. A layer takes the output of the one before it; a
//! layer that names its own `input` starts a branch. In JSON a layer is an object with one key, its kind:
//! ```json
//! { "conv2d": { "filters": 64, "kernel": [10, 4], "stride": [2, 2], "padding": "same", "input": [1, 49, 10, 1] } }
//! ```
//! Every layer also takes `input`, a shape, and `precision`, the bits of weights, biases and activations.

mod arithmetic;
mod declared;
mod movement;
mod recurrent;
mod sequence;
mod walk;
mod windowed;

pub use arithmetic::{Activation, Add, Dequantize, LayerNorm, Mean, Mul, Quantize, Softmax};
pub use declared::Declared;
pub use movement::{Concat, Pad, Reshape};
pub use recurrent::{Gru, Lstm};
pub use sequence::{Attention, Dense, Embedding, MatMul};
pub use walk::{AtLayer, CountedLayer, walk};
pub use windowed::{AveragePool, Conv2d, DepthwiseConv2d, MaxPool, TransposedConv2d};

use super::count::{self, LayerError};
use super::shape::Shape;
use super::work::{CountOverflow, Counts, Kind, LayerWork};

/// Bits of an element, by what it is for; int8 with 32-bit biases unless given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct Precision {
    /// Bits of a weight.
    pub weight_bits: u8,
    /// Bits of a bias.
    pub bias_bits: u8,
    /// Bits of an element of an activation.
    pub activation_bits: u8,
}

impl Precision {
    /// Integers of 8 bits, biases of 32.
    pub const INT8: Self = Self { weight_bits: 8, bias_bits: 32, activation_bits: 8 };
    /// Floating point of 32 bits.
    pub const FLOAT32: Self = Self { weight_bits: 32, bias_bits: 32, activation_bits: 32 };
}

impl Default for Precision {
    fn default() -> Self {
        Self::INT8
    }
}

/// One layer.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Layer {
    /// Fully connected over the innermost dimension.
    Dense(Dense),
    /// Convolution, grouped or not.
    Conv2d(Conv2d),
    /// Convolution of each channel by itself.
    DepthwiseConv2d(DepthwiseConv2d),
    /// Transposed convolution.
    TransposedConv2d(TransposedConv2d),
    /// Average of a window.
    AveragePool(AveragePool),
    /// Maximum of a window.
    MaxPool(MaxPool),
    /// Mean over whole axes: global average pooling.
    Mean(Mean),
    /// Sum of activations, element by element.
    Add(Add),
    /// Product of activations, element by element.
    Mul(Mul),
    /// A function of each element.
    Activation(Activation),
    /// Softmax over the innermost dimension.
    Softmax(Softmax),
    /// Layer normalisation over the innermost dimension.
    LayerNorm(LayerNorm),
    /// Floating point to integers.
    Quantize(Quantize),
    /// Integers to floating point.
    Dequantize(Dequantize),
    /// Activations one after the other along an axis.
    Concat(Concat),
    /// Zeros around the input.
    Pad(Pad),
    /// Another shape with the same elements.
    Reshape(Reshape),
    /// Table look-up.
    Embedding(Embedding),
    /// Product of two activations.
    MatMul(MatMul),
    /// Scaled dot-product attention, without its projections.
    Attention(Attention),
    /// Long short-term memory.
    Lstm(Lstm),
    /// Gated recurrent unit.
    Gru(Gru),
    /// Work given by hand.
    Declared(Declared),
}

/// What every kind of layer answers.
trait Part {
    /// The input that the layer names itself.
    fn input(&self) -> Option<Shape>;

    /// The work on an input, and the output's shape.
    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError>;
}

/// The same expression for the part of every kind. A call through `dyn` would hide from the linker that none panics.
macro_rules! for_part {
    ($layer:expr, $part:ident => $result:expr) => {
        match $layer {
            Layer::Dense($part) => $result,
            Layer::Conv2d($part) => $result,
            Layer::DepthwiseConv2d($part) => $result,
            Layer::TransposedConv2d($part) => $result,
            Layer::AveragePool($part) => $result,
            Layer::MaxPool($part) => $result,
            Layer::Mean($part) => $result,
            Layer::Add($part) => $result,
            Layer::Mul($part) => $result,
            Layer::Activation($part) => $result,
            Layer::Softmax($part) => $result,
            Layer::LayerNorm($part) => $result,
            Layer::Quantize($part) => $result,
            Layer::Dequantize($part) => $result,
            Layer::Concat($part) => $result,
            Layer::Pad($part) => $result,
            Layer::Reshape($part) => $result,
            Layer::Embedding($part) => $result,
            Layer::MatMul($part) => $result,
            Layer::Attention($part) => $result,
            Layer::Lstm($part) => $result,
            Layer::Gru($part) => $result,
            Layer::Declared($part) => $result,
        }
    };
}

impl Layer {
    /// The input that the layer names itself, instead of the output of the layer before it.
    #[must_use]
    pub fn input(&self) -> Option<Shape> {
        for_part!(self, part => part.input())
    }

    /// The work on `input`, or on the layer's own input if it names one, and the output's shape.
    ///
    /// # Errors
    /// [`LayerError`] if the input does not fit the layer or a count does not fit in 64 bits.
    pub fn work(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let input = self.input().unwrap_or(input);
        for_part!(self, part => part.count(input))
    }
}

/// Parameters and their bytes.
struct Weights {
    parameters: u64,
    bytes: u64,
}

impl Weights {
    const NONE: Self = Self { parameters: 0, bytes: 0 };

    fn new(precision: Precision, weights: u64, biases: u64) -> Result<Self, CountOverflow> {
        let bytes = |elements: u64, bits: u8| {
            elements.checked_mul(u64::from(bits)).map(|total| total.div_ceil(8)).ok_or(CountOverflow)
        };
        Ok(Self {
            parameters: count::sum(&[weights, biases])?,
            bytes: count::sum(&[
                bytes(weights, precision.weight_bits)?,
                bytes(biases, precision.bias_bits)?,
            ])?,
        })
    }
}

/// The work of a layer that reads `inputs` activations of one shape and writes one.
fn work(
    kind: Kind,
    precision: Precision,
    (input, inputs): (Shape, u32),
    output: Shape,
    macs: u64,
    weights: &Weights,
) -> Result<LayerWork, LayerError> {
    let bits = precision.activation_bits;
    let read = count::product(&[input.bytes(bits)?, inputs.into()])?;
    let counts = Counts {
        macs,
        parameters: weights.parameters,
        weight_bytes: weights.bytes,
        activation_bytes: count::sum(&[read, output.bytes(bits)?])?,
        outputs: output.elements()?,
        ..Counts::default()
    };
    Ok(count::layer(kind, counts))
}

/// The serde default of a switch that is on.
#[cfg(feature = "serde")]
const fn yes() -> bool {
    true
}

/// The serde default of a count of one.
#[cfg(feature = "serde")]
const fn one() -> u32 {
    1
}

/// The serde default of a stride or dilation.
#[cfg(feature = "serde")]
const fn ones() -> [u32; 2] {
    [1, 1]
}

/// The serde default of a number of operands or of bias vectors.
#[cfg(feature = "serde")]
const fn two() -> u32 {
    2
}

#[cfg(test)]
mod tests;
