//! Layers whose kernel slides over an image: convolutions and pools.

use super::{LayerError, LayerWork, Part, Precision, Weights, work};
use crate::model::count::{Kernel, product};
use crate::model::shape::{Extent, Padding, Shape, ShapeError, Window, narrow};
use crate::model::work::Kind;

/// Convolution over `NHWC`, grouped or not.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Conv2d {
    /// Output channels.
    pub filters: u32,
    /// Height and width.
    pub kernel: [u32; 2],
    /// Along height and width; 1 unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::ones"))]
    pub stride: [u32; 2],
    /// Along height and width; 1 unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::ones"))]
    pub dilation: [u32; 2],
    /// At the border; none unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub padding: Padding,
    /// Groups that input and output channels are divided into; 1 unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::one"))]
    pub groups: u32,
    /// Whether each filter has a bias; it has unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::yes"))]
    pub bias: bool,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Convolution of each channel of `NHWC` by itself.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct DepthwiseConv2d {
    /// Height and width.
    pub kernel: [u32; 2],
    /// Along height and width; 1 unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::ones"))]
    pub stride: [u32; 2],
    /// Along height and width; 1 unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::ones"))]
    pub dilation: [u32; 2],
    /// At the border; none unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub padding: Padding,
    /// Output channels of an input channel; 1 unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::one"))]
    pub multiplier: u32,
    /// Whether each output channel has a bias; it has unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::yes"))]
    pub bias: bool,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Transposed convolution over `NHWC`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct TransposedConv2d {
    /// Output channels.
    pub filters: u32,
    /// Height and width.
    pub kernel: [u32; 2],
    /// Along height and width; 1 unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::ones"))]
    pub stride: [u32; 2],
    /// At the border; none unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub padding: Padding,
    /// Whether each filter has a bias; it has unless given.
    #[cfg_attr(feature = "serde", serde(default = "super::yes"))]
    pub bias: bool,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Average of each window of `NHWC`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct AveragePool {
    /// Height and width.
    pub kernel: [u32; 2],
    /// Along height and width; the kernel's size unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub stride: Option<[u32; 2]>,
    /// At the border; none unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub padding: Padding,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// Maximum of each window of `NHWC`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct MaxPool {
    /// Height and width.
    pub kernel: [u32; 2],
    /// Along height and width; the kernel's size unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub stride: Option<[u32; 2]>,
    /// At the border; none unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub padding: Padding,
    /// The layer's own input.
    #[cfg_attr(feature = "serde", serde(default))]
    pub input: Option<Shape>,
    /// Bits of elements.
    #[cfg_attr(feature = "serde", serde(default))]
    pub precision: Precision,
}

/// The outputs of windows along height and width, by the way each one slides or spreads.
fn extents(
    [height, width]: [u32; 2],
    [kernel_height, kernel_width]: [u32; 2],
    [stride_height, stride_width]: [u32; 2],
    [dilation_height, dilation_width]: [u32; 2],
    along: impl Fn(Window, u32) -> Result<Extent, ShapeError>,
) -> Result<[u32; 2], ShapeError> {
    let rows = Window { kernel: kernel_height, stride: stride_height, dilation: dilation_height };
    let columns = Window { kernel: kernel_width, stride: stride_width, dilation: dilation_width };
    Ok([along(rows, height)?.output, along(columns, width)?.output])
}

const fn flat([height, width]: [u32; 2]) -> Kernel {
    Kernel { height, width, depth: 1 }
}

/// Adds to a layer's work what its windows gather.
fn gathering(
    mut work: LayerWork,
    kernel: [u32; 2],
    input: Shape,
    [batch, height, width]: [u32; 3],
    bits: u8,
) -> Result<LayerWork, LayerError> {
    let positions = product(&[batch.into(), height.into(), width.into()])?;
    work.counts.gathered_bytes = flat(kernel).gathered_bytes(positions, input.channels(), bits)?;
    let [rows, _] = kernel;
    work.counts.runs = product(&[positions, rows.into()])?;
    Ok(work)
}

impl Part for Conv2d {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let [batch, height, width, channels] = input.array()?;
        if self.groups == 0 {
            return Err(ShapeError::Zero { what: "the number of groups" }.into());
        }
        for channels in [channels, self.filters] {
            if channels % self.groups != 0 {
                return Err(ShapeError::Indivisible { size: channels.into(), by: self.groups.into() }.into());
            }
        }
        let of_a_group = channels / self.groups;
        let [height, width] = extents([height, width], self.kernel, self.stride, self.dilation, |w, n| {
            w.slide(n, self.padding)
        })?;
        let output = Shape::new(&[batch, height, width, self.filters])?;
        let kernel = flat(self.kernel);
        let weights = kernel.conv_macs(self.filters.into(), of_a_group)?;
        let biases = if self.bias { self.filters.into() } else { 0 };
        let weights = Weights::new(self.precision, weights, biases)?;
        let macs = kernel.conv_macs(output.elements()?, of_a_group)?;
        let mut work = work(kernel.conv_kind(), self.precision, (input, 1), output, macs, &weights)?;
        work.counts.filters = self.filters.into();
        let bits = self.precision.activation_bits;
        Ok((gathering(work, self.kernel, input, [batch, height, width], bits)?, output))
    }
}

impl Part for DepthwiseConv2d {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let [batch, height, width, channels] = input.array()?;
        let [height, width] = extents([height, width], self.kernel, self.stride, self.dilation, |w, n| {
            w.slide(n, self.padding)
        })?;
        let channels = narrow(u64::from(channels) * u64::from(self.multiplier))?;
        let output = Shape::new(&[batch, height, width, channels])?;
        let kernel = flat(self.kernel);
        let biases = if self.bias { channels.into() } else { 0 };
        let weights = Weights::new(self.precision, kernel.depthwise_macs(channels.into())?, biases)?;
        let macs = kernel.depthwise_macs(output.elements()?)?;
        let mut work = work(Kind::DepthwiseConv2d, self.precision, (input, 1), output, macs, &weights)?;
        work.counts.filters = channels.into();
        let bits = self.precision.activation_bits;
        let mut work = gathering(work, self.kernel, input, [batch, height, width], bits)?;
        work.counts.runs = product(&[batch.into(), height.into(), channels.into()])?;
        Ok((work, output))
    }
}

impl Part for TransposedConv2d {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        let [batch, height, width, channels] = input.array()?;
        let [height, width] =
            extents([height, width], self.kernel, self.stride, [1, 1], |w, n| w.spread(n, self.padding))?;
        let output = Shape::new(&[batch, height, width, self.filters])?;
        let kernel = flat(self.kernel);
        let biases = if self.bias { self.filters.into() } else { 0 };
        let weights =
            Weights::new(self.precision, kernel.transposed_macs(channels.into(), self.filters)?, biases)?;
        let macs = kernel.transposed_macs(input.elements()?, self.filters)?;
        let mut work = work(Kind::TransposedConv2d, self.precision, (input, 1), output, macs, &weights)?;
        work.counts.filters = self.filters.into();
        Ok((work, output))
    }
}

/// Both pools do the same amount of work.
fn pool(
    input: Shape,
    kernel: [u32; 2],
    stride: Option<[u32; 2]>,
    padding: Padding,
    precision: Precision,
) -> Result<(LayerWork, Shape), LayerError> {
    let [batch, height, width, channels] = input.array()?;
    let [height, width] =
        extents([height, width], kernel, stride.unwrap_or(kernel), [1, 1], |w, n| w.slide(n, padding))?;
    let output = Shape::new(&[batch, height, width, channels])?;
    let work = work(Kind::Pool, precision, (input, 1), output, 0, &Weights::NONE)?;
    Ok((gathering(work, kernel, input, [batch, height, width], precision.activation_bits)?, output))
}

impl Part for AveragePool {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        pool(input, self.kernel, self.stride, self.padding, self.precision)
    }
}

impl Part for MaxPool {
    fn input(&self) -> Option<Shape> {
        self.input
    }

    fn count(&self, input: Shape) -> Result<(LayerWork, Shape), LayerError> {
        pool(input, self.kernel, self.stride, self.padding, self.precision)
    }
}
