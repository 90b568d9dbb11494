//! A scenario's numbers as terms: what [`super::Plan`] evaluates for each draw.

use super::input::{Inputs, Term, Values, What};
use super::stage::{Counted, at_device};
use super::{PlanError, Problem};
use heapless::Vec;

use crate::device::{Cost, Profile};
use crate::energy::{Demand, Pass, Rates};
use crate::lifecycle;
use crate::model::work::Work;
use crate::range::Range;
use crate::scenario::{MAX_RUNS, Passes, Run, Runs, Search, Stage, StageName, TopDown, Use};
use crate::sourced::Sourced;
use crate::units::{Count, Factor, Hours, Joules, Quantity, Seconds, Watts, WattsPerGigabyte};

/// A device's rates, and what the network demands of it where the network is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DeviceTerms {
    pub(super) demand: Option<Demand>,
    cycles_factor: Option<Term>,
    clock: Option<Term>,
    peak: Option<Term>,
    bandwidth: Option<Term>,
    utilisation: Option<Term>,
    pub(super) active_watts: Option<Term>,
    pub(super) idle_watts: Option<Term>,
}

impl DeviceTerms {
    pub(super) fn new<'a>(
        inputs: &mut Inputs<'a>,
        profile: &'a Profile,
        work: Option<&Work>,
    ) -> Result<Self, PlanError> {
        let of = profile.name.as_str();
        let mut terms = Self {
            demand: work.map(|work| Demand::of_network(profile, work)),
            cycles_factor: None,
            clock: None,
            peak: None,
            bandwidth: None,
            utilisation: None,
            active_watts: None,
            idle_watts: None,
        };
        match &profile.cost {
            _ if work.is_none() => {}
            Cost::Calibrated(cost) => {
                terms.cycles_factor = Some(inputs.term(What::CyclesFactor, of, &cost.cycles_factor)?);
                if let Some(clock) = &cost.clock_hertz {
                    terms.clock = Some(inputs.term(What::Clock, of, clock)?);
                }
            }
            Cost::Datasheet(cost) => {
                terms.peak =
                    Some(inputs.term(What::PeakOperationsPerSecond, of, &cost.peak_operations_per_second)?);
                if let Some(bandwidth) = &cost.memory_bytes_per_second {
                    terms.bandwidth = Some(inputs.term(What::MemoryBytesPerSecond, of, bandwidth)?);
                }
                terms.utilisation = Some(inputs.term(What::Utilisation, of, &cost.utilisation)?);
            }
        }
        if let Some(watts) = &profile.active_watts {
            terms.active_watts = Some(inputs.term(What::ActiveWatts, of, watts)?);
        }
        Ok(terms)
    }

    /// Adds the idle watts, which only matter where a stage is powered longer than it computes.
    pub(super) fn with_idle<'a>(
        mut self,
        inputs: &mut Inputs<'a>,
        profile: &'a Profile,
    ) -> Result<Self, PlanError> {
        if let Some(watts) = &profile.idle_watts {
            self.idle_watts = Some(inputs.term(What::IdleWatts, profile.name.as_str(), watts)?);
        }
        Ok(self)
    }

    /// One forward pass at drawn rates.
    pub(super) fn pass(&self, batch: Term, values: &Values) -> Pass {
        let rates = Rates {
            cycles_factor: self.cycles_factor.map(|term| term.of(values)),
            clock: self.clock.map(|term| term.of(values)),
            peak: self.peak.map(|term| term.of(values)),
            bandwidth: self.bandwidth.map(|term| term.of(values)),
            utilisation: self.utilisation.map(|term| term.of(values)),
            active_watts: self.active_watts.map(|term| term.of(values)),
            batch: Some(batch.of(values)),
        };
        self.demand.map(|demand| demand.pass(&rates)).unwrap_or_default()
    }
}

/// Hours times processors times watts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TopDownTerms {
    hours: Term,
    processors: Term,
    watts: Option<Term>,
    utilisation: Term,
    memory: Option<(Term, Term)>,
    repeats: Term,
}

impl TopDownTerms {
    pub(super) fn new<'a>(
        inputs: &mut Inputs<'a>,
        name: StageName,
        top_down: &'a TopDown,
        device: Option<&DeviceTerms>,
    ) -> Result<Self, PlanError> {
        let of = name.name();
        let watts = match &top_down.watts_per_processor {
            Some(watts) => Some(inputs.term(What::WattsPerProcessor, of, watts)?),
            None => {
                let device = device.ok_or(PlanError::Stage(name, Problem::TopDownNeedsWatts))?;
                device.active_watts
            }
        };
        let memory = match &top_down.memory_gigabytes {
            Some(memory) => Some((
                inputs.term(What::MemoryGigabytes, of, memory)?,
                inputs.term(What::MemoryWattsPerGigabyte, of, &top_down.memory_watts_per_gigabyte)?,
            )),
            None => None,
        };
        Ok(Self {
            hours: inputs.term(What::Hours, of, &top_down.hours)?,
            processors: inputs.term(What::Processors, of, &top_down.processors)?,
            watts,
            utilisation: inputs.listed(What::DrawnShare, of, &top_down.utilisation)?,
            memory,
            repeats: inputs.listed(What::Repeats, of, &top_down.repeats)?,
        })
    }

    /// Energy at the device.
    pub(super) fn joules(&self, values: &Values) -> Option<Joules> {
        let hours: Hours = self.hours.of(values);
        let watts: Watts = self.watts?.of(values);
        let mut joules =
            lifecycle::top_down(hours, self.processors.of(values), watts, self.utilisation.of(values));
        if let Some((memory, watts_per_gigabyte)) = self.memory {
            let watts: Watts = watts_per_gigabyte.of::<WattsPerGigabyte>(values) * memory.of(values);
            joules = joules + watts * hours.seconds();
        }
        Some(joules * self.repeats.of::<f64>(values))
    }

    /// Time on the clock, all repeats.
    pub(super) fn seconds(&self, values: &Values) -> Seconds {
        self.hours.of::<Hours>(values).seconds() * self.repeats.of::<f64>(values)
    }
}

/// Samples times epochs times overhead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PassTerms {
    pub(super) samples: Term,
    pub(super) epochs: Term,
    pub(super) overhead_share: Term,
    pub(super) batch: Term,
    pub(super) measured: Option<Term>,
}

impl PassTerms {
    pub(super) fn new<'a>(inputs: &mut Inputs<'a>, passes: &'a Passes) -> Result<Self, PlanError> {
        let of = StageName::Training.name();
        Ok(Self {
            samples: inputs.term(What::Samples, of, &passes.samples)?,
            epochs: inputs.term(What::Epochs, of, &passes.epochs)?,
            overhead_share: inputs.term(What::OverheadShare, of, &passes.overhead_share)?,
            batch: inputs.term(What::Batch, of, &passes.batch)?,
            measured: match &passes.energy_per_sample_joules {
                Some(joules) => Some(inputs.term(What::EnergyPerSample, of, joules)?),
                None => None,
            },
        })
    }

    /// Energy and computing time of one training on a device.
    pub(super) fn cost(
        &self,
        device: Option<&DeviceTerms>,
        values: &Values,
    ) -> (Option<Joules>, Option<Seconds>) {
        let (joules, seconds) = self.sample(device, values);
        let passes = lifecycle::forward_passes(
            self.samples.of(values),
            self.epochs.of(values),
            self.overhead_share.of(values),
        );
        (joules.map(|joules| joules * passes), seconds.map(|seconds| seconds * passes))
    }

    /// Energy and computing time of one sample's forward pass.
    pub(super) fn sample(
        &self,
        device: Option<&DeviceTerms>,
        values: &Values,
    ) -> (Option<Joules>, Option<Seconds>) {
        let (joules, seconds) = sample(device, self.batch, values);
        (self.measured.map(|term| term.of(values)).or(joules), seconds)
    }
}

/// Energy and computing time of one sample's forward pass by the device's profile.
fn sample(device: Option<&DeviceTerms>, batch: Term, values: &Values) -> (Option<Joules>, Option<Seconds>) {
    let pass = device.map(|device| device.pass(batch, values)).unwrap_or_default();
    (pass.joules, pass.seconds)
}

/// The runs of a search.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SearchTerms {
    pub(super) runs: RunsTerms,
    pub(super) shared_over: Term,
    /// The training's passes as this search's device takes them: a sample's measured energy holds for the device it was
    /// measured on.
    pub(super) passes: Option<PassTerms>,
    /// Whether the runs have another device than the training.
    elsewhere: bool,
}

#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one of it in a plan, and there is no heap to put it on"
)]
pub(super) enum RunsTerms {
    LikeTraining(Term),
    Each(Vec<RunTerms, MAX_RUNS>),
}

/// One entry of a search's list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RunTerms {
    count: Term,
    samples: Term,
    epochs: Term,
    overhead_share: Term,
    relative_inference: Term,
}

impl SearchTerms {
    pub(super) fn new<'a>(
        inputs: &mut Inputs<'a>,
        search: &'a Search,
        device: Option<&Profile>,
        training: Option<&'a Stage<Passes>>,
        passes: Option<PassTerms>,
    ) -> Result<Self, PlanError> {
        let of = StageName::Search.name();
        let elsewhere = device.is_some() && device != training.and_then(|training| training.device.as_ref());
        let training = training.and_then(|training| training.bottom_up.as_ref());
        let passes =
            passes.map(|passes| PassTerms { measured: passes.measured.filter(|_| !elsewhere), ..passes });
        let runs = match &search.runs {
            Runs::LikeTraining(runs) => RunsTerms::LikeTraining(inputs.term(What::Runs, of, runs)?),
            Runs::Each(list) => {
                let mut runs = Vec::new();
                for run in list {
                    // As many entries as there were.
                    let _ = runs.push(RunTerms::new(inputs, run, training)?);
                }
                RunsTerms::Each(runs)
            }
        };
        let shared_over = inputs.listed(What::SharedOver, of, &search.shared_over)?;
        Ok(Self { runs, shared_over, passes, elsewhere })
    }

    /// Whether each run takes what the final training took, however that is known; on another device it takes what its
    /// passes take there.
    pub(super) fn repeats_training(&self) -> bool {
        matches!(self.runs, RunsTerms::LikeTraining(_)) && !(self.elsewhere && self.passes.is_some())
    }

    /// Whether a run's energy comes from a sample's measured one.
    pub(super) fn is_measured(&self) -> bool {
        self.passes.is_some_and(|passes| passes.measured.is_some())
    }

    /// Energy and computing time of all runs; `training` is what the final training takes.
    pub(super) fn cost(&self, device: Option<&DeviceTerms>, training: Counted, values: &Values) -> Counted {
        let ((energy, seconds), times) = match &self.runs {
            RunsTerms::LikeTraining(runs) => {
                let one = match &self.passes {
                    Some(passes) if self.elsewhere => at_device(passes.cost(device, values)),
                    _ => training,
                };
                (one, runs.of::<Count>(values).value())
            }
            RunsTerms::Each(runs) => {
                let sample = match &self.passes {
                    Some(passes) => passes.sample(device, values),
                    None => sample(device, Term::Fixed(1.0), values),
                };
                (at_device(sample), runs.iter().map(|run| run.forward_passes(values)).sum())
            }
        };
        (energy.map(|energy| energy.times(times)), seconds.map(|seconds| seconds * times))
    }
}

impl RunTerms {
    fn new<'a>(inputs: &mut Inputs<'a>, run: &Run, training: Option<&'a Passes>) -> Result<Self, PlanError> {
        let of = StageName::Search.name();
        let samples = training.map(|passes| &passes.samples);
        let epochs = training.map(|passes| &passes.epochs);
        let overhead_share = training.map(|passes| &passes.overhead_share);
        Ok(Self {
            count: inputs.given(What::Runs, of, &run.count)?,
            samples: inherited(inputs, What::Samples, run.samples, samples, "samples")?,
            epochs: inherited(inputs, What::Epochs, run.epochs, epochs, "epochs")?,
            overhead_share: inherited(
                inputs,
                What::OverheadShare,
                run.overhead_share,
                overhead_share,
                "overhead_share",
            )?,
            relative_inference: inputs.given(What::RelativeInference, of, &run.relative_inference)?,
        })
    }

    /// Forward passes of the final network that all runs of this entry take the energy of.
    fn forward_passes(&self, values: &Values) -> f64 {
        self.count.of::<Count>(values).value()
            * self.relative_inference.of::<Factor>(values).value()
            * lifecycle::forward_passes(
                self.samples.of(values),
                self.epochs.of(values),
                self.overhead_share.of(values),
            )
    }
}

/// A run's own value, or the training's: then the two are one input.
fn inherited<'a, Q: Quantity>(
    inputs: &mut Inputs<'a>,
    what: What,
    own: Option<Range<Q>>,
    training: Option<&'a Sourced<Q>>,
    field: &'static str,
) -> Result<Term, PlanError> {
    match (own, training) {
        (Some(own), _) => inputs.given(what, StageName::Search.name(), &own),
        (None, Some(training)) => inputs.term(what, StageName::Training.name(), training),
        (None, None) => Err(PlanError::Stage(StageName::Search, Problem::RunWithout(field))),
    }
}

/// How often the network is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct UseTerms {
    pub(super) inferences: Term,
    pub(super) batch: Term,
    pub(super) measured: Option<Term>,
}

impl UseTerms {
    pub(super) fn new<'a>(inputs: &mut Inputs<'a>, uses: &'a Use) -> Result<Self, PlanError> {
        let of = StageName::Inference.name();
        Ok(Self {
            inferences: inputs.term(What::Inferences, of, &uses.inferences)?,
            batch: inputs.listed(What::Batch, of, &uses.batch)?,
            measured: match &uses.energy_per_inference_joules {
                Some(joules) => Some(inputs.term(What::EnergyPerInference, of, joules)?),
                None => None,
            },
        })
    }
}
