//! The answer: in every format, for every fixture.

use serde_json::Value;

use crate::run::{BOARD, NETWORKS, answer, estimate, json, models, run, scenarios};

/// Low, most likely and high value of a range.
fn range(value: &Value) -> [f64; 3] {
    ["low", "mode", "high"].map(|key| value[key].as_f64().unwrap_or_else(|| panic!("{key} of {value}")))
}

/// Asserts that every range inside is in order, finite and not negative.
fn in_order(value: &Value) {
    match value {
        Value::Object(map) => {
            if map.contains_key("mode") {
                let [low, mode, high] = range(value);
                assert!(0.0 <= low && low <= mode && mode <= high && high.is_finite(), "{value}");
            }
            map.values().for_each(in_order);
        }
        Value::Array(list) => list.iter().for_each(in_order),
        _ => {}
    }
}

fn mode(value: &Value) -> f64 {
    value["mode"].as_f64().unwrap_or(0.0)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// What holds for the answer about anything.
fn is_sensible(document: &Value) {
    in_order(document);
    let stages = document["stages"].as_array().unwrap();
    let names: Vec<_> = stages.iter().map(|stage| stage["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["search", "training", "inference"]);
    for key in ["energy_kilowatt_hours", "emissions_grams_co2e"] {
        let sum: f64 = stages.iter().map(|stage| mode(&stage[key])).sum();
        assert!(near(sum, mode(&document["life_cycle"][key])), "{key}: {sum}\n{document}");
    }
    assert_eq!(document["schema_version"], 1);
    let digest = document["digest"].as_str().unwrap();
    assert!(digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{digest}");
    for source in document["sources"].as_array().unwrap() {
        for key in ["what", "value", "unit", "year", "source"] {
            assert!(source.get(key).is_some(), "{key}: {source}");
        }
        assert_ne!(source["source"], "", "{source}");
    }
}

#[test]
fn every_model_has_a_sensible_estimate() {
    for model in models() {
        let document = json(&estimate(&model, &BOARD));
        is_sensible(&document);
        let warnings = document["warnings"].to_string();
        if document["energy_per_inference_joules"].is_null() {
            assert!(warnings.contains("its layers could not be priced"), "{model}: {warnings}");
            continue;
        }
        for key in ["energy_per_inference_joules", "seconds_per_inference", "cycles_per_inference"] {
            assert!(range(&document[key])[1] > 0.0, "{model}: {key}");
        }
        assert_eq!(document["instructions_per_inference"], Value::Null);
        // The layers are part of the whole.
        let layers: f64 =
            document["layers"].as_array().unwrap().iter().map(|layer| mode(&layer["energy_joules"])).sum();
        let whole = mode(&document["energy_per_inference_joules"]);
        assert!(layers <= whole * (1.0 + 1e-9), "{model}: {layers} J of {whole} J");
        let unknown = !document["unknown_operators"].as_array().unwrap().is_empty();
        assert_eq!(unknown, warnings.contains("could not be priced"), "{model}: {warnings}");
    }
}

#[test]
fn every_scenario_has_a_sensible_estimate_in_every_format() {
    for scenario in scenarios() {
        let document = json(&["estimate", &scenario]);
        is_sensible(&document);
        let life = range(&document["life_cycle"]["energy_kilowatt_hours"])[1];
        assert!(life > 0.0, "{scenario}");
        let csv = run(&["estimate", &scenario, "--format", "csv"]).ok();
        assert!(csv.starts_with("device,section,name,quantity,low,mode,high,unit,year,source\n"));
        let row = csv.lines().find(|line| line.contains(",life_cycle_energy,")).unwrap();
        let csv_life: f64 =
            row.split(",life_cycle_energy,").nth(1).unwrap().split(',').nth(1).unwrap().parse().unwrap();
        assert!(near(csv_life, life), "{row}");
        let markdown = run(&["estimate", &scenario, "--format", "markdown"]).ok();
        assert!(markdown.contains("\n## Where it comes from\n\n| stage | on | in |"), "{markdown}");
        let text = run(&["estimate", &scenario]).ok();
        for part in ["\nWhere it comes from\n", "\nSources\n", "\nNotes\n"] {
            assert!(text.contains(part), "{scenario}: {part}");
        }
    }
}

#[test]
fn every_network_has_an_answer_in_every_format() {
    for model in NETWORKS {
        for (format, part) in [
            ("text", "\nWhat would change the emissions most\n"),
            ("csv", "nucleo-l4r5zi,result,"),
            ("markdown", "\n## Sources\n\n- - "),
        ] {
            let out = run(&[&estimate(model, &BOARD)[..], &["--format", format]].concat()).ok();
            let part = part.replace("- - ", "- ");
            assert!(out.contains(&part), "{model} as {format}: {out}");
        }
    }
}

#[test]
fn the_first_line_is_the_answer() {
    for model in NETWORKS {
        let text = run(&estimate(model, &BOARD)).ok();
        let name = model.trim_start_matches("models/").trim_end_matches(".tflite");
        let first = text.lines().next().unwrap();
        assert!(first.starts_with(&format!("One inference of {name} on nucleo-l4r5zi takes ")), "{first}");
        assert!(answer(&text).contains("gCO2e"), "{text}");
    }
    let text = run(&["estimate", "scenarios/gpt3.json"]).ok();
    assert!(
        text.starts_with("The life of GPT-3, as far as it is known (training), takes at least 1.29 GWh"),
        "{text}"
    );
    let text = run(&["inspect", "models/kws.tflite"]).ok();
    assert!(text.starts_with("kws: 13 operators, 2,656,768 MACs, "), "{text}");
    let text = run(&["validate"]).ok();
    assert!(
        text.lines().next().unwrap().ends_with("published numbers are reproduced within their tolerance.")
    );
}

#[test]
fn gpt_3_took_1287_megawatt_hours_and_552_tonnes() {
    let document = json(&["estimate", "scenarios/gpt3.json"]);
    let training = &document["stages"][1];
    assert!((mode(&training["energy_kilowatt_hours"]) / 1e3 - 1287.0).abs() < 0.5, "{training}");
    assert!((mode(&training["emissions_grams_co2e"]) / 1e6 - 552.1).abs() < 0.1, "{training}");
    assert_eq!(document["life_cycle"]["is_lower_bound"], true);
}

#[test]
fn without_a_device_all_boards_stand_side_by_side() {
    let document = json(&["estimate", "models/kws.tflite", "--grid", "DE"]);
    let devices = document["devices"].as_array().unwrap();
    assert!(devices.len() >= 8, "{}", devices.len());
    devices.iter().for_each(is_sensible);
    let energies: Vec<f64> = devices.iter().map(|row| mode(&row["energy_per_inference_joules"])).collect();
    assert!(energies.is_sorted(), "{energies:?}");
    let text = run(&["estimate", "models/kws.tflite", "--grid", "DE"]).ok();
    assert!(text.starts_with("One inference of kws takes "), "{text}");
    assert!(answer(&text).contains(" on nucleo-l4r5zi: no device was given"), "{text}");
}

#[test]
fn the_same_question_has_the_same_bits() {
    for input in ["scenarios/kws-battery.json", "scenarios/paper-25x10.json"] {
        let twice = [(); 2].map(|()| run(&["estimate", input, "--format", "json"]).ok());
        assert_eq!(twice[0], twice[1], "{input}");
    }
}

#[test]
fn another_question_has_another_digest() {
    let digest = |more: &[&str]| json(&estimate("models/ad.tflite", more))["digest"].clone();
    let all = [
        digest(&BOARD),
        digest(&["--device", "nucleo-l4r5zi", "--grid", "FR"]),
        digest(&["--device", "nucleo-u575zi", "--grid", "DE"]),
        digest(&[&BOARD[..], &["--inferences", "2"]].concat()),
    ];
    for (index, one) in all.iter().enumerate() {
        assert!(all.iter().skip(index + 1).all(|other| other != one), "{all:?}");
    }
}

#[test]
fn cc_1316_what_cant_be_priced_is_not_known_and_never_0() {
    // Every operator of this model is open in its shape.
    let text = run(&estimate("models/dynamic_time.tflite", &BOARD)).ok();
    assert!(text.starts_with("The energy of dynamic_time is not known."), "{text}");
    assert!(!text.contains(" 0 J") && !text.contains("0 gCO2e") && !text.contains("0 kWh"), "{text}");
    let over = [&BOARD[..], &["--max-joules-per-inference", "1"]].concat();
    assert_eq!(run(&estimate("models/dynamic_time.tflite", &over)).code, 3);
    // One of three operators of this one can't be counted: what is known is a lower bound, and keeps no budget.
    let text = run(&estimate("models/unknown_while.tflite", &BOARD)).ok();
    assert!(text.starts_with("One inference of unknown_while on nucleo-l4r5zi takes at least "), "{text}");
    assert_eq!(run(&estimate("models/unknown_while.tflite", &over)).code, 3);
}
