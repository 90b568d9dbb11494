//! A board's calibration: its log, and what a power meter saw meanwhile, each window laid beside the step that it is of.

use joulegram_meters::fault::Fault as MeterFault;
use joulegram_meters::format::{self, Options};
use joulegram_meters::windows::edges::Edge;
use joulegram_meters::windows::source::Source;

use super::metered::VOLTS_OPTION;
use super::{Calibration, Given, Log, Metered, Parts, attach, metered, read_log, read_windows, slowed};
use crate::fault::Fault;
use crate::trace::{column, positive};

/// A window that steps in the current show lasts at least this part of the shortest line of the log.
const SHORTEST: f64 = 0.5;

/// A file, read.
#[derive(Clone, Copy, Debug)]
pub struct NamedBytes<'a> {
    /// What faults call it.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// What a calibration is read from.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// What the board logged.
    pub log: NamedBytes<'a>,
    /// What the meter left behind.
    pub meter: Option<Meter<'a>>,
    /// The log of a run without the meter.
    pub unmetered: Option<NamedBytes<'a>>,
}

/// What a meter left behind.
#[derive(Clone, Copy, Debug)]
pub enum Meter<'a> {
    /// A trace, and the stamps of its windows where a file has them.
    Trace(NamedBytes<'a>, Option<NamedBytes<'a>>),
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
        if has("step") && has("repetition") { Self::Windows(file) } else { Self::Trace(file, None) }
    }
}

/// Calibrates a board; `option` is what a shell calls an option.
///
/// # Errors
/// [`Fault`] that names the file or option, and what is wrong in it.
pub fn of_board(
    files: &Files<'_>,
    given: &Given,
    mut parts: Parts,
    option: fn(&str) -> String,
) -> Result<Calibration, Fault> {
    let text = String::from_utf8_lossy(files.log.bytes);
    let log = read_log(files.log.name, &text)?;
    parts.warnings.extend(log.notes.iter().cloned());
    let mut meter = None;
    let windows = match files.meter {
        None => Vec::new(),
        Some(Meter::Windows(file)) => read_windows(file.name, &String::from_utf8_lossy(file.bytes))?,
        Some(Meter::Trace(file, stamps)) => {
            let found = cut(file, stamps, given, &log, parts.volts, option)?;
            // What the meter measured is truer than what was typed.
            parts.volts = found.meter.mean_volts.or(parts.volts);
            parts.warnings.extend(found.warnings);
            meter = Some(found.meter);
            found.windows
        }
    };
    if let Some(file) = files.unmetered {
        let text = String::from_utf8_lossy(file.bytes);
        parts.warnings.extend(slowed(&log, &read_log(file.name, &text)?));
    }
    let (samples, unused) = attach(&log, &windows);
    parts.samples = samples;
    parts.lost.clone_from(&log.lost);
    if let Some(first) = log.lines.first() {
        first.board.clone_into(&mut parts.board);
        parts.software = format!("joulegram {} on {}, rounding tflm", first.firmware, first.board);
    }
    if unused > 0 {
        parts.warnings.push(format!("{unused} windows of the meter belong to no line of the log."));
    }
    let mut calibration = Calibration::of(files.log.name, parts)?;
    calibration.meter = meter;
    Ok(calibration)
}

/// The windows of a trace, one a line of the log where there is one.
fn cut(
    file: NamedBytes<'_>,
    stamps: Option<NamedBytes<'_>>,
    given: &Given,
    log: &Log<'_>,
    volts: Option<f64>,
    option: fn(&str) -> String,
) -> Result<Metered, Fault> {
    let number = |name: &str, typed: &Option<String>| {
        typed.as_deref().map(|typed| positive(&option(name), typed)).transpose()
    };
    let column = |typed: &String| column(&option("column"), typed);
    let options = Options {
        volts,
        samples_per_second: number("samples_per_second", &given.samples_per_second)?,
        shunt_ohms: number("shunt", &given.shunt)?,
        columns: given.column.iter().map(column).collect::<Result<_, _>>()?,
    };
    // The meters' crate knows this option by another name.
    let renamed = |fault: MeterFault| {
        let mut fault = Fault::from(fault);
        fault.message = fault.message.replace("`--rate`", &format!("`{}`", option("samples_per_second")));
        fault
    };
    let trace =
        format::read(file.name, file.bytes, given.trace_format.as_deref(), &options).map_err(renamed)?;
    let channel = given.marker.as_deref();
    let source = match (stamps, given.from.as_deref()) {
        (Some(stamps), _) => Source::Stamps { file: stamps.name, bytes: stamps.bytes },
        (None, None | Some("edges")) => Source::Edges { channel, edge: Edge::Falling },
        (None, Some("rising")) => Source::Edges { channel, edge: Edge::Rising },
        (None, Some("steps")) => {
            let lengths = log.lines.iter().filter(|line| line.clock_hertz > 0);
            let shortest =
                lengths.map(|line| line.ticks as f64 / line.clock_hertz as f64).fold(f64::INFINITY, f64::min);
            Source::Steps { least_seconds: if shortest.is_finite() { SHORTEST * shortest } else { 1.0 } }
        }
        (None, Some(other)) => {
            let why = format!("`{other}` is none of edges, rising and steps");
            return Err(Fault::new("", &option("from"), why));
        }
    };
    metered(&trace, log, source, volts).map_err(|mut fault| {
        if fault.field == VOLTS_OPTION {
            fault.field = option(VOLTS_OPTION);
        }
        fault
    })
}
