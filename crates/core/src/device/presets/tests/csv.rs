//! The table that the CSV files make, against the one that is checked in.

use std::string::{String, ToString};
use std::vec::Vec;
use std::{env, format, fs};

const KERNEL: &str = include_str!("../../../../data/devices_kernel.csv");
const BOARDS: &str = include_str!("../../../../data/devices_mlperf.csv");
const SHEETS: &str = include_str!("../../../../data/devices_datasheet.csv");
pub(super) const CHECK: &str = include_str!("../../../../data/devices_mlperf_check.csv");

/// The rows of a CSV file without quotes, each as a look-up by column name.
pub(super) fn read(csv: &'static str) -> Vec<Vec<(&'static str, &'static str)>> {
    let mut lines = csv.lines();
    let head: Vec<_> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let cells: Vec<_> = line.split(',').collect();
            assert_eq!(cells.len(), head.len(), "{line}");
            head.iter().copied().zip(cells).collect()
        })
        .collect()
}

pub(super) fn cell(row: &[(&'static str, &'static str)], column: &str) -> &'static str {
    row.iter().find(|(name, _)| *name == column).unwrap_or_else(|| panic!("no column {column}")).1
}

pub(super) fn number(row: &[(&'static str, &'static str)], column: &str) -> f64 {
    cell(row, column).parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

fn triple(row: &[(&'static str, &'static str)], prefix: &str) -> Option<(f64, f64, f64)> {
    let part = |end| format!("{prefix}{end}");
    let any = !cell(row, &part("mode")).is_empty();
    any.then(|| (number(row, &part("low")), number(row, &part("mode")), number(row, &part("high"))))
}

fn camel(name: &str) -> String {
    let words = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect()
}

/// `table.rs` as the CSV files make it.
fn table() -> String {
    let mut out = String::from(
        "// Made from data/devices_*.csv: REGENERATE=1 cargo test -p joulegram presets. Don't edit.\n\
         use super::{BoardRow, Class, Kind, KernelRow, Regulator, Scale, Scales, SheetRow};\n\n",
    );
    let rows = read(KERNEL);
    out += &format!("pub(super) static KERNEL: [KernelRow; {}] = [\n", rows.len());
    for row in &rows {
        out += &format!(
            "    KernelRow {{ kind: Kind::{}, scale: Scale::{}, per_layer: {:?}, per_mac: {:?}, per_output: {:?}, \
             per_gathered_byte: {:?} }},\n",
            camel(cell(row, "kind")),
            camel(cell(row, "scale")),
            number(row, "per_layer"),
            number(row, "per_mac"),
            number(row, "per_output"),
            number(row, "per_gathered_byte"),
        );
    }
    let rows = read(BOARDS);
    out += &format!("];\n\npub(super) static BOARDS: [BoardRow; {}] = [\n", rows.len());
    for row in &rows {
        let regulator = match cell(row, "regulator") {
            "" => "None".to_string(),
            name => format!("Some(Regulator::{})", camel(name)),
        };
        out += &format!(
            "    BoardRow {{\n        name: {:?},\n        description: {:?},\n        software: {:?},\n        \
             regulator: {regulator},\n        clock_hertz: {:?},\n        supply_volts: {:?},\n        \
             active_watts: {:?},\n        idle_watts: {:?},\n        cycles_factor: {:?},\n",
            cell(row, "name"),
            cell(row, "description"),
            cell(row, "software"),
            number(row, "clock_hertz"),
            triple(row, "supply_volts_").unwrap(),
            triple(row, "active_watts_").unwrap(),
            triple(row, "idle_watts_"),
            triple(row, "cycles_factor_").unwrap(),
        );
        let scale = |name: &str| number(row, &format!("scale_{name}"));
        out += &format!(
            "        scales: Scales {{ dense: {:?}, conv2d: {:?}, pointwise_conv2d: {:?}, depthwise_conv2d: {:?}, \
             other: {:?} }},\n",
            scale("dense"),
            scale("conv2d"),
            scale("pointwise_conv2d"),
            scale("depthwise_conv2d"),
            scale("other"),
        );
        out += &format!(
            "        year: {},\n        source: {:?},\n        watts_source: {:?},\n        spread_source: {:?},\n    }},\n",
            cell(row, "year"),
            cell(row, "source"),
            cell(row, "watts_source"),
            cell(row, "spread_source"),
        );
    }
    let rows = read(SHEETS);
    let devices: Vec<_> = rows.iter().filter(|row| cell(row, "quantity") == "basis").collect();
    out += &format!("];\n\npub(super) static SHEETS: [SheetRow; {}] = [\n", devices.len());
    for device in devices {
        let name = cell(device, "name");
        out += &format!(
            "    SheetRow {{\n        name: {name:?},\n        description: {:?},\n        class: Class::{},\n",
            cell(device, "source"),
            camel(cell(device, "class")),
        );
        for (field, quantity, optional) in [
            ("peak", "peak", false),
            ("memory", "memory", true),
            ("utilisation", "utilisation", false),
            ("active_watts", "active_watts", false),
            ("idle_watts", "idle_watts", true),
        ] {
            let row = rows.iter().find(|row| cell(row, "name") == name && cell(row, "quantity") == quantity);
            let value = row.map(|row| {
                let range = triple(row, "").unwrap();
                format!("({range:?}, {}, {:?})", cell(row, "year"), cell(row, "source"))
            });
            let value = match (value, optional) {
                (Some(value), true) => format!("Some({value})"),
                (Some(value), false) => value,
                (None, true) => "None".to_string(),
                (None, false) => panic!("{name} has no {quantity}"),
            };
            out += &format!("        {field}: {value},\n");
        }
        out += "    },\n";
    }
    out + "];\n"
}

#[test]
fn the_table_is_what_the_csv_files_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/device/presets/table.rs");
    if env::var_os("REGENERATE").is_some() {
        fs::write(path, table()).unwrap();
    }
    assert!(
        fs::read_to_string(path).unwrap() == table(),
        "table.rs is stale: REGENERATE=1 cargo test presets"
    );
}
