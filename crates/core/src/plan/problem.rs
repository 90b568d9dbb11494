//! Why a scenario can't be estimated, and what a reader of the result should know.

use core::fmt;

use super::input::MAX_INPUTS;
use crate::scenario::StageName;
use crate::sourced::Text;

/// Why a scenario has no estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlanError {
    /// A stage is incomplete or contradicts itself.
    Stage(StageName, Problem),
    /// Paper mode allows one device, one site and no idle time.
    PaperMode(&'static str),
    /// More than [`MAX_INPUTS`] inputs.
    TooManyInputs,
    /// Too few draws for quantiles.
    TooFewDraws {
        /// How many there is room for.
        given: usize,
        /// How many are needed.
        least: usize,
    },
    /// A result is too large for a number.
    NotFinite,
}

/// What is wrong with a stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Problem {
    /// None of the three ways is given.
    Empty,
    /// Bottom-up needs a device.
    NeedsDevice,
    /// Bottom-up needs a model, or a measured energy of one inference.
    NeedsModel,
    /// Runs like the final training need a training.
    NeedsTraining,
    /// An entry of the search's runs lacks a field that the training lacks too.
    RunWithout(&'static str),
    /// Top-down needs watts.
    TopDownNeedsWatts,
    /// Sharing a search that contains the final training would share the training too.
    SharedWithTraining,
    /// The final training can't be one of less than one run.
    NoRunIsTheTraining,
    /// An emulator's profile counts instructions, and no other does.
    EmulatorsCountInstructions,
    /// Idle time is what is left of the powered hours beside bottom-up work.
    PoweredNeedsBottomUp,
    /// The work takes longer than the devices are on.
    PoweredTooShort {
        /// Hours that each device is on.
        powered_hours: f64,
        /// Hours that each device computes.
        active_hours: f64,
    },
    /// Only inference happens in the field.
    EdgeOfInferenceOnly,
    /// A day in the field is inferences and what is between them.
    EdgeNeedsBottomUp,
    /// The power between inferences is not known.
    NeedsRestWatts,
    /// A linear regulator's charge needs the volts behind it.
    NeedsSupplyVolts,
    /// A linear regulator can't raise volts.
    CellsTooLow {
        /// Volts of the cells when empty.
        cells_volts: f64,
        /// Volts that the device runs on.
        supply_volts: f64,
    },
    /// The inferences of a day take longer than a day.
    BusierThanADay {
        /// Hours that they take.
        hours: f64,
    },
    /// Embodied emissions are allotted by time, and there is more of it than a device has.
    LongerThanLife {
        /// Hours that each device is had.
        had_hours: f64,
        /// Hours that it lives, or is busy in its life where it is had for its busy hours.
        lifespan_hours: f64,
    },
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage(stage, problem) => write!(f, "{}: {problem}", stage.name()),
            Self::PaperMode(what) => write!(f, "mode: `paper` {what}"),
            Self::TooManyInputs => write!(f, "more than {MAX_INPUTS} inputs have ranges or sources"),
            Self::TooFewDraws { given, least } => {
                write!(f, "{given} draws are too few for quantiles: at least {least}")
            }
            Self::NotFinite => f.write_str("the result is larger than a number can be (1.8e308)"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("give one of `bottom_up`, `top_down`, `measured`"),
            Self::NeedsDevice => f.write_str("`bottom_up` needs a `device`"),
            Self::NeedsModel => {
                f.write_str("`bottom_up` needs a model, or the measured energy of one inference")
            }
            Self::NeedsTraining => {
                f.write_str("`like_training` needs a `training`: give its figures, or list the runs under `each`")
            }
            Self::RunWithout(field) => {
                write!(f, "a run has no `{field}`, and there is no training with `bottom_up` to take it from")
            }
            Self::TopDownNeedsWatts => {
                f.write_str("`top_down` needs `watts_per_processor`, or a `device` whose active watts are known")
            }
            Self::SharedWithTraining => f.write_str(
                "`shared_over` would share the final training too: make it `separate`, and the search one run less",
            ),
            Self::NoRunIsTheTraining => {
                f.write_str("the final training is `included_in_search`, so `like_training` must be at least 1")
            }
            Self::EmulatorsCountInstructions => {
                f.write_str("its `device` must count `instructions` if and only if its evidence is `emulated`")
            }
            Self::PoweredNeedsBottomUp => f.write_str(
                "`powered_hours` needs `bottom_up`: a measured or top-down stage already contains its idle time",
            ),
            Self::PoweredTooShort { powered_hours, active_hours } => write!(
                f,
                "`powered_hours` is {powered_hours} h, but the work alone takes each device {active_hours:.4} h"
            ),
            Self::EdgeOfInferenceOnly => f.write_str("only `inference` has an `edge`"),
            Self::EdgeNeedsBottomUp => f.write_str(
                "`edge` needs `bottom_up` alone: it counts the time between inferences itself, without `powered_hours`, `top_down` or `measured`",
            ),
            Self::NeedsRestWatts => f.write_str(
                "`edge` needs `rest_watts`: the device's own power between inferences is not known",
            ),
            Self::NeedsSupplyVolts => f.write_str(
                "a linear converter needs `supply_volts`: the device's own are not known",
            ),
            Self::CellsTooLow { cells_volts, supply_volts } => write!(
                f,
                "empty cells give {cells_volts} V, and a linear converter needs at least the {supply_volts} V behind it: raise `in_series`, or take a switching one"
            ),
            Self::BusierThanADay { hours } => write!(
                f,
                "the inferences of a day take each device {hours:.4} h, more than the 24 h it has: raise `years` or `device_count`"
            ),
            Self::LongerThanLife { had_hours, lifespan_hours } => write!(
                f,
                "`embodied` gives each device {lifespan_hours:.4} h, but it is used for {had_hours:.4} h: raise `lifespan_hours`, `utilisation` or `device_count`"
            ),
        }
    }
}

impl core::error::Error for PlanError {}

/// What a reader of a result should know.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// No place was chosen: the world's average stands in.
    GridFallback(Text),
    /// The stage was not given: the total is a lower bound.
    NotGiven(StageName),
    /// The stage's energy is not known although it was given.
    NotKnown(StageName, &'static str),
    /// Layers that could not be counted or that the profile does not price.
    UnpricedLayers {
        /// In which stage.
        stage: StageName,
        /// How many.
        layers: u64,
    },
    /// Waiting is not counted, because the idle watts or the computing time are not known.
    IdleNotKnown(StageName),
    /// Embodied emissions are allotted by time, and the stage's is not known.
    EmbodiedNotKnown(StageName),
    /// The profile counts an emulator's instructions.
    Emulated(Text),
    /// The grid factor is zero.
    DirectEmissionsOnly(Text),
    /// The grid factor covers CO2 alone.
    Co2Only(Text),
    /// Primary cells: their energy comes from no grid.
    PrimaryCells(Text),
    /// Nothing is known of the emissions of making a cell.
    CellsNotKnown(Text),
    /// A training priced on a microcontroller.
    TrainingOnBoard(StageName, Text),
    /// Bottom-up and the figure that counts are far apart.
    CrossCheckFar(f64),
}

#[cfg(feature = "serde")]
impl serde::Serialize for Warning {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GridFallback(site) => {
                write!(f, "no place was given, so the grid factor is a fallback: {site}")
            }
            Self::NotGiven(stage) => {
                write!(f, "{} is not known, so the life cycle is a lower bound", stage.name())
            }
            Self::NotKnown(stage, why) => write!(
                f,
                "the energy of {} is not known ({why}), so the life cycle is a lower bound",
                stage.name()
            ),
            Self::UnpricedLayers { stage, layers } => write!(
                f,
                "{layers} layer{} could not be priced, so {} is a lower bound",
                if *layers == 1 { "" } else { "s" },
                stage.name()
            ),
            Self::IdleNotKnown(stage) => write!(
                f,
                "the device's idle watts are not known, or how long it computes is not, so {} leaves its idle time out and is a lower bound",
                stage.name()
            ),
            Self::EmbodiedNotKnown(stage) => write!(
                f,
                "how long {} has its devices is not known, so its part of their embodied emissions is not either: give `time_share`",
                stage.name()
            ),
            Self::Emulated(device) => write!(
                f,
                "{device} is an emulator's profile: it counts instructions, which are neither seconds nor joules"
            ),
            Self::DirectEmissionsOnly(site) => write!(
                f,
                "the grid factor of {site} is 0: that holds for direct emissions only, building the plant is not in it"
            ),
            Self::Co2Only(site) => {
                write!(f, "the grid factor of {site} covers CO2 only; other gases would add to it")
            }
            Self::PrimaryCells(cell) => write!(
                f,
                "{cell} is no grid: the emissions of inference are those of the same energy from one, and what the cells emit lies in making them"
            ),
            Self::CellsNotKnown(cell) => write!(
                f,
                "what making a {cell} emits is not known, so embodied emissions leave the cells out: give `cell_grams_co2e`"
            ),
            Self::TrainingOnBoard(stage, device) => write!(
                f,
                "{} is priced on {device}, a microcontroller board; name the machine that trains to change that",
                stage.name()
            ),
            Self::CrossCheckFar(ratio) => write!(
                f,
                "the training's energy is {ratio:.3} times what samples, epochs and the device's profile say"
            ),
        }
    }
}
