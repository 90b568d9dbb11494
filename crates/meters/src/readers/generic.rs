//! Any table with a heading: columns known by their names and units, or named by hand.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::layout::{Kind, Layout, Place, record};
use crate::record::Covers;
use crate::source::Source;
use crate::table::Table;
use crate::trace::{Timing, Trace};
use crate::unit::{self, Dimension};

pub(super) struct Generic;

/// What a column holds, and the words its heading may have for it.
const ROLES: [(&str, &[&str]); 8] = [
    ("time", &["time", "timestamp", "date", "datetime", "elapsed", "zeit", "t"]),
    ("current", &["current", "curr", "intensity", "amps", "strom", "i"]),
    ("voltage", &["voltage", "volt", "volts", "spannung", "u", "v"]),
    ("power", &["power", "watt", "watts", "leistung", "p"]),
    ("energy", &["energy", "energie", "e"]),
    ("charge", &["charge", "capacity", "ladung", "q"]),
    (
        "marker",
        &["marker", "trigger", "digital", "gpio", "gpi", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"],
    ),
    ("counter", &["counter", "count", "index", "sample", "nr", "no", "#"]),
];

/// Columns beside the reading itself.
const BESIDE: [&str; 6] = ["min", "max", "std", "p2p", "peak", "limit"];

impl Reader for Generic {
    fn name(&self) -> &'static str {
        "generic"
    }

    fn title(&self) -> &'static str {
        "any table: Otii, an oscilloscope, a script"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        let text = source.text();
        !text.contains('\u{0}') && source.heading().contains([',', ';', '\t'])
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let table = table(source)?;
        let mut layout = Layout::default();
        by_name(source.file, &table, options, &mut layout)?;
        for column in &options.columns {
            by_hand(source.file, &table, &column.role, &column.heading, &mut layout)?;
        }
        let kind = Kind {
            file: source.file,
            format: self.name(),
            quantity: "what the table's columns hold",
            timing: Timing::MeterClock,
            covers: Covers::Around,
            full_scale: None,
        };
        record(&table, &layout, options, &kind, Vec::new())
    }
}

/// A table, with a heading or without: then its columns are called by their numbers.
pub(super) fn table<'s>(source: &'s Source<'_>) -> Result<Table<'s>, Fault> {
    let heading = source.heading();
    let cells: Vec<&str> = heading.trim().split([';', ',', '\t']).map(str::trim).collect();
    if cells.iter().all(|cell| unit::cell(cell).0.parse::<f64>().is_ok()) {
        let names = (1..=cells.len()).map(|number| number.to_string()).collect();
        return Table::without_heading(source.file, source.text(), names);
    }
    Table::new(source.file, source.text())
}

/// Finds columns by the words and units of their headings; those that are named by hand are left out.
fn by_name(file: &str, table: &Table<'_>, options: &Options, layout: &mut Layout) -> Result<(), Fault> {
    for (column, heading) in table.headings.iter().enumerate() {
        let (name, unit) = unit::heading(heading);
        let name = name.to_lowercase();
        let words: Vec<&str> =
            name.split(|c: char| !c.is_alphanumeric() && c != '#').filter(|word| !word.is_empty()).collect();
        if words.iter().any(|word| BESIDE.contains(word)) {
            continue;
        }
        let named = ROLES
            .iter()
            .find(|(_, known)| words.iter().any(|word| known.contains(word)))
            .map(|(role, _)| *role);
        let role = match unit.map(|unit| unit.dimension) {
            Some(dimension) => Some(role_of(dimension)),
            None => named,
        };
        let Some(role) = role else { continue };
        if options.columns.iter().any(|by_hand| by_hand.role == role) {
            continue;
        }
        put(file, table, role, column, unit.map(|unit| unit.factor), layout)?;
    }
    Ok(())
}

const fn role_of(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Seconds => "time",
        Dimension::Amperes => "current",
        Dimension::Volts => "voltage",
        Dimension::Watts => "power",
        Dimension::Joules => "energy",
        Dimension::Coulombs => "charge",
    }
}

/// Finds the column that the user named: by its heading, with or without its unit, or by its number.
fn by_hand(
    file: &str,
    table: &Table<'_>,
    role: &str,
    wanted: &str,
    layout: &mut Layout,
) -> Result<(), Fault> {
    let field = format!("--column {role}={wanted}");
    let (name, unit) = unit::heading(wanted);
    let by_number = || {
        let number: usize = name.parse().ok()?;
        number.checked_sub(1).filter(|column| *column < table.headings.len())
    };
    let column = table.column(wanted).or_else(|| table.column(&name)).or_else(|| {
        table.headings.iter().position(|heading| unit::heading(heading).0.eq_ignore_ascii_case(&name))
    });
    let Some(column) = column.or_else(by_number) else {
        let known = table.headings.join("`, `");
        return Err(Fault::of_field(file, &field, format!("there is no such column: there are `{known}`")));
    };
    let unit = unit.or_else(|| table.headings.get(column).and_then(|heading| unit::heading(heading).1));
    if !ROLES.iter().any(|(known, _)| *known == role) {
        let known = ROLES.map(|(role, _)| role).join(", ");
        return Err(Fault::of_field(
            file,
            &field,
            format!("`{role}` is nothing a column may hold: known are {known}"),
        ));
    }
    if let Some(unit) = unit.filter(|unit| role_of(unit.dimension) != role) {
        let message = format!("its unit is one of {}", role_of(unit.dimension));
        return Err(Fault::of_field(file, &field, message));
    }
    put(file, table, role, column, unit.map(|unit| unit.factor), layout)
}

/// Puts a column in its place; two for one place are refused.
fn put(
    file: &str,
    table: &Table<'_>,
    role: &str,
    column: usize,
    factor: Option<f64>,
    layout: &mut Layout,
) -> Result<(), Fault> {
    let place = match role {
        "time" => &mut layout.time,
        "current" => &mut layout.amperes,
        "voltage" => &mut layout.volts,
        "power" => &mut layout.watts,
        "energy" => &mut layout.joules,
        "charge" => &mut layout.coulombs,
        "counter" => {
            layout.counter.get_or_insert(column);
            return Ok(());
        }
        _ => {
            layout.markers.push(column);
            return Ok(());
        }
    };
    if let Some(first) = *place {
        // Of two times the first is the sample's own, as in `Date;...;Record duration (sec)`.
        if role == "time" {
            return Ok(());
        }
        let name = |column: usize| table.headings.get(column).map_or("", String::as_str);
        let message = format!(
            "columns `{}` and `{}` both hold it: say which, `--column {role}=NAME`",
            name(first.column),
            name(column)
        );
        return Err(Fault::of_field(file, role, message));
    }
    *place = Some(Place { column, factor });
    Ok(())
}
