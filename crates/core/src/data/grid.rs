//! Emission factors of electricity by place.

use core::fmt;

use super::{Basis, name, table};
use crate::range::Range;
use crate::site::{Gas, Site};
use crate::sourced::{Sourced, Text, text};
use crate::units::{GramsPerKilowattHour, Pue, Quantity};

/// A place's emission factor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GridRow {
    /// ISO 3166-1 alpha-2 (`DE`), ISO 3166-2 (`US-CA`, `CN-BJ`), a cloud region (`gcp:europe-west6`) or `WORLD`.
    pub code: &'static str,
    /// ISO 3166-1 alpha-3; empty where there is none.
    pub iso3: &'static str,
    /// Name.
    pub name: &'static str,
    /// Other names, separated by semicolons.
    pub aliases: &'static str,
    /// Least factor, g/kWh.
    pub low: f64,
    /// Factor of the year, g/kWh.
    pub mode: f64,
    /// Greatest factor, g/kWh.
    pub high: f64,
    /// The year of the factor.
    pub year: u16,
    /// What is counted.
    pub basis: Basis,
    /// Which gases are counted.
    pub gas: Gas,
    /// Which electricity is counted.
    pub mix: Mix,
    /// Who publishes it.
    pub source: &'static str,
    /// On which terms.
    pub licence: &'static str,
    /// What the range spans.
    pub range_basis: &'static str,
}

/// Which electricity a factor is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Mix {
    /// What is generated there: imports are not in it.
    Production,
    /// What is used there, imports in it.
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

impl GridRow {
    /// The factor with its range, year and source.
    #[must_use]
    pub fn factor(&self) -> Sourced<GramsPerKilowattHour> {
        let grams = GramsPerKilowattHour::wrap;
        // A test holds every row's numbers against their limits and order.
        let range = Range::new(grams(self.low), grams(self.mode), grams(self.high));
        // What it is comes first, so that a long source is cut at its end.
        let mut source = Text::new();
        for part in ["annual average, ", self.basis.word(), ", ", self.mix.word(), ": "] {
            let _ = source.push_str(part);
        }
        for character in self.source.chars() {
            let _ = source.push(character);
        }
        Sourced { range: range.unwrap_or(Range::exact(grams(self.mode))), year: Some(self.year), source }
    }

    /// The place with its factor; what stands there adds its own PUE.
    #[must_use]
    pub fn site(&self, pue: Sourced<Pue>) -> Site {
        Site { name: self.label(), grid: self.factor(), gas: self.gas, fallback: false, pue }
    }

    /// Name and code: `Germany (DE)`.
    #[must_use]
    pub fn label(&self) -> Text {
        let mut label = text(self.name);
        for part in [" (", self.code, ")"] {
            let _ = label.push_str(part);
        }
        label
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        let cloud = self.code.split_once(':').map(|(_, region)| region);
        [self.code, self.iso3, self.name]
            .into_iter()
            .chain(cloud)
            .chain(self.aliases.split(';'))
            .filter(|name| !name.is_empty())
    }
}

/// All places.
#[must_use]
pub fn all() -> &'static [GridRow] {
    table::GRID
}

/// The world's average.
#[must_use]
pub fn world() -> &'static GridRow {
    &table::WORLD
}

/// A place by ISO 3166 code, cloud region (with or without its provider) or name, whatever its case and accents.
///
/// # Errors
/// [`UnknownPlace`] with the nearest place: none other is taken in its stead.
pub fn find(text: &str) -> Result<&'static GridRow, UnknownPlace> {
    let found = all().iter().find(|row| row.names().any(|name| name::same(name, text)));
    found.ok_or_else(|| UnknownPlace { nearest: nearest(text) })
}

/// The place whose name takes the fewest changes, if at most half of its letters change.
fn nearest(text: &str) -> Option<&'static GridRow> {
    let length = name::letters(text).count();
    all()
        .iter()
        .flat_map(|row| row.names().map(move |name| (name::distance(name, text), row)))
        .filter(|(distance, _)| distance.saturating_mul(2) <= length)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, row)| row)
}

/// A text that names no place in the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnknownPlace {
    /// The place that may be meant.
    pub nearest: Option<&'static GridRow>,
}

impl fmt::Display for UnknownPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.nearest {
            Some(row) => write!(f, "unknown place; did you mean `{}` ({})?", row.code, row.name),
            None => f.write_str(
                "unknown place; give an ISO code, a name, a cloud region, or a number of gCO2e/kWh",
            ),
        }
    }
}

impl core::error::Error for UnknownPlace {}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(text: &str) -> f64 {
        find(text).unwrap().mode
    }

    #[test]
    fn a_place_is_found_by_code_name_alias_and_region() {
        for text in ["DE", "de", "DEU", "Germany", "germany", "Deutschland"] {
            assert_eq!(find(text).unwrap().code, "DE", "{text}");
        }
        assert_eq!(find("US-CA").unwrap().name, "California");
        assert_eq!(find("california").unwrap().code, "US-CA");
        assert_eq!(find("europe-west6").unwrap().code, "gcp:europe-west6");
        assert_eq!(find("gcp:europe-west6").unwrap().code, "gcp:europe-west6");
        assert_eq!(find("Côte d’Ivoire").unwrap().code, "CI");
        assert_eq!(find("Georgia").unwrap().code, "GE");
        assert_eq!(find("world").unwrap().code, "WORLD");
    }

    #[test]
    fn every_name_of_every_place_finds_that_place() {
        for row in all() {
            for name in row.names() {
                assert_eq!(find(name).unwrap().code, row.code, "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_place_offers_the_nearest_one() {
        assert_eq!(find("Germny").unwrap_err().nearest.unwrap().code, "DE");
        let unknown = find("Atlantis of the deep").unwrap_err();
        assert!(std::format!("{unknown}").contains("unknown place"));
        assert!(find("").is_err());
    }

    #[test]
    fn cc_211_france_is_44_grams_not_424() {
        assert!((mode("France") - 44.18).abs() < 0.01);
    }

    #[test]
    fn a_clean_grid_spans_the_disagreement_between_its_data_sets() {
        let sweden = find("SE").unwrap();
        assert!(sweden.low <= 5.7 && sweden.high >= 35.8, "{sweden:?}");
        let iceland = find("IS").unwrap();
        assert!(iceland.low <= 0.13, "{iceland:?}");
    }

    #[test]
    fn the_chinese_table_says_that_it_counts_co2_alone() {
        assert!(all().iter().filter(|row| row.code.starts_with("CN-")).all(|row| row.gas == Gas::Co2));
    }

    #[test]
    fn ct_92_every_factor_says_that_it_is_an_annual_average() {
        for row in all() {
            let factor = row.factor();
            assert!(factor.source.starts_with("annual average, "), "{}", factor.source);
            assert!(factor.year.is_some());
        }
    }

    #[test]
    fn ccf_coefficients_10_every_factor_is_inside_0_to_1500_grams() {
        for row in all() {
            assert!(row.mode > 0.0 && row.high <= 1500.0, "{row:?}");
            assert!(!row.factor().range.is_exact() || row.low == row.high, "{row:?}");
        }
    }
}
