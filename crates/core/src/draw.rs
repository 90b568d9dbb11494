//! Random draws that are the same everywhere: no state, no seed but a number, `libm` for the rest.
//!
//! Draw `n` of stream `k` is a hash of seed, `n` and `k`; each input has a stream of its own. So an input that three
//! stages share is drawn once and moves them together, and one input more or less leaves the draws of the others as they
//! were.

use crate::range::Range;
use crate::units::Quantity;

/// How an input spreads between its low and high value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Shape {
    /// Density rises from low to the mode and falls to high.
    Triangular,
    /// Every value is as likely: where a source gives borders and no best value.
    Uniform,
    /// The logarithm is triangular: for factors, whose half and double are as far away. Triangular where low is 0.
    LogTriangular,
}

/// A number in `[0, 1)`, the same for the same arguments on every machine.
///
/// `SplitMix64`'s output function [Steele, Lea, Flood 2014], applied to a counter made of all three arguments.
#[must_use]
pub fn unit(seed: u64, draw: u64, stream: u64) -> f64 {
    /// 2^64 over the golden ratio, `SplitMix64`'s increment.
    const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;
    let state = mix(seed.wrapping_add(GAMMA.wrapping_mul(stream.wrapping_add(1))));
    let bits = mix(state.wrapping_add(GAMMA.wrapping_mul(draw.wrapping_add(1))));
    // The upper 53 bits, as a multiple of 2^-53: exact.
    (bits >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Shape {
    /// The value below which a share `share` of the draws lies; `share` in `[0, 1]`.
    #[must_use]
    pub fn quantile<Q: Quantity>(self, range: &Range<Q>, share: f64) -> f64 {
        self.spread(range).quantile(share)
    }

    /// What all draws of an input have in common.
    #[must_use]
    pub fn spread<Q: Quantity>(self, range: &Range<Q>) -> Spread {
        let (low, mode, high) = (range.low().value(), range.mode().value(), range.high().value());
        let curve = match self {
            _ if range.is_exact() => Curve::Point,
            Self::Uniform => Curve::Flat,
            Self::LogTriangular if low > 0.0 => {
                Curve::LogTriangle(libm::log(low), libm::log(mode), libm::log(high))
            }
            Self::Triangular | Self::LogTriangular => Curve::Triangle,
        };
        Spread { low, mode, high, curve }
    }
}

/// A range with its shape, ready to be drawn from many times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    low: f64,
    mode: f64,
    high: f64,
    curve: Curve,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Curve {
    /// An exact value.
    Point,
    Flat,
    Triangle,
    /// A triangle over the logarithms of low, mode and high.
    LogTriangle(f64, f64, f64),
}

impl Spread {
    /// Draw `draw` of a stream.
    #[must_use]
    pub fn draw(&self, seed: u64, draw: u64, stream: u64) -> f64 {
        if self.curve == Curve::Point { self.mode } else { self.quantile(unit(seed, draw, stream)) }
    }

    /// The value below which a share `share` of the draws lies; `share` in `[0, 1]`.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        let Self { low, mode, high, .. } = *self;
        let value = match self.curve {
            Curve::Point => return mode,
            Curve::Flat => low + share * (high - low),
            Curve::Triangle => triangular(low, mode, high, share),
            Curve::LogTriangle(low, mode, high) => libm::exp(triangular(low, mode, high, share)),
        };
        // Rounding must not carry a draw past what the input allows.
        value.max(low).min(high)
    }
}

/// Inverse of the triangular distribution's cumulative function; `low < high`.
fn triangular(low: f64, mode: f64, high: f64, share: f64) -> f64 {
    let width = high - low;
    let rise = mode - low;
    if share * width < rise {
        low + root(share * width * rise)
    } else {
        high - root((1.0 - share) * width * (high - mode))
    }
}

/// The square root. Its one correct answer is what the instruction and the software both give.
#[cfg(feature = "std")]
fn root(number: f64) -> f64 {
    number.sqrt()
}

#[cfg(not(feature = "std"))]
fn root(number: f64) -> f64 {
    libm::sqrt(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: u64 = if cfg!(miri) { 200 } else { 20_000 };

    #[test]
    fn split_mix_64_gives_its_published_numbers() {
        // First outputs for seed 1234567, from the reference implementation at prng.di.unimi.it.
        const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;
        let output = |n: u64| mix(1_234_567_u64.wrapping_add(GAMMA.wrapping_mul(n)));
        assert_eq!(
            [output(1), output(2), output(3)],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn draws_lie_inside_and_have_the_distributions_mean() {
        let range = Range::<f64>::of(1.0, 2.0, 6.0).unwrap();
        for (shape, mean) in [(Shape::Triangular, 3.0), (Shape::Uniform, 3.5)] {
            let mut sum = 0.0;
            for draw in 0..DRAWS {
                let value = shape.quantile(&range, unit(7, draw, 0));
                assert!((1.0..=6.0).contains(&value), "{value}");
                sum += value;
            }
            let got = sum / DRAWS as f64;
            // Standard error of the mean is at most 1.5 / sqrt(DRAWS); five of them.
            assert!((got - mean).abs() < 7.5 / libm::sqrt(DRAWS as f64), "{shape:?}: {got}");
        }
    }

    #[test]
    fn a_quantile_at_the_mode_is_where_the_triangle_says() {
        let range = Range::<f64>::of(0.0, 1.0, 4.0).unwrap();
        assert!((Shape::Triangular.quantile(&range, 0.25) - 1.0).abs() < 1e-15);
        assert_eq!(Shape::Triangular.quantile(&range, 0.0), 0.0);
        assert_eq!(Shape::Triangular.quantile(&range, 1.0), 4.0);
        let factor = Range::<f64>::of(0.25, 1.0, 4.0).unwrap();
        assert!((Shape::LogTriangular.quantile(&factor, 0.5) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn inputs_are_independent_streams() {
        let mean: f64 =
            (0..DRAWS).map(|n| (unit(1, n, 0) - 0.5) * (unit(1, n, 1) - 0.5)).sum::<f64>() / DRAWS as f64;
        assert!(mean.abs() < 5.0 / 12.0 / libm::sqrt(DRAWS as f64), "{mean}");
    }
}
