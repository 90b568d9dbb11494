//! From samples to what a unit of work costs.
//!
//! ```text
//! ticks of a step = sum over terms (coefficient * amount of the term)        coefficients >= 0
//! ```
//! by least squares of relative errors: each step's equation is divided by its ticks, so that a small layer counts as much
//! as a large one. A step's ticks are the median of its repetitions; where ticks are time, which what else the machine does
//! only ever adds to, they are the least. How far to trust it: 95 % intervals from resamplings of steps and repetitions, the error of
//! each step when it is left out of the fit, the condition number of the scaled equations.

pub mod nnls;
pub mod terms;
pub mod watts;

use core::fmt;

use heapless::{String, Vec};

use super::sample::Sample;
use super::session::Ticks;
use super::suite::NAME_BYTES;
use crate::device::KindCost;
use crate::draw;
use crate::model::work::{Kind, Work};
use nnls::{MOST, Normal};
use terms::{ALL, TERMS};

/// Most steps of a fit.
pub const MOST_STEPS: usize = 160;
/// Most repetitions of a step.
pub const MOST_REPETITIONS: usize = 16;
/// Resamplings that intervals deserve.
pub const RESAMPLES: usize = 1000;
/// The seed of the resamplings.
const SEED: u64 = 6;
/// Median error of steps left out above which a fit is coarse.
pub const COARSE_MEDIAN: f64 = 0.10;
/// Worst error of a step left out above which a fit is coarse.
pub const COARSE_WORST: f64 = 0.25;

/// A step of the fit.
#[derive(Clone, Debug, PartialEq)]
pub struct StepFit {
    /// Its name.
    pub name: String<NAME_BYTES>,
    /// The kind of layer that it is of.
    pub kind: Kind,
    /// Ticks of an iteration: the median of the repetitions, or the least if ticks are time.
    pub measured: f64,
    /// Greatest distance of a repetition from the median, over the median.
    pub spread: f64,
    /// What the coefficients say.
    pub fitted: f64,
    /// What coefficients say that were fitted without the step.
    pub left_out: f64,
    amounts: [f64; TERMS],
    /// Sorted.
    repetitions: Vec<f64, MOST_REPETITIONS>,
    least: bool,
}

/// A coefficient.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Coefficient {
    /// Ticks for one.
    pub value: f64,
    /// 2.5 and 97.5 % of resamplings.
    pub interval: (f64, f64),
}

/// The result of a fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// A coefficient for each of [`terms::ALL`].
    pub coefficients: [Coefficient; TERMS],
    /// The steps.
    pub steps: Vec<StepFit, MOST_STEPS>,
    /// Condition number of the equations with columns of length 1.
    pub condition: f64,
    /// Median of the steps' errors when left out.
    pub median_left_out: f64,
    /// The worst of them.
    pub worst_left_out: f64,
}

/// Why there is no fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FitError {
    /// More steps or repetitions than there is room for.
    TooMany {
        /// Which of the two.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// Samples of networks are of fewer steps than a fit needs.
    TooFew {
        /// How many there are.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// Samples count different things.
    Counters,
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany { what, limit } => write!(f, "there are more {what} than {limit}"),
            Self::TooFew { found, needed } => write!(
                f,
                "there are samples of {found} networks, and a fit needs {needed} at least: was the log cut?"
            ),
            Self::Counters => {
                f.write_str("some samples count cycles and some something else, or at another clock")
            }
        }
    }
}

impl core::error::Error for FitError {}

impl StepFit {
    /// Fitted over measured, less 1.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.fitted / self.measured - 1.0
    }

    /// The same where the step was left out.
    #[must_use]
    pub fn error_left_out(&self) -> f64 {
        self.left_out / self.measured - 1.0
    }

    fn add_to(&self, normal: &mut Normal, measured: f64, times: f64) {
        let mut row = [0.0; TERMS];
        row.iter_mut().zip(&self.amounts).for_each(|(to, amount)| *to = amount / measured);
        normal.add(&row, 1.0, times);
    }
}

/// Fits the samples of networks; samples of other steps have no part in it. Intervals are of so many resamplings, at most
/// [`RESAMPLES`]; without any they are the coefficients themselves.
///
/// # Errors
/// [`FitError`] if there are too few samples, too many, or of different counters.
pub fn fit(samples: &[Sample], resamples: usize) -> Result<Fit, FitError> {
    let mut steps = grouped(samples)?;
    let needed = TERMS;
    if steps.len() < needed {
        return Err(FitError::TooFew { found: steps.len(), needed });
    }
    let mut normal = Normal::new(TERMS);
    steps.iter().for_each(|step| step.add_to(&mut normal, step.measured, 1.0));
    let solution = normal.solve();
    for index in 0..steps.len() {
        let mut without = Normal::new(TERMS);
        for (other, step) in steps.iter().enumerate() {
            if other != index {
                step.add_to(&mut without, step.measured, 1.0);
            }
        }
        let left_out = without.solve();
        if let Some(step) = steps.get_mut(index) {
            step.fitted = predicted(&solution, &step.amounts);
            step.left_out = predicted(&left_out, &step.amounts);
        }
    }
    let mut errors: Vec<f64, MOST_STEPS> = steps.iter().map(|step| step.error_left_out().abs()).collect();
    errors.sort_unstable_by(f64::total_cmp);
    Ok(Fit {
        coefficients: intervals(&steps, &solution, resamples.min(RESAMPLES)),
        condition: normal.condition(),
        median_left_out: errors.get(errors.len() / 2).copied().unwrap_or(f64::INFINITY),
        worst_left_out: errors.last().copied().unwrap_or(f64::INFINITY),
        steps,
    })
}

fn predicted(solution: &[f64; MOST], amounts: &[f64; TERMS]) -> f64 {
    solution.iter().zip(amounts).map(|(x, amount)| x * amount).sum()
}

fn grouped(samples: &[Sample]) -> Result<Vec<StepFit, MOST_STEPS>, FitError> {
    let mut steps = Vec::<StepFit, MOST_STEPS>::new();
    let mut first: Option<&Sample> = None;
    for sample in samples {
        // What the engine copies in and out has no layers.
        let kinds = || sample.work.kinds().filter(|layer| layer.counts.layers > 0);
        let Some(kind) = kinds().next().map(|layer| layer.kind) else { continue };
        let one = *first.get_or_insert(sample);
        if (one.counter, one.clock_hertz) != (sample.counter, sample.clock_hertz) {
            return Err(FitError::Counters);
        }
        let ticks = sample.ticks_each();
        if let Some(step) = steps.iter_mut().find(|step| step.name == sample.step) {
            step.repetitions
                .push(ticks)
                .map_err(|_| FitError::TooMany { what: "repetitions of a step", limit: MOST_REPETITIONS })?;
            continue;
        }
        let mut amounts = [0.0; TERMS];
        amounts.iter_mut().zip(ALL).for_each(|(to, term)| *to = term.amount(&sample.work));
        let mut repetitions = Vec::new();
        let _ = repetitions.push(ticks);
        let (name, measured) = (sample.step.clone(), ticks);
        let (spread, fitted, left_out, least) = (0.0, 0.0, 0.0, false);
        let step = StepFit { name, kind, measured, spread, fitted, left_out, amounts, repetitions, least };
        steps.push(step).map_err(|_| FitError::TooMany { what: "steps", limit: MOST_STEPS })?;
    }
    let least = first.is_some_and(|sample| sample.counter == Ticks::Time);
    for step in &mut steps {
        step.repetitions.sort_unstable_by(f64::total_cmp);
        let count = step.repetitions.len();
        let at = |index: usize| step.repetitions.get(index).copied().unwrap_or(step.measured);
        let (low, high) = (at(0), at(count - 1));
        let median = f64::midpoint(at((count - 1) / 2), at(count / 2));
        step.measured = if least { low } else { median };
        step.spread = f64::max(high - median, median - low) / median;
        step.least = least;
    }
    Ok(steps)
}

/// Intervals from resampled steps, each kind by itself so that none goes missing, and resampled repetitions.
fn intervals(steps: &[StepFit], solution: &[f64; MOST], resamples: usize) -> [Coefficient; TERMS] {
    let mut drawn = [[0.0_f64; RESAMPLES]; TERMS];
    for resample in 0..resamples {
        let mut stream = 0;
        let mut below = |count: usize| {
            stream += 1;
            // Below 1 times the count is below the count.
            let place = draw::unit(SEED, resample as u64, stream) * count as f64;
            (0..count).take_while(|index| (*index as f64) <= place).last().unwrap_or(0)
        };
        let mut normal = Normal::new(TERMS);
        for step in steps {
            let of_kind = || steps.iter().filter(|other| other.kind == step.kind);
            let chosen = of_kind().nth(below(of_kind().count())).unwrap_or(step);
            let count = chosen.repetitions.len();
            // The least of as many draws as there are repetitions, which are sorted, is that of the lowest place.
            let draws = if chosen.least { count } else { 1 };
            let place = (0..draws).map(|_| below(count)).min();
            let repetition = place.and_then(|place| chosen.repetitions.get(place));
            chosen.add_to(&mut normal, repetition.copied().unwrap_or(chosen.measured), 1.0);
        }
        for (list, x) in drawn.iter_mut().zip(normal.solve()) {
            if let Some(place) = list.get_mut(resample) {
                *place = x;
            }
        }
    }
    let mut coefficients = [Coefficient::default(); TERMS];
    for ((to, list), value) in coefficients.iter_mut().zip(&mut drawn).zip(solution) {
        let list = list.get_mut(..resamples).unwrap_or_default();
        list.sort_unstable_by(f64::total_cmp);
        let at = |index: usize| list.get(index).copied().unwrap_or(*value);
        let (low, high) = (at(resamples / 40), at(resamples.saturating_sub(1 + resamples / 40)));
        *to = Coefficient { value: *value, interval: (low.min(*value), high.max(*value)) };
    }
    coefficients
}

impl Fit {
    /// Whether to call the profile coarse.
    #[must_use]
    pub fn is_coarse(&self) -> bool {
        self.median_left_out > COARSE_MEDIAN || self.worst_left_out > COARSE_WORST
    }

    /// Ticks of an inference.
    #[must_use]
    pub fn predict(&self, work: &Work) -> f64 {
        self.coefficients.iter().zip(ALL).map(|(one, term)| one.value * term.amount(work)).sum()
    }

    /// Ticks of an inference beside its layers.
    #[must_use]
    pub fn per_inference(&self) -> f64 {
        self.coefficients.first().map_or(0.0, |one| one.value)
    }

    /// What the true ticks are over those predicted: 5, 50 and 95 % of the steps that were left out, with 1 among them.
    #[must_use]
    pub fn factor(&self) -> (f64, f64, f64) {
        let mut factors: Vec<f64, MOST_STEPS> =
            self.steps.iter().map(|step| step.measured / step.left_out).filter(|f| f.is_finite()).collect();
        factors.sort_unstable_by(f64::total_cmp);
        let at =
            |share: usize| factors.get(factors.len().saturating_sub(1) * share / 100).copied().unwrap_or(1.0);
        (at(5).min(1.0), 1.0, at(95).max(1.0))
    }

    /// The prices of all kinds that steps were of.
    #[must_use]
    pub fn kinds(&self) -> Vec<KindCost, { Kind::ALL.len() }> {
        let mut kinds = Vec::<KindCost, { Kind::ALL.len() }>::new();
        for (one, term) in self.coefficients.iter().zip(ALL) {
            let Some(kind) = term.kind.filter(|kind| self.steps.iter().any(|step| step.kind == *kind)) else {
                continue;
            };
            if !kinds.iter().any(|cost| cost.kind == kind) {
                // As many places as there are kinds.
                let _ = kinds.push(KindCost::new(kind));
            }
            if let Some(cost) = kinds.iter_mut().find(|cost| cost.kind == kind) {
                term.put(cost, one.value);
            }
        }
        kinds
    }
}

#[cfg(test)]
mod tests;
