//! Builds a trace from rows in the order of the file, and finds what is wrong with them.

mod findings;
mod levels;

use crate::fault::Fault;
use crate::flaw::{Flaw, FlawKind};
use crate::trace::{Channel, Samples, Timing, Totals, Trace};
use findings::Tally;

pub(crate) use levels::{Level, Levels};

/// Which time a reading is of, beside its stamp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Covers {
    /// From its stamp to the next.
    After,
    /// From the stamp before to its own: a mean since then.
    Before,
    /// From half way before to half way after: polled.
    Around,
}

/// One row's readings in SI units; `None` where the file has no such column, NaN where the reading is missing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) amperes: Option<f64>,
    pub(crate) volts: Option<f64>,
    pub(crate) watts: Option<f64>,
}

/// What a reader knows of its format.
pub(crate) struct About<'a> {
    pub(crate) file: &'a str,
    pub(crate) format: &'static str,
    pub(crate) quantity: String,
    pub(crate) timing: Timing,
    pub(crate) covers: Covers,
    /// Seconds between samples where the file states them; else the median of the stamps' distances.
    pub(crate) period: Option<f64>,
    /// Volts from the user.
    pub(crate) volts: Option<f64>,
    /// The end of the meter's range, in the unit of its readings.
    pub(crate) full_scale: Option<f64>,
    pub(crate) trailing_seconds: f64,
}

/// Rows as they come.
#[derive(Default)]
pub(crate) struct Recorder {
    starts: Vec<f64>,
    lines: Vec<u32>,
    amperes: Vec<f64>,
    volts: Vec<f64>,
    watts: Vec<f64>,
    tally: Tally,
    pub(crate) channels: Vec<Channel>,
    pub(crate) trials: Vec<f64>,
    pub(crate) totals: Option<Totals>,
    pub(crate) notes: Vec<String>,
}

impl Recorder {
    /// Adds a row: `time` in seconds. A time that isn't after the last one is counted as a flaw, and the row left out.
    pub(crate) fn push(&mut self, line: u64, time: f64, reading: Reading) {
        self.tally.rows += 1;
        if let Some(last) = self.starts.last().copied()
            && time <= last
        {
            let kind = if time < last { FlawKind::BackwardTime } else { FlawKind::RepeatedTime };
            self.tally.add(kind, line, 1.0, || format!("{time} s after {last} s"));
            return;
        }
        self.starts.push(time);
        self.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        for (column, reading) in [
            (&mut self.amperes, reading.amperes),
            (&mut self.volts, reading.volts),
            (&mut self.watts, reading.watts),
        ] {
            column.extend(reading);
        }
    }

    /// Counts a reading that is no number, with what stands in its place.
    pub(crate) fn missing(&mut self, line: u64, text: &str) {
        self.tally.add(FlawKind::NotANumber, line, 1.0, || format!("`{text}`"));
    }

    /// Counts a last line that was cut off.
    pub(crate) fn cut(&mut self, cut: Option<(u64, String)>) {
        if let Some((line, text)) = cut {
            self.tally.add(FlawKind::CutLine, line, 0.0, || format!("`{text}`"));
        }
    }

    /// The time of the last row.
    pub(crate) fn last_time(&self) -> Option<f64> {
        self.starts.last().copied()
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The trace; its flaws are found here.
    ///
    /// # Errors
    /// [`Fault`] if there is no sample, or none with a reading.
    pub(crate) fn finish(mut self, about: About<'_>) -> Result<Trace, Fault> {
        let fault = |message: &str| Fault::of_file(about.file, message);
        if self.starts.is_empty() {
            return Err(fault("it has no reading"));
        }
        for column in [&mut self.amperes, &mut self.volts, &mut self.watts] {
            if !column.is_empty() && column.len() != self.starts.len() {
                return Err(fault("some of its rows have a reading in a column where others have none"));
            }
        }
        if self.watts.is_empty() && !self.amperes.is_empty() {
            if !self.volts.is_empty() {
                self.watts =
                    self.amperes.iter().zip(&self.volts).map(|(amperes, volts)| amperes * volts).collect();
            } else if let Some(volts) = about.volts {
                self.watts = self.amperes.iter().map(|amperes| amperes * volts).collect();
            }
        }
        let readings = if self.watts.is_empty() { &self.amperes } else { &self.watts };
        if readings.iter().all(|reading| reading.is_nan()) {
            return Err(fault(
                "its power is nowhere a number: this device has no meter, or it may not be read; a run without energy is no measurement",
            ));
        }
        let period = match about.period.filter(|period| *period > 0.0) {
            Some(period) => period,
            None => findings::median_step(&self.starts).ok_or_else(|| {
                fault("it has one reading with a time, and a length needs two: give the rate, `--rate`")
            })?,
        };
        let ends = self.cover(about.covers, period);
        let given_volts = about.volts.filter(|_| self.volts.is_empty());
        let Self { starts, lines, amperes, volts, watts, tally, channels, trials, totals, notes } = self;
        let mut trace = Trace {
            file: about.file.to_owned(),
            format: about.format,
            quantity: about.quantity,
            timing: about.timing,
            samples: Samples { starts, ends, lines, amperes, volts, watts },
            given_volts,
            period,
            trailing_seconds: about.trailing_seconds,
            channels,
            trials,
            totals,
            clipped_from: None,
            flaws: Vec::new(),
            notes,
        };
        trace.flaws = findings::of(&mut trace, tally, about.full_scale);
        Ok(trace)
    }

    /// Where each sample ends; moves where it starts. A sample never covers more than its period where time jumps.
    fn cover(&mut self, covers: Covers, period: f64) -> Vec<f64> {
        // A reading is of its own time, give or take a late poll.
        let most = if covers == Covers::Around { 1.9 } else { 1.5 } * period;
        let stamps = self.starts.clone();
        let next = stamps.iter().skip(1).copied().map(Some).chain([None]);
        let before = [None].into_iter().chain(stamps.iter().copied().map(Some));
        let near = |from: f64, to: Option<f64>| to.map(|to| (to - from).abs()).filter(|step| *step <= most);
        let is_trial = |time: f64| self.trials.contains(&time);
        let mut ends = Vec::with_capacity(stamps.len());
        for (((start, stamp), next), before) in self.starts.iter_mut().zip(&stamps).zip(next).zip(before) {
            let next = next.filter(|next| self.trials.is_empty() || !is_trial(*next));
            let step_after = near(*stamp, next).unwrap_or(period);
            let step_before = near(*stamp, before).unwrap_or(period);
            match covers {
                Covers::After => ends.push(stamp + step_after),
                Covers::Before => {
                    *start = stamp - step_before;
                    ends.push(*stamp);
                }
                Covers::Around => {
                    *start = stamp - step_before / 2.0;
                    ends.push(stamp + step_after / 2.0);
                }
            }
        }
        ends
    }
}

/// All flaws of one kind so far.
pub(crate) fn flaw(kind: FlawKind, count: u64, share: f64, first_line: u64, first_value: String) -> Flaw {
    Flaw { kind, count, share, first_line, first_value }
}
