//! Which column of a table is what, and the rows read by it.

use crate::clock;
use crate::fault::Fault;
use crate::format::Options;
use crate::record::{About, Covers, Level, Levels, Reading, Recorder};
use crate::table::{Row, Table};
use crate::trace::{Timing, Totals, Trace};
use crate::unit::Dimension;

/// A column, and its factor to SI units; without a factor each cell says its unit, or is a date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) column: usize,
    pub(crate) factor: Option<f64>,
}

impl Place {
    pub(crate) const fn si(column: usize) -> Self {
        Self { column, factor: Some(1.0) }
    }

    pub(crate) const fn times(column: usize, factor: f64) -> Self {
        Self { column, factor: Some(factor) }
    }
}

/// The columns of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) time: Option<Place>,
    /// A number that counts samples, for tables without times.
    pub(crate) counter: Option<usize>,
    pub(crate) amperes: Option<Place>,
    pub(crate) volts: Option<Place>,
    pub(crate) watts: Option<Place>,
    /// The meter's own sums, which only grow.
    pub(crate) joules: Option<Place>,
    pub(crate) coulombs: Option<Place>,
    pub(crate) markers: Vec<usize>,
}

/// What a reader says of its table.
pub(crate) struct Kind<'a> {
    pub(crate) file: &'a str,
    pub(crate) format: &'static str,
    pub(crate) quantity: &'a str,
    pub(crate) timing: Timing,
    pub(crate) covers: Covers,
    pub(crate) full_scale: Option<f64>,
}

/// Reads the rows.
pub(crate) fn record(
    table: &Table<'_>,
    layout: &Layout,
    options: &Options,
    kind: &Kind<'_>,
    notes: Vec<String>,
) -> Result<Trace, Fault> {
    let has_readings = layout.amperes.is_some() || layout.watts.is_some();
    if !has_readings && layout.joules.is_none() {
        let message =
            "no column holds a current, a power or an energy: name one, `--column current=NAME [mA]`";
        return Err(Fault::of_file(kind.file, message));
    }
    let rate = options.samples_per_second.filter(|_| layout.time.is_none());
    if layout.time.is_none() && rate.is_none() {
        let message = "no column holds the time: name it, `--column time=NAME [ms]`, or give the samples a second, `--rate`";
        return Err(Fault::of_file(kind.file, message));
    }
    let mut recorder = Recorder::default();
    recorder.notes = notes;
    let name = |column: &usize| table.headings.get(*column).cloned().unwrap_or_default();
    let mut levels = Levels::new(layout.markers.iter().map(name));
    let mut sums = Sums::default();
    let mut first_count = None;
    let cut = table.each(|row| {
        let seconds = match (layout.time, layout.counter, rate) {
            (Some(time), ..) => moment(row, time)?,
            (None, Some(counter), Some(rate)) => {
                let count = row.number(counter)?.ok_or_else(|| row.fault(counter, "it has no number"))?.value;
                (count - *first_count.get_or_insert(count)) / rate
            }
            _ => recorder.len() as f64 / rate.unwrap_or(1.0),
        };
        let mut reading = Reading {
            amperes: optional(row, layout.amperes, Dimension::Amperes)?,
            volts: optional(row, layout.volts, Dimension::Volts)?,
            watts: optional(row, layout.watts, Dimension::Watts)?,
        };
        let joules = optional(row, layout.joules, Dimension::Joules)?;
        let coulombs = optional(row, layout.coulombs, Dimension::Coulombs)?;
        if !has_readings {
            // Without a power the counter gives it: what it grew over the time it took.
            reading.watts = Some(sums.watts_since(seconds, joules));
        }
        sums.push(seconds, joules, coulombs);
        let is_nan = |reading: Option<f64>| reading.is_some_and(f64::is_nan);
        if is_nan(reading.amperes) || is_nan(reading.volts) || is_nan(reading.watts) {
            let place = [layout.amperes, layout.volts, layout.watts, layout.joules].into_iter().flatten();
            let text = place.map(|place| row.text(place.column)).collect::<Vec<_>>().join(" ");
            if has_readings || sums.count > 1 {
                recorder.missing(row.line, &text);
            }
        }
        levels.push(seconds, layout.markers.iter().map(|column| level(row.text(*column))));
        recorder.push(row.line, seconds, reading);
        Ok(())
    })?;
    recorder.cut(cut);
    recorder.channels = levels.finish();
    recorder.totals = sums.totals();
    recorder.finish(About {
        file: kind.file,
        format: kind.format,
        quantity: kind.quantity.to_owned(),
        timing: if layout.time.is_some() { kind.timing } else { Timing::GivenRate },
        covers: match (layout.time, has_readings) {
            (None, _) => Covers::After,
            (Some(_), true) => kind.covers,
            (Some(_), false) => Covers::Before,
        },
        period: rate.map(|rate| 1.0 / rate),
        volts: options.volts,
        full_scale: kind.full_scale,
        trailing_seconds: 0.0,
    })
}

/// The meter's own sums, from the first row to the last.
#[derive(Default)]
struct Sums {
    count: u64,
    first: Option<(f64, Option<f64>, Option<f64>)>,
    last: Option<(f64, Option<f64>, Option<f64>)>,
}

impl Sums {
    fn push(&mut self, seconds: f64, joules: Option<f64>, coulombs: Option<f64>) {
        self.count += 1;
        self.first.get_or_insert((seconds, joules, coulombs));
        self.last = Some((seconds, joules, coulombs));
    }

    /// What the counter grew a second since the last row. A counter that fell has started again: how much it counted is
    /// not known.
    fn watts_since(&self, seconds: f64, joules: Option<f64>) -> f64 {
        match (self.last, joules) {
            (Some((then, Some(before), _)), Some(now)) if seconds > then && now >= before => {
                (now - before) / (seconds - then)
            }
            _ => f64::NAN,
        }
    }

    fn totals(&self) -> Option<Totals> {
        let ((start, joules, coulombs), (end, last_joules, last_coulombs)) = self.first.zip(self.last)?;
        let grown = |first: Option<f64>, last: Option<f64>| {
            first.zip(last).map(|(first, last)| last - first).filter(|grown| *grown >= 0.0)
        };
        let totals = Totals {
            start,
            end,
            joules: grown(joules, last_joules),
            coulombs: grown(coulombs, last_coulombs),
        };
        (totals.joules.is_some() || totals.coulombs.is_some()).then_some(totals)
    }
}

/// A reading in SI units: NaN where it is missing, `None` where there is no such column.
fn optional(row: &Row<'_>, place: Option<Place>, dimension: Dimension) -> Result<Option<f64>, Fault> {
    let Some(place) = place else { return Ok(None) };
    let Some(number) = row.number(place.column)? else { return Ok(Some(f64::NAN)) };
    let factor = match number.unit {
        Some(unit) if unit.dimension == dimension => unit.factor,
        Some(_) => {
            return Err(row.fault(
                place.column,
                format!("`{}` has another unit than the column", row.text(place.column)),
            ));
        }
        None => place.factor.ok_or_else(|| {
            row.fault(
                place.column,
                "neither the heading nor the cell says its unit: name it, `--column current=NAME [mA]`",
            )
        })?,
    };
    Ok(Some(number.value * factor))
}

/// A time in seconds: a number with a unit, seconds since 1970, or a date.
pub(crate) fn moment(row: &Row<'_>, place: Place) -> Result<f64, Fault> {
    let text = row.text(place.column);
    if let Some(seconds) = clock::stamp(text) {
        return Ok(seconds);
    }
    let number = match row.number(place.column) {
        Ok(Some(number)) => number,
        _ => return Err(row.fault(place.column, format!("`{text}` is no time"))),
    };
    let unit = number.unit.filter(|unit| unit.dimension == Dimension::Seconds).map(|unit| unit.factor);
    let factor = unit.or(place.factor).or_else(|| clock::epoch_factor(number.value));
    let factor = factor.ok_or_else(|| {
        row.fault(
            place.column,
            "neither the heading nor the cell says its unit: name it, `--column time=NAME [ms]`",
        )
    })?;
    Ok(number.value * factor)
}

fn level(text: &str) -> Level {
    match text.to_lowercase().as_str() {
        "0" | "low" | "false" | "off" | "0.0" => Level::Low,
        "1" | "high" | "true" | "on" | "1.0" => Level::High,
        "x" => Level::Both,
        _ => Level::Unknown,
    }
}
