//! `%0.3f`, without the kilobytes that formatting floats takes.

use core::fmt;

/// A number with three decimals, as C prints it: rounded from its exact value, halves to even.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Thousandths(pub f32);

impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_sign_negative() && !self.0.is_nan() {
            f.write_str("-")?;
        }
        let Some(count) = thousandths(self.0) else {
            return f.write_str(if self.0.is_nan() { "nan" } else { "inf" });
        };
        write!(f, "{}.{:03}", count / 1000, count % 1000)
    }
}

/// Thousandths in a number's magnitude; none of one that is not finite, and the most that fit of one past 10^15.
fn thousandths(number: f32) -> Option<u64> {
    if !number.is_finite() {
        return None;
    }
    let bits = number.to_bits();
    let (exponent, fraction) = (bits >> 23 & 0xff, u64::from(bits & 0x007f_ffff));
    // The value is mantissa * 2^(shift - 150).
    let (mantissa, shift) = if exponent == 0 { (fraction, 1) } else { (fraction | 1 << 23, exponent) };
    let scaled = mantissa * 1000;
    if shift >= 150 {
        return Some(
            scaled
                .checked_shl(shift - 150)
                .filter(|count| count >> (shift - 150) == scaled)
                .unwrap_or(u64::MAX),
        );
    }
    // 34 bits at most: what is shifted out past them is less than half.
    let right = 150 - shift;
    if right > 40 {
        return Some(0);
    }
    let (whole, rest, half) = (scaled >> right, scaled & ((1 << right) - 1), 1 << (right - 1));
    Some(whole + u64::from(rest > half || rest == half && whole & 1 == 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn it_prints_what_the_standard_library_prints() {
        let mut state = 1_u32;
        for _ in 0..200_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let number = f32::from_bits(state);
            if number.abs() < 1e12 {
                assert_eq!(format!("{}", Thousandths(number)), format!("{number:.3}"), "{number:e}");
            }
        }
        for step in 0..=25_600_u16 {
            let number = f32::from(step) / 25_600.0;
            assert_eq!(format!("{}", Thousandths(number)), format!("{number:.3}"), "{number:e}");
        }
    }

    #[test]
    fn halves_go_to_even_as_in_c() {
        // 16/256 and 48/256 are exact halves of a thousandth.
        assert_eq!(format!("{}", Thousandths(0.0625)), "0.062");
        assert_eq!(format!("{}", Thousandths(0.1875)), "0.188");
        assert_eq!(format!("{}", Thousandths(255.0 / 256.0)), "0.996");
        assert_eq!(format!("{}", Thousandths(2.0 / 256.0)), "0.008");
    }

    #[test]
    fn what_is_not_finite_has_a_name() {
        assert_eq!(format!("{}", Thousandths(f32::NAN)), "nan");
        assert_eq!(format!("{}", Thousandths(f32::NEG_INFINITY)), "-inf");
        assert!(format!("{}", Thousandths(f32::MAX)).starts_with("18446744073709551"));
    }
}
