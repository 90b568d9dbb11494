//! Matrix products: dense layers, and what larger networks add to them.

use super::{LayerError, LayerWork, Part, Precision, Weights, work};
use crate::model::count::{dense_macs, layer, matmul_macs, product, sum};
use crate::model::shape::{Shape, ShapeError};
use crate::model::work::{Counts, Kind};

/// Fully connected over the innermost dimension; the others are rows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Dense {
    /// Outputs a row.
    pub units: u32,
    /// Whether each output has a bias; it has unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::yes"))]
    pub bias: bool,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Table look-up: each element of the input picks a row.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Embedding {
    /// Rows of the table.
    pub rows: u32,
    /// Elements of a row.
    pub width: u32,
    /// Bits of an index; 32 unless given.
    #[cfg_attr(feature = "serde", serde(default = "index_bits"))]
    pub index_bits: u8,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Product of two activations: `[.., rows, inner]` by `[.., inner, columns]`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct MatMul {
    /// Columns of the second activation.
    pub columns: u32,
    /// The layer's own input: the first activation.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Scaled dot-product attention over `[batch, length, width]`, without its projections, which are dense layers.
///
/// Counted as what it is made of: queries by keys, softmax, scores by values. A causal mask saves nothing here, as it
/// saves nothing where the masked scores are computed.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Attention {
    /// Heads that the width is divided into; 1 unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::one"))]
    pub heads: u32,
    /// Length of the sequence that is attended to; the input's own unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub keys: Option<u32>,
    /// The layer's own input: the queries.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

#[cfg(feature = "serde")]
const fn index_bits() -> u8 {
    32
}

impl Part for Dense {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let output = input.with_dim(-1, self.units)?;
        let inputs = input.channels();
        let rows = input.with_dim(-1, 1)?.elements()?;
        let biases = if self.bias { self.units.into() } else { 0 };
        let weights = Weights::new(self.precision, dense_macs(1, inputs, self.units)?, biases)?;
        let macs = dense_macs(rows, inputs, self.units)?;
        Ok((work(Kind::Dense, self.precision, (input, 1), output, macs, &weights)?, output))
    }
}

impl Part for Embedding {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let mut output = input;
        output.push(self.width)?;
        let weights = Weights::new(self.precision, product(&[self.rows.into(), self.width.into()])?, 0)?;
        let read = input.bytes(self.index_bits)?;
        let written = output.bytes(self.precision.activation_bits)?;
        let counts = Counts {
            parameters: weights.parameters,
            weight_bytes: weights.bytes,
            activation_bytes: sum(&[read, written])?,
            outputs: output.elements()?,
            ..Counts::default()
        };
        Ok((layer(Kind::Embedding, counts), output))
    }
}

impl Part for MatMul {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let inner = input.channels();
        let output = input.with_dim(-1, self.columns)?;
        let other = input.with_dim(-2, inner)?.with_dim(-1, self.columns)?;
        let macs = matmul_macs(output.elements()?, inner)?;
        let mut work = work(Kind::MatMul, self.precision, (input, 1), output, macs, &Weights::NONE)?;
        let other = other.bytes(self.precision.activation_bits)?;
        work.counts.activation_bytes = sum(&[work.counts.activation_bytes, other])?;
        Ok((work, output))
    }
}

impl Part for Attention {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let [batch, length, width] = input.array()?;
        if self.heads == 0 {
            return Err(ShapeError::Zero { what: "the number of heads" }.into());
        }
        if width % self.heads != 0 {
            return Err(ShapeError::Indivisible { size: width.into(), by: self.heads.into() }.into());
        }
        let (keys, head) = (self.keys.unwrap_or(length), width / self.heads);
        let precision = self.precision;
        let part = |dims: [u32; 4], columns: u32| {
            MatMul { columns, input: None, precision }.count(Shape::new(&dims)?)
        };
        let (scores, shape) = part([batch, self.heads, length, head], keys)?;
        let (softmax, _) = super::Softmax { input: None, precision }.count(shape)?;
        let (mixed, _) = part([batch, self.heads, length, keys], head)?;
        let mut counts = scores.counts.plus(softmax.counts)?.plus(mixed.counts)?;
        counts.layers = 1;
        Ok((LayerWork { kind: Kind::MatMul, counts }, input))
    }
}
