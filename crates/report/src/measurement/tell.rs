//! A measurement as sections and as CSV.

use joulegram::kernel::Rounding;
use joulegram::range::Range;
use joulegram::units::Quantity;

use super::{Measurement, MeterKind};
use crate::number::{JOULES, NOT_KNOWN, SECONDS, Scale, WATTS, count, percent};
use crate::render::table_csv;
use crate::section::{Section, Table};

/// A window shorter than this, in seconds, is not much longer than the time between a counter's steps.
const SHORT_WINDOW: f64 = 0.1;
/// Quartiles further apart than this part of the median are a sign of other work on the machine.
const WIDE: f64 = 0.05;

impl MeterKind {
    /// The name used in JSON and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rapl => "rapl",
            Self::Hwmon => "hwmon",
            Self::Given => "given",
            Self::None => "none",
        }
    }
}

impl Measurement {
    pub(super) const fn rounding_name(&self) -> &'static str {
        match self.rounding {
            Rounding::Tflm => "tflm",
            Rounding::Litert => "litert",
        }
    }
}

/// The sections of a measurement.
#[must_use]
pub fn tell(measurement: &Measurement) -> Vec<Section> {
    let mut sections = vec![Section::text("", answer(measurement)), windows(measurement)];
    if !measurement.layers.is_empty() {
        sections.push(layers(measurement));
    }
    sections.push(Section::text("Notes", measurement.notes.clone()));
    sections
}

fn answer(measurement: &Measurement) -> Vec<String> {
    let machine = &measurement.machine;
    let seconds = SECONDS.range(&measurement.seconds_per_inference);
    let mut sentences = vec![format!(
        "One inference of {} takes {seconds} on this machine ({}).",
        measurement.name,
        machine.processor.as_deref().unwrap_or(&machine.architecture),
    )];
    sentences.push(match (&measurement.joules_per_inference, measurement.meter) {
        (None, _) => format!("Its energy is {NOT_KNOWN}: nothing measured it."),
        (Some(joules), MeterKind::Given) => {
            format!("At the watts that were given, not measured, it takes {}.", JOULES.range(joules))
        }
        (Some(joules), meter) => format!(
            "It takes {}, measured by {}{}.",
            JOULES.range(joules),
            meter.name(),
            counted(measurement)
        ),
    });
    sentences
}

fn counted(measurement: &Measurement) -> String {
    let names: Vec<_> = measurement
        .domains
        .iter()
        .filter(|domain| domain.is_counted)
        .map(|domain| domain.name.as_str())
        .collect();
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
}

fn windows(measurement: &Measurement) -> Section {
    let mut table = Table::new(&["#window", "#inferences", "#lasted", "#seconds each", "#joules each"]);
    for (window, number) in measurement.windows.iter().zip(1_u64..) {
        table.row([
            count(number),
            count(window.inferences),
            SECONDS.number(window.seconds),
            SECONDS.number(window.seconds_per_inference),
            window.joules_per_inference.map_or(NOT_KNOWN.to_owned(), |joules| JOULES.number(joules)),
        ]);
    }
    let mut section = Section::table("Windows", table);
    let quartiles = |scale: Scale, spread: &super::Spread| {
        format!("median {}, half of them {}", scale.number(spread.median), {
            scale.span(spread.first_quartile, spread.third_quartile)
        })
    };
    section.after.push(format!("Seconds: {}.", quartiles(SECONDS, &measurement.seconds_spread)));
    if let Some(spread) = &measurement.joules_spread {
        section.after.push(format!("Joules: {}.", quartiles(JOULES, spread)));
    }
    if let Some(watts) = &measurement.watts {
        section.after.push(format!("Power: {}.", WATTS.range(watts)));
    }
    section
}

fn layers(measurement: &Measurement) -> Section {
    let mut table =
        Table::new(&["layer", "operator", "output", "#MACs", "#seconds", "#half of them", "#share"]);
    for layer in &measurement.layers {
        let seconds = &layer.seconds;
        table.row([
            layer.work.index.to_string(),
            layer.work.operator.clone(),
            layer.work.shape(),
            layer.work.macs.map_or(NOT_KNOWN.to_owned(), count),
            SECONDS.number(seconds.mode().value()),
            SECONDS.span(seconds.low().value(), seconds.high().value()),
            percent(layer.share),
        ]);
    }
    let mut section = Section::table("Layers", table);
    section.after.push("Timed apart from the windows; reading the clock is inside.".to_owned());
    section
}

/// What a reader should know; `choice` is about the choice of the meter.
pub(super) fn notes(measurement: &Measurement, choice: Option<String>) -> Vec<String> {
    let mut notes = vec![
        "The range is the least and the greatest window around the median; one thread, one inference at a time."
            .to_owned(),
    ];
    match measurement.meter {
        MeterKind::Rapl => notes.push(
            "Joules are gross: all that the processor took meanwhile, its idle power and other programs included. A \
             package's counter has its cores inside, not the memory, the drives or the power supply's losses."
                .to_owned(),
        ),
        MeterKind::Hwmon => notes.push(
            "Joules are gross: the mean of the sensor's samples in a window times its seconds, idle power included. How \
             long the sensor itself averages is not known."
                .to_owned(),
        ),
        MeterKind::Given => notes.push("Joules are seconds times the watts that were given.".to_owned()),
        MeterKind::None => notes.push(
            "Joules need a meter (--meter rapl, --meter hwmon:PATH) or watts that you know (--watts).".to_owned(),
        ),
    }
    notes.extend(choice);
    let is_missing = |window: &&super::Window| window.joules.is_none();
    match measurement.windows.iter().filter(is_missing).count() {
        missing if missing > 0 && measurement.meter != MeterKind::None => notes.push(format!(
            "In {missing} of {} windows the meter's counter stood still, or wrapped without saying at what: their joules \
             are left out.",
            measurement.windows.len()
        )),
        _ => (),
    }
    let is_short = measurement.windows.iter().any(|window| window.seconds < SHORT_WINDOW);
    if is_short && matches!(measurement.meter, MeterKind::Rapl | MeterKind::Hwmon) {
        notes.push(format!(
            "Windows are shorter than {} while the meter steps every millisecond or slower: a longer --seconds makes \
             joules surer.",
            SECONDS.number(SHORT_WINDOW)
        ));
    }
    if measurement.seconds_spread.relative() > WIDE {
        notes.push(format!(
            "Half of the windows are {} of the median apart: something else runs on this machine, or its clock changes.",
            percent(measurement.seconds_spread.relative())
        ));
    }
    if measurement.machine.is_debug_build {
        notes.push(
            "This program was built without optimisation: cargo build --release is many times faster."
                .to_owned(),
        );
    }
    notes
}

/// A measurement with one number a row.
#[must_use]
pub fn measurement_csv(measurement: &Measurement) -> String {
    let mut table = Table::new(&["section", "name", "quantity", "low", "mode", "high", "unit"]);
    let mut row = |section: &str, name: &str, quantity: &str, numbers: [Option<f64>; 3], unit: &str| {
        let [low, mode, high] = numbers.map(|number| number.map(|n| n.to_string()).unwrap_or_default());
        table.row([section, name, quantity].map(str::to_owned).into_iter().chain([
            low,
            mode,
            high,
            unit.to_owned(),
        ]));
    };
    let name = measurement.name.as_str();
    let seconds = numbers(Some(measurement.seconds_per_inference));
    row("result", name, "seconds_per_inference", seconds, "s");
    row("result", name, "joules_per_inference", numbers(measurement.joules_per_inference), "J");
    row("result", name, "watts", numbers(measurement.watts), "W");
    let exact = |number: Option<f64>| [number; 3];
    for (window, number) in measurement.windows.iter().zip(1_u64..) {
        let number = number.to_string();
        row("window", &number, "inferences", exact(Some(window.inferences as f64)), "");
        row("window", &number, "seconds", exact(Some(window.seconds)), "s");
        row("window", &number, "joules", exact(window.joules), "J");
        row("window", &number, "seconds_per_inference", exact(Some(window.seconds_per_inference)), "s");
        row("window", &number, "joules_per_inference", exact(window.joules_per_inference), "J");
    }
    for layer in &measurement.layers {
        let name = format!("{} {}", layer.work.index, layer.work.operator);
        row("layer", &name, "seconds", numbers(Some(layer.seconds)), "s");
    }
    table_csv(&table)
}

fn numbers<Q: Quantity>(range: Option<Range<Q>>) -> [Option<f64>; 3] {
    [Range::low, Range::mode, Range::high]
        .map(|part: fn(&Range<Q>) -> Q| range.as_ref().map(|r| part(r).value()))
}
