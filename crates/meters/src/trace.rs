//! A meter's file as one trace: what was drawn when, and what is wrong with it.

use serde::Serialize;

use crate::fault::Fault;
use crate::flaw::{Flaw, percent};

/// The part of a trace or window that may be flawed: `EnergyRunner`'s own limit for dropped packets.
pub const MOST_FLAWED: f64 = 0.001;

/// What a meter wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The file it was read from.
    pub file: String,
    /// The reader's name: `ppk2`, `joulescope`, ...
    pub format: &'static str,
    /// What was measured: current into the board, the GPU's own power, the sum of the rails.
    pub quantity: String,
    /// How the time of a sample is known.
    pub timing: Timing,
    /// The samples in order of time.
    pub samples: Samples,
    /// Volts that the user gave, where the file has none.
    pub given_volts: Option<f64>,
    /// Seconds between samples, the median.
    pub period: f64,
    /// How far each reading looks back: a mean of that many seconds. 0 where it is of the sample's own time.
    pub trailing_seconds: f64,
    /// Marker inputs and events.
    pub channels: Vec<Channel>,
    /// Where parts of the file that were recorded apart begin, in seconds; one part begins at the trace's start.
    pub trials: Vec<f64>,
    /// The meter's own sums.
    pub totals: Option<Totals>,
    /// From this reading on the meter's range ends, in the unit of the samples; `None` where nothing is clipped.
    pub clipped_from: Option<f64>,
    /// What is wrong with single samples.
    pub flaws: Vec<Flaw>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// How the time of a sample is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// A column of the meter's own clock.
    MeterClock,
    /// Stamps of the computer that read the meter.
    HostClock,
    /// Rows counted at the rate that the file states.
    StatedRate,
    /// Rows counted between steps of a slower clock in the file.
    RowCount,
    /// Rows counted at the rate that the user gave.
    GivenRate,
    /// One reading without a time.
    Single,
}

/// Samples as columns of equal length; a column that the file doesn't have is empty, a reading that is missing is NaN.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// When each begins, in seconds from the trace's own zero.
    pub starts: Vec<f64>,
    /// When each ends.
    pub ends: Vec<f64>,
    /// The line each stands in, from 1; in files without lines its number, from 1.
    pub lines: Vec<u32>,
    /// Current in amperes.
    pub amperes: Vec<f64>,
    /// Voltage in volts.
    pub volts: Vec<f64>,
    /// Power in watts: measured, or volts times amperes.
    pub watts: Vec<f64>,
}

/// A digital input of the meter, or its events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Channel {
    /// `D0`, `event`, `gpi0`.
    pub name: String,
    /// When the level fell, in seconds.
    pub falling: Vec<f64>,
    /// When it rose.
    pub rising: Vec<f64>,
    /// Whether it is a level that never changed: not wired.
    pub is_constant: bool,
}

/// What the meter itself summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// From when, in seconds.
    pub start: f64,
    /// Until when.
    pub end: f64,
    /// Energy in joules.
    pub joules: Option<f64>,
    /// Charge in coulombs.
    pub coulombs: Option<f64>,
}

impl Samples {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The readings that energy follows from: watts where they are known, else amperes.
    #[must_use]
    pub fn readings(&self) -> &[f64] {
        if self.watts.is_empty() { &self.amperes } else { &self.watts }
    }
}

impl Trace {
    /// From the first sample's begin to the last one's end, in seconds.
    #[must_use]
    pub fn span(&self) -> (f64, f64) {
        let first = self.samples.starts.first().copied().unwrap_or(0.0);
        (first, self.samples.ends.last().copied().unwrap_or(first))
    }

    /// The mean of a column over the time it covers; `None` where the file doesn't have it.
    #[must_use]
    pub fn mean(&self, column: &[f64]) -> Option<f64> {
        let mut sum = 0.0;
        let mut seconds = 0.0;
        for ((reading, start), end) in column.iter().zip(&self.samples.starts).zip(&self.samples.ends) {
            if !reading.is_nan() {
                sum += reading * (end - start);
                seconds += end - start;
            }
        }
        (seconds > 0.0).then(|| sum / seconds)
    }

    /// Refuses a trace whose times or readings are not to be trusted: the flaw, its first line and value, and the limit.
    ///
    /// # Errors
    /// [`Fault`] for more repeated or backward times than [`MOST_FLAWED`], and for zeros between readings in turn.
    pub fn check_clock(&self) -> Result<(), Fault> {
        self.refuse(|flaw| flaw.kind.is_of_the_clock())
    }

    /// Refuses a trace that as a whole has more flaws of any kind than the limit.
    ///
    /// # Errors
    /// [`Fault`] that names the first flaw over the limit, its line and value.
    pub fn check(&self) -> Result<(), Fault> {
        self.refuse(|_| true)
    }

    fn refuse(&self, counts: impl Fn(&Flaw) -> bool) -> Result<(), Fault> {
        match self.flaws.iter().find(|flaw| counts(flaw) && flaw.share > MOST_FLAWED) {
            Some(flaw) => {
                let message = format!("it has {flaw}; at most {} % may be so", percent(MOST_FLAWED));
                Err(Fault::of_file(&self.file, message))
            }
            None => Ok(()),
        }
    }

    /// Checks the trace's sums against the meter's own; each is the relative difference, ours to theirs.
    #[must_use]
    pub fn against_totals(&self) -> Vec<(&'static str, f64)> {
        let Some(totals) = &self.totals else { return Vec::new() };
        let sum = |column: &[f64]| {
            let samples = &self.samples;
            let pieces = column.iter().zip(&samples.starts).zip(&samples.ends);
            let inside =
                pieces.filter(|((reading, _), _)| !reading.is_nan()).map(|((reading, start), end)| {
                    reading * (end.min(totals.end) - start.max(totals.start)).max(0.0)
                });
            inside.sum::<f64>()
        };
        let compare = |total: Option<f64>, column: &[f64]| {
            total.filter(|total| *total != 0.0 && !column.is_empty()).map(|total| sum(column) / total - 1.0)
        };
        let joules = compare(totals.joules, &self.samples.watts).map(|error| ("energy", error));
        let coulombs = compare(totals.coulombs, &self.samples.amperes).map(|error| ("charge", error));
        [joules, coulombs].into_iter().flatten().collect()
    }
}
