//! A power meter's trace beside the board's log: which window is which step.

use std::path::Path;

use joulegram_meters::format::{self, Options};
use joulegram_meters::join::{Lap, Marks, join};
use joulegram_meters::windows::edges;
use joulegram_report::calibration::{Log, MeterWindow, Parts};
use joulegram_report::fault::Fault;

use crate::args::calibrate::CalibrateArgs;
use crate::files;

/// The windows of a trace by the edges of its marker, one a line of the log where there is one. What was found wrong and
/// was no reason to refuse becomes a warning.
pub(super) fn windows(
    path: &Path,
    args: &CalibrateArgs,
    log: &Log<'_>,
    parts: &mut Parts,
) -> Result<Vec<MeterWindow>, Fault> {
    let name = path.display().to_string();
    let bytes = files::read_input(path)?;
    // Faults of the meters' crate name the file themselves.
    let fault = |error: &dyn std::fmt::Display| Fault::new("", "", error);
    let rate =
        args.samples_per_second.as_deref().map(|typed| {
            typed.trim().parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate > 0.0).ok_or_else(|| {
                Fault::new("", "--samples-per-second", format!("`{typed}` is no number above 0"))
            })
        });
    let options = Options { volts: parts.volts, samples_per_second: rate.transpose()?, ..Options::default() };
    let trace =
        format::read(&name, &bytes, args.trace_format.as_deref(), &options).map_err(|error| fault(&error))?;
    let laps: Vec<Lap> = log
        .lines
        .iter()
        .map(|line| Lap {
            step: line.step.into(),
            repetition: line.repetition,
            seconds: (line.clock_hertz > 0).then(|| line.ticks as f64 / line.clock_hertz as f64),
        })
        .collect();
    let marker = edges::channel(&trace, args.marker.as_deref(), edges::Edge::Falling)
        .map_err(|error| fault(&error))?;
    let joined = join(&trace, &laps, Marks::Edges(&marker.falling)).map_err(|error| fault(&error))?;
    let mut windows = Vec::new();
    for one in &joined.joined {
        let Some((lap, joules)) = laps.get(one.lap).zip(one.window.joules) else { continue };
        let (step, repetition, seconds) = (lap.step.to_string(), lap.repetition, one.window.seconds);
        windows.push(MeterWindow { step, repetition, seconds, joules });
    }
    if windows.is_empty() {
        let why = "it gives no energy: its voltage is not in it, say it with --volts";
        return Err(Fault::new(&name, "", why));
    }
    parts.warnings.extend(trace.notes.iter().map(ToString::to_string));
    parts.warnings.extend(trace.flaws.iter().map(ToString::to_string));
    parts.warnings.extend(joined.notes.iter().map(ToString::to_string));
    parts.warnings.extend(joined.refused.iter().map(|(_, why)| why.to_string()));
    Ok(windows)
}
