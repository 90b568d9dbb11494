//! Windows cut from a trace: from marker edges, from stamps, or from steps in the current; and what was drawn in each.

pub mod edges;
pub mod source;
pub mod stamps;
pub mod steps;

use serde::Serialize;

use crate::fault::Fault;
use crate::flaw::percent;
use crate::trace::{MOST_FLAWED, Trace};

/// A window shorter than this many samples is not integrated: its edges would be too much of it.
pub const LEAST_SAMPLES: usize = 10;

/// A stretch of a trace's time, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Span {
    /// Where it begins.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
}

impl Span {
    /// How long it is.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.end - self.start
    }
}

/// What a trace holds in a span.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Window {
    /// Where it begins, in seconds of the trace's own time.
    pub start: f64,
    /// How long it is.
    pub seconds: f64,
    /// Energy; `None` where neither the file nor the user says the volts.
    pub joules: Option<f64>,
    /// Charge; `None` where the file has only powers.
    pub coulombs: Option<f64>,
    /// What two edges that are each a sample off could add or take, at most: 2 P dt.
    pub edge_error_joules: Option<f64>,
    /// How far each edge may be off.
    pub edge_error_seconds: f64,
    /// Seconds without samples that were filled with the mean of their neighbours.
    pub filled_seconds: f64,
    /// Samples inside.
    pub samples: usize,
}

impl Window {
    /// Mean power.
    #[must_use]
    pub fn watts(&self) -> Option<f64> {
        self.joules.map(|joules| joules / self.seconds)
    }

    /// Mean current.
    #[must_use]
    pub fn amperes(&self) -> Option<f64> {
        self.coulombs.map(|coulombs| coulombs / self.seconds)
    }
}

/// Sums what was drawn in a span: readings times the part of their time that lies inside. Up to [`MOST_FLAWED`] of it may
/// be missing and is filled with the mean of the neighbours; [`Window::filled_seconds`] says how much.
///
/// # Errors
/// [`Fault`] if the span reaches outside the trace, holds fewer than [`LEAST_SAMPLES`] samples, or has too much of it
/// missing or clipped; the first line of what is missing is named.
pub fn measure(trace: &Trace, span: Span) -> Result<Window, Fault> {
    measure_with(trace, span, LEAST_SAMPLES, trace.trailing_seconds)
}

/// Sums all of a trace, which has no edges: two samples are enough.
///
/// # Errors
/// [`Fault`] as of [`measure`].
pub fn measure_whole(trace: &Trace) -> Result<Window, Fault> {
    let (start, end) = trace.span();
    let whole = measure_with(trace, Span { start, end }, 2, 0.0)?;
    Ok(Window { edge_error_seconds: 0.0, edge_error_joules: whole.joules.map(|_| 0.0), ..whole })
}

fn measure_with(trace: &Trace, span: Span, least: usize, trailing: f64) -> Result<Window, Fault> {
    let fault = |message: String| {
        let field = format!("window from {:.4} s to {:.4} s", span.start, span.end);
        Fault::of_field(&trace.file, &field, message)
    };
    if !(span.start.is_finite() && span.end.is_finite() && span.end > span.start) {
        return Err(fault("its end must be after its start".to_owned()));
    }
    // Readings that look back hold the time before the window at its start.
    let inner = Span { start: span.start + trailing, end: span.end };
    if inner.seconds() < span.seconds() / 2.0 {
        return Err(fault(format!(
            "each reading is the mean of the last {trailing} s, so that a window needs at least {} s",
            2.0 * trailing
        )));
    }
    let reading = sum(trace, trace.samples.readings(), inner);
    if reading.count < least {
        let message = format!("samples in it: {}, and it needs at least {least}", reading.count);
        return Err(fault(message));
    }
    let limit = percent(MOST_FLAWED);
    let missing = reading.missing / inner.seconds();
    if missing > MOST_FLAWED * (1.0 + 1e-9) {
        return Err(fault(format!(
            "{} % of it has no reading, the first in line {}; at most {limit} % may be so",
            percent(missing),
            reading.first_missing
        )));
    }
    let clipped = reading.clipped as f64 / reading.count as f64;
    if clipped > MOST_FLAWED {
        return Err(fault(format!(
            "{} % of its readings are at the end of the meter's range, {}; at most {limit} % may be so",
            percent(clipped),
            trace.clipped_from.unwrap_or_default()
        )));
    }
    let scale = span.seconds() / inner.seconds();
    let joules = (!trace.samples.watts.is_empty()).then_some(reading.area * scale);
    let coulombs =
        (!trace.samples.amperes.is_empty()).then(|| sum(trace, &trace.samples.amperes, inner).area * scale);
    Ok(Window {
        start: span.start,
        seconds: span.seconds(),
        joules,
        coulombs,
        edge_error_joules: joules.map(|joules| 2.0 * joules / span.seconds() * trace.period),
        edge_error_seconds: trace.period,
        filled_seconds: reading.missing,
        samples: reading.count,
    })
}

/// What a column holds in a span.
#[derive(Default)]
struct Sum {
    area: f64,
    missing: f64,
    first_missing: u32,
    count: usize,
    clipped: usize,
}

fn sum(trace: &Trace, column: &[f64], span: Span) -> Sum {
    let samples = &trace.samples;
    let from = samples.ends.partition_point(|end| *end <= span.start);
    let of_range = if samples.amperes.is_empty() { &samples.watts } else { &samples.amperes };
    let mut sum = Sum::default();
    let mut cursor = span.start;
    let mut pending = 0.0;
    let mut last: Option<f64> = None;
    // Less than half a sample is rounding of the stamps.
    let rounding = 0.45 * trace.period;
    let settle = |sum: &mut Sum, pending: &mut f64, last: Option<f64>, next: Option<f64>, line: u32| {
        let around = [last, next];
        let known = around.iter().flatten().count().max(1) as f64;
        sum.area += *pending * around.iter().flatten().sum::<f64>() / known;
        if *pending > rounding {
            sum.missing += *pending;
            if sum.first_missing == 0 {
                sum.first_missing = line;
            }
        }
        *pending = 0.0;
    };
    let rows =
        column.iter().zip(&samples.starts).zip(&samples.ends).zip(&samples.lines).zip(of_range).skip(from);
    // The first line of a stretch that is missing.
    let mut line = None;
    for ((((reading, start), end), row), of_range) in
        rows.take_while(|((((_, start), _), _), _)| **start < span.end)
    {
        let (start, end) = (start.max(span.start), end.min(span.end));
        pending += (start - cursor).max(0.0);
        let start = start.max(cursor);
        if reading.is_nan() {
            pending += (end - start).max(0.0);
            line.get_or_insert(*row);
        } else {
            settle(&mut sum, &mut pending, last, Some(*reading), line.take().unwrap_or(*row));
            sum.area += reading * (end - start).max(0.0);
            sum.count += 1;
            sum.clipped +=
                usize::from(trace.clipped_from.is_some_and(|level| *of_range >= level * (1.0 - 1e-9)));
            last = Some(*reading);
        }
        cursor = cursor.max(end);
    }
    pending += (span.end - cursor).max(0.0);
    let at_end = line.or(samples.lines.last().copied()).unwrap_or(0);
    settle(&mut sum, &mut pending, last, None, at_end);
    sum
}
