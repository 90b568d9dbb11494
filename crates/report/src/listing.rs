//! What is known: devices and grids, each number with its year and source.

use joulegram::data::grid::{self, GridRow};
use joulegram::device::{Cost, Profile, presets};
use joulegram::range::Range;
use joulegram::site::Gas;
use joulegram::sourced::Sourced;
use joulegram::units::Quantity;
use serde::Serialize;

use crate::number::{NOT_KNOWN, Scale, WATTS, significant};
use crate::section::{Section, Table};

/// A device's profile and what it is. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeviceRow {
    /// What it is: processor and clock, or what the watts are of.
    pub description: &'static str,
    /// The profile, as `--device FILE` reads it.
    pub profile: Profile,
}

/// What `devices` shows. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeviceList {
    /// The list's form.
    pub schema_version: u32,
    /// The devices.
    pub devices: Vec<DeviceRow>,
}

/// What `grids` shows. Field names are the JSON's.
#[derive(Clone, Debug, Serialize)]
pub struct GridList {
    /// The list's form.
    pub schema_version: u32,
    /// The places.
    pub grids: Vec<&'static GridRow>,
}

impl DeviceList {
    /// A list of some.
    #[must_use]
    pub const fn of(devices: Vec<DeviceRow>) -> Self {
        Self { schema_version: 1, devices }
    }

    /// All that are known.
    #[must_use]
    pub fn all() -> Self {
        let row = |name| Some(DeviceRow::new(presets::find(name)?, presets::description(name)?));
        Self::of(presets::names().filter_map(row).collect())
    }
}

impl GridList {
    /// A list of some.
    #[must_use]
    pub const fn of(grids: Vec<&'static GridRow>) -> Self {
        Self { schema_version: 1, grids }
    }

    /// All that are known.
    #[must_use]
    pub fn all() -> Self {
        Self::of(grid::all().iter().collect())
    }
}

impl DeviceRow {
    /// A row.
    #[must_use]
    pub const fn new(profile: Profile, description: &'static str) -> Self {
        Self { description, profile }
    }
}

/// The devices as a table for programs: one row a number.
#[must_use]
pub fn devices_table(rows: &[DeviceRow]) -> Table {
    let mut table = Table::new(&[
        "device",
        "description",
        "software",
        "quantity",
        "#low",
        "#mode",
        "#high",
        "unit",
        "year",
        "source",
    ]);
    for row in rows {
        let profile = &row.profile;
        let mut add = |quantity: &str, number: Option<Number<'_>>| {
            let Some(number) = number else { return };
            table.row([
                profile.name.as_str().to_owned(),
                row.description.to_owned(),
                profile.software.as_deref().unwrap_or_default().to_owned(),
                quantity.to_owned(),
                number.range.low().to_string(),
                number.range.mode().to_string(),
                number.range.high().to_string(),
                number.unit.to_owned(),
                number.year.map(|year| year.to_string()).unwrap_or_default(),
                number.source.to_owned(),
            ]);
        };
        for (quantity, number) in numbers(profile) {
            add(quantity, number);
        }
    }
    table
}

/// A number of a profile, whatever its quantity.
struct Number<'p> {
    range: Range<f64>,
    unit: &'static str,
    year: Option<u16>,
    source: &'p str,
}

fn number<Q: Quantity>(sourced: &Sourced<Q>) -> Option<Number<'_>> {
    let range = &sourced.range;
    let range = Range::new(range.low().value(), range.mode().value(), range.high().value()).ok()?;
    Some(Number { range, unit: Q::UNIT, year: sourced.year, source: &sourced.source })
}

fn numbers(profile: &Profile) -> Vec<(&'static str, Option<Number<'_>>)> {
    let mut numbers = match &profile.cost {
        Cost::Calibrated(cost) => vec![
            ("clock", cost.clock_hertz.as_ref().and_then(number)),
            ("true over predicted cycles", number(&cost.cycles_factor)),
        ],
        Cost::Datasheet(cost) => vec![
            ("peak operations per second", number(&cost.peak_operations_per_second)),
            ("memory bandwidth", cost.memory_bytes_per_second.as_ref().and_then(number)),
            ("share of the peak reached", number(&cost.utilisation)),
        ],
    };
    numbers.extend([
        ("active power", profile.active_watts.as_ref().and_then(number)),
        ("idle power", profile.idle_watts.as_ref().and_then(number)),
        ("sleep power", profile.sleep_watts.as_ref().and_then(number)),
        ("supply", profile.supply_volts.as_ref().and_then(number)),
    ]);
    numbers
}

/// The devices for people: an overview, and all numbers where there are few.
#[must_use]
pub fn tell_devices(rows: &[DeviceRow]) -> Vec<Section> {
    let mut table = Table::new(&["=name", "what it is", "software", "#active power", "#idle power", "year"]);
    for row in rows {
        let profile = &row.profile;
        let watts = |watts: &Option<Sourced<joulegram::units::Watts>>| {
            watts.as_ref().map_or(NOT_KNOWN.to_owned(), |watts| WATTS.number(watts.range.mode().value()))
        };
        let year = profile.active_watts.as_ref().and_then(|watts| watts.year);
        table.row([
            profile.name.as_str().to_owned(),
            row.description.to_owned(),
            profile.software.as_deref().unwrap_or("-").to_owned(),
            watts(&profile.active_watts),
            watts(&profile.idle_watts),
            year.map_or("-".to_owned(), |year| year.to_string()),
        ]);
    }
    let mut sections = vec![Section::table("Devices", table)];
    if let [only] = rows {
        sections.push(Section::table("Its numbers", numbers_table(&only.profile)));
        if let Cost::Calibrated(_) = &only.profile.cost {
            sections.push(Section::table("What a unit of work takes, in cycles", kinds_table(&only.profile)));
        }
    } else {
        sections.push(Section::text(
            "",
            vec!["`joulegram devices NAME` shows ranges, years and sources; hardware that is not here: --watts and --operations-per-second, or a profile's file.".to_owned()],
        ));
    }
    sections
}

fn numbers_table(profile: &Profile) -> Table {
    let mut table = Table::new(&["number", "#low", "#most likely", "#high", "year", "source"]);
    for (quantity, number) in numbers(profile) {
        let Some(number) = number else {
            let unknown = || NOT_KNOWN.to_owned();
            table.row([quantity.to_owned(), unknown(), unknown(), unknown(), "-".to_owned(), "-".to_owned()]);
            continue;
        };
        let print = |value: f64| match Scale::of(number.unit) {
            Some(scale) => scale.number(value),
            None => format!("{} {}", significant(value), number.unit).trim_end().to_owned(),
        };
        table.row([
            quantity.to_owned(),
            print(number.range.low()),
            print(number.range.mode()),
            print(number.range.high()),
            number.year.map_or("-".to_owned(), |year| year.to_string()),
            number.source.to_owned(),
        ]);
    }
    table
}

fn kinds_table(profile: &Profile) -> Table {
    let mut table = Table::new(&["kind", "#per MAC", "#per output", "#per layer", "#per gathered byte"]);
    if let Cost::Calibrated(cost) = &profile.cost {
        for kind in &cost.kinds {
            let cell = |cycles: joulegram::units::Cycles| {
                if cycles.value() == 0.0 { "-".to_owned() } else { significant(cycles.value()) }
            };
            table.row([
                kind.kind.name().to_owned(),
                cell(kind.per_mac),
                cell(kind.per_output),
                cell(kind.per_layer),
                cell(kind.per_gathered_byte),
            ]);
        }
    }
    table
}

/// The grids as a table.
#[must_use]
pub fn grids_table(rows: &[&GridRow]) -> Table {
    let mut table = Table::new(&[
        "code", "iso3", "name", "#low", "#mode", "#high", "unit", "year", "basis", "gas", "mix", "source",
        "licence", "range",
    ]);
    for row in rows {
        table.row([
            row.code.to_owned(),
            row.iso3.unwrap_or_default().to_owned(),
            row.name.to_owned(),
            row.low.value().to_string(),
            row.mode.value().to_string(),
            row.high.value().to_string(),
            gas_unit(row.gas).to_owned(),
            row.year.to_string(),
            row.basis.word().to_owned(),
            gas(row.gas).to_owned(),
            row.mix.word().to_owned(),
            row.source.to_owned(),
            row.licence.to_owned(),
            row.range_basis.to_owned(),
        ]);
    }
    table
}

/// The grids for people: an overview, and everything that is known of one where there is only one.
#[must_use]
pub fn tell_grids(rows: &[&GridRow]) -> Vec<Section> {
    let mut table = Table::new(&["=code", "place", "#g/kWh", "#low", "#high", "year", "counts", "source"]);
    for row in rows {
        table.row([
            row.code.to_owned(),
            row.name.to_owned(),
            significant(row.mode.value()),
            significant(row.low.value()),
            significant(row.high.value()),
            row.year.to_string(),
            format!("{}, {}", gas(row.gas), row.basis.word()),
            row.source.to_owned(),
        ]);
    }
    let mut sections = vec![Section::table("Grids: annual averages, location-based", table)];
    if let [row] = rows {
        let mut lines = vec![
            format!("range: {}", row.range_basis),
            format!("mix: {}; licence: {}", row.mix.word(), row.licence),
        ];
        if !row.aliases.is_empty() {
            lines.push(format!("also found as: {}", row.aliases.join(", ")));
        }
        sections.push(Section::text("About it", lines));
    }
    sections
}

const fn gas(gas: Gas) -> &'static str {
    match gas {
        Gas::Co2e => "CO2e",
        Gas::Co2 => "CO2 only",
    }
}

const fn gas_unit(gas: Gas) -> &'static str {
    match gas {
        Gas::Co2e => "gCO2e/kWh",
        Gas::Co2 => "gCO2/kWh",
    }
}
