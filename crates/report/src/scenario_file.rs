//! The form of a scenario in a file: devices, places and models by name; [`resolve`](crate::resolve) looks them up.
//!
//! ```json
//! {
//!   "schema_version": 1,
//!   "name": "keyword spotter",
//!   "model": { "file": "kws.tflite" },
//!   "device": "nucleo-l4r5zi",
//!   "site": { "grid": "DE" },
//!   "training": {
//!     "device": "a100", "site": { "pue": 1.2 },
//!     "bottom_up": { "samples": 100000, "epochs": 30 }
//!   },
//!   "inference": { "bottom_up": { "inferences": 31536000 } }
//! }
//! ```
//!
//! `device` and `site` at the top hold for every stage that names none. A number is exact, or an object with `low`,
//! `mode` and `high`, and where it comes from: `year`, `source`.

mod choice;

use std::fmt;

use joulegram::device::Profile;
use joulegram::scenario::{FinalTraining, Mode, Passes, Search, TopDown, Use};
use joulegram::sourced::Sourced;
use joulegram::units::{
    GramsPerKilowattHour, Hours, KilowattHours, Multiplicity, OperationsPerSecond, Pue, Watts,
};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::edge_file::EdgeFile;
use crate::embodied_file::EmbodiedFile;
use crate::fault::{Fault, from_json};
use crate::import::Tool;
use crate::json::{self, Member};
use crate::network::LayerList;
use crate::what_if_file::WhatIfFile;

/// The version of the file's form that is read and written.
pub const SCENARIO_SCHEMA_VERSION: u32 = 1;

/// The key of a profile's file that holds what the profile rests on.
pub const CALIBRATION: &str = "calibration";

/// A scenario file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// [`SCENARIO_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What it is called in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which boundaries hold.
    #[serde(default)]
    pub mode: Mode,
    /// The network; not needed where every stage is top-down or measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelChoice>,
    /// The device of stages that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceChoice>,
    /// The site of stages that name none.
    #[serde(default, skip_serializing_if = "SiteFile::is_empty")]
    pub site: SiteFile,
    /// Whether the search already contains the final training.
    #[serde(default)]
    pub final_training: FinalTraining,
    /// Architecture search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<StageFile<Search>>,
    /// The final training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<StageFile<Passes>>,
    /// Use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inference: Option<StageFile<Use>>,
    /// What is known of measures to reduce it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(feature = "whole"), serde(deserialize_with = "json::beyond"))]
    pub what_if: Option<WhatIfFile>,
}

/// Where the network comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelChoice {
    /// A `.tflite` file, its path relative to the scenario's.
    File(String),
    /// Layers by hand.
    Layers(LayerList),
}

/// A device: a preset's name, or an object with one key.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChoice {
    /// A profile file, its path relative to the scenario's.
    File(String),
    /// A profile in place.
    Profile(Box<Profile>),
    /// Watts and operations a second.
    ByHand(Box<DeviceByHand>),
    /// A preset.
    #[serde(untagged)]
    Name(String),
}

/// Hardware that is in no table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceByHand {
    /// What to call it.
    #[serde(default = "unnamed")]
    pub name: String,
    /// What it draws while computing.
    pub active_watts: Sourced<Watts>,
    /// What it reaches; a multiply-accumulate is two operations.
    pub operations_per_second: Sourced<OperationsPerSecond>,
    /// What it draws while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_watts: Option<Sourced<Watts>>,
}

fn unnamed() -> String {
    "device by hand".to_owned()
}

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteFile {
    /// A place's code or name, or grams a kilowatt-hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<GridChoice>,
    /// A data centre's name, or a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pue: Option<PueChoice>,
}

impl SiteFile {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A grid: by place, or by number.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum GridChoice {
    /// A code (`DE`, `US-CA`, `gcp:europe-west6`) or a name.
    Place(String),
    /// gCO2e/kWh.
    Factor(Sourced<GramsPerKilowattHour>),
}

/// A PUE: by data centre, or by number.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PueChoice {
    /// A name from the table.
    Place(String),
    /// The ratio.
    Ratio(Sourced<Pue>),
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
pub struct StageFile<T> {
    /// What runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceChoice>,
    /// How many of the device share the work.
    #[serde(default = "joulegram::defaults::one")]
    pub device_count: Sourced<Multiplicity>,
    /// Where.
    #[serde(default, skip_serializing_if = "SiteFile::is_empty")]
    pub site: SiteFile,
    /// How long each device is on in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub powered_hours: Option<Sourced<Hours>>,
    /// Work times counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bottom_up: Option<T>,
    /// Hours times processors times watts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(feature = "whole"), serde(deserialize_with = "json::beyond"))]
    pub top_down: Option<TopDown>,
    /// A reading for the whole stage, by hand or from a tool's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(feature = "whole"), serde(deserialize_with = "json::beyond"))]
    pub measured: Option<MeasuredFile>,
    /// What making its devices emitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(feature = "whole"), serde(deserialize_with = "json::beyond"))]
    pub embodied: Option<EmbodiedFile>,
    /// How its devices live in the field; of inference alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(feature = "whole"), serde(deserialize_with = "json::beyond"))]
    pub edge: Option<EdgeFile>,
}

/// A reading by hand, or the file of a tool.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum MeasuredFile {
    /// A number.
    Reading {
        /// The reading.
        energy_kilowatt_hours: Sourced<KilowattHours>,
        /// Whether PUE is inside: then it is not applied again.
        pue_included: bool,
    },
    /// What a tool wrote.
    Tool {
        /// The file, its path relative to the scenario's.
        file: String,
        /// Whose file it is; found by its content where not given.
        #[serde(skip_serializing_if = "Option::is_none")]
        tool: Option<Tool>,
    },
}

/// The keys of both, so that a fault names the one that is wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasuredFields {
    energy_kilowatt_hours: Option<Sourced<KilowattHours>>,
    pue_included: Option<bool>,
    file: Option<String>,
    tool: Option<Tool>,
}

/// What is wrong is found while the object is read, so that its place is known.
impl<'de> Deserialize<'de> for MeasuredFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = MeasuredFile;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let fields = MeasuredFields::deserialize(MapAccessDeserializer::new(map))?;
                fields.try_into().map_err(serde::de::Error::custom)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl TryFrom<MeasuredFields> for MeasuredFile {
    type Error = &'static str;

    fn try_from(fields: MeasuredFields) -> Result<Self, Self::Error> {
        match (fields.energy_kilowatt_hours, fields.pue_included, fields.file, fields.tool) {
            (Some(energy_kilowatt_hours), Some(pue_included), None, None) => {
                Ok(Self::Reading { energy_kilowatt_hours, pue_included })
            }
            (None, None, Some(file), tool) => Ok(Self::Tool { file, tool }),
            (Some(_), None, None, None) => Err("missing field `pue_included`"),
            _ => Err("give either `energy_kilowatt_hours` and `pue_included`, or `file` and perhaps `tool`"),
        }
    }
}

impl<T> StageFile<T> {
    /// A stage that is given bottom-up and says nothing else.
    #[must_use]
    pub fn bottom_up(bottom_up: T) -> Self {
        Self {
            device: None,
            device_count: joulegram::defaults::one(),
            site: SiteFile::default(),
            powered_hours: None,
            bottom_up: Some(bottom_up),
            top_down: None,
            measured: None,
            embodied: None,
            edge: None,
        }
    }
}

impl ScenarioFile {
    /// A scenario that says nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { schema_version: SCENARIO_SCHEMA_VERSION, ..Self::default() }
    }

    /// Reads a scenario from JSON.
    ///
    /// # Errors
    /// [`Fault`] that names field, value and limit.
    pub fn from_json(file: &str, text: &str) -> Result<Self, Fault> {
        #[cfg(feature = "whole")]
        check_version(file, text, "scenario", SCENARIO_SCHEMA_VERSION)?;
        let scenario: Self = from_json(file, text)?;
        if scenario.schema_version != SCENARIO_SCHEMA_VERSION {
            return Err(Fault::new(file, "schema_version", "it is not known"));
        }
        Ok(scenario)
    }
}

/// Reads a device profile from JSON.
///
/// # Errors
/// [`Fault`] that names field, value and limit.
pub fn profile_from_json(file: &str, text: &str) -> Result<Profile, Fault> {
    check_version(file, text, "profile", joulegram::device::PROFILE_SCHEMA_VERSION)?;
    // What a calibration rests on is for people and for a later fit: the profile does without.
    if let Ok(serde_json::Value::Object(mut all)) = serde_json::from_str(text)
        && all.remove(CALIBRATION).is_some()
    {
        return from_json(file, &serde_json::Value::Object(all).to_string());
    }
    from_json(file, text)
}

/// The version comes first: a file of another version is not judged by this one's fields.
fn check_version(file: &str, text: &str, what: &str, known: u32) -> Result<(), Fault> {
    match text.trim_start().chars().next() {
        None => return Err(Fault::new(file, "", format!("it is empty: a {what} is a JSON object"))),
        Some('{') => {}
        Some(_) => {
            return Err(Fault::new(
                file,
                "",
                format!("it is no {what}: that is a JSON object and begins with `{{`"),
            ));
        }
    }
    let fault = |message: String| Err(Fault::new(file, "schema_version", message));
    match json::member(text, "schema_version") {
        // What is no JSON has no version: its reader says why.
        Member::OfNothing => Ok(()),
        Member::Missing | Member::Is("null") => fault(format!(
            "it is missing: a {what} file of this version begins with \"schema_version\": {known}"
        )),
        Member::Is(version) if version == known.to_string() => Ok(()),
        Member::Is(version) => {
            fault(format!("{version} is not known: this program reads version {known} of a {what}"))
        }
    }
}
