//! Which number of samples, epochs, runs or inferences keeps a budget: the ladder the other way.
//!
//! ```text
//! x = (B - f(0)) / (f(1) - f(0))        where f, what the budget limits, is linear in x
//! ```
//!
//! and bisection where it is not: battery days, or idle time that ends. `f` never falls with `x` (battery days never rise),
//! so all smaller numbers keep the budget too. The most likely value is that of the most likely inputs; low and high are
//! 5 and 95 % of what drawn inputs allow.

use core::fmt;

use crate::estimate::quantile::five_and_ninety_five_signed;
use crate::estimate::{LEAST_DRAWS, SEED};
use crate::plan::{Ladder, Plan, PlanError, Rung, What};
use crate::range::Range;
use crate::scenario::{Runs, Scenario, StageName};
use crate::sourced::Sourced;
use crate::units::{Count, JOULES_PER_KILOWATT_HOUR, Quantity};

/// Largest number that is looked for: what a count may be.
const MOST: f64 = Count::LIMITS.high;
/// Relative difference up to which three points lie on a line, and a solution on its budget.
const ON_LINE: f64 = 1e-9;
/// Halvings of an interval, enough for every bit of a number.
const HALVINGS: u32 = 128;

/// What is varied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Vary {
    /// Samples of an epoch of the training.
    Samples,
    /// Epochs of the training.
    Epochs,
    /// Runs of a search that are like the training.
    Runs,
    /// Inferences over the life.
    Inferences,
}

impl Vary {
    const fn input(self) -> (What, StageName) {
        match self {
            Self::Samples => (What::Samples, StageName::Training),
            Self::Epochs => (What::Epochs, StageName::Training),
            Self::Runs => (What::Runs, StageName::Search),
            Self::Inferences => (What::Inferences, StageName::Inference),
        }
    }
}

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Budget {
    /// Grams of the life, operational and embodied, at most.
    Grams(f64),
    /// Joules of the life at the facilities, at most.
    Joules(f64),
    /// Days that a set of cells lasts, at least.
    BatteryDays(f64),
}

impl Budget {
    /// What it limits, in its unit; `None` where that is not known.
    #[must_use]
    pub fn of(self, ladder: &Ladder) -> Option<f64> {
        match self {
            Self::Grams(_) => {
                Some(ladder.get(Rung::LifeGrams)? + ladder.get(Rung::LifeEmbodied).unwrap_or(0.0))
            }
            Self::Joules(_) => Some(ladder.get(Rung::LifeKilowattHours)? * JOULES_PER_KILOWATT_HOUR),
            Self::BatteryDays(_) => ladder.get(Rung::BatteryDays),
        }
    }

    /// The limit itself.
    #[must_use]
    pub const fn limit(self) -> f64 {
        match self {
            Self::Grams(limit) | Self::Joules(limit) | Self::BatteryDays(limit) => limit,
        }
    }

    /// Whether a value keeps it.
    #[must_use]
    pub fn keeps(self, value: f64) -> bool {
        match self {
            Self::Grams(limit) | Self::Joules(limit) => value <= limit,
            Self::BatteryDays(limit) => value >= limit,
        }
    }
}

/// How a number was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Method {
    /// The inverse of a line.
    Exact,
    /// Halving an interval.
    Bisection,
}

/// The largest number that keeps a budget.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Fit {
    /// The number; a mean may be fractional.
    pub value: Range<f64>,
    /// The number as the scenario has it.
    pub now: f64,
    /// How the most likely value was found.
    pub method: Method,
}

/// Why there is no such number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FitError {
    /// What is varied is no input of the scenario.
    NoInput(Vary),
    /// What is limited is not known.
    NotKnown,
    /// None of it takes more than the budget already.
    Never {
        /// What is left without it.
        without: f64,
    },
    /// Any number of it keeps the budget.
    Always,
    /// So many would keep the budget, and the scenario has no room for them.
    NoRoom {
        /// How many.
        value: f64,
        /// What they contradict.
        error: PlanError,
    },
    /// Room for too few draws.
    TooFewDraws,
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoInput(vary) => write!(f, "the scenario has no {} to vary", vary.input().0.words()),
            Self::NotKnown => f.write_str("what the budget limits is not known of this scenario"),
            Self::Never { without } => write!(f, "the budget is exceeded without any: {without:.4}"),
            Self::Always => f.write_str("the budget is kept whatever the number"),
            Self::NoRoom { value, error } => {
                write!(f, "{value:.0} would keep the budget, but there is no room for them: {error}")
            }
            Self::TooFewDraws => write!(f, "fewer than {LEAST_DRAWS} draws are too few for quantiles"),
        }
    }
}

impl core::error::Error for FitError {}

/// The largest number of what is varied that keeps the budget; `scratch` has room for a number a draw.
///
/// # Errors
/// [`FitError`] where there is no such number, or no input to vary.
pub fn fit(plan: &Plan<'_>, vary: Vary, budget: Budget, scratch: &mut [f64]) -> Result<Fit, FitError> {
    if scratch.len() < LEAST_DRAWS {
        return Err(FitError::TooFewDraws);
    }
    let (what, stage) = vary.input();
    let is_it = |input: &crate::plan::Input<'_>| input.what == what && input.of == stage.name();
    let index = plan.inputs().iter().position(is_it).ok_or(FitError::NoInput(vary))?;
    let now = plan.inputs().get(index).map_or(1.0, |input| input.value.mode());
    let (mode, method) = solve(budget, now, |x| budget.of(&plan.with(index, x)))?;
    room(plan.scenario(), vary, mode)?;
    for (draw, slot) in scratch.iter_mut().enumerate() {
        let at = |x| budget.of(&plan.drawn_with(SEED, draw as u64, index, x));
        *slot = match solve(budget, now, at) {
            Ok((x, _)) => x,
            Err(FitError::Always) => MOST,
            Err(_) => 0.0,
        };
    }
    let (low, high) = five_and_ninety_five_signed(scratch).ok_or(FitError::TooFewDraws)?;
    let value = Range::of(low.min(mode), mode, high.max(mode)).map_err(|_| FitError::NotKnown)?;
    Ok(Fit { value, now, method })
}

/// Whether the scenario can have so many.
fn room(scenario: &Scenario, vary: Vary, value: f64) -> Result<(), FitError> {
    let count = Count::checked(value).map_err(|_| FitError::NotKnown)?;
    let given = Sourced::given(Range::exact(count));
    let mut changed = scenario.clone();
    let passes = changed.training.as_mut().and_then(|stage| stage.bottom_up.as_mut());
    let search = changed.search.as_mut().and_then(|stage| stage.bottom_up.as_mut());
    let uses = changed.inference.as_mut().and_then(|stage| stage.bottom_up.as_mut());
    let slot = match vary {
        Vary::Samples => passes.map(|passes| &mut passes.samples),
        Vary::Epochs => passes.map(|passes| &mut passes.epochs),
        Vary::Inferences => uses.map(|uses| &mut uses.inferences),
        Vary::Runs => search.and_then(|search| match &mut search.runs {
            Runs::LikeTraining(runs) => Some(runs),
            Runs::Each(_) => None,
        }),
    };
    *slot.ok_or(FitError::NoInput(vary))? = given;
    Plan::new(&changed).map(|_| ()).map_err(|error| FitError::NoRoom { value, error })
}

/// The largest `x` with `f(x)` in the budget.
fn solve(budget: Budget, now: f64, f: impl Fn(f64) -> Option<f64>) -> Result<(f64, Method), FitError> {
    let at = |x: f64| f(x).filter(|value| value.is_finite()).ok_or(FitError::NotKnown);
    let without = at(0.0)?;
    if !budget.keeps(without) {
        return Err(FitError::Never { without });
    }
    let step = if now > 0.0 { now } else { 1.0 };
    let (once, twice) = (at(step)?, at(2.0 * step)?);
    let bend = (twice - once) - (once - without);
    if bend.abs() <= ON_LINE * (twice - without).abs() && once.total_cmp(&without).is_ne() {
        let x = (budget.limit() - without) / (once - without) * step;
        if (0.0..=MOST).contains(&x) && (at(x)? - budget.limit()).abs() <= ON_LINE * budget.limit().abs() {
            return Ok((x, Method::Exact));
        }
    }
    if budget.keeps(at(MOST)?) {
        return Err(FitError::Always);
    }
    let (mut low, mut high) = (0.0, step);
    while high < MOST && budget.keeps(at(high)?) {
        (low, high) = (high, (high * 2.0).min(MOST));
    }
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if budget.keeps(at(middle)?) { low = middle } else { high = middle }
    }
    Ok((low, Method::Bisection))
}

#[cfg(test)]
mod tests;
