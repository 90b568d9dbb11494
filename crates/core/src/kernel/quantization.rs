//! How real numbers are stored: `real = scale * (stored - zero_point)`.

use super::error::KernelError;

/// Scale and zero point of a tensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantization {
    /// Real difference between neighbouring numbers.
    pub scale: f32,
    /// The number that stands for 0.
    pub zero_point: i8,
}

impl Quantization {
    /// The scale is a finite number above 0.
    pub(crate) fn check(self, field: &'static str) -> Result<(), KernelError> {
        if self.scale > 0.0 && self.scale.is_finite() { Ok(()) } else { Err(KernelError::Scale { field }) }
    }

    pub(crate) fn zero(self) -> i32 {
        self.zero_point.into()
    }

    /// The number that stands for `real`, ties away from zero, not yet limited to 8 bits.
    #[inline(never)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates, and what saturates is clamped to 8 bits after"
    )]
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^24, and above there is no rest")]
    pub(crate) fn quantized(self, real: f32) -> i32 {
        let exact = real / self.scale;
        let whole = exact as i32;
        let rest = exact - whole as f32;
        let away = i32::from(rest >= 0.5) - i32::from(rest <= -0.5);
        whole.saturating_add(away).saturating_add(self.zero())
    }
}

/// What follows a layer's sum within the same operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activation {
    /// Nothing.
    #[default]
    None,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// `min(max(x, -1), 1)`.
    ReluN1To1,
}

/// Least and greatest output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clamp {
    pub(crate) least: i32,
    pub(crate) most: i32,
}

impl Clamp {
    pub(crate) const FULL: Self = Self { least: -128, most: 127 };

    pub(crate) fn of(activation: Activation, output: Quantization) -> Self {
        let (least, most) = match activation {
            Activation::None => return Self::FULL,
            Activation::Relu => (0.0, f32::INFINITY),
            Activation::Relu6 => (0.0, 6.0),
            Activation::ReluN1To1 => (-1.0, 1.0),
        };
        let [least, most] = [least, most].map(|real| output.quantized(real).clamp(-128, 127));
        Self { least, most }
    }

    /// Whether it limits no more than 8 bits do.
    #[cfg(armv7em)]
    pub(crate) fn is_full(self) -> bool {
        self == Self::FULL
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "both limits are within 8 bits")]
    pub(crate) fn apply(self, value: i32) -> i8 {
        value.max(self.least).min(self.most) as i8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_activation_limits_the_output_in_its_own_scale() {
        let output = Quantization { scale: 0.05, zero_point: -10 };
        assert_eq!(Clamp::of(Activation::None, output), Clamp::FULL);
        assert_eq!(Clamp::of(Activation::Relu, output), Clamp { least: -10, most: 127 });
        assert_eq!(Clamp::of(Activation::Relu6, output), Clamp { least: -10, most: 110 });
        assert_eq!(Clamp::of(Activation::ReluN1To1, output), Clamp { least: -30, most: 10 });
        let fine = Quantization { scale: 1e-9, zero_point: 5 };
        assert_eq!(Clamp::of(Activation::ReluN1To1, fine), Clamp::FULL);
    }
}
