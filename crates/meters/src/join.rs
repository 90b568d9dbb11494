//! Which window of a trace is which step of the board's log.
//!
//! The board marks each step's start and end and logs a line with how long it took. Edges may be too many or lost, lines may
//! be lost or cut; both come in the same order. So lines and windows are aligned in order, where their lengths agree, as
//! many as can be: a line without a window and a window without a line are left out and counted. Nothing is told by place
//! alone, but where the log has no lengths and as many lines as there are windows.

mod align;
pub mod repetitions;

use crate::fault::Fault;
use crate::flaw::percent;
use crate::trace::Trace;
use crate::windows::{self, Span, Window};

/// How far a window's length may be from the log's, as a part of it: a meter's clock and a board's crystal are nearer, a
/// board's RC oscillator is often not.
pub const MOST_CLOCK_ERROR: f64 = 0.01;

/// Most combinations of a line and a window that are looked at.
const MOST_PAIRS: usize = 20_000_000;

/// Stretches of a trace's time that have a known cause.
const STRETCHES: [(f64, &str); 6] = [
    (4.0 / 3.0, "zeros interleaved by a meter with two modules"),
    (2.0, "zeros interleaved by a meter with two modules"),
    (0.5, "a rate given twice as high as it was"),
    (1000.0, "milliseconds taken for seconds"),
    (0.001, "seconds taken for milliseconds"),
    (0.1, "a rate given ten times as high as it was"),
];

/// A line of the board's log: one step that was run.
#[derive(Clone, Debug, PartialEq)]
pub struct Lap {
    /// The step's name.
    pub step: String,
    /// Which time it was run, from 1.
    pub repetition: u32,
    /// How long it took by the board's own clock; `None` where that is not known, as of an emulator or in a sleep.
    pub seconds: Option<f64>,
}

/// Where windows are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Marks<'a> {
    /// Edges of a marker: a window lies between two neighbours, and no edge is of two windows.
    Edges(&'a [f64]),
    /// Spans that are known, such as from stamps or steps; each edge may be so many seconds off.
    Spans(&'a [Span], f64),
}

/// A step and what the meter saw of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// Which of the laps, from 0.
    pub lap: usize,
    /// Its window.
    pub window: Window,
}

/// A log and a trace, joined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Join {
    /// Steps with windows, in order.
    pub joined: Vec<Joined>,
    /// Laps that have no window: their edges are missing, or it is not clear whose the window is.
    pub laps_without_window: Vec<usize>,
    /// Those of them whose window could as well be a neighbour's, which lasts as long.
    pub ambiguous: Vec<usize>,
    /// Laps whose window was found and refused, with the reason.
    pub refused: Vec<(usize, Fault)>,
    /// The meter's seconds over the board's, the median; `None` where the log has no lengths.
    pub clock_ratio: Option<f64>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Joins the laps of a log to windows of a trace.
///
/// # Errors
/// [`Fault`] if the trace's clock is not to be trusted, if no lap finds its window, or if all windows are stretched by the
/// same factor: then the trace's times are wrong.
pub fn join(trace: &Trace, laps: &[Lap], marks: Marks<'_>) -> Result<Join, Fault> {
    trace.check_clock()?;
    let fault = |message: String| Fault::of_field(&trace.file, "windows", message);
    let (spans, between, slack) = match marks {
        Marks::Edges(times) => {
            let spans =
                times.iter().zip(times.iter().skip(1)).map(|(start, end)| Span { start: *start, end: *end });
            // The stretch after a window leads to the next one's first edge.
            (spans.collect::<Vec<_>>(), 2, 2.0 * trace.period)
        }
        Marks::Spans(spans, edge_error) => (spans.to_vec(), 1, 2.0 * edge_error.max(trace.period)),
    };
    if laps.len().saturating_mul(spans.len()) > MOST_PAIRS {
        let edges = spans.len() + 1;
        let message =
            format!("{edges} edges for {} lines of the log: the marker's input picks up noise", laps.len());
        return Err(fault(message));
    }
    let lengths: Vec<Option<f64>> =
        laps.iter().map(|lap| lap.seconds.filter(|seconds| *seconds > 0.0)).collect();
    let pairs = if lengths.iter().all(Option::is_none) {
        in_order(laps.len(), &spans, between).map_err(fault)?
    } else {
        let pairs = align::align(&lengths, &spans, between, slack);
        refuse_stretched(&lengths, &spans, between, slack, pairs.len()).map_err(fault)?;
        pairs
    };
    if pairs.is_empty() {
        let message = format!(
            "none of the {} lines of the log has a window of its length among {}",
            laps.len(),
            spans.len()
        );
        return Err(fault(message));
    }
    let ambiguous = align::ambiguous(&lengths, &spans, &pairs, between, slack);
    let pairs: Vec<_> = pairs.into_iter().filter(|(lap, _)| !ambiguous.contains(lap)).collect();
    let mut join = Join { ambiguous, ..Join::default() };
    let mut ratios = Vec::new();
    let mut matched = vec![false; laps.len()];
    for (lap, span) in &pairs {
        let Some(span) = spans.get(*span) else { continue };
        if let Some(matched) = matched.get_mut(*lap) {
            *matched = true;
        }
        ratios.extend(lengths.get(*lap).copied().flatten().map(|seconds| span.seconds() / seconds));
        match windows::measure(trace, *span) {
            Ok(window) => join.joined.push(Joined { lap: *lap, window }),
            Err(fault) => join.refused.push((*lap, fault)),
        }
    }
    join.laps_without_window =
        matched.iter().enumerate().filter(|(_, is)| !**is).map(|(lap, _)| lap).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    join.clock_ratio = ratios.get(ratios.len() / 2).copied();
    join.notes = notes(&join, laps);
    Ok(join)
}

fn notes(join: &Join, laps: &[Lap]) -> Vec<String> {
    let mut notes = Vec::new();
    let name = |lap: &usize| {
        laps.get(*lap).map_or(String::new(), |lap| format!("{} (repetition {})", lap.step, lap.repetition))
    };
    if let Some(first) = join.laps_without_window.first() {
        notes.push(format!(
            "{} of {} lines of the log have no window of their length, the first is {}: they are left out.",
            join.laps_without_window.len(),
            laps.len(),
            name(first)
        ));
    }
    if let Some(first) = join.ambiguous.first() {
        notes.push(format!(
            "{} lines of the log could have their neighbours' windows, which last as long, the first is {}: they are left out \
             too.",
            join.ambiguous.len(),
            name(first)
        ));
    }
    if let Some((lap, fault)) = join.refused.first() {
        notes.push(format!(
            "{} of {} windows are refused, the first is {}: {}.",
            join.refused.len(),
            laps.len(),
            name(lap),
            fault.message
        ));
    }
    if let Some(ratio) = join.clock_ratio.filter(|ratio| (ratio - 1.0).abs() > 1e-3) {
        notes.push(format!(
            "The meter's clock and the board's differ by {} %: seconds are the meter's.",
            percent((ratio - 1.0).abs())
        ));
    }
    notes
}

/// Without lengths only the order tells, and only where every line has its window.
fn in_order(laps: usize, spans: &[Span], between: usize) -> Result<Vec<(usize, usize)>, String> {
    let windows = spans.len().div_ceil(between);
    if windows == laps && (between == 1 || spans.len() % 2 == 1) {
        return Ok((0..laps).map(|lap| (lap, lap * between)).collect());
    }
    Err(format!(
        "the log says no times and has {laps} lines, the trace {windows} windows: without times only equal numbers can be joined"
    ))
}

/// More windows that are too long or too short by one factor than windows as long as the log says: the trace's times are
/// wrong, and so would be every energy.
fn refuse_stretched(
    lengths: &[Option<f64>],
    spans: &[Span],
    between: usize,
    slack: f64,
    found: usize,
) -> Result<(), String> {
    let known = lengths.iter().flatten().count();
    if found >= known {
        return Ok(());
    }
    for (factor, cause) in STRETCHES {
        let stretched: Vec<Option<f64>> =
            lengths.iter().map(|length| length.map(|length| length * factor)).collect();
        let so_many = align::align(&stretched, spans, between, slack).len();
        if so_many > found && 5 * so_many >= 4 * known {
            return Err(format!(
                "the trace's windows last {factor:.3} times as long as the log says: suspect {cause}"
            ));
        }
    }
    Ok(())
}
