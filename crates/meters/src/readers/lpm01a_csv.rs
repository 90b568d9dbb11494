//! LPM01A by way of the capture scripts of LPM01A-lib: `Current (uA),rx timestamp (us),board timestamps (ms)`.
//!
//! The computer's stamps repeat, since rows come in packets; the board's step once a second. Time is counted by rows between
//! the board's steps: the rate is the rows of one whole step over its length.

use super::lpm01a::{FULL_SCALE_AMPERES, QUANTITY};
use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::record::{About, Covers, Reading, Recorder};
use crate::source::Source;
use crate::table::Table;
use crate::trace::{Timing, Trace};

pub(super) struct Lpm01aCsv;

impl Reader for Lpm01aCsv {
    fn name(&self) -> &'static str {
        "lpm01a-csv"
    }

    fn title(&self) -> &'static str {
        "LPM01A, CSV of LPM01A-lib"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        source.heading().contains("board timestamps (ms)")
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let table = Table::new(source.file, source.text())?;
        let column = |name: &str| {
            table.column(name).ok_or_else(|| Fault::of_field(source.file, name, "there is no such column"))
        };
        let (current, board) = (column("Current (uA)")?, column("board timestamps (ms)")?);
        let mut rows: Vec<(u64, f64, f64)> = Vec::new();
        let mut missing = Vec::new();
        let cut = table.each(|row| {
            let amperes = row.number(current)?.map(|number| number.value * 1e-6);
            if amperes.is_none() {
                missing.push((row.line, row.text(current).to_owned()));
            }
            let stamp = row.number(board)?.ok_or_else(|| row.fault(board, "it has no time"))?;
            rows.push((row.line, amperes.unwrap_or(f64::NAN), stamp.value * 1e-3));
            Ok(())
        })?;
        let rate = rate(&rows).or(options.samples_per_second).ok_or_else(|| {
            let message =
                "it has no two whole steps to count rows between: give the samples a second, `--rate`";
            Fault::of_field(source.file, "board timestamps (ms)", message)
        })?;
        let mut recorder = Recorder::default();
        for (line, text) in missing {
            recorder.missing(line, &text);
        }
        let mut step = None;
        let mut zero = 0.0;
        let mut since = 0_u32;
        for (line, amperes, stamp) in rows {
            if step != Some(stamp) {
                // A clock that goes back is a flaw, which the recorder finds.
                (step, zero, since) = (Some(stamp), stamp, 0);
            }
            recorder.push(
                line,
                zero + f64::from(since) / rate,
                Reading { amperes: Some(amperes), ..Reading::default() },
            );
            since += 1;
        }
        recorder.cut(cut);
        recorder.notes.push("Time is counted by rows between the steps of the board's clock.".to_owned());
        recorder.finish(About {
            file: source.file,
            format: self.name(),
            quantity: QUANTITY.to_owned(),
            timing: Timing::RowCount,
            covers: Covers::After,
            period: Some(1.0 / rate),
            volts: options.volts,
            full_scale: Some(FULL_SCALE_AMPERES),
            trailing_seconds: 0.0,
        })
    }
}

/// Rows a second: the median of the whole steps.
fn rate(rows: &[(u64, f64, f64)]) -> Option<f64> {
    let steps: Vec<&[(u64, f64, f64)]> = rows.chunk_by(|a, b| a.2.to_bits() == b.2.to_bits()).collect();
    let mut rates: Vec<f64> = steps
        .iter()
        .zip(steps.iter().skip(1))
        .filter_map(|(step, next)| {
            let seconds = next.first()?.2 - step.first()?.2;
            (seconds > 0.0).then(|| step.len() as f64 / seconds)
        })
        .collect();
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied()
}
