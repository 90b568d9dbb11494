//! The form of a stage's embodied emissions in a scenario file, and the parts that it names.
//!
//! ```json
//! "embodied": {
//!   "parts": [{ "part": "iot_processing" }, { "part": "dram_ddr4", "amount": 16 }],
//!   "lifespan_hours": { "low": 26298, "mode": 35064, "high": 43830 },
//!   "time_share": 1
//! }
//! ```

use joulegram::data::embodied;
use joulegram::defaults;
use joulegram::embodied::{Embodied, Idle};
use joulegram::sourced::Sourced;
use joulegram::units::{Factor, Grams, Hours, Share, Utilisation};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// What making a stage's devices emitted: grams of one device, or its parts by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbodiedFile {
    /// Emissions of making one device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_grams: Option<Sourced<Grams>>,
    /// Parts of one device, from the table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartFile>,
    /// How long a device is in service.
    pub lifespan_hours: Sourced<Hours>,
    /// Share of the lifespan that a device is busy with anything.
    #[serde(default = "defaults::busy_share")]
    pub utilisation: Sourced<Utilisation>,
    /// Who bears the hours in which it isn't.
    #[serde(default)]
    pub idle: Idle,
    /// Share of a device's resources that the use takes.
    #[serde(default = "defaults::whole")]
    pub resource_share: Sourced<Share>,
    /// Share of the lifespan that is the use's; 1 for a device that does nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_share: Option<Sourced<Share>>,
}

/// So much of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartFile {
    /// A part's code or name: `iot_processing`, `logic_7nm`.
    pub part: String,
    /// Pieces, gigabytes or square centimetres.
    #[serde(default = "one")]
    pub amount: Factor,
}

const fn one() -> Factor {
    Factor::ONE
}

impl EmbodiedFile {
    /// Looks up the parts.
    ///
    /// # Errors
    /// [`Fault`] that names the field and, for an unknown part, the nearest one.
    pub fn resolve(&self, file: &str, field: &str) -> Result<Embodied, Fault> {
        let total = match (&self.total_grams, self.parts.as_slice()) {
            (Some(total), []) => total.clone(),
            (None, parts) => {
                let mut rows = Vec::new();
                for (index, PartFile { part, amount }) in parts.iter().enumerate() {
                    let row = embodied::find(part).map_err(|error| {
                        Fault::new(
                            file,
                            &format!("{field}.parts[{index}].part"),
                            format!("`{part}`: {error}"),
                        )
                    })?;
                    rows.push((row, *amount));
                }
                embodied::total(&rows).ok_or_else(|| {
                    Fault::new(file, field, "give `total_grams` of one device, or its `parts`")
                })?
            }
            (Some(_), _) => {
                return Err(Fault::new(file, field, "give either `total_grams` or `parts`, not both"));
            }
        };
        if self.lifespan_hours.range.low().value() <= 0.0 {
            let fault = "0 h is too small: it must be greater than 0 h";
            return Err(Fault::new(file, &format!("{field}.lifespan_hours"), fault));
        }
        Ok(Embodied {
            total,
            lifespan: self.lifespan_hours.clone(),
            utilisation: self.utilisation.clone(),
            idle: self.idle,
            resources: self.resource_share.clone(),
            time_share: self.time_share.clone(),
        })
    }
}
