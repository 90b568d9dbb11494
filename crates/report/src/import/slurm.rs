//! `sacct --parsable2 --format=JobID,...,ConsumedEnergyRaw`: joules of the nodes of a job, as SLURM's energy plugin saw
//! them.

use joulegram::range::Range;
use joulegram::units::JOULES_PER_KILOWATT_HOUR;

use super::clock::{duration_seconds, moment, seconds_between, year};
use super::sheet::{Row, Sheet};
use super::{MeasuredDevice, Part, Reading, Tool, hours};
use crate::fault::Fault;

/// SLURM's word for "no value" in 64 bits, less some: no cluster has used that much. [slurm.h, `NO_VAL64`]
const NO_VALUE: f64 = 1.8e19;

/// The energy of one row, with what its rounding leaves open.
#[derive(Clone, Copy)]
struct Energy {
    joules: f64,
    half_unit: f64,
}

pub(super) fn read(file: &str, text: &str) -> Result<Reading, Fault> {
    let sheet = Sheet::read(file, text, b'|')?;
    let mut jobs: Vec<(&str, Vec<&Row>)> = Vec::new();
    for row in &sheet.rows {
        // Without a number each row is a job of its own.
        let id = sheet.cell(row, "JobID").unwrap_or("");
        let job = id.split('.').next().unwrap_or(id);
        match jobs.iter_mut().find(|(known, _)| !job.is_empty() && *known == job) {
            Some((_, rows)) => rows.push(row),
            None => jobs.push((job, vec![row])),
        }
    }
    let mut counted = Vec::new();
    for (job, rows) in &jobs {
        let (row, energy) = of_job(&sheet, job, rows)?;
        counted.push((*job, row, energy));
    }
    refuse_shared_nodes(&sheet, &counted)?;
    summary(file, &sheet, &counted)
}

/// The row of a job that counts: its own, or its only step with an energy.
fn of_job<'s>(sheet: &Sheet, job: &str, rows: &[&'s Row]) -> Result<(&'s Row, Energy), Fault> {
    let is_step = |row: &&&Row| sheet.cell(row, "JobID").is_some_and(|id| id.contains('.'));
    let own: Vec<_> = rows.iter().filter(|row| !is_step(row)).collect();
    if let [_, second, ..] = own.as_slice() {
        return Err(sheet.fault(second, "JobID", format!("job {job} is there twice: it counts once")));
    }
    if let Some(row) = own.first()
        && let Some(energy) = energy_of(sheet, row)?
    {
        return Ok((row, energy));
    }
    let mut found: Option<(&Row, Energy)> = None;
    for row in rows.iter().filter(is_step) {
        if let Some(energy) = energy_of(sheet, row)? {
            if let Some((first, _)) = found {
                return Err(sheet.fault(
                    row,
                    "ConsumedEnergyRaw",
                    format!(
                        "job {job} has no energy in its own row, and its steps in line {} and here each count whole nodes: keep the one that counts",
                        first.line()
                    ),
                ));
            }
            found = Some((row, energy));
        }
    }
    match (found, rows.first()) {
        (Some(found), _) => Ok(found),
        (None, Some(row)) => Err(sheet.fault(
            row,
            "ConsumedEnergyRaw",
            format!("the energy of job {job} is empty or 0: its nodes have no energy counter, and what is missing is not 0"),
        )),
        (None, None) => Err(Fault::new("", "JobID", "there is no row")),
    }
}

/// Joules of a row; `None` where the cell is empty, 0 or SLURM's "no value".
fn energy_of(sheet: &Sheet, row: &Row) -> Result<Option<Energy>, Fault> {
    let name = if sheet.has("ConsumedEnergyRaw") { "ConsumedEnergyRaw" } else { "ConsumedEnergy" };
    let Some(cell) = sheet.cell(row, name) else { return Ok(None) };
    let size = match cell.chars().last() {
        Some('K') => 1e3,
        Some('M') => 1e6,
        Some('G') => 1e9,
        Some('T') => 1e12,
        _ => 1.0,
    };
    let digits = cell.trim_end_matches(['K', 'M', 'G', 'T']);
    let number = sheet.parse(row, name, digits)?;
    if number < 0.0 {
        return Err(sheet.fault(row, name, format!("{number} J is negative")));
    }
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let half_unit =
        if size > 1.0 { 0.5 * size / (0..decimals).fold(1.0, |power, _| power * 10.0) } else { 0.0 };
    Ok((number > 0.0 && number < NO_VALUE).then_some(Energy { joules: number * size, half_unit }))
}

/// Jobs that were on the same nodes at the same time: each counts all of them.
fn refuse_shared_nodes(sheet: &Sheet, jobs: &[(&str, &Row, Energy)]) -> Result<(), Fault> {
    let span = |row: &Row| {
        let at = |name: &str| sheet.cell(row, name).and_then(moment);
        Some((sheet.cell(row, "NodeList")?.to_owned(), at("Start")?, at("End")?))
    };
    for (index, (job, row, _)) in jobs.iter().enumerate() {
        let Some((nodes, start, end)) = span(row) else { continue };
        let shared = jobs.iter().take(index).find(|(_, other, _)| {
            span(other).is_some_and(|(other_nodes, other_start, other_end)| {
                nodes == other_nodes
                    && seconds_between(other_start, end) > 0.0
                    && seconds_between(start, other_end) > 0.0
            })
        });
        if let Some((other, other_row, _)) = shared {
            return Err(sheet.fault(
                row,
                "JobID",
                format!(
                    "job {job} was on {nodes} at the same time as job {other} in line {}, and each counts the whole nodes: keep one of them",
                    other_row.line()
                ),
            ));
        }
    }
    Ok(())
}

fn summary(file: &str, sheet: &Sheet, jobs: &[(&str, &Row, Energy)]) -> Result<Reading, Fault> {
    let joules: f64 = jobs.iter().map(|(.., energy)| energy.joules).sum();
    let half: f64 = jobs.iter().map(|(.., energy)| energy.half_unit).sum();
    let kilowatt_hours = |joules: f64| joules / JOULES_PER_KILOWATT_HOUR;
    let range = Range::of(
        kilowatt_hours((joules - half).max(0.0)),
        kilowatt_hours(joules),
        kilowatt_hours(joules + half),
    )
    .map_err(|error| Fault::new(file, "ConsumedEnergyRaw", error))?;
    let mut reading = Reading::new(file, Tool::Slurm, range);
    reading.runs = jobs.len();
    let mut seconds = Some(0.0);
    for (job, row, energy) in jobs {
        let elapsed = match (sheet.number(row, "ElapsedRaw")?, sheet.cell(row, "Elapsed")) {
            (Some(seconds), _) => Some(seconds),
            (None, Some(text)) => Some(
                duration_seconds(text)
                    .ok_or_else(|| sheet.fault(row, "Elapsed", format!("`{text}` is no duration")))?,
            ),
            (None, None) => None,
        };
        seconds = seconds.zip(elapsed).map(|(sum, elapsed)| sum + elapsed);
        reading.parts.push(Part {
            name: if job.is_empty() { "job".to_owned() } else { format!("job {job}") },
            energy_kilowatt_hours: Some(kilowatt_hours(energy.joules)),
        });
        reading.year = sheet.cell(row, "End").and_then(moment).and_then(year).or(reading.year);
    }
    reading.hours = seconds.map(|seconds| hours(file, "Elapsed", seconds / 3600.0)).transpose()?;
    for (_, row, _) in jobs {
        let count = match sheet.number(row, "NNodes")? {
            Some(count) => Some(count),
            None => sheet.number(row, "AllocNodes")?,
        };
        let name = sheet.cell(row, "NodeList").map(|list| format!("node of {list}"));
        let Some(name) = name.or(count.map(|_| "node".to_owned())) else { continue };
        if !reading.devices.iter().any(|device| device.name == name && device.count == count) {
            reading.devices.push(MeasuredDevice { name, count });
        }
    }
    if half > 0.0 {
        reading
            .notes
            .push("printed rounded: low and high are its borders; ConsumedEnergyRaw is not".to_owned());
    }
    reading.notes.push("a node's energy is the whole node's: it is the job's where the job had the node to itself (--exclusive)".to_owned());
    reading.not_covered.push("switches and storage outside the nodes; GPUs and power supply where the node's sensor leaves them out".to_owned());
    reading.not_covered.push("cooling and power distribution of the building (PUE)".to_owned());
    Ok(reading)
}
