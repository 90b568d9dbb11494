//! The layers of a model and their sums.

use std::fs;

use serde_json::Value;

use crate::run::{fixtures, json, models, run};

const SUMS: [&str; 5] = ["macs", "parameters", "weight_bytes", "activation_bytes", "outputs"];

fn inspect(model: &str) -> Value {
    json(&["inspect", model])
}

#[test]
fn totals_are_the_sums_of_the_layers() {
    for model in models() {
        let inspection = inspect(&model);
        let layers = inspection["layers"].as_array().unwrap();
        for key in SUMS {
            // What can't be counted is null and adds nothing.
            let sum: u64 = layers.iter().map(|layer| layer[key].as_u64().unwrap_or(0)).sum();
            assert_eq!(inspection["totals"][key], sum, "{model}: {key}");
        }
        assert_eq!(inspection["operators"], layers.len(), "{model}");
        for (index, layer) in layers.iter().enumerate() {
            assert_eq!(layer["index"], index, "{model}");
        }
        let unknown = layers.iter().any(|layer| layer["macs"].is_null());
        assert_eq!(inspection["totals"]["is_lower_bound"], unknown, "{model}");
    }
}

#[test]
fn totals_are_those_that_another_program_counted() {
    let table = fs::read_to_string(fixtures().join("models/totals.csv")).unwrap();
    let mut lines = table.lines();
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut rows = 0;
    for line in lines {
        let cell = |name: &str| {
            let index = columns.iter().position(|column| *column == name).unwrap();
            line.split(',').nth(index).unwrap().to_owned()
        };
        let model = format!("models/{}.tflite", cell("model"));
        let inspection = inspect(&model);
        let totals = &inspection["totals"];
        for (ours, theirs) in [
            (&inspection["operators"], "operators"),
            (&totals["macs"], "macs"),
            (&totals["parameters"], "parameters"),
            (&totals["weight_bytes"], "weight_bytes"),
        ] {
            // The other program leaves out what it can't count, and counts weights that layers share once: a sum over
            // layers counts them for each.
            let shared = model.contains("shared_weights") && ["parameters", "weight_bytes"].contains(&theirs);
            if !cell(theirs).is_empty() && !shared {
                assert_eq!(ours.to_string(), cell(theirs), "{model}: {theirs}");
            }
        }
        rows += 1;
    }
    assert_eq!(rows, models().len());
}

#[test]
fn keyword_spotting_has_2656768_macs_and_the_autoencoder_264192() {
    for (model, macs, operators) in [("models/kws.tflite", 2_656_768, 13), ("models/ad.tflite", 264_192, 10)]
    {
        let inspection = inspect(model);
        assert_eq!(inspection["totals"]["macs"], macs, "{model}");
        assert_eq!(inspection["operators"], operators, "{model}");
        assert!(inspection["arena_bytes"].as_u64().unwrap() > 0, "{model}");
    }
}

#[test]
fn keys_of_an_inspection_stay_put() {
    let inspection = inspect("models/kws.tflite");
    let layer = &inspection["layers"][0];
    for key in
        ["index", "kind", "output_shape", "macs", "parameters", "weight_bytes", "activation_bytes", "outputs"]
    {
        assert!(layer.get(key).is_some(), "{key}");
    }
    for key in ["layers", "totals", "operators", "arena_bytes", "schema_version"] {
        assert!(inspection.get(key).is_some(), "{key}");
    }
}

#[test]
fn csv_has_a_row_a_layer() {
    let csv = run(&["inspect", "models/kws.tflite", "--format", "csv"]).ok();
    assert_eq!(csv.lines().count(), 14);
    assert!(csv.starts_with("index,kind,operator,output_shape,macs,"), "{csv}");
    assert!(csv.contains("\n0,conv2d,CONV_2D,1x25x5x64,320000,2624,"), "{csv}");
}

#[test]
fn an_operator_that_cant_be_counted_is_named_and_the_total_is_a_lower_bound() {
    let text = run(&["inspect", "models/unknown_custom_op.tflite"]).ok();
    assert!(text.contains("at least"), "{text}");
    assert!(text.contains("not known"), "{text}");
    assert!(text.contains("so the totals are lower bounds: "), "{text}");
}
