//! Layers that work on each element, or reduce along axes.

use super::{LayerError, LayerWork, Part, Precision, Weights, work};
use crate::model::count::{layer, sum};
use crate::model::shape::{MAX_RANK, Shape, ShapeError};
use crate::model::work::{Counts, Kind};
use heapless::Vec;

/// Sum of activations of one shape.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Add {
    /// How many activations; 2 unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::two"))]
    pub operands: u32,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Product of activations of one shape. Its multiplications are not MACs: nothing is accumulated.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Mul {
    /// How many activations; 2 unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::two"))]
    pub operands: u32,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// A function of each element that is not fused into the layer before: relu, logistic, tanh, and so on.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Activation {
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Softmax over the innermost dimension.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Softmax {
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Layer normalisation over the innermost dimension, with a scale and an offset for each of its elements.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct LayerNorm {
    /// Whether there is a scale; there is unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::yes"))]
    pub scale: bool,
    /// Whether there is an offset; there is unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::yes"))]
    pub offset: bool,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Mean over whole axes: global average pooling.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Mean {
    /// The axes, negative ones from the end; height and width of `NHWC` unless given.
    #[cfg_attr(feature = "serde", serde(default = "height_and_width"))]
    pub axes: Vec<i32, MAX_RANK>,
    /// Whether the axes stay, with size 1.
    #[cfg_attr(feature = "serde", serde(default))]
    pub keep_dims: bool,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Floating point to integers of `precision`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Quantize {
    /// Bits of an element of the input; 32 unless given.
    #[cfg_attr(feature = "serde", serde(default = "float_bits"))]
    pub float_bits: u8,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Integers of `precision` to floating point.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Dequantize {
    /// Bits of an element of the output; 32 unless given.
    #[cfg_attr(feature = "serde", serde(default = "float_bits"))]
    pub float_bits: u8,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

#[cfg(feature = "serde")]
fn height_and_width() -> Vec<i32, MAX_RANK> {
    Vec::from_iter([1, 2])
}

#[cfg(feature = "serde")]
const fn float_bits() -> u8 {
    32
}

impl Part for Add {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let read = (input, self.operands);
        Ok((work(Kind::Elementwise, self.precision, read, input, 0, &Weights::NONE)?, input))
    }
}

impl Part for Mul {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let read = (input, self.operands);
        Ok((work(Kind::Elementwise, self.precision, read, input, 0, &Weights::NONE)?, input))
    }
}

impl Part for Activation {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        Ok((work(Kind::Activation, self.precision, (input, 1), input, 0, &Weights::NONE)?, input))
    }
}

impl Part for Softmax {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        Ok((work(Kind::Softmax, self.precision, (input, 1), input, 0, &Weights::NONE)?, input))
    }
}

impl Part for LayerNorm {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let channels = u64::from(input.channels());
        let of = |present: bool| if present { channels } else { 0 };
        let weights = Weights::new(self.precision, of(self.scale), of(self.offset))?;
        Ok((work(Kind::Normalization, self.precision, (input, 1), input, 0, &weights)?, input))
    }
}

impl Part for Mean {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let mut reduced = [false; MAX_RANK];
        for axis in &self.axes {
            if let Some(flag) = reduced.get_mut(input.axis(*axis)?) {
                *flag = true;
            }
        }
        let mut output = Shape::default();
        for (dim, reduced) in input.dims().iter().zip(reduced) {
            if !reduced {
                output.push(*dim)?;
            } else if self.keep_dims {
                output.push(1)?;
            }
        }
        Ok((work(Kind::Reduce, self.precision, (input, 1), output, 0, &Weights::NONE)?, output))
    }
}

/// Both changes of type do the same amount of work.
fn converted(input: Shape, from: u8, to: u8) -> Result<(LayerWork, Shape), LayerError> {
    if from == 0 || to == 0 {
        return Err(ShapeError::Zero { what: "the number of bits" }.into());
    }
    let counts = Counts {
        activation_bytes: sum(&[input.bytes(from)?, input.bytes(to)?])?,
        outputs: input.elements()?,
        ..Counts::default()
    };
    Ok((layer(Kind::Quantize, counts), input))
}

impl Part for Quantize {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        converted(input, self.float_bits, self.precision.activation_bits)
    }
}

impl Part for Dequantize {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        converted(input, self.precision.activation_bits, self.float_bits)
    }
}
