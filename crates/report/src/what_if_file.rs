//! The form of what a user knows of their measures, in a scenario file.
//!
//! ```json
//! "what_if": { "region": "SE", "student": { "file": "small.tflite" }, "random_runs": 8, "sleep_watts": 8e-6 }
//! ```

use joulegram::levers::Transfer;
use joulegram::sourced::Sourced;
use joulegram::units::{Count, Factor, Multiplicity, Share, Watts};
use serde::{Deserialize, Serialize};

use crate::scenario_file::{DeviceChoice, GridChoice, ModelChoice, PueChoice};

/// What the user knows of their measures; what is left out is not known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhatIfFile {
    /// Another place for what can move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<GridChoice>,
    /// Another data centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pue: Option<PueChoice>,
    /// Another device for search and training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceChoice>,
    /// A small network that the large one has taught.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student: Option<ModelChoice>,
    /// Fine-tuning instead of training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// Runs that a random search needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random_runs: Option<Sourced<Count>>,
    /// Share of the computation that does nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_share: Option<Sourced<Share>>,
    /// Share that is left of runs, epochs, sleep power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Sourced<Factor>>,
    /// Problems that share the search, or times that hardware serves longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Sourced<Factor>>,
    /// Inferences in a batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Sourced<Multiplicity>>,
    /// Power of the device asleep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sleep_watts: Option<Sourced<Watts>>,
}
