//! A device profile: what calibration yields, what presets are, and what a person can write by hand.
//!
//! Cycles and watts stand apart, because they are measured apart: the board's counter gives cycles by kind of layer, the
//! meter gives watts by state. A calibrated profile predicts one inference as
//!
//! ```text
//! cycles  = per_inference + sum over layers (per_layer + per_mac * MACs + per_output * outputs
//!                                            + per_gathered_byte * gathered bytes + per_activation_byte * activation bytes
//!                                            + per_weight_byte * weight bytes + per_filter * filters + per_run * runs)
//!                         + per_weight_byte * weight bytes
//! seconds = cycles * cycles_factor / clock
//! joules  = sum over kinds of (active watts * watts_ratio * seconds)
//! ```
//!
//! and a data-sheet profile as
//!
//! ```text
//! seconds = (2 * MACs / peak operations per second + bytes moved / memory bytes per second) / utilisation
//! joules  = active watts * seconds
//! ```
//!
//! The two terms are added: no overlap of computing and moving is assumed. Full overlap would at most halve the time,
//! which the range of the utilisation has to cover.

use heapless::Vec;

use crate::model::work::Kind;
use crate::range::Range;
use crate::sourced::{Sourced, Text};
use crate::units::{
    BytesPerSecond, Cycles, Factor, Hertz, OperationsPerSecond, Quantity, Utilisation, Volts, Watts,
};

/// The version of the profile's JSON form that this core reads and writes.
pub const PROFILE_SCHEMA_VERSION: u32 = 1;

/// A device, as far as energy is concerned.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Profile {
    /// [`PROFILE_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Short name, as `--device` takes it.
    pub name: Text,
    /// What sort of machine it is.
    pub class: Class,
    /// How the numbers came about.
    pub evidence: Evidence,
    /// The inference software that the cycles were measured with; it alone can change energy severalfold.
    #[cfg_attr(feature = "serde", serde(default))]
    pub software: Option<Text>,
    /// What a unit of work costs.
    pub cost: Cost,
    /// Power at the supply while it computes, static part included.
    #[cfg_attr(feature = "serde", serde(default))]
    pub active_watts: Option<Sourced<Watts>>,
    /// Power while it is on and waits.
    #[cfg_attr(feature = "serde", serde(default))]
    pub idle_watts: Option<Sourced<Watts>>,
    /// Power in its deepest usual sleep.
    #[cfg_attr(feature = "serde", serde(default))]
    pub sleep_watts: Option<Sourced<Watts>>,
    /// Supply voltage that the watts hold for.
    #[cfg_attr(feature = "serde", serde(default))]
    pub supply_volts: Option<Sourced<Volts>>,
    /// How the supply voltage becomes the core's: on a linear regulator energy scales with the supply.
    #[cfg_attr(feature = "serde", serde(default))]
    pub regulator: Option<Regulator>,
}

/// What sort of machine a device is; decides which PUE is usual where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Class {
    /// A microcontroller board.
    Board,
    /// A single-board computer or an edge module.
    Edge,
    /// A personal computer.
    Computer,
    /// A server processor or accelerator in a data centre.
    Server,
}

/// How the numbers of a profile or a result came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Evidence {
    /// Cycles from a counter and watts from a meter.
    Measured,
    /// Computed from data sheets or from other models' measurements.
    Modelled,
    /// Instructions counted in an emulator: no seconds, no joules.
    Emulated,
}

/// A voltage regulator's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Regulator {
    /// Linear: the current stays, so energy scales with the supply voltage.
    Ldo,
    /// Switching: the power nearly stays.
    Switching,
}

/// What a unit of work costs on a device.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[expect(clippy::large_enum_variant, reason = "a profile holds one, and there is no heap to put it on")]
pub enum Cost {
    /// Cycles by kind of layer.
    Calibrated(Calibrated),
    /// Peak rates and a share of them.
    Datasheet(Datasheet),
}

/// Cycles (or instructions) by kind of layer.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Calibrated {
    /// What the coefficients count.
    pub counter: Counter,
    /// Clock while computing; not known where only instructions are.
    #[cfg_attr(feature = "serde", serde(default))]
    pub clock_hertz: Option<Sourced<Hertz>>,
    /// Cycles that an inference takes beside its layers.
    pub per_inference: Cycles,
    /// Cycles that a byte of weights takes beside its layer's kind.
    pub per_weight_byte: Cycles,
    /// What each kind of layer costs.
    pub kinds: Vec<KindCost, { Kind::ALL.len() }>,
    /// What the true cycles are, as a multiple of the predicted: the model's error, and the spread between programs.
    pub cycles_factor: Sourced<Factor>,
}

/// What the coefficients of a calibrated profile count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Counter {
    /// Processor cycles.
    Cycles,
    /// Instructions.
    Instructions,
}

/// What one kind of layer costs, in cycles or instructions.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct KindCost {
    /// Which kind.
    pub kind: Kind,
    /// For a layer as such.
    #[cfg_attr(feature = "serde", serde(default = "no_cycles"))]
    pub per_layer: Cycles,
    /// For a multiply-accumulate.
    #[cfg_attr(feature = "serde", serde(default = "no_cycles"))]
    pub per_mac: Cycles,
    /// For an element written.
    #[cfg_attr(feature = "serde", serde(default = "no_cycles"))]
    pub per_output: Cycles,
    /// For a byte gathered.
    #[cfg_attr(feature = "serde", serde(default = "no_cycles"))]
    pub per_gathered_byte: Cycles,
    /// For a byte of activations read or written.
    #[cfg_attr(feature = "serde", serde(default = "no_cycles", skip_serializing_if = "is_nothing"))]
    pub per_activation_byte: Cycles,
    /// For a byte of weights, beside the profile's own cost of one.
    #[cfg_attr(feature = "serde", serde(default = "no_cycles", skip_serializing_if = "is_nothing"))]
    pub per_weight_byte: Cycles,
    /// For an output channel of a convolution.
    #[cfg_attr(feature = "serde", serde(default = "no_cycles", skip_serializing_if = "is_nothing"))]
    pub per_filter: Cycles,
    /// For a run of bytes that is begun anew.
    #[cfg_attr(feature = "serde", serde(default = "no_cycles", skip_serializing_if = "is_nothing"))]
    pub per_run: Cycles,
    /// For a multiply-accumulate on an input that a `ReLU` gave; as any other if not known.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub per_rectified_mac: Option<Cycles>,
    /// Active watts in such a layer over the profile's active watts.
    #[cfg_attr(feature = "serde", serde(default = "same_watts"))]
    pub watts_ratio: Factor,
}

impl KindCost {
    /// A kind that costs nothing yet.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            per_layer: no_cycles(),
            per_mac: no_cycles(),
            per_output: no_cycles(),
            per_gathered_byte: no_cycles(),
            per_activation_byte: no_cycles(),
            per_weight_byte: no_cycles(),
            per_filter: no_cycles(),
            per_run: no_cycles(),
            per_rectified_mac: None,
            watts_ratio: same_watts(),
        }
    }
}

fn no_cycles() -> Cycles {
    Cycles::wrap(0.0)
}

#[cfg(feature = "serde")]
fn is_nothing(cycles: &Cycles) -> bool {
    cycles.value() <= 0.0
}

fn same_watts() -> Factor {
    Factor::ONE
}

/// Peak rates from a data sheet and the share of them that programs reach.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Datasheet {
    /// Operations a second at the precision in use; a multiply-accumulate is two.
    pub peak_operations_per_second: Sourced<OperationsPerSecond>,
    /// Memory bandwidth; where it is not known, moving costs no time and the result is the lower for it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub memory_bytes_per_second: Option<Sourced<BytesPerSecond>>,
    /// Share of the peak rates that is reached.
    pub utilisation: Sourced<Utilisation>,
}

impl Profile {
    /// Hardware that is in no table: what it draws, and how many operations a second it reaches. It stands in no data
    /// centre unless a PUE is given.
    #[must_use]
    pub fn by_hand(
        name: Text,
        active_watts: Range<Watts>,
        operations_per_second: Range<OperationsPerSecond>,
    ) -> Self {
        Self {
            schema_version: PROFILE_SCHEMA_VERSION,
            name,
            class: Class::Computer,
            evidence: Evidence::Modelled,
            software: None,
            cost: Cost::Datasheet(Datasheet {
                peak_operations_per_second: Sourced::given(operations_per_second),
                memory_bytes_per_second: None,
                utilisation: Sourced::given(Range::exact(Utilisation::wrap(1.0))),
            }),
            active_watts: Some(Sourced::given(active_watts)),
            idle_watts: None,
            sleep_watts: None,
            supply_volts: None,
            regulator: None,
        }
    }

    /// Whether the profile counts instructions of an emulator, which are neither seconds nor joules.
    #[must_use]
    pub const fn is_emulated(&self) -> bool {
        matches!(self.evidence, Evidence::Emulated)
    }
}
