//! Whether repetitions of a step agree: what a run of a microcontroller varies by is a tenth of a percent, so that more is a
//! fault of the set-up.

use crate::flaw::percent;

/// Repetitions may vary by this much, as standard deviation over mean.
pub const MOST_VARIATION: f64 = 0.02;
/// Over all repetitions power may rise or fall by this much.
pub const MOST_DRIFT: f64 = 0.01;
/// A repetition below this part of the median is no reading of a running board.
const LOW: f64 = 0.5;
/// The same work may take this much longer with the meter than without.
const MOST_SLOWER: f64 = 0.02;

/// What is wrong with the powers of one step's repetitions, in their order; empty where they agree.
#[must_use]
pub fn suspicions(step: &str, watts: &[f64]) -> Vec<String> {
    let mut found = Vec::new();
    let mut sorted = watts.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let Some(median) = sorted.get(sorted.len() / 2).copied().filter(|_| sorted.len() >= 2) else {
        return found;
    };
    if let Some((number, low)) = (1..).zip(watts).find(|(_, watts)| **watts < LOW * median) {
        found.push(format!(
            "{step}: repetition {number} draws {low:.4e} W where the median is {median:.4e} W: an old buffer, or a range \
             that the meter had not left"
        ));
        return found;
    }
    let count = watts.len() as f64;
    let mean = watts.iter().sum::<f64>() / count;
    let variance = watts.iter().map(|watts| (watts - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let variation = variance.sqrt() / mean;
    if variation > MOST_VARIATION {
        found.push(format!(
            "{step}: repetitions vary by {} %, and at most {} % is a board's own",
            percent(variation),
            percent(MOST_VARIATION)
        ));
    }
    let steps = || watts.iter().zip(watts.iter().skip(1));
    let is_monotone = watts.len() >= 3 && (steps().all(|(a, b)| b > a) || steps().all(|(a, b)| b < a));
    let drift = watts.last().zip(watts.first()).map_or(0.0, |(last, first)| last / first - 1.0);
    if is_monotone && drift.abs() > MOST_DRIFT {
        found.push(format!(
            "{step}: power drifts by {} % from the first repetition to the last: let the board warm up",
            percent(drift.abs())
        ));
    }
    found
}

/// Steps at work that draw less than the board at rest: then something else feeds it.
#[must_use]
pub fn second_supply(rest_watts: f64, work: &[(&str, f64)]) -> Option<String> {
    let (step, watts) = work.iter().find(|(_, watts)| *watts < rest_watts * (1.0 - MOST_VARIATION))?;
    Some(format!(
        "second supply: {step} draws {watts:.4e} W and the board at rest {rest_watts:.4e} W; is a USB cable or a debugger \
         plugged in, or a jumper set, that feeds the board past the meter?"
    ))
}

/// Whether reading the meter slows the work: the same work's seconds with the meter and without.
#[must_use]
pub fn slowed_by_meter(with: f64, without: f64) -> Option<String> {
    let slower = with / without - 1.0;
    (slower > MOST_SLOWER).then(|| {
        format!(
            "the work takes {} % longer while the meter is read, and at most {} % may be so: read it from another machine \
             or less often",
            percent(slower),
            percent(MOST_SLOWER)
        )
    })
}

/// Compares a known resistor with what the meter reads of it: how far off the current is.
#[must_use]
pub fn resistor(ohms: f64, volts: f64, amperes: f64) -> f64 {
    amperes * ohms / volts - 1.0
}
