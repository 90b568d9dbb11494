//! A board's calibration: its log, and what a power meter saw meanwhile, each window laid beside the step that it is of.

use std::fmt::Display;

use joulegram_meters::format::{self, Options};
use joulegram_meters::join::{Lap, Marks, join};
use joulegram_meters::windows::edges::{self, Edge};

use super::{Calibration, Given, Log, MeterWindow, Parts, attach, read_log, read_windows};
use crate::fault::Fault;

/// A file, read.
#[derive(Clone, Copy, Debug)]
pub struct NamedBytes<'a> {
    /// What faults call it.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// What a meter left behind.
#[derive(Clone, Copy, Debug)]
pub enum Meter<'a> {
    /// A trace with a marker.
    Trace(NamedBytes<'a>),
    /// Windows that somebody has cut: CSV with step, repetition, seconds and joules.
    Windows(NamedBytes<'a>),
}

impl<'a> Meter<'a> {
    /// Which of them a file is, by its heading.
    #[must_use]
    pub fn of(file: NamedBytes<'a>) -> Self {
        let heading = file.bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let heading = String::from_utf8_lossy(heading);
        let has = |name: &str| heading.split(',').any(|cell| cell.trim() == name);
        if has("step") && has("repetition") { Self::Windows(file) } else { Self::Trace(file) }
    }
}

/// Calibrates a board; `option` is what a shell calls an option.
///
/// # Errors
/// [`Fault`] that names the file or option, and what is wrong in it.
pub fn of_board(
    log: NamedBytes<'_>,
    meter: Option<Meter<'_>>,
    given: &Given,
    mut parts: Parts,
    option: fn(&str) -> String,
) -> Result<Calibration, Fault> {
    let text = String::from_utf8_lossy(log.bytes);
    let lines = read_log(log.name, &text)?;
    let windows = match meter {
        None => Vec::new(),
        Some(Meter::Windows(file)) => read_windows(file.name, &String::from_utf8_lossy(file.bytes))?,
        Some(Meter::Trace(file)) => cut(file, given, &lines, &mut parts, option)?,
    };
    let (samples, unused) = attach(&lines, &windows);
    parts.samples = samples;
    parts.lost.clone_from(&lines.lost);
    if let Some(first) = lines.lines.first() {
        first.board.clone_into(&mut parts.board);
        parts.software = format!("joulegram {} on {}, rounding tflm", first.firmware, first.board);
    }
    if unused > 0 {
        parts.warnings.push(format!("{unused} windows of the meter belong to no line of the log."));
    }
    Calibration::of(log.name, parts)
}

/// The windows of a trace by the edges of its marker, one a line of the log where there is one. What was found wrong and
/// was no reason to refuse becomes a warning.
fn cut(
    file: NamedBytes<'_>,
    given: &Given,
    log: &Log<'_>,
    parts: &mut Parts,
    option: fn(&str) -> String,
) -> Result<Vec<MeterWindow>, Fault> {
    let rate_name = option("samples_per_second");
    // Faults of the meters' crate name their file, line and column themselves; an option has another name there.
    let fault = |error: &dyn Display| {
        let text = error.to_string().replace("`--rate`", &format!("`{rate_name}`"));
        match text.strip_prefix(&format!("{}: ", file.name)) {
            Some(text) => Fault::new(file.name, "", text),
            None => Fault::new("", "", text),
        }
    };
    let rate = given.samples_per_second.as_deref().map(|typed| {
        let rate = typed.trim().parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate > 0.0);
        rate.ok_or_else(|| Fault::new("", &rate_name, format!("`{typed}` is no number above 0")))
    });
    let options = Options { volts: parts.volts, samples_per_second: rate.transpose()?, ..Options::default() };
    let trace = format::read(file.name, file.bytes, given.trace_format.as_deref(), &options)
        .map_err(|error| fault(&error))?;
    let laps: Vec<Lap> = log
        .lines
        .iter()
        .map(|line| Lap {
            step: line.step.into(),
            repetition: line.repetition,
            seconds: (line.clock_hertz > 0).then(|| line.ticks as f64 / line.clock_hertz as f64),
        })
        .collect();
    let marker =
        edges::channel(&trace, given.marker.as_deref(), Edge::Falling).map_err(|error| fault(&error))?;
    let joined = join(&trace, &laps, Marks::Edges(&marker.falling)).map_err(|error| fault(&error))?;
    let mut windows = Vec::new();
    for one in &joined.joined {
        let Some((lap, joules)) = laps.get(one.lap).zip(one.window.joules) else { continue };
        let (step, repetition, seconds) = (lap.step.to_string(), lap.repetition, one.window.seconds);
        windows.push(MeterWindow { step, repetition, seconds, joules });
    }
    if windows.is_empty() {
        let why = format!("{} has currents and no voltage: without volts they are no energy", file.name);
        return Err(Fault::new("", &option("volts"), why));
    }
    parts.warnings.extend(trace.notes.iter().map(ToString::to_string));
    parts.warnings.extend(trace.flaws.iter().map(ToString::to_string));
    parts.warnings.extend(joined.notes.iter().map(ToString::to_string));
    parts.warnings.extend(joined.refused.iter().map(|(_, why)| why.to_string()));
    Ok(windows)
}
