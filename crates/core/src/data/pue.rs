//! Power usage effectiveness of data centres: the facility's energy over its computers'.

use super::lookup::{self, Names, Row, Unknown};
use super::table_pue::ROWS;
use crate::sourced::{Sourced, text};
use crate::units::Pue;

/// A kind of place and its PUE.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PueRow {
    /// Short name.
    pub code: &'static str,
    /// Name in English.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// Least value.
    pub low: f64,
    /// Most likely value.
    pub mode: f64,
    /// Greatest value.
    pub high: f64,
    /// The year that `mode` holds for.
    pub year: u16,
    /// Where the three values come from.
    pub source: &'static str,
    /// Terms that the values are published under.
    pub licence: &'static str,
}

/// A text that names no kind of place with a PUE.
pub type UnknownPue = Unknown<PueRow>;

impl Row for PueRow {
    const KIND: &'static str = "PUE";
    const ADVICE: &'static str =
        "give none, uptime, aws, azure, google, oracle, ovh, or a number of at least 1";

    fn names(&self) -> Names {
        let Self { code, name, aliases, .. } = *self;
        Names { code, name, iso3: None, aliases }
    }
}

impl PueRow {
    /// The PUE with its range, year and source.
    #[must_use]
    pub fn sourced(&self) -> Sourced<Pue> {
        Sourced::recorded((self.low, self.mode, self.high), self.year, text(self.source))
    }
}

/// The row that `text` names: `aws`, `Google Cloud`, `none`.
///
/// # Errors
/// [`UnknownPue`] with the nearest row.
pub fn find(text: &str) -> Result<&'static PueRow, UnknownPue> {
    lookup::find(&ROWS, text)
}

/// Every row: first none, last the average.
#[must_use]
pub fn all() -> &'static [PueRow] {
    &ROWS
}

/// No data centre around the device: 1, exactly.
#[must_use]
pub fn none() -> &'static PueRow {
    let [none, ..] = &ROWS;
    none
}

/// The average data centre.
#[must_use]
pub fn average() -> &'static PueRow {
    let [.., average] = &ROWS;
    average
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::range::Range;
    use std::string::ToString;

    #[test]
    fn every_name_of_every_row_finds_that_row_alone() {
        for row in all() {
            for name in [row.code, row.name].iter().chain(row.aliases) {
                assert_eq!(find(name).unwrap(), row, "{name}");
            }
        }
        assert_eq!((none().code, average().code), ("none", "uptime"));
        assert!(all().iter().all(|row| PueRow::ADVICE.contains(row.code)));
        assert_eq!(
            find("amazn").unwrap_err().to_string(),
            "unknown PUE; did you mean `aws` (Amazon Web Services)?"
        );
    }

    #[test]
    fn every_pue_keeps_its_numbers_and_its_whole_source() {
        for row in all() {
            assert_eq!(row.sourced().range, Range::of(row.low, row.mode, row.high).unwrap(), "{}", row.code);
            assert_eq!(row.sourced().source, row.source);
        }
    }

    #[test]
    fn mi_15_a_microcontroller_has_a_pue_of_one() {
        assert_eq!(find("microcontroller").unwrap().sourced().range, Range::exact(Pue::NONE));
    }

    #[test]
    fn ccf_1380_both_published_values_of_azure_are_inside_its_range() {
        let azure = find("azure").unwrap();
        for published in [1.125, 1.185] {
            assert!((azure.low..=azure.high).contains(&published), "{published}");
        }
    }
}
