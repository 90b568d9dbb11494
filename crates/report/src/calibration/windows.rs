//! A meter's windows, one a run of a step, laid beside the log's lines.

use joulegram::calibrate::sample::{Sample, Window};

use super::Log;
use crate::fault::Fault;

/// What a meter saw while a step ran.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeterWindow {
    /// The step's name.
    pub step: String,
    /// Which time it was run, from 1.
    pub repetition: u32,
    /// How long it lasted.
    pub seconds: f64,
    /// Its energy.
    pub joules: f64,
}

/// The log's lines as samples, each with its window where there is one; and how many windows have no line.
#[must_use]
pub fn attach(log: &Log<'_>, windows: &[MeterWindow]) -> (Vec<Sample>, usize) {
    let mut used = 0;
    let samples = log.lines.iter().filter_map(|line| {
        let own = windows.iter().find(|own| own.step == line.step && own.repetition == line.repetition);
        used += usize::from(own.is_some());
        Sample::of(line, own.map(|own| Window { seconds: own.seconds, joules: own.joules }))
    });
    let samples = samples.collect();
    (samples, windows.len().saturating_sub(used))
}

/// Reads windows from CSV with the columns `step`, `repetition`, `seconds` and `joules`.
///
/// # Errors
/// [`Fault`] that names the line and what is wrong in it.
pub fn read_windows(file: &str, text: &str) -> Result<Vec<MeterWindow>, Fault> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut windows = Vec::new();
    for (index, row) in reader.deserialize::<MeterWindow>().enumerate() {
        let line = format!("line {}", index + 2);
        let window = row.map_err(|error| Fault::new(file, &line, error))?;
        for (field, value) in [("seconds", window.seconds), ("joules", window.joules)] {
            let least = if field == "seconds" { f64::MIN_POSITIVE } else { 0.0 };
            if !value.is_finite() || value < least {
                let limit = if field == "seconds" { "more than 0" } else { "at least 0" };
                return Err(Fault::new(file, &line, format!("{field} is {value}: it must be {limit}")));
            }
        }
        windows.push(window);
    }
    if windows.is_empty() {
        return Err(Fault::new(file, "", "there is no window in it"));
    }
    Ok(windows)
}
