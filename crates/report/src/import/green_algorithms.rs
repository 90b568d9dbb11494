//! The export of the Green Algorithms calculator: `;` between cells, a heading, a row of units, a row of values. Its energy
//! is modelled from watts and hours, PUE inside.

use joulegram::device::Evidence;
use joulegram::units::{Pue, Quantity};

use super::sheet::{Row, Sheet};
use super::{MeasuredDevice, Reading, Tool, energy, hours};
use crate::fault::Fault;

pub(super) fn read(file: &str, text: &str) -> Result<Reading, Fault> {
    let sheet = Sheet::read(file, text, b';')?;
    let row = values(file, &sheet)?;
    let total = sheet.needed(row, "energy_needed")?;
    let mut reading = Reading::new(file, Tool::GreenAlgorithms, energy(file, "energy_needed", total)?);
    reading.evidence = Evidence::Modelled;
    reading.tool_version = sheet.cell(row, "appVersion").map(str::to_owned);
    reading.pue_included = true;
    reading.pue = sheet
        .number(row, "PUE")?
        .map(|pue| Pue::checked(pue).map_err(|error| sheet.fault(row, "PUE", error)))
        .transpose()?;
    let time = sheet.number(row, "runTime_hour")?.zip(sheet.number(row, "runTime_min")?);
    if let Some((whole, minutes)) = time {
        reading.hours = Some(hours(file, "runTime_hour", whole + minutes / 60.0)?);
    }
    for (model, count) in [("CPUmodel", "numberCPUs"), ("GPUmodel", "numberGPUs")] {
        let count = sheet.number(row, count)?;
        if let Some(name) = sheet.cell(row, model).filter(|name| *name != "None" && count != Some(0.0)) {
            reading.devices.push(MeasuredDevice { name: name.to_owned(), count });
        }
    }
    if let Some(memory) = sheet.number(row, "memory")? {
        reading
            .devices
            .push(MeasuredDevice { name: "GB of memory at 0.3725 W".to_owned(), count: Some(memory) });
    }
    if let Some(factor) = sheet.number(row, "mult_factor")?.filter(|factor| *factor > 1.0) {
        reading.notes.push(format!("its multiplicative factor of {factor} is inside"));
    }
    reading.notes.push("nobody measured this: watts by data sheet, times usage, times hours".to_owned());
    reading.not_covered.push("idle power: its usage begins at 0 W".to_owned());
    reading.not_covered.push("disks, network, fans and the loss of the power supply".to_owned());
    Ok(reading)
}

/// The one row that isn't the units'.
fn values<'s>(file: &str, sheet: &'s Sheet) -> Result<&'s Row, Fault> {
    let is_units = |row: &&Row| sheet.cell(row, "energy_needed") == Some("kWh");
    let rows: Vec<&Row> = sheet.rows.iter().filter(|row| !is_units(row)).collect();
    match rows.as_slice() {
        [row] => Ok(row),
        rows => {
            Err(Fault::new(file, "", format!("it has {} rows of values, and an export has one", rows.len())))
        }
    }
}
