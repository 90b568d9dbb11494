//! Grams of CO2 equivalent a kilowatt-hour of a place's electricity emits, average of a year.

use super::Basis;
use super::lookup::{self, Names, Row, Unknown};
use super::table_grid::ROWS;
use crate::site::{Gas, Site};
use crate::sourced::{Sourced, Text, joined, text};
use crate::units::{GramsPerKilowattHour, Pue};

/// A place and its electricity's emission factor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GridRow {
    /// ISO 3166-1 alpha-2 for a country, ISO 3166-2 for a Chinese province or a US state, `gcp:` and the region for a
    /// Google Cloud region, `WORLD`.
    pub code: &'static str,
    /// ISO 3166-1 alpha-3, for a country.
    pub iso3: Option<&'static str>,
    /// Name in English.
    pub name: &'static str,
    /// Other names, the country's own among them.
    pub aliases: &'static [&'static str],
    /// Least value since 2020 among the data sets, g/kWh.
    pub low: Hundredths,
    /// The value of `year`, g/kWh; above 0 and at most 1500.
    pub mode: Hundredths,
    /// Greatest value since 2020 among the data sets, g/kWh.
    pub high: Hundredths,
    /// The year that `mode` holds for.
    pub year: u16,
    /// What is counted.
    pub basis: Basis,
    /// Which gases are counted.
    pub gas: Gas,
    /// Whose electricity.
    pub mix: Mix,
    /// Publisher and data set of `mode`.
    pub source: &'static str,
    /// Terms that `mode` is published under.
    pub licence: &'static str,
    /// Data set and year, or the rule, behind `low` and `high`.
    pub range_basis: &'static str,
}

/// A number of at most two decimals, in the four bytes that hold it exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub(super) u32);

impl Hundredths {
    /// The number: of all it is the nearest to the decimal one, as a division of whole numbers is.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Hundredths {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

/// Whose electricity an emission factor is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Mix {
    /// What is generated in the place.
    Production,
    /// What is used in the place, after exchange with its neighbours.
    Consumption,
}

impl Mix {
    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Consumption => "consumption",
        }
    }
}

/// A text that names no place.
pub type UnknownPlace = Unknown<GridRow>;

impl Row for GridRow {
    const KIND: &'static str = "place";
    const ADVICE: &'static str = "give an ISO code, a name, a cloud region, or a number of gCO2e/kWh";

    fn names(&self) -> Names {
        let Self { code, name, iso3, aliases, .. } = *self;
        Names { code, name, iso3, aliases }
    }
}

impl GridRow {
    /// The factor with its range, year and source; the source says what is counted.
    #[must_use]
    pub fn factor(&self) -> Sourced<GramsPerKilowattHour> {
        let gas = match self.gas {
            Gas::Co2e => "",
            Gas::Co2 => "CO2 only, ",
        };
        let (basis, mix) = (self.basis.word(), self.mix.word());
        // It fits: a test holds every row's source against the text's length.
        let source = joined(&["annual average, ", basis, ", ", gas, mix, ": ", self.source]);
        Sourced::recorded((self.low.value(), self.mode.value(), self.high.value()), self.year, source)
    }

    /// Name and code: `Germany (DE)`.
    #[must_use]
    pub fn label(&self) -> Text {
        joined(&[self.name, " (", self.code, ")"])
    }

    /// The place with a building's overhead.
    #[must_use]
    pub fn site(&self, pue: Sourced<Pue>) -> Site {
        Site { name: self.label(), grid: self.factor(), gas: self.gas, fallback: false, pue }
    }
}

/// The place that `text` names: ISO2 or ISO3 code, `US-CA`, `CN-BJ`, a cloud region with or without `gcp:`, a name.
///
/// Case, accents and punctuation don't count.
///
/// # Errors
/// [`UnknownPlace`] with the nearest row.
pub fn find(text: &str) -> Result<&'static GridRow, UnknownPlace> {
    lookup::find(&ROWS, text)
}

/// Every row: the world, countries, Chinese provinces, US states, Google Cloud regions, each by code.
#[must_use]
pub fn all() -> &'static [GridRow] {
    &ROWS
}

/// The world's average.
#[must_use]
pub fn world() -> &'static GridRow {
    let [world, ..] = &ROWS;
    world
}

/// The world's average as a site, where no place was chosen; its name and its flag say so.
#[must_use]
pub fn fallback(pue: Sourced<Pue>) -> Site {
    Site { name: text("world average (fallback)"), fallback: true, ..world().site(pue) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pue;
    use crate::range::Range;
    use std::string::ToString;

    fn code(text: &str) -> &'static str {
        find(text).unwrap_or_else(|error| panic!("{text}: {error}")).code
    }

    #[test]
    fn every_name_of_every_row_finds_that_row_alone() {
        for row in all() {
            for name in [row.code, row.name].into_iter().chain(row.iso3).chain(row.aliases.iter().copied()) {
                assert_eq!(code(&std::format!(" {} ", name.to_uppercase())), row.code, "{name}");
            }
        }
        assert_eq!(world().code, "WORLD");
    }

    #[test]
    fn codes_names_states_and_regions_are_found_however_they_are_written() {
        for (text, expected) in [
            ("de", "DE"),
            ("DEU", "DE"),
            ("germany", "DE"),
            ("Österreich", "AT"),
            ("osterreich", "AT"),
            ("Cote d’Ivoire", "CI"),
            ("Bosnia & Herzegovina", "BA"),
            ("Viet Nam", "VN"),
            ("usa", "US"),
            ("us-ca", "US-CA"),
            ("US_CA", "US-CA"),
            ("California", "US-CA"),
            ("Georgia", "GE"),
            ("CN-BJ", "CN-BJ"),
            ("europe-west9", "gcp:europe-west9"),
            ("gcp:europe-west9", "gcp:europe-west9"),
            ("NA", "NA"),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn an_unknown_place_offers_the_nearest() {
        for (text, nearest) in [
            ("Germny", "DE"),
            ("Frnace", "FR"),
            ("Untied States", "US"),
            ("Swizerland", "CH"),
            ("us-central1-a", "gcp:us-central1"),
            ("Califronia", "US-CA"),
        ] {
            let found = find(text).unwrap_err().nearest.map(|row| row.code);
            assert_eq!(found, Some(nearest), "{text}");
        }
        assert_eq!(find("Germny").unwrap_err().to_string(), "unknown place; did you mean `DE` (Germany)?");
    }

    #[test]
    fn a_text_like_no_name_offers_nothing() {
        let long = "a".repeat(1000);
        for text in ["", " ", "?", "0.000077000", "the dark side of the moon", &long] {
            assert_eq!(find(text).unwrap_err(), UnknownPlace { nearest: None }, "{text}");
        }
        assert_eq!(
            find("").unwrap_err().to_string(),
            "unknown place; give an ISO code, a name, a cloud region, or a number of gCO2e/kWh"
        );
    }

    #[test]
    fn every_factor_keeps_its_numbers_and_its_whole_source() {
        for row in all() {
            let factor = row.factor();
            assert_eq!(
                factor.range,
                Range::of(row.low.value(), row.mode.value(), row.high.value()).unwrap(),
                "{}",
                row.code
            );
            assert!(factor.source.ends_with(row.source), "{}: {}", row.code, factor.source);
            assert_eq!(factor.year, Some(row.year));
            assert!(row.label().ends_with(&std::format!("{} ({})", row.name, row.code)), "{}", row.code);
        }
    }

    #[test]
    fn cc_211_france_is_44_grams_not_424() {
        let france = find("FR").unwrap();
        assert!((france.mode.value() - 44.18).abs() < 0.05, "{:?}", france.mode);
        assert!(france.high.value() < 100.0);
        assert_eq!((france.basis, france.year), (Basis::LifeCycle, 2024));
    }

    #[test]
    fn ct_43_the_fallback_is_named_and_is_the_worlds_value() {
        let site = fallback(pue::none().sourced());
        assert!(site.fallback);
        assert_eq!(site.name, "world average (fallback)");
        assert_eq!(site.grid, world().factor());
        assert!(!world().site(pue::none().sourced()).fallback);
    }

    #[test]
    fn ct_31_a_site_carries_factor_year_and_source() {
        let site = find("Sweden").unwrap().site(pue::none().sourced());
        assert_eq!(site.name, "Sweden (SE)");
        assert_eq!(site.grid.year, Some(2024));
        assert_eq!(
            site.grid.source,
            "annual average, life cycle, production: OWID 2025 (Ember; Energy Institute) via carbontracker 2.4.7"
        );
    }

    #[test]
    fn ct_92_every_factor_says_that_it_is_an_annual_average() {
        assert!(all().iter().all(|row| row.factor().source.starts_with("annual average, ")));
    }

    #[test]
    fn a_clean_grid_spans_the_disagreement_between_its_data_sets() {
        let (sweden, iceland) = (find("SE").unwrap(), find("IS").unwrap());
        assert!(sweden.low.value() <= 5.7 && sweden.high.value() >= 35.8, "{sweden:?}");
        assert!(iceland.low.value() <= 0.13, "{iceland:?}");
    }

    #[test]
    fn electricitymaps_303_no_place_has_zero_grams() {
        assert!(all().iter().all(|row| row.low.value() > 0.0));
        assert!(find("CF").unwrap().mode.value() > 0.0, "all hydropower, printed as 0");
    }

    #[test]
    fn ga_11_australia_is_an_order_above_switzerland_and_the_row_says_why() {
        let (australia, switzerland) = (find("AU").unwrap(), find("CH").unwrap());
        assert!(australia.mode.value() / switzerland.mode.value() > 10.0);
        assert!(all().iter().all(|row| !row.source.is_empty() && !row.range_basis.is_empty()));
    }

    #[test]
    fn the_china_table_is_co2_only_and_says_so() {
        let beijing = find("Beijing").unwrap();
        assert_eq!(beijing.site(pue::none().sourced()).gas, Gas::Co2);
        assert!(beijing.factor().source.starts_with("annual average, direct, CO2 only, consumption: "));
        for row in all() {
            assert_eq!(row.gas == Gas::Co2, row.code.starts_with("CN-"), "{}", row.code);
        }
    }

    #[test]
    fn egrid_states_are_converted_from_pounds_a_megawatt_hour() {
        // eGRID2023 STC2ERTA as calculators print it, g/kWh.
        for (state, grams) in
            [("US-CA", 179.06), ("US-NY", 211.65), ("US-TX", 349.80), ("US-WA", 120.92), ("US-WY", 831.55)]
        {
            assert!((find(state).unwrap().mode.value() - grams).abs() < 0.005, "{state}");
        }
    }
}
