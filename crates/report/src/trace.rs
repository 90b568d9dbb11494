//! A meter's file as an answer: what was drawn over all, in each window, and what is wrong with it.

mod options;
mod tell;

use joulegram_meters::fault::Fault as MeterFault;
use joulegram_meters::flaw::Flaw;
use joulegram_meters::join::repetitions;
use joulegram_meters::trace::{Timing, Trace};
use joulegram_meters::windows::source::Found;
use joulegram_meters::windows::{Span, Window, measure_whole};
use serde::Serialize;

use crate::fault::Fault;

pub use options::{column, positive};
pub use tell::{table, tell};

/// A meter's own seconds are fewer: three years.
const LONGEST_OWN_SECONDS: f64 = 1e8;

/// The version of the answer's JSON form.
pub const TRACE_SCHEMA_VERSION: u32 = 1;

/// What `trace` shows. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraceDocument {
    /// [`TRACE_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The file.
    pub file: String,
    /// Whose file it is.
    pub format: &'static str,
    /// What was measured.
    pub quantity: String,
    /// How the time of a sample is known.
    pub timing: Timing,
    /// How many samples there are.
    pub samples: usize,
    /// Seconds from sample to sample, the median.
    pub period_seconds: f64,
    /// Volts that the user gave, where the file has none.
    pub given_volts: Option<f64>,
    /// Mean current over the time that is covered.
    pub mean_amperes: Option<f64>,
    /// Mean voltage.
    pub mean_volts: Option<f64>,
    /// Mean power.
    pub mean_watts: Option<f64>,
    /// All of the file as one window.
    pub whole: WindowDocument,
    /// The windows in order; empty where nothing marks any.
    pub windows: Vec<WindowDocument>,
    /// The meter's own sums against ours.
    pub totals: Vec<TotalDocument>,
    /// Digital inputs and events.
    pub channels: Vec<ChannelDocument>,
    /// What a known resistor says of the meter.
    pub resistor: Option<ResistorDocument>,
    /// What is wrong with single samples.
    pub flaws: Vec<Flaw>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// One window. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowDocument {
    /// Where it begins, by the meter's own seconds; where these are dates, from the trace's first sample.
    pub start_seconds: f64,
    /// How long it is.
    pub seconds: f64,
    /// Energy; `None` where volts are not known, or the window is refused.
    pub joules: Option<f64>,
    /// Charge; `None` where the file has only powers.
    pub coulombs: Option<f64>,
    /// Mean power.
    pub watts: Option<f64>,
    /// Mean current.
    pub amperes: Option<f64>,
    /// What inexact edges could add or take.
    pub edge_error_joules: Option<f64>,
    /// How far each edge may be off.
    pub edge_error_seconds: Option<f64>,
    /// Seconds without samples that were filled.
    pub filled_seconds: Option<f64>,
    /// Samples inside.
    pub samples: usize,
    /// Why nothing is said of it.
    pub refused: Option<String>,
}

/// A sum of the meter's own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TotalDocument {
    /// Energy or charge.
    pub what: &'static str,
    /// How far our sum is from it, as a part of it.
    pub relative_difference: f64,
}

/// A digital input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChannelDocument {
    /// Its name.
    pub name: String,
    /// Edges down.
    pub falling_edges: usize,
    /// Edges up.
    pub rising_edges: usize,
    /// Whether it never changes.
    pub is_constant: bool,
}

/// A known resistor in place of the board.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ResistorDocument {
    /// Its resistance.
    pub ohms: f64,
    /// What the meter reads of it: volts over amperes.
    pub measured_ohms: f64,
    /// How far the meter's current is off, as a part of the right one.
    pub relative_error: f64,
}

impl From<MeterFault> for Fault {
    fn from(fault: MeterFault) -> Self {
        let field = match (fault.line, fault.field.as_str()) {
            (Some(line), "") => format!("line {line}"),
            (Some(line), field) => format!("line {line} {field}"),
            (None, field) => field.to_owned(),
        };
        Self::new(&fault.file, &field, fault.message)
    }
}

impl WindowDocument {
    fn of(zero: f64, span: Span, window: &Result<Window, MeterFault>) -> Self {
        let known = window.as_ref().ok();
        Self {
            start_seconds: span.start - zero,
            seconds: span.seconds(),
            joules: known.and_then(|window| window.joules),
            coulombs: known.and_then(|window| window.coulombs),
            watts: known.and_then(Window::watts),
            amperes: known.and_then(Window::amperes),
            edge_error_joules: known.and_then(|window| window.edge_error_joules),
            edge_error_seconds: known.map(|window| window.edge_error_seconds),
            filled_seconds: known.map(|window| window.filled_seconds),
            samples: known.map_or(0, |window| window.samples),
            refused: window.as_ref().err().map(|fault| fault.message.clone()),
        }
    }
}

impl TraceDocument {
    /// The answer of a trace, with its windows if something marks them; `ohms` is a known resistor that was measured.
    ///
    /// # Errors
    /// [`Fault`] if the trace's times are not to be trusted, or if a resistor is given and no voltage is known.
    pub fn of(trace: &Trace, found: Option<Found>, ohms: Option<f64>) -> Result<Self, Fault> {
        trace.check_clock()?;
        let (start, end) = trace.span();
        let whole = Span { start, end };
        // Seconds since 1970 say nothing to a reader of windows; a meter's own seconds do.
        let zero = if start > LONGEST_OWN_SECONDS { start } else { 0.0 };
        let samples = &trace.samples;
        let mean_amperes = trace.mean(&samples.amperes);
        let mean_volts = trace.mean(&samples.volts);
        let mut notes = trace.notes.clone();
        let Found { windows, notes: of_windows } =
            found.unwrap_or(Found { windows: Vec::new(), notes: Vec::new() });
        notes.extend(of_windows);
        let resistor = ohms.map(|ohms| {
            let volts = mean_volts.or(trace.given_volts);
            volts.zip(mean_amperes).filter(|(volts, amperes)| *volts > 0.0 && *amperes > 0.0).map(
                |(volts, amperes)| {
                    let relative_error = repetitions::resistor(ohms, volts, amperes);
                    ResistorDocument { ohms, measured_ohms: volts / amperes, relative_error }
                },
            )
        });
        if resistor == Some(None) {
            let message =
                "a resistor is compared by volts and amperes, and one of them is not known: give `--volts`";
            return Err(Fault::new(&trace.file, "--resistor", message));
        }
        let watts: Vec<f64> =
            windows.iter().filter_map(|(_, window)| window.as_ref().ok()?.watts()).collect();
        if watts.len() >= 2 {
            notes.extend(
                repetitions::suspicions("windows, if they are repetitions of the same", &watts)
                    .iter()
                    .map(|note| format!("{}.", capital(note))),
            );
        }
        Ok(Self {
            schema_version: TRACE_SCHEMA_VERSION,
            file: trace.file.clone(),
            format: trace.format,
            quantity: trace.quantity.clone(),
            timing: trace.timing,
            samples: samples.len(),
            period_seconds: trace.period,
            given_volts: trace.given_volts,
            mean_amperes,
            mean_volts,
            mean_watts: trace.mean(&samples.watts),
            whole: WindowDocument::of(zero, whole, &measure_whole(trace)),
            windows: windows.iter().map(|(span, window)| WindowDocument::of(zero, *span, window)).collect(),
            totals: trace
                .against_totals()
                .into_iter()
                .map(|(what, relative_difference)| TotalDocument { what, relative_difference })
                .collect(),
            channels: trace
                .channels
                .iter()
                .map(|channel| ChannelDocument {
                    name: channel.name.clone(),
                    falling_edges: channel.falling.len(),
                    rising_edges: channel.rising.len(),
                    is_constant: channel.is_constant,
                })
                .collect(),
            resistor: resistor.flatten(),
            flaws: trace.flaws.clone(),
            notes,
        })
    }
}

/// A sentence begins with a capital.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
