//! The counting formulas, once: layers described by hand and operators of a file both use them.
//!
//! ```text
//! conv2d             MACs = N * OH * OW * OC * KH * KW * IC / groups
//! depthwise_conv2d   MACs = N * OH * OW * OC * KH * KW
//! transposed_conv2d  MACs = N * IH * IW * IC * KH * KW * OC
//! dense              MACs = rows * inputs * outputs
//! mat_mul            MACs = elements of the product * inner dimension
//! recurrent          MACs = steps * elements of the gates' matrices (products of gate by gate are not counted)
//! gathered bytes          = N * OH * OW * KH * KW * IC * bytes of an element, for windows larger than 1x1
//! ```
//! Every other layer has 0 MACs. Padding is counted as if it were there: a tap that falls on padding is a MAC, as every
//! framework counts it.

use super::shape::ShapeError;
use super::work::{CountOverflow, Counts, Kind, LayerWork};
use core::fmt;

/// Product of factors.
pub(super) fn product(factors: &[u64]) -> Result<u64, CountOverflow> {
    // A factor of 0 must win over an overflow before it.
    if factors.contains(&0) {
        return Ok(0);
    }
    factors.iter().try_fold(1_u64, |product, factor| product.checked_mul(*factor)).ok_or(CountOverflow)
}

/// Sum of terms.
pub(super) fn sum(terms: &[u64]) -> Result<u64, CountOverflow> {
    terms.iter().try_fold(0_u64, |sum, term| sum.checked_add(*term)).ok_or(CountOverflow)
}

/// A kernel that slides over an image.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kernel {
    /// Height.
    pub(super) height: u32,
    /// Width.
    pub(super) width: u32,
    /// Depth; 1 for images.
    pub(super) depth: u32,
}

impl Kernel {
    /// Number of taps.
    fn taps(self) -> Result<u64, CountOverflow> {
        product(&[self.height.into(), self.width.into(), self.depth.into()])
    }

    /// What a convolution with this kernel is.
    pub(super) fn conv_kind(self) -> Kind {
        if (self.height, self.width, self.depth) == (1, 1, 1) { Kind::PointwiseConv2d } else { Kind::Conv2d }
    }

    /// MACs of a convolution: each of its `outputs` (elements) meets each tap of a group's channels.
    pub(super) fn conv_macs(self, outputs: u64, channels_of_a_group: u32) -> Result<u64, CountOverflow> {
        product(&[outputs, self.taps()?, channels_of_a_group.into()])
    }

    /// MACs of a depthwise convolution: each of its `outputs` (elements) meets each tap of one channel.
    pub(super) fn depthwise_macs(self, outputs: u64) -> Result<u64, CountOverflow> {
        product(&[outputs, self.taps()?])
    }

    /// MACs of a transposed convolution: each of its `inputs` (elements) meets each tap of every filter.
    pub(super) fn transposed_macs(self, inputs: u64, filters: u32) -> Result<u64, CountOverflow> {
        product(&[inputs, self.taps()?, filters.into()])
    }

    /// Bytes that the windows at all output `positions` cover; 0 for a window of one tap, which gathers nothing.
    pub(super) fn gathered_bytes(
        self,
        positions: u64,
        channels: u32,
        bits: u8,
    ) -> Result<u64, CountOverflow> {
        let taps = self.taps()?;
        if taps <= 1 {
            return Ok(0);
        }
        Ok(product(&[positions, taps, channels.into(), bits.into()])?.div_ceil(8))
    }
}

/// MACs of a dense layer, or of a matrix product whose result has `rows * outputs` elements.
pub(super) fn dense_macs(rows: u64, inputs: u32, outputs: u32) -> Result<u64, CountOverflow> {
    product(&[rows, inputs.into(), outputs.into()])
}

/// MACs of a matrix product (or a batch of them) with `outputs` elements in its result.
pub(super) fn matmul_macs(outputs: u64, inner: u32) -> Result<u64, CountOverflow> {
    product(&[outputs, inner.into()])
}

/// MACs of a recurrent layer: each step of each sequence meets each element of the gates' matrices once.
pub(super) fn recurrent_macs(steps: u64, matrix_elements: u64) -> Result<u64, CountOverflow> {
    product(&[steps, matrix_elements])
}

/// The work of one layer.
pub(super) fn layer(kind: Kind, counts: Counts) -> LayerWork {
    LayerWork { kind, counts: Counts { layers: 1, ..counts } }
}

/// Why a layer's work could not be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerError {
    /// No layer before it gives an input, and it names none.
    NoInput,
    /// A shape does not fit the layer.
    Shape(ShapeError),
    /// A count does not fit in 64 bits.
    Overflow(CountOverflow),
}

impl From<ShapeError> for LayerError {
    fn from(error: ShapeError) -> Self {
        Self::Shape(error)
    }
}

impl From<CountOverflow> for LayerError {
    fn from(error: CountOverflow) -> Self {
        Self::Overflow(error)
    }
}

impl fmt::Display for LayerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoInput => {
                f.write_str("the layer has no input: no layer comes before it and it names none")
            }
            Self::Shape(error) => error.fmt(f),
            Self::Overflow(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for LayerError {}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Kernel = Kernel { height: 3, width: 3, depth: 1 };
    const ONE: Kernel = Kernel { height: 1, width: 1, depth: 1 };

    /// Counts the inner loop's runs of a convolution.
    fn conv_slowly(outputs: u64, filter_taps: u64, channels: u64) -> u64 {
        let mut macs = 0;
        for _ in 0..outputs {
            for _ in 0..filter_taps {
                for _ in 0..channels {
                    macs += 1;
                }
            }
        }
        macs
    }

    #[test]
    fn formulas_equal_the_loops_they_stand_for() {
        assert_eq!(THREE.conv_macs(20, 4), Ok(conv_slowly(20, 9, 4)));
        assert_eq!(THREE.depthwise_macs(20), Ok(conv_slowly(20, 9, 1)));
        assert_eq!(THREE.transposed_macs(20, 5), Ok(conv_slowly(20, 9, 5)));
        assert_eq!(dense_macs(2, 3, 5), Ok(30));
        assert_eq!(matmul_macs(20, 6), Ok(120));
    }

    #[test]
    fn depthwise_counts_one_filter_per_channel() {
        // Keyword spotting's 3x3 layer: 25 x 5 positions, 64 channels.
        assert_eq!(THREE.depthwise_macs(25 * 5 * 64), Ok(72_000));
    }

    #[test]
    fn a_window_of_one_tap_gathers_nothing() {
        assert_eq!(ONE.gathered_bytes(125, 64, 8), Ok(0));
        assert_eq!(THREE.gathered_bytes(125, 64, 8), Ok(72_000));
        assert_eq!(THREE.gathered_bytes(125, 64, 4), Ok(36_000));
    }

    #[test]
    fn products_are_exact_or_refused() {
        assert_eq!(product(&[u64::MAX, 2]), Err(CountOverflow));
        assert_eq!(product(&[u64::MAX, 2, 0]), Ok(0));
        assert_eq!(product(&[]), Ok(1));
        assert_eq!(sum(&[u64::MAX, 1]), Err(CountOverflow));
        let huge = Kernel { height: u32::MAX, width: u32::MAX, depth: 2 };
        assert_eq!(huge.conv_macs(1, 1), Err(CountOverflow));
    }
}
