//! Units of published numbers, as multiples of the core's.

use joulegram::units::GRAMS_PER_POUND;

/// What a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dimension {
    Count,
    /// In hours.
    Time,
    /// In kilowatt-hours.
    Energy,
    /// In grams.
    Emissions,
    /// In grams a kilowatt-hour.
    EmissionFactor,
    /// In gigabytes.
    Memory,
}

impl Dimension {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Time => "time",
            Self::Energy => "energy",
            Self::Emissions => "emissions",
            Self::EmissionFactor => "emission factor",
            Self::Memory => "amount of memory",
        }
    }
}

/// A unit by its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unit {
    pub(super) name: &'static str,
    pub(super) dimension: Dimension,
    /// How many of the core's units it is.
    pub(super) size: f64,
}

const fn is(name: &'static str, dimension: Dimension, size: f64) -> Unit {
    Unit { name, dimension, size }
}

const UNITS: [Unit; 15] = [
    is("", Dimension::Count, 1.0),
    is("h", Dimension::Time, 1.0),
    is("d", Dimension::Time, 24.0),
    // As the Software Carbon Intensity specification counts it: 365 days.
    is("y", Dimension::Time, 8760.0),
    is("Wh", Dimension::Energy, 1e-3),
    is("kWh", Dimension::Energy, 1.0),
    is("MWh", Dimension::Energy, 1e3),
    is("gCO2e", Dimension::Emissions, 1.0),
    is("kgCO2e", Dimension::Emissions, 1e3),
    is("tCO2e", Dimension::Emissions, 1e6),
    is("lbCO2e", Dimension::Emissions, GRAMS_PER_POUND),
    is("gCO2e/kWh", Dimension::EmissionFactor, 1.0),
    is("kgCO2e/kWh", Dimension::EmissionFactor, 1e3),
    is("lbCO2e/kWh", Dimension::EmissionFactor, GRAMS_PER_POUND),
    is("GB", Dimension::Memory, 1.0),
];

/// The unit of that name.
pub(super) fn unit(name: &str) -> Option<Unit> {
    UNITS.into_iter().find(|unit| unit.name == name)
}
