//! Cells of data sheets, by name. None has a published carbon footprint that this crate could check, so that is not known.

use super::Cell;
use crate::sourced::{Sourced, text};
use crate::units::Quantity;

/// Names of the cells that are known.
pub const NAMES: [&str; 3] = ["cr2032", "aa_alkaline", "aa_lithium"];

fn record<Q: Quantity>(range: (f64, f64, f64), year: u16, source: &str) -> Sourced<Q> {
    Sourced::recorded(range, year, text(source))
}

/// The cell of that name.
#[must_use]
pub fn find(name: &str) -> Option<Cell> {
    Some(match name {
        "cr2032" => Cell {
            name: text(name),
            capacity_amp_hours: record(
                (0.21, 0.225, 0.235),
                2015,
                "Panasonic CR2032: 225 mAh; Energizer 235; low: cold and cut-off",
            ),
            usable_share: record(
                (0.6, 0.9, 1.0),
                2014,
                "Ganssle 2014 measured 42 cells: pulses and cut-off at 2 V leave part of it",
            ),
            self_discharge_per_year: record(
                (0.005, 0.01, 0.015),
                2015,
                "Panasonic lithium handbook: 1 % a year; high: Rayovac 1.5 %",
            ),
            volts: record(
                (2.7, 2.85, 3.0),
                2015,
                "Panasonic CR2032 discharge curve: 3.0 V, falling near its end",
            ),
            empty_volts: record((2.0, 2.0, 2.0), 2015, "Panasonic CR2032: capacity to a cut-off of 2.0 V"),
            shelf_years: record(
                (8.0, 10.0, 10.0),
                2014,
                "Panasonic: 10 years; Ganssle 2014 found no maker who says more",
            ),
            is_rechargeable: false,
            grams_co2e: None,
        },
        "aa_alkaline" => Cell {
            name: text(name),
            capacity_amp_hours: record(
                (2.2, 2.8, 3.0),
                2018,
                "Energizer E91: milliampere-hours at 25 mA to 0.8 V; low: 100 mA",
            ),
            usable_share: record(
                (0.7, 0.9, 1.0),
                2018,
                "Energizer E91 discharge curves: a cut-off at 1.0 V leaves 10 to 30 %",
            ),
            self_discharge_per_year: record(
                (0.02, 0.022, 0.03),
                2018,
                "Energizer alkaline handbook: 80 % after 10 years at 21 C; high: 3 % a year",
            ),
            volts: record((1.15, 1.22, 1.3), 2018, "Energizer E91 discharge curves: 1.5 V falling to 0.9 V"),
            empty_volts: record((0.8, 0.9, 1.0), 2018, "Energizer E91 discharge curves end at 0.8 V"),
            shelf_years: record(
                (7.0, 10.0, 10.0),
                2018,
                "Energizer E91: 10 years; low: 7 years of older sheets",
            ),
            is_rechargeable: false,
            grams_co2e: None,
        },
        "aa_lithium" => Cell {
            name: text(name),
            capacity_amp_hours: record(
                (2.9, 3.2, 3.5),
                2018,
                "Energizer L91: 3,500 mAh at 25 mA; low: 3,000 mAh and less in pulses",
            ),
            usable_share: record((0.85, 0.95, 1.0), 2018, "Energizer L91: flat discharge curve"),
            self_discharge_per_year: record(
                (0.005, 0.007, 0.01),
                2009,
                "Energizer L91: 90 % of the charge after 15 years at 21 C",
            ),
            volts: record((1.4, 1.45, 1.5), 2018, "Energizer L91 discharge curve"),
            empty_volts: record((0.8, 0.9, 1.0), 2018, "Energizer L91 discharge curves end at 0.8 V"),
            shelf_years: record((12.0, 15.0, 20.0), 2018, "Energizer L91: 15 years, in newer sheets 20"),
            is_rechargeable: false,
            grams_co2e: None,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds<Q: Quantity>(name: &str, record: &Sourced<Q>) {
        let (low, mode, high) = (record.range.low(), record.range.mode(), record.range.high());
        for value in [low, mode, high] {
            Q::checked(value.value()).unwrap();
        }
        assert!(low.value() <= mode.value() && mode.value() <= high.value());
        assert!(record.year.is_some() && !record.source.is_empty(), "{name}");
        assert!(record.source.len() < crate::sourced::TEXT_BYTES, "cut: {}", record.source);
    }

    #[test]
    fn every_cell_is_in_its_limits_with_year_and_source() {
        for name in NAMES {
            let cell = find(name).unwrap();
            assert_eq!(cell.name, name);
            holds(name, &cell.capacity_amp_hours);
            holds(name, &cell.usable_share);
            holds(name, &cell.self_discharge_per_year);
            holds(name, &cell.volts);
            holds(name, &cell.empty_volts);
            holds(name, &cell.shelf_years);
            assert!(cell.empty_volts.range.high().value() < cell.volts.range.low().value());
        }
        assert_eq!(find("cr2023"), None);
    }
}
