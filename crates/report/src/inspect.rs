//! A network's work, a row a layer.

use serde::Serialize;

use crate::network::{Network, NetworkLayer};
use crate::number::NOT_KNOWN;

/// What `inspect` shows. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// The version of this form.
    pub schema_version: u32,
    /// The model's name.
    pub name: String,
    /// The layers in order.
    pub layers: Vec<InspectedLayer>,
    /// Their sums.
    pub totals: Totals,
    /// Number of operators.
    pub operators: usize,
    /// The largest total size of activations alive at once, without alignment; `None` where a size is open.
    pub arena_bytes: Option<u64>,
    /// Operators whose work can't be counted: then the totals are lower bounds.
    pub unknown_operators: Vec<String>,
}

/// One layer's work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InspectedLayer {
    /// Place, from 0.
    pub index: u64,
    /// Kind of work.
    pub kind: &'static str,
    /// The operator's name in the file.
    pub operator: String,
    /// Shape of its output; `None` where it is open until the model is run.
    pub output_shape: Option<Vec<u32>>,
    /// Multiply-accumulates; `None` where they can't be counted.
    pub macs: Option<u64>,
    /// Weights and biases.
    pub parameters: u64,
    /// Their bytes.
    pub weight_bytes: u64,
    /// Bytes of activations read and written.
    pub activation_bytes: u64,
    /// Elements written.
    pub outputs: u64,
}

/// Sums over the layers; of the MACs over those that can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Multiply-accumulates.
    pub macs: u64,
    /// Weights and biases.
    pub parameters: u64,
    /// Their bytes.
    pub weight_bytes: u64,
    /// Bytes of activations read and written.
    pub activation_bytes: u64,
    /// Elements written.
    pub outputs: u64,
    /// Whether an operator could not be counted, so that the truth is more.
    pub is_lower_bound: bool,
}

impl InspectedLayer {
    /// A layer's counts as shown.
    #[must_use]
    pub fn of(layer: &NetworkLayer) -> Self {
        let counts = layer.work.counts;
        Self {
            index: layer.index,
            kind: layer.work.kind.name(),
            operator: layer.operator.clone(),
            output_shape: layer.output.map(|shape| shape.dims().to_vec()),
            macs: layer.macs(),
            parameters: counts.parameters,
            weight_bytes: counts.weight_bytes,
            activation_bytes: counts.activation_bytes,
            outputs: counts.outputs,
        }
    }

    /// The output's shape as printed: `1x25x5x64`.
    #[must_use]
    pub fn shape(&self) -> String {
        match &self.output_shape {
            Some(dims) => dims.iter().map(u32::to_string).collect::<Vec<_>>().join("x"),
            None => NOT_KNOWN.to_owned(),
        }
    }
}

impl Inspection {
    /// The inspection of a network.
    #[must_use]
    pub fn of(network: &Network) -> Self {
        let total = network.total();
        Self {
            schema_version: 1,
            name: network.name.clone(),
            layers: network.layers.iter().map(InspectedLayer::of).collect(),
            totals: Totals {
                macs: total.macs,
                parameters: total.parameters,
                weight_bytes: total.weight_bytes,
                activation_bytes: total.activation_bytes,
                outputs: total.outputs,
                is_lower_bound: network.work.unknown_layers() > 0,
            },
            operators: network.layers.len(),
            arena_bytes: network.arena_bytes,
            unknown_operators: network.unknown_operators().into_iter().map(str::to_owned).collect(),
        }
    }
}
