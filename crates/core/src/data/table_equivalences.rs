//! Made from `data/equivalences.csv` by `tests/data_tables.rs`; changes belong there.

use super::equivalences::{Counts, EquivalenceRow};

#[rustfmt::skip]
pub(super) static ROWS: [EquivalenceRow; 5] = [
    EquivalenceRow { code: "car_petrol", name: "driven by a petrol or diesel car", counts: Counts::Emissions, low: 106.8, mode: 175.0, high: 247.0, unit: "km", basis: "one vehicle and a kilometre; tailpipe", year: 2024, source: "mode Green Algorithms v3.0 (car in use in the EU); low EEA new car 2024 by carbontracker 2.4.7; high EPA 3.98e-4 t a mile", licence: "facts quoted with source" },
    EquivalenceRow { code: "car_electric", name: "driven by an electric car", counts: Counts::Energy, low: 0.15, mode: 0.21, high: 0.25, unit: "km", basis: "one vehicle and a kilometre; electricity of the same kilowatt-hours", year: 2024, source: "Weiss et al. 2024 (doi 10.3390/su16177529): 342 models in Europe; real world 21 +- 4 and certified 19 +- 4 kWh/100 km", licence: "CC BY 4.0" },
    EquivalenceRow { code: "flight_paris_dublin", name: "flights from Paris to Dublin", counts: Counts::Emissions, low: 73000.0, mode: 110000.0, high: 165000.0, unit: "flight", basis: "one passenger; one way", year: 2024, source: "mode Green Algorithms v3.0; low and high a factor of 1.5 to both sides as calculators disagree; set by this project", licence: "facts quoted with source" },
    EquivalenceRow { code: "flight_new_york_san_francisco", name: "flights from New York to San Francisco", counts: Counts::Emissions, low: 380000.0, mode: 570000.0, high: 855000.0, unit: "flight", basis: "one passenger; one way", year: 2024, source: "mode Green Algorithms v3.0; low and high a factor of 1.5 to both sides as calculators disagree; set by this project", licence: "facts quoted with source" },
    EquivalenceRow { code: "tree", name: "of a grown tree's uptake of CO2", counts: Counts::Emissions, low: 6000.0, mode: 11000.0, high: 11000.0, unit: "year", basis: "one tree and a year", year: 2024, source: "mode Green Algorithms v3.0: 11 kg a year; low EPA: 60 kg by a seedling in ten years", licence: "facts quoted with source" },
];
