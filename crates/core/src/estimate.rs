//! The answer: each rung of the ladder with its range, what causes the range, and a digest.
//!
//! The most likely value is the ladder at the most likely inputs. Low and high are the 5 % and 95 % quantiles of many
//! ladders with all inputs drawn together, widened where needed so that they enclose the most likely value. Quantiles of
//! parts don't sum to the quantile of the whole; most likely values do.

mod breakdown;
mod cause;
pub(crate) mod quantile;
#[cfg(test)]
mod tests;

pub use breakdown::layer_share;
pub use cause::{Cause, MAX_CAUSES};

use heapless::Vec;

use crate::device::{Class, Evidence};
use crate::digest::Digest;
use crate::edge::{Battery, Edge, Supply};
use crate::plan::{ENERGY_RUNGS, Ladder, Plan, PlanError, RUNGS, Rung, Warning};
use crate::range::Range;
use crate::scenario::{Measured, Scenario, Stage, StageName};
use crate::site::Gas;
use crate::units::{Cycles, Grams, Joules, KilowattHours, Quantity, Seconds};

/// The version of the result's JSON form.
pub const RESULT_SCHEMA_VERSION: u32 = 1;
/// Draws that the shells make. Part of the result: other counts give other quantiles.
pub const DRAWS: usize = 10_000;
/// Fewest draws that quantiles of 5 and 95 % can be told from.
pub const LEAST_DRAWS: usize = 20;
/// Seed of the draws.
pub const SEED: u64 = 0x6A6F_756C_6567_7261;
/// Most warnings of a result.
pub const MAX_WARNINGS: usize = 30;

/// Room that [`estimate`] needs for a number of draws, in numbers.
#[must_use]
pub const fn scratch_len(draws: usize) -> usize {
    draws.saturating_mul(RUNGS)
}

/// The answer to a scenario.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Estimate<'a> {
    /// [`RESULT_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Digest of every number below that is drawn or computed: equal digests are equal results, bit for bit.
    pub digest: Digest,
    /// How many times all inputs were drawn.
    pub draws: u64,
    /// Energy of one inference at the device, before PUE.
    pub energy_per_inference_joules: Option<Range<Joules>>,
    /// Time of one inference.
    pub seconds_per_inference: Option<Range<Seconds>>,
    /// Processor cycles of one inference.
    pub cycles_per_inference: Option<Range<Cycles>>,
    /// Instructions of one inference, of a profile that counts those.
    pub instructions_per_inference: Option<Range<Cycles>>,
    /// Search, training, inference.
    pub stages: [StageEstimate<'a>; 3],
    /// All stages that are known.
    pub life_cycle: LifeCycle,
    /// Share of the inferences in the life cycle's energy.
    pub inference_share: Option<Range<f64>>,
    /// Inferences that take as much energy as search and training did, at the stage's energy per inference: where its
    /// device is powered longer than it computes, waiting is inside.
    pub break_even_inferences: Option<Range<f64>>,
    /// Bottom-up beside the figure that counts, where the training has both.
    pub training_cross_check: Option<CrossCheck>,
    /// Emissions of making the devices that their uses bear, all stages that are known; never inside the life cycle's.
    pub embodied_grams_co2e: Option<Range<Grams>>,
    /// Idle hours' part of the devices, where it stands apart and is borne by no use.
    pub embodied_idle_grams_co2e: Option<Range<Grams>>,
    /// Life cycle and embodied emissions for one inference; not known where no embodied emissions are.
    /// [Software Carbon Intensity 1.1.0; functional unit: one inference]
    pub software_carbon_intensity_grams_co2e: Option<Range<Grams>>,
    /// Devices in the field: their day, their battery, their cells.
    pub edge: Option<EdgeEstimate>,
    /// What makes the range of one inference's energy, most first.
    pub energy_per_inference_causes: Vec<Cause<'a>, MAX_CAUSES>,
    /// What makes the range of the life cycle's emissions, most first.
    pub life_cycle_causes: Vec<Cause<'a>, MAX_CAUSES>,
    /// What a reader should know.
    pub warnings: Vec<Warning, MAX_WARNINGS>,
}

/// One stage's part.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StageEstimate<'a> {
    /// Which stage.
    pub name: StageName,
    /// What runs it.
    pub device: Option<&'a str>,
    /// Where.
    pub site: Option<&'a str>,
    /// How the numbers came about; `None` for a stage that is not known.
    pub evidence: Option<Evidence>,
    /// Energy at the device, before PUE; not known where a meter's reading contains the PUE.
    pub energy_joules: Option<Range<Joules>>,
    /// Time that devices compute, summed over them; a top-down stage's hours on the clock.
    pub seconds: Option<Range<Seconds>>,
    /// Energy at the facility, PUE inside.
    pub energy_kilowatt_hours: Option<Range<KilowattHours>>,
    /// Emissions.
    pub emissions_grams_co2e: Option<Range<Grams>>,
    /// Its part of the emissions of making its devices, beside its own emissions.
    pub embodied_grams_co2e: Option<Range<Grams>>,
}

/// The sum of the stages that are known.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LifeCycle {
    /// Energy at the facilities.
    pub energy_kilowatt_hours: Option<Range<KilowattHours>>,
    /// Emissions.
    pub emissions_grams_co2e: Option<Range<Grams>>,
    /// Whether something is missing, so that the truth is more.
    pub is_lower_bound: bool,
}

/// Devices in the field. Their number is the stage's, and their energy and emissions over the years are too.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EdgeEstimate {
    /// Inferences of one device and day.
    pub active_joules_per_day: Range<Joules>,
    /// What is between them.
    pub rest_joules_per_day: Range<Joules>,
    /// The sensor.
    pub sensor_joules_per_day: Range<Joules>,
    /// Reports by radio.
    pub radio_joules_per_day: Range<Joules>,
    /// Losses between the supply and the device.
    pub losses_joules_per_day: Range<Joules>,
    /// What battery or mains give in a day: all of these, less what is harvested.
    pub taken_joules_per_day: Range<Joules>,
    /// How long a set of cells lasts, its shelf life at most; `None` on the mains.
    pub battery_life_days: Option<Range<f64>>,
    /// Cells that all devices use up in their years.
    pub cells: Option<Range<f64>>,
    /// Emissions of making those; inside the embodied emissions of inference.
    pub cells_grams_co2e: Option<Range<Grams>>,
}

/// A training seen from both ends.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CrossCheck {
    /// Bottom-up energy at the facility.
    pub bottom_up_kilowatt_hours: Range<KilowattHours>,
    /// The figure that counts, top-down or measured, over the bottom-up one.
    pub ratio: Range<f64>,
}

/// Evaluates a plan with its most likely inputs and with as many draws as `scratch` has room for.
///
/// `scratch` holds [`scratch_len`] numbers; what it held is overwritten. The result depends on the number of draws.
///
/// # Errors
/// [`PlanError::TooFewDraws`] for fewer than [`LEAST_DRAWS`], [`PlanError::NotFinite`] where a result overflows.
pub fn estimate<'a>(plan: &Plan<'a>, scratch: &mut [f64]) -> Result<Estimate<'a>, PlanError> {
    let draws = scratch.len() / RUNGS;
    if draws < LEAST_DRAWS {
        return Err(PlanError::TooFewDraws { given: draws, least: LEAST_DRAWS });
    }
    let most_likely = plan.most_likely();
    if most_likely.iter().flatten().any(|number| !number.is_finite()) {
        return Err(PlanError::NotFinite);
    }
    quantile::draw_all(plan, scratch, draws)?;
    let ranges = Ranges::new(&most_likely, scratch, draws)?;

    let scenario = plan.scenario();
    let mut estimate = Estimate {
        schema_version: RESULT_SCHEMA_VERSION,
        digest: Digest::default(),
        draws: draws as u64,
        energy_per_inference_joules: ranges.of(Rung::EnergyPerInference)?,
        seconds_per_inference: ranges.of(Rung::SecondsPerInference)?,
        cycles_per_inference: ranges.of(Rung::CyclesPerInference)?,
        instructions_per_inference: ranges.of(Rung::InstructionsPerInference)?,
        stages: [
            ranges.stage(plan, StageName::Search, scenario.search.as_ref())?,
            ranges.stage(plan, StageName::Training, scenario.training.as_ref())?,
            ranges.stage(plan, StageName::Inference, scenario.inference.as_ref())?,
        ],
        life_cycle: LifeCycle {
            energy_kilowatt_hours: ranges.of(Rung::LifeKilowattHours)?,
            emissions_grams_co2e: ranges.of(Rung::LifeGrams)?,
            is_lower_bound: false,
        },
        inference_share: ranges.of(Rung::InferenceShare)?,
        break_even_inferences: ranges.of(Rung::BreakEven)?,
        training_cross_check: ranges
            .of(Rung::BottomUpTraining)?
            .zip(ranges.of(Rung::TopDownOverBottomUp)?)
            .map(|(bottom_up_kilowatt_hours, ratio)| CrossCheck { bottom_up_kilowatt_hours, ratio }),
        embodied_grams_co2e: ranges.of(Rung::LifeEmbodied)?,
        embodied_idle_grams_co2e: ranges.of(Rung::IdleEmbodied)?,
        software_carbon_intensity_grams_co2e: ranges.of(Rung::GramsPerUse)?,
        edge: ranges.edge()?,
        energy_per_inference_causes: cause::rank(plan, Rung::EnergyPerInference)?,
        life_cycle_causes: cause::rank(plan, Rung::LifeGrams)?,
        warnings: Vec::new(),
    };
    estimate.digest = ranges.digest()?;
    warn(plan, &most_likely, &mut estimate);
    Ok(estimate)
}

/// Every rung's range; none where it is not known.
struct Ranges {
    rungs: [Option<Range<f64>>; RUNGS],
    draws: usize,
}

impl Ranges {
    /// Ranges of the most likely ladder and all drawn ones, of which `scratch` has a column a rung.
    fn new(most_likely: &Ladder, scratch: &[f64], draws: usize) -> Result<Self, PlanError> {
        let mut rungs = [None; RUNGS];
        for ((range, mode), column) in
            rungs.iter_mut().zip(most_likely.iter()).zip(scratch.chunks(draws.max(1)))
        {
            if let Some(mode) = mode {
                let (low, high) = quantile::five_and_ninety_five(column).ok_or(PlanError::NotFinite)?;
                let spread = Range::of(low.min(mode), mode, high.max(mode));
                *range = Some(spread.map_err(|_| PlanError::NotFinite)?);
            }
        }
        Ok(Self { rungs, draws })
    }

    /// A rung's range; `None` where it is not known.
    fn of<Q: Quantity>(&self, rung: Rung) -> Result<Option<Range<Q>>, PlanError> {
        let Some(range) = self.numbers(rung) else { return Ok(None) };
        if [range.low(), range.high()].iter().any(|number| !Q::LIMITS.allow(*number)) {
            return Err(PlanError::NotFinite);
        }
        // Minus zero equals zero but has other bits.
        let quantity = |number| Q::wrap(number + 0.0);
        Range::new(quantity(range.low()), quantity(range.mode()), quantity(range.high()))
            .map(Some)
            .map_err(|_| PlanError::NotFinite)
    }

    fn numbers(&self, rung: Rung) -> Option<Range<f64>> {
        self.rungs.get(rung as usize).copied().flatten()
    }

    fn stage<'a, T>(
        &self,
        plan: &Plan<'a>,
        name: StageName,
        stage: Option<&'a Stage<T>>,
    ) -> Result<StageEstimate<'a>, PlanError> {
        let rungs = Rung::of_stage(name);
        Ok(StageEstimate {
            name,
            device: stage.and_then(|stage| stage.device.as_ref()).map(|device| device.name.as_str()),
            site: stage.map(|stage| stage.site.name.as_str()),
            evidence: stage.map(|stage| evidence(plan, name, stage)),
            energy_joules: self.of(rungs.joules)?,
            seconds: self.of(rungs.seconds)?,
            energy_kilowatt_hours: self.of(rungs.kilowatt_hours)?,
            emissions_grams_co2e: self.of(rungs.grams)?,
            embodied_grams_co2e: self.of(rungs.embodied)?,
        })
    }

    fn edge(&self) -> Result<Option<EdgeEstimate>, PlanError> {
        let Some(taken_joules_per_day) = self.of(Rung::EdgeTaken)? else { return Ok(None) };
        let joules = |rung| Ok(self.of(rung)?.unwrap_or(Range::exact(Joules::ZERO)));
        Ok(Some(EdgeEstimate {
            active_joules_per_day: joules(Rung::EdgeActive)?,
            rest_joules_per_day: joules(Rung::EdgeRest)?,
            sensor_joules_per_day: joules(Rung::EdgeSensor)?,
            radio_joules_per_day: joules(Rung::EdgeRadio)?,
            losses_joules_per_day: joules(Rung::EdgeLosses)?,
            taken_joules_per_day,
            battery_life_days: self.of(Rung::BatteryDays)?,
            cells: self.of(Rung::Cells)?,
            cells_grams_co2e: self.of(Rung::CellGrams)?,
        }))
    }

    /// Digest of every rung's low, mode and high.
    fn digest(&self) -> Result<Digest, PlanError> {
        let mut digest = Digest::default().count(self.draws as u64);
        for rung in Rung::ALL {
            let range: Option<Range<f64>> = self.of(rung)?;
            // A result that says nothing of embodied emissions keeps its digest.
            if (rung as usize) < ENERGY_RUNGS {
                digest = digest.known(range.is_some());
            } else if range.is_some() {
                digest = digest.count(rung as u64);
            }
            if let Some(range) = range {
                digest = digest.number(range.low()).number(range.mode()).number(range.high());
            }
        }
        Ok(digest)
    }
}

/// A meter's reading is measured, whatever the device, another calculator's figure is not; everything else is as good as its profile, at best modelled.
fn evidence<T>(plan: &Plan<'_>, name: StageName, stage: &Stage<T>) -> Evidence {
    match (&stage.measured, &stage.device) {
        (Some(Measured::Calculated(_)), _) => Evidence::Modelled,
        (Some(_), _) => Evidence::Measured,
        (None, Some(device)) if device.is_emulated() && plan.is_priced_by_profile(name) => Evidence::Emulated,
        _ => Evidence::Modelled,
    }
}

fn warn(plan: &Plan<'_>, most_likely: &Ladder, estimate: &mut Estimate<'_>) {
    let Scenario { search, training, inference, .. } = plan.scenario();
    // Three stages have at most nine warnings each, inference eight and two of its cells, and one more is about the training: there is room.
    let mut add = |warning: Warning, lower_bound: bool| {
        estimate.life_cycle.is_lower_bound |= lower_bound;
        if !estimate.warnings.contains(&warning) {
            let _ = estimate.warnings.push(warning);
        }
    };
    warn_stage(plan, most_likely, StageName::Search, search.as_ref(), &mut add);
    warn_stage(plan, most_likely, StageName::Training, training.as_ref(), &mut add);
    warn_stage(plan, most_likely, StageName::Inference, inference.as_ref(), &mut add);
    let edge = inference.as_ref().and_then(|stage| stage.edge.as_ref());
    if let Some(Edge { supply: Supply::Battery(Battery { cell, .. }), .. }) = edge {
        if !cell.is_rechargeable {
            add(Warning::PrimaryCells(cell.name.clone()), false);
        }
        if cell.grams_co2e.is_none() {
            add(Warning::CellsNotKnown(cell.name.clone()), false);
        }
    }
    if let Some(ratio) = most_likely.get(Rung::TopDownOverBottomUp)
        && !(0.5..=2.0).contains(&ratio)
    {
        add(Warning::CrossCheckFar(ratio), false);
    }
}

fn warn_stage<T>(
    plan: &Plan<'_>,
    most_likely: &Ladder,
    name: StageName,
    stage: Option<&Stage<T>>,
    add: &mut impl FnMut(Warning, bool),
) {
    let Some(stage) = stage else {
        add(Warning::NotGiven(name), true);
        return;
    };
    let site = &stage.site;
    if site.fallback {
        add(Warning::GridFallback(site.name.clone()), false);
    }
    if site.grid.range.high().value() == 0.0 {
        add(Warning::DirectEmissionsOnly(site.name.clone()), false);
    }
    if site.gas == Gas::Co2 {
        add(Warning::Co2Only(site.name.clone()), false);
    }
    if let Some(device) = stage.device.as_ref().filter(|_| plan.is_priced_by_profile(name)) {
        if device.is_emulated() {
            add(Warning::Emulated(device.name.clone()), true);
        }
        if name != StageName::Inference && device.class == Class::Board {
            add(Warning::TrainingOnBoard(name, device.name.clone()), false);
        }
    }
    let layers = plan.unpriced_layers(name);
    if most_likely.get(Rung::of_stage(name).kilowatt_hours).is_none() {
        let why = match &stage.device {
            Some(device) if device.is_emulated() => "its device counts instructions only",
            Some(device) if device.active_watts.is_none() => "its device's active watts are not given",
            _ if layers > 0 => "its layers could not be priced",
            Some(_) => "its device's profile is incomplete",
            None => "that of the training is not",
        };
        add(Warning::NotKnown(name, why), true);
    }
    if layers > 0 {
        add(Warning::UnpricedLayers { stage: name, layers }, true);
    }
    if plan.idle_not_known(name) {
        add(Warning::IdleNotKnown(name), true);
    }
    if plan.embodied_not_known(name) {
        add(Warning::EmbodiedNotKnown(name), false);
    }
}

impl<T> Stage<T> {
    /// Whether a meter's reading contains the PUE.
    #[must_use]
    pub const fn measured_at_facility(&self) -> bool {
        matches!(self.measured, Some(Measured::AtFacility(_) | Measured::Calculated(_)))
    }
}
