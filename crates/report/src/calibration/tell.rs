//! A calibration as sections and as CSV.

use joulegram::device::Evidence;

use super::{Calibration, MeterDocument};
use crate::chart::{Point, points};
use crate::number::{SECONDS, VOLTS, WATTS, amount, percent};
use crate::render::table_csv;
use crate::section::{Section, Table};

/// The sections of a calibration.
#[must_use]
pub fn tell(calibration: &Calibration) -> Vec<Section> {
    let mut sections = vec![Section::text("", answer(calibration))];
    if !calibration.warnings.is_empty() {
        let warnings = calibration.warnings.iter().map(|warning| format!("- {warning}"));
        sections.push(Section::text("Warnings", warnings.collect()));
    }
    if !calibration.models.is_empty() {
        sections.push(models(calibration));
    }
    sections.push(coefficients(calibration));
    sections.push(steps(calibration));
    sections
}

/// What ticks are called.
fn unit(calibration: &Calibration) -> &'static str {
    match calibration.counter {
        "time" => "nanoseconds",
        other => other,
    }
}

fn answer(calibration: &Calibration) -> Vec<String> {
    let unit = unit(calibration);
    let mut sentences = vec![format!(
        "The profile {} of {} tells {unit} of layers that the fit has not seen to {} in the median, {} at worst \
         ({} steps, {} windows, condition number {:.1}).",
        calibration.name,
        calibration.board,
        percent(calibration.median_left_out_error),
        percent(calibration.worst_left_out_error),
        calibration.steps.len(),
        calibration.windows.len(),
        calibration.condition_number,
    )];
    if let Some(label) = calibration.label {
        sentences.push(format!("It is {label}."));
    }
    let watts = [
        ("computing", calibration.watts.active),
        ("idle", calibration.watts.idle),
        ("asleep", calibration.watts.sleep),
    ];
    let known = watts
        .iter()
        .filter_map(|(state, span)| span.map(|(_, mode, _)| format!("{} {state}", WATTS.number(mode))));
    let known: Vec<String> = known.collect();
    match (known.is_empty(), calibration.parts.given_watts) {
        (_, Some(given)) => {
            sentences.push(format!("{} while computing were given, not measured.", WATTS.number(given)));
        }
        (false, None) => sentences.push(format!("It draws {}.", known.join(", "))),
        (true, None) if calibration.evidence != Evidence::Emulated => {
            sentences.push("Its watts are not known: nothing measured them.".to_owned());
        }
        (true, None) => {}
    }
    sentences.extend(calibration.meter.as_ref().map(meter));
    sentences
}

/// What the watts rest on.
fn meter(meter: &MeterDocument) -> String {
    let volts = match (meter.mean_volts, meter.given_volts) {
        (Some(volts), _) => format!("{} as it measured", VOLTS.number(volts)),
        (None, Some(volts)) => format!("{} as given", VOLTS.number(volts)),
        (None, None) => "volts not known".to_owned(),
    };
    let marks = match meter.marks {
        "edges" | "rising" => "edges of the marker",
        "stamps" => "stamps",
        _ => "steps in the current",
    };
    format!(
        "Watts are from {} ({}: {}; {volts}): windows of {} of {} lines of the log, from {marks}, each edge at most {} off.",
        meter.file,
        meter.format,
        meter.quantity,
        meter.windows,
        meter.windows + meter.windows_refused + meter.lines_without_window,
        SECONDS.number(meter.edge_error_seconds),
    )
}

fn models(calibration: &Calibration) -> Section {
    let mut table = Table::new(&["model", "#measured", "#predicted", "#error", "#error of MACs alone"]);
    for held in &calibration.models {
        table.row([
            held.model.clone(),
            amount(held.measured),
            amount(held.predicted),
            signed(held.predicted / held.measured - 1.0),
            signed(held.by_macs / held.measured - 1.0),
        ]);
    }
    let mut section = Section::table("Models that the suite does not contain", table);
    section.after.push(format!(
        "Measured in turns with the suite; {}. MACs alone: the median price of a MAC in the suite, {:.3}.",
        unit(calibration),
        calibration.ticks_per_mac_alone
    ));
    section
}

fn coefficients(calibration: &Calibration) -> Section {
    let mut table = Table::new(&["kind", "unit of work", "#cost", "#95 % low", "#95 % high"]);
    for row in calibration.coefficients.iter().filter(|row| row.ticks > 0.0) {
        let per = row.per.trim_start_matches("per_").replace('_', " ");
        table.row([row.kind.replace('_', " "), per, three(row.ticks), three(row.low), three(row.high)]);
    }
    Section::table("What a unit of work costs", table)
}

fn steps(calibration: &Calibration) -> Section {
    let mut table = Table::new(&["=step", "#measured", "#fitted", "#error", "#error left out"]);
    for row in &calibration.steps {
        table.row([
            row.step.clone(),
            amount(row.measured),
            amount(row.fitted),
            signed(row.error),
            signed(row.error_left_out),
        ]);
    }
    let mut section = Section::table("Steps", table);
    let marks: Vec<Point> = calibration
        .steps
        .iter()
        .map(|row| Point { label: row.step.clone(), x: row.measured, y: row.fitted })
        .collect();
    section.figure = Some(points(
        "calibration",
        "Fitted against measured",
        "Each point is a step of the suite; on the line the fit gives what was measured.",
        &description(&marks),
        (&format!("{} of an iteration, measured", unit(calibration)), "fitted"),
        &marks,
    ));
    section
}

/// What the points show, in a sentence.
fn description(marks: &[Point]) -> String {
    let far = |point: &&Point| (point.y / point.x - 1.0).abs();
    let worst = marks.iter().filter(|point| point.x > 0.0).max_by(|a, b| far(a).total_cmp(&far(b)));
    let worst = worst.map_or(String::new(), |point| {
        format!("; farthest from the line: {} by {:.0} %", point.label, 100.0 * far(&point))
    });
    format!("{} points, fitted over measured{worst}", marks.len())
}

/// The steps as CSV.
#[must_use]
pub fn csv(calibration: &Calibration) -> String {
    let mut table = Table::new(&["step", "kind", "#measured", "#fitted", "#error", "#error_left_out"]);
    for row in &calibration.steps {
        table.row([
            row.step.clone(),
            row.kind.to_owned(),
            row.measured.to_string(),
            row.fitted.to_string(),
            row.error.to_string(),
            row.error_left_out.to_string(),
        ]);
    }
    table_csv(&table)
}

fn signed(share: f64) -> String {
    format!("{:+.1} %", 100.0 * share)
}

/// Three significant digits.
fn three(number: f64) -> String {
    let digits = if number >= 100.0 {
        0
    } else if number >= 10.0 {
        1
    } else if number >= 1.0 {
        2
    } else {
        3
    };
    format!("{number:.digits$}")
}
