//! What happens to a sum: bias before, scale, zero point and limits after.

use super::arch::rolled;
use super::bias::Bias;
use super::error::{Checks, KernelError};
use super::quantization::{Activation, Clamp, Quantization};
use super::requantize::{Requantizer, Rounding};

/// Least shift of a scale that loops in assembly take: they add the zero point before they shift, and 32 bits must hold
/// it then.
#[cfg(any(armv7m, armv6m, rv32m))]
const LEAST_SHIFT: i32 = -22;

/// The output stage of a layer, for all its channels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutputStage<'a> {
    bias: Bias<'a>,
    /// One a channel, or one for all.
    requantizers: &'a [Requantizer],
    zero_point: i32,
    clamp: Clamp,
    rounding: Rounding,
    #[cfg(any(armv7m, armv6m, rv32m))]
    short: bool,
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
    /// An output stage; `channels` are looked at where loops in assembly need to know their numbers' range.
    pub(crate) fn new(
        channels: usize,
        bias: Bias<'a>,
        requantizers: &'a [Requantizer],
        output: Quantization,
        activation: Activation,
        rounding: Rounding,
    ) -> Self {
        #[cfg(not(any(armv7m, armv6m, rv32m)))]
        let _ = channels;
        Self {
            bias,
            requantizers,
            zero_point: output.zero(),
            clamp: Clamp::of(activation, output),
            rounding,
            #[cfg(any(armv7m, armv6m, rv32m))]
            short: rounding == Rounding::Tflm
                && requantizers.iter().all(|requantizer| (LEAST_SHIFT..0).contains(&requantizer.shift()))
                && (0..channels).all(|channel| bias.get(channel).unsigned_abs() < 1 << 29),
        }
    }

    /// There is a bias a channel, if any, and a requantizer a channel, or one for all.
    #[inline(never)]
    pub(crate) fn check(&self, checks: &mut Checks, channels: usize) {
        if let Some(found) = self.bias.len() {
            checks.length("bias", found, channels);
        }
        if self.requantizers.len() != 1 {
            checks.length("requantizers", self.requantizers.len(), channels);
        }
        if !self.all_shift_at_most(Requantizer::MOST_SHIFT) {
            checks.fail(KernelError::Scale { field: "requantizers" });
        }
    }

    /// Whether no scale has a greater exponent.
    #[inline(never)]
    fn all_shift_at_most(&self, most: i32) -> bool {
        let mut greatest = i32::MIN;
        for requantizer in self.requantizers {
            rolled();
            greatest = greatest.max(requantizer.shift());
        }
        greatest <= most
    }

    /// The stage of one channel.
    #[cfg_attr(armv7em, inline(never))] // Only what the loops in assembly leave over.
    #[cfg_attr(not(armv7em), inline)]
    #[must_use]
    pub(crate) fn channel(&self, index: usize) -> Channel {
        let requantizer = match self.requantizers {
            [one] => *one,
            many => many.get(index).copied().unwrap_or_default(),
        };
        Channel { bias: self.bias.get(index), requantizer }
    }

    /// The output for a sum that includes the bias.
    #[cfg_attr(armv7em, inline(never))] // Only what the loops in assembly leave over.
    #[cfg_attr(not(armv7em), inline)]
    #[must_use]
    pub(crate) fn output(&self, channel: Channel, sum: i32) -> i8 {
        let scaled = match self.rounding {
            Rounding::Tflm => channel.requantizer.apply(sum),
            Rounding::Litert => channel.requantizer.apply_once(sum),
        };
        self.finish(scaled)
    }

    /// The output for a sum that is scaled already.
    #[inline]
    pub(crate) fn finish(&self, scaled: i32) -> i8 {
        self.clamp.apply(scaled.wrapping_add(self.zero_point))
    }
}

/// What loops in assembly need: numbers in place of views.
impl OutputStage<'_> {
    #[cfg(any(armv7em, armv7m, armv6m, rv32m, wide))]
    pub(crate) const fn zero_point(&self) -> i32 {
        self.zero_point
    }

    pub(crate) const fn clamp(&self) -> Clamp {
        self.clamp
    }
}

/// What loops over many channels at once need.
#[cfg(wide)]
impl<'a> OutputStage<'a> {
    pub(crate) const fn rounding(&self) -> Rounding {
        self.rounding
    }

    /// One a channel, or one for all.
    pub(crate) const fn requantizers(&self) -> &'a [Requantizer] {
        self.requantizers
    }

    /// The biases of channels from `first` on.
    #[inline]
    pub(crate) fn biases(&self, first: usize, to: &mut [i32]) {
        match self.bias {
            Bias::None => to.fill(0),
            Bias::Words(words) => {
                let from = words.get(first..).unwrap_or_default();
                to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
            }
            Bias::Bytes(bytes) => {
                let from = bytes.get(first..).unwrap_or_default();
                to.iter_mut().zip(from).for_each(|(to, from)| *to = i32::from_le_bytes(*from));
            }
        }
    }
}

#[cfg(any(armv7em, armv7m, armv6m, rv32m))]
impl OutputStage<'_> {
    /// Whether scaling rounds twice.
    #[cfg(armv7em)]
    pub(crate) fn rounds_twice(&self) -> bool {
        self.rounding == Rounding::Tflm
    }

    /// Whether all scales are below 1/4.
    #[cfg(armv7em)]
    pub(crate) fn scales_are_small(&self) -> bool {
        self.all_shift_at_most(-2)
    }

    /// Whether few instructions scale exactly: double rounding to the right of sums below 2^30 in magnitude, that is,
    /// fewer than 2^14 products and a bias below 2^29.
    #[cfg(any(armv7m, armv6m, rv32m))]
    pub(crate) const fn short_scale(&self, depth: usize) -> bool {
        self.short && depth < 1 << 14
    }

    /// First bias, bytes to the next, first requantizer, bytes to the next; none unless both are there for `count`
    /// channels from `first` on.
    #[inline(never)]
    pub(crate) fn pointers(
        &self,
        first: usize,
        count: usize,
    ) -> Option<(*const u8, usize, *const Requantizer, usize)> {
        static ABSENT: [u8; 4] = [0; 4];
        let end = first.checked_add(count)?;
        let (bias, bias_step) = match self.bias {
            Bias::None => (ABSENT.as_ptr(), 0),
            Bias::Words(words) => (words.get(first..end)?.as_ptr().cast(), 4),
            Bias::Bytes(bytes) => (bytes.get(first..end)?.as_ptr().cast(), 4),
        };
        let (requantizers, requantizer_step) = match self.requantizers {
            [one] => (core::ptr::from_ref(one), 0),
            many => (many.get(first..end)?.as_ptr(), size_of::<Requantizer>()),
        };
        Some((bias, bias_step, requantizers, requantizer_step))
    }
}
