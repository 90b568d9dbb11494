//! What a tenth more or less of each input does to the life's emissions.

use heapless::Vec;

use crate::plan::{Input, MAX_INPUTS, Plan, Rung};

/// What a tenth of an input does.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Tenth<'a> {
    /// The input.
    pub input: Input<'a>,
    /// Emissions, operational and embodied, with a tenth less of it, over those as they are, less 1; `None` where that
    /// is outside the input's limits.
    pub less: Option<f64>,
    /// The same with a tenth more.
    pub more: Option<f64>,
}

/// Every input that moves the emissions, the strongest first.
pub type Sensitivity<'a> = Vec<Tenth<'a>, MAX_INPUTS>;

/// Moves each input by a tenth, all others at their most likely value; empty where the emissions are not known or zero.
#[must_use]
pub fn sensitivity<'a>(plan: &Plan<'a>) -> Sensitivity<'a> {
    let total = |ladder: &crate::plan::Ladder| {
        Some(ladder.get(Rung::LifeGrams)? + ladder.get(Rung::LifeEmbodied).unwrap_or(0.0))
    };
    let mut list = Sensitivity::new();
    let Some(base) = total(&plan.most_likely()).filter(|base| *base > 0.0) else { return list };
    for (index, input) in plan.inputs().iter().enumerate() {
        let at = |factor: f64| {
            let value = input.value.mode() * factor;
            let is_allowed = input.allows(value);
            is_allowed.then(|| total(&plan.with(index, value))).flatten().map(|grams| grams / base - 1.0)
        };
        insert(&mut list, Tenth { input: *input, less: at(0.9), more: at(1.1) });
    }
    list
}

impl Tenth<'_> {
    /// The larger of the two changes.
    #[must_use]
    pub fn strength(&self) -> f64 {
        self.less.unwrap_or(0.0).abs().max(self.more.unwrap_or(0.0).abs())
    }
}

/// Keeps the list in descending order of strength; what moves nothing is left out.
fn insert<'a>(list: &mut Sensitivity<'a>, tenth: Tenth<'a>) {
    // Less than rounding does is nothing.
    if tenth.strength() < 1e-12 {
        return;
    }
    let place = list.iter().take_while(|other| other.strength() >= tenth.strength()).count();
    let mut carried = tenth;
    for slot in list.iter_mut().skip(place) {
        core::mem::swap(slot, &mut carried);
    }
    let _ = list.push(carried);
}
