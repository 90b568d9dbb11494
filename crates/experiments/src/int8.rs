//! Layers of joulegram's own int8 kernel, timed by this thread's clock.

use anyhow::Result;
use joulegram::kernel::{
    Activation, Bias, Conv2d, Conv2dSpec, Dense, DenseSpec, DepthwiseConv2d, DepthwiseSpec, Padding,
    Quantization, Requantizer, Rounding,
};

use crate::clock::thread_seconds;

const PLAIN: Quantization = Quantization { scale: 1.0, zero_point: 0 };

/// A layer with what its work is: all keep the size of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Fully connected, as many outputs as inputs.
    Dense {
        /// Inputs and outputs.
        width: usize,
    },
    /// Convolution over a square image, as many filters as channels.
    Conv {
        /// Height and width of the window.
        window: usize,
        /// Height and width of the image.
        side: usize,
        /// Channels and filters.
        channels: usize,
    },
    /// Convolution of each channel by itself over a square image.
    Depthwise {
        /// Height and width of the window.
        window: usize,
        /// Height and width of the image.
        side: usize,
        /// Channels.
        channels: usize,
    },
}

impl Layer {
    /// Weights.
    #[must_use]
    pub const fn weights(self) -> usize {
        match self {
            Self::Dense { width } => width * width,
            Self::Conv { window, channels, .. } => window * window * channels * channels,
            Self::Depthwise { window, channels, .. } => window * window * channels,
        }
    }

    /// Elements of the input, which are as many as of the output.
    #[must_use]
    pub const fn elements(self) -> usize {
        match self {
            Self::Dense { width } => width,
            Self::Conv { side, channels, .. } | Self::Depthwise { side, channels, .. } => {
                side * side * channels
            }
        }
    }

    /// Multiply-accumulates, those of border windows in full.
    #[must_use]
    pub const fn macs(self) -> usize {
        match self {
            Self::Dense { .. } => self.weights(),
            Self::Conv { side, .. } | Self::Depthwise { side, .. } => self.weights() * side * side,
        }
    }
}

/// Seconds of so many runs of a stack of layers, each reading what the one before wrote.
///
/// # Errors
/// If a layer is refused.
pub fn seconds(stack: &[Layer], runs: usize) -> Result<f64> {
    let weights: Vec<Vec<i8>> = stack.iter().map(|layer| small_numbers(layer.weights())).collect();
    // Keeps sums small enough not to saturate everywhere.
    let requantizers = [Requantizer::from_real(0.01)];
    let layers = stack
        .iter()
        .zip(&weights)
        .map(|(layer, weights)| Checked::new(*layer, weights, &requantizers))
        .collect::<Result<Vec<_>>>()?;
    let largest = stack.iter().map(|layer| layer.elements()).max().unwrap_or(0);
    let (mut from, mut to) = (small_numbers(largest), vec![0; largest]);
    let mut scratch = vec![0; layers.iter().map(Checked::scratch_len).max().unwrap_or(0)];
    // The first run warms caches up.
    let mut start = 0.0;
    for run in 0..=runs {
        if run == 1 {
            start = thread_seconds();
        }
        for layer in &layers {
            layer.run(&from, &mut to, &mut scratch);
            std::mem::swap(&mut from, &mut to);
        }
        std::hint::black_box(&from);
    }
    Ok(thread_seconds() - start)
}

/// A layer that its kernel has accepted.
enum Checked<'w> {
    Dense(Dense<'w>),
    Conv(Conv2d<'w>),
    Depthwise(DepthwiseConv2d<'w>),
}

impl<'w> Checked<'w> {
    fn new(layer: Layer, weights: &'w [i8], requantizers: &'w [Requantizer]) -> Result<Self> {
        let (input, output, activation) = (PLAIN, PLAIN, Activation::Relu);
        let (dilation, padding) = ([1, 1], Padding::Same);
        Ok(match layer {
            Layer::Dense { width } => {
                let rounding = Rounding::Tflm;
                let spec = DenseSpec {
                    batch: 1,
                    inputs: width,
                    outputs: width,
                    input,
                    output,
                    activation,
                    rounding,
                };
                Self::Dense(Dense::new(&spec, weights, Bias::None, requantizers)?)
            }
            Layer::Conv { window, side, channels } => {
                let spec = Conv2dSpec {
                    input_shape: [1, side, side, channels],
                    filter_shape: [channels, window, window, channels],
                    stride: [1, 1],
                    dilation,
                    padding,
                    input,
                    output,
                    activation,
                };
                Self::Conv(Conv2d::new(&spec, weights, Bias::None, requantizers)?)
            }
            Layer::Depthwise { window, side, channels } => {
                let spec = DepthwiseSpec {
                    input_shape: [1, side, side, channels],
                    filter_size: [window, window],
                    multiplier: 1,
                    stride: [1, 1],
                    dilation,
                    padding,
                    input,
                    output,
                    activation,
                };
                Self::Depthwise(DepthwiseConv2d::new(&spec, weights, Bias::None, requantizers)?)
            }
        })
    }

    fn scratch_len(&self) -> usize {
        match self {
            Self::Dense(layer) => layer.scratch_len(),
            Self::Conv(layer) => layer.scratch_len(),
            Self::Depthwise(layer) => layer.scratch_len(),
        }
    }

    fn run(&self, input: &[i8], output: &mut [i8], scratch: &mut [i16]) {
        match self {
            Self::Dense(layer) => layer.run(input, output, scratch),
            Self::Conv(layer) => layer.run(input, output, scratch),
            Self::Depthwise(layer) => layer.run(input, output, scratch),
        }
    }
}

/// Numbers from -3 to 3 that repeat late.
fn small_numbers(length: usize) -> Vec<i8> {
    [2, -1, 3, 0, -2, 1, -3, 1, 3, -1, 2].into_iter().cycle().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_weights_times_positions() {
        assert_eq!(Layer::Dense { width: 10 }.macs(), 100);
        assert_eq!(Layer::Conv { window: 3, side: 4, channels: 5 }.macs(), 9 * 25 * 16);
        assert_eq!(Layer::Depthwise { window: 3, side: 4, channels: 5 }.macs(), 9 * 5 * 16);
    }

    #[test]
    fn every_kind_of_layer_is_accepted_and_takes_time() {
        for layer in [
            Layer::Dense { width: 33 },
            Layer::Conv { window: 1, side: 5, channels: 7 },
            Layer::Conv { window: 3, side: 5, channels: 7 },
            Layer::Depthwise { window: 3, side: 5, channels: 7 },
        ] {
            assert!(seconds(&[layer, layer], 20).unwrap() > 0.0, "{layer:?}");
        }
    }
}
