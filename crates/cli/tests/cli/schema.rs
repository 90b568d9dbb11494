//! The forms of the JSON files: what is written and what is read fits the schemas in `crates/report/schema`.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::run::{BOARD, estimate, files, fixtures, json, models, run, scenarios};

fn schema(name: &str) -> Value {
    let file = format!("../report/schema/{name}.schema.json");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn validator(name: &str) -> Validator {
    jsonschema::draft202012::new(&schema(name)).unwrap()
}

fn fits(validator: &Validator, what: &str, document: &Value) {
    if let Some(error) = validator.iter_errors(document).next() {
        panic!("{what}: {error} at {}", error.instance_path());
    }
}

/// Every document with one key more, one key less, and one value of another type, wherever it has an object.
fn mutants(document: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    let Value::Object(map) = document else { return all };
    let mut longer = map.clone();
    longer.insert("unheard_of".to_owned(), json!(1));
    all.push(Value::Object(longer));
    for (key, value) in map {
        let mut shorter = map.clone();
        shorter.remove(key);
        all.push(Value::Object(shorter));
        let with = |value: Value| {
            let mut changed = map.clone();
            changed.insert(key.clone(), value);
            Value::Object(changed)
        };
        all.push(with(json!({ "unheard_of": true })));
        match value {
            Value::Object(_) => all.extend(mutants(value).into_iter().map(with)),
            Value::Array(list) => {
                let inner = list.first().map(mutants).unwrap_or_default();
                all.extend(inner.into_iter().map(|first| with(json!([first]))));
            }
            _ => {}
        }
    }
    all
}

#[test]
fn estimates_of_all_fixtures_fit_their_schema() {
    let validator = validator("estimate");
    let some = ["models/kws.tflite", "models/unknown_custom_op.tflite", "models/dynamic_time.tflite"];
    for model in some {
        fits(&validator, model, &json(&estimate(model, &BOARD)));
    }
    for scenario in scenarios() {
        fits(&validator, &scenario, &json(&["estimate", &scenario]));
    }
    let compared = json(&[&estimate("models/ad.tflite", &BOARD)[..], &["--equivalences"]].concat());
    assert_eq!(compared["equivalences"].as_array().unwrap().len(), 5);
    fits(&validator, "equivalences", &compared);
    fits(&validator, "side by side", &json(&["estimate", "models/ad.tflite"]));
}

#[test]
fn inspections_of_all_models_fit_their_schema() {
    let validator = validator("inspect");
    for model in models() {
        fits(&validator, &model, &json(&["inspect", &model]));
    }
}

#[test]
fn levers_of_all_scenarios_fit_their_schema() {
    let validator = validator("levers");
    for scenario in scenarios() {
        fits(&validator, &scenario, &json(&["levers", &scenario]));
    }
}

#[test]
fn measurements_with_and_without_a_meter_fit_their_schema_and_changed_ones_do_not() {
    let validator = validator("measure");
    for (tree, more) in [("none", &["--watts", "3"][..]), ("none", &[]), ("rapl_two_packages", &["--layers"])]
    {
        let root = format!("sysfs/{tree}");
        let measure = ["measure", "models/ad.tflite", "--seconds", "0.5", "--sysfs-root", &root];
        let measured = json(&[&measure[..], more].concat());
        fits(&validator, tree, &measured);
        for mutant in mutants(&measured) {
            assert!(!validator.is_valid(&mutant), "{mutant}");
        }
    }
}

#[test]
fn the_validation_fits_its_schema() {
    fits(&validator("validate"), "validate", &json(&["validate"]));
}

#[test]
fn what_every_tool_wrote_fits_its_schema() {
    let validator = validator("import");
    for end in [".csv", ".log", ".txt", ".json"] {
        for file in files("imports", end) {
            fits(&validator, &file, &json(&["import", &file]));
        }
    }
}

#[test]
fn traces_of_all_meters_fit_their_schema() {
    let validator = validator("trace");
    let mut formats = Vec::new();
    for end in [".csv", ".bin", ".ppk2", ".txt", ".log"] {
        for file in files("traces", end) {
            let ran = run(&["trace", &file, "--volts", "3", "--format", "json"]);
            // Not every file here is a trace that needs no further argument.
            if ran.code == 0 {
                let document: Value = serde_json::from_str(&ran.stdout).unwrap();
                formats.push(document["format"].as_str().unwrap().to_owned());
                fits(&validator, &file, &document);
            }
        }
    }
    formats.sort();
    formats.dedup();
    assert!(formats.len() >= 7, "{formats:?}");
}

#[test]
fn comparisons_fit_their_schema() {
    let validator = validator("compare");
    let all = scenarios();
    for (first, second) in all.iter().zip(all.iter().cycle().skip(1)) {
        fits(&validator, &format!("{first} {second}"), &json(&["compare", first, second]));
    }
}

#[test]
fn all_scenarios_fit_their_schema() {
    let validator = validator("scenario");
    for scenario in files("scenarios", ".json") {
        let text = fs::read_to_string(fixtures().join(&scenario)).unwrap();
        fits(&validator, &scenario, &serde_json::from_str(&text).unwrap());
    }
}

#[test]
fn all_presets_fit_the_schema_of_profiles() {
    let validator = validator("profile");
    let devices = json(&["devices"]);
    for row in devices["devices"].as_array().unwrap() {
        fits(&validator, &row["name"].to_string(), &row["profile"]);
    }
}

#[test]
fn a_scenario_has_the_profiles_of_their_own_schema() {
    let (scenario, profile) = (schema("scenario"), schema("profile"));
    for (name, definition) in profile["$defs"].as_object().unwrap() {
        assert_eq!(&scenario["$defs"][name], definition, "{name}");
    }
}

#[test]
fn a_changed_answer_fits_no_schema() {
    for (name, args) in [
        ("estimate", &estimate("models/ad.tflite", &BOARD)[..]),
        ("inspect", &["inspect", "models/ad.tflite"]),
        ("validate", &["validate"]),
        ("fit", &["fit", "scenarios/kws-battery.json", "--vary", "epochs", "--budget-grams", "100"]),
        ("fit", &["fit", "scenarios/kws-battery.json", "--vary", "device", "--budget-grams", "100"]),
        ("levers", &["levers", "scenarios/kws-battery.json", "--combine", "duty_cycle,early_stop"]),
        ("import", &["import", "imports/codecarbon_emissions.csv"]),
        ("compare", &["compare", "scenarios/spotter-small.json", "scenarios/spotter-searched.json"]),
        ("trace", &["trace", "traces/ppk2.csv", "--volts", "3", "--resistor", "400"]),
    ] {
        let (validator, document) = (validator(name), json(args));
        let mutants = mutants(&document);
        assert!(mutants.len() > 20, "{name}: {}", mutants.len());
        for mutant in mutants {
            assert!(!validator.is_valid(&mutant), "{name}: {mutant}");
        }
    }
}

#[test]
fn what_the_program_refuses_fits_no_schema_either() {
    let validator = validator("scenario");
    let good = json!({
        "schema_version": 1,
        "training": { "top_down": { "hours": 1, "processors": 1, "watts_per_processor": { "low": 1, "mode": 2, "high": 3 } } }
    });
    fits(&validator, "good", &good);
    for (pointer, bad) in [
        ("/schema_version", json!(2)),
        ("/training/top_down/hours", json!(-5)),
        ("/training/top_down/hours", json!("1,5")),
        ("/training/top_down/hours", json!(null)),
        ("/training/top_down/processors", json!(0)),
        ("/training/top_down/watts_per_processor", json!({ "low": 1 })),
        ("/training/top_down", json!({ "hour": 1, "processors": 1 })),
        ("/training", json!({ "site": { "pue": 0.9 } })),
        ("/training", json!({ "measured": { "file": "e.csv", "tool": "none" } })),
        ("/training", json!({ "measured": { "file": "e.csv", "pue_included": true } })),
        ("/training", json!({ "site": { "grid": 5000 } })),
        ("/training", json!({ "bottom_up": { "samples": 1, "epochs": 1, "overhead_share": 1 } })),
    ] {
        let mut document = good.clone();
        *document.pointer_mut(pointer).unwrap() = bad;
        assert!(!validator.is_valid(&document), "{document}");
    }
    assert!(!validator.is_valid(&json!({ "schema_version": 1 })));
    assert!(!validator.is_valid(&json!([1])));
}
