//! What a comparison says to a reader.

use super::{Comparison, Crossing, Side};
use crate::chart::{self, Figure, Line, Row, Series};
use crate::number::{GRAMS, KILOWATT_HOURS, NOT_KNOWN, amount, count, percent, significant};
use crate::section::{Section, Table};

/// The sections of a comparison.
#[must_use]
pub fn tell(comparison: &Comparison) -> Vec<Section> {
    let mut sections = vec![Section::text("", answer(comparison)), stages(comparison)];
    if !comparison.reasons.is_empty() {
        sections.push(reasons(comparison));
    }
    if let Some(crossing) = &comparison.crossing {
        sections.push(lives(comparison, crossing));
    }
    let mut notes: Vec<String> = comparison.warnings.iter().map(|warning| format!("- {warning}")).collect();
    notes.push("- an input that both have moves both alike: it widens no difference".to_owned());
    notes.push(format!("- digest {} of {} draws", comparison.digest, count(comparison.draws)));
    sections.push(Section::text("Notes", notes));
    sections
}

/// A number of grams with its sign.
fn signed(grams: f64) -> String {
    if grams < 0.0 { format!("-{}", GRAMS.number(-grams)) } else { GRAMS.number(grams) }
}

fn answer(comparison: &Comparison) -> Vec<String> {
    let (first, second) = (&comparison.first, &comparison.second);
    let lives = &comparison.life_cycle;
    let (Some(a), Some(b), Some(difference)) = (
        lives.first.emissions_grams_co2e,
        lives.second.emissions_grams_co2e,
        comparison.difference_grams_co2e,
    ) else {
        return vec![format!(
            "The difference of {first} and {second} is {NOT_KNOWN}: the life of one of them is."
        )];
    };
    let mode = difference.mode();
    let more = if mode < 0.0 { "less" } else { "more" };
    let times = if a.mode().value() > 0.0 {
        format!(", {} times as much", significant(b.mode().value() / a.mode().value()))
    } else {
        String::new()
    };
    let mut sentences = vec![
        format!(
            "{second} emits {} {more} than {first} ({} to {}){times}.",
            GRAMS.number(mode.abs()),
            signed(difference.low()),
            signed(difference.high())
        ),
        format!("{first} emits {}; {second} emits {}.", GRAMS.range(&a), GRAMS.range(&b)),
    ];
    if let Some(reason) = comparison.reasons.first() {
        let of = reason.stage.map(|stage| format!(" of {stage}")).unwrap_or_default();
        sentences.push(format!(
            "The first reason is the {}{of}: {} against {}.",
            reason.what, reason.first, reason.second
        ));
    }
    if let Some(crossing) = &comparison.crossing {
        sentences.push(in_words(comparison, crossing));
    }
    sentences
}

fn in_words(comparison: &Comparison, crossing: &Crossing) -> String {
    let (first, second) = (&comparison.first, &comparison.second);
    let Some(at) = crossing.inferences else {
        return format!(
            "Their lives do not cross: the one of {first} and {second} that begins with less adds no more."
        );
    };
    let (less, more) = if crossing.first.start_grams_co2e <= crossing.second.start_grams_co2e {
        (first, second)
    } else {
        (second, first)
    };
    format!(
        "{less} begins with less; after {} inferences ({} to {}) {more} has the smaller life; they cross in {} of the draws.",
        amount(at.mode().ceil()),
        amount(at.low().ceil()),
        amount(at.high().ceil()),
        percent(crossing.share_of_draws)
    )
}

fn stages(comparison: &Comparison) -> Section {
    let mut table = Table::new(&["stage", "of", "on", "in", "#energy", "#emissions"]);
    let mut rows = Vec::new();
    for pair in &comparison.stages {
        for (name, side, series) in [
            (&comparison.first, &pair.first, Series::Inference),
            (&comparison.second, &pair.second, Series::Training),
        ] {
            let Side { device, site, energy_kilowatt_hours, emissions_grams_co2e } = side;
            if site.is_none() {
                continue;
            }
            table.row([
                pair.name.to_owned(),
                name.clone(),
                device.clone().unwrap_or_else(|| "-".to_owned()),
                site.clone().unwrap_or_else(|| "-".to_owned()),
                energy_kilowatt_hours.map_or(NOT_KNOWN.to_owned(), |range| KILOWATT_HOURS.range(&range)),
                emissions_grams_co2e.map_or(NOT_KNOWN.to_owned(), |range| GRAMS.range(&range)),
            ]);
            rows.push(Row {
                label: format!("{}, {name}", pair.name),
                numbers: emissions_grams_co2e
                    .map(|range| (range.low().value(), range.mode().value(), range.high().value())),
                text: emissions_grams_co2e.map_or(NOT_KNOWN.to_owned(), |range| GRAMS.range(&range)),
                series,
            });
        }
    }
    let caption =
        "Emissions of each stage of both; the thin line is its range, 5 % to 95 % of what the inputs allow.";
    let figure = chart::bars("stages", "Emissions by stage", caption, GRAMS, &rows);
    Section { figure: Some(figure), ..Section::table("Stage by stage", table) }
}

fn reasons(comparison: &Comparison) -> Section {
    let mut table = Table::new(&[
        "what",
        "of",
        "first",
        "second",
        "#difference",
        "#into the first",
        "#out of the second",
    ]);
    let cell = |grams: Option<f64>| grams.map_or("-".to_owned(), signed);
    for reason in &comparison.reasons {
        table.row([
            reason.what.to_owned(),
            reason.stage.unwrap_or("all stages").to_owned(),
            reason.first.clone(),
            reason.second.clone(),
            signed(reason.grams_co2e),
            cell(reason.into_first_grams_co2e),
            cell(reason.out_of_second_grams_co2e),
        ]);
    }
    let mut section = Section::table("Why", table);
    section.after.push(format!(
        "One thing is exchanged at a time, into the first and out of the second. What no single one explains is their interplay: {}.",
        cell(comparison.interplay_grams_co2e)
    ));
    section
}

fn lives(comparison: &Comparison, crossing: &Crossing) -> Section {
    let mut table =
        Table::new(&["life", "#before the first inference", "#each inference", "#planned inferences"]);
    for (name, life) in [(&comparison.first, &crossing.first), (&comparison.second, &crossing.second)] {
        table.row([
            name.clone(),
            GRAMS.number(life.start_grams_co2e),
            GRAMS.number(life.grams_co2e_per_inference),
            amount(life.inferences),
        ]);
    }
    Section {
        figure: Some(figure(comparison, crossing)),
        ..Section::table("After how many inferences", table)
    }
}

fn figure(comparison: &Comparison, crossing: &Crossing) -> Figure {
    let line = |label: &str, life: &super::paired::Life| Line {
        label: label.to_owned(),
        start: life.start_grams_co2e,
        each: life.grams_co2e_per_inference,
    };
    let same = (crossing.first.inferences - crossing.second.inferences).abs() < 0.5;
    let lives = chart::Crossing {
        lines: [line(&comparison.first, &crossing.first), line(&comparison.second, &crossing.second)],
        at: crossing.inferences.map(|range| range.mode()),
        planned: same.then_some(crossing.first.inferences),
    };
    let caption = "Emissions since the beginning over the number of inferences, both axes of factors, at the most likely values.";
    chart::crossing("crossing", "Two lives over the number of inferences", caption, GRAMS, &lives)
}

/// A comparison as a table for spreadsheets.
#[must_use]
pub fn table(comparison: &Comparison) -> Table {
    let mut table = Table::new(&["section", "name", "of", "#low", "#mode", "#high", "unit"]);
    let mut row = |section: &str, name: &str, of: &str, numbers: Option<(f64, f64, f64)>, unit: &str| {
        let cell = |number: fn((f64, f64, f64)) -> f64| {
            numbers.map(|all| number(all).to_string()).unwrap_or_default()
        };
        table.row([
            section.to_owned(),
            name.to_owned(),
            of.to_owned(),
            cell(|all| all.0),
            cell(|all| all.1),
            cell(|all| all.2),
            unit.to_owned(),
        ]);
    };
    for pair in &comparison.stages {
        for (name, side) in [(&comparison.first, &pair.first), (&comparison.second, &pair.second)] {
            let energy = side
                .energy_kilowatt_hours
                .map(|range| (range.low().value(), range.mode().value(), range.high().value()));
            let grams = side
                .emissions_grams_co2e
                .map(|range| (range.low().value(), range.mode().value(), range.high().value()));
            row("energy", pair.name, name, energy, "kWh");
            row("emissions", pair.name, name, grams, "gCO2e");
        }
    }
    let difference = comparison.difference_grams_co2e.map(|range| (range.low(), range.mode(), range.high()));
    row("difference", "life cycle", "", difference, "gCO2e");
    for reason in &comparison.reasons {
        let (a, b) = (
            reason.into_first_grams_co2e.unwrap_or(reason.grams_co2e),
            reason.out_of_second_grams_co2e.unwrap_or(reason.grams_co2e),
        );
        row(
            "reason",
            reason.what,
            reason.stage.unwrap_or(""),
            Some((a.min(b), reason.grams_co2e, a.max(b))),
            "gCO2e",
        );
    }
    let at = comparison.crossing.as_ref().and_then(|crossing| crossing.inferences);
    row("crossing", "inferences", "", at.map(|range| (range.low(), range.mode(), range.high())), "");
    table
}
