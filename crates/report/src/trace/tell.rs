//! A trace as sections and as a table.

use joulegram_meters::trace::Timing;

use super::{TraceDocument, WindowDocument};
use crate::number::{
    AMPERES, COULOMBS, JOULES, NOT_KNOWN, OHMS, SECONDS, Scale, VOLTS, WATTS, count, percent,
};
use crate::section::{Section, Table};

/// The sections of a trace.
#[must_use]
pub fn tell(document: &TraceDocument) -> Vec<Section> {
    let mut sections = vec![Section::text("", answer(document))];
    if !document.windows.is_empty() {
        sections.push(windows(document));
    }
    if !document.channels.is_empty() {
        sections.push(channels(document));
    }
    if !document.flaws.is_empty() {
        let flaws = document.flaws.iter().map(|flaw| format!("- {flaw}"));
        sections.push(Section::text("Flaws", flaws.collect()));
    }
    let notes = notes(document);
    if !notes.is_empty() {
        sections.push(Section::text("Notes", notes.into_iter().map(|note| format!("- {note}")).collect()));
    }
    sections
}

fn known(scale: Scale, number: Option<f64>) -> String {
    number.map_or(NOT_KNOWN.to_owned(), |number| scale.number(number))
}

fn answer(document: &TraceDocument) -> Vec<String> {
    let mut sentences = vec![format!(
        "{}: {} {} of {} ({}) over {}, one every {}; time is {}.",
        document.file,
        count(document.samples as u64),
        if document.samples == 1 { "sample" } else { "samples" },
        document.format,
        document.quantity,
        SECONDS.number(document.whole.seconds),
        SECONDS.number(document.period_seconds),
        how(document.timing),
    )];
    let means: Vec<String> =
        [(AMPERES, document.mean_amperes), (VOLTS, document.mean_volts), (WATTS, document.mean_watts)]
            .into_iter()
            .filter_map(|(scale, number)| number.map(|number| scale.number(number)))
            .collect();
    sentences.push(format!("In the mean it is {}.", means.join(", ")));
    match (&document.whole.refused, document.whole.joules) {
        (Some(reason), _) => sentences.push(format!("No sum over all of it: {reason}.")),
        (None, Some(joules)) => sentences.push(format!("All of it is {}.", JOULES.number(joules))),
        (None, None) => sentences.push(format!(
            "All of it is {}; its energy is {NOT_KNOWN}, as the file has no volts: give them, --volts.",
            known(COULOMBS, document.whole.coulombs)
        )),
    }
    if let Some(resistor) = document.resistor {
        sentences.push(format!(
            "Of a resistor of {} the meter reads {}: its current is {} too {}.",
            OHMS.number(resistor.ohms),
            OHMS.number(resistor.measured_ohms),
            percent(resistor.relative_error.abs()),
            if resistor.relative_error < 0.0 { "low" } else { "high" }
        ));
    }
    sentences
}

const fn how(timing: Timing) -> &'static str {
    match timing {
        Timing::MeterClock => "the meter's own clock",
        Timing::HostClock => "the clock of the computer that read the meter",
        Timing::StatedRate => "counted in samples at the rate that the file states",
        Timing::RowCount => "counted in rows between the steps of a slower clock",
        Timing::GivenRate => "counted in rows at the rate that was given",
        Timing::Single => "not known: it is one reading",
    }
}

fn windows(document: &TraceDocument) -> Section {
    let has_energy = document.windows.iter().any(|window| window.joules.is_some());
    let headings: &[&'static str] = if has_energy {
        &["#window", "#starts at", "#lasts", "#energy", "#edges may change it by", "#power"]
    } else {
        &["#window", "#starts at", "#lasts", "#charge", "#current"]
    };
    let mut table = Table::new(headings);
    for (window, number) in document.windows.iter().zip(1_u64..) {
        let mut cells = vec![count(number), clock(window.start_seconds), clock(window.seconds)];
        let of = |scale, number| {
            if window.refused.is_some() { "refused".to_owned() } else { known(scale, number) }
        };
        if has_energy {
            cells.push(of(JOULES, window.joules));
            cells.push(of(JOULES, window.edge_error_joules));
            cells.push(of(WATTS, window.watts));
        } else {
            cells.push(of(COULOMBS, window.coulombs));
            cells.push(of(AMPERES, window.amperes));
        }
        table.row(cells);
    }
    let mut section = Section::table("Windows", table);
    for (window, number) in document.windows.iter().zip(1_u64..) {
        if let Some(reason) = &window.refused {
            section.after.push(format!("Window {number} is refused: {reason}."));
        }
        if let Some(filled) = window.filled_seconds.filter(|filled| *filled > 0.0) {
            section.after.push(format!(
                "Window {number}: {} without samples were filled with the mean of their neighbours.",
                SECONDS.number(filled)
            ));
        }
    }
    section
}

/// Seconds to the millisecond: windows are looked up in the meter's own program.
fn clock(seconds: f64) -> String {
    format!("{seconds:.3} s")
}

fn channels(document: &TraceDocument) -> Section {
    let mut table = Table::new(&["input", "#falling edges", "#rising edges"]);
    for channel in document.channels.iter().filter(|channel| !channel.is_constant) {
        table.row([
            channel.name.clone(),
            count(channel.falling_edges as u64),
            count(channel.rising_edges as u64),
        ]);
    }
    let constant: Vec<&str> = document
        .channels
        .iter()
        .filter(|channel| channel.is_constant)
        .map(|channel| channel.name.as_str())
        .collect();
    if constant.len() == document.channels.len() {
        let sentence = "No input ever changes: the marker is not wired, or the meter's logic has no supply.";
        return Section::text("Inputs", vec![sentence.to_owned()]);
    }
    let mut section = Section::table("Inputs", table);
    if !constant.is_empty() {
        section.after.push(format!("Never change: {}.", constant.join(", ")));
    }
    section
}

fn notes(document: &TraceDocument) -> Vec<String> {
    let mut notes = document.notes.clone();
    if let Some(volts) = document.given_volts {
        notes.push(format!(
            "Watts are amperes times the {} that were given: an error of the volts is one of the energy.",
            VOLTS.number(volts)
        ));
    }
    for total in &document.totals {
        notes.push(format!(
            "The sum of the {} is {} {} the meter's own.",
            total.what,
            percent(total.relative_difference.abs()),
            if total.relative_difference < 0.0 { "below" } else { "above" }
        ));
    }
    notes
}

/// A trace as a table for spreadsheets: a window a row, the whole first.
#[must_use]
pub fn table(document: &TraceDocument) -> Table {
    let mut table = Table::new(&[
        "window",
        "#start_seconds",
        "#seconds",
        "#joules",
        "#coulombs",
        "#watts",
        "#amperes",
        "#edge_error_joules",
        "#edge_error_seconds",
        "#filled_seconds",
        "#samples",
        "refused",
    ]);
    let mut row = |name: String, window: &WindowDocument| {
        let cell = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        table.row([
            name,
            window.start_seconds.to_string(),
            window.seconds.to_string(),
            cell(window.joules),
            cell(window.coulombs),
            cell(window.watts),
            cell(window.amperes),
            cell(window.edge_error_joules),
            cell(window.edge_error_seconds),
            cell(window.filled_seconds),
            window.samples.to_string(),
            window.refused.clone().unwrap_or_default(),
        ]);
    };
    row("whole".to_owned(), &document.whole);
    for (window, number) in document.windows.iter().zip(1..) {
        row(number.to_string(), window);
    }
    table
}
