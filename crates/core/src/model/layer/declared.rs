//! Work given by hand.

use super::{LayerError, LayerWork, Part};
use crate::model::shape::Shape;
use crate::model::work::{Counts, Kind};

/// What someone else counted: a layer of another kind, or a whole network of which only totals are published.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Declared {
    /// Multiply-accumulates; half of what a source gives as operations or, mostly, as FLOPs.
    pub macs: u64,
    /// Weights and biases.
    pub parameters: u64,
    /// Bytes of weights and biases.
    pub weight_bytes: u64,
    /// Bytes of activations read and written.
    pub activation_bytes: u64,
    /// Elements written.
    pub outputs: u64,
    /// Bytes that windows gather; 0 unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub gathered_bytes: u64,
    /// Layers that the counts are the sum of; 1 unless given.
    #[cfg_attr(feature = "serde", serde(default = "one_layer"))]
    pub layers: u64,
    /// What the work is to be costed as; as no kind in particular unless given.
    #[cfg_attr(feature = "serde", serde(default = "no_kind"))]
    pub kind: Kind,
    /// The shape the next layer takes; the input's unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub output: Option<Shape>,
}

#[cfg(feature = "serde")]
const fn one_layer() -> u64 {
    1
}

#[cfg(feature = "serde")]
const fn no_kind() -> Kind {
    Kind::Declared
}

impl Part for Declared {
    fn input(&self) -> Option<Shape> {
        None
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let counts = Counts {
            layers: self.layers,
            macs: self.macs,
            parameters: self.parameters,
            weight_bytes: self.weight_bytes,
            activation_bytes: self.activation_bytes,
            outputs: self.outputs,
            gathered_bytes: self.gathered_bytes,
            filters: 0,
            runs: 0,
            rectified_macs: 0,
        };
        Ok((LayerWork { kind: self.kind, counts }, self.output.unwrap_or(input)))
    }
}
