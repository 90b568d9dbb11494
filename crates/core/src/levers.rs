//! Reduction measures as changes to the scenario, recomputed through the whole ladder.
//!
//! ```text
//! saved = LC(scenario) - LC(changed scenario)      the same draw of every input on both sides
//! ```
//!
//! No measure is a factor on a total: it changes an input or a device's rates, so what it leaves alone (idle time, another
//! stage, the grid) stays, and a measure that takes more is told with a negative saving. Measures whose condition does
//! not hold, or that need a number that nobody gave, are refused with the reason. [Gitzel et al. 2023, 3.4 to 3.8; the
//! source of each factor is in its [`Description`]]

mod change;
mod describe;
mod saving;
mod scale;
mod sensitivity;
#[cfg(test)]
mod tests;

pub use change::apply;
pub use describe::{Accuracy, Description};
pub use saving::{LEVER_DRAWS, MAX_REFUSALS, Ranking, Refused, Saving, combined, rank, saved, scratch_len};
pub use sensitivity::{Sensitivity, Tenth, sensitivity};

use core::fmt;

use crate::device::Profile;
use crate::model::work::Work;
use crate::plan::PlanError;
use crate::site::Site;
use crate::sourced::Sourced;
use crate::units::{Count, Factor, Multiplicity, OverheadShare, Pue, Share, Watts};

/// A reduction measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[expect(missing_docs, reason = "`describe` says what each is")]
pub enum Measure {
    CpuToGpu,
    GpuToTpu,
    GpuToTpuMeasured,
    OtherDevice,
    BetterPue,
    OtherRegion,
    TimeShift,
    LeanArchitecture,
    JointCompression,
    Quantization,
    Distillation,
    SparseActivation,
    TransferLearning,
    RandomSearch,
    FewerRuns,
    EarlyStop,
    SharedArchitecture,
    DeadChannels,
    DutyCycle,
    SleepPower,
    LongerLife,
    Batch,
}

impl Measure {
    /// Every measure, in the order in which ties are listed.
    pub const ALL: [Self; 22] = [
        Self::CpuToGpu,
        Self::GpuToTpu,
        Self::GpuToTpuMeasured,
        Self::OtherDevice,
        Self::BetterPue,
        Self::OtherRegion,
        Self::TimeShift,
        Self::LeanArchitecture,
        Self::JointCompression,
        Self::Quantization,
        Self::Distillation,
        Self::SparseActivation,
        Self::TransferLearning,
        Self::RandomSearch,
        Self::FewerRuns,
        Self::EarlyStop,
        Self::SharedArchitecture,
        Self::DeadChannels,
        Self::DutyCycle,
        Self::SleepPower,
        Self::LongerLife,
        Self::Batch,
    ];

    /// Whether two measures may not be combined: one contains the other, or both change the same thing.
    #[must_use]
    pub fn conflicts(self, other: Self) -> bool {
        // A group's members replace or contain each other.
        const GROUPS: [&[Measure]; 6] = [
            &[Measure::JointCompression, Measure::Quantization],
            &[Measure::CpuToGpu, Measure::GpuToTpu, Measure::GpuToTpuMeasured, Measure::OtherDevice],
            &[Measure::OtherRegion, Measure::TimeShift],
            &[Measure::LeanArchitecture, Measure::Distillation, Measure::SparseActivation],
            &[Measure::RandomSearch, Measure::FewerRuns],
            &[Measure::TransferLearning, Measure::EarlyStop],
        ];
        self == other || GROUPS.iter().any(|group| group.contains(&self) && group.contains(&other))
    }
}

/// What the user knows of their measures; `None` is not known, and a measure that needs it is refused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhatIf {
    /// Another place; the cleanest country of the table where not given.
    pub region: Option<Site>,
    /// Another data centre's PUE; Google's where not given.
    pub pue: Option<Sourced<Pue>>,
    /// Another device for search and training.
    pub device: Option<Profile>,
    /// A smaller network that a large one has taught, for inference.
    pub student: Option<Work>,
    /// Fine-tuning of a trained network instead of training one.
    pub transfer: Option<Transfer>,
    /// Runs that a random search needs.
    pub random_runs: Option<Sourced<Count>>,
    /// Share of the computation that does nothing: dead layers or channels.
    pub dead_share: Option<Sourced<Share>>,
    /// Share of the runs, the epochs or the sleep power that is left; a half where not given.
    pub left: Option<Sourced<Factor>>,
    /// Problems that share the search, or times that the hardware serves longer; two where not given.
    pub times: Option<Sourced<Factor>>,
    /// Inferences that share one reading of the weights; 32 where not given.
    pub batch: Option<Sourced<Multiplicity>>,
    /// Power of the device asleep, where its profile has none.
    pub sleep_watts: Option<Sourced<Watts>>,
}

/// Fine-tuning: `(D', E', I')` against `(D, E, I)`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Transfer {
    /// Samples an epoch.
    pub samples: Sourced<Count>,
    /// Epochs.
    pub epochs: Sourced<Count>,
    /// Energy of an inference of the trained network over the own one's; it holds for inference too.
    pub relative_inference: Sourced<Factor>,
    /// Share of the training that is not the forward pass, less where layers are frozen; as before where not given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub overhead_share: Option<Sourced<OverheadShare>>,
}

/// Why a measure doesn't apply.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// Its condition does not hold.
    Condition(&'static str),
    /// It needs a number that was not given.
    Needs(&'static str),
    /// The changed scenario contradicts itself.
    Plan(PlanError),
    /// It changes no gram.
    NoEffect,
    /// Another measure of the same list contains or replaces it.
    Conflict(Measure),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Condition(what) => f.write_str(what),
            Self::Needs(what) => write!(f, "no number is known: give {what}"),
            Self::Plan(error) => write!(f, "the changed scenario contradicts itself: {error}"),
            Self::NoEffect => f.write_str("it changes nothing here"),
            Self::Conflict(other) => {
                write!(f, "it can't be combined with {}", other.description().name)
            }
        }
    }
}

impl core::error::Error for Refusal {}

#[cfg(feature = "serde")]
impl serde::Serialize for Refusal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
