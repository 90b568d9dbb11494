//! A network's life, as asked about: which stages there are, what runs them and where.
//!
//! A stage may be given bottom-up (work times counts), top-down (hours times processors times watts) and measured, in
//! any combination. Measured counts before top-down, top-down before bottom-up; where a training is given bottom-up and
//! in another way, their ratio is shown as a cross-check.

use heapless::Vec;

use crate::device::Profile;
use crate::edge::Edge;
use crate::embodied::Embodied;
use crate::model::work::Work;
use crate::range::Range;
use crate::site::Site;
use crate::sourced::Sourced;
use crate::units::{
    Count, Factor, Gigabytes, Hours, Joules, KilowattHours, Multiplicity, OverheadShare, Utilisation, Watts,
    WattsPerGigabyte,
};

/// Most entries in a list of search runs; an entry may stand for many equal runs.
pub const MAX_RUNS: usize = 64;

/// What is asked: a stage that is `None` is not known, not zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Which boundaries hold.
    pub mode: Mode,
    /// Work of one inference; not needed where every stage is top-down or measured.
    pub work: Option<Work>,
    /// Architecture search and hyper-parameter tuning.
    pub search: Option<Stage<Search>>,
    /// The final training.
    pub training: Option<Stage<Passes>>,
    /// Whether the search already contains the final training.
    pub final_training: FinalTraining,
    /// Use.
    pub inference: Option<Stage<Use>>,
}

/// Which boundaries an estimate has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Mode {
    /// Each stage with its own device and site, idle time where asked for.
    #[default]
    LifeCycle,
    /// As the source paper has it: one device and one site for all, nothing idle.
    Paper,
}

/// Whether the final training counts beside the search or is one of its runs. It counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum FinalTraining {
    /// Another run, after the search.
    #[default]
    Separate,
    /// One of the search's runs: its energy is in the search's.
    IncludedInSearch,
}

/// The stages, in the order of a network's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum StageName {
    /// Architecture search and hyper-parameter tuning.
    Search,
    /// The final training.
    Training,
    /// Use.
    Inference,
}

impl StageName {
    /// All stages, in order.
    pub const ALL: [Self; 3] = [Self::Search, Self::Training, Self::Inference];

    /// The name used in JSON and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Training => "training",
            Self::Inference => "inference",
        }
    }
}

/// One stage: what it does, on what, where.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage<T> {
    /// What runs it; needed bottom-up, and top-down where the watts are not given.
    pub device: Option<Profile>,
    /// How many of the device share the work.
    pub device_count: Sourced<Multiplicity>,
    /// Where it runs.
    pub site: Site,
    /// How long each device is on in all, idle time included; without it nothing is idle.
    pub powered: Option<Sourced<Hours>>,
    /// Work times counts.
    pub bottom_up: Option<T>,
    /// Hours times processors times watts.
    pub top_down: Option<TopDown>,
    /// A meter's or a tool's reading for the whole stage.
    pub measured: Option<Measured>,
    /// What making its devices emitted; not known unless given.
    pub embodied: Option<Embodied>,
    /// How its devices live in the field; of inference alone, and instead of `powered`.
    pub edge: Option<Edge>,
    /// Another network than the scenario's.
    pub work: Option<Work>,
}

/// How often a training sends samples through the network.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Passes {
    /// Samples an epoch.
    pub samples: Sourced<Count>,
    /// Epochs.
    pub epochs: Sourced<Count>,
    /// Share of the energy that is not the forward pass.
    #[cfg_attr(feature = "serde", serde(default = "crate::defaults::overhead_share"))]
    pub overhead_share: Sourced<OverheadShare>,
    /// Samples that share one reading of the weights.
    #[cfg_attr(feature = "serde", serde(default = "crate::defaults::training_batch"))]
    pub batch: Sourced<Multiplicity>,
    /// Energy of one sample's forward pass at the device, where it was measured.
    #[cfg_attr(feature = "serde", serde(default))]
    pub energy_per_sample_joules: Option<Sourced<Joules>>,
}

/// The runs of a search.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Search {
    /// What was run.
    pub runs: Runs,
    /// Over how many problems the found architecture is used: each bears its part, however the search's energy is known.
    #[cfg_attr(feature = "serde", serde(default = "crate::defaults::one"))]
    pub shared_over: Sourced<Multiplicity>,
}

/// Equal or different runs.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[expect(clippy::large_enum_variant, reason = "a scenario holds one, and there is no heap to put it on")]
pub enum Runs {
    /// So many runs like the final training: `CT = H * T`.
    LikeTraining(Sourced<Count>),
    /// Runs that differ: `CT = sum of T_h`.
    Each(Vec<Run, MAX_RUNS>),
}

/// One run of a search, or several equal ones.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Run {
    /// How many such runs.
    #[cfg_attr(feature = "serde", serde(default = "once"))]
    pub count: Range<Count>,
    /// Samples an epoch; the final training's where not given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub samples: Option<Range<Count>>,
    /// Epochs; the final training's where not given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub epochs: Option<Range<Count>>,
    /// Share of the energy that is not the forward pass; the final training's where not given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub overhead_share: Option<Range<OverheadShare>>,
    /// Energy of this candidate's inference over the final network's.
    #[cfg_attr(feature = "serde", serde(default = "same"))]
    pub relative_inference: Range<Factor>,
}

/// One run an entry, unless it says more.
#[cfg(feature = "serde")]
fn once() -> Range<Count> {
    crate::defaults::once().range
}

/// A candidate as costly as the final network, unless it says otherwise.
#[cfg(feature = "serde")]
fn same() -> Range<Factor> {
    Range::exact(Factor::ONE)
}

/// How often the network is used.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Use {
    /// Inferences over the whole life.
    pub inferences: Sourced<Count>,
    /// Samples that share one reading of the weights.
    #[cfg_attr(feature = "serde", serde(default = "crate::defaults::one"))]
    pub batch: Sourced<Multiplicity>,
    /// Energy of one inference at the device, where it was measured.
    #[cfg_attr(feature = "serde", serde(default))]
    pub energy_per_inference_joules: Option<Sourced<Joules>>,
}

/// Hours times processors times watts. [Patterson 2021, 2.5; memory and repeats as in Green Algorithms]
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct TopDown {
    /// Wall-clock hours of one run.
    pub hours: Sourced<Hours>,
    /// Processors at work.
    pub processors: Sourced<Multiplicity>,
    /// Watts of one processor, on the basis on which processors are counted: core, chip, board or machine. The device's
    /// active watts where not given.
    #[cfg_attr(feature = "serde", serde(default))]
    pub watts_per_processor: Option<Sourced<Watts>>,
    /// Share of the watts that is drawn.
    #[cfg_attr(feature = "serde", serde(default = "crate::defaults::fully_used"))]
    pub utilisation: Sourced<Utilisation>,
    /// Memory allocated, where its power is not in the watts.
    #[cfg_attr(feature = "serde", serde(default))]
    pub memory_gigabytes: Option<Sourced<Gigabytes>>,
    /// Power a gigabyte of memory draws.
    #[cfg_attr(feature = "serde", serde(default = "crate::defaults::memory_watts"))]
    pub memory_watts_per_gigabyte: Sourced<WattsPerGigabyte>,
    /// How often the whole is run.
    #[cfg_attr(feature = "serde", serde(default = "crate::defaults::once"))]
    pub repeats: Sourced<Count>,
}

/// A figure for a whole stage, by where the meter stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured {
    /// PUE is not inside.
    AtDevice(Sourced<Joules>),
    /// PUE is inside and is not applied again.
    AtFacility(Sourced<KilowattHours>),
    /// Another calculator's figure: modelled, PUE inside.
    Calculated(Sourced<KilowattHours>),
}
