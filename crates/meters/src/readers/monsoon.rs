//! Monsoon by way of `PyMonsoon`: `Time(ms),Main(mA),USB(mA),Aux(mA),Main Voltage(V),USB Voltage(V)`.
//!
//! Its times are seconds in spite of the heading, and the rows of one USB packet share a stamp: time is counted by rows
//! between stamps. Rows end with a separator.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::record::{About, Covers, Reading, Recorder};
use crate::source::Source;
use crate::table::Table;
use crate::trace::{Timing, Trace};

/// Stamps further apart than this are milliseconds after all: a packet takes 1.2 ms.
const LONGEST_PACKET_SECONDS: f64 = 0.05;

pub(super) struct Monsoon;

impl Reader for Monsoon {
    fn name(&self) -> &'static str {
        "monsoon"
    }

    fn title(&self) -> &'static str {
        "Monsoon power monitor, CSV of PyMonsoon"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        let heading = source.heading();
        heading.contains("time(ms)")
            && ["main(ma)", "usb(ma)", "aux(ma)"].iter().any(|name| heading.contains(name))
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let table = Table::new(source.file, source.text())?;
        let time = table
            .column("Time(ms)")
            .ok_or_else(|| Fault::of_field(source.file, "Time(ms)", "there is no such column"))?;
        let channel = ["Main", "USB", "Aux"]
            .into_iter()
            .find_map(|name| table.column(&format!("{name}(mA)")).map(|column| (name, column)));
        let (name, current) =
            channel.ok_or_else(|| Fault::of_field(source.file, "Main(mA)", "no column holds a current"))?;
        let volts = table.column(&format!("{name} Voltage(V)"));
        let mut recorder = Recorder::default();
        let mut rows: Vec<(u64, f64, Reading)> = Vec::new();
        let cut = table.each(|row| {
            let stamp = row.number(time)?.ok_or_else(|| row.fault(time, "it has no time"))?.value;
            let number = |column: usize| Ok(row.number(column)?.map_or(f64::NAN, |number| number.value));
            let amperes = number(current)? * 1e-3;
            let volts = volts.map(number).transpose()?;
            if amperes.is_nan() || volts.is_some_and(f64::is_nan) {
                recorder.missing(row.line, row.text(current));
            }
            rows.push((row.line, stamp, Reading { amperes: Some(amperes), volts, watts: None }));
            Ok(())
        })?;
        let packets: Vec<&[(u64, f64, Reading)]> =
            rows.chunk_by(|a, b| a.1.to_bits() == b.1.to_bits()).collect();
        let mut steps: Vec<f64> = packets
            .iter()
            .zip(packets.iter().skip(1))
            .filter_map(|(packet, next)| Some(next.first()?.1 - packet.first()?.1))
            .collect();
        steps.sort_unstable_by(f64::total_cmp);
        let step = steps.get(steps.len() / 2).copied().filter(|step| *step > 0.0).ok_or_else(|| {
            Fault::of_field(
                source.file,
                "Time(ms)",
                "fewer than two times differ: time can't be counted between them",
            )
        })?;
        let factor = if step > LONGEST_PACKET_SECONDS { 1e-3 } else { 1.0 };
        let sizes = packets.iter().map(|packet| packet.len());
        let rows_a_packet = rows.len() as f64 / sizes.len() as f64;
        let period = step * factor / rows_a_packet.max(1.0);
        for packet in &packets {
            for (index, (line, stamp, reading)) in packet.iter().enumerate() {
                recorder.push(*line, stamp * factor + index as f64 * period, *reading);
            }
        }
        recorder.cut(cut);
        recorder.notes.push(if factor < 1.0 {
            "Its times are taken as milliseconds.".to_owned()
        } else {
            "Its times are seconds in spite of their heading, counted by rows between the stamps of packets."
                .to_owned()
        });
        recorder.finish(About {
            file: source.file,
            format: self.name(),
            quantity: format!("the {name} channel's current"),
            timing: Timing::RowCount,
            covers: Covers::After,
            period: Some(period),
            volts: options.volts,
            full_scale: None,
            trailing_seconds: 0.0,
        })
    }
}
