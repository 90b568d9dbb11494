//! What other tools measured, by itself and as a stage of a scenario.

use std::fs;

use serde_json::json;

use crate::run::{files, fixtures, json as answer, run, run_in, scratch};

fn imports() -> Vec<String> {
    [".csv", ".log", ".txt", ".json"].iter().flat_map(|end| files("imports", end)).collect()
}

/// A scenario whose training is a tool's file, in a data centre of PUE 1.5 at 400 g/kWh.
fn stage(file: &str) -> serde_json::Value {
    let folder = scratch(&format!("import_{}", file.replace(['/', '.'], "_")));
    let name = file.rsplit('/').next().unwrap();
    fs::copy(fixtures().join(file), folder.join(name)).unwrap();
    let scenario = json!({
        "schema_version": 1,
        "training": { "site": { "grid": 400, "pue": 1.5 }, "measured": { "file": name } }
    });
    fs::write(folder.join("s.json"), scenario.to_string()).unwrap();
    serde_json::from_str(&run_in(&folder, &["estimate", "s.json", "--format", "json"]).ok()).unwrap()
}

#[test]
fn a_stage_from_a_tools_file_gets_pue_once() {
    assert!(imports().len() >= 9);
    for file in imports() {
        let reading = answer(&["import", &file]);
        let energy = reading["energy_kilowatt_hours"]["mode"].as_f64().unwrap();
        let pue = if reading["pue_included"].as_bool().unwrap() { 1.0 } else { 1.5 };
        let estimate = stage(&file);
        let training = &estimate["stages"][1];
        let got = training["energy_kilowatt_hours"]["mode"].as_f64().unwrap();
        assert!((got / (energy * pue) - 1.0).abs() < 1e-12, "{file}: {got}, {energy}");
        let grams = training["emissions_grams_co2e"]["mode"].as_f64().unwrap();
        assert!((grams / (got * 400.0) - 1.0).abs() < 1e-12, "{file}");
        assert_eq!(training["evidence"], reading["evidence"], "{file}");
        let sources = estimate["sources"].as_array().unwrap();
        let source = sources.iter().find(|row| row["what"] == "measured energy").unwrap();
        assert!(
            source["source"].as_str().unwrap().starts_with(reading["tool"].as_str().unwrap()),
            "{source}"
        );
    }
}

#[test]
fn every_format_says_how_much_and_whether_pue_is_inside() {
    for (format, parts) in [
        ("text", ["codecarbon 3.3.2 measured 62.6 mWh", "PUE is not inside"]),
        ("markdown", ["codecarbon 3.3.2 measured 62.6 mWh", "PUE is not inside"]),
        ("csv", ["result,energy,", "pue_included,no,"]),
        ("json", ["\"energy_kilowatt_hours\"", "\"pue_included\": false"]),
    ] {
        let text = run(&["import", "imports/codecarbon_emissions.csv", "--format", format]).ok();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(text.contains(part), "{format}: {part}: {text}");
        }
    }
}

#[test]
fn a_file_of_another_tool_is_refused_with_file_and_field() {
    assert_eq!(
        run(&["import", "imports/nvidia_smi.csv", "--tool", "codecarbon"]).refused(),
        "imports/nvidia_smi.csv: energy_consumed: there is no such column"
    );
    assert_eq!(run(&["import", "none.csv"]).refused(), "none.csv: there is no such file");
    assert!(
        run(&["import", "README.md"]).refused().starts_with("README.md: it is the file of no known tool")
    );
}

#[test]
fn a_scenario_says_where_its_tools_file_is_wrong() {
    let folder = scratch("import_wrong");
    fs::write(folder.join("e.csv"), "timestamp,energy_consumed,duration\n2024-01-01T00:00:00,-1,3\n")
        .unwrap();
    for (measured, sentence) in [
        (json!({ "file": "none.csv" }), "s.json: training.measured.file: `none.csv`: there is no such file"),
        (json!({ "file": "e.csv" }), "e.csv: line 2 energy_consumed: -1 is negative"),
        (
            json!({ "file": "e.csv", "tool": "codecarbn" }),
            "s.json: training.measured.tool: unknown value `codecarbn`; did you mean `codecarbon`?",
        ),
        (
            json!({ "file": "e.csv", "pue_included": true }),
            "s.json: training.measured: give either `energy_kilowatt_hours` and `pue_included`, or `file` and perhaps `tool`",
        ),
        (json!({ "energy_kilowatt_hours": 1 }), "s.json: training.measured: missing field `pue_included`"),
        (
            json!({ "energy_kilowatt_hours": -1, "pue_included": true }),
            "s.json: training.measured.energy_kilowatt_hours: -1 kWh is too small: it must be at least 0 kWh",
        ),
    ] {
        let scenario = json!({ "schema_version": 1, "training": { "measured": measured } });
        fs::write(folder.join("s.json"), scenario.to_string()).unwrap();
        assert_eq!(run_in(&folder, &["estimate", "s.json"]).refused(), sentence);
    }
}
