//! The networks of the transfer experiment, counted layer by layer: Xception and Keras's small MNIST network.
//!
//! Batch normalisation is folded into the convolutions, as inference has it: its parameters are not counted.
//! [Chollet 2017; Keras applications; Keras examples `mnist_convnet`]

use anyhow::Result;
use joulegram::model::layer::{Add, Conv2d, Dense, DepthwiseConv2d, Layer, MaxPool, Mean, Precision};
use joulegram::model::shape::{Padding, Shape};
use joulegram::model::work::{LayerWork, Work};

const PRECISION: Precision = Precision::FLOAT32;

/// A network as it grows: the work so far and the shape it ends in.
struct Growing {
    work: Vec<LayerWork>,
    shape: Shape,
}

impl Growing {
    fn new(input: [u32; 4]) -> Result<Self> {
        Ok(Self { work: Vec::new(), shape: Shape::new(&input)? })
    }

    fn add(&mut self, layer: &Layer) -> Result<()> {
        let (work, shape) = layer.work(self.shape)?;
        self.work.push(work);
        self.shape = shape;
        Ok(())
    }

    fn conv(&mut self, filters: u32, window: u32, stride: u32, padding: Padding, bias: bool) -> Result<()> {
        self.add(&Layer::Conv2d(Conv2d {
            filters,
            kernel: [window; 2],
            stride: [stride; 2],
            dilation: [1; 2],
            padding,
            groups: 1,
            bias,
            input: None,
            precision: PRECISION,
        }))
    }

    /// A depthwise convolution of three by three and a pointwise one, neither with biases.
    fn separable(&mut self, filters: u32) -> Result<()> {
        self.add(&Layer::DepthwiseConv2d(DepthwiseConv2d {
            kernel: [3; 2],
            stride: [1; 2],
            dilation: [1; 2],
            padding: Padding::Same,
            multiplier: 1,
            bias: false,
            input: None,
            precision: PRECISION,
        }))?;
        self.conv(filters, 1, 1, Padding::Same, false)
    }

    fn pool(&mut self, window: u32, padding: Padding) -> Result<()> {
        self.add(&Layer::MaxPool(MaxPool {
            kernel: [window; 2],
            stride: Some([2; 2]),
            padding,
            input: None,
            precision: PRECISION,
        }))
    }

    fn sum(&mut self) -> Result<()> {
        self.add(&Layer::Add(Add { operands: 2, input: None, precision: PRECISION }))
    }

    fn dense(&mut self, units: u32) -> Result<()> {
        self.add(&Layer::Dense(Dense { units, bias: true, input: None, precision: PRECISION }))
    }

    /// Two separable convolutions and a pool, beside them a convolution of one by one with stride two.
    fn narrowing(&mut self, filters: [u32; 2]) -> Result<()> {
        let [first, second] = filters;
        let start = self.shape;
        self.conv(second, 1, 2, Padding::Same, false)?;
        self.shape = start;
        self.separable(first)?;
        self.separable(second)?;
        self.pool(3, Padding::Same)?;
        self.sum()
    }
}

/// Xception on square images, with a dense layer of so many units on top.
pub(super) fn xception(side: u32, units: u32) -> Result<Work> {
    let mut net = Growing::new([1, side, side, 3])?;
    net.conv(32, 3, 2, Padding::Valid, false)?;
    net.conv(64, 3, 1, Padding::Valid, false)?;
    for filters in [128, 256, 728] {
        net.narrowing([filters; 2])?;
    }
    for _ in 0..8 {
        for _ in 0..3 {
            net.separable(728)?;
        }
        net.sum()?;
    }
    net.narrowing([728, 1024])?;
    net.separable(1536)?;
    net.separable(2048)?;
    let axes = [1, 2].into_iter().collect();
    net.add(&Layer::Mean(Mean { axes, keep_dims: false, input: None, precision: PRECISION }))?;
    net.dense(units)?;
    Ok(Work::of(net.work)?)
}

/// Keras's simple network for MNIST.
pub(super) fn mnist() -> Result<Work> {
    let mut net = Growing::new([1, 28, 28, 1])?;
    net.conv(32, 3, 1, Padding::Valid, true)?;
    net.pool(2, Padding::Valid)?;
    net.conv(64, 3, 1, Padding::Valid, true)?;
    net.pool(2, Padding::Valid)?;
    net.shape = Shape::new(&[1, 1600])?;
    net.dense(10)?;
    Ok(Work::of(net.work)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xception_has_the_published_parameters() {
        // Keras: 22,910,480 with normalisation, of which each of its channels has four.
        let channels = 32 + 64 + 3 * (128 + 256 + 728) + 24 * 728 + (1024 + 728 + 1024) + 1536 + 2048;
        let counted = xception(299, 1000).unwrap().total().parameters;
        assert_eq!(counted + 4 * channels, 22_910_480);
    }

    #[test]
    fn xception_has_about_the_published_operations() {
        // Tables of image networks print 8.4 billion multiply-accumulates at 299x299.
        let macs = xception(299, 1000).unwrap().total().macs as f64;
        assert!((macs / 8.4e9 - 1.0).abs() < 0.02, "{macs}");
    }

    #[test]
    fn the_mnist_network_has_the_published_parameters() {
        let total = mnist().unwrap().total();
        assert_eq!(total.parameters, 34_826);
        assert_eq!(total.macs, 26 * 26 * 9 * 32 + 11 * 11 * 9 * 32 * 64 + 16_000);
    }
}
