//! The tables in `src/data/table_*.rs` are what the CSV files in `data/` say, and the CSV files keep their own rules.
//!
//! `REGENERATE=1 cargo test -p joulegram --test data_tables` writes the tables anew.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A CSV file without quotes: a line splits at its commas.
struct Table<'a> {
    file: &'a str,
    rows: Vec<HashMap<&'a str, &'a str>>,
}

impl<'a> Table<'a> {
    fn read(file: &'a str, text: &'a str) -> Result<Self, String> {
        let mut lines = text.lines();
        let columns: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        let row = |line: &'a str| {
            let fields: Vec<&str> = line.split(',').collect();
            let code = fields.first().copied().unwrap_or_default();
            if fields.len() == columns.len() {
                Ok(columns.iter().copied().zip(fields).collect())
            } else {
                Err(format!("{file}, {code}: {} fields, not {}", fields.len(), columns.len()))
            }
        };
        Ok(Self { file, rows: lines.map(row).collect::<Result<_, String>>()? })
    }

    /// Every number is written as Rust prints it, above `low` (itself allowed or not) and at most `high`; low, mode and
    /// high ascend; no text names two rows; year, source and licence are there.
    fn check(&self, low: f64, low_open: bool, high: f64) -> Result<(), String> {
        let mut owner: HashMap<String, &str> = HashMap::new();
        for row in &self.rows {
            let code = field(row, "code");
            let fail = |what: String| Err(format!("{}, {code}: {what}", self.file));
            let mut least = low;
            for column in ["low", "mode", "high"] {
                let written = field(row, column);
                let Ok(value) = written.parse::<f64>() else {
                    return fail(format!("{column} `{written}` is not a number"));
                };
                if value.to_string() != written {
                    return fail(format!("{column} `{written}` reads as {value}"));
                }
                let inside = if low_open { value > low } else { value >= low };
                if !inside || value.is_nan() || value > high {
                    return fail(format!("{column} {value} is outside {low} to {high}"));
                }
                if value < least {
                    return fail(format!("{column} {value} is below {least}"));
                }
                least = value;
            }
            match field(row, "year").parse() {
                Ok(2000_u16..=2100) => {}
                _ => return fail(format!("year `{}`", field(row, "year"))),
            }
            for column in ["code", "name", "source", "licence"] {
                if field(row, column).is_empty() {
                    return fail(format!("{column} is empty"));
                }
            }
            let aliases = field(row, "aliases").split(';');
            for name in ["code", "iso3", "name"].map(|column| field(row, column)).into_iter().chain(aliases) {
                let other = owner.insert(name.to_lowercase(), code);
                if let Some(other) = other.filter(|other| *other != code || name == code)
                    && !name.is_empty()
                {
                    return fail(format!("`{name}` names {other} too"));
                }
            }
        }
        Ok(())
    }
}

fn field<'a>(row: &HashMap<&'a str, &'a str>, column: &str) -> &'a str {
    row.get(column).copied().unwrap_or_default()
}

/// A column's value as a Rust expression.
fn expression(row_type: &str, row: &HashMap<&str, &str>, column: &str) -> String {
    let written = field(row, column);
    match (column, written) {
        ("iso3", "") => String::from("None"),
        ("iso3", _) => format!("Some({written:?})"),
        ("aliases", _) => {
            let names: Vec<&str> = written.split(';').filter(|name| !name.is_empty()).collect();
            format!("&{names:?}")
        }
        ("low" | "mode" | "high", _) if row_type == "GridRow" => {
            let (whole, part) = written.split_once('.').unwrap_or((written, ""));
            let hundredths: u32 = format!("{whole}{part:0<2}").parse().unwrap();
            format!("Hundredths({hundredths})")
        }
        ("low" | "mode" | "high", _) if !written.contains('.') => format!("{written}.0"),
        ("low" | "mode" | "high" | "year", _) => String::from(written),
        ("basis", "lifecycle") => String::from("Basis::LifeCycle"),
        ("basis", "direct") => String::from("Basis::Direct"),
        ("gas", "CO2e") => String::from("Gas::Co2e"),
        ("gas", "CO2") => String::from("Gas::Co2"),
        ("counts", "emissions") => String::from("Counts::Emissions"),
        ("counts", "energy") => String::from("Counts::Energy"),
        ("mix", "production") => String::from("Mix::Production"),
        ("mix", "consumption") => String::from("Mix::Consumption"),
        // A word that is none of these stops the compiler: a text is no basis, gas or mix.
        _ => format!("{written:?}"),
    }
}

/// The Rust file of a table.
fn rust(table: &Table<'_>, uses: &str, row_type: &str, columns: &str) -> String {
    let mut text = format!(
        "//! Made from `data/{}` by `tests/data_tables.rs`; changes belong there.\n\n{uses}\n\n#[rustfmt::skip]\n\
         pub(super) static ROWS: [{row_type}; {}] = [\n",
        table.file,
        table.rows.len()
    );
    for row in &table.rows {
        let fields: Vec<String> = columns
            .split(' ')
            .map(|column| format!("{column}: {}", expression(row_type, row, column)))
            .collect();
        let _ = writeln!(text, "    {row_type} {{ {} }},", fields.join(", "));
    }
    text.push_str("];\n");
    text
}

fn here(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn the_tables_are_what_the_csv_files_say() {
    let mut stale = Vec::new();
    for (file, rust_file, limits, uses, row_type, columns) in [
        (
            "grid.csv",
            "src/data/table_grid.rs",
            (0.0, true, 1500.0),
            "use super::Basis;\nuse super::grid::{GridRow, Hundredths, Mix};\nuse crate::site::Gas;",
            "GridRow",
            "code iso3 name aliases low mode high year basis gas mix source licence range_basis",
        ),
        (
            "electricity_sources.csv",
            "src/data/table_electricity.rs",
            (0.0, true, 1500.0),
            "use super::Basis;\nuse super::electricity::ElectricityRow;\nuse crate::site::Gas;",
            "ElectricityRow",
            "code name aliases low mode high year basis gas source licence",
        ),
        (
            "embodied.csv",
            "src/data/table_embodied.rs",
            (0.0, true, 1e9),
            "use super::embodied::EmbodiedRow;",
            "EmbodiedRow",
            "code name aliases low mode high unit year source licence",
        ),
        (
            "pue.csv",
            "src/data/table_pue.rs",
            (1.0, false, 10.0),
            "use super::pue::PueRow;",
            "PueRow",
            "code name aliases low mode high year source licence",
        ),
        (
            "equivalences.csv",
            "src/data/table_equivalences.rs",
            (0.0, true, 1e7),
            "use super::equivalences::{Counts, EquivalenceRow};",
            "EquivalenceRow",
            "code name counts low mode high unit basis year source licence",
        ),
    ] {
        let csv = fs::read_to_string(here("data").join(file)).unwrap();
        let table = Table::read(file, &csv).unwrap();
        let (low, low_open, high) = limits;
        table.check(low, low_open, high).unwrap();
        let made = rust(&table, uses, row_type, columns);
        if std::env::var_os("REGENERATE").is_some() {
            fs::write(here(rust_file), made).unwrap();
        } else if fs::read_to_string(here(rust_file)).unwrap_or_default() != made {
            stale.push(rust_file);
        }
    }
    assert!(stale.is_empty(), "not what data/*.csv says: {stale:?}; REGENERATE=1 with this test writes them");
}

#[test]
fn embodied_emissions_are_what_their_sources_and_rules_say() {
    let script = here("data/make_embodied.py");
    let made = std::process::Command::new("python3").arg(script).arg("--check").output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[cfg(test)]
mod rules {
    use super::Table;

    const HEAD: &str = "code,name,aliases,low,mode,high,year,source,licence\n";

    fn refusal(rows: &str) -> String {
        let text = format!("{HEAD}{rows}");
        let table = Table::read("grid.csv", &text);
        table.and_then(|table| table.check(0.0, true, 1500.0)).unwrap_err()
    }

    #[test]
    fn ccf_coefficients_10_a_factor_of_77_tonnes_is_refused_and_its_row_named() {
        // 0.000077 t/kWh whose point was lost: 77 t/kWh, and the text itself.
        assert_eq!(
            refusal("XX,X,,77000000,77000000,77000000,2024,s,l\n"),
            "grid.csv, XX: low 77000000 is outside 0 to 1500"
        );
        assert_eq!(refusal("XX,X,,000077,77,78,2024,s,l\n"), "grid.csv, XX: low `000077` reads as 77");
        assert_eq!(
            refusal("XX,X,,1,1500.5,1600,2024,s,l\n"),
            "grid.csv, XX: mode 1500.5 is outside 0 to 1500"
        );
    }

    #[test]
    fn electricitymaps_303_unknown_is_not_zero_and_negative_is_refused() {
        assert_eq!(refusal("XX,X,,0,1,2,2024,s,l\n"), "grid.csv, XX: low 0 is outside 0 to 1500");
        assert_eq!(refusal("XX,X,,-5,1,2,2024,s,l\n"), "grid.csv, XX: low -5 is outside 0 to 1500");
        assert_eq!(refusal("XX,X,,,1,2,2024,s,l\n"), "grid.csv, XX: low `` is not a number");
        assert_eq!(refusal("XX,X,,NaN,1,2,2024,s,l\n"), "grid.csv, XX: low NaN is outside 0 to 1500");
    }

    #[test]
    fn a_row_out_of_order_short_or_without_a_year_is_refused() {
        assert_eq!(refusal("XX,X,,3,2,4,2024,s,l\n"), "grid.csv, XX: mode 2 is below 3");
        assert_eq!(refusal("XX,X,,1,2,4,2024,s\n"), "grid.csv, XX: 8 fields, not 9");
        assert_eq!(refusal("XX,X,,1,2,4,,s,l\n"), "grid.csv, XX: year ``");
        assert_eq!(refusal("XX,X,,1,2,4,2024,,l\n"), "grid.csv, XX: source is empty");
    }

    #[test]
    fn a_code_name_or_alias_of_two_rows_is_refused() {
        for second in ["AA,B,", "BB,a,", "BB,B,x;ALIAS"] {
            let error = refusal(&format!("AA,A,alias,1,2,3,2024,s,l\n{second},1,2,3,2024,s,l\n"));
            assert!(error.contains("names AA too"), "{error}");
        }
    }
}
