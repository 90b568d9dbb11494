//! What data centres use beside the devices.

use super::{name, table};
use crate::range::Range;
use crate::sourced::{Sourced, text};
use crate::units::{Pue, Quantity};

/// An operator's, or a survey's, power usage effectiveness.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PueRow {
    /// Short name.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Least value.
    pub low: f64,
    /// Most likely value.
    pub mode: f64,
    /// Greatest value.
    pub high: f64,
    /// The year of the value.
    pub year: u16,
    /// Who publishes it.
    pub source: &'static str,
}

impl PueRow {
    /// The value with its range, year and source.
    #[must_use]
    pub fn sourced(&self) -> Sourced<Pue> {
        let range = Range::new(Pue::wrap(self.low), Pue::wrap(self.mode), Pue::wrap(self.high));
        Sourced {
            range: range.unwrap_or(Range::exact(Pue::wrap(self.mode))),
            year: Some(self.year),
            source: text(self.source),
        }
    }
}

/// All rows.
#[must_use]
pub fn all() -> &'static [PueRow] {
    table::PUE
}

/// A row by its short or long name.
#[must_use]
pub fn find(text: &str) -> Option<&'static PueRow> {
    all().iter().find(|row| name::same(row.code, text) || name::same(row.name, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Class;

    #[test]
    fn the_defaults_are_the_tables_rows() {
        let row = |code: &str| find(code).unwrap();
        assert_eq!(crate::defaults::pue(Some(Class::Server)).range, row("uptime").sourced().range);
        assert_eq!(crate::defaults::pue(Some(Class::Board)).range, row("none").sourced().range);
    }

    #[test]
    fn no_pue_is_below_one() {
        for row in all() {
            assert!(row.low >= 1.0 && row.low <= row.mode && row.mode <= row.high, "{row:?}");
        }
    }
}
