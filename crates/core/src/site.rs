//! Where the energy is used: what the building adds, and what the grid emits.

use crate::sourced::{Sourced, Text};
use crate::units::{Grams, GramsPerKilowattHour, Joules, KilowattHours, Pue};

/// A place with its grid and its building.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Site {
    /// Name as a reader knows it.
    pub name: Text,
    /// Emission factor of the electricity, annual average.
    pub grid: Sourced<GramsPerKilowattHour>,
    /// Which gases the factor covers.
    pub gas: Gas,
    /// Whether the place was chosen, or is the world's average because none was.
    pub fallback: bool,
    /// The building's overhead.
    pub pue: Sourced<Pue>,
}

/// Which greenhouse gases an emission factor covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Gas {
    /// All greenhouse gases, as CO2 equivalent.
    #[default]
    Co2e,
    /// CO2 alone: the true equivalent is somewhat higher.
    Co2,
}

/// Energy at the facility for energy at the device. [Gitzel 2023, 3.4: PUE is a factor]
#[must_use]
pub fn facility_energy(device: Joules, pue: Pue) -> KilowattHours {
    pue.at_facility(device)
}

/// Emissions of facility energy: `CO2eq = EC * EF`. [Gitzel 2023, 3.8]
#[must_use]
pub fn emissions(energy: KilowattHours, grid: GramsPerKilowattHour) -> Grams {
    energy * grid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luccioni_2023_300_w_for_100_h_at_500_g_is_15_kg_and_at_100_g_3_kg() {
        let energy = facility_energy(Joules::new(300.0 * 100.0 * 3600.0).unwrap(), Pue::NONE);
        for (grid, grams) in [(500.0, 15_000.0), (100.0, 3_000.0)] {
            assert_eq!(
                emissions(energy, GramsPerKilowattHour::new(grid).unwrap()),
                Grams::new(grams).unwrap()
            );
        }
    }

    #[test]
    fn zero_energy_emits_nothing() {
        let energy = facility_energy(Joules::new(0.0).unwrap(), Pue::new(1.58).unwrap());
        assert_eq!(emissions(energy, GramsPerKilowattHour::new(500.0).unwrap()), Grams::new(0.0).unwrap());
    }
}
