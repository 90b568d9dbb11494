//! A requantizer from scales: `input * weight / output` in `f64`, cut to 31 bits, found in integers.
//!
//! The product of two `f32` is exact in `f64`, so that two roundings are to be done: the quotient's to 53 bits, ties to
//! even, and the multiplier's to 31 bits, ties away from zero. The first only matters where the quotient is less than half
//! a unit of the 53rd bit below a tie of the second. What is not that near is found from a fraction of 64 bits, prepared
//! once for all channels; the rest bit by bit.

use super::Requantizer;

/// `input / output`, prepared for the weight scale of each channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ratio {
    input: f32,
    output: f32,
    /// `fraction * 2^(exponent - 64)`, cut off, the highest bit set; 0 where a scale is not a normal number.
    fraction: u64,
    exponent: i32,
}

impl Ratio {
    #[inline(never)]
    pub(crate) const fn new(input: f32, output: f32) -> Self {
        let unknown = Self { input, output, fraction: 0, exponent: 0 };
        let (Some((dividend, exponent)), Some((divisor, output_exponent))) = (normal(input), normal(output))
        else {
            return unknown;
        };
        // Both have 24 bits: the quotient is above 1/2 and below 2, each rest has 24 bits and room for 8 more.
        let above_one = dividend >= divisor;
        let mut rest = if above_one { dividend - divisor } else { dividend };
        // The 1 is shifted out by the eighth digit; a loop whose rounds the compiler can't count stays one.
        let mut fraction = 1_u64;
        loop {
            let last = fraction >> 56 != 0;
            let Some(digit) = (rest << 8).checked_div(divisor) else { return unknown };
            fraction = fraction << 8 | digit as u64;
            rest = (rest << 8) - digit * divisor;
            if last {
                break;
            }
        }
        let mut exponent = exponent - output_exponent;
        if above_one {
            fraction = 1 << 63 | fraction >> 1;
            exponent += 1;
        }
        Self { input, output, fraction, exponent }
    }

    /// The scale of a channel. As [`Requantizer::of_channel`].
    #[cfg_attr(armv7em, inline(never))]
    #[cfg_attr(not(armv7em), inline)]
    #[expect(clippy::cast_possible_truncation, reason = "halves of 64 bits")]
    pub(crate) const fn of_channel(&self, weight: f32) -> Requantizer {
        /// More than half a unit of the 53rd bit of 64, and more than what has been cut off.
        const MARGIN: u32 = 1 << 12;
        let Some((mantissa, exponent)) = normal(weight) else { return self.bit_by_bit(weight) };
        let (high, low) = ((self.fraction >> 32) as u32, self.fraction as u32);
        let weight_bits = (mantissa << 8) as u64;
        // Below the product by less than 2.
        let mut product = high as u64 * weight_bits + ((low as u64 * weight_bits) >> 32);
        let mut exponent = self.exponent + exponent + 24;
        if product >> 63 == 0 {
            product <<= 1;
            exponent -= 1;
        }
        let (high, low) = ((product >> 32) as u32, product as u32);
        if self.fraction == 0 || high & 1 == 0 && low >= 0_u32.wrapping_sub(MARGIN) {
            return self.bit_by_bit(weight);
        }
        Requantizer::limited((high >> 1) + (high & 1), exponent)
    }

    /// The definition: a division to 54 bits and a rest, then the two roundings.
    #[cold]
    #[inline(never)]
    #[expect(clippy::cast_possible_truncation, reason = "31 or 32 bits are left")]
    #[expect(clippy::cast_possible_wrap, reason = "less than 64 zeros lead")]
    const fn bit_by_bit(&self, weight: f32) -> Requantizer {
        let (Some((a, a_exponent)), Some((b, b_exponent)), Some((c, c_exponent))) =
            (finite(self.input), finite(weight), finite(self.output))
        else {
            return Requantizer::INVALID;
        };
        let (product, divisor) = (a as u64 * b as u64, c as u64);
        if divisor == 0 {
            return Requantizer::INVALID;
        }
        if product == 0 {
            return Requantizer { multiplier: 0, shift: 0 };
        }
        // 63 bits each, so that twice the rest has room.
        let mut rest = product << (product.leading_zeros() - 1);
        let zeros = divisor.leading_zeros() as i32 - product.leading_zeros() as i32;
        let divisor = divisor << (divisor.leading_zeros() - 1);
        let mut exponent = a_exponent + b_exponent - c_exponent + zeros;
        if rest < divisor {
            rest <<= 1;
            exponent -= 1;
        }
        let (mut quotient, mut bits) = (0_u64, 54);
        while bits > 0 {
            (quotient, rest) = next_bit(quotient, rest, divisor);
            bits -= 1;
        }
        let up = quotient & 1 == 1 && (rest != 0 || quotient & 2 == 2);
        let rounded = (quotient >> 1) + up as u64;
        Requantizer::limited(((rounded + (1 << 21)) >> 22) as u32, exponent + 1)
    }
}

/// A bit more of a quotient, and the rest.
#[inline(never)] // A loop around it stays small.
const fn next_bit(quotient: u64, rest: u64, divisor: u64) -> (u64, u64) {
    let fits = rest >= divisor;
    (quotient << 1 | fits as u64, (if fits { rest - divisor } else { rest }) << 1)
}

/// `mantissa * 2^exponent` with 24 bits of mantissa; none for what is not positive, finite and normal.
const fn normal(real: f32) -> Option<(u32, i32)> {
    let bits = real.to_bits();
    let exponent = bits >> 23;
    if exponent == 0 || exponent >= 0xff {
        return None;
    }
    Some((bits & 0x7f_ffff | 0x80_0000, exponent.cast_signed() - 150))
}

/// As [`normal`], with fewer bits of mantissa for 0 and numbers near it.
const fn finite(real: f32) -> Option<(u32, i32)> {
    match real.to_bits() {
        bits if bits >> 23 == 0 => Some((bits, -149)),
        _ => normal(real),
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bits of random numbers")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn defined(input: f32, weight: f32, output: f32) -> Requantizer {
        Requantizer::from_real(f64::from(input) * f64::from(weight) / f64::from(output))
    }

    fn scale(bits: u32) -> f32 {
        f32::from_bits(bits & 0x7f_ffff | (80 + (bits >> 24 & 63)) << 23)
    }

    /// `SplitMix64`.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    #[test]
    fn random_scales_give_what_f64_gives() {
        let mut state = 1;
        for _ in 0..if cfg!(miri) { 100 } else { 1_000_000 } {
            let (ab, c) = (random(&mut state), random(&mut state));
            let [input, weight, output] = [ab as u32, (ab >> 32) as u32, c as u32].map(scale);
            let found = Requantizer::of_channel(input, weight, output);
            assert_eq!(found, defined(input, weight, output), "{input:e} {weight:e} {output:e}");
            let slow = Ratio::new(input, output).bit_by_bit(weight);
            assert_eq!(found, slow, "{input:e} {weight:e} {output:e}");
        }
    }

    /// Few bits: quotients that are ties, powers of two, or next to one.
    #[test]
    fn round_scales_give_what_f64_gives() {
        let mut state = 2;
        for _ in 0..if cfg!(miri) { 100 } else { 300_000 } {
            let (ab, c) = (random(&mut state), random(&mut state));
            let [input, weight, output] = [ab as u32, (ab >> 32) as u32, c as u32].map(|bits| {
                let few = bits & 0xff00_003f;
                scale(if bits >> 23 & 1 == 1 { few ^ 0x7f_ffc0 } else { few })
            });
            let found = Requantizer::of_channel(input, weight, output);
            assert_eq!(found, defined(input, weight, output), "{input:e} {weight:e} {output:e}");
        }
    }

    /// `x` with `a * x = 1 mod m`.
    fn inverse(a: i128, m: i128) -> Option<i128> {
        let (mut r, mut next_r, mut x, mut next_x) = (m, a % m, 0, 1);
        while next_r != 0 {
            let q = r / next_r;
            (r, next_r) = (next_r, r - q * next_r);
            (x, next_x) = (next_x, x - q * next_x);
        }
        (r == 1).then_some(x.rem_euclid(m))
    }

    /// Mantissas with `a * b * 2^k = m * c - r`, `m` an odd number of 32 bits: the quotient is `r / c` of a unit of the
    /// 32nd bit below a tie, so that for small `r` the 53rd bit is rounded up to it.
    #[test]
    fn quotients_next_to_a_tie_give_what_f64_gives() {
        let (mut state, mut found, mut rounded_up) = (3, 0, 0);
        for _ in 0..if cfg!(miri) { 500 } else { 100_000 } {
            let bits = random(&mut state);
            let a = (bits & 0x7f_ffff | 0x80_0001) as i128;
            let c = (bits >> 24 & 0x7f_ffff | 0x80_0001) as i128;
            let r = (bits >> 60) as i128 - 7;
            if r % 2 == 0 {
                continue;
            }
            for k in 7..10 {
                let modulus = a << k;
                let Some(inverse) = inverse(c, modulus) else { continue };
                let m = (r * inverse).rem_euclid(modulus);
                let b = (m * c - r) / modulus;
                if !(1 << 31..1 << 32).contains(&m) || !(1 << 23..1 << 24).contains(&b) {
                    continue;
                }
                let [a, b, c] = [a, b, c].map(|mantissa| scale(47 << 24 | mantissa as u32 & 0x7f_ffff));
                let requantizer = Requantizer::of_channel(a, b, c);
                assert_eq!(requantizer, defined(a, b, c), "{a:e} {b:e} {c:e}");
                found += 1;
                rounded_up += i32::from(r > 0 && requantizer.multiplier() == ((m + 1) / 2) as i32);
            }
        }
        assert!(cfg!(miri) || found > 1000 && rounded_up > 100, "{found} found, {rounded_up} rounded up");
    }

    proptest! {
        #[test]
        fn all_scales_give_what_f64_gives(bits: [u32; 3]) {
            let [input, weight, output] = bits.map(|bits| f32::from_bits(bits & 0x7fff_ffff));
            prop_assume!(output.is_finite());
            prop_assert_eq!(Requantizer::of_channel(input, weight, output), defined(input, weight, output));
        }
    }

    #[test]
    fn what_is_no_scale_is_invalid() {
        for bad in [-1.0, -0.0, f32::NAN, f32::INFINITY] {
            assert!(!Requantizer::of_channel(bad, 1.0, 1.0).is_valid(), "{bad}");
            assert!(!Requantizer::of_channel(1.0, bad, 1.0).is_valid(), "{bad}");
            assert!(!Requantizer::of_channel(1.0, 1.0, bad).is_valid(), "{bad}");
        }
        assert!(!Requantizer::of_channel(1.0, 1.0, 0.0).is_valid());
        let tiny = f32::from_bits(1);
        assert_eq!(Requantizer::of_channel(tiny, 1.0, tiny), Requantizer::of_channel(1.0, 1.0, 1.0));
        assert_eq!(Requantizer::of_channel(0.0, 1.0, tiny), Requantizer::default());
    }
}
