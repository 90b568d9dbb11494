//! A power meter's trace beside a board's log: the windows, and what the trace says against itself.

use joulegram_meters::join::{Lap, Marks, join};
use joulegram_meters::trace::{Timing, Trace};
use joulegram_meters::windows::source::Source;
use joulegram_meters::windows::{Span, Window, edges, measure, stamps, steps};
use serde::Serialize;

use super::{Log, MeterWindow};
use crate::fault::Fault;
use crate::number::{SECONDS, VOLTS, percent};

/// The trace's sums may be this far from the meter's own.
const MOST_FROM_TOTALS: f64 = 0.01;
/// Part of a window at each end that is not looked at; at least a sample.
const MARGIN: f64 = 0.001;
/// The volts that were given may be this far from those in the trace.
const MOST_FROM_VOLTS: f64 = 0.02;

/// The option whose lack a fault is of, as [`super::Given`] names it.
pub(super) const VOLTS_OPTION: &str = "volts";

/// What a calibration's watts rest on. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeterDocument {
    /// The trace's file.
    pub file: String,
    /// Whose file it is.
    pub format: &'static str,
    /// What was measured.
    pub quantity: String,
    /// How the time of a sample is known.
    pub timing: Timing,
    /// Seconds from sample to sample, the median.
    pub period_seconds: f64,
    /// What marked the windows: `edges`, `rising`, `steps` or `stamps`.
    pub marks: &'static str,
    /// How far each edge of a window may be off.
    pub edge_error_seconds: f64,
    /// Volts that were given, where the file has none.
    pub given_volts: Option<f64>,
    /// Mean of the volts in the file.
    pub mean_volts: Option<f64>,
    /// The meter's seconds over the board's.
    pub clock_ratio: Option<f64>,
    /// Lines of the log with a window.
    pub windows: usize,
    /// Lines of the log without one.
    pub lines_without_window: usize,
    /// Windows that were found and refused.
    pub windows_refused: usize,
}

/// The windows of a trace, one a line of the log where there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Metered {
    /// The windows.
    pub windows: Vec<MeterWindow>,
    /// What people should know.
    pub warnings: Vec<String>,
    /// What they rest on.
    pub meter: MeterDocument,
}

/// Finds the windows of a log's lines in a trace; `volts` are those that were given beside it.
///
/// # Errors
/// [`Fault`] if the trace's times are not to be trusted, nothing marks windows, none is as long as a line of the log, or no
/// volts are known.
pub fn metered(
    trace: &Trace,
    log: &Log<'_>,
    source: Source<'_>,
    volts: Option<f64>,
) -> Result<Metered, Fault> {
    let laps: Vec<Lap> = log
        .lines
        .iter()
        .map(|line| Lap {
            step: line.step.into(),
            repetition: line.repetition,
            seconds: (line.clock_hertz > 0).then(|| line.ticks as f64 / line.clock_hertz as f64),
        })
        .collect();
    let mut warnings = Vec::new();
    let (spans, edge_error);
    let (marks, name) = match source {
        Source::Edges { channel, edge } => {
            let channel = edges::channel(trace, channel, edge)?;
            edge_error = trace.period;
            let name = if edge == edges::Edge::Rising { "rising" } else { "edges" };
            (Marks::Edges(edges::of(channel, edge)), name)
        }
        Source::Stamps { file, bytes } => {
            let (read, notes) = stamps::read(file, bytes)?;
            warnings.extend(notes);
            spans = read;
            edge_error = trace.period;
            (Marks::Spans(&spans, edge_error), "stamps")
        }
        Source::Steps { least_seconds } => {
            let found = steps::find(trace, least_seconds)?;
            (spans, edge_error) = (found.spans, found.edge_error_seconds);
            warnings.push(format!(
                "Windows are from steps in the current: each edge may be {} off, and what draws as little as the pauses is \
                 not found.",
                SECONDS.number(edge_error)
            ));
            (Marks::Spans(&spans, edge_error), "steps")
        }
    };
    let joined = join(trace, &laps, marks)?;
    let mut windows = Vec::new();
    for one in &joined.joined {
        let Some(lap) = laps.get(one.lap) else { continue };
        let Some(joules) = steady(trace, &one.window).or(one.window.joules) else { continue };
        let (step, repetition, seconds) = (lap.step.clone(), lap.repetition, one.window.seconds);
        windows.push(MeterWindow { step, repetition, seconds, joules });
    }
    if windows.is_empty() {
        let why = || format!("{} has currents and no voltage: without volts they are no energy", trace.file);
        return Err(joined
            .refused
            .first()
            .map_or_else(|| Fault::new("", VOLTS_OPTION, why()), |(_, fault)| Fault::from(fault.clone())));
    }
    let mean_volts = trace.mean(&trace.samples.volts);
    warnings.extend(not_wired(trace, name));
    warnings.extend(wrong_volts(volts, mean_volts));
    warnings.extend(trace.notes.iter().map(ToString::to_string));
    warnings.extend(trace.flaws.iter().map(|flaw| format!("The trace has {flaw}.")));
    warnings.extend(
        trace.against_totals().into_iter().filter(|(_, error)| error.abs() > MOST_FROM_TOTALS).map(
            |(what, error)| {
                let more = if error > 0.0 { "more" } else { "less" };
                format!(
                    "Wrong sum: the trace's {what} is {} {more} than the meter's own total of it.",
                    percent(error.abs())
                )
            },
        ),
    );
    warnings.extend(joined.notes.iter().map(ToString::to_string));
    let meter = MeterDocument {
        file: trace.file.clone(),
        format: trace.format,
        quantity: trace.quantity.clone(),
        timing: trace.timing,
        period_seconds: trace.period,
        marks: name,
        edge_error_seconds: edge_error,
        given_volts: trace.given_volts,
        mean_volts,
        clock_ratio: joined.clock_ratio,
        windows: windows.len(),
        lines_without_window: joined.laps_without_window.len(),
        windows_refused: joined.refused.len(),
    };
    Ok(Metered { windows, warnings, meter })
}

/// Energy of a window at the mean power within it. A step draws the same all the time, but the samples at its edges are
/// half of what is before and behind, and the marker's pulse is computed: next to a sleep that is most of its energy.
fn steady(trace: &Trace, window: &Window) -> Option<f64> {
    let margin = trace.period.max(MARGIN * window.seconds);
    let inner = Span { start: window.start + margin, end: window.start + window.seconds - margin };
    Some(measure(trace, inner).ok()?.watts()? * window.seconds)
}

/// An input that never changes, where windows came from elsewhere.
fn not_wired(trace: &Trace, marks: &str) -> Option<String> {
    if ["edges", "rising"].contains(&marks) || trace.channels.is_empty() {
        return None;
    }
    trace.channels.iter().all(|channel| channel.is_constant).then(|| {
        let names: Vec<&str> = trace.channels.iter().map(|channel| channel.name.as_str()).collect();
        format!(
            "Marker not wired: {} never changes in the whole trace; the meter's logic inputs need the board's voltage (VCC) \
             too.",
            names.join(", ")
        )
    })
}

/// Volts that were given beside a trace that has its own.
fn wrong_volts(given: Option<f64>, measured: Option<f64>) -> Option<String> {
    let (given, measured) = given.zip(measured).filter(|(_, measured)| *measured > 0.0)?;
    let off = given / measured - 1.0;
    (off.abs() > MOST_FROM_VOLTS).then(|| {
        format!(
            "Wrong volts: {} were given and the trace has {} in the mean, which are taken.",
            VOLTS.number(given),
            VOLTS.number(measured)
        )
    })
}

/// The warning of a board that computes slower while the meter is read: lines of both logs, of the same steps.
#[must_use]
pub fn slowed(with: &Log<'_>, without: &Log<'_>) -> Option<String> {
    let each = |log: &Log<'_>, step: &str| {
        let own = log.lines.iter().filter(|line| line.step == step && line.iterations > 0);
        median(own.map(|line| line.ticks as f64 / line.iterations as f64).collect())
    };
    let mut seen: Vec<&str> = Vec::new();
    let mut ratios = Vec::new();
    for line in with.lines.iter().filter(|line| line.work.total().layers > 0) {
        if !seen.contains(&line.step) {
            seen.push(line.step);
            ratios.extend(
                each(with, line.step).zip(each(without, line.step)).map(|(with, without)| with / without),
            );
        }
    }
    let ratio = median(ratios)?;
    joulegram_meters::join::repetitions::slowed_by_meter(ratio, 1.0)
        .map(|sentence| format!("Slowed by the meter: {sentence}."))
}

/// The middle of numbers.
pub(super) fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let count = numbers.len();
    let at = |index: usize| numbers.get(index).copied();
    Some(f64::midpoint(at(count.checked_sub(1)? / 2)?, at(count / 2)?))
}
