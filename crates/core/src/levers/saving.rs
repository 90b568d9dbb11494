//! What each measure saves, with its range, the most first.

use heapless::Vec;

use super::{Description, Measure, Refusal, WhatIf, apply};
use crate::estimate::quantile::five_and_ninety_five_signed;
use crate::estimate::{LEAST_DRAWS, SEED};
use crate::plan::{Ladder, Plan, PlanError, Rung};
use crate::range::Range;
use crate::scenario::Scenario;
use crate::sourced::Text;

/// Draws of each measure: enough for quantiles of 5 and 95 % of a difference of two ladders with the same draws.
pub const LEVER_DRAWS: usize = 400;
/// Columns of the scratch memory: the scenario's and the savings' energy, emissions and embodied emissions.
const COLUMNS: usize = 6;
/// Most measures that are refused.
pub const MAX_REFUSALS: usize = Measure::ALL.len();

/// Room that [`rank`] needs, in numbers.
#[must_use]
pub const fn scratch_len(draws: usize) -> usize {
    draws.saturating_mul(COLUMNS)
}

/// What a measure saves; what is negative is taken beside.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Saving {
    /// Which measure.
    pub measure: Measure,
    /// In words and numbers.
    pub description: Description,
    /// The place that is moved to, of a measure that moves.
    pub to: Option<Text>,
    /// Emissions saved, operational and embodied.
    pub saved_grams_co2e: Range<f64>,
    /// Operational emissions saved.
    pub saved_operational_grams_co2e: Range<f64>,
    /// Energy saved at the facility.
    pub saved_kilowatt_hours: Range<f64>,
    /// What it saves of the life's most likely emissions, operational and embodied.
    pub share: f64,
}

/// A measure that doesn't apply, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Refused {
    /// Which measure.
    pub measure: Measure,
    /// What it would do.
    pub name: &'static str,
    /// Why not.
    pub reason: Refusal,
}

/// All measures.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Ranking {
    /// How many times all inputs were drawn.
    pub draws: u64,
    /// The life's emissions as it is, operational and embodied.
    pub grams_co2e: Range<f64>,
    /// The life's operational emissions as it is.
    pub operational_grams_co2e: Range<f64>,
    /// The life's energy as it is.
    pub kilowatt_hours: Range<f64>,
    /// What each measure saves by itself, the most grams first. They don't add up: each is against the scenario as it is.
    pub savings: Vec<Saving, { Measure::ALL.len() }>,
    /// Measures that don't apply.
    pub refused: Vec<Refused, MAX_REFUSALS>,
}

/// Ranks all measures by what they save, with as many draws as `scratch` has room for.
///
/// `scratch` holds [`scratch_len`] numbers; what it held is overwritten.
///
/// # Errors
/// [`PlanError`] where the scenario itself has no estimate, or `scratch` no room for 20 draws.
pub fn rank(scenario: &Scenario, what_if: &WhatIf, scratch: &mut [f64]) -> Result<Ranking, PlanError> {
    let draws = scratch.len() / COLUMNS;
    if draws < LEAST_DRAWS {
        return Err(PlanError::TooFewDraws { given: draws, least: LEAST_DRAWS });
    }
    let plan = Plan::new(scenario)?;
    let (base, savings) = scratch.split_at_mut(draws.saturating_mul(3));
    let mode = Totals::of(&plan.most_likely());
    fill(base, draws, |draw| Totals::of(&plan.drawn(SEED, draw)));
    let [kilowatt_hours, operational, all] = ranges(base, draws, &mode)?;
    let mut ranking = Ranking {
        draws: draws as u64,
        grams_co2e: all,
        operational_grams_co2e: operational,
        kilowatt_hours,
        savings: Vec::new(),
        refused: Vec::new(),
    };
    for measure in Measure::ALL {
        match one(&plan, what_if, measure, &mode, base, savings, draws) {
            Ok(saving) => insert(&mut ranking.savings, saving),
            Err(reason) => {
                let refused = Refused { measure, name: measure.description().name, reason };
                // There is room for every measure.
                let _ = ranking.refused.push(refused);
            }
        }
    }
    Ok(ranking)
}

/// What a life takes, in kWh, operational grams, and grams with the embodied ones; 0 where nothing is known.
#[derive(Clone, Copy, Debug)]
struct Totals([f64; 3]);

impl Totals {
    fn of(ladder: &Ladder) -> Self {
        let number = |rung| ladder.get(rung).unwrap_or(0.0);
        let (energy, operational) = (number(Rung::LifeKilowattHours), number(Rung::LifeGrams));
        Self([energy, operational, operational + number(Rung::LifeEmbodied)])
    }

    fn less(self, other: Self) -> Self {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Self([a - x, b - y, c - z])
    }
}

/// A column for each of the three totals.
fn fill(columns: &mut [f64], draws: usize, totals: impl Fn(u64) -> Totals) {
    for draw in 0..draws {
        let column = columns.iter_mut().skip(draw).step_by(draws);
        for (slot, total) in column.zip(totals(draw as u64).0) {
            *slot = total;
        }
    }
}

/// The ranges of three columns: 5 and 95 %, the most likely value inside.
fn ranges(columns: &[f64], draws: usize, mode: &Totals) -> Result<[Range<f64>; 3], PlanError> {
    let mut ranges = [Range::exact(0.0); 3];
    for ((range, column), mode) in ranges.iter_mut().zip(columns.chunks(draws)).zip(mode.0) {
        let (low, high) = five_and_ninety_five_signed(column).ok_or(PlanError::NotFinite)?;
        *range = Range::of(low.min(mode), mode, high.max(mode)).map_err(|_| PlanError::NotFinite)?;
    }
    Ok(ranges)
}

/// What a changed scenario saves of another: kWh, operational grams, all grams.
///
/// `scratch` holds [`scratch_len`] numbers.
///
/// # Errors
/// [`PlanError`] where one of the two has no estimate, or `scratch` no room for 20 draws.
pub fn saved(
    scenario: &Scenario,
    changed: &Scenario,
    scratch: &mut [f64],
) -> Result<[Range<f64>; 3], PlanError> {
    let draws = scratch.len() / COLUMNS;
    if draws < LEAST_DRAWS {
        return Err(PlanError::TooFewDraws { given: draws, least: LEAST_DRAWS });
    }
    let plan = Plan::new(scenario)?;
    let (base, savings) = scratch.split_at_mut(draws.saturating_mul(3));
    fill(base, draws, |draw| Totals::of(&plan.drawn(SEED, draw)));
    difference(&Plan::new(changed)?, &Totals::of(&plan.most_likely()), base, savings, draws)
}

/// What a changed plan saves of a base whose draws are known.
fn difference(
    changed: &Plan<'_>,
    mode: &Totals,
    base: &[f64],
    savings: &mut [f64],
    draws: usize,
) -> Result<[Range<f64>; 3], PlanError> {
    fill(savings, draws, |draw| {
        let at = |column: usize| {
            let index =
                draws.saturating_mul(column).saturating_add(usize::try_from(draw).unwrap_or(usize::MAX));
            base.get(index).copied().unwrap_or(f64::NAN)
        };
        Totals([at(0), at(1), at(2)]).less(Totals::of(&changed.drawn(SEED, draw)))
    });
    ranges(savings, draws, &mode.less(Totals::of(&changed.most_likely())))
}

fn one(
    plan: &Plan<'_>,
    what_if: &WhatIf,
    measure: Measure,
    mode: &Totals,
    base: &[f64],
    savings: &mut [f64],
    draws: usize,
) -> Result<Saving, Refusal> {
    let mut changed = plan.scenario().clone();
    apply(measure, what_if, &plan.most_likely(), &mut changed)?;
    let moved = [
        changed.training.as_ref().map(|stage| &stage.site),
        changed.search.as_ref().map(|stage| &stage.site),
    ];
    let to = moved.into_iter().flatten().next().filter(|_| measure == Measure::OtherRegion);
    let to = to.map(|site| site.name.clone());
    let changed = Plan::new(&changed).map_err(Refusal::Plan)?;
    let [saved_kilowatt_hours, saved_operational_grams_co2e, saved_grams_co2e] =
        difference(&changed, mode, base, savings, draws).map_err(Refusal::Plan)?;
    let changes = |range: &Range<f64>| range.low() != 0.0 || range.high() != 0.0;
    if !changes(&saved_grams_co2e) && !changes(&saved_kilowatt_hours) {
        return Err(Refusal::NoEffect);
    }
    let [_, _, all] = mode.0;
    let mine = saved_grams_co2e.mode();
    Ok(Saving {
        measure,
        description: measure.description(),
        to,
        saved_grams_co2e,
        saved_operational_grams_co2e,
        saved_kilowatt_hours,
        share: if all > 0.0 { mine / all } else { 0.0 },
    })
}

/// Keeps the list in descending order of the grams saved.
fn insert<const N: usize>(savings: &mut Vec<Saving, N>, saving: Saving) {
    let place = savings
        .iter()
        .take_while(|other| other.saved_grams_co2e.mode() >= saving.saved_grams_co2e.mode())
        .count();
    // Everything from there on moves one place down: `Vec::insert` would do the same, but can panic.
    let mut carried = saving;
    for slot in savings.iter_mut().skip(place) {
        core::mem::swap(slot, &mut carried);
    }
    let _ = savings.push(carried);
}

/// A scenario with several measures one after the other, each on what the one before has left.
///
/// # Errors
/// [`Refusal`] of the first measure that does not apply, or that conflicts with one before it.
pub fn combined(
    scenario: &Scenario,
    what_if: &WhatIf,
    measures: &[Measure],
) -> Result<Scenario, (Measure, Refusal)> {
    let mut changed = scenario.clone();
    for (index, measure) in measures.iter().enumerate() {
        let before = measures.iter().take(index);
        if let Some(other) = before.copied().find(|other| other.conflicts(*measure)) {
            return Err((*measure, Refusal::Conflict(other)));
        }
        let ladder = Plan::new(&changed).map_err(|error| (*measure, Refusal::Plan(error)))?.most_likely();
        apply(*measure, what_if, &ladder, &mut changed).map_err(|refusal| (*measure, refusal))?;
    }
    Plan::new(&changed).map_err(|error| {
        (measures.last().copied().unwrap_or(Measure::LeanArchitecture), Refusal::Plan(error))
    })?;
    Ok(changed)
}
