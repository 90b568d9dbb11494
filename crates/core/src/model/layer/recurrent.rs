//! Recurrent layers over `[batch, steps, features]`.

use super::{LayerError, LayerWork, Part, Precision, Weights, work};
use crate::model::count::{product, recurrent_macs, sum};
use crate::model::shape::Shape;
use crate::model::work::Kind;

/// Long short-term memory: four gates.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Lstm {
    /// Elements of the state.
    pub units: u32,
    /// Whether every step's output goes on, not only the last one's.
    #[cfg_attr(feature = "serde", serde(default))]
    pub return_sequences: bool,
    /// Bias vectors a gate: 1 as in Keras unless given, 2 as in `PyTorch`.
    #[cfg_attr(feature = "serde", serde(default = "super::one"))]
    pub biases: u32,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Gated recurrent unit: three gates.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Gru {
    /// Elements of the state.
    pub units: u32,
    /// Whether every step's output goes on, not only the last one's.
    #[cfg_attr(feature = "serde", serde(default))]
    pub return_sequences: bool,
    /// Bias vectors a gate: 2 as in Keras (`reset_after`) and `PyTorch` unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::two"))]
    pub biases: u32,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// What a cell is made of.
struct Cell {
    gates: u64,
    states: u64,
    units: u32,
    biases: u32,
    return_sequences: bool,
    precision: Precision,
}

impl Cell {
    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let [batch, steps, features] = input.array()?;
        let units = u64::from(self.units);
        let matrices = product(&[self.gates, units, sum(&[features.into(), units])?])?;
        let biases = product(&[self.gates, units, self.biases.into()])?;
        let weights = Weights::new(self.precision, matrices, biases)?;
        let output = if self.return_sequences {
            Shape::new(&[batch, steps, self.units])?
        } else {
            Shape::new(&[batch, self.units])?
        };
        let macs = recurrent_macs(product(&[batch.into(), steps.into()])?, matrices)?;
        let mut work = work(Kind::Recurrent, self.precision, (input, 1), output, macs, &weights)?;
        let state = Shape::new(&[batch, self.units])?.bytes(self.precision.activation_bits)?;
        work.counts.activation_bytes = sum(&[work.counts.activation_bytes, product(&[self.states, state])?])?;
        Ok((work, output))
    }
}

impl Part for Lstm {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let Self { units, return_sequences, biases, precision, .. } = *self;
        Cell { gates: 4, states: 2, units, biases, return_sequences, precision }.count(input)
    }
}

impl Part for Gru {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let Self { units, return_sequences, biases, precision, .. } = *self;
        Cell { gates: 3, states: 1, units, biases, return_sequences, precision }.count(input)
    }
}
