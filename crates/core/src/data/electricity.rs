//! Emission factors of sources of electricity, and of a mix of them.

use core::fmt;

use super::{Basis, name, table};
use crate::range::Range;
use crate::sourced::{Sourced, text};
use crate::units::{GramsPerKilowattHour, Quantity};

/// A source's emission factor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ElectricityRow {
    /// Short name: `coal`, `wind`.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Least factor, g/kWh.
    pub low: f64,
    /// Median factor, g/kWh.
    pub mode: f64,
    /// Greatest factor, g/kWh.
    pub high: f64,
    /// The year of the factor.
    pub year: u16,
    /// What is counted.
    pub basis: Basis,
    /// Who publishes it.
    pub source: &'static str,
    /// On which terms.
    pub licence: &'static str,
}

impl ElectricityRow {
    /// The factor with its range, year and source; its upper end no more than a factor may be.
    #[must_use]
    pub fn factor(&self) -> Sourced<GramsPerKilowattHour> {
        let grams = |value: f64| GramsPerKilowattHour::wrap(value.min(GramsPerKilowattHour::LIMITS.high));
        let range = Range::new(grams(self.low), grams(self.mode), grams(self.high));
        Sourced {
            range: range.unwrap_or(Range::exact(grams(self.mode))),
            year: Some(self.year),
            source: text(self.source),
        }
    }
}

/// All sources.
#[must_use]
pub fn all() -> &'static [ElectricityRow] {
    table::ELECTRICITY
}

/// A source by its short or long name.
#[must_use]
pub fn find(text: &str) -> Option<&'static ElectricityRow> {
    all().iter().find(|row| name::same(row.code, text) || name::same(row.name, text))
}

/// Why shares are no mix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MixError {
    /// A share is negative or not a number.
    BadShare(f64),
    /// The shares don't sum to 1.
    Sum(f64),
}

impl fmt::Display for MixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadShare(share) => write!(f, "a share of {share} is not between 0 and 1"),
            Self::Sum(sum) => write!(f, "the shares sum to {sum}: they must sum to 1"),
        }
    }
}

impl core::error::Error for MixError {}

/// The factor of a mix: the mean of its parts', weighted by their shares, which sum to 1 (within 1e-9).
///
/// # Errors
/// [`MixError`] if a share is not between 0 and 1 or they sum to something else.
pub fn mix(parts: &[(Range<GramsPerKilowattHour>, f64)]) -> Result<Range<GramsPerKilowattHour>, MixError> {
    let (mut low, mut mode, mut high, mut sum) = (0.0, 0.0, 0.0, 0.0);
    for (factor, share) in parts {
        if !(0.0..=1.0).contains(share) {
            return Err(MixError::BadShare(*share));
        }
        low += share * factor.low().value();
        mode += share * factor.mode().value();
        high += share * factor.high().value();
        sum += share;
    }
    if (sum - 1.0).abs() > 1e-9 {
        return Err(MixError::Sum(sum));
    }
    Range::of(low, mode, high).map_err(|_| MixError::Sum(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecarbons_mix_is_its_documented_731_grams() {
        let exact = |value| Range::exact(GramsPerKilowattHour::new(value).unwrap());
        let parts = [(exact(995.0), 0.25), (exact(816.0), 0.35), (exact(743.0), 0.26), (exact(29.0), 0.14)];
        assert!((mix(&parts).unwrap().mode().value() - 731.59).abs() < 0.005);
        assert_eq!(mix(&parts[..3]), Err(MixError::Sum(0.25 + 0.35 + 0.26)));
        assert!(matches!(mix(&[(exact(1.0), -0.5)]), Err(MixError::BadShare(_))));
    }

    #[test]
    fn every_source_has_a_factor_with_range_and_source() {
        assert!(find("Coal").is_some() && find("wind").is_some() && find("peat bog").is_none());
        for row in all() {
            let factor = row.factor();
            assert_eq!(factor.range.mode().value(), row.mode, "{row:?}");
            assert!(!factor.source.is_empty());
        }
    }
}
