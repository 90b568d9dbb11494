//! What energyusage prints: `Process used`, the idle power taken off and the power supply's loss of 20 % added.

use joulegram::range::Range;
use joulegram::units::{JOULES_PER_KILOWATT_HOUR, KilowattHours, Quantity};

use super::clock::duration_seconds;
use super::{MeasuredDevice, Reading, Tool, hours};
use crate::fault::Fault;

pub(super) fn read(file: &str, text: &str) -> Result<Reading, Fault> {
    let text = without_escapes(text);
    let line = |name: &str| text.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim);
    let baseline = watts(file, "Average baseline wattage", line("Average baseline wattage:"))?;
    let process = watts(file, "Average process wattage", line("Average process wattage:"))?;
    if let Some(process) = process.filter(|process| *process < 0.0) {
        return Err(Fault::new(
            file,
            "Average process wattage",
            format!("{process} W is negative: the machine was busier before the run than in it"),
        ));
    }
    let printed = line("Process duration:");
    let seconds = printed
        .map(|text| {
            duration_seconds(text)
                .ok_or_else(|| Fault::new(file, "Process duration", format!("`{text}` is no duration")))
        })
        .transpose()?;
    let energy = match (line("Process used:"), process, seconds) {
        (Some(used), ..) => used_energy(file, used)?,
        (None, Some(process), Some(seconds)) => watts_times_seconds(file, process, seconds)?,
        (None, ..) => {
            return Err(Fault::new(
                file,
                "Process used",
                "it is missing: what is missing is not known, and never 0",
            ));
        }
    };
    let mut reading = Reading::new(file, Tool::Energyusage, energy);
    reading.hours = seconds.map(|seconds| hours(file, "Process duration", seconds / 3600.0)).transpose()?;
    reading.devices.push(MeasuredDevice {
        name: "Intel packages by RAPL, first GPU by nvidia-smi".to_owned(),
        count: None,
    });
    let idle = baseline.map(|watts| format!(" of {watts} W")).unwrap_or_default();
    reading.not_covered.push(format!("idle power{idle}: it is taken off"));
    reading.not_covered.push("GPUs beside the first; disks, network and fans".to_owned());
    reading.not_covered.push("cooling and power distribution of the building (PUE)".to_owned());
    reading.notes.push(if line("Process used:").is_some() {
        "printed with three digits: low and high are the borders of their rounding; the power supply's loss of 20 % is inside".to_owned()
    } else {
        "process power times duration, whose seconds are cut off: the power supply's loss is not inside".to_owned()
    });
    Ok(reading)
}

/// The report overwrites its lines with escapes and carriage returns.
fn without_escapes(text: &str) -> String {
    text.replace("\u{1b}[1A", "").replace('\r', "\n")
}

fn watts(file: &str, what: &str, line: Option<&str>) -> Result<Option<f64>, Fault> {
    let Some(line) = line else { return Ok(None) };
    match line.trim_end_matches("watts").trim().parse::<f64>() {
        Ok(watts) if watts.is_finite() => Ok(Some(watts)),
        _ => Err(Fault::new(file, what, format!("`{line}` is no number of watts"))),
    }
}

/// `3.06e-04 kWh`: known to half a unit of its last digit.
fn used_energy(file: &str, printed: &str) -> Result<Range<KilowattHours>, Fault> {
    let fault = |message: String| Fault::new(file, "Process used", message);
    let number = printed.trim_end_matches("kWh").trim();
    let value: f64 = number.parse().map_err(|_| fault(format!("`{printed}` is no number of kWh")))?;
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let power: i32 = exponent.parse().map_err(|_| fault(format!("`{printed}` is no number of kWh")))?;
    let half = 0.5 * 10_f64.powi(power) / (0..decimals).fold(1.0, |power, _| power * 10.0);
    KilowattHours::checked(value).map_err(|error| fault(error.to_string()))?;
    Range::of((value - half).max(0.0), value, value + half).map_err(|error| fault(error.to_string()))
}

/// Both are printed rounded: watts to 0.01, seconds cut off.
fn watts_times_seconds(file: &str, watts: f64, seconds: f64) -> Result<Range<KilowattHours>, Fault> {
    let kilowatt_hours = |watts: f64, seconds: f64| watts * seconds / JOULES_PER_KILOWATT_HOUR;
    Range::of(
        kilowatt_hours((watts - 0.005).max(0.0), seconds),
        kilowatt_hours(watts, seconds + 0.5),
        kilowatt_hours(watts + 0.005, seconds + 1.0),
    )
    .map_err(|error| Fault::new(file, "Average process wattage", error))
}
