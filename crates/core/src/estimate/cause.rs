//! Which input causes how much of a result's width.

use heapless::Vec;

use crate::plan::{Input, Plan, PlanError, Rung};
use crate::range::Range;

/// Most causes listed for a result.
pub const MAX_CAUSES: usize = 8;

/// One input's part in a result's width.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Cause<'a> {
    /// The input.
    pub input: Input<'a>,
    /// Result with this input at its 5 % or 95 % quantile and all others at their most likely value, the lower first.
    pub result: Range<f64>,
    /// Its swing, squared, over the sum of all inputs' squared swings: its share of the variance where the inputs are
    /// independent and act in proportion.
    pub share: f64,
}

/// The inputs that move `rung`, the widest swing first.
pub(super) fn rank<'a>(plan: &Plan<'a>, rung: Rung) -> Result<Vec<Cause<'a>, MAX_CAUSES>, PlanError> {
    let mut causes: Vec<Cause<'a>, MAX_CAUSES> = Vec::new();
    let Some(mode) = plan.most_likely().get(rung) else { return Ok(causes) };
    // Root of the sum of squares: the squares themselves overflow where the result doesn't.
    let mut total = 0.0;
    for (index, input) in plan.inputs().iter().enumerate().filter(|(_, input)| !input.value.is_exact()) {
        let at = |share| plan.with(index, input.what.shape().quantile(&input.value, share)).get(rung);
        let Some((first, second)) = at(0.05).zip(at(0.95)) else { continue };
        let (low, high) = (first.min(second).min(mode), first.max(second).max(mode));
        let result = Range::of(low, mode, high).map_err(|_| PlanError::NotFinite)?;
        let swing = high - low;
        if swing > 0.0 {
            total = libm::hypot(total, swing);
            insert(&mut causes, Cause { input: *input, result, share: swing });
        }
    }
    for cause in &mut causes {
        let part = cause.share / total;
        cause.share = part * part;
    }
    Ok(causes)
}

/// Keeps the list in descending order of share, and drops the least where it is full.
fn insert<'a>(causes: &mut Vec<Cause<'a>, MAX_CAUSES>, cause: Cause<'a>) {
    let place = causes.iter().take_while(|other| other.share >= cause.share).count();
    // Everything from there on moves one place down: `Vec::insert` would do the same, but can panic.
    let mut carried = cause;
    for slot in causes.iter_mut().skip(place) {
        core::mem::swap(slot, &mut carried);
    }
    let _ = causes.push(carried);
}
