//! The form of devices in the field in a scenario file, and the cells that it names.
//!
//! ```json
//! "edge": {
//!   "years": 3,
//!   "rest_watts": 5e-6,
//!   "radio": { "reports_per_day": 24, "joules_per_report": 0.03 },
//!   "supply": { "battery": { "cell": "cr2032", "converter": { "linear": { "supply_volts": 1.8 } } } }
//! }
//! ```

use std::fmt;

use joulegram::defaults;
use joulegram::edge::{Adapter, Battery, Cell, Converter, Edge, Radio, Rest, Supply, cells};
use joulegram::sourced::Sourced;
use joulegram::units::{Grams, Joules, Multiplicity, Watts, Years};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, nearest};

/// How each device of a stage lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeFile {
    /// How long each is in the field.
    pub years: Sourced<Years>,
    /// What it does between inferences.
    #[serde(default)]
    pub rest: Rest,
    /// Its power then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_watts: Option<Sourced<Watts>>,
    /// The sensor's energy for one inference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensor_joules_per_inference: Option<Sourced<Joules>>,
    /// Reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radio: Option<Radio>,
    /// What a harvester delivers in a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harvested_joules_per_day: Option<Sourced<Joules>>,
    /// Where the energy comes from.
    pub supply: SupplyFile,
}

/// Battery or mains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplyFile {
    /// Cells.
    Battery(Box<BatteryFile>),
    /// A mains adapter.
    Mains(Box<Adapter>),
}

/// Cells and what stands between them and the device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatteryFile {
    /// Which cell.
    pub cell: CellChoice,
    /// How many in series.
    #[serde(default = "defaults::one")]
    pub in_series: Sourced<Multiplicity>,
    /// How many strings in parallel.
    #[serde(default = "defaults::one")]
    pub in_parallel: Sourced<Multiplicity>,
    /// From the cells' volts to the device's.
    pub converter: Converter,
    /// Emissions of making a cell, where they are known better than the cell's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell_grams_co2e: Option<Sourced<Grams>>,
}

/// A cell by name or by hand.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum CellChoice {
    /// A name from the table.
    Name(String),
    /// Its numbers.
    ByHand(Box<Cell>),
}

impl<'de> Deserialize<'de> for CellChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Choice;
        impl<'de> Visitor<'de> for Choice {
            type Value = CellChoice;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a cell's name such as \"cr2032\", or an object with its numbers")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
                Ok(CellChoice::Name(name.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Deserialize::deserialize(MapAccessDeserializer::new(map)).map(CellChoice::ByHand)
            }
        }
        deserializer.deserialize_any(Choice)
    }
}

impl EdgeFile {
    /// Looks up the cell.
    ///
    /// # Errors
    /// [`Fault`] that offers the nearest cell.
    pub fn resolve(&self, file: &str, field: &str) -> Result<Edge, Fault> {
        Ok(Edge {
            years: self.years.clone(),
            rest: self.rest,
            rest_watts: self.rest_watts.clone(),
            sensor_joules_per_inference: self.sensor_joules_per_inference.clone(),
            radio: self.radio.clone(),
            harvested_joules_per_day: self.harvested_joules_per_day.clone(),
            supply: match &self.supply {
                SupplyFile::Mains(adapter) => Supply::Mains(adapter.as_ref().clone()),
                SupplyFile::Battery(battery) => {
                    Supply::Battery(battery.resolve(file, &format!("{field}.supply.battery"))?)
                }
            },
        })
    }
}

impl BatteryFile {
    fn resolve(&self, file: &str, field: &str) -> Result<Battery, Fault> {
        let mut cell = match &self.cell {
            CellChoice::ByHand(cell) => cell.as_ref().clone(),
            CellChoice::Name(name) => cells::find(name).ok_or_else(|| {
                let advice = match nearest(name, cells::NAMES) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("give {} or its numbers", cells::NAMES.join(", ")),
                };
                Fault::new(file, &format!("{field}.cell"), format!("unknown cell `{name}`; {advice}"))
            })?,
        };
        if self.cell_grams_co2e.is_some() {
            cell.grams_co2e.clone_from(&self.cell_grams_co2e);
        }
        Ok(Battery {
            cell,
            in_series: self.in_series.clone(),
            in_parallel: self.in_parallel.clone(),
            converter: self.converter.clone(),
        })
    }
}
