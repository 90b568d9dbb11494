//! What a reading says to a reader.

use joulegram::device::Evidence;
use joulegram::units::Quantity;

use super::Reading;
use crate::number::{KILOWATT_HOURS, NOT_KNOWN, SECONDS, significant};
use crate::section::{Section, Table};

/// The sections of a reading.
#[must_use]
pub fn tell(reading: &Reading) -> Vec<Section> {
    let mut sections = vec![Section::text("", vec![headline(reading)])];
    let mut covered = Table::new(&["what", "#energy"]);
    for part in &reading.parts {
        let energy =
            part.energy_kilowatt_hours.map_or(NOT_KNOWN.to_owned(), |energy| KILOWATT_HOURS.number(energy));
        covered.row([part.name.clone(), energy]);
    }
    if !reading.parts.is_empty() {
        sections.push(Section::table("Parts", covered));
    }
    let devices = reading.devices.iter().map(|device| match device.count {
        Some(count) => format!("- {} x {}", significant_count(count), device.name),
        None => format!("- {}", device.name),
    });
    if !reading.devices.is_empty() {
        sections.push(Section::text("Devices", devices.collect()));
    }
    let list = |lines: &[String]| lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>();
    sections.push(Section::text("Not covered", list(&reading.not_covered)));
    if !reading.notes.is_empty() {
        sections.push(Section::text("Notes", list(&reading.notes)));
    }
    sections
}

/// A count that may be no whole number: gigabytes.
fn significant_count(count: f64) -> String {
    if count.fract() == 0.0 { format!("{count}") } else { significant(count) }
}

fn headline(reading: &Reading) -> String {
    let how = match reading.evidence {
        Evidence::Measured => "measured",
        Evidence::Modelled => "modelled",
        Evidence::Emulated => "emulated",
    };
    let version = reading.tool_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    let over = reading
        .hours
        .map(|hours| format!(" in {}", SECONDS.number(hours.value() * 3600.0)))
        .unwrap_or_default();
    let runs = if reading.runs == 1 { "1 run".to_owned() } else { format!("{} runs", reading.runs) };
    let pue = match (reading.pue_included, reading.pue) {
        (false, _) => "PUE is not inside: a site's PUE will be applied, once".to_owned(),
        (true, Some(pue)) => format!("a PUE of {} is inside: none will be applied", pue.value()),
        (true, None) => "a PUE is inside: none will be applied".to_owned(),
    };
    format!(
        "{}: {}{version} {how} {}{over} ({runs}); {pue}.",
        reading.file,
        reading.tool.name(),
        KILOWATT_HOURS.range(&reading.energy_kilowatt_hours),
    )
}

/// A reading as a table for spreadsheets: a field a row.
#[must_use]
pub fn table(reading: &Reading) -> Table {
    let mut table = Table::new(&["section", "name", "#low", "#mode", "#high", "unit"]);
    let mut row = |section: &str, name: &str, numbers: [String; 3], unit: &str| {
        let [low, mode, high] = numbers;
        table.row([section.to_owned(), name.to_owned(), low, mode, high, unit.to_owned()]);
    };
    let none = || String::new();
    let one =
        |number: Option<f64>| [none(), number.map(|number| number.to_string()).unwrap_or_default(), none()];
    let energy = &reading.energy_kilowatt_hours;
    row("file", &reading.file, one(None), "");
    row("tool", &reading.source_tool(), one(None), "");
    row(
        "result",
        "energy",
        [energy.low(), energy.mode(), energy.high()].map(|energy| energy.value().to_string()),
        "kWh",
    );
    row("result", "hours", one(reading.hours.map(Quantity::value)), "h");
    row("result", "runs", [none(), reading.runs.to_string(), none()], "");
    row("pue_included", if reading.pue_included { "yes" } else { "no" }, one(None), "");
    row("result", "pue", one(reading.pue.map(Quantity::value)), "");
    for part in &reading.parts {
        row("part", &part.name, one(part.energy_kilowatt_hours), "kWh");
    }
    for device in &reading.devices {
        row("device", &device.name, one(device.count), "");
    }
    for line in &reading.not_covered {
        row("not_covered", line, one(None), "");
    }
    for line in &reading.notes {
        row("note", line, one(None), "");
    }
    table
}

impl Reading {
    /// The tool with its version.
    fn source_tool(&self) -> String {
        let version = self.tool_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        format!("{}{version}", self.tool.name())
    }
}
