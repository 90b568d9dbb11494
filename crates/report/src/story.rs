//! What a document says to a reader: the answer in a sentence, where it comes from, what would change it, sources.

mod hardware;

use joulegram::device::Evidence;
use joulegram::estimate::{Cause, StageEstimate};
use joulegram::plan::What;

use crate::document::{Document, SideBySide, SourceRow};
use crate::figures;
use crate::inspect::Inspection;
use crate::number::{
    GRAMS, JOULES, KILOWATT_HOURS, NOT_KNOWN, SECONDS, Scale, amount, count, percent, significant,
};
use crate::section::{Section, Table};

/// Most layers a table shows; JSON and CSV have all.
const LAYERS_SHOWN: usize = 12;

/// The sections of an answer.
#[must_use]
pub fn tell(document: &Document<'_>) -> Vec<Section> {
    let head = Section { figure: figures::answer(document), ..Section::text("", answer(document)) };
    let mut sections = vec![head, stages(document)];
    sections.extend(hardware::field(document));
    sections.extend(hardware::making(document));
    if !document.layers.is_empty() && document.layers.iter().any(|layer| layer.share.is_some()) {
        sections.push(layers(document));
    }
    let estimate = &document.estimate;
    if !estimate.life_cycle_causes.is_empty() {
        sections.push(causes("What would change the emissions most", &estimate.life_cycle_causes, GRAMS));
    }
    sections.push(sources(&document.sources));
    sections.extend(notes(document));
    sections
}

fn answer(document: &Document<'_>) -> Vec<String> {
    let estimate = &document.estimate;
    let mut sentences = Vec::new();
    if let Some(sentence) = one_inference(document) {
        sentences.push(sentence);
    }
    let life = &estimate.life_cycle;
    let Some((energy, emissions)) = life.energy_kilowatt_hours.zip(life.emissions_grams_co2e) else {
        if sentences.is_empty() {
            sentences.push(format!("The energy of {} is {NOT_KNOWN}.", document.name));
        }
        return sentences;
    };
    if is_one_inference(document) {
        let place = estimate.stages.last().and_then(|stage| stage.site).unwrap_or("that place");
        sentences.push(format!(
            "That is {} at the meter in {place}, and emits {}.",
            KILOWATT_HOURS.range(&energy),
            GRAMS.range(&emissions)
        ));
        sentences.push(
            "Its life is not known: --inferences, --samples and --epochs, --search-runs say more.".to_owned(),
        );
        return sentences;
    }
    let known: Vec<&str> = estimate
        .stages
        .iter()
        .filter(|stage| stage.energy_kilowatt_hours.is_some())
        .map(|stage| stage.name.name())
        .collect();
    let (at_least, of) = if known.len() == estimate.stages.len() && !life.is_lower_bound {
        ("", String::new())
    } else {
        ("at least ", format!(", as far as it is known ({}),", known.join(", ")))
    };
    sentences.push(format!(
        "The life of {}{of} takes {at_least}{} and emits {at_least}{}.",
        document.name,
        KILOWATT_HOURS.range(&energy),
        GRAMS.range(&emissions),
    ));
    if let (Some(share), Some(even)) = (estimate.inference_share, estimate.break_even_inferences) {
        sentences.push(format!(
            "Inference is {} of that energy; after {} inferences, use has taken what search and training took.",
            percent(share.mode()),
            amount(even.mode().ceil()),
        ));
    }
    sentences.extend(hardware::battery_life(document));
    if let Some(embodied) = estimate.embodied_grams_co2e {
        sentences.push(format!("Its part of making the hardware is {} beside that.", GRAMS.range(&embodied)));
    }
    sentences
}

/// Whether nothing but a single inference was asked about.
fn is_one_inference(document: &Document<'_>) -> bool {
    let [search, training, inference] = &document.estimate.stages;
    let counts = document.sources.iter().filter(|row| row.what == What::Inferences.words());
    search.evidence.is_none()
        && training.evidence.is_none()
        && inference.evidence.is_some()
        && counts.map(|row| (row.low, row.high)).eq([(1.0, 1.0)])
}

fn one_inference(document: &Document<'_>) -> Option<String> {
    let estimate = &document.estimate;
    let stage = estimate.stages.last()?;
    let on = stage.device.map(|device| format!(" on {device}")).unwrap_or_default();
    if let Some(instructions) = estimate.instructions_per_inference {
        let spread = instructions.mode().value();
        return Some(format!(
            "One inference of {}{on} takes {} instructions; an emulator says neither seconds nor joules.",
            document.name,
            amount(spread.round()),
        ));
    }
    let seconds = estimate.seconds_per_inference;
    let time =
        |joiner: &str| seconds.map(|range| format!("{joiner}{}", SECONDS.range(&range))).unwrap_or_default();
    match estimate.energy_per_inference_joules {
        Some(joules) => Some(format!(
            "One inference of {}{on} takes {}{}{}.",
            document.name,
            if document.has_unpriced_layers() { "at least " } else { "" },
            JOULES.range(&joules),
            time(" in "),
        )),
        None if seconds.is_some() => Some(format!(
            "One inference of {}{on} takes {}; its energy is {NOT_KNOWN}.",
            document.name,
            time("")
        )),
        None => None,
    }
}

fn stages(document: &Document<'_>) -> Section {
    let mut table = Table::new(&["stage", "on", "in", "#energy", "#emissions", "#share", "how"]);
    let life = document.estimate.life_cycle.emissions_grams_co2e.map(|range| range.mode().value());
    for stage in &document.estimate.stages {
        let grams = stage.emissions_grams_co2e.map(|range| range.mode().value());
        let share =
            grams.zip(life).filter(|(_, life)| *life > 0.0).map(|(grams, life)| percent(grams / life));
        table.row([
            stage.name.name().to_owned(),
            stage.device.unwrap_or("-").to_owned(),
            stage.site.unwrap_or("-").to_owned(),
            stage.energy_kilowatt_hours.map_or(NOT_KNOWN.to_owned(), |range| KILOWATT_HOURS.range(&range)),
            stage.emissions_grams_co2e.map_or(NOT_KNOWN.to_owned(), |range| GRAMS.range(&range)),
            share.unwrap_or_else(|| "-".to_owned()),
            how(stage).to_owned(),
        ]);
    }
    let mut section = Section::table("Where it comes from", table);
    section.figure = figures::stages(document);
    if let Some(check) = &document.estimate.training_cross_check {
        section.after.push(format!(
            "Cross-check of the training: samples times epochs times the network's work give {}; the figure above is {} times that.",
            KILOWATT_HOURS.range(&check.bottom_up_kilowatt_hours),
            significant(check.ratio.mode()),
        ));
    }
    section
}

fn how(stage: &StageEstimate<'_>) -> &'static str {
    match stage.evidence {
        Some(Evidence::Measured) => "measured",
        Some(Evidence::Modelled) => "estimate",
        Some(Evidence::Emulated) => "emulated",
        None => "-",
    }
}

fn layers(document: &Document<'_>) -> Section {
    let mut order: Vec<_> = document.layers.iter().collect();
    order.sort_by(|a, b| b.share.unwrap_or(0.0).total_cmp(&a.share.unwrap_or(0.0)));
    let (shown, rest) = order.split_at(order.len().min(LAYERS_SHOWN));
    let mut table = Table::new(&["layer", "operator", "output", "#MACs", "#energy", "#share"]);
    for layer in shown {
        table.row([
            layer.work.index.to_string(),
            layer.work.operator.clone(),
            layer.work.shape(),
            layer.work.macs.map_or(NOT_KNOWN.to_owned(), count),
            layer.energy_joules.map_or(NOT_KNOWN.to_owned(), |range| JOULES.number(range.mode().value())),
            layer.share.map_or(NOT_KNOWN.to_owned(), percent),
        ]);
    }
    let mut section = Section::table("Layers of one inference, the costliest first", table);
    section.figure = figures::layers(shown);
    if !rest.is_empty() {
        let share: f64 = rest.iter().filter_map(|layer| layer.share).sum();
        section.after.push(format!(
            "{} more layer{}: {} (all of them: --format json or csv)",
            rest.len(),
            if rest.len() == 1 { "" } else { "s" },
            percent(share)
        ));
    }
    section
}

fn causes(title: &str, causes: &[Cause<'_>], scale: Scale) -> Section {
    let mut table = Table::new(&["input", "of", "#from", "#to", "#moves the result", "#part of its width"]);
    for cause in causes {
        let (input, result) = (&cause.input, &cause.result);
        table.row([
            input.what.words().to_owned(),
            input.of.to_owned(),
            value(input.value.low(), input.unit),
            value(input.value.high(), input.unit),
            scale.span(result.low(), result.high()),
            percent(cause.share),
        ]);
    }
    let words = |cause: &Cause<'_>| {
        let input = &cause.input;
        (
            format!("{} of {}", input.what.words(), input.of),
            span(input.value.low(), input.value.high(), input.unit),
        )
    };
    Section { figure: figures::causes(causes, words, percent), ..Section::table(title, table) }
}

fn value(number: f64, unit: &str) -> String {
    match Scale::of(unit) {
        Some(scale) => scale.number(number),
        None if unit.is_empty() && number >= 1e6 => amount(number),
        None if unit.is_empty() => significant(number),
        None => format!("{} {unit}", significant(number)),
    }
}

fn span(low: f64, high: f64, unit: &str) -> String {
    match Scale::of(unit) {
        Some(scale) => scale.span(low, high),
        None => format!("{} to {}", significant(low), value(high, unit)),
    }
}

fn sources(rows: &[SourceRow<'_>]) -> Section {
    let line = |row: &SourceRow<'_>| {
        let number = value(row.value, row.unit);
        let spread = if row.low < row.high {
            format!(" ({})", span(row.low, row.high, row.unit))
        } else {
            String::new()
        };
        let year = row.year.map(|year| format!(", {year}")).unwrap_or_default();
        format!("- {} of {}: {number}{spread}{year}; {}", row.what, row.of, row.source)
    };
    Section::text("Sources", rows.iter().map(line).collect())
}

fn notes(document: &Document<'_>) -> Option<Section> {
    let mut notes: Vec<String> = document.estimate.warnings.iter().map(ToString::to_string).collect();
    if !document.unknown_operators.is_empty() {
        notes.push(format!(
            "operators whose work can't be counted: {}",
            document.unknown_operators.join(", ")
        ));
    }
    if document.estimate.stages.iter().any(|stage| stage.evidence == Some(Evidence::Modelled)) {
        notes.push(
            "an estimate is not a measurement: low and high are 5 % and 95 % of what the inputs allow"
                .to_owned(),
        );
    }
    notes.push(format!("digest {} of {} draws", document.estimate.digest, count(document.estimate.draws)));
    Some(Section::text("Notes", notes.into_iter().map(|note| format!("- {note}")).collect()))
}

/// From the least to the most energy of one inference, and why there is more than one.
fn boards_headline(side_by_side: &SideBySide<'_>) -> String {
    let on = |document: &Document<'_>| {
        let device = document.estimate.stages.last().and_then(|stage| stage.device)?;
        let joules = document.estimate.energy_per_inference_joules?;
        Some(format!("{} on {device}", JOULES.number(joules.mode().value())))
    };
    let mut known = side_by_side.devices.iter().filter_map(on);
    let span = match (known.next(), known.next_back()) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(one), None) => one,
        (None, _) => format!("energy that is {NOT_KNOWN}"),
    };
    format!(
        "One inference of {} takes {span}: no device was given, so the boards that are known stand side by side.",
        side_by_side.name
    )
}

/// The sections of several devices side by side.
#[must_use]
pub fn tell_side_by_side(side_by_side: &SideBySide<'_>) -> Vec<Section> {
    let mut table = Table::new(&["device", "#one inference", "#range", "#time", "#emissions"]);
    for document in &side_by_side.devices {
        let estimate = &document.estimate;
        let Some(stage) = estimate.stages.last() else { continue };
        let joules = estimate.energy_per_inference_joules;
        table.row([
            stage.device.unwrap_or("-").to_owned(),
            joules.map_or(NOT_KNOWN.to_owned(), |range| JOULES.number(range.mode().value())),
            joules
                .map_or(NOT_KNOWN.to_owned(), |range| JOULES.span(range.low().value(), range.high().value())),
            estimate
                .seconds_per_inference
                .map_or(NOT_KNOWN.to_owned(), |range| SECONDS.number(range.mode().value())),
            stage
                .emissions_grams_co2e
                .map_or(NOT_KNOWN.to_owned(), |range| GRAMS.number(range.mode().value())),
        ]);
    }
    let first = side_by_side.devices.first();
    let best = first.and_then(one_inference).map(|sentence| format!("The least energy: {sentence}"));
    let headline = boards_headline(side_by_side);
    let mut notes: Vec<String> = side_by_side.warnings.iter().map(|note| format!("- {note}")).collect();
    notes.push(
        "- name one with --device for layers, causes and sources; `joulegram devices` has them all"
            .to_owned(),
    );
    notes.push(format!("- digest {}", side_by_side.digest));
    vec![
        Section::text("", std::iter::once(headline).chain(best).collect()),
        Section { figure: figures::boards(side_by_side), ..Section::table("Boards", table) },
        sources(&side_by_side.sources),
        Section::text("Notes", notes),
    ]
}

/// The sections of an inspection.
#[must_use]
pub fn tell_inspection(inspection: &Inspection) -> Vec<Section> {
    let totals = &inspection.totals;
    let at_least = if totals.is_lower_bound { "at least " } else { "" };
    let arena =
        inspection.arena_bytes.map_or(NOT_KNOWN.to_owned(), |bytes| format!("{} bytes", count(bytes)));
    let headline = format!(
        "{}: {} operators, {at_least}{} MACs, {} parameters in {} bytes, activations alive at once {arena}.",
        inspection.name,
        inspection.operators,
        count(totals.macs),
        count(totals.parameters),
        count(totals.weight_bytes),
    );
    let mut table = Table::new(&[
        "layer",
        "operator",
        "output",
        "#MACs",
        "#parameters",
        "#weight bytes",
        "#activation bytes",
    ]);
    for layer in &inspection.layers {
        table.row([
            layer.index.to_string(),
            layer.operator.clone(),
            layer.shape(),
            layer.macs.map_or(NOT_KNOWN.to_owned(), count),
            count(layer.parameters),
            count(layer.weight_bytes),
            count(layer.activation_bytes),
        ]);
    }
    let mut sections = vec![Section::text("", vec![headline]), Section::table("Layers", table)];
    if !inspection.unknown_operators.is_empty() {
        let note = format!(
            "The work of these can't be counted, so the totals are lower bounds: {}.",
            inspection.unknown_operators.join(", ")
        );
        sections.push(Section::text("Notes", vec![note]));
    }
    sections
}
