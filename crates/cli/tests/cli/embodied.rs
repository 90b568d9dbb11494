//! Embodied emissions: a line of their own, and what is wrong with them in one sentence.

use std::fs;

use serde_json::{Value, json};

use crate::run::{answer, json as answer_json, run, run_in, scratch};

const SENSOR: &str = "scenarios/kws-sensor.json";

fn mode(value: &Value) -> f64 {
    value["mode"].as_f64().unwrap()
}

/// A training of one hour, with embodied emissions as given.
fn refused(embodied: &Value) -> String {
    let scenario = json!({
        "schema_version": 1,
        "training": {
            "top_down": { "hours": 1, "processors": 1, "watts_per_processor": 300 },
            "embodied": embodied
        }
    });
    let folder = scratch("bad_embodied");
    fs::write(folder.join("s.json"), scenario.to_string()).unwrap();
    run_in(&folder, &["estimate", "s.json"]).refused()
}

#[test]
fn what_is_embodied_stands_beside_the_emissions_and_inside_none() {
    let document = answer_json(&["estimate", SENSOR]);
    let without = answer_json(&["estimate", "scenarios/kws-battery.json"]);
    for stage in [0, 1] {
        for key in ["energy_kilowatt_hours", "emissions_grams_co2e"] {
            assert_eq!(document["stages"][stage][key], without["stages"][stage][key], "{key}");
        }
    }
    let stages = document["stages"].as_array().unwrap();
    let sum: f64 = stages.iter().map(|stage| mode(&stage["embodied_grams_co2e"])).sum();
    assert!((sum / mode(&document["embodied_grams_co2e"]) - 1.0).abs() < 1e-12);
    assert_eq!(mode(&stages[2]["embodied_grams_co2e"]), 781_000.0);
    let each = mode(&document["software_carbon_intensity_grams_co2e"]);
    let life = mode(&document["life_cycle"]["emissions_grams_co2e"]);
    assert!((each * 1_577_880_000.0 / (life + sum) - 1.0).abs() < 1e-12, "{each}");
    assert_eq!(without["embodied_grams_co2e"], Value::Null);
    assert_eq!(without["software_carbon_intensity_grams_co2e"], Value::Null);
    let text = run(&["estimate", SENSOR]).ok();
    assert!(answer(&text).contains("Its part of making the hardware is 781 kgCO2e ("), "{text}");
}

#[test]
fn sci_1_1_0_an_hour_of_a_tonne_over_four_years_is_28_and_a_half_grams() {
    let scenario = json!({
        "schema_version": 1,
        "training": {
            "top_down": { "hours": 1, "processors": 1, "watts_per_processor": 300 },
            "embodied": { "total_grams": 1e6, "lifespan_hours": 35040, "utilisation": 1 }
        }
    });
    let folder = scratch("sci");
    fs::write(folder.join("s.json"), scenario.to_string()).unwrap();
    let text = run_in(&folder, &["estimate", "s.json", "--format", "json"]).ok();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!((mode(&document["embodied_grams_co2e"]) - 28.5388).abs() < 5e-5);
}

#[test]
fn embodied_emissions_that_make_no_sense_are_refused() {
    for (embodied, sentence) in [
        (
            json!({ "lifespan_hours": 10 }),
            "training.embodied: give `total_grams` of one device, or its `parts`",
        ),
        (
            json!({ "lifespan_hours": 10, "total_grams": 1, "parts": [{ "part": "ssd" }] }),
            "training.embodied: give either `total_grams` or `parts`, not both",
        ),
        (
            json!({ "lifespan_hours": 10, "parts": [{ "part": "ssd" }, { "part": "gpu sever" }] }),
            "training.embodied.parts[1].part: `gpu sever`: unknown part; did you mean `gpu_server` (Server with accelerators)?",
        ),
        (
            json!({ "lifespan_hours": 0, "total_grams": 1 }),
            "training.embodied.lifespan_hours: 0 h is too small: it must be greater than 0 h",
        ),
        (
            json!({ "lifespan_hours": 1, "total_grams": 1, "utilisation": 0.5 }),
            "training: `embodied` gives each device 0.5000 h, but it is used for 1.0000 h: raise `lifespan_hours`, `utilisation` or `device_count`",
        ),
        (
            json!({ "lifespan_hours": 1, "total_grams": -1 }),
            "training.embodied.total_grams: -1 gCO2e is too small: it must be at least 0 gCO2e",
        ),
        (
            json!({ "lifespan_hours": 1, "total_grams": 1, "time_share": 1.5 }),
            "training.embodied.time_share: 1.5 is too large: it must be at most 1",
        ),
        (json!({ "total_grams": 1 }), "training.embodied: missing field `lifespan_hours`"),
    ] {
        assert_eq!(refused(&embodied), format!("s.json: {sentence}"), "{embodied}");
    }
}
