//! The charts of a document: its numbers, ready for [`chart`].

use joulegram::estimate::Cause;
use joulegram::range::Range;
use joulegram::scenario::StageName;
use joulegram::units::Quantity;

use crate::chart::{self, Figure, Interval, Row, Series, Swing};
use crate::document::{Document, LayerRow, SideBySide};
use crate::number::{GRAMS, JOULES, KILOWATT_HOURS, NOT_KNOWN};

/// Low, most likely and high value, bare.
fn numbers<Q: Quantity>(range: &Range<Q>) -> (f64, f64, f64) {
    (range.low().value(), range.mode().value(), range.high().value())
}

/// The answer's numbers: one inference, and the life where it is more than that.
#[must_use]
pub fn answer(document: &Document<'_>) -> Option<Figure> {
    let estimate = &document.estimate;
    let mut shown = Vec::new();
    if let Some(joules) = &estimate.energy_per_inference_joules {
        shown.push(Interval {
            label: "one inference".to_owned(),
            numbers: numbers(joules),
            scale: JOULES,
            before: if document.has_unpriced_layers() { "≥ " } else { "" },
        });
    }
    let life = &estimate.life_cycle;
    // Stages that nobody asked about are no part that is missing from the answer to this question.
    let before = if estimate.stages.iter().all(|stage| stage.evidence.is_some()) && life.is_lower_bound {
        "≥ "
    } else {
        ""
    };
    if let Some(energy) = &life.energy_kilowatt_hours {
        let label = "energy at the meter".to_owned();
        shown.push(Interval { label, numbers: numbers(energy), scale: KILOWATT_HOURS, before });
    }
    if let Some(emissions) = &life.emissions_grams_co2e {
        let label = "emissions".to_owned();
        shown.push(Interval { label, numbers: numbers(emissions), scale: GRAMS, before });
    }
    (!shown.is_empty()).then(|| {
        let caption =
            "The dot is the most likely value; the line goes from 5 % to 95 % of what the inputs allow.";
        chart::intervals("answer", &format!("The answer for {}", document.name), caption, &shown)
    })
}

/// What each stage emits.
#[must_use]
pub fn stages(document: &Document<'_>) -> Option<Figure> {
    let rows: Vec<Row> = document
        .estimate
        .stages
        .iter()
        .filter(|stage| stage.evidence.is_some())
        .map(|stage| Row {
            label: stage.name.name().to_owned(),
            numbers: stage.emissions_grams_co2e.as_ref().map(numbers),
            text: stage.emissions_grams_co2e.map_or(NOT_KNOWN.to_owned(), |grams| GRAMS.range(&grams)),
            series: series(stage.name),
        })
        .collect();
    // One bar compares with nothing.
    (rows.len() > 1).then(|| {
        let caption =
            "Emissions of each stage; the thin line is its range, 5 % to 95 % of what the inputs allow.";
        chart::bars("stages", "Emissions by stage", caption, GRAMS, &rows)
    })
}

const fn series(stage: StageName) -> Series {
    match stage {
        StageName::Search => Series::Search,
        StageName::Training => Series::Training,
        StageName::Inference => Series::Inference,
    }
}

/// What each of these layers takes of one inference.
#[must_use]
pub fn layers(layers: &[&LayerRow]) -> Option<Figure> {
    let rows: Vec<Row> = layers
        .iter()
        .filter(|layer| layer.energy_joules.is_some())
        .map(|layer| Row {
            label: format!("{} {}", layer.work.index, layer.work.operator.to_lowercase()),
            numbers: layer.energy_joules.as_ref().map(numbers),
            text: layer.energy_joules.map_or(NOT_KNOWN.to_owned(), |joules| JOULES.range(&joules)),
            series: Series::Inference,
        })
        .collect();
    (rows.len() > 1).then(|| {
        let caption = "Energy of one inference by layer. All layers share the device's uncertain rates: their ranges widen together.";
        chart::bars("layers", "Energy by layer", caption, JOULES, &rows)
    })
}

/// What each input makes of the life cycle's emissions.
#[must_use]
pub fn causes(
    causes: &[Cause<'_>],
    words: impl Fn(&Cause<'_>) -> (String, String),
    share: impl Fn(f64) -> String,
) -> Option<Figure> {
    let mode = causes.first()?.result.mode();
    let swings: Vec<Swing> = causes
        .iter()
        .map(|cause| {
            let (label, range) = words(cause);
            let result = (cause.result.low(), cause.result.high());
            Swing { label, range, result, share: share(cause.share) }
        })
        .collect();
    let caption = "Emissions with one input at 5 % and 95 % of its range and all others at their most likely value, which is the line in the middle. Level lines go below it, slanting lines above; at the right stands the part of the width.";
    Some(chart::tornado("causes", "What would change the emissions most", caption, GRAMS, mode, &swings))
}

/// One inference on each device.
#[must_use]
pub fn boards(side_by_side: &SideBySide<'_>) -> Option<Figure> {
    let rows: Vec<Row> = side_by_side
        .devices
        .iter()
        .filter_map(|document| {
            let joules = document.estimate.energy_per_inference_joules;
            Some(Row {
                label: document.estimate.stages.last()?.device?.to_owned(),
                numbers: joules.as_ref().map(numbers),
                text: joules.map_or(NOT_KNOWN.to_owned(), |range| JOULES.number(range.mode().value())),
                series: Series::Inference,
            })
        })
        .collect();
    let caption = "Energy of one inference on each board, on an axis of factors; the line is its range.";
    (!rows.is_empty())
        .then(|| chart::dots("boards", "Energy of one inference by board", caption, JOULES, &rows))
}
