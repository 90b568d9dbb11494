//! What happens to a sum: bias before, scale, zero point and limits after.

use super::bias::Bias;
use super::error::KernelError;
use super::quantization::{Activation, Clamp, Quantization};
use super::requantize::{Requantizer, Rounding};

/// The output stage of a layer, for all its channels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutputStage<'a> {
    bias: Bias<'a>,
    /// One a channel, or one for all.
    requantizers: &'a [Requantizer],
    zero_point: i32,
    clamp: Clamp,
    rounding: Rounding,
}

/// The output stage of one channel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Channel {
    /// Where the sum starts.
    pub(crate) bias: i32,
    /// The scale of the sum.
    pub(crate) requantizer: Requantizer,
}

impl<'a> OutputStage<'a> {
    pub(crate) fn new(
        channels: usize,
        bias: Bias<'a>,
        requantizers: &'a [Requantizer],
        output: Quantization,
        activation: Activation,
        rounding: Rounding,
    ) -> Result<Self, KernelError> {
        output.check("output scale")?;
        if let Some(found) = bias.len() {
            KernelError::length("bias", found, channels)?;
        }
        if requantizers.len() != 1 {
            KernelError::length("requantizers", requantizers.len(), channels)?;
        }
        if !requantizers.iter().all(|requantizer| requantizer.is_valid()) {
            return Err(KernelError::Scale { field: "requantizers" });
        }
        let clamp = Clamp::of(activation, output);
        Ok(Self { bias, requantizers, zero_point: output.zero(), clamp, rounding })
    }

    /// The stage of one channel.
    #[inline]
    #[must_use]
    pub(crate) fn channel(&self, index: usize) -> Channel {
        let requantizer = match self.requantizers {
            [one] => *one,
            many => many.get(index).copied().unwrap_or_default(),
        };
        Channel { bias: self.bias.get(index), requantizer }
    }

    /// The output for a sum that includes the bias.
    #[inline]
    #[must_use]
    pub(crate) fn output(&self, channel: Channel, sum: i32) -> i8 {
        let scaled = match self.rounding {
            Rounding::Tflm => channel.requantizer.apply(sum),
            Rounding::Litert => channel.requantizer.apply_once(sum),
        };
        self.clamp.apply(scaled.wrapping_add(self.zero_point))
    }
}
