//! `nvidia-smi --query-gpu=timestamp,index,name,power.draw --format=csv -l 1`: power over time, a row a GPU and sample.

use jiff::civil::DateTime;

use super::clock::{moment, seconds_between, year};
use super::integral::{Integral, Sample, integrate};
use super::sheet::{Row, Sheet};
use super::{MeasuredDevice, Part, Reading, Tool, hours};
use crate::fault::Fault;

/// One GPU's samples.
struct Trace {
    key: String,
    name: String,
    samples: Vec<Sample>,
    unknown: usize,
}

pub(super) fn read(file: &str, text: &str) -> Result<Reading, Fault> {
    let sheet = Sheet::read(file, text, b',')?;
    let column = |names: &[&str]| sheet.column(names);
    let missing = |name: &str| Fault::new(file, name, "there is no such column: ask nvidia-smi for it");
    let time = column(&["timestamp"]).ok_or_else(|| missing("timestamp"))?;
    let power = column(&["power.draw.instant", "power.draw", "power.draw.average"])
        .ok_or_else(|| missing("power.draw"))?;
    let key = column(&["uuid", "gpu_uuid", "index", "pci.bus_id", "gpu_bus_id"]);
    let name = column(&["name", "gpu_name"]);

    let mut traces: Vec<Trace> = Vec::new();
    let mut start: Option<DateTime> = None;
    let mut last = None;
    for row in &sheet.rows {
        let text = row.cell(time).unwrap_or("");
        let at = moment(text)
            .ok_or_else(|| sheet.fault(row, "timestamp", format!("`{text}` is no date and time")))?;
        let seconds = seconds_between(*start.get_or_insert(at), at);
        last = Some(at);
        let id = key.and_then(|key| row.cell(key)).unwrap_or("");
        let index = traces.iter().position(|trace| trace.key == id).unwrap_or(traces.len());
        if index == traces.len() {
            let name = name.and_then(|name| row.cell(name)).unwrap_or("GPU").to_owned();
            traces.push(Trace { key: id.to_owned(), name, samples: Vec::new(), unknown: 0 });
        }
        let Some(trace) = traces.get_mut(index) else { continue };
        refuse_order(&sheet, row, trace, seconds, key.is_some())?;
        match watts(&sheet, row, power)? {
            Some(watts) => trace.samples.push(Sample { seconds, watts }),
            None => trace.unknown += 1,
        }
    }
    if key.is_none() {
        refuse_bursts(file, &traces)?;
    }
    summary(file, &sheet, power, &traces, last)
}

/// Time goes forward for each GPU, and a GPU has one power at a time.
fn refuse_order(sheet: &Sheet, row: &Row, trace: &Trace, seconds: f64, has_key: bool) -> Result<(), Fault> {
    let Some(last) = trace.samples.last().filter(|last| seconds <= last.seconds) else { return Ok(()) };
    let message = if seconds < last.seconds {
        "it is earlier than the row before: two logs in one, or a clock that was set back".to_owned()
    } else if has_key {
        format!("GPU {} has two rows at that time: it counts once", trace.key)
    } else {
        "two rows have that time and no column says which GPU each is: add `index` to the query".to_owned()
    };
    Err(sheet.fault(row, "timestamp", message))
}

/// Without a column that names the GPU, several of them show as rows in bursts.
fn refuse_bursts(file: &str, traces: &[Trace]) -> Result<(), Fault> {
    for trace in traces {
        let intervals: Vec<f64> = trace
            .samples
            .iter()
            .zip(trace.samples.iter().skip(1))
            .map(|(a, b)| b.seconds - a.seconds)
            .collect();
        let mean = intervals.iter().sum::<f64>() / intervals.len().max(1) as f64;
        let short = intervals.iter().filter(|interval| **interval < 0.1 * mean).count();
        if intervals.len() >= 3 && short * 4 >= intervals.len() {
            return Err(Fault::new(
                file,
                "index",
                "there is no such column, and rows come in bursts as those of several GPUs do: add `index` to the query",
            ));
        }
    }
    Ok(())
}

/// `22.89 W`, or `22.89` with `nounits`; `None` for `[N/A]` and its kin.
fn watts(sheet: &Sheet, row: &Row, power: usize) -> Result<Option<f64>, Fault> {
    let heading = sheet.heading(power).to_owned();
    let cell = row.cell(power).unwrap_or("");
    if cell.is_empty() || cell.starts_with('[') || cell == "N/A" {
        return Ok(None);
    }
    let watts = sheet.parse(row, &heading, cell.trim_end_matches('W').trim())?;
    if watts < 0.0 {
        return Err(sheet.fault(row, &heading, format!("{watts} W is negative")));
    }
    Ok(Some(watts))
}

fn summary(
    file: &str,
    sheet: &Sheet,
    power: usize,
    traces: &[Trace],
    last: Option<DateTime>,
) -> Result<Reading, Fault> {
    let mut whole: Option<Integral> = None;
    let mut parts = Vec::new();
    let mut unknown = 0;
    for trace in traces {
        let label =
            if trace.key.is_empty() { trace.name.clone() } else { format!("{} {}", trace.name, trace.key) };
        unknown += trace.unknown;
        let part = integrate(&trace.samples).ok_or_else(|| {
            let message = match trace.unknown {
                0 => "it has one sample: an energy needs at least two".to_owned(),
                unknown => format!("its power is not known in {unknown} rows and known in fewer than two: this GPU has no power meter"),
            };
            Fault::new(file, &label, message)
        })?;
        parts.push(Part {
            name: label,
            energy_kilowatt_hours: part.kilowatt_hours().map(|range| range.mode().value()),
        });
        whole = Some(whole.map_or(part, |whole| whole.beside(part)));
    }
    let whole = whole.unwrap_or_default();
    let range = whole
        .kilowatt_hours()
        .ok_or_else(|| Fault::new(file, "", "its energy is larger than a number can be"))?;
    let mut reading = Reading::new(file, Tool::NvidiaSmi, range);
    reading.hours = Some(hours(file, "timestamp", whole.seconds / 3600.0)?);
    reading.year = last.and_then(year);
    reading.parts = parts;
    for trace in traces {
        match reading.devices.iter_mut().find(|device| device.name == trace.name) {
            Some(device) => device.count = device.count.map(|count| count + 1.0),
            None => reading.devices.push(MeasuredDevice { name: trace.name.clone(), count: Some(1.0) }),
        }
    }
    reading.notes.push(format!(
        "{} of {} samples over their time stamps",
        sheet.heading(power),
        sheet.rows.len()
    ));
    if unknown > 0 {
        reading
            .notes
            .push(format!("{unknown} rows have no power: the energy runs on between their neighbours"));
    }
    reading.notes.extend(whole.gap_note());
    if !sheet.heading(power).contains("instant") {
        reading
            .notes
            .push("since Ampere power.draw is the mean of a second; power.draw.instant is not".to_owned());
    }
    reading
        .not_covered
        .push("processor, memory, disks, network, fans and the loss of the power supply".to_owned());
    reading.not_covered.push("cooling and power distribution of the building (PUE)".to_owned());
    Ok(reading)
}
