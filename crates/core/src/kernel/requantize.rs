//! From a 32-bit sum to the output's scale: a multiplication by `multiplier * 2^(shift - 31)`, rounded.
//!
//! ```text
//! real = s_in * s_weight / s_out = q * 2^shift, 0.5 <= q < 1;  multiplier = round(q * 2^31)
//! double rounding: high = round(x * 2^max(shift, 0) * multiplier / 2^31), then round(high / 2^max(-shift, 0))
//! single rounding: round(x * multiplier / 2^(31 - shift))
//! ```
//! The first rounding of the double one and the single one take ties up; the second takes ties away from zero.
//! [TensorFlow Lite, `kernels/internal/common.cc` and `quantization_util.cc`]

mod derive;

use super::arch;
use super::error::KernelError;
pub(crate) use derive::Ratio;

/// Which of TensorFlow Lite's roundings a fully connected layer uses; all other layers round twice in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Rounding {
    /// Double rounding everywhere: TensorFlow Lite for Microcontrollers, CMSIS-NN.
    #[default]
    Tflm,
    /// Single rounding in fully connected layers: the reference kernels of LiteRT.
    Litert,
}

/// A scale as a 31-bit multiplier and a shift (positive is left).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Requantizer {
    multiplier: i32,
    shift: i32,
}

impl Requantizer {
    /// Least exponent that leaves a bit of any sum; below, the scale is 0.
    const LEAST_SHIFT: i32 = -31;
    /// Greatest exponent for which both roundings are defined.
    pub(crate) const MOST_SHIFT: i32 = 30;
    /// What a scale becomes that is no number or too large: a layer's `new` refuses it.
    const INVALID: Self = Self { multiplier: 0, shift: i32::MAX };

    /// From a multiplier with 31 fractional bits, `2^30..2^31` or 0, and a shift, `-31..=30`.
    ///
    /// # Errors
    /// [`KernelError::Limit`] if one is outside.
    pub fn new(multiplier: i32, shift: i32) -> Result<Self, KernelError> {
        if multiplier != 0 && multiplier < 1 << 30 {
            return Err(KernelError::Limit {
                field: "multiplier",
                found: multiplier.into(),
                least: 1 << 30,
                most: i32::MAX.into(),
            });
        }
        if !(Self::LEAST_SHIFT..=Self::MOST_SHIFT).contains(&shift) {
            return Err(KernelError::Limit {
                field: "shift",
                found: shift.into(),
                least: Self::LEAST_SHIFT.into(),
                most: Self::MOST_SHIFT.into(),
            });
        }
        // Whatever its shift, 0 is 0.
        Ok(if multiplier == 0 { Self { multiplier, shift: 0 } } else { Self { multiplier, shift } })
    }

    /// The scale `real`, as TensorFlow Lite's `QuantizeMultiplier` has it.
    ///
    /// Below `2^-32` it is 0. A layer refuses one made from a negative number, from 2^30 or more, or from no number.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the masked exponent has 11 bits, the rounded fraction 32"
    )]
    pub const fn from_real(real: f64) -> Self {
        const FRACTION_BITS: u32 = 52;
        let mut bits = real.to_bits();
        if bits == 0 {
            return Self { multiplier: 0, shift: 0 };
        }
        let mut bias = 1022;
        if bits >> FRACTION_BITS == 0 {
            // Subnormal: scale it into the normal range first, as `frexp` does.
            bits = (real * 18_014_398_509_481_984.0).to_bits();
            bias += 54;
        }
        let exponent = bits >> FRACTION_BITS;
        if exponent >= 0x7ff {
            return Self::INVALID; // negative, infinite or no number
        }
        let fraction = (bits & ((1 << FRACTION_BITS) - 1)) | 1 << FRACTION_BITS;
        // 53 bits to 31, ties away from zero.
        Self::limited(((fraction + (1 << 21)) >> 22) as u32, exponent as i32 - bias)
    }

    /// One scale a channel: `input * weights[c] / output`.
    ///
    /// For a fully connected layer with one scale for all outputs TensorFlow Lite multiplies in `f32`:
    /// [`Self::per_tensor`].
    #[must_use]
    pub const fn per_channel<const N: usize>(input: f32, weights: &[f32; N], output: f32) -> [Self; N] {
        let mut all = [Self::INVALID; N];
        let ratio = Ratio::new(input, output);
        let (mut rest, mut weights): (&mut [Self], &[f32]) = (&mut all, weights);
        while let (Some((to, others)), Some((weight, more))) = (rest.split_first_mut(), weights.split_first())
        {
            *to = ratio.of_channel(*weight);
            (rest, weights) = (others, more);
        }
        all
    }

    /// The scale of one channel of a convolution or of a fully connected layer with a scale an output.
    ///
    /// The same as [`Self::from_real`] of `input * weight / output` in `f64`, found in integers: models derive thousands
    /// of these, and few microcontrollers compute with `f64`. A layer refuses one made from a scale that is negative,
    /// infinite or no number.
    #[must_use]
    pub const fn of_channel(input: f32, weight: f32, output: f32) -> Self {
        Ratio::new(input, output).of_channel(weight)
    }

    /// The scale of a fully connected layer that has one for all outputs: the product is rounded to `f32`.
    #[must_use]
    pub const fn per_tensor(input: f32, weight: f32, output: f32) -> Self {
        Ratio::new(input * weight, output).of_channel(1.0)
    }

    /// A fraction of 31 bits, or 2^31 where it was rounded up, and an exponent.
    #[inline]
    const fn limited(mut multiplier: u32, mut shift: i32) -> Self {
        if multiplier >> 31 != 0 {
            multiplier >>= 1;
            shift += 1;
        }
        if shift < Self::LEAST_SHIFT {
            return Self { multiplier: 0, shift: 0 };
        }
        if shift > Self::MOST_SHIFT {
            return Self::INVALID;
        }
        Self { multiplier: multiplier.cast_signed(), shift }
    }

    /// The fraction with 31 bits.
    #[must_use]
    pub const fn multiplier(self) -> i32 {
        self.multiplier
    }

    /// The power of two, positive for a multiplication.
    #[must_use]
    pub const fn shift(self) -> i32 {
        self.shift
    }

    /// Whether both roundings are defined for it.
    #[must_use]
    pub(crate) const fn is_valid(self) -> bool {
        self.shift <= Self::MOST_SHIFT
    }

    /// This scale, or an error that names it.
    pub(crate) const fn checked(self, field: &'static str) -> Result<Self, KernelError> {
        if self.is_valid() { Ok(self) } else { Err(KernelError::Scale { field }) }
    }

    /// This scale divided by a number of elements, the multiplier cut off, as TensorFlow Lite's mean has it.
    #[expect(clippy::cast_possible_truncation, reason = "the quotient is at most the multiplier times 2")]
    pub(crate) fn divided(self, count: usize) -> Result<Self, KernelError> {
        let count = u32::try_from(count).ok().filter(|count| *count > 0);
        let count = count.ok_or(KernelError::Mismatch { field: "elements of a mean" })?;
        let bits = count.ilog2().cast_signed().min(31 + self.shift);
        let multiplier = (i64::from(self.multiplier) << bits) / i64::from(count);
        Ok(Self { multiplier: multiplier as i32, shift: self.shift - bits })
    }

    /// The value scaled, rounded twice. Bits shifted out at the left are lost, as in TensorFlow Lite.
    #[must_use]
    #[inline]
    pub const fn apply(self, value: i32) -> i32 {
        let (left, right) =
            if self.shift > 0 { (self.shift.cast_unsigned(), 0) } else { (0, self.shift.unsigned_abs()) };
        rounding_shift(rounding_high_mul(value.wrapping_shl(left), self.multiplier), right)
    }

    /// The value scaled, rounded twice, where it is below 2^30 in magnitude and the scale below 1.
    #[inline]
    pub(crate) fn apply_small(self, value: i32) -> i32 {
        let right = self.shift.unsigned_abs() & 31;
        let high = arch::high_mul(value, self.multiplier);
        // Half, and for ties away from zero one less below it; neither where nothing is shifted out.
        let half = ((1_u32 << right) >> 1).cast_signed();
        let sign = (high >> 31) & if right == 0 { 0 } else { -1 };
        (high + sign + half) >> right
    }

    /// The value scaled, rounded once.
    #[must_use]
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "wraps where TensorFlow Lite's cast does")]
    pub const fn apply_once(self, value: i32) -> i32 {
        let shift = 31 - self.shift;
        ((value as i64 * self.multiplier as i64 + (1 << (shift - 1))) >> shift) as i32
    }
}

/// `round(a * b / 2^31)`, ties up. One of the two must not be `i32::MIN`.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "fits: one factor is above -2^31")]
pub(crate) const fn rounding_high_mul(a: i32, b: i32) -> i32 {
    ((a as i64 * b as i64 + (1 << 30)) >> 31) as i32
}

/// `round(value / 2^exponent)`, ties away from zero, `exponent` at most 31.
#[inline]
pub(crate) const fn rounding_shift(value: i32, exponent: u32) -> i32 {
    let mask = ((1_u32 << exponent) - 1).cast_signed();
    let remainder = value & mask;
    let threshold = (mask.cast_unsigned() >> 1).cast_signed() + (value < 0) as i32;
    (value >> exponent) + (remainder > threshold) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, on wide integers.
    fn slow(value: i32, multiplier: i32, shift: i32) -> i32 {
        let shifted = value.wrapping_shl(shift.max(0).cast_unsigned());
        let product = i128::from(shifted) * i128::from(multiplier);
        let nudge = if product >= 0 { 1 << 30 } else { 1 - (1 << 30) };
        let high = (product + nudge) / (1 << 31);
        let divisor = 1_i128 << (-shift).max(0);
        let half = divisor / 2;
        let rounded = if high >= 0 { (high + half) / divisor } else { -((-high + half) / divisor) };
        i32::try_from(rounded).unwrap()
    }

    #[test]
    fn a_scale_is_fraction_and_power_as_frexp_has_them() {
        let pair = |real| {
            let r = Requantizer::from_real(real);
            (r.multiplier, r.shift)
        };
        assert_eq!(pair(0.0), (0, 0));
        assert_eq!(pair(1.0), (1 << 30, 1));
        assert_eq!(pair(0.5), (1 << 30, 0));
        assert_eq!(pair(0.75), (3 << 29, 0));
        assert_eq!(pair(f64::from_bits(1.0_f64.to_bits() - 1)), (1 << 30, 1)); // rounds up to 2^31
        assert_eq!(pair(2.0_f64.powi(-32)), (1 << 30, -31));
        assert_eq!(pair(2.0_f64.powi(-33)), (0, 0));
        assert_eq!(pair(f64::MIN_POSITIVE / 8.0), (0, 0));
        for bad in [f64::NAN, f64::INFINITY, -1.0, 2.0_f64.powi(30)] {
            assert!(!Requantizer::from_real(bad).is_valid(), "{bad}");
        }
    }

    /// CMSIS-NN#184: a multiplier of 966 with shift 16 was taken for a fraction.
    #[test]
    fn a_multiplier_that_is_no_q31_fraction_is_refused() {
        assert_eq!(
            Requantizer::new(966, 16),
            Err(KernelError::Limit {
                field: "multiplier",
                found: 966,
                least: 1 << 30,
                most: i32::MAX.into()
            })
        );
        assert!(Requantizer::new(1 << 30, -32).is_err());
        assert!(Requantizer::new(1 << 30, -31).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 50 } else { 20_000 }))]
        #[test]
        fn double_rounding_is_the_definition(value: i32, multiplier in 1_i32 << 30..=i32::MAX, shift in -31..=30_i32) {
            prop_assert_eq!(Requantizer { multiplier, shift }.apply(value), slow(value, multiplier, shift));
        }

        #[test]
        fn small_values_round_twice_alike(value in 1 - (1_i32 << 30)..1 << 30, multiplier in 1_i32 << 30..=i32::MAX, shift in -31..=0_i32) {
            let requantizer = Requantizer { multiplier, shift };
            prop_assert_eq!(requantizer.apply_small(value), requantizer.apply(value));
        }

        #[test]
        fn single_rounding_is_the_definition(value in -1_i32 << 28..1 << 28, multiplier in 1_i32 << 30..=i32::MAX, shift in -31..=2_i32) {
            let exact = i128::from(value) * i128::from(multiplier);
            let divisor = 1_i128 << (31 - shift);
            let expected = i32::try_from((exact + divisor / 2).div_euclid(divisor)).unwrap();
            prop_assert_eq!(Requantizer { multiplier, shift }.apply_once(value), expected);
        }

        #[test]
        fn a_scale_is_within_half_a_unit_of_its_last_bit(real in 1e-9_f64..1e9) {
            let r = Requantizer::from_real(real);
            let back = f64::from(r.multiplier) * 2.0_f64.powi(r.shift - 31);
            prop_assert!((back - real).abs() <= real * 2.0_f64.powi(-31));
        }
    }
}
