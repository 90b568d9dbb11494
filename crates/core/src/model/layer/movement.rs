//! Layers that move bytes and compute nothing.

use super::{LayerError, LayerWork, Part, Precision, Weights, work};
use crate::model::shape::{MAX_RANK, Shape, ShapeError, narrow};
use crate::model::work::Kind;
use heapless::Vec;

/// Activations one after the other along an axis.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Concat {
    /// The axis, negative from the end; the innermost unless given.
    #[cfg_attr(feature = "serde", serde(default = "innermost"))]
    pub axis: i32,
    /// Elements that the other activations add along the axis.
    pub added: u32,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Zeros around the input.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Pad {
    /// Elements before and after the input along each of its dimensions, batch included.
    pub padding: Vec<[u32; 2], MAX_RANK>,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Another shape with the same elements.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Reshape {
    /// The new shape, batch included.
    pub shape: Shape,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

#[cfg(feature = "serde")]
const fn innermost() -> i32 {
    -1
}

impl Part for Concat {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let index = input.axis(self.axis)?;
        let size = input.dims().get(index).copied().unwrap_or_default();
        let output = input.with_dim(self.axis, narrow(u64::from(size) + u64::from(self.added))?)?;
        // Together the inputs are as large as the output.
        Ok((work(Kind::Movement, self.precision, (output, 1), output, 0, &Weights::NONE)?, output))
    }
}

impl Part for Pad {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        if self.padding.len() != input.rank() {
            let (rank, expected) = (input.rank() as u64, self.padding.len() as u64);
            return Err(ShapeError::WrongRank { rank, expected }.into());
        }
        let mut output = Shape::default();
        for (dim, [before, after]) in input.dims().iter().zip(&self.padding) {
            output.push(narrow(u64::from(*dim) + u64::from(*before) + u64::from(*after))?)?;
        }
        Ok((work(Kind::Movement, self.precision, (input, 1), output, 0, &Weights::NONE)?, output))
    }
}

impl Part for Reshape {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let (from, to) = (input.elements()?, self.shape.elements()?);
        if from != to {
            return Err(ShapeError::Reshape { from, to }.into());
        }
        Ok((work(Kind::Movement, self.precision, (input, 1), self.shape, 0, &Weights::NONE)?, self.shape))
    }
}
