//! Nordic Power Profiler Kit II: the CSV of its app.
//!
//! The heading is those of `Timestamp(ms)`, `Current(uA)`, `D0-D7` and `D0`...`D7` that were ticked; apps before 4 wrote
//! `Bits`. A time is the sample's number over the rate; rows of lost samples are left out. `D0-D7` has the first input
//! first, `Bits` the last input first. The kit has no voltmeter: volts are the user's.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::record::{About, Covers, Level, Levels, Reading, Recorder};
use crate::source::Source;
use crate::table::{Row, Table};
use crate::trace::{Timing, Trace};

/// The kit's range ends at one ampere.
pub(super) const FULL_SCALE_AMPERES: f64 = 1.0;
pub(super) const QUANTITY: &str = "current of the supply that the kit gives or passes on";

pub(super) struct Ppk2;

impl Reader for Ppk2 {
    fn name(&self) -> &'static str {
        "ppk2"
    }

    fn title(&self) -> &'static str {
        "Nordic Power Profiler Kit II, CSV"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        let heading = source.heading();
        ["timestamp(ms)", "current(ua)"].iter().any(|name| heading.contains(name))
            && !heading.contains("main(ma)")
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let table = Table::new(source.file, source.text())?;
        let current = table.column("Current(uA)").ok_or_else(|| {
            Fault::of_field(
                source.file,
                "Current(uA)",
                "there is no such column: tick it in the app's export",
            )
        })?;
        let time = table.column("Timestamp(ms)");
        let rate = options.samples_per_second;
        if time.is_none() && rate.is_none() {
            let message = "there is no such column: give the samples a second, `--rate`";
            return Err(Fault::of_field(source.file, "Timestamp(ms)", message));
        }
        let inputs = Inputs::of(&table);
        let mut levels = Levels::new(inputs.names());
        let mut recorder = Recorder::default();
        let cut = table.each(|row| {
            let seconds = match (time, rate) {
                (Some(time), _) => match row.number(time)? {
                    Some(number) => number.value * 1e-3,
                    None => return Err(row.fault(time, "it has no time")),
                },
                (None, rate) => recorder.len() as f64 / rate.unwrap_or(1.0),
            };
            let amperes = row.number(current)?.map(|number| number.value * 1e-6);
            if amperes.is_none() {
                recorder.missing(row.line, row.text(current));
            }
            recorder.push(
                row.line,
                seconds,
                Reading { amperes: Some(amperes.unwrap_or(f64::NAN)), ..Reading::default() },
            );
            inputs.push(&mut levels, seconds, row)
        })?;
        recorder.cut(cut);
        recorder.channels = levels.finish();
        recorder.finish(About {
            file: source.file,
            format: self.name(),
            quantity: QUANTITY.to_owned(),
            timing: if time.is_some() { Timing::MeterClock } else { Timing::GivenRate },
            covers: Covers::After,
            period: rate.filter(|_| time.is_none()).map(|rate| 1.0 / rate),
            volts: options.volts,
            full_scale: Some(FULL_SCALE_AMPERES),
            trailing_seconds: 0.0,
        })
    }
}

/// Where the digital inputs stand.
enum Inputs {
    None,
    /// One column of eight characters; whether the last input comes first.
    Together(usize, bool),
    /// A column each.
    Apart(Vec<usize>),
}

impl Inputs {
    fn of(table: &Table<'_>) -> Self {
        let apart: Vec<usize> = (0..8).filter_map(|input| table.column(&format!("D{input}"))).collect();
        match (table.column("D0-D7"), table.column("Bits")) {
            (Some(column), _) => Self::Together(column, false),
            (None, Some(column)) => Self::Together(column, true),
            (None, None) if apart.len() == 8 => Self::Apart(apart),
            _ => Self::None,
        }
    }

    fn names(&self) -> Vec<String> {
        if matches!(self, Self::None) {
            Vec::new()
        } else {
            (0..8).map(|input| format!("D{input}")).collect()
        }
    }

    fn push(&self, levels: &mut Levels, time: f64, row: &Row<'_>) -> Result<(), Fault> {
        match self {
            Self::None => {}
            Self::Together(column, is_reversed) => {
                let text = row.text(*column);
                let fault = || row.fault(*column, format!("`{text}` is not eight of 0, 1, X and -"));
                if text.chars().count() != 8 {
                    return Err(fault());
                }
                let parsed: Option<Vec<Level>> = text.chars().map(level).collect();
                let mut parsed = parsed.ok_or_else(fault)?;
                if *is_reversed {
                    parsed.reverse();
                }
                levels.push(time, parsed);
            }
            Self::Apart(columns) => {
                let mut parsed = Vec::with_capacity(8);
                for column in columns {
                    let text = row.text(*column);
                    let one = text.chars().next().filter(|_| text.len() == 1).and_then(level);
                    parsed.push(one.ok_or_else(|| {
                        row.fault(*column, format!("`{text}` is not one of 0, 1, X and -"))
                    })?);
                }
                levels.push(time, parsed);
            }
        }
        Ok(())
    }
}

const fn level(sign: char) -> Option<Level> {
    match sign {
        '0' => Some(Level::Low),
        '1' => Some(Level::High),
        'X' => Some(Level::Both),
        '-' => Some(Level::Unknown),
        _ => None,
    }
}
