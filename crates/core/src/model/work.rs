//! Work: what one inference does, counted exactly.
//!
//! A multiply-accumulate (MAC) is one multiplication and the addition of its product. It is not a FLOP: a MAC is two
//! operations, and counters that print "FLOPs" differ in whether they mean MACs, MACs plus bias additions, or twice the
//! MACs.

use core::fmt;

/// What a layer does, as far as its cost per operation differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Kind {
    /// Fully connected.
    Dense,
    /// Convolution with a window larger than one by one.
    Conv2d,
    /// Convolution with a window of one by one: no gathering.
    PointwiseConv2d,
    /// Convolution of each channel by itself.
    DepthwiseConv2d,
    /// Transposed convolution.
    TransposedConv2d,
    /// Product of two activations.
    MatMul,
    /// Recurrent cell: LSTM, GRU.
    Recurrent,
    /// Average and maximum pooling.
    Pool,
    /// Mean, sum and other reductions.
    Reduce,
    /// Element by element: add, multiply, compare.
    Elementwise,
    /// Element by element through a function: relu, logistic, tanh.
    Activation,
    /// Softmax.
    Softmax,
    /// Layer or batch normalisation that was not folded.
    Normalization,
    /// Table look-up: embedding, gather.
    Embedding,
    /// Change of scale or type: quantise, dequantise, cast.
    Quantize,
    /// Moves bytes, computes nothing: reshape, pad, concat, transpose, slice, resize.
    Movement,
    /// Given by hand: MACs, parameters and bytes, not what it does.
    Declared,
    /// An operator whose work can't be counted.
    Unknown,
}

impl Kind {
    /// Every kind, in the order of their indices.
    pub const ALL: [Self; 18] = [
        Self::Dense,
        Self::Conv2d,
        Self::PointwiseConv2d,
        Self::DepthwiseConv2d,
        Self::TransposedConv2d,
        Self::MatMul,
        Self::Recurrent,
        Self::Pool,
        Self::Reduce,
        Self::Elementwise,
        Self::Activation,
        Self::Softmax,
        Self::Normalization,
        Self::Embedding,
        Self::Quantize,
        Self::Movement,
        Self::Declared,
        Self::Unknown,
    ];

    /// The name used in JSON and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Conv2d => "conv2d",
            Self::PointwiseConv2d => "pointwise_conv2d",
            Self::DepthwiseConv2d => "depthwise_conv2d",
            Self::TransposedConv2d => "transposed_conv2d",
            Self::MatMul => "mat_mul",
            Self::Recurrent => "recurrent",
            Self::Pool => "pool",
            Self::Reduce => "reduce",
            Self::Elementwise => "elementwise",
            Self::Activation => "activation",
            Self::Softmax => "softmax",
            Self::Normalization => "normalization",
            Self::Embedding => "embedding",
            Self::Quantize => "quantize",
            Self::Movement => "movement",
            Self::Declared => "declared",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The work of one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LayerWork {
    /// What the layer does.
    pub kind: Kind,
    /// What of it was counted.
    pub counts: Counts,
}

/// Exact counts of work, of one layer or summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Counts {
    /// Layers.
    pub layers: u64,
    /// Multiply-accumulates.
    pub macs: u64,
    /// Weights and biases.
    pub parameters: u64,
    /// Bytes of weights and biases.
    pub weight_bytes: u64,
    /// Bytes of activations read and written, each tensor once a layer.
    pub activation_bytes: u64,
    /// Elements written: for an integer layer with an accumulator, requantisations.
    pub outputs: u64,
    /// Bytes that a window gathers from the input: window size times outputs positions; 0 where nothing is gathered.
    pub gathered_bytes: u64,
    /// Output channels of convolutions, each of which a kernel begins anew: scale, bias, plane.
    pub filters: u64,
    /// Runs of bytes that a kernel begins anew: of a convolution and a pool each row of the window at each output position,
    /// of a depthwise convolution each row of each channel's output.
    pub runs: u64,
    /// Multiply-accumulates of fully connected layers whose input a `ReLU` gave: about half of them meet a zero, which some
    /// kernels pass over.
    pub rectified_macs: u64,
}

/// A sum that does not fit in 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountOverflow;

impl fmt::Display for CountOverflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the work does not fit in 64 bits")
    }
}

impl core::error::Error for CountOverflow {}

impl Counts {
    /// The sum of two counts.
    ///
    /// # Errors
    /// [`CountOverflow`] if a sum does not fit in 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, CountOverflow> {
        let add = |a: u64, b: u64| a.checked_add(b).ok_or(CountOverflow);
        Ok(Self {
            layers: add(self.layers, other.layers)?,
            macs: add(self.macs, other.macs)?,
            parameters: add(self.parameters, other.parameters)?,
            weight_bytes: add(self.weight_bytes, other.weight_bytes)?,
            activation_bytes: add(self.activation_bytes, other.activation_bytes)?,
            outputs: add(self.outputs, other.outputs)?,
            gathered_bytes: add(self.gathered_bytes, other.gathered_bytes)?,
            filters: add(self.filters, other.filters)?,
            runs: add(self.runs, other.runs)?,
            rectified_macs: add(self.rectified_macs, other.rectified_macs)?,
        })
    }
}

/// The work of one inference, by kind of layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    by_kind: [Counts; Kind::ALL.len()],
}

impl Work {
    /// The work of a network: the sum over its layers.
    ///
    /// # Errors
    /// [`CountOverflow`] if a sum does not fit in 64 bits.
    pub fn of(layers: impl IntoIterator<Item = LayerWork>) -> Result<Self, CountOverflow> {
        let mut work = Self::default();
        for layer in layers {
            work.add(layer)?;
        }
        Ok(work)
    }

    /// Adds one layer; the sum stays as it was on an error.
    ///
    /// # Errors
    /// [`CountOverflow`] if a sum does not fit in 64 bits.
    pub fn add(&mut self, layer: LayerWork) -> Result<(), CountOverflow> {
        // The totals must fit too, so that they need no check when they are read.
        self.total().plus(layer.counts)?;
        if let Some(counts) = self.by_kind.get_mut(layer.kind as usize) {
            *counts = counts.plus(layer.counts)?;
        }
        Ok(())
    }

    /// What layers of one kind do.
    #[must_use]
    pub fn kind(&self, kind: Kind) -> Counts {
        self.by_kind.get(kind as usize).copied().unwrap_or_default()
    }

    /// The kinds that occur, with their counts.
    pub fn kinds(&self) -> impl Iterator<Item = LayerWork> + '_ {
        Kind::ALL
            .into_iter()
            .map(|kind| LayerWork { kind, counts: self.kind(kind) })
            .filter(|work| work.counts != Counts::default())
    }

    /// The sum over all kinds.
    #[must_use]
    pub fn total(&self) -> Counts {
        // `add` has checked that the totals fit.
        self.by_kind.iter().fold(Counts::default(), |sum, counts| sum.plus(*counts).unwrap_or(sum))
    }

    /// Layers whose work could not be counted: everything computed from this work is then a lower bound.
    #[must_use]
    pub fn unknown_layers(&self) -> u64 {
        self.kind(Kind::Unknown).layers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_kinds_is_their_index() {
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index, "{kind}");
        }
    }

    #[test]
    fn kinds_sum_to_the_total_and_an_overflow_leaves_the_sum_alone() {
        let layer = |kind, macs| LayerWork { kind, counts: Counts { layers: 1, macs, ..Counts::default() } };
        let mut work =
            Work::of([layer(Kind::Dense, 3), layer(Kind::Conv2d, 4), layer(Kind::Dense, 5)]).unwrap();
        assert_eq!(work.kind(Kind::Dense).macs, 8);
        assert_eq!((work.total().macs, work.total().layers), (12, 3));
        let before = work;
        assert_eq!(work.add(layer(Kind::Pool, u64::MAX - 11)), Err(CountOverflow));
        assert_eq!(work, before);
    }
}
