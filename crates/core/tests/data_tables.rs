//! The generated tables are what `data/*.csv` say. `REGENERATE=1 cargo test -p joulegram --test data_tables` writes them.

use std::collections::HashSet;
use std::fmt::Write;
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The rows of a CSV file, each cell under its heading.
fn rows(file: &str) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path("data").join(file)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn number(cell: &str) -> String {
    let value: f64 = cell.parse().unwrap_or_else(|_| panic!("`{cell}` is no number"));
    format!("{value:?}")
}

/// What a loader must refuse: a unit mistake, a range out of order, a factor of nothing.
fn check(row: &std::collections::HashMap<String, String>, most: f64) -> Result<(), String> {
    let value = |key: &str| -> f64 { row[key].parse().unwrap() };
    let (low, mode, high) = (value("low"), value("mode"), value("high"));
    if low < 0.0 || low > mode || mode > high {
        return Err(format!("{}: low {low}, mode {mode}, high {high} are not in order", row["code"]));
    }
    if mode <= 0.0 || mode > most {
        return Err(format!("{}: {mode} is not in 0 to {most}", row["code"]));
    }
    Ok(())
}

fn basis(cell: &str) -> &'static str {
    match cell {
        "lifecycle" => "Basis::LifeCycle",
        "direct" => "Basis::Direct",
        other => panic!("basis `{other}`"),
    }
}

fn grid_row(row: &std::collections::HashMap<String, String>) -> String {
    let gas = match row["gas"].as_str() {
        "CO2e" => "Gas::Co2e",
        "CO2" => "Gas::Co2",
        other => panic!("gas `{other}`"),
    };
    let mix = match row["mix"].as_str() {
        "production" => "Mix::Production",
        "consumption" => "Mix::Consumption",
        other => panic!("mix `{other}`"),
    };
    format!(
        "GridRow {{ code: {:?}, iso3: {:?}, name: {:?}, aliases: {:?}, low: {}, mode: {}, high: {}, year: {}, basis: {}, gas: {gas}, mix: {mix}, source: {:?}, licence: {:?}, range_basis: {:?} }}",
        row["code"],
        row["iso3"],
        row["name"],
        row["aliases"],
        number(&row["low"]),
        number(&row["mode"]),
        number(&row["high"]),
        row["year"],
        basis(&row["basis"]),
        row["source"],
        row["licence"],
        row["range_basis"],
    )
}

fn generated() -> String {
    let mut text = String::from(
        "//! Generated from `data/*.csv` by `tests/data_tables.rs`; edit those.\n\nuse super::Basis;\nuse super::electricity::ElectricityRow;\nuse super::grid::{GridRow, Mix};\nuse super::pue::PueRow;\nuse crate::site::Gas;\n",
    );
    let grid = rows("grid.csv");
    let world = grid.iter().find(|row| row["code"] == "WORLD").unwrap();
    writeln!(text, "\npub(super) static WORLD: GridRow = {};", grid_row(world)).unwrap();
    writeln!(text, "\npub(super) static GRID: &[GridRow] = &[").unwrap();
    grid.iter().for_each(|row| writeln!(text, "    {},", grid_row(row)).unwrap());
    writeln!(text, "];\n\npub(super) static ELECTRICITY: &[ElectricityRow] = &[").unwrap();
    for row in rows("electricity_sources.csv") {
        writeln!(
            text,
            "    ElectricityRow {{ code: {:?}, name: {:?}, low: {}, mode: {}, high: {}, year: {}, basis: {}, source: {:?}, licence: {:?} }},",
            row["code"],
            row["name"],
            number(&row["low"]),
            number(&row["mode"]),
            number(&row["high"]),
            row["year"],
            basis(&row["basis"]),
            row["source"],
            row["licence"],
        )
        .unwrap();
    }
    writeln!(text, "];\n\npub(super) static PUE: &[PueRow] = &[").unwrap();
    for row in rows("pue.csv") {
        writeln!(
            text,
            "    PueRow {{ code: {:?}, name: {:?}, low: {}, mode: {}, high: {}, year: {}, source: {:?} }},",
            row["code"],
            row["name"],
            number(&row["low"]),
            number(&row["mode"]),
            number(&row["high"]),
            row["year"],
            row["source"],
        )
        .unwrap();
    }
    text + "];\n"
}

#[test]
fn the_tables_are_what_the_csv_files_say() {
    let file = path("src/data/table.rs");
    if std::env::var_os("REGENERATE").is_some() {
        std::fs::write(&file, generated()).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written == generated(),
        "src/data/table.rs is stale: REGENERATE=1 cargo test -p joulegram --test data_tables"
    );
}

#[test]
fn every_row_is_in_order_and_in_its_limits() {
    for row in rows("grid.csv") {
        check(&row, 1500.0).unwrap();
    }
    for row in rows("electricity_sources.csv") {
        check(&row, 1500.0).unwrap();
    }
    for row in rows("pue.csv") {
        check(&row, 10.0).unwrap();
    }
}

#[test]
fn ccf_coefficients_10_a_factor_in_tonnes_is_refused_with_its_rows_name() {
    let mut row = rows("grid.csv").swap_remove(1);
    row.insert("mode".to_owned(), "77000".to_owned());
    row.insert("high".to_owned(), "77000".to_owned());
    let error = check(&row, 1500.0).unwrap_err();
    assert!(error.starts_with(&row["code"]) && error.contains("77000"), "{error}");
    row.insert("mode".to_owned(), "-3".to_owned());
    assert!(check(&row, 1500.0).is_err());
}

#[test]
fn every_name_is_one_places_only() {
    let mut seen = HashSet::new();
    for row in rows("grid.csv") {
        let names = [&row["code"], &row["iso3"], &row["name"]].into_iter().map(String::as_str);
        let own: HashSet<String> = names
            .chain(row["aliases"].split(';'))
            .filter(|name| !name.is_empty())
            .map(str::to_lowercase)
            .collect();
        for name in own {
            assert!(seen.insert(name.clone()), "`{name}` stands for two places");
        }
    }
    assert!(seen.len() > 330);
}
