//! The terms of the fit: which counts of which kind of layer cost something.
//!
//! Chosen by what measurements of the int8 kernel on three processors say; a term that explains nothing gets 0.

use crate::device::KindCost;
use crate::model::work::{Kind, Work};
use crate::units::{Cycles, Quantity};

/// A count of a kind of layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Layers.
    Layers,
    /// Multiply-accumulates; where rectified ones are a term of their own, the others.
    Macs,
    /// Multiply-accumulates on inputs that a `ReLU` gave.
    RectifiedMacs,
    /// Elements written.
    Outputs,
    /// Bytes of activations.
    ActivationBytes,
    /// Bytes that windows gather.
    GatheredBytes,
    /// Bytes of weights.
    WeightBytes,
    /// Runs of bytes.
    Runs,
    /// Output channels.
    Filters,
}

/// A term: what is counted, of which kind of layer; the inference itself has no kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The kind of layer.
    pub kind: Option<Kind>,
    /// What is counted.
    pub count: Count,
}

/// Number of terms.
pub const TERMS: usize = 31;

const fn of(kind: Kind, count: Count) -> Term {
    Term { kind: Some(kind), count }
}

/// All terms.
pub const ALL: [Term; TERMS] = {
    use Count::{
        ActivationBytes, Filters, GatheredBytes, Layers, Macs, Outputs, RectifiedMacs, Runs, WeightBytes,
    };
    use Kind::{Conv2d, Dense, DepthwiseConv2d, Elementwise, Movement, PointwiseConv2d, Pool, Softmax};
    [
        Term { kind: None, count: Layers },
        of(Dense, Layers),
        of(Dense, Macs),
        of(Dense, RectifiedMacs),
        of(Dense, Outputs),
        of(Dense, ActivationBytes),
        of(Conv2d, Layers),
        of(Conv2d, Macs),
        of(Conv2d, Outputs),
        of(Conv2d, GatheredBytes),
        of(Conv2d, Runs),
        of(Conv2d, WeightBytes),
        of(PointwiseConv2d, Layers),
        of(PointwiseConv2d, Macs),
        of(PointwiseConv2d, Outputs),
        of(PointwiseConv2d, ActivationBytes),
        of(PointwiseConv2d, WeightBytes),
        of(DepthwiseConv2d, Layers),
        of(DepthwiseConv2d, Outputs),
        of(DepthwiseConv2d, ActivationBytes),
        of(DepthwiseConv2d, Runs),
        of(DepthwiseConv2d, Filters),
        of(Pool, Layers),
        of(Pool, Outputs),
        of(Pool, ActivationBytes),
        of(Elementwise, Layers),
        of(Elementwise, Outputs),
        of(Softmax, Layers),
        of(Softmax, Outputs),
        of(Movement, Layers),
        of(Movement, Outputs),
    ]
};

impl Count {
    /// Its name in a profile.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Layers => "per_layer",
            Self::Macs => "per_mac",
            Self::RectifiedMacs => "per_rectified_mac",
            Self::Outputs => "per_output",
            Self::ActivationBytes => "per_activation_byte",
            Self::GatheredBytes => "per_gathered_byte",
            Self::WeightBytes => "per_weight_byte",
            Self::Runs => "per_run",
            Self::Filters => "per_filter",
        }
    }
}

impl Term {
    /// How often an inference has it.
    #[must_use]
    pub fn amount(self, work: &Work) -> f64 {
        let Some(kind) = self.kind else { return 1.0 };
        let counts = work.kind(kind);
        let count = match self.count {
            Count::Layers => counts.layers,
            Count::Macs => counts.macs.saturating_sub(counts.rectified_macs),
            Count::RectifiedMacs => counts.rectified_macs,
            Count::Outputs => counts.outputs,
            Count::ActivationBytes => counts.activation_bytes,
            Count::GatheredBytes => counts.gathered_bytes,
            Count::WeightBytes => counts.weight_bytes,
            Count::Runs => counts.runs,
            Count::Filters => counts.filters,
        };
        count as f64
    }

    /// Puts a coefficient into the price of the term's kind.
    pub(super) fn put(self, cost: &mut KindCost, coefficient: f64) {
        let cycles = Cycles::wrap(coefficient);
        match self.count {
            Count::Layers => cost.per_layer = cycles,
            Count::Macs => cost.per_mac = cycles,
            Count::RectifiedMacs => cost.per_rectified_mac = Some(cycles),
            Count::Outputs => cost.per_output = cycles,
            Count::ActivationBytes => cost.per_activation_byte = cycles,
            Count::GatheredBytes => cost.per_gathered_byte = cycles,
            Count::WeightBytes => cost.per_weight_byte = cycles,
            Count::Runs => cost.per_run = cycles,
            Count::Filters => cost.per_filter = cycles,
        }
    }
}
