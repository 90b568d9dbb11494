//! Both scenarios drawn together.

use joulegram::estimate::SEED;
use joulegram::lifecycle;
use joulegram::plan::{Ladder, Plan, Rung};
use joulegram::range::Range;
use joulegram::scenario::Scenario;
use joulegram::units::{Grams, Quantity};
use serde::Serialize;

use super::DRAWS;
use crate::fault::Fault;
use crate::resolve::Case;

/// Where two lives are equal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crossing {
    /// Inferences; `None` where the one that begins with less stays less.
    pub inferences: Option<Range<f64>>,
    /// Share of the draws in which they cross.
    pub share_of_draws: f64,
    /// The first: grams before the first inference, and for each one.
    pub first: Life,
    /// The second.
    pub second: Life,
}

/// A life as a line, at the most likely values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Life {
    /// Search and training.
    pub start_grams_co2e: f64,
    /// Each inference.
    pub grams_co2e_per_inference: f64,
    /// Inferences that the scenario asks about.
    pub inferences: f64,
}

/// What comes of drawing both.
pub(super) struct Paired {
    pub(super) difference: Option<Range<f64>>,
    pub(super) crossing: Option<Crossing>,
}

pub(super) fn draw(files: [&str; 2], cases: [&Case; 2]) -> Result<Paired, Fault> {
    let [first, second] = cases.map(|case| &case.scenario);
    let plan = |file: &str, scenario| Plan::new(scenario).map_err(|error| Fault::new(file, "", error));
    let (a, b) = (plan(files[0], first)?, plan(files[1], second)?);
    let difference = |a: &Ladder, b: &Ladder| Some(b.get(Rung::LifeGrams)? - a.get(Rung::LifeGrams)?);
    let ladders = |index: u64| (a.drawn(SEED, index), b.drawn(SEED, index));
    let drawn: Vec<f64> = (0..DRAWS as u64)
        .filter_map(|index| {
            let (a, b) = ladders(index);
            difference(&a, &b)
        })
        .collect();
    Ok(Paired {
        difference: difference(&a.most_likely(), &b.most_likely()).and_then(|mode| range(drawn, mode)),
        crossing: crossing(first, second),
    })
}

/// 5 % and 95 % of the draws, widened to enclose the most likely value.
fn range(mut drawn: Vec<f64>, mode: f64) -> Option<Range<f64>> {
    drawn.sort_by(f64::total_cmp);
    let last = drawn.len().checked_sub(1)?;
    let (low, high) = (*drawn.get(last / 20)?, *drawn.get(last - last / 20)?);
    Range::of(low.min(mode), mode, high.max(mode)).ok()
}

/// The crossing of two lives that both say what was before use and how often they are used.
fn crossing(first: &Scenario, second: &Scenario) -> Option<Crossing> {
    let ((first, uses_a), (second, uses_b)) = (per_inference(first)?, per_inference(second)?);
    let (a, b) = (Plan::new(&first).ok()?, Plan::new(&second).ok()?);
    let both = |a: &Ladder, b: &Ladder| Some((life(a, uses_a)?, life(b, uses_b)?));
    let (most_likely_a, most_likely_b) = both(&a.most_likely(), &b.most_likely())?;
    let mut drawn = Vec::new();
    for index in 0..DRAWS as u64 {
        if let Some((a, b)) = both(&a.drawn(SEED, index), &b.drawn(SEED, index))
            && let Some(at) = lifecycle::crossing(a, b)
        {
            drawn.push(at);
        }
    }
    let share_of_draws = drawn.len() as f64 / DRAWS as f64;
    let as_life = |(start, each): (Grams, Grams), inferences| Life {
        start_grams_co2e: start.value(),
        grams_co2e_per_inference: each.value(),
        inferences,
    };
    Some(Crossing {
        inferences: lifecycle::crossing(most_likely_a, most_likely_b).and_then(|mode| range(drawn, mode)),
        share_of_draws,
        first: as_life(most_likely_a, uses_a),
        second: as_life(most_likely_b, uses_b),
    })
}

/// The scenario with its number of inferences held, and that number: a line has a slope, not a spread of lengths.
fn per_inference(scenario: &Scenario) -> Option<(Scenario, f64)> {
    let mut held = scenario.clone();
    let uses = held.inference.as_mut()?.bottom_up.as_mut()?;
    let inferences = uses.inferences.range.mode();
    uses.inferences.range = Range::exact(inferences);
    let has_making = held.search.is_some() || held.training.is_some();
    (has_making && inferences.value() > 0.0).then_some((held, inferences.value()))
}

/// Grams before the first inference and for each one.
fn life(ladder: &Ladder, inferences: f64) -> Option<(Grams, Grams)> {
    let making = [Rung::SearchGrams, Rung::TrainingGrams]
        .iter()
        .filter_map(|rung| ladder.get(*rung))
        .reduce(|a, b| a + b);
    let each = ladder.get(Rung::InferenceGrams)? / inferences;
    Some((Grams::checked(making?).ok()?, Grams::checked(each).ok()?))
}
