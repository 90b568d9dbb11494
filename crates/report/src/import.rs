//! What other tools measured: their files read as one energy, with the rule for PUE that each tool has.
//!
//! | tool | file | PUE |
//! | --- | --- | --- |
//! | codecarbon | `emissions.csv` | not inside, unless its `pue` column says more than 1 |
//! | experiment-impact-tracker | its summary as JSON | 1.58 inside |
//! | experiment-impact-tracker | `impacttracker/data.json`, samples of watts | not inside |
//! | carbontracker | `*_carbontracker_output.log` | inside; the file doesn't say which |
//! | carbontracker | `*_carbontracker.log`, watts of each epoch | not inside |
//! | energyusage | what it prints | not inside; the loss of the power supply is |
//! | nvidia-smi | `--query-gpu=... --format=csv` | not inside |
//! | Green Algorithms | the exported CSV | inside; modelled, not measured |
//! | SLURM | `sacct --parsable2` | not inside |
//!
//! A reading becomes the measured energy of a stage: where PUE is not inside, the site's is applied, once.

mod carbontracker;
mod clock;
mod codecarbon;
mod detect;
mod energyusage;
mod experiment_impact_tracker;
mod green_algorithms;
mod integral;
mod nvidia_smi;
mod sheet;
mod slurm;
mod tell;
#[cfg(test)]
mod tests;

use joulegram::device::Evidence;
use joulegram::range::Range;
use joulegram::scenario::Measured;
use joulegram::sourced::{Sourced, text};
use joulegram::units::{Hours, JOULES_PER_KILOWATT_HOUR, KilowattHours, Pue, Quantity};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

pub use tell::{table, tell};

/// The version of the reading's JSON form.
pub const READING_SCHEMA_VERSION: u32 = 1;

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// codecarbon's `emissions.csv`.
    Codecarbon,
    /// experiment-impact-tracker's summary or samples.
    ExperimentImpactTracker,
    /// A log of carbontracker.
    Carbontracker,
    /// What energyusage prints.
    Energyusage,
    /// The CSV of `nvidia-smi --query-gpu`.
    NvidiaSmi,
    /// The export of the Green Algorithms calculator.
    GreenAlgorithms,
    /// Rows of SLURM's `sacct --parsable2`.
    Slurm,
}

impl Tool {
    /// All tools.
    pub const ALL: [Self; 7] = [
        Self::Codecarbon,
        Self::ExperimentImpactTracker,
        Self::Carbontracker,
        Self::Energyusage,
        Self::NvidiaSmi,
        Self::GreenAlgorithms,
        Self::Slurm,
    ];

    /// The name used in files and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Codecarbon => "codecarbon",
            Self::ExperimentImpactTracker => "experiment-impact-tracker",
            Self::Carbontracker => "carbontracker",
            Self::Energyusage => "energyusage",
            Self::NvidiaSmi => "nvidia-smi",
            Self::GreenAlgorithms => "green-algorithms",
            Self::Slurm => "slurm",
        }
    }
}

/// What a tool's file says. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// [`READING_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The file it was read from.
    pub file: String,
    /// Whose file it is.
    pub tool: Tool,
    /// The tool's version, where the file says so.
    pub tool_version: Option<String>,
    /// Measured, or modelled from watts and hours.
    pub evidence: Evidence,
    /// The energy of all runs; a range where the file was rounded or has gaps.
    pub energy_kilowatt_hours: Range<KilowattHours>,
    /// Whether PUE is inside the energy: then it is not applied again.
    pub pue_included: bool,
    /// The PUE inside, where it is known.
    pub pue: Option<Pue>,
    /// Hours on the clock, all runs together.
    pub hours: Option<Hours>,
    /// How many runs the file holds.
    pub runs: usize,
    /// The year of the last run.
    pub year: Option<u16>,
    /// Parts of the energy.
    pub parts: Vec<Part>,
    /// What was measured.
    pub devices: Vec<MeasuredDevice>,
    /// What the energy leaves out.
    pub not_covered: Vec<String>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// A part of the energy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// Of which device or component.
    pub name: String,
    /// Its energy; `None` where the file leaves it out.
    pub energy_kilowatt_hours: Option<f64>,
}

/// A kind of device that was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasuredDevice {
    /// Its name.
    pub name: String,
    /// How many of it.
    pub count: Option<f64>,
}

impl Reading {
    /// A measured energy without PUE, and nothing else known.
    fn new(file: &str, tool: Tool, energy: Range<KilowattHours>) -> Self {
        Self {
            schema_version: READING_SCHEMA_VERSION,
            file: file.to_owned(),
            tool,
            tool_version: None,
            evidence: Evidence::Measured,
            energy_kilowatt_hours: energy,
            pue_included: false,
            pue: None,
            hours: None,
            runs: 1,
            year: None,
            parts: Vec::new(),
            devices: Vec::new(),
            not_covered: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The stage's energy, where the meter stands.
    ///
    /// # Errors
    /// [`Fault`] if the energy in joules is larger than a number can be.
    pub fn measured(&self) -> Result<Measured, Fault> {
        let energy = &self.energy_kilowatt_hours;
        let (low, mode, high) = (energy.low().value(), energy.mode().value(), energy.high().value());
        let source = self.source();
        let fault = |error| Fault::new(&self.file, "", error);
        if self.evidence != Evidence::Measured {
            return Ok(Measured::Calculated(Sourced {
                range: *energy,
                year: self.year,
                source: text(&source),
            }));
        }
        if self.pue_included {
            return Sourced::published((low, mode, high), self.year, &source)
                .map(Measured::AtFacility)
                .map_err(fault);
        }
        let joules = |kilowatt_hours: f64| kilowatt_hours * JOULES_PER_KILOWATT_HOUR;
        Sourced::published((joules(low), joules(mode), joules(high)), self.year, &source)
            .map(Measured::AtDevice)
            .map_err(fault)
    }

    /// Where the energy comes from, in a line.
    #[must_use]
    pub fn source(&self) -> String {
        let version = self.tool_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        let runs = if self.runs == 1 { String::new() } else { format!(", {} runs", self.runs) };
        format!("{}{version}: {}{runs}; {}", self.tool.name(), self.file, self.pue_rule())
    }

    /// The rule for PUE, in words.
    #[must_use]
    pub fn pue_rule(&self) -> String {
        match (self.pue_included, self.pue) {
            (false, _) => "PUE not inside".to_owned(),
            (true, Some(pue)) => format!("PUE {} inside", pue.value()),
            (true, None) => "PUE inside".to_owned(),
        }
    }
}

/// Reads a tool's file; `tool` is found by the content where it is not given.
///
/// # Errors
/// [`Fault`] that names file, line, column and value: an unknown form, an energy that is missing or negative, the same
/// device twice, runs that each count the whole machine.
pub fn read(file: &str, bytes: &[u8], tool: Option<Tool>) -> Result<Reading, Fault> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Fault::new(file, "", format!("no UTF-8 text: {error}")))?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(Fault::new(file, "", "it is empty: a tool's file has at least one reading"));
    }
    let tool = match tool {
        Some(tool) => tool,
        None => detect::tool(file, text)?,
    };
    match tool {
        Tool::Codecarbon => codecarbon::read(file, text),
        Tool::ExperimentImpactTracker => experiment_impact_tracker::read(file, text),
        Tool::Carbontracker => carbontracker::read(file, text),
        Tool::Energyusage => energyusage::read(file, text),
        Tool::NvidiaSmi => nvidia_smi::read(file, text),
        Tool::GreenAlgorithms => green_algorithms::read(file, text),
        Tool::Slurm => slurm::read(file, text),
    }
}

/// An energy that was read, checked.
fn energy(file: &str, field: &str, kilowatt_hours: f64) -> Result<Range<KilowattHours>, Fault> {
    KilowattHours::checked(kilowatt_hours).map(Range::exact).map_err(|error| Fault::new(file, field, error))
}

/// Hours that were read, checked.
fn hours(file: &str, field: &str, hours: f64) -> Result<Hours, Fault> {
    Hours::checked(hours).map_err(|error| Fault::new(file, field, error))
}
