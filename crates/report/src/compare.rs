//! Two scenarios side by side: how far apart, why, and after how many inferences one overtakes the other.
//!
//! Both are drawn together: draw `i` gives an input that both have, such as one grid's factor, the same value in both, so
//! that it widens neither difference nor crossing. A reason is one thing of the second scenario put into the first, and
//! the other way round; what is left over is their interplay.

mod exchange;
mod paired;
mod tell;
#[cfg(test)]
mod tests;

use joulegram::digest::Digest;
use joulegram::estimate::{LifeCycle, StageEstimate};
use joulegram::plan::Rung;
use joulegram::range::Range;
use serde::Serialize;

use crate::document::Document;
use crate::fault::Fault;
use crate::resolve::Case;

pub use exchange::Reason;
pub use paired::Crossing;
pub use tell::{table, tell};

/// The version of the comparison's JSON form.
pub const COMPARISON_SCHEMA_VERSION: u32 = 1;

/// Draws of both together, and of each by itself. [fewer than an estimate's: two lives in one blink]
pub const DRAWS: usize = 2_000;

/// Two scenarios. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// [`COMPARISON_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Digest of both answers' digests.
    pub digest: Digest,
    /// How many times all inputs were drawn.
    pub draws: u64,
    /// What the first is called.
    pub first: String,
    /// What the second is called.
    pub second: String,
    /// Search, training, inference.
    pub stages: Vec<StagePair>,
    /// Both lives.
    pub life_cycle: LifePair,
    /// Grams of the second beyond the first; negative where it has fewer.
    pub difference_grams_co2e: Option<Range<f64>>,
    /// What the difference comes from, the most first.
    pub reasons: Vec<Reason>,
    /// What no single exchange explains.
    pub interplay_grams_co2e: Option<f64>,
    /// Inferences at which both are equal.
    pub crossing: Option<Crossing>,
    /// What a reader should know.
    pub warnings: Vec<String>,
}

/// A stage of both.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StagePair {
    /// Which.
    pub name: &'static str,
    /// Of the first scenario.
    pub first: Side,
    /// Of the second.
    pub second: Side,
}

/// A stage of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// What runs it.
    pub device: Option<String>,
    /// Where.
    pub site: Option<String>,
    /// Energy at the meter.
    pub energy_kilowatt_hours: Option<Range<joulegram::units::KilowattHours>>,
    /// Emissions.
    pub emissions_grams_co2e: Option<Range<joulegram::units::Grams>>,
}

/// Both lives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LifePair {
    /// The first.
    pub first: LifeCycle,
    /// The second.
    pub second: LifeCycle,
}

impl Comparison {
    /// Compares two cases; `files` are their names for faults.
    ///
    /// # Errors
    /// [`Fault`] that names the file and what is wrong with it.
    pub fn of(files: [&str; 2], cases: [&Case; 2]) -> Result<Self, Fault> {
        let [first, second] = cases;
        let [of_first, of_second] =
            [Document::with_draws(files[0], first, DRAWS)?, Document::with_draws(files[1], second, DRAWS)?];
        let paired = paired::draw(files, cases)?;
        let reasons = exchange::reasons(cases, Rung::LifeGrams);
        let explained: f64 = reasons.iter().map(|reason| reason.grams_co2e).sum();
        let mut warnings: Vec<String> = Vec::new();
        for (document, side) in [(&of_first, "first"), (&of_second, "second")] {
            for warning in &document.estimate.warnings {
                let line = warning.to_string();
                match warnings.iter_mut().find(|known| known.ends_with(&line)) {
                    Some(known) => *known = format!("both: {line}"),
                    None => warnings.push(format!("{side}: {line}")),
                }
            }
        }
        let pairs = of_first.estimate.stages.iter().zip(&of_second.estimate.stages);
        Ok(Self {
            schema_version: COMPARISON_SCHEMA_VERSION,
            digest: Digest::default()
                .count(of_first.estimate.digest.value())
                .count(of_second.estimate.digest.value()),
            draws: DRAWS as u64,
            first: first.name.clone(),
            second: second.name.clone(),
            stages: pairs
                .map(|(a, b)| StagePair { name: a.name.name(), first: Side::of(a), second: Side::of(b) })
                .collect(),
            life_cycle: LifePair {
                first: of_first.estimate.life_cycle,
                second: of_second.estimate.life_cycle,
            },
            interplay_grams_co2e: paired.difference.map(|difference| interplay(difference.mode(), explained)),
            difference_grams_co2e: paired.difference,
            reasons,
            crossing: paired.crossing,
            warnings,
        })
    }
}

/// What is left of the difference; what is as small as the rounding of its sums is nothing.
fn interplay(difference: f64, explained: f64) -> f64 {
    let left = difference - explained;
    if left.abs() <= 1e-12 * difference.abs().max(explained.abs()) { 0.0 } else { left }
}

impl Side {
    fn of(stage: &StageEstimate<'_>) -> Self {
        Self {
            device: stage.device.map(str::to_owned),
            site: stage.site.map(str::to_owned),
            energy_kilowatt_hours: stage.energy_kilowatt_hours,
            emissions_grams_co2e: stage.emissions_grams_co2e,
        }
    }
}
