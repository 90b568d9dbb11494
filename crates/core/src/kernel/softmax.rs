//! Softmax over the innermost dimension, in fixed point. The output's scale is 1/256, its zero point -128.

use super::arch::rolled;
use super::error::{KernelError, elements};
use super::fixed_point::{exp_of_negative, high_mul, one_over_one_plus};
use super::pieces::{pieces, pieces_mut};
use super::quantization::{Clamp, Quantization};
use super::requantize::{Requantizer, rounding_shift};

/// Shape and scale of a softmax.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoftmaxSpec {
    /// Vectors.
    pub rows: usize,
    /// Elements of a vector.
    pub depth: usize,
    /// The factor of the exponent.
    pub beta: f32,
    /// How the input is stored.
    pub input: Quantization,
}

/// A softmax, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Softmax {
    rows: usize,
    depth: usize,
    multiplier: i32,
    left_shift: u32,
    /// The least difference from the maximum that counts.
    least: i32,
}

/// Integer bits of the scaled difference.
const DIFFERENCE_BITS: u32 = 5;
/// Half of a unit of the scaled difference, inverted: `2^(1 - 31 + DIFFERENCE_BITS)`.
const UNIT: f32 = 1.0 / (1 << (30 - DIFFERENCE_BITS)) as f32;
/// Integer bits of the sum of exponentials.
const SUM_BITS: u32 = 12;

impl Softmax {
    /// A softmax.
    ///
    /// # Errors
    /// [`KernelError`] if a vector has more than 4095 elements, whose exponentials might not fit in the sum, or if
    /// `beta * scale` is below 2^-26.
    pub fn new(spec: &SoftmaxSpec) -> Result<Self, KernelError> {
        spec.input.check("input scale")?;
        KernelError::limit("depth", spec.depth, 1, (1 << SUM_BITS) - 1)?;
        elements("shape", &[spec.rows, spec.depth])?;
        // beta * scale * 2^(31 - DIFFERENCE_BITS), halved: at its limit of 2^31 the exponent still fits.
        let half = match Requantizer::of_channel(spec.beta, spec.input.scale, UNIT) {
            half if half.is_valid() => half,
            _ if spec.beta > 0.0 && spec.beta.is_finite() => Requantizer::new(i32::MAX, 30)?,
            _ => return Err(KernelError::Scale { field: "input scale times beta" }),
        };
        let above_one = half.shift() > 0 || half.shift() == 0 && half.multiplier() > 1 << 30;
        let left_shift = u32::try_from(half.shift() + 1).ok().filter(|_| above_one);
        let left_shift = left_shift.ok_or(KernelError::Scale { field: "input scale times beta" })?;
        let radius = ((1_i64 << DIFFERENCE_BITS) - 1) << (31 - DIFFERENCE_BITS) >> left_shift;
        let least = i32::try_from(-radius).unwrap_or(i32::MIN);
        Ok(Self { rows: spec.rows, depth: spec.depth, multiplier: half.multiplier(), left_shift, least })
    }

    /// Elements of input and output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        self.rows * self.depth
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8]) {
        let len = self.output_len();
        let (Some(input), Some(output)) = (input.get(..len), output.get_mut(..len)) else {
            return;
        };
        for (input, output) in pieces(input, self.depth).zip(pieces_mut(output, self.depth)) {
            self.row(input, output);
        }
    }

    /// The exponential of an element's distance from the maximum, in Q0, where it counts.
    #[inline(never)]
    fn exponential(&self, x: i8, most: i32) -> Option<i32> {
        let difference = i32::from(x) - most;
        (difference >= self.least).then(|| {
            let scaled = high_mul(difference.wrapping_shl(self.left_shift), self.multiplier);
            exp_of_negative(scaled, DIFFERENCE_BITS)
        })
    }

    fn row(&self, input: &[i8], output: &mut [i8]) {
        let mut most = i8::MIN;
        for x in input {
            rolled();
            most = most.max(*x);
        }
        let most = most.into();
        let mut sum = 0_i32;
        for x in input {
            if let Some(e) = self.exponential(*x, most) {
                sum = sum.wrapping_add(rounding_shift(e, SUM_BITS));
            }
        }
        // The sum is at least 1: its highest bit is 2^(31 - SUM_BITS) or above.
        let headroom = sum.leading_zeros();
        let fraction = sum.cast_unsigned().wrapping_shl(headroom).wrapping_sub(1 << 31).cast_signed();
        let reciprocal = one_over_one_plus(fraction);
        let exponent = (SUM_BITS + 31 - 8).saturating_sub(headroom).min(31);
        for (x, output) in input.iter().zip(output) {
            *output = self.exponential(*x, most).map_or(i8::MIN, |e| {
                Clamp::FULL.apply(rounding_shift(high_mul(reciprocal, e), exponent) - 128)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_inputs_share_the_probability() {
        let input = Quantization { scale: 0.1, zero_point: 3 };
        let softmax = Softmax::new(&SoftmaxSpec { rows: 2, depth: 4, beta: 1.0, input }).unwrap();
        let mut output = [0; 8];
        softmax.run(&[7, 7, 7, 7, -128, 127, -128, -128], &mut output);
        assert_eq!(output, [-64, -64, -64, -64, -128, 127, -128, -128]);
    }

    /// TensorFlow Lite limits `beta * scale * 2^26` to `2^31 - 1`, and takes what is above 1.
    #[test]
    fn the_scale_is_limited_and_must_leave_bits() {
        let softmax = |scale, beta| {
            let input = Quantization { scale, zero_point: 0 };
            Softmax::new(&SoftmaxSpec { rows: 1, depth: 2, beta, input })
        };
        assert_eq!(softmax(31.999_998, 1.0).unwrap().multiplier, i32::MAX - 127);
        for real in [32.0, 1e30] {
            let softmax = softmax(real, 1.0).unwrap();
            assert_eq!((softmax.multiplier, softmax.left_shift), (i32::MAX, 31), "{real}");
        }
        let least = 1.0 / 67_108_864.0;
        assert!(softmax(least, 1.0).is_err());
        assert_eq!(softmax(least, 1.5).unwrap().left_shift, 1);
        assert!(softmax(0.1, -1.0).is_err() && softmax(0.1, f32::NAN).is_err());
    }

    #[test]
    fn a_depth_whose_sum_might_overflow_is_refused() {
        let input = Quantization { scale: 0.1, zero_point: 3 };
        let error = Softmax::new(&SoftmaxSpec { rows: 1, depth: 4096, beta: 1.0, input }).unwrap_err();
        assert_eq!(std::format!("{error}"), "depth is 4096, outside 1 to 4095");
    }
}
