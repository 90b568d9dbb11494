//! A scenario made ready: its inputs listed once, its formulas tied to them.
//!
//! A plan is evaluated as often as needed with one value for each input: once with the most likely values, many times
//! with drawn ones ([`crate::estimate`]). An input that several stages share, such as a grid factor, is one input: it
//! moves them together.

mod check;
mod edge;
mod embodied;
mod input;
mod ladder;
mod problem;
mod stage;
mod terms;
#[cfg(test)]
pub(crate) mod tests;

pub use input::{Input, MAX_INPUTS, What};
pub use ladder::{ENERGY_RUNGS, Ladder, RUNGS, Rung};
pub use problem::{PlanError, Problem, Warning};

use edge::Field;
use input::{Inputs, Term, Values};
use ladder::StageCost;
use stage::{Counted, PlaceTerms, StageTerms, at_device};
use terms::{PassTerms, SearchTerms, UseTerms};

use crate::embodied::{Borne, software_carbon_intensity};
use crate::energy::Pass;
use crate::lifecycle;
use crate::scenario::{FinalTraining, Mode, Scenario, StageName};
use crate::units::{Count, Grams, Quantity, Seconds};

/// A scenario made ready to evaluate.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<'a> {
    scenario: &'a Scenario,
    inputs: Inputs<'a>,
    search: Option<StageTerms<SearchTerms>>,
    training: Option<StageTerms<PassTerms>>,
    inference: Option<StageTerms<UseTerms>>,
}

impl<'a> Plan<'a> {
    /// Lists the inputs of a scenario and checks that each stage has what it needs.
    ///
    /// # Errors
    /// [`PlanError`] if a stage is incomplete or contradicts itself, or there are more than [`MAX_INPUTS`] inputs.
    pub fn new(scenario: &'a Scenario) -> Result<Self, PlanError> {
        if scenario.mode == Mode::Paper {
            check::paper_mode(scenario)?;
        }
        let Scenario { work, search, training, inference, .. } = scenario;
        let work = work.as_ref();
        let mut inputs = Inputs::default();
        let training_terms = training
            .as_ref()
            .map(|stage| StageTerms::new(&mut inputs, StageName::Training, stage, work, PassTerms::new))
            .transpose()?;
        let search_terms = search
            .as_ref()
            .map(|stage| {
                StageTerms::new(&mut inputs, StageName::Search, stage, work, |inputs, search| {
                    let passes = training_terms.as_ref().and_then(|stage| stage.bottom_up);
                    SearchTerms::new(inputs, search, stage.device.as_ref(), training.as_ref(), passes)
                })
            })
            .transpose()?;
        let inference_terms = inference
            .as_ref()
            .map(|stage| StageTerms::new(&mut inputs, StageName::Inference, stage, work, UseTerms::new))
            .transpose()?;
        let plan = Self {
            scenario,
            inputs,
            search: search_terms,
            training: training_terms,
            inference: inference_terms,
        };
        plan.check()?;
        Ok(plan)
    }

    /// The scenario it was made from.
    #[must_use]
    pub const fn scenario(&self) -> &'a Scenario {
        self.scenario
    }

    /// Every input, each once.
    #[must_use]
    pub fn inputs(&self) -> &[Input<'a>] {
        self.inputs.list()
    }

    /// The ladder at the most likely value of every input.
    #[must_use]
    pub fn most_likely(&self) -> Ladder {
        self.evaluate(&self.inputs.most_likely())
    }

    /// The ladder at the values of one draw.
    #[must_use]
    pub fn drawn(&self, seed: u64, draw: u64) -> Ladder {
        self.evaluate(&self.inputs.drawn(seed, draw))
    }

    /// The ladder with one input away from its most likely value; `input` is its index in [`Self::inputs`].
    #[must_use]
    pub fn with(&self, input: usize, value: f64) -> Ladder {
        let mut values = self.inputs.most_likely();
        if let Some(slot) = values.get_mut(input) {
            *slot = value;
        }
        self.evaluate(&values)
    }

    /// Whether a stage's energy is what its device's profile says of the network: neither measured, not even that of a
    /// single pass, nor top-down.
    #[must_use]
    pub fn is_priced_by_profile(&self, stage: StageName) -> bool {
        let training = self.training.as_ref().and_then(StageTerms::counted_bottom_up);
        let training = training.is_some_and(|passes| passes.measured.is_none());
        match stage {
            StageName::Training => training,
            StageName::Search => match self.search.as_ref().and_then(StageTerms::counted_bottom_up) {
                Some(search) if search.repeats_training() => training,
                Some(search) => !search.is_measured(),
                None => false,
            },
            StageName::Inference => {
                let uses = self.inference.as_ref().and_then(StageTerms::counted_bottom_up);
                uses.is_some_and(|uses| uses.measured.is_none())
            }
        }
    }

    /// Layers of a stage's network that its device's profile can't price, where it has to.
    #[must_use]
    pub fn unpriced_layers(&self, stage: StageName) -> u64 {
        let place = self.place(stage).filter(|_| self.is_priced_by_profile(stage));
        let demand = place.and_then(|place| place.device).and_then(|device| device.demand);
        demand.map_or(0, |demand| demand.unpriced_layers)
    }

    /// Whether a stage has idle time that can't be priced: its watts, or the time that is left for it, are not known.
    #[must_use]
    pub fn idle_not_known(&self, stage: StageName) -> bool {
        let active = self.most_likely().get(Rung::of_stage(stage).seconds).map(Seconds::wrap);
        let values = self.inputs.most_likely();
        self.place(stage).is_some_and(|place| place.idle(active, &values).is_none())
    }

    /// Whether a stage's embodied emissions were asked about and its time is not known.
    #[must_use]
    pub fn embodied_not_known(&self, stage: StageName) -> bool {
        self.place(stage).is_some_and(|place| place.embodied.is_some())
            && self.most_likely().get(Rung::of_stage(stage).embodied).is_none()
    }

    /// Where a stage runs.
    fn place(&self, stage: StageName) -> Option<PlaceTerms> {
        match stage {
            StageName::Search => self.search.as_ref().map(|stage| stage.place),
            StageName::Training => self.training.as_ref().map(|stage| stage.place),
            StageName::Inference => self.inference.as_ref().map(|stage| stage.place),
        }
    }

    /// The ladder at one value for each input.
    fn evaluate(&self, values: &Values) -> Ladder {
        let mut ladder = Ladder::default();
        let counted_training = self.training_energy(values);
        let counted_search = self.search_energy(counted_training, values);
        let InUse { pass, counted: counted_inference, field } = self.inference_energy(values);

        ladder.set(Rung::EnergyPerInference, pass.joules.map(Quantity::value));
        ladder.set(Rung::SecondsPerInference, pass.seconds.map(Quantity::value));
        ladder.set(Rung::CyclesPerInference, pass.cycles.map(Quantity::value));
        ladder.set(Rung::InstructionsPerInference, pass.instructions.map(Quantity::value));

        let search = self.search.as_ref().map(|stage| {
            // Idle time is the whole search's: it is shared with the rest.
            let whole = stage.place.cost(counted_search, values);
            stage.bottom_up.as_ref().map_or(whole, |search| whole.shared_over(search.shared_over.of(values)))
        });
        let own_training = self.training.as_ref().map(|stage| stage.place.cost(counted_training, values));
        let mut inference = self.inference.as_ref().map(|stage| stage.place.cost(counted_inference, values));
        if let Some((stage, cells)) = inference.as_mut().zip(field.and_then(|field| field.cell_grams)) {
            let device = stage.embodied.unwrap_or(Borne::NOTHING);
            stage.embodied = Some(Borne { by_use: device.by_use + cells, ..device });
        }
        let training = match (self.scenario.final_training, search.and_then(|search| search.energy)) {
            // Its energy is in the search's.
            (FinalTraining::IncludedInSearch, Some(_)) => own_training.map(|own| StageCost {
                embodied: own.embodied.map(|borne| borne.times(0.0)),
                ..StageCost::NOTHING
            }),
            _ => own_training,
        };
        ladder.set_stage(StageName::Search, search);
        ladder.set_stage(StageName::Training, training);
        ladder.set_stage(StageName::Inference, inference);

        let stages = [search, training, inference];
        let energy = sum(stages.iter().flatten().filter_map(|stage| stage.energy));
        let emissions = sum(stages.iter().flatten().filter_map(|stage| stage.emissions));
        ladder.set(Rung::LifeKilowattHours, energy.map(Quantity::value));
        ladder.set(Rung::LifeGrams, emissions.map(Quantity::value));

        let borne = || stages.iter().flatten().filter_map(|stage| stage.embodied);
        let embodied: Option<Grams> = sum(borne().map(|borne| borne.by_use));
        ladder.set(Rung::LifeEmbodied, embodied.map(Quantity::value));
        ladder.set(Rung::IdleEmbodied, sum(borne().map(|borne| borne.idle)).map(Quantity::value));

        let making = sum([search, training].iter().flatten().filter_map(|stage| stage.energy));
        let using = inference.and_then(|stage| stage.energy);
        // A share of nothing but itself would say 100 % where search and training are not known.
        let parts = making.and(energy).zip(using);
        ladder.set(
            Rung::InferenceShare,
            parts.and_then(|(life, using)| lifecycle::inference_share(using, life)),
        );
        // One inference's part of the stage, waiting included.
        let uses = self.inference.as_ref().and_then(|stage| stage.bottom_up.as_ref());
        let inferences =
            uses.map(|uses| uses.inferences.of::<Count>(values).value()).filter(|count| *count > 0.0);
        let one = using.zip(inferences).map(|(using, inferences)| using * (1.0 / inferences));
        ladder.set(
            Rung::BreakEven,
            making.zip(one).and_then(|(making, one)| lifecycle::break_even(making, one)),
        );
        ladder.set(
            Rung::GramsPerUse,
            emissions.zip(embodied).zip(inferences).and_then(|((operational, embodied), units)| {
                software_carbon_intensity(operational, embodied, units).map(Quantity::value)
            }),
        );
        ladder.set_field(field);
        self.cross_check(&mut ladder, own_training, values);
        ladder
    }

    /// Bottom-up training beside a top-down or measured one.
    fn cross_check(&self, ladder: &mut Ladder, training: Option<StageCost>, values: &Values) {
        let Some(stage) = &self.training else { return };
        let Some(passes) = &stage.bottom_up else { return };
        if stage.top_down.is_none() && stage.measured.is_none() {
            return;
        }
        let cost = at_device(passes.cost(stage.place.device.as_ref(), values));
        let bottom_up = stage.place.cost(cost, values).energy;
        ladder.set(Rung::BottomUpTraining, bottom_up.map(Quantity::value));
        let ratio = training.and_then(|cost| cost.energy).zip(bottom_up);
        ladder.set(
            Rung::TopDownOverBottomUp,
            ratio
                .filter(|(_, below)| below.value() > 0.0)
                .map(|(above, below)| above.value() / below.value()),
        );
    }

    fn training_energy(&self, values: &Values) -> Counted {
        let Some(stage) = &self.training else { return (None, None) };
        stage.counted(values, |passes| at_device(passes.cost(stage.place.device.as_ref(), values)))
    }

    /// The whole search's energy, before it is shared.
    fn search_energy(&self, training: Counted, values: &Values) -> Counted {
        let Some(stage) = &self.search else { return (None, None) };
        stage.counted(values, |search| search.cost(stage.place.device.as_ref(), training, values))
    }

    fn inference_energy(&self, values: &Values) -> InUse {
        let Some(stage) = &self.inference else { return InUse::default() };
        let batch = stage.bottom_up.map_or(Term::Fixed(1.0), |uses| uses.batch);
        let mut pass = stage.place.device.map(|device| device.pass(batch, values)).unwrap_or_default();
        if let Some(measured) = stage.bottom_up.and_then(|uses| uses.measured) {
            pass.joules = Some(measured.of(values));
        }
        let mut field = None;
        let counted = stage.counted(values, |uses| {
            let times = uses.inferences.of::<Count>(values).value();
            let joules = match stage.place.edge {
                Some(edge) => {
                    field = edge.field(&pass, times, stage.place.devices.of(values), values);
                    field.map(|field| field.total)
                }
                None => pass.joules.map(|joules| joules * times),
            };
            at_device((joules, pass.seconds.map(|seconds| seconds * times)))
        });
        InUse { pass, counted, field }
    }
}

/// Inference at one value for each input.
#[derive(Clone, Copy, Debug, Default)]
struct InUse {
    pass: Pass,
    counted: Counted,
    field: Option<Field>,
}

/// The sum of what is known; `None` where nothing is.
fn sum<Q: Quantity + core::ops::Add<Output = Q>>(parts: impl Iterator<Item = Q>) -> Option<Q> {
    parts.reduce(|sum, part| sum + part)
}
