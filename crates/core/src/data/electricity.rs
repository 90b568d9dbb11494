//! Grams of CO2 equivalent a kilowatt-hour of one kind of power station emits over its life, for an own mix.

use core::fmt;

use super::Basis;
use super::lookup::{self, Names, Row, Unknown};
use super::table_electricity::ROWS;
use crate::range::Range;
use crate::site::Gas;
use crate::sourced::{Sourced, joined};
use crate::units::{GramsPerKilowattHour, Quantity};

/// A kind of power station and its emission factor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ElectricityRow {
    /// Short name.
    pub code: &'static str,
    /// Name in English.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// Least value of the studies, g/kWh.
    pub low: f64,
    /// Median of the studies, g/kWh.
    pub mode: f64,
    /// Greatest value of the studies, g/kWh, at most 1500.
    pub high: f64,
    /// Year of publication.
    pub year: u16,
    /// What is counted.
    pub basis: Basis,
    /// Which gases are counted.
    pub gas: Gas,
    /// Publication and table.
    pub source: &'static str,
    /// Terms that the numbers are published under.
    pub licence: &'static str,
}

/// A text that names no source of electricity.
pub type UnknownElectricity = Unknown<ElectricityRow>;

impl Row for ElectricityRow {
    const KIND: &'static str = "source of electricity";
    const ADVICE: &'static str =
        "give coal, gas, oil, biomass, nuclear, hydro, geothermal, ocean, solar or wind";

    fn names(&self) -> Names {
        let Self { code, name, aliases, .. } = *self;
        Names { code, name, iso3: None, aliases }
    }
}

impl ElectricityRow {
    /// The factor with its range, year and source; the source says what is counted.
    #[must_use]
    pub fn factor(&self) -> Sourced<GramsPerKilowattHour> {
        // It fits: a test holds every row's source against the text's length.
        let source = joined(&[self.basis.word(), ": ", self.source]);
        Sourced::recorded((self.low, self.mode, self.high), self.year, source)
    }
}

/// The source of electricity that `text` names: `coal`, `wind_offshore`, `natural gas`.
///
/// # Errors
/// [`UnknownElectricity`] with the nearest row.
pub fn find(text: &str) -> Result<&'static ElectricityRow, UnknownElectricity> {
    lookup::find(&ROWS, text)
}

/// Every source of electricity, by code.
#[must_use]
pub fn all() -> &'static [ElectricityRow] {
    &ROWS
}

/// How far the shares of a mix may be from 1 in sum: rounding of a hundred decimal shares, not a forgotten one.
pub const SHARES_TOLERANCE: f64 = 1e-9;

/// Why shares are no mix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MixError {
    /// A share is negative, above 1 or not a number.
    Share {
        /// Which share, from 0.
        index: usize,
        /// The share.
        share: f64,
    },
    /// The shares' sum is not 1.
    Sum {
        /// The sum.
        sum: f64,
    },
}

impl fmt::Display for MixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { index, share } => write!(f, "share {index} is {share}: it must be from 0 to 1"),
            Self::Sum { sum } => write!(f, "the shares sum to {sum}, not to 1"),
        }
    }
}

impl core::error::Error for MixError {}

/// Emission factor of a mix of factors, each with its share of the energy: `EF = sum of share * factor`.
///
/// Low is the mix of the lows, high that of the highs. Shares add up to 1 within [`SHARES_TOLERANCE`].
///
/// # Errors
/// [`MixError`] where a share is not from 0 to 1, or the shares don't add up to 1.
pub fn mix(parts: &[(Range<GramsPerKilowattHour>, f64)]) -> Result<Range<GramsPerKilowattHour>, MixError> {
    let (mut sum, mut low, mut mode, mut high) = (0.0, 0.0, 0.0, 0.0);
    for (index, (factor, share)) in parts.iter().enumerate() {
        if !(0.0..=1.0).contains(share) {
            return Err(MixError::Share { index, share: *share });
        }
        sum += share;
        low += share * factor.low().value();
        mode += share * factor.mode().value();
        high += share * factor.high().value();
    }
    if (sum - 1.0).abs() > SHARES_TOLERANCE {
        return Err(MixError::Sum { sum });
    }
    // The tolerance of the sum may carry a mix of the highest factors over the limit.
    let wrap = |grams: f64| GramsPerKilowattHour::wrap(grams.min(GramsPerKilowattHour::LIMITS.high));
    // The order holds: rounding doesn't turn `a <= b` round in products with a share or in sums.
    Ok(Range::new(wrap(low), wrap(mode), wrap(high)).unwrap_or(Range::exact(wrap(mode))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    fn grams(value: f64) -> Range<GramsPerKilowattHour> {
        Range::exact(GramsPerKilowattHour::new(value).unwrap())
    }

    #[test]
    fn every_name_of_every_row_finds_that_row_alone() {
        for row in all() {
            for name in [row.code, row.name].iter().chain(row.aliases) {
                assert_eq!(find(name).unwrap(), row, "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_source_offers_the_nearest() {
        assert_eq!(
            find("nucelar").unwrap_err().to_string(),
            "unknown source of electricity; did you mean `nuclear` (Nuclear)?"
        );
        for row in all() {
            let family = row.code.split('_').next().unwrap();
            assert!(ElectricityRow::ADVICE.contains(family), "{family}");
        }
    }

    #[test]
    fn every_factor_keeps_its_numbers_and_its_whole_source() {
        for row in all() {
            let factor = row.factor();
            assert_eq!(factor.range, Range::of(row.low, row.mode, row.high).unwrap(), "{}", row.code);
            assert!(factor.source.starts_with("life cycle: "), "{}", row.code);
            assert!(factor.source.ends_with(row.source), "{}: {}", row.code, factor.source);
            assert_eq!(row.gas, Gas::Co2e);
        }
    }

    #[test]
    fn codecarbon_mix_of_coal_oil_gas_and_nuclear_is_731_59_grams() {
        let own =
            mix(&[(grams(995.0), 0.25), (grams(816.0), 0.35), (grams(743.0), 0.26), (grams(29.0), 0.14)]);
        assert!((own.unwrap().mode().value() - 731.59).abs() < 1e-9);
    }

    #[test]
    fn a_mix_keeps_the_ranges_of_its_parts() {
        let coal = find("coal").unwrap().factor().range;
        let wind = find("wind").unwrap().factor().range;
        let half = mix(&[(coal, 0.5), (wind, 0.5)]).unwrap();
        assert_eq!(half, Range::of(373.5, 415.5, 483.0).unwrap());
    }

    #[test]
    fn shares_that_are_no_mix_are_refused_with_their_number() {
        let (a, b) = (grams(1.0), grams(2.0));
        for (error, text) in [
            (mix(&[]).unwrap_err(), "the shares sum to 0, not to 1"),
            (mix(&[(a, 0.5), (b, 0.25)]).unwrap_err(), "the shares sum to 0.75, not to 1"),
            (mix(&[(a, 1.5), (b, -0.5)]).unwrap_err(), "share 0 is 1.5: it must be from 0 to 1"),
            (mix(&[(a, 1.0), (b, f64::NAN)]).unwrap_err(), "share 1 is NaN: it must be from 0 to 1"),
        ] {
            assert_eq!(error.to_string(), text);
        }
        assert!(mix(&[(a, 0.1); 10]).is_ok(), "ten tenths are one, but for rounding");
        assert!(mix(&[(a, 1.0), (b, 2e-9)]).is_err());
    }

    #[test]
    fn a_mix_of_the_highest_factors_stays_at_the_limit() {
        let top = grams(1500.0);
        assert_eq!(mix(&[(top, 1.0), (top, 0.9e-9)]).unwrap(), top);
    }
}
