//! Published numbers of places: what a grid emits, what a kind of power station emits, what a data centre adds, what
//! making a part of a machine emits.
//!
//! Each row has a range, a year, a source, a licence and what it counts. All factors are location-based averages of a
//! year; nothing is live, and contracts for clean power play no part. Rows of another [`Basis`] aren't comparable
//! without saying so; a country's range spans both. How rows and ranges were made is told in the crate's
//! `data/README.md`; the tables are Rust made from the CSV files there, by a test that compares them.
//!
//! Look-ups take a code or a name, whatever its case, accents and punctuation ([`Row`] says which texts name a row), and
//! an unknown text is an error that offers the nearest row.
//!
//! Feature `data` holds `grid`, `electricity` and `embodied`. [`pue`] is always there: the defaults of a scenario are rows of it.

#[cfg(feature = "data")]
pub mod electricity;
#[cfg(feature = "data")]
pub mod embodied;
#[cfg(feature = "data")]
pub mod equivalences;
#[cfg(feature = "data")]
pub mod grid;
mod lookup;
mod nearest;
pub mod pue;
mod spelling;
#[cfg(feature = "data")]
mod table_electricity;
#[cfg(feature = "data")]
mod table_embodied;
#[cfg(feature = "data")]
mod table_equivalences;
#[cfg(feature = "data")]
mod table_grid;
mod table_pue;

pub use lookup::{Names, Row, Unknown};

/// How many slips of the hand lie between a text and a name: letters put in, left out, replaced, or swapped with their
/// neighbour. Case, accents and punctuation don't count; `None` where the text has more than 64 letters.
#[must_use]
pub fn slips(text: &str, name: &str) -> Option<usize> {
    Some(nearest::Typed::new(text)?.slips(name))
}

/// What the publishers of the tables ask to be shown where their numbers are.
///
/// [CC BY 4.0, section 3(a); Apache-2.0, section 4]
pub const ATTRIBUTION: [&str; 3] = [
    "Data: Ember and Energy Institute, processed by Our World in Data, CC BY 4.0, rounded to two decimals",
    "US EPA eGRID2023",
    "Google Cloud region carbon data, Apache-2.0",
];

/// What an emission factor counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Basis {
    /// Fuel burnt, its supply, and the building of the power stations.
    LifeCycle,
    /// Only what is burnt at the power stations.
    Direct,
}

impl Basis {
    /// In words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LifeCycle => "life cycle",
            Self::Direct => "direct",
        }
    }
}
