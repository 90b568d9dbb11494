//! The devices themselves: their days in the field, and what making them emitted.

use joulegram::estimate::EdgeEstimate;
use joulegram::range::Range;

use crate::document::Document;
use crate::number::{GRAMS, JOULES, NOT_KNOWN, SECONDS, amount, percent};
use crate::section::{Section, Table};

/// Seconds in a day, as lives are told.
const DAY: f64 = 86_400.0;

/// Emissions of making the devices: beside the stages' emissions, never inside them.
pub(super) fn making(document: &Document<'_>) -> Option<Section> {
    let estimate = &document.estimate;
    let total = estimate.embodied_grams_co2e?;
    let mut table = Table::new(&["stage", "#embodied emissions"]);
    for stage in &estimate.stages {
        if let Some(grams) = stage.embodied_grams_co2e {
            table.row([stage.name.name().to_owned(), GRAMS.range(&grams)]);
        }
    }
    let mut section = Section::table("Making the hardware, beside the energy", table);
    section.paragraphs.push(format!(
        "The uses bear {} of making their devices; no energy and none of the emissions above contain it.",
        GRAMS.range(&total)
    ));
    if let Some(idle) = estimate.embodied_idle_grams_co2e.filter(|idle| idle.mode().value() > 0.0) {
        section
            .after
            .push(format!("Idle hours stand apart and are borne by no use: {}.", GRAMS.range(&idle)));
    }
    if let Some(each) = estimate.software_carbon_intensity_grams_co2e {
        section.after.push(format!(
            "Software carbon intensity, (energy x grid + embodied) / inferences: {} an inference.",
            GRAMS.range(&each)
        ));
    }
    Some(section)
}

/// How long the battery lasts, in a sentence.
pub(super) fn battery_life(document: &Document<'_>) -> Option<String> {
    let days = document.estimate.edge?.battery_life_days?;
    Some(format!("A set of cells lasts {}.", life(&days)))
}

fn life(days: &Range<f64>) -> String {
    let (low, high) = (days.low() * DAY, days.high() * DAY);
    let mode = SECONDS.number(days.mode() * DAY);
    if days.is_exact() { mode } else { format!("{mode} ({})", SECONDS.span(low, high)) }
}

/// A day of one device, and all days of all of them.
pub(super) fn field(document: &Document<'_>) -> Option<Section> {
    let edge = document.estimate.edge?;
    let mut table = Table::new(&["in a day", "#energy", "#share"]);
    let taken = edge.taken_joules_per_day.mode().value();
    let mut rows = vec![
        ("inferences", edge.active_joules_per_day),
        ("between them", edge.rest_joules_per_day),
        ("sensor", edge.sensor_joules_per_day),
        ("radio", edge.radio_joules_per_day),
        ("losses of the supply", edge.losses_joules_per_day),
    ];
    rows.retain(|(_, joules)| joules.high().value() > 0.0);
    rows.sort_by(|a, b| b.1.mode().value().total_cmp(&a.1.mode().value()));
    for (what, joules) in rows {
        let share = joules.mode().value() / taken;
        let share = if taken > 0.0 { percent(share) } else { "-".to_owned() };
        table.row([what.to_owned(), JOULES.range(&joules), share]);
    }
    let mut section = Section::table("A day of one device in the field", table);
    section.after = fleet(document, &edge);
    Some(section)
}

fn fleet(document: &Document<'_>, edge: &EdgeEstimate) -> Vec<String> {
    let mut lines =
        vec![format!("Taken from the supply in a day: {}.", JOULES.range(&edge.taken_joules_per_day))];
    if let Some((days, cells)) = edge.battery_life_days.zip(edge.cells) {
        let count = |number: f64| amount(number.round());
        let spread = if cells.is_exact() {
            String::new()
        } else {
            format!(" ({} to {})", count(cells.low()), count(cells.high()))
        };
        lines.push(format!(
            "A set of cells lasts {}; all devices use up {} cell{}{spread} in their years.",
            life(&days),
            count(cells.mode()),
            if cells.mode() < 1.5 { "" } else { "s" },
        ));
        lines.push(match edge.cells_grams_co2e {
            Some(grams) => format!("Making those emits {}.", GRAMS.range(&grams)),
            None => format!("What making those emits is {NOT_KNOWN}."),
        });
    }
    if let Some((energy, emissions)) = document
        .estimate
        .stages
        .last()
        .and_then(|stage| stage.energy_kilowatt_hours.zip(stage.emissions_grams_co2e))
    {
        lines.push(format!(
            "All devices, all years: {} and {}.",
            crate::number::KILOWATT_HOURS.range(&energy),
            GRAMS.range(&emissions)
        ));
    }
    lines
}
