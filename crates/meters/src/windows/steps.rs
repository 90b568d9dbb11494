//! Windows from steps in the current, where no marker is wired: stretches well above the rest.
//!
//! The trace is cut into blocks; a threshold parts their means so that both sides vary least (Otsu 1979). What draws less
//! than the threshold, such as a sleep, can't be found so.

use super::Span;
use crate::fault::Fault;
use crate::trace::Trace;

/// Samples a block.
const SAMPLES_A_BLOCK: f64 = 10.0;
/// Bins of the histogram of block means.
const BINS: usize = 256;
/// Dips of fewer blocks than this don't end a window.
const SHORT_DIP: usize = 2;
/// The means of both sides must be this many times their spread apart.
const LEAST_CONTRAST: f64 = 2.0;

/// Windows found in the current, and how sure their edges are.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// The windows in order.
    pub spans: Vec<Span>,
    /// How far each edge may be off: one block.
    pub edge_error_seconds: f64,
    /// What lies between the windows, in watts, or amperes where volts are not known.
    pub low: f64,
    /// What lies in them.
    pub high: f64,
    /// What two edges that are each a block off could add or take, at most.
    pub edge_error: f64,
}

/// Finds windows of at least `least_seconds`.
///
/// # Errors
/// [`Fault`] if the trace is too short or has no two levels that are clearly apart.
pub fn find(trace: &Trace, least_seconds: f64) -> Result<Steps, Fault> {
    let fault = |message: String| Fault::of_field(&trace.file, "steps", message);
    let (start, end) = trace.span();
    let block = SAMPLES_A_BLOCK * trace.period;
    let count = ((end - start) / block).floor();
    if !(10.0..1e9).contains(&count) {
        return Err(fault(format!(
            "{count} blocks of {SAMPLES_A_BLOCK} samples are too few to find steps in: at least 10"
        )));
    }
    let means = block_means(trace, start, block, whole(count));
    let (threshold, low, high) = otsu(&means).ok_or_else(|| fault("the current never changes".to_owned()))?;
    let contrast = (high.mean - low.mean) / (low.deviation + high.deviation).max(f64::MIN_POSITIVE);
    if contrast < LEAST_CONTRAST {
        return Err(fault(format!(
            "the current has no two levels apart: {:.4e} and {:.4e} differ by {contrast:.1} times their spread, and at \
             least {LEAST_CONTRAST} are needed",
            low.mean, high.mean
        )));
    }
    let runs = runs(&means, threshold);
    let spans: Vec<Span> = runs
        .into_iter()
        .map(|(first, last)| Span { start: start + first as f64 * block, end: start + last as f64 * block })
        .filter(|span| span.seconds() >= least_seconds)
        .collect();
    if spans.is_empty() {
        return Err(fault(format!("nothing above {threshold:.4e} lasts {least_seconds} s")));
    }
    let edge_error = 2.0 * block * (high.mean - low.mean);
    Ok(Steps { spans, edge_error_seconds: block, low: low.mean, high: high.mean, edge_error })
}

/// A whole number that is known to be small and not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the caller has checked its range"
)]
const fn whole(number: f64) -> usize {
    number as usize
}

/// The mean of each block's readings; NaN where it has none.
fn block_means(trace: &Trace, start: f64, block: f64, count: usize) -> Vec<f64> {
    let samples = &trace.samples;
    let mut means = Vec::with_capacity(count);
    let mut rows = samples.readings().iter().zip(&samples.starts).peekable();
    for number in 1..=count {
        let end = start + number as f64 * block;
        let (mut sum, mut known) = (0.0, 0_u32);
        while let Some((reading, _)) = rows.next_if(|(_, start)| **start < end - block * 1e-9) {
            if !reading.is_nan() {
                sum += reading;
                known += 1;
            }
        }
        means.push(if known == 0 { f64::NAN } else { sum / f64::from(known) });
    }
    means
}

/// One side of a threshold.
#[derive(Clone, Copy, Debug)]
struct Side {
    mean: f64,
    deviation: f64,
}

impl Side {
    fn of(means: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        let count = means.clone().count() as f64;
        let mean = means.clone().sum::<f64>() / count;
        let variance = means.map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        (count > 0.0).then(|| Self { mean, deviation: variance.sqrt() })
    }
}

/// The threshold that makes the variance between both sides greatest.
fn otsu(means: &[f64]) -> Option<(f64, Side, Side)> {
    let known = means.iter().copied().filter(|mean| mean.is_finite());
    let (low, high) = known
        .clone()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mean| (low.min(mean), high.max(mean)));
    let width = (high - low) / BINS as f64;
    if !(width > 0.0 && width.is_finite()) {
        return None;
    }
    let mut bins = [(0.0, 0.0); BINS];
    for mean in known.clone() {
        let bin = whole(((mean - low) / width).floor()).min(BINS - 1);
        if let Some((count, sum)) = bins.get_mut(bin) {
            *count += 1.0;
            *sum += mean;
        }
    }
    let total = bins.iter().fold((0.0, 0.0), |all, bin| (all.0 + bin.0, all.1 + bin.1));
    let mut below = (0.0, 0.0);
    let mut best = (0.0, low);
    for (number, bin) in (1..BINS).zip(bins) {
        below = (below.0 + bin.0, below.1 + bin.1);
        let above = (total.0 - below.0, total.1 - below.1);
        if below.0 > 0.0 && above.0 > 0.0 {
            let between = below.0 * above.0 * (below.1 / below.0 - above.1 / above.0).powi(2);
            if between > best.0 {
                best = (between, low + width * number as f64);
            }
        }
    }
    let (_, edge) = best;
    let low_side = Side::of(known.clone().filter(|mean| *mean < edge))?;
    let high_side = Side::of(known.filter(|mean| *mean >= edge))?;
    // Half way between the levels, not at the edge of a bin of the lower one.
    Some((f64::midpoint(low_side.mean, high_side.mean), low_side, high_side))
}

/// Runs of blocks above the threshold, short dips left in.
fn runs(means: &[f64], threshold: f64) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (index, _) in means.iter().enumerate().filter(|(_, mean)| **mean >= threshold) {
        match runs.last_mut() {
            Some((_, end)) if index < *end + SHORT_DIP => *end = index + 1,
            _ => runs.push((index, index + 1)),
        }
    }
    runs
}
