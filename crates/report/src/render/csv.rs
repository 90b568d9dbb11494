//! Documents as CSV: one number a row with its range and unit, so that every spreadsheet can filter it.

use joulegram::range::Range;
use joulegram::units::Quantity;

use crate::document::{Document, SideBySide};
use crate::inspect::Inspection;
use crate::section::Table;

/// A writer into memory: it can't fail.
struct Rows(csv::Writer<Vec<u8>>);

impl Rows {
    fn new(header: &[&str]) -> Self {
        let mut rows = Self(csv::Writer::from_writer(Vec::new()));
        rows.row(header.iter().map(|cell| (*cell).to_owned()));
        rows
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        // Writing to memory succeeds, and every row has the header's length.
        let _ = self.0.write_record(cells.into_iter().map(|cell| cell.into_bytes()));
    }

    fn finish(self) -> String {
        self.0.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// Where a number belongs: device, section and name.
struct Place<'p> {
    device: &'p str,
    section: &'p str,
    name: &'p str,
}

impl Rows {
    /// A range's row; what is not known has empty cells, not zeros.
    fn range<Q: Quantity>(&mut self, place: &Place<'_>, quantity: &str, range: Option<Range<Q>>) {
        let cell = |number: fn(&Range<Q>) -> Q| {
            range.as_ref().map(|r| number(r).value().to_string()).unwrap_or_default()
        };
        self.row([
            place.device.to_owned(),
            place.section.to_owned(),
            place.name.to_owned(),
            quantity.to_owned(),
            cell(Range::low),
            cell(Range::mode),
            cell(Range::high),
            Q::UNIT.to_owned(),
            String::new(),
            String::new(),
        ]);
    }
}

const HEADER: [&str; 10] =
    ["device", "section", "name", "quantity", "low", "mode", "high", "unit", "year", "source"];

/// An estimate: results, stages, layers and sources.
#[must_use]
pub fn document_csv(document: &Document<'_>) -> String {
    let mut rows = Rows::new(&HEADER);
    add(&mut rows, document);
    rows.finish()
}

/// Several devices' estimates, one below the other.
#[must_use]
pub fn side_by_side_csv(side_by_side: &SideBySide<'_>) -> String {
    let mut rows = Rows::new(&HEADER);
    side_by_side.devices.iter().for_each(|document| add(&mut rows, document));
    rows.finish()
}

fn add(rows: &mut Rows, document: &Document<'_>) {
    let estimate = &document.estimate;
    let device = estimate.stages.iter().rev().find_map(|stage| stage.device).unwrap_or_default();
    let result = Place { device, section: "result", name: document.name };
    rows.range(&result, "energy_per_inference", estimate.energy_per_inference_joules);
    rows.range(&result, "seconds_per_inference", estimate.seconds_per_inference);
    rows.range(&result, "cycles_per_inference", estimate.cycles_per_inference);
    rows.range(&result, "instructions_per_inference", estimate.instructions_per_inference);
    for stage in &estimate.stages {
        let place =
            Place { device: stage.device.unwrap_or_default(), section: "stage", name: stage.name.name() };
        rows.range(&place, "energy_at_device", stage.energy_joules);
        rows.range(&place, "energy", stage.energy_kilowatt_hours);
        rows.range(&place, "emissions", stage.emissions_grams_co2e);
        rows.range(&place, "embodied_emissions", stage.embodied_grams_co2e);
    }
    rows.range(&result, "life_cycle_energy", estimate.life_cycle.energy_kilowatt_hours);
    rows.range(&result, "life_cycle_emissions", estimate.life_cycle.emissions_grams_co2e);
    rows.range(&result, "embodied_emissions", estimate.embodied_grams_co2e);
    rows.range(&result, "embodied_emissions_idle", estimate.embodied_idle_grams_co2e);
    rows.range(&result, "software_carbon_intensity", estimate.software_carbon_intensity_grams_co2e);
    if let Some(edge) = &estimate.edge {
        for (quantity, joules) in [
            ("active_energy_per_day", edge.active_joules_per_day),
            ("rest_energy_per_day", edge.rest_joules_per_day),
            ("sensor_energy_per_day", edge.sensor_joules_per_day),
            ("radio_energy_per_day", edge.radio_joules_per_day),
            ("losses_per_day", edge.losses_joules_per_day),
            ("taken_energy_per_day", edge.taken_joules_per_day),
        ] {
            rows.range(&result, quantity, Some(joules));
        }
        rows.range(&result, "battery_life_days", edge.battery_life_days);
        rows.range(&result, "cells", edge.cells);
        rows.range(&result, "cells_emissions", edge.cells_grams_co2e);
    }
    rows.range(&result, "inference_share", estimate.inference_share);
    rows.range(&result, "break_even_inferences", estimate.break_even_inferences);
    for layer in &document.layers {
        let name = format!("{} {}", layer.work.index, layer.work.operator);
        rows.range(
            &Place { device, section: "layer", name: &name },
            "energy_per_inference",
            layer.energy_joules,
        );
    }
    for source in &document.sources {
        rows.row([
            device.to_owned(),
            "source".to_owned(),
            source.of.to_owned(),
            source.what.to_owned(),
            source.low.to_string(),
            source.value.to_string(),
            source.high.to_string(),
            source.unit.to_owned(),
            source.year.map(|year| year.to_string()).unwrap_or_default(),
            source.source.to_owned(),
        ]);
    }
}

/// A network's layers.
#[must_use]
pub fn inspection_csv(inspection: &Inspection) -> String {
    let mut rows = Rows::new(&[
        "index",
        "kind",
        "operator",
        "output_shape",
        "macs",
        "parameters",
        "weight_bytes",
        "activation_bytes",
        "outputs",
    ]);
    for layer in &inspection.layers {
        rows.row([
            layer.index.to_string(),
            layer.kind.to_owned(),
            layer.operator.clone(),
            layer.output_shape.as_ref().map(|_| layer.shape()).unwrap_or_default(),
            layer.macs.map(|macs| macs.to_string()).unwrap_or_default(),
            layer.parameters.to_string(),
            layer.weight_bytes.to_string(),
            layer.activation_bytes.to_string(),
            layer.outputs.to_string(),
        ]);
    }
    rows.finish()
}

/// A table as it stands.
#[must_use]
pub fn table_csv(table: &Table) -> String {
    let headings: Vec<&str> = table.columns.iter().map(|column| column.heading).collect();
    let mut rows = Rows::new(&headings);
    table.rows.iter().for_each(|row| rows.row(row.iter().cloned()));
    rows.finish()
}
