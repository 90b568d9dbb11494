//! What an energy or an emission is like in everyday life, each with vehicle, basis, year and source.
//!
//! A comparison is no measure: none of these enters a result. A petrol car and a tree compare with emissions, an electric
//! car with kilowatt-hours, whatever the grid.

use super::table_equivalences::ROWS;

/// What a comparison is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Counts {
    /// Grams of CO2 equivalent.
    Emissions,
    /// Kilowatt-hours at the meter.
    Energy,
}

/// Something that emits, binds or uses so much.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EquivalenceRow {
    /// Short name.
    pub code: &'static str,
    /// What stands behind a number and its unit.
    pub name: &'static str,
    /// Whether it compares with emissions or with energy.
    pub counts: Counts,
    /// Least grams or kilowatt-hours of one unit.
    pub low: f64,
    /// Most likely value.
    pub mode: f64,
    /// Greatest value.
    pub high: f64,
    /// `km`, `flight` or `year`.
    pub unit: &'static str,
    /// Of how many passengers, vehicles or trees, and which way.
    pub basis: &'static str,
    /// The year that `mode` holds for.
    pub year: u16,
    /// Where the three values come from.
    pub source: &'static str,
    /// Terms that the values are published under.
    pub licence: &'static str,
}

/// Every row.
#[must_use]
pub fn all() -> &'static [EquivalenceRow] {
    &ROWS
}

impl EquivalenceRow {
    /// How many units an amount is: `(low, mode, high)` over `(high, mode, low)` of the row.
    #[must_use]
    pub fn units_of(&self, (low, mode, high): (f64, f64, f64)) -> (f64, f64, f64) {
        (low / self.high, mode / self.mode, high / self.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str) -> &'static EquivalenceRow {
        all().iter().find(|row| row.code == code).unwrap()
    }

    #[test]
    fn ga_19_fifteen_kilowatt_hours_in_norway_are_650_metres_of_petrol_and_71_km_of_electricity() {
        let exactly = |number| (number, number, number);
        let (low, petrol, high) = row("car_petrol").units_of(exactly(15.0 * 7.62));
        assert!((petrol - 0.653).abs() < 0.001 && low < petrol && petrol < high, "{petrol}");
        let (low, electric, high) = row("car_electric").units_of(exactly(15.0));
        assert!((electric - 71.4).abs() < 0.1 && low < 83.0 && 83.0 < high, "{electric}");
    }

    #[test]
    fn a_car_compares_with_what_drives_it() {
        assert_eq!(row("car_petrol").counts, Counts::Emissions);
        assert_eq!(row("car_electric").counts, Counts::Energy);
        assert!(all().iter().all(|row| ["km", "flight", "year"].contains(&row.unit)));
    }
}
