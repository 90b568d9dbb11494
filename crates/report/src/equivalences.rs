//! Comparisons with everyday life, asked for and never in the way: an amount stays as small as it is.

use joulegram::data::equivalences::{Counts, EquivalenceRow, all};
use joulegram::range::Range;
use joulegram::units::{Grams, KilowattHours};
use serde::Serialize;

use crate::document::Document;
use crate::number::{METRES, SECONDS, Scale, amount, significant};
use crate::section::{Section, Table};

/// One comparison. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Equivalence {
    /// What it is compared with.
    #[serde(flatten)]
    pub row: &'static EquivalenceRow,
    /// How many units: kilometres, flights, years.
    pub units: Range<f64>,
}

/// The comparisons of an energy and of emissions.
#[must_use]
pub fn equivalences(energy: Range<KilowattHours>, emissions: Range<Grams>) -> Vec<Equivalence> {
    let numbers = |row: &EquivalenceRow| match row.counts {
        Counts::Energy => (energy.low().value(), energy.mode().value(), energy.high().value()),
        Counts::Emissions => (emissions.low().value(), emissions.mode().value(), emissions.high().value()),
    };
    let one = |row: &'static EquivalenceRow| {
        let (low, mode, high) = row.units_of(numbers(row));
        Range::of(low, mode, high).ok().map(|units| Equivalence { row, units })
    };
    all().iter().filter_map(one).collect()
}

/// The comparisons of a whole life; none where it isn't known.
#[must_use]
pub fn of_life(document: &Document<'_>) -> Vec<Equivalence> {
    let life = &document.estimate.life_cycle;
    life.energy_kilowatt_hours
        .zip(life.emissions_grams_co2e)
        .map(|(energy, grams)| equivalences(energy, grams))
        .unwrap_or_default()
}

/// Comparisons as a section.
#[must_use]
pub fn tell(equivalences: &[Equivalence]) -> Section {
    let mut table = Table::new(&["#about", "what", "#from", "#to", "counted for", "source"]);
    for Equivalence { row, units } in equivalences {
        table.row([
            in_words(units.mode(), row.unit),
            row.name.to_owned(),
            in_words(units.low(), row.unit),
            in_words(units.high(), row.unit),
            row.basis.to_owned(),
            format!("{}, {}", row.source, row.year),
        ]);
    }
    Section::table("In everyday terms", table)
}

fn in_words(units: f64, unit: &str) -> String {
    let scaled = |scale: Scale, size: f64| scale.number(units * size);
    match unit {
        "km" => scaled(METRES, 1e3),
        "year" => scaled(SECONDS, 31_557_600.0),
        _ if units >= 1e3 => amount(units.round()),
        _ => significant(units),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_result_stays_small_and_never_0() {
        let energy = Range::of(1e-9, 1.5e-9, 2e-9).unwrap();
        let grams = Range::of(4e-7, 5e-7, 6e-7).unwrap();
        let section = tell(&equivalences(energy, grams));
        let table = section.table.unwrap();
        let about: Vec<&str> = table.rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(about, ["2.86 µm", "7.14 µm", "4.55e-12", "8.77e-13", "1.43 ms"]);
    }

    #[test]
    fn cc_dashboard_an_energy_of_a_day_is_not_multiplied_by_24() {
        // A petrol car emits per kilometre: 175 g are one, whatever the time.
        let energy = Range::exact(KilowattHours::new(1.0).unwrap());
        let of = |grams: f64| equivalences(energy, Range::exact(Grams::new(grams).unwrap()))[0].units.mode();
        assert!((of(175.0) - 1.0).abs() < 1e-12 && (of(350.0) - 2.0).abs() < 1e-12);
    }
}
