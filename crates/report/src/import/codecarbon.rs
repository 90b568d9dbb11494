//! codecarbon's `emissions.csv`: a row each time a run is written, its energies since the run's start.

use joulegram::units::{Pue, Quantity};

use super::clock::{moment, seconds_between, year};
use super::sheet::{Row, Sheet};
use super::{MeasuredDevice, Part, Reading, Tool, energy, hours};
use crate::fault::Fault;

/// Seconds that clocks and rounding may let two runs overlap that came one after the other.
const SLACK: f64 = 2.0;

pub(super) fn read(file: &str, text: &str) -> Result<Reading, Fault> {
    let sheet = Sheet::read(file, text, b',')?;
    let runs = last_of_each_run(&sheet);
    let mut total = 0.0;
    let mut seconds = 0.0;
    for row in &runs {
        total += sheet.needed(row, "energy_consumed")?;
        seconds += sheet.needed(row, "duration")?;
    }
    refuse_ranks(&sheet, &runs)?;
    let mut reading = Reading::new(file, Tool::Codecarbon, energy(file, "energy_consumed", total)?);
    reading.runs = runs.len();
    reading.hours = Some(hours(file, "duration", seconds / 3600.0)?);
    for (name, column) in [("CPU", "cpu_energy"), ("GPU", "gpu_energy"), ("memory", "ram_energy")] {
        // Where it found no GPU its 0 is no reading.
        let has_none = name == "GPU" && runs.iter().all(|row| sheet.cell(row, "gpu_model").is_none());
        let part = if has_none { None } else { sum(&sheet, &runs, column)? };
        reading.parts.push(Part { name: name.to_owned(), energy_kilowatt_hours: part });
    }
    describe(&sheet, &runs, &mut reading);
    pue(&sheet, &runs, &mut reading)?;
    let parts: f64 = reading.parts.iter().filter_map(|part| part.energy_kilowatt_hours).sum();
    if (parts - total).abs() > 0.01 * total {
        reading.notes.push(format!("CPU, GPU and memory sum to {parts} kWh, energy_consumed to {total} kWh"));
    }
    Ok(reading)
}

/// Rows of one run follow each other and each holds its whole energy: the last one counts.
fn last_of_each_run(sheet: &Sheet) -> Vec<&Row> {
    let mut runs: Vec<&Row> = Vec::new();
    for row in &sheet.rows {
        let id = sheet.cell(row, "run_id");
        match runs.iter_mut().find(|run| id.is_some() && sheet.cell(run, "run_id") == id) {
            Some(run) => *run = row,
            None => runs.push(row),
        }
    }
    runs
}

/// Runs on one machine at one time, each of which counts all of it.
fn refuse_ranks(sheet: &Sheet, runs: &[&Row]) -> Result<(), Fault> {
    let mut spans = Vec::new();
    for row in runs {
        let whole_machine = sheet.cell(row, "tracking_mode") != Some("process");
        let Some(text) = sheet.cell(row, "timestamp").filter(|_| whole_machine) else { continue };
        let end = moment(text)
            .ok_or_else(|| sheet.fault(row, "timestamp", format!("`{text}` is no date and time")))?;
        spans.push((*row, end, sheet.needed(row, "duration")?));
    }
    for (index, (row, end, duration)) in spans.iter().enumerate() {
        let before = spans.iter().take(index).find(|(other, other_end, other_duration)| {
            let later = seconds_between(*other_end, *end);
            // One ends before the other begins, or they share time.
            let apart = later - duration > -SLACK || -later - other_duration > -SLACK;
            !apart && same_machine(sheet, row, other)
        });
        if let Some((other, ..)) = before {
            return Err(sheet.fault(
                row,
                "run_id",
                format!(
                    "it ran on the same machine at the same time as line {}, and each counts the whole machine: keep one of them, or its energy counts twice",
                    other.line()
                ),
            ));
        }
    }
    Ok(())
}

fn same_machine(sheet: &Sheet, a: &Row, b: &Row) -> bool {
    ["os", "cpu_model", "cpu_count", "gpu_model", "gpu_count", "ram_total_size"]
        .iter()
        .all(|column| sheet.cell(a, column) == sheet.cell(b, column))
}

/// The sum of a column; not known where a run leaves it out.
fn sum(sheet: &Sheet, runs: &[&Row], column: &str) -> Result<Option<f64>, Fault> {
    let mut total = Some(0.0);
    for row in runs {
        let number = sheet.number(row, column)?;
        if number.is_some_and(|number| number < 0.0) {
            sheet.needed(row, column)?;
        }
        total = total.zip(number).map(|(total, number)| total + number);
    }
    Ok(total)
}

fn describe(sheet: &Sheet, runs: &[&Row], reading: &mut Reading) {
    let Some(last) = runs.last() else { return };
    reading.tool_version = sheet.cell(last, "codecarbon_version").map(str::to_owned);
    reading.year = sheet.cell(last, "timestamp").and_then(moment).and_then(year);
    for (model, count) in [("cpu_model", "cpu_count"), ("gpu_model", "gpu_count")] {
        let Some(name) = sheet.cell(last, model) else { continue };
        let count = sheet.number(last, count).ok().flatten();
        let unit = if model == "cpu_model" { ", threads" } else { "" };
        reading.devices.push(MeasuredDevice { name: format!("{name}{unit}"), count });
    }
    if sheet.cell(last, "gpu_model").is_none() {
        reading.not_covered.push("GPUs: it found none".to_owned());
    }
    reading.not_covered.push("disks, network, fans and the loss of the power supply".to_owned());
    reading.not_covered.push("cooling and power distribution of the building (PUE)".to_owned());
    if sheet.cell(last, "tracking_mode") == Some("process") {
        reading
            .not_covered
            .push("idle power and other programs: it counted its own process alone".to_owned());
    }
    reading.notes.push(
        "memory is a constant power of its own model, and so is the CPU where its counters can't be read: the file doesn't say which"
            .to_owned(),
    );
}

/// codecarbon multiplies energies by a PUE that its user gives.
fn pue(sheet: &Sheet, runs: &[&Row], reading: &mut Reading) -> Result<(), Fault> {
    let mut first = None;
    for row in runs {
        let pue = match sheet.number(row, "pue")? {
            Some(pue) => Pue::checked(pue).map_err(|error| sheet.fault(row, "pue", error))?,
            None => Pue::NONE,
        };
        if *first.get_or_insert(pue) != pue {
            return Err(sheet.fault(
                row,
                "pue",
                "its PUE is another one than that of the runs before: import each by itself",
            ));
        }
    }
    if let Some(pue) = first.filter(|pue| pue.value() > 1.0) {
        reading.pue_included = true;
        reading.pue = Some(pue);
        reading.not_covered.retain(|part| !part.ends_with("(PUE)"));
    }
    Ok(())
}
