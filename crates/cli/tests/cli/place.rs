//! Where each stage stands: what the command line says, what the scenario says, and what holds where nobody says it.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::run::{json, run, run_in, scratch};

/// A training that says where it is, and an inference that doesn't.
fn placed() -> PathBuf {
    let folder = scratch("placed");
    let scenario = r#"{
        "schema_version": 1,
        "training": {
            "site": { "grid": "SE", "pue": 1.1 },
            "top_down": { "hours": 10, "processors": 1, "watts_per_processor": 100 }
        },
        "inference": { "top_down": { "hours": 10, "processors": 1, "watts_per_processor": 100 } }
    }"#;
    fs::write(folder.join("s.json"), scenario).unwrap();
    folder
}

fn stage<'d>(document: &'d Value, name: &str) -> &'d Value {
    document["stages"].as_array().unwrap().iter().find(|stage| stage["name"] == name).unwrap()
}

fn mode(value: &Value) -> f64 {
    value["mode"].as_f64().unwrap()
}

#[test]
fn a_grid_and_a_pue_given_hold_where_the_scenario_says_nothing() {
    let folder = placed();
    let args = ["estimate", "s.json", "--grid", "400", "--pue", "1.5", "--format", "json"];
    let document: Value = serde_json::from_str(&run_in(&folder, &args).ok()).unwrap();
    let (training, inference) = (stage(&document, "training"), stage(&document, "inference"));
    assert_eq!(training["site"], "Sweden (SE)");
    assert!((mode(&training["energy_kilowatt_hours"]) - 1.1).abs() < 1e-12, "{training}");
    assert_eq!(inference["site"], "a grid of 400 gCO2e/kWh");
    assert!((mode(&inference["energy_kilowatt_hours"]) - 1.5).abs() < 1e-12, "{inference}");
    assert!((mode(&inference["emissions_grams_co2e"]) - 600.0).abs() < 1e-9, "{inference}");
    assert!(!document["warnings"].to_string().contains("fallback"), "{document}");
}

#[test]
fn ct_43_without_a_place_the_worlds_average_is_named_as_a_fallback_in_every_format() {
    let name = "world average (fallback)";
    let note = "no place was given, so the grid factor is a fallback: world average";
    let args = ["estimate", "models/kws.tflite", "--device", "nucleo-l4r5zi"];
    let document = json(&args);
    assert_eq!(stage(&document, "inference")["site"], name);
    assert!(document["warnings"].to_string().contains(note), "{}", document["warnings"]);
    let source =
        document["sources"].as_array().unwrap().iter().find(|row| row["what"] == "grid factor").unwrap();
    assert_eq!(source["of"], name);
    assert!(source["low"].as_f64().unwrap() < source["high"].as_f64().unwrap(), "{source}");
    assert!(source["year"].as_u64().unwrap() >= 2023, "{source}");
    for format in ["text", "csv", "markdown"] {
        let out = run(&[&args[..], &["--format", format]].concat()).ok();
        let line = out.lines().find(|line| line.contains("grid factor") && line.contains(name));
        assert!(line.is_some(), "{format}: {out}");
    }
    let text = run(&args).ok();
    assert!(text.replace("\n    ", " ").contains(note), "{text}");
    assert!(text.split("\n\n").next().unwrap().replace('\n', " ").contains(name), "{text}");
    let side_by_side = run(&["estimate", "models/kws.tflite"]).ok();
    assert!(side_by_side.replace("\n    ", " ").contains(note), "{side_by_side}");
}

#[test]
fn ct_31_each_factor_has_its_year_and_source() {
    let text = run(&["estimate", "models/kws.tflite", "--device", "nucleo-l4r5zi", "--grid", "DE"]).ok();
    let line = text.split("\n  - ").find(|line| line.starts_with("grid factor of Germany (DE): ")).unwrap();
    assert!(line.contains(" gCO2e/kWh (") && line.contains(", 2024; annual average, life"), "{line}");
}

#[test]
fn ga_102_a_factor_of_zero_is_taken_with_a_note() {
    let document = json(&["estimate", "models/kws.tflite", "--device", "nucleo-l4r5zi", "--grid", "0"]);
    assert_eq!(document["life_cycle"]["emissions_grams_co2e"]["mode"], 0.0);
    assert!(mode(&document["life_cycle"]["energy_kilowatt_hours"]) > 0.0);
    let warnings = document["warnings"].to_string();
    assert!(warnings.contains("that holds for direct emissions only"), "{warnings}");
}

#[test]
fn china_counts_co2_alone_and_says_so() {
    let document = json(&["estimate", "models/kws.tflite", "--device", "nucleo-l4r5zi", "--grid", "CN-BJ"]);
    let warnings = document["warnings"].to_string();
    assert!(warnings.contains("covers CO2 only; other gases would add to it"), "{warnings}");
    let germany = json(&["estimate", "models/kws.tflite", "--device", "nucleo-l4r5zi", "--grid", "DE"]);
    assert!(!germany["warnings"].to_string().contains("CO2 only"));
}

#[test]
fn hardware_by_hand_is_taken_and_named() {
    let text = run(&[
        "estimate",
        "models/kws.tflite",
        "--watts",
        "0.05",
        "--operations-per-second",
        "50e6",
        "--grid",
        "US-CA",
    ])
    .ok();
    // 2 * 2,656,768 operations / 50e6 a second * 0.05 W.
    assert!(text.starts_with("One inference of kws on hardware by hand takes 5.31 mJ in 106 ms."), "{text}");
}

#[test]
fn a_profile_file_stands_where_the_user_does_and_one_in_a_scenario_beside_it() {
    let folder = scratch("profiles");
    fs::create_dir(folder.join("inner")).unwrap();
    let profile = r#"{
        "schema_version": 1, "name": "NAME", "class": "board", "evidence": "modelled",
        "cost": { "datasheet": { "peak_operations_per_second": 1e9, "utilisation": 0.5 } },
        "active_watts": 0.1
    }"#;
    fs::write(folder.join("p.json"), profile.replace("NAME", "outer board")).unwrap();
    fs::write(folder.join("inner/p.json"), profile.replace("NAME", "inner board")).unwrap();
    let scenario = r#"{
        "schema_version": 1, "device": { "file": "p.json" },
        "model": { "layers": { "input": [1, 100], "layers": [{ "dense": { "units": 100 } }] } },
        "inference": { "bottom_up": { "inferences": 1 } }
    }"#;
    fs::write(folder.join("inner/s.json"), scenario).unwrap();
    assert!(run_in(&folder, &["estimate", "inner/s.json"]).ok().contains(" on inner board takes 4.00 µJ"));
    let given = run_in(&folder, &["estimate", "inner/s.json", "--device", "p.json"]).ok();
    assert!(given.contains(" on outer board takes 4.00 µJ"), "{given}");
}
