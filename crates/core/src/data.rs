//! Tables of what the world's grids emit, what sources of electricity emit, and what data centres add.
//!
//! Each row has its range, year, basis and source; `data/README.md` says where they are from and how the ranges were
//! made. The tables are generated from `data/*.csv` and compared with them by a test. There is no live feed: a factor is
//! an annual average.

pub mod electricity;
pub mod grid;
mod name;
pub mod pue;
// Generated and compared with its sources by `tests/data_tables.rs`.
#[rustfmt::skip]
mod table;

/// Whether a factor counts what building the plants and mining the fuel emitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Basis {
    /// From mine to demolition.
    LifeCycle,
    /// At the plant alone: zero for sun and wind.
    Direct,
}

impl Basis {
    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LifeCycle => "life cycle",
            Self::Direct => "direct",
        }
    }
}
