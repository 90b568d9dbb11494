//! A device in the field: its day, its battery or its adapter, its cells over the years.
//!
//! ```text
//! day   = n * (I + sensor) + (86,400 s - n * t) * P_rest + reports * radio          J, at the device
//! taken = (day - harvest) / efficiency + 86,400 s * P_adapter                       from the mains
//!       = q * V                                                                     from a battery, V its mean volts
//! q     = (day - harvest) / V_supply                a linear regulator: the current stays
//!       = (day - harvest) / (efficiency * V)        a switching one: the power stays
//! life  = 1 / s * ln(1 + s * Q * u / (s * Q * (1 - u) + q))                         q a day out of Q, shelf life at most
//! ```
//!
//! `n` inferences a day of `I` joules and `t` seconds; `Q` the cells' charge of which a share `u` can be used, `s` the
//! rate of self-discharge. A board has no data centre around it: its adapter is what a PUE would stand for. [`cells`]
//! holds what data sheets say; a cell by hand does too.

pub mod cells;

use crate::sourced::{Sourced, Text};
use crate::units::{
    AmpHours, Count, DAYS_PER_YEAR, Grams, Joules, Multiplicity, Quantity, SECONDS_PER_DAY, SECONDS_PER_HOUR,
    Seconds, Share, Utilisation, Volts, Watts, YearlyLoss, Years,
};

/// How the devices of a stage live; how many they are is the stage's `device_count`.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// How long each device is in the field.
    pub years: Sourced<Years>,
    /// What the device does between inferences.
    pub rest: Rest,
    /// Its power then; the device's own idle or sleep watts where not given.
    pub rest_watts: Option<Sourced<Watts>>,
    /// Energy that a sensor takes for one inference.
    pub sensor_joules_per_inference: Option<Sourced<Joules>>,
    /// What is reported by radio.
    pub radio: Option<Radio>,
    /// Energy that a harvester delivers to the device in a day.
    pub harvested_joules_per_day: Option<Sourced<Joules>>,
    /// Where the energy comes from.
    pub supply: Supply,
}

/// What a device does between inferences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Rest {
    /// It sleeps: the clock of its processor is off.
    #[default]
    Sleep,
    /// It waits with its clock on.
    Idle,
}

/// Reports by radio.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Radio {
    /// How many a day.
    pub reports_per_day: Sourced<Count>,
    /// Energy of one.
    pub joules_per_report: Sourced<Joules>,
}

/// Where a device's energy comes from.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a stage holds one, and there is no heap to put it on")]
pub enum Supply {
    /// Cells.
    Battery(Battery),
    /// A mains adapter.
    Mains(Adapter),
}

/// Cells and what stands between them and the device.
#[derive(Clone, Debug, PartialEq)]
pub struct Battery {
    /// The cell.
    pub cell: Cell,
    /// Cells in series: their volts add up.
    pub in_series: Sourced<Multiplicity>,
    /// Strings in parallel: their charges add up.
    pub in_parallel: Sourced<Multiplicity>,
    /// From the cells' volts to the device's.
    pub converter: Converter,
}

/// From the cells' volts to the device's.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Converter {
    /// Linear, or none: the device's current comes from the cells. The supply's volts are the device's own where not
    /// given.
    Linear {
        /// Volts that the device runs on.
        #[cfg_attr(feature = "serde", serde(default))]
        supply_volts: Option<Sourced<Volts>>,
    },
    /// Switching: the device's power comes from the cells, over an efficiency.
    Switching {
        /// Power out over power in.
        efficiency: Sourced<Utilisation>,
    },
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Cell {
    /// What it is called.
    pub name: Text,
    /// Charge when fresh.
    pub capacity_amp_hours: Sourced<AmpHours>,
    /// Share of the charge that the device can use before the volts are too low, or its pulses too strong.
    pub usable_share: Sourced<Share>,
    /// Share of the charge that is lost in a year without use.
    pub self_discharge_per_year: Sourced<YearlyLoss>,
    /// Mean volts over the discharge.
    pub volts: Sourced<Volts>,
    /// Volts at the end of the discharge.
    pub empty_volts: Sourced<Volts>,
    /// Longest service: shelf life of a primary cell, calendar life of a rechargeable one.
    pub shelf_years: Sourced<Years>,
    /// Whether it is charged again when empty, and thrown away only after its calendar life.
    #[cfg_attr(feature = "serde", serde(default))]
    pub is_rechargeable: bool,
    /// Emissions of making it; not known unless given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub grams_co2e: Option<Sourced<Grams>>,
}

/// A mains adapter.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Adapter {
    /// Power out over power in, no-load power apart.
    #[cfg_attr(feature = "serde", serde(default = "crate::defaults::adapter_efficiency"))]
    pub efficiency: Sourced<Utilisation>,
    /// What it draws without a load.
    #[cfg_attr(feature = "serde", serde(default = "crate::defaults::adapter_idle_watts"))]
    pub idle_watts: Sourced<Watts>,
}

/// What one device takes in a day, by what takes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    /// Inferences.
    pub active: Joules,
    /// Between them.
    pub rest: Joules,
    /// Sensor.
    pub sensor: Joules,
    /// Reports.
    pub radio: Joules,
}

/// What a device does in a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Inferences a day; a mean may be fractional.
    pub inferences: f64,
    /// Energy of one.
    pub joules: Joules,
    /// Time of one.
    pub seconds: Seconds,
    /// Power between them.
    pub rest: Watts,
    /// The sensor's energy for one inference.
    pub sensor: Joules,
    /// Reports a day.
    pub reports: f64,
    /// Energy of one.
    pub report: Joules,
}

impl Load {
    /// Time that the inferences of a day take; more than a day is not possible.
    #[must_use]
    pub fn busy(&self) -> Seconds {
        self.seconds * self.inferences
    }

    /// Energy of a day at the device; nothing rests in a day that inferences fill.
    #[must_use]
    pub fn day(&self) -> Day {
        let resting = (SECONDS_PER_DAY - self.busy().value()).max(0.0);
        Day {
            active: self.joules * self.inferences,
            rest: self.rest * Seconds::wrap(resting),
            sensor: self.sensor * self.inferences,
            radio: self.report * self.reports,
        }
    }
}

impl Day {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Joules {
        self.active + self.rest + self.sensor + self.radio
    }
}

/// Energy that is left to take after a harvester's; nothing is given back.
#[must_use]
pub fn after_harvest(day: Joules, harvested: Joules) -> Joules {
    Joules::wrap((day.value() - harvested.value()).max(0.0))
}

/// Energy of a day at the plug: over the efficiency, and the adapter's own power all day.
#[must_use]
pub fn from_mains(day: Joules, efficiency: Utilisation, idle: Watts) -> Joules {
    day * (1.0 / efficiency.value()) + idle * Seconds::wrap(SECONDS_PER_DAY)
}

/// Charge that a linear regulator takes from the cells in a day, in ampere-hours: the device's current passes through.
#[must_use]
pub fn linear_amp_hours(day: Joules, supply: Volts) -> f64 {
    day.value() / supply.value() / SECONDS_PER_HOUR
}

/// Charge that a switching regulator takes from the cells in a day, in ampere-hours.
#[must_use]
pub fn switching_amp_hours(day: Joules, efficiency: Utilisation, cells: Volts) -> f64 {
    day.value() / efficiency.value() / cells.value() / SECONDS_PER_HOUR
}

/// Days that a charge lasts, the shelf life at most.
///
/// Of `capacity` a share `usable` can be taken; what is left loses a share `loss` in a year; `amp_hours_per_day` are taken.
#[must_use]
pub fn battery_days(
    capacity: f64,
    usable: Share,
    loss: YearlyLoss,
    amp_hours_per_day: f64,
    shelf: Years,
) -> f64 {
    let share = usable.value();
    let rate = -libm::log1p(-loss.value()) / DAYS_PER_YEAR;
    // Without self-discharge the logarithm's limit.
    let days = if rate > 0.0 {
        let lost = rate * capacity;
        libm::log1p(lost * share / (lost * (1.0 - share) + amp_hours_per_day)) / rate
    } else {
        capacity * share / amp_hours_per_day
    };
    // Nothing taken and nothing lost is not a number, and lasts as long as the shelf says.
    if days < shelf.days() { days } else { shelf.days() }
}

/// Sets of cells that a device uses up in its years: the first one, and one more each time that it is empty.
#[must_use]
pub fn sets_of_cells(years: Years, days_per_set: f64) -> f64 {
    libm::ceil(years.days() / days_per_set).max(1.0)
}

#[cfg(test)]
mod tests;
