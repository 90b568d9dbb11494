//! Flaws of a finished trace: gaps, zeros, clipped readings; and what was counted row by row.

use crate::flaw::{Flaw, FlawKind};
use crate::trace::Trace;

/// Zeros in a row, at most, that are taken for dropped samples; more are a board without power.
const LONGEST_DROP: usize = 1000;
/// Samples beside a run of zeros are far above it from this part of the trace's upper readings on.
const FAR_ABOVE: f64 = 0.01;
/// Zeros in turn with readings: at least this part of all.
const IN_TURN: f64 = 0.2;
/// Readings right below the greatest that are looked at for its being a range's end.
const NEAR_TOP: f64 = 0.9;

/// Flaws counted while rows come in.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) rows: u64,
    counts: Vec<(FlawKind, u64, f64, u64, String)>,
}

impl Tally {
    /// Counts one; `weight` is its part of a row.
    pub(super) fn add(&mut self, kind: FlawKind, line: u64, weight: f64, value: impl FnOnce() -> String) {
        match self.counts.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, count, weights, ..)) => {
                *count += 1;
                *weights += weight;
            }
            None => self.counts.push((kind, 1, weight, line, value())),
        }
    }
}

/// The median distance of neighbours; of two in the middle the shorter, as what is lost makes distances longer.
pub(super) fn median_step(times: &[f64]) -> Option<f64> {
    let mut steps: Vec<f64> = times.iter().zip(times.iter().skip(1)).map(|(a, b)| b - a).collect();
    let middle = steps.len().saturating_sub(1) / 2;
    if steps.is_empty() {
        return None;
    }
    let (_, median, _) = steps.select_nth_unstable_by(middle, f64::total_cmp);
    Some(*median).filter(|median| *median > 0.0)
}

/// Finds all flaws; readings that are dropped samples become NaN.
pub(super) fn of(trace: &mut Trace, tally: Tally, full_scale: Option<f64>) -> Vec<Flaw> {
    let rows = tally.rows.max(1) as f64;
    let counted = tally.counts.into_iter();
    let mut flaws: Vec<Flaw> = counted
        .map(|(kind, count, weight, line, value)| super::flaw(kind, count, weight / rows, line, value))
        .collect();
    flaws.extend(gaps(trace));
    match alternating(trace) {
        Some(flaw) => flaws.push(flaw),
        None => flaws.extend(zeros(trace)),
    }
    flaws.extend(clipped(trace, full_scale));
    flaws
}

fn gaps(trace: &Trace) -> Option<Flaw> {
    let samples = &trace.samples;
    let mut found: Option<Flaw> = None;
    let mut lost = 0.0;
    let pairs = samples.ends.iter().zip(samples.starts.iter().zip(&samples.lines).skip(1));
    for (end, (start, line)) in pairs {
        let step = start - end;
        // Half a sample of rounding in the stamps is no gap, nor is the break between two recordings.
        if step <= 0.45 * trace.period || trace.trials.contains(start) {
            continue;
        }
        lost += step;
        match &mut found {
            Some(flaw) => flaw.count += 1,
            None => {
                let value = format!("{step:.6} s without a sample before {start:.6} s");
                found = Some(super::flaw(FlawKind::Gap, 1, 0.0, u64::from(*line), value));
            }
        }
    }
    let (start, end) = trace.span();
    found.map(|flaw| Flaw { share: lost / (end - start).max(f64::MIN_POSITIVE), ..flaw })
}

/// Zeros between two readings, all over the file.
fn alternating(trace: &Trace) -> Option<Flaw> {
    let readings = trace.samples.readings();
    let triples = readings.iter().zip(readings.iter().skip(1)).zip(readings.iter().skip(2));
    let mut found = triples
        .enumerate()
        .filter(|(_, ((before, zero), after))| is_zero(**zero) && before.abs() > 0.0 && after.abs() > 0.0);
    let (first, _) = found.next()?;
    let count = 1 + found.count();
    let share = count as f64 / readings.len() as f64;
    let line = trace.samples.lines.get(first + 1).copied().unwrap_or(0);
    // A handful may be chance.
    (share >= IN_TURN && count >= 5)
        .then(|| super::flaw(FlawKind::AlternatingZeros, count as u64, share, line.into(), "0".to_owned()))
}

fn is_zero(reading: f64) -> bool {
    reading.abs() < f64::MIN_POSITIVE
}

/// Short runs of zeros between readings far above them.
fn zeros(trace: &mut Trace) -> Option<Flaw> {
    let readings = trace.samples.readings();
    let floor = FAR_ABOVE * upper(readings)?;
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut start = None;
    for (index, reading) in readings.iter().enumerate() {
        match (start, is_zero(*reading)) {
            (None, true) => start = Some(index),
            (Some(first), false) => {
                let before = first.checked_sub(1).and_then(|before| readings.get(before));
                let is_amid = before.is_some_and(|before| *before >= floor) && *reading >= floor;
                if is_amid && index - first <= LONGEST_DROP {
                    runs.push((first, index));
                }
                start = None;
            }
            _ => {}
        }
    }
    let (first, _) = runs.first()?;
    let line = trace.samples.lines.get(*first).copied().unwrap_or(0);
    let count: usize = runs.iter().map(|(start, end)| end - start).sum();
    let share = count as f64 / readings.len() as f64;
    for (start, end) in runs {
        let samples = &mut trace.samples;
        for column in [&mut samples.amperes, &mut samples.watts] {
            if let Some(run) = column.get_mut(start..end) {
                run.fill(f64::NAN);
            }
        }
    }
    Some(super::flaw(FlawKind::Zeros, count as u64, share, line.into(), "0".to_owned()))
}

/// A reading that 95 % of all don't exceed.
fn upper(readings: &[f64]) -> Option<f64> {
    let mut known: Vec<f64> = readings.iter().copied().filter(|reading| !reading.is_nan()).collect();
    let place = known.len().saturating_sub(1) * 19 / 20;
    if known.is_empty() {
        return None;
    }
    let (_, upper, _) = known.select_nth_unstable_by(place, f64::total_cmp);
    Some(*upper).filter(|upper| *upper > 0.0)
}

/// Readings at the end of the range: a known one, or one that shows as a plateau above a noisy signal.
fn clipped(trace: &mut Trace, full_scale: Option<f64>) -> Option<Flaw> {
    // The range is of the current where there is one: watts follow the volts too.
    let samples = &trace.samples;
    let (readings, is_current) =
        if samples.amperes.is_empty() { (&samples.watts, false) } else { (&samples.amperes, true) };
    let level = match full_scale {
        Some(level) => level,
        None => plateau(readings)?,
    };
    let is_at_end = |reading: &&f64| **reading >= level * (1.0 - 1e-9);
    let count = readings.iter().filter(is_at_end).count();
    let first = readings.iter().position(|reading| is_at_end(&reading))?;
    let line = samples.lines.get(first).copied().unwrap_or(0);
    let unit = if is_current { "A" } else { "W" };
    let share = count as f64 / readings.len() as f64;
    trace.clipped_from = Some(level);
    Some(super::flaw(FlawKind::Clipped, count as u64, share, line.into(), format!("{level} {unit}")))
}

/// The greatest reading, if it comes again and again while those right below it hardly ever do.
fn plateau(readings: &[f64]) -> Option<f64> {
    let top = readings.iter().copied().filter(|reading| !reading.is_nan()).max_by(f64::total_cmp)?;
    let at_top = readings.iter().filter(|reading| **reading >= top).count();
    if top <= 0.0 || at_top < 10 || (at_top as f64) < 1e-3 * readings.len() as f64 {
        return None;
    }
    let is_near = |reading: &f64| (NEAR_TOP * top..top).contains(reading);
    let mut near: Vec<f64> = readings.iter().copied().filter(is_near).take(100_000).collect();
    near.sort_unstable_by(f64::total_cmp);
    let runs: Vec<usize> = near.chunk_by(|a, b| a.to_bits() == b.to_bits()).map(<[f64]>::len).collect();
    let most = runs.iter().copied().max()?;
    (runs.len() >= 20 && at_top > 5 * most).then_some(top)
}
