//! The ladder of one set of input values: joules, kilowatt-hours, grams.

use super::edge::Field;
use crate::embodied::Borne;
use crate::scenario::StageName;
use crate::units::{Grams, Joules, KilowattHours, Multiplicity, Quantity, Seconds};

/// A rung: one number of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `Estimate` say what each is, in the same words")]
pub enum Rung {
    EnergyPerInference,
    SecondsPerInference,
    CyclesPerInference,
    InstructionsPerInference,
    SearchJoules,
    SearchSeconds,
    SearchKilowattHours,
    SearchGrams,
    TrainingJoules,
    TrainingSeconds,
    TrainingKilowattHours,
    TrainingGrams,
    InferenceJoules,
    InferenceSeconds,
    InferenceKilowattHours,
    InferenceGrams,
    LifeKilowattHours,
    LifeGrams,
    InferenceShare,
    BreakEven,
    BottomUpTraining,
    TopDownOverBottomUp,
    SearchEmbodied,
    TrainingEmbodied,
    InferenceEmbodied,
    LifeEmbodied,
    IdleEmbodied,
    GramsPerUse,
    EdgeActive,
    EdgeRest,
    EdgeSensor,
    EdgeRadio,
    EdgeLosses,
    EdgeTaken,
    BatteryDays,
    Cells,
    CellGrams,
}

/// The rungs of one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StageRungs {
    pub(crate) joules: Rung,
    pub(crate) seconds: Rung,
    pub(crate) kilowatt_hours: Rung,
    pub(crate) grams: Rung,
    pub(crate) embodied: Rung,
}

impl Rung {
    const SEARCH: StageRungs = StageRungs {
        joules: Self::SearchJoules,
        seconds: Self::SearchSeconds,
        kilowatt_hours: Self::SearchKilowattHours,
        grams: Self::SearchGrams,
        embodied: Self::SearchEmbodied,
    };
    const TRAINING: StageRungs = StageRungs {
        joules: Self::TrainingJoules,
        seconds: Self::TrainingSeconds,
        kilowatt_hours: Self::TrainingKilowattHours,
        grams: Self::TrainingGrams,
        embodied: Self::TrainingEmbodied,
    };
    const INFERENCE: StageRungs = StageRungs {
        joules: Self::InferenceJoules,
        seconds: Self::InferenceSeconds,
        kilowatt_hours: Self::InferenceKilowattHours,
        grams: Self::InferenceGrams,
        embodied: Self::InferenceEmbodied,
    };

    /// Every rung, in the order of their indices.
    pub const ALL: [Self; RUNGS] = [
        Self::EnergyPerInference,
        Self::SecondsPerInference,
        Self::CyclesPerInference,
        Self::InstructionsPerInference,
        Self::SearchJoules,
        Self::SearchSeconds,
        Self::SearchKilowattHours,
        Self::SearchGrams,
        Self::TrainingJoules,
        Self::TrainingSeconds,
        Self::TrainingKilowattHours,
        Self::TrainingGrams,
        Self::InferenceJoules,
        Self::InferenceSeconds,
        Self::InferenceKilowattHours,
        Self::InferenceGrams,
        Self::LifeKilowattHours,
        Self::LifeGrams,
        Self::InferenceShare,
        Self::BreakEven,
        Self::BottomUpTraining,
        Self::TopDownOverBottomUp,
        Self::SearchEmbodied,
        Self::TrainingEmbodied,
        Self::InferenceEmbodied,
        Self::LifeEmbodied,
        Self::IdleEmbodied,
        Self::GramsPerUse,
        Self::EdgeActive,
        Self::EdgeRest,
        Self::EdgeSensor,
        Self::EdgeRadio,
        Self::EdgeLosses,
        Self::EdgeTaken,
        Self::BatteryDays,
        Self::Cells,
        Self::CellGrams,
    ];

    /// The rungs of a stage.
    pub(crate) const fn of_stage(stage: StageName) -> StageRungs {
        match stage {
            StageName::Search => Self::SEARCH,
            StageName::Training => Self::TRAINING,
            StageName::Inference => Self::INFERENCE,
        }
    }
}

/// Number of the rungs before the first that is not of energy, time or its emissions.
pub const ENERGY_RUNGS: usize = Rung::SearchEmbodied as usize;
/// Number of rungs.
pub const RUNGS: usize = 37;

/// The numbers of one ladder; what is not known is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ladder {
    rungs: [Option<f64>; RUNGS],
}

impl Default for Ladder {
    fn default() -> Self {
        Self { rungs: [None; RUNGS] }
    }
}

impl Ladder {
    /// The number on a rung, in the rung's unit.
    #[must_use]
    pub fn get(&self, rung: Rung) -> Option<f64> {
        self.rungs.get(rung as usize).copied().flatten()
    }

    /// All numbers, in the order of [`Rung`].
    pub fn iter(&self) -> impl Iterator<Item = Option<f64>> + '_ {
        self.rungs.iter().copied()
    }

    pub(super) fn set_stage(&mut self, stage: StageName, cost: Option<StageCost>) {
        let rungs = Rung::of_stage(stage);
        let cost = cost.unwrap_or_default();
        self.set(rungs.joules, cost.joules.map(Quantity::value));
        self.set(rungs.seconds, cost.seconds.map(Quantity::value));
        self.set(rungs.kilowatt_hours, cost.energy.map(Quantity::value));
        self.set(rungs.grams, cost.emissions.map(Quantity::value));
        self.set(rungs.embodied, cost.embodied.map(|borne| borne.by_use.value()));
    }

    /// The rungs of devices in the field, in joules a day, days, cells and grams.
    pub(super) fn set_field(&mut self, field: Option<Field>) {
        let Some(field) = field else { return };
        for (rung, joules) in [
            (Rung::EdgeActive, field.day.active),
            (Rung::EdgeRest, field.day.rest),
            (Rung::EdgeSensor, field.day.sensor),
            (Rung::EdgeRadio, field.day.radio),
            (Rung::EdgeLosses, field.losses),
            (Rung::EdgeTaken, field.taken),
        ] {
            self.set(rung, Some(joules.value()));
        }
        self.set(Rung::BatteryDays, field.battery_days);
        self.set(Rung::Cells, field.cells);
        self.set(Rung::CellGrams, field.cell_grams.map(Quantity::value));
    }

    pub(super) fn set(&mut self, rung: Rung, value: Option<f64>) {
        if let Some(slot) = self.rungs.get_mut(rung as usize) {
            *slot = value;
        }
    }
}

/// What a stage takes, before its place on the ladder.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct StageCost {
    pub(super) joules: Option<Joules>,
    pub(super) seconds: Option<Seconds>,
    pub(super) energy: Option<KilowattHours>,
    pub(super) emissions: Option<Grams>,
    /// Beside the emissions, never inside them.
    pub(super) embodied: Option<Borne>,
}

impl StageCost {
    /// A stage whose cost is counted elsewhere.
    pub(super) const NOTHING: Self = Self {
        joules: Some(Joules::ZERO),
        seconds: Some(Seconds::ZERO),
        energy: Some(KilowattHours::ZERO),
        emissions: Some(Grams::ZERO),
        embodied: None,
    };

    /// One problem's part of what several share.
    pub(super) fn shared_over(self, problems: Multiplicity) -> Self {
        let part = 1.0 / problems.value();
        Self {
            joules: self.joules.map(|joules| joules * part),
            seconds: self.seconds.map(|seconds| seconds * part),
            energy: self.energy.map(|energy| energy * part),
            emissions: self.emissions.map(|emissions| emissions * part),
            embodied: self.embodied.map(|borne| borne.times(part)),
        }
    }
}
