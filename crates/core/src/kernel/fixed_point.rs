//! Exponential, logistic and hyperbolic tangent in fixed point.
//!
//! Numbers with `n` integer and `31 - n` fractional bits, written Qn. [gemmlowp, `fixedpoint/fixedpoint.h`]

use super::requantize::{rounding_high_mul, rounding_shift};

/// The product of two fractions.
#[cfg_attr(any(armv7em, armv7m, armv6m), inline(never))] // A dozen of them.
#[cfg_attr(not(any(armv7em, armv7m, armv6m)), inline)]
pub(crate) const fn high_mul(a: i32, b: i32) -> i32 {
    rounding_high_mul(a, b)
}

/// 1 in Q2.
const ONE_Q2: i32 = 1 << 29;

/// `value * 2^exponent`, saturating.
fn saturating_shl(value: i32, exponent: u32) -> i32 {
    let shifted = i64::from(value) << exponent;
    i32::try_from(shifted).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}

/// `exp(a)` in Q0 for `-1/4 <= a < 0` in Q0: a polynomial of degree 4 around -1/8.
fn exp_of_small(a: i32) -> i32 {
    const EXP_OF_MINUS_EIGHTH: i32 = 1_895_147_668;
    const THIRD: i32 = 715_827_883;
    let x = a.wrapping_add(1 << 28);
    let x2 = high_mul(x, x);
    let x3 = high_mul(x2, x);
    let x4 = high_mul(x2, x2);
    let quarter_x4 = rounding_shift(x4, 2);
    // x^4 / 24 + x^3 / 6 + x^2 / 2
    let higher = rounding_shift(high_mul(quarter_x4.wrapping_add(x3), THIRD).wrapping_add(x2), 1);
    EXP_OF_MINUS_EIGHTH.wrapping_add(high_mul(EXP_OF_MINUS_EIGHTH, x.wrapping_add(higher)))
}

/// `exp(a)` in Q0 for `a <= 0` in Q`integer_bits`, at most 5.
pub(crate) fn exp_of_negative(a: i32, integer_bits: u32) -> i32 {
    /// Exponents of two and the exponential of minus their power, in Q0.
    const FACTORS: [(i32, i32); 7] = [
        (-2, 1_672_461_947),
        (-1, 1_302_514_674),
        (0, 790_015_084),
        (1, 290_630_308),
        (2, 39_332_535),
        (3, 720_401),
        (4, 242),
    ];
    if a == 0 {
        return i32::MAX;
    }
    let fractional_bits = 31 - integer_bits;
    let quarter = 1_i32 << (fractional_bits - 2);
    let fraction = (a & (quarter - 1)) - quarter;
    let mut result = exp_of_small(saturating_shl(fraction, integer_bits));
    let remainder = fraction.wrapping_sub(a);
    for (exponent, factor) in FACTORS {
        if exponent < integer_bits.cast_signed() {
            let bit = fractional_bits.wrapping_add_signed(exponent);
            if remainder & 1_i32.wrapping_shl(bit) != 0 {
                result = high_mul(result, factor);
            }
        }
    }
    result
}

/// `1 / (2 * d)` in Q2 for `1/2 <= d < 1` where `d = (a + 1) / 2`: three steps of Newton's method.
fn half_reciprocal(a: i32) -> i32 {
    const C48_OVER_17: i32 = 1_515_870_810;
    const MINUS_32_OVER_17: i32 = -1_010_580_540;
    let sum = i64::from(a) + i64::from(i32::MAX);
    let sign = if sum >= 0 { 1 } else { -1 };
    let denominator = i32::try_from((sum + sign) / 2).unwrap_or(i32::MAX);
    let mut x = C48_OVER_17.wrapping_add(high_mul(denominator, MINUS_32_OVER_17));
    for _ in 0..3 {
        let error = ONE_Q2.wrapping_sub(high_mul(denominator, x));
        x = x.wrapping_add(saturating_shl(high_mul(x, error), 2));
    }
    x
}

/// `1 / (1 + a)` in Q0 for `0 <= a <= 1` in Q0.
pub(crate) fn one_over_one_plus(a: i32) -> i32 {
    saturating_shl(half_reciprocal(a), 1)
}

/// `1 / (1 + exp(-a))` in Q0, `a` in Q4.
pub(crate) fn logistic(a: i32) -> i32 {
    if a == 0 {
        return 1 << 30;
    }
    let positive = one_over_one_plus(exp_of_negative(a.wrapping_abs().wrapping_neg(), 4));
    if a > 0 { positive } else { i32::MAX.wrapping_sub(positive) }
}

/// `tanh(a)` in Q0, `a` in Q4.
pub(crate) fn tanh(a: i32) -> i32 {
    if a == 0 {
        return 0;
    }
    // (1 - e) / (1 + e) with e = exp(-2 |a|): the same bits, one more of them for the integer part.
    let e = exp_of_negative(a.wrapping_abs().wrapping_neg(), 5);
    let positive = saturating_shl(half_reciprocal(e).wrapping_sub(ONE_Q2), 2);
    if a > 0 { positive } else { positive.wrapping_neg() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_are_near_the_real_ones() {
        let q0 = |value: i32| f64::from(value) / 2.0_f64.powi(31);
        for step in (-4000..=4000_i32).step_by(if cfg!(miri) { 250 } else { 1 }) {
            let raw = step * 500_000;
            let x = f64::from(raw) / 2.0_f64.powi(27);
            assert!((q0(logistic(raw)) - 1.0 / (1.0 + (-x).exp())).abs() < 1e-6, "logistic {x}");
            assert!((q0(tanh(raw)) - x.tanh()).abs() < 1e-6, "tanh {x}");
            if raw <= 0 {
                assert!((q0(exp_of_negative(raw, 4)) - x.exp()).abs() < 1e-6, "exp {x}");
            }
        }
    }
}
