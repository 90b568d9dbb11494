//! carbontracker's logs: the one for people (`Actual consumption`, PUE inside) and the one for programs (watts and
//! duration of each epoch, nothing inside).

use super::clock::{duration_seconds, moment, year};
use super::{MeasuredDevice, Part, Reading, Tool, energy, hours};
use crate::fault::Fault;

pub(super) fn read(file: &str, text: &str) -> Result<Reading, Fault> {
    let mut reading = if text.contains("Average power usage (W) for ") {
        from_epochs(file, text)?
    } else {
        from_consumption(file, text)?
    };
    reading.tool_version = after(text, "carbontracker version ").map(str::to_owned);
    reading.year = text.get(..19).and_then(moment).and_then(year);
    if let Some(found) = after(text, "The following components were found: ") {
        for part in found.split_inclusive(". ") {
            let Some((kind, names)) = part.split_once(" with device(s) ") else { continue };
            for name in names.trim().trim_end_matches('.').split(", ") {
                reading.devices.push(MeasuredDevice { name: format!("{name} ({kind})"), count: Some(1.0) });
            }
        }
    }
    if !reading.devices.iter().any(|device| device.name.ends_with("(GPU)")) {
        reading.not_covered.push("GPUs: it found none".to_owned());
    }
    reading
        .not_covered
        .push("memory beside the processor, disks, network and the loss of the power supply".to_owned());
    Ok(reading)
}

/// What stands behind a phrase, to the line's end.
fn after<'t>(text: &'t str, phrase: &str) -> Option<&'t str> {
    text.split_once(phrase).and_then(|(_, rest)| rest.lines().next()).map(str::trim)
}

/// A number of a line such as `Energy: 0.009417 kWh`.
fn number(file: &str, what: &str, line: Option<&str>, unit: &str) -> Result<f64, Fault> {
    let text = line
        .ok_or_else(|| Fault::new(file, what, "it is missing: what is missing is not known, and never 0"))?;
    let number = text.trim().trim_end_matches(unit).trim();
    match number.parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(number),
        Ok(number) if number < 0.0 => Err(Fault::new(file, what, format!("{number} is negative"))),
        _ => Err(Fault::new(file, what, format!("`{text}` is no number of {unit}"))),
    }
}

fn seconds(file: &str, line: Option<&str>) -> Result<f64, Fault> {
    let text = line.unwrap_or("");
    duration_seconds(text).ok_or_else(|| Fault::new(file, "Time", format!("`{text}` is no duration")))
}

fn from_consumption(file: &str, text: &str) -> Result<Reading, Fault> {
    let actual: Vec<&str> = text.split("Actual consumption").skip(1).collect();
    let runs = text.matches("The following components were found").count().max(1);
    if actual.is_empty() {
        return Err(Fault::new(
            file,
            "Actual consumption",
            "it is missing: what a log predicts is not measured",
        ));
    }
    if actual.len() > runs {
        let message = format!(
            "{} of them for {runs} run: a later one holds the earlier ones, keep the last",
            actual.len()
        );
        return Err(Fault::new(file, "Actual consumption", message));
    }
    let (mut total, mut time, mut epochs) = (0.0, 0.0, 0.0);
    for block in &actual {
        total += number(file, "Energy", after(block, "Energy:"), "kWh")?;
        time += seconds(file, after(block, "Time:"))?;
        epochs += after(block, " for ").and_then(|rest| rest.split(' ').next()?.parse().ok()).unwrap_or(0.0);
    }
    let mut reading = Reading::new(file, Tool::Carbontracker, energy(file, "Energy", total)?);
    reading.pue_included = true;
    reading.runs = actual.len();
    reading.hours = Some(hours(file, "Time", time / 3600.0)?);
    let predicted = after(text, "Predicted consumption for ")
        .and_then(|rest| rest.split(' ').next()?.parse::<f64>().ok());
    if let Some(planned) = predicted.filter(|planned| *planned > epochs && actual.len() == 1) {
        reading
            .not_covered
            .push(format!("{} of {planned} epochs: it measured the first {epochs}", planned - epochs));
    }
    reading.notes.push(
        "a PUE is inside (1.55 to 1.67 by its version); this log doesn't say which, the one for programs has watts without it"
            .to_owned(),
    );
    Ok(reading)
}

fn from_epochs(file: &str, text: &str) -> Result<Reading, Fault> {
    let mut parts: Vec<(String, f64)> = Vec::new();
    let (mut total, mut time) = (0.0, 0.0);
    let mut epochs = 0;
    // Older versions print the duration a line of its own below the epoch's.
    for block in text.split("Duration:").skip(1) {
        let duration = seconds(file, block.lines().next())?;
        epochs += 1;
        time += duration;
        for line in block.split("Average power usage (W) for ").skip(1) {
            let line = line.lines().next().unwrap_or("");
            let (component, watts) = line.split_once(": ").unwrap_or((line, ""));
            let what = format!("epoch {epochs} {component}");
            if watts.trim() == "None" {
                return Err(Fault::new(
                    file,
                    &what,
                    "its power is None: the epoch was too short to be measured",
                ));
            }
            let mut sum = 0.0;
            for one in watts.trim_matches(['[', ']', ' ']).split([',', ' ']).filter(|one| !one.is_empty()) {
                sum += number(file, &what, Some(one), "W")?;
            }
            let kilowatt_hours = sum * duration / 3.6e6;
            total += kilowatt_hours;
            match parts.iter_mut().find(|(name, _)| name == component) {
                Some((_, part)) => *part += kilowatt_hours,
                None => parts.push((component.to_owned(), kilowatt_hours)),
            }
        }
    }
    let mut reading = Reading::new(file, Tool::Carbontracker, energy(file, "Average power usage", total)?);
    reading.hours = Some(hours(file, "Duration", time / 3600.0)?);
    reading.parts = parts
        .into_iter()
        .map(|(name, part)| Part { name: name.to_uppercase(), energy_kilowatt_hours: Some(part) })
        .collect();
    let plural = if epochs == 1 { "" } else { "s" };
    reading.notes.push(format!(
        "watts times duration of {epochs} epoch{plural}; its own figures add a PUE, which is not inside here"
    ));
    reading.not_covered.push("cooling and power distribution of the building (PUE)".to_owned());
    Ok(reading)
}
