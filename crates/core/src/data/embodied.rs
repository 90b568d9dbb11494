//! Grams of CO2 equivalent that making a part of a machine emits: by the piece, the gigabyte or the square centimetre.

use super::lookup::{self, Names, Row, Unknown};
use super::table_embodied::ROWS;
use crate::range::Range;
use crate::sourced::{Sourced, joined, text};
use crate::units::{Factor, Grams, Quantity};

/// A part and what making it emits.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EmbodiedRow {
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
    /// What the values are of: `g` a piece, `g/GB`, `g/cm2`.
    pub unit: &'static str,
    /// Year of publication.
    pub year: u16,
    /// Where the values come from.
    pub source: &'static str,
    /// Terms that the values are published under.
    pub licence: &'static str,
}

/// A text that names no part.
pub type UnknownPart = Unknown<EmbodiedRow>;

impl Row for EmbodiedRow {
    const KIND: &'static str = "part";
    const ADVICE: &'static str =
        "give logic_28nm to logic_3nm, dram_ddr4, ssd, hdd, iot_processing, gpu_server, or total_grams";

    fn names(&self) -> Names {
        let Self { code, name, aliases, .. } = *self;
        Names { code, name, iso3: None, aliases }
    }
}

impl EmbodiedRow {
    /// Emissions of so much of it: pieces, gigabytes or square centimetres.
    #[must_use]
    pub fn grams(&self, amount: Factor) -> Range<Grams> {
        let of = |value: f64| Grams::wrap(value * amount.value());
        // A positive factor keeps the order, which a test holds for every row.
        Range::new(of(self.low), of(self.mode), of(self.high)).unwrap_or(Range::exact(of(self.mode)))
    }
}

/// The part that `text` names: `logic_7nm`, `DDR4`, `gpu server`.
///
/// # Errors
/// [`UnknownPart`] with the nearest row.
pub fn find(text: &str) -> Result<&'static EmbodiedRow, UnknownPart> {
    lookup::find(&ROWS, text)
}

/// Every part.
#[must_use]
pub fn all() -> &'static [EmbodiedRow] {
    &ROWS
}

/// Emissions of parts together: low is the sum of the lows, high that of the highs. `None` of no part.
#[must_use]
pub fn total(parts: &[(&'static EmbodiedRow, Factor)]) -> Option<Sourced<Grams>> {
    let ((first, amount), rest) = parts.split_first()?;
    let range = rest.iter().fold(first.grams(*amount), |sum, (row, amount)| sum + row.grams(*amount));
    let source = match rest {
        [] => text(first.source),
        _ => rest
            .iter()
            .fold(joined(&["sum of ", first.code]), |list, (row, _)| joined(&[&list, ", ", row.code])),
    };
    let year = parts.iter().map(|(row, _)| row.year).min();
    Some(Sourced { range, year, source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    fn amount(value: f64) -> Factor {
        Factor::new(value).unwrap()
    }

    #[test]
    fn every_name_of_every_part_finds_that_part_alone_and_keeps_its_order() {
        for row in all() {
            for name in [row.code, row.name].iter().chain(row.aliases) {
                assert_eq!(find(name).unwrap(), row, "{name}");
            }
            let grams = row.grams(amount(2.0));
            assert_eq!(grams.mode().value(), 2.0 * row.mode);
            assert!(grams.low() < grams.mode() || grams.mode() < grams.high(), "{}", row.code);
            assert!(["g", "g/GB", "g/cm2"].contains(&row.unit), "{}", row.code);
            assert_eq!(total(&[(row, amount(1.0))]).unwrap().source, row.source);
        }
    }

    #[test]
    fn act_a_square_centimetre_of_28_nm_is_electricity_and_gases_and_materials_over_the_yield() {
        let row = find("28nm").unwrap();
        let by_hand: f64 = (0.9 * 642.0 + (175.0 + 100.0) / 2.0 + 500.0) / 0.875;
        assert!((row.mode - by_hand).abs() < 0.5, "{by_hand}");
    }

    #[test]
    fn the_simplest_sensor_of_pirson_and_bol_is_the_sum_of_its_parts() {
        let parts =
            ["iot_processing", "iot_pcb", "iot_casing"].map(|code| (find(code).unwrap(), amount(1.0)));
        let total = total(&parts).unwrap();
        assert_eq!(total.range.mode().value(), 258.0 + 93.0 + 430.0);
        assert_eq!(total.source, "sum of iot_processing, iot_pcb, iot_casing");
        assert_eq!(super::total(&[]), None);
        assert_eq!(
            find("gpu sever").unwrap_err().to_string(),
            "unknown part; did you mean `gpu_server` (Server with accelerators)?"
        );
    }
}
