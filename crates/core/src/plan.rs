//! A scenario made ready: its inputs listed once, its formulas tied to them.
//!
//! A plan is evaluated as often as needed with one value for each input: once with the most likely values, many times
//! with drawn ones ([`crate::estimate`]). An input that several stages share, such as a grid factor, is one input: it
//! moves them together.

mod input;
mod ladder;
mod problem;
mod terms;

pub use input::{Input, MAX_INPUTS, What};
pub use ladder::{Ladder, RUNGS, Rung};
pub use problem::{PlanError, Problem, Warning};

use input::{Inputs, Term, Values};
use ladder::StageCost;
use terms::{PassTerms, PlaceTerms, RunsTerms, SearchTerms, TopDownTerms};

use crate::lifecycle;
use crate::model::work::Work;
use crate::scenario::{FinalTraining, Measured, Mode, Scenario, Stage, StageName};
use crate::site;
use crate::units::{
    Count, GramsPerKilowattHour, Joules, KilowattHours, Multiplicity, Pue, Quantity, Seconds,
};

/// A scenario made ready to evaluate.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<'a> {
    scenario: &'a Scenario,
    inputs: Inputs<'a>,
    search: Option<StageTerms<SearchTerms>>,
    training: Option<StageTerms<PassTerms>>,
    inference: Option<StageTerms<UseTerms>>,
}

/// The terms of one stage.
#[derive(Clone, Debug, PartialEq)]
struct StageTerms<T> {
    place: PlaceTerms,
    bottom_up: Option<T>,
    top_down: Option<TopDownTerms>,
    measured: Option<MeasuredTerm>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum MeasuredTerm {
    AtDevice(Term),
    AtFacility(Term),
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct UseTerms {
    inferences: Term,
    batch: Term,
    measured: Option<Term>,
}

/// A stage's energy, by where it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Energy {
    AtDevice(Joules),
    AtFacility(KilowattHours),
}

impl Energy {
    fn times(self, factor: f64) -> Self {
        match self {
            Self::AtDevice(joules) => Self::AtDevice(joules * factor),
            Self::AtFacility(energy) => Self::AtFacility(energy * factor),
        }
    }
}

/// The energy that counts for a stage, and how long its devices compute in all.
type Counted = (Option<Energy>, Option<Seconds>);

impl<'a> Plan<'a> {
    /// Lists the inputs of a scenario and checks that each stage has what it needs.
    ///
    /// # Errors
    /// [`PlanError`] if a stage is incomplete or contradicts itself, or there are more than [`MAX_INPUTS`] inputs.
    pub fn new(scenario: &'a Scenario) -> Result<Self, PlanError> {
        if scenario.mode == Mode::Paper {
            check_paper_mode(scenario)?;
        }
        let work = scenario.work.as_ref();
        let mut inputs = Inputs::default();
        let passes = scenario.training.as_ref().and_then(|stage| stage.bottom_up.as_ref());
        let training = match &scenario.training {
            Some(stage) => {
                Some(StageTerms::new(&mut inputs, StageName::Training, stage, work, PassTerms::new)?)
            }
            None => None,
        };
        let search = match &scenario.search {
            Some(stage) => {
                Some(StageTerms::new(&mut inputs, StageName::Search, stage, work, |inputs, search| {
                    SearchTerms::new(inputs, search, passes)
                })?)
            }
            None => None,
        };
        let inference = match &scenario.inference {
            Some(stage) => {
                Some(StageTerms::new(&mut inputs, StageName::Inference, stage, work, |inputs, uses| {
                    let of = StageName::Inference.name();
                    Ok(UseTerms {
                        inferences: inputs.term(What::Inferences, of, &uses.inferences)?,
                        batch: inputs.listed(What::Batch, of, &uses.batch)?,
                        measured: match &uses.energy_per_inference_joules {
                            Some(joules) => Some(inputs.term(What::EnergyPerInference, of, joules)?),
                            None => None,
                        },
                    })
                })?)
            }
            None => None,
        };
        let plan = Self { scenario, inputs, search, training, inference };
        plan.check(work)?;
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

    /// Layers of a stage's network that its device's profile can't price.
    #[must_use]
    pub fn unpriced_layers(&self, stage: StageName) -> u64 {
        let place = match stage {
            StageName::Search => self.search.as_ref().map(|stage| stage.place),
            StageName::Training => self.training.as_ref().map(|stage| stage.place),
            StageName::Inference => self.inference.as_ref().map(|stage| stage.place),
        };
        let demand = place.and_then(|place| place.device).and_then(|device| device.demand);
        demand.map_or(0, |demand| demand.unpriced_layers)
    }

    /// Whether a stage has idle time whose watts are not known.
    #[must_use]
    pub fn idle_not_known(&self, stage: StageName) -> bool {
        let place = match stage {
            StageName::Search => self.search.as_ref().map(|stage| stage.place),
            StageName::Training => self.training.as_ref().map(|stage| stage.place),
            StageName::Inference => self.inference.as_ref().map(|stage| stage.place),
        };
        place.is_some_and(|place| place.idle(Some(Seconds::wrap(0.0)), &self.inputs.most_likely()).is_none())
    }

    fn check(&self, work: Option<&Work>) -> Result<(), PlanError> {
        let Scenario { search, training, inference, .. } = self.scenario;
        let values = self.inputs.most_likely();
        if let Some(stage) = training {
            let measured =
                stage.bottom_up.as_ref().is_some_and(|passes| passes.energy_per_sample_joules.is_some());
            check_stage(StageName::Training, stage, work, measured)?;
        }
        if let Some(stage) = search {
            let like = matches!(self.search.as_ref().and_then(|stage| stage.bottom_up.as_ref()), Some(search)
                if matches!(search.runs, RunsTerms::LikeTraining(_)));
            if like && training.is_none() {
                return Err(PlanError::Stage(StageName::Search, Problem::NeedsTraining));
            }
            // Runs like a training that is measured or top-down take that training's energy: no device is needed.
            check_stage(StageName::Search, stage, work, like)?;
        }
        if let Some(stage) = inference {
            let measured =
                stage.bottom_up.as_ref().is_some_and(|uses| uses.energy_per_inference_joules.is_some());
            check_stage(StageName::Inference, stage, work, measured)?;
        }
        let training = self.training_energy(&values);
        let search = self.search_energy(training, &values);
        let (_, inference) = self.inference_energy(&values);
        check_powered(StageName::Search, self.search.as_ref().map(|stage| stage.place), search.1, &values)?;
        check_powered(
            StageName::Training,
            self.training.as_ref().map(|stage| stage.place),
            training.1,
            &values,
        )?;
        check_powered(
            StageName::Inference,
            self.inference.as_ref().map(|stage| stage.place),
            inference.1,
            &values,
        )
    }

    /// The ladder at one value for each input.
    fn evaluate(&self, values: &Values) -> Ladder {
        let mut ladder = Ladder::default();
        let counted_training = self.training_energy(values);
        let counted_search = self.search_energy(counted_training, values);
        let (pass, counted_inference) = self.inference_energy(values);

        ladder.set(Rung::EnergyPerInference, pass.joules.map(Quantity::value));
        ladder.set(Rung::SecondsPerInference, pass.seconds.map(Quantity::value));
        ladder.set(Rung::CyclesPerInference, pass.cycles.map(Quantity::value));
        ladder.set(Rung::InstructionsPerInference, pass.instructions.map(Quantity::value));

        let search = self.search.as_ref().map(|stage| stage.place.cost(counted_search, values));
        let own_training = self.training.as_ref().map(|stage| stage.place.cost(counted_training, values));
        let inference = self.inference.as_ref().map(|stage| stage.place.cost(counted_inference, values));
        let training = match (self.scenario.final_training, self.search.is_some()) {
            // Its energy is in the search's.
            (FinalTraining::IncludedInSearch, true) => own_training.map(|_| StageCost::NOTHING),
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

        let inference_energy = inference.and_then(|stage| stage.energy);
        ladder.set(
            Rung::InferenceShare,
            energy
                .zip(inference_energy)
                .and_then(|(life, inference)| lifecycle::inference_share(inference, life)),
        );
        let making = sum([search, training].iter().flatten().filter_map(|stage| stage.energy));
        let one = self.inference.as_ref().zip(pass.joules).map(|(stage, joules)| {
            let pue: Pue = stage.place.pue.of(values);
            site::facility_energy(joules, pue)
        });
        ladder.set(
            Rung::BreakEven,
            making.zip(one).and_then(|(making, one)| lifecycle::break_even(making, one)),
        );
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
        let (joules, seconds) = passes.cost(stage.place.device.as_ref(), values);
        let bottom_up = stage.place.cost((joules.map(Energy::AtDevice), seconds), values).energy;
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
        stage.counted(values, |passes| {
            let (joules, seconds) = passes.cost(stage.place.device.as_ref(), values);
            (joules.map(Energy::AtDevice), seconds)
        })
    }

    fn search_energy(&self, training: Counted, values: &Values) -> Counted {
        let Some(stage) = &self.search else { return (None, None) };
        stage.counted(values, |search| {
            let device = stage.place.device.as_ref();
            let passes = self.training.as_ref().and_then(|training| training.bottom_up.as_ref());
            let shared_over: Multiplicity = search.shared_over.of(values);
            let (energy, seconds, factor) = match &search.runs {
                RunsTerms::LikeTraining(runs) => {
                    let runs: Count = runs.of(values);
                    // On the search's own device where it has one; else each run is what the training was.
                    let own = device.and(passes).map(|passes| {
                        let (joules, seconds) = passes.cost(device, values);
                        (joules.map(Energy::AtDevice), seconds)
                    });
                    let (energy, seconds) = own.unwrap_or(training);
                    (energy, seconds, runs.value())
                }
                RunsTerms::Each(runs) => {
                    let batch = passes.map_or(Term::Fixed(1.0), |passes| passes.batch);
                    let pass = device.map(|device| device.pass(batch, values)).unwrap_or_default();
                    let measured = passes.and_then(|passes| passes.measured).map(|term| term.of(values));
                    let joules: Option<Joules> = measured.or(pass.joules);
                    let factor = runs.iter().map(|run| run.forward_passes(values)).sum();
                    (joules.map(Energy::AtDevice), pass.seconds, factor)
                }
            };
            let factor = factor / shared_over.value();
            (energy.map(|energy| energy.times(factor)), seconds.map(|seconds| seconds * factor))
        })
    }

    fn inference_energy(&self, values: &Values) -> (crate::energy::Pass, Counted) {
        let Some(stage) = &self.inference else { return Default::default() };
        let batch = stage.bottom_up.map_or(Term::Fixed(1.0), |uses| uses.batch);
        let mut pass = stage.place.device.map(|device| device.pass(batch, values)).unwrap_or_default();
        if let Some(measured) = stage.bottom_up.and_then(|uses| uses.measured) {
            pass.joules = Some(measured.of(values));
        }
        let counted = stage.counted(values, |uses| {
            let inferences: Count = uses.inferences.of(values);
            let times = inferences.value();
            (
                pass.joules.map(|joules| Energy::AtDevice(joules * times)),
                pass.seconds.map(|seconds| seconds * times),
            )
        });
        (pass, counted)
    }
}

impl<T> StageTerms<T> {
    fn new<'a, B>(
        inputs: &mut Inputs<'a>,
        name: StageName,
        stage: &'a Stage<B>,
        work: Option<&Work>,
        bottom_up: impl FnOnce(&mut Inputs<'a>, &'a B) -> Result<T, PlanError>,
    ) -> Result<Self, PlanError> {
        let place = PlaceTerms::new(inputs, name, stage, work)?;
        Ok(Self {
            place,
            bottom_up: match &stage.bottom_up {
                Some(given) => Some(bottom_up(inputs, given)?),
                None => None,
            },
            top_down: match &stage.top_down {
                Some(given) => Some(TopDownTerms::new(inputs, name, given, place.device.as_ref())?),
                None => None,
            },
            measured: match &stage.measured {
                Some(Measured::AtDevice(joules)) => {
                    Some(MeasuredTerm::AtDevice(inputs.term(What::MeasuredEnergy, name.name(), joules)?))
                }
                Some(Measured::AtFacility(energy)) => {
                    Some(MeasuredTerm::AtFacility(inputs.term(What::MeasuredEnergy, name.name(), energy)?))
                }
                None => None,
            },
        })
    }

    /// Measured before top-down before bottom-up.
    fn counted(&self, values: &Values, bottom_up: impl FnOnce(&T) -> Counted) -> Counted {
        match (self.measured, &self.top_down, &self.bottom_up) {
            (Some(MeasuredTerm::AtDevice(term)), ..) => (Some(Energy::AtDevice(term.of(values))), None),
            (Some(MeasuredTerm::AtFacility(term)), ..) => (Some(Energy::AtFacility(term.of(values))), None),
            (None, Some(top_down), _) => {
                (top_down.joules(values).map(Energy::AtDevice), Some(top_down.seconds(values)))
            }
            (None, None, Some(terms)) => bottom_up(terms),
            (None, None, None) => (None, None),
        }
    }
}

impl PlaceTerms {
    /// From the device's plug to the facility's meter and the grid: PUE is applied here, once.
    fn cost(&self, (energy, seconds): Counted, values: &Values) -> StageCost {
        let pue: Pue = self.pue.of(values);
        let grid: GramsPerKilowattHour = self.grid.of(values);
        let joules = match energy {
            // Idle time that can't be priced is left out; the warning says so.
            Some(Energy::AtDevice(joules)) => {
                Some(joules + self.idle(seconds, values).unwrap_or(Joules::wrap(0.0)))
            }
            _ => None,
        };
        let energy = match (energy, joules) {
            (Some(Energy::AtFacility(energy)), _) => Some(energy),
            (_, joules) => joules.map(|joules| site::facility_energy(joules, pue)),
        };
        StageCost { joules, seconds, energy, emissions: energy.map(|energy| site::emissions(energy, grid)) }
    }
}

/// The sum of what is known; `None` where nothing is.
fn sum<Q: Quantity + core::ops::Add<Output = Q>>(parts: impl Iterator<Item = Q>) -> Option<Q> {
    parts.reduce(|sum, part| sum + part)
}

fn check_stage<T>(
    name: StageName,
    stage: &Stage<T>,
    work: Option<&Work>,
    energy_is_given: bool,
) -> Result<(), PlanError> {
    let problem = |problem| Err(PlanError::Stage(name, problem));
    let counts_bottom_up = stage.top_down.is_none() && stage.measured.is_none();
    if counts_bottom_up && stage.bottom_up.is_none() {
        return problem(Problem::Empty);
    }
    if stage.powered.is_some() && !counts_bottom_up {
        return problem(Problem::PoweredNeedsBottomUp);
    }
    if counts_bottom_up && !energy_is_given {
        if stage.device.is_none() {
            return problem(Problem::NeedsDevice);
        }
        if work.is_none() {
            return problem(Problem::NeedsModel);
        }
    }
    Ok(())
}

fn check_powered(
    name: StageName,
    place: Option<PlaceTerms>,
    active: Option<Seconds>,
    values: &Values,
) -> Result<(), PlanError> {
    let Some((place, active)) = place.zip(active) else { return Ok(()) };
    let Some(powered) = place.powered else { return Ok(()) };
    let powered_hours: f64 = powered.of(values);
    let devices: Multiplicity = place.devices.of(values);
    let active_hours = active.value() / devices.value() / crate::units::SECONDS_PER_HOUR;
    if active_hours > powered_hours {
        return Err(PlanError::Stage(name, Problem::PoweredTooShort { powered_hours, active_hours }));
    }
    Ok(())
}

/// One device, one site, nothing idle.
fn check_paper_mode(scenario: &Scenario) -> Result<(), PlanError> {
    let Scenario { search, training, inference, .. } = scenario;
    let places = [
        search.as_ref().map(|stage| (&stage.device, &stage.site, &stage.powered)),
        training.as_ref().map(|stage| (&stage.device, &stage.site, &stage.powered)),
        inference.as_ref().map(|stage| (&stage.device, &stage.site, &stage.powered)),
    ];
    let mut first_device = None;
    let mut first_site = None;
    for (device, site, powered) in places.into_iter().flatten() {
        if powered.is_some() {
            return Err(PlanError::PaperMode("has no idle time: leave `powered_hours` out"));
        }
        if *first_site.get_or_insert(site) != site {
            return Err(PlanError::PaperMode("takes one site for all stages"));
        }
        if let Some(device) = device
            && *first_device.get_or_insert(device) != device
        {
            return Err(PlanError::PaperMode("takes one device for all stages"));
        }
    }
    Ok(())
}
