//! Measures ranked: in the order and with the grams that a calculation by hand gives.

use serde_json::Value;

use crate::run::{fixtures, json, run, run_in, scenarios, scratch};

const BATTERY: &str = "scenarios/kws-battery.json";

fn mode(value: &Value) -> f64 {
    value["mode"].as_f64().unwrap_or_else(|| panic!("{value}"))
}

/// Stage `index`'s most likely grams.
fn grams(estimate: &Value, index: usize) -> f64 {
    mode(&estimate["stages"][index]["emissions_grams_co2e"])
}

/// Most likely value of the source with these words.
fn source(estimate: &Value, what: &str, of: &str) -> f64 {
    let rows = estimate["sources"].as_array().unwrap();
    let row = rows.iter().find(|row| row["what"] == what && row["of"] == of);
    row.unwrap_or_else(|| panic!("{what} of {of}"))["value"].as_f64().unwrap()
}

/// Compares savings with those of a hand calculation: the same order, each within 1 %.
fn ranks_as(levers: &Value, mut by_hand: Vec<(&str, f64)>) {
    by_hand.sort_by(|a, b| b.1.total_cmp(&a.1));
    let savings = levers["savings"].as_array().unwrap();
    let names: Vec<_> = savings.iter().map(|saving| saving["measure"].as_str().unwrap()).collect();
    let expected: Vec<_> = by_hand.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, expected, "{by_hand:?}");
    for (saving, (name, hand)) in savings.iter().zip(&by_hand) {
        let got = mode(&saving["saved_grams_co2e"]);
        assert!((got / hand - 1.0).abs() < 0.01, "{name}: {got} by hand {hand}");
    }
}

/// g/kWh of the place that the region measure moves to.
fn moved_to(levers: &Value) -> f64 {
    let savings = levers["savings"].as_array().unwrap();
    let region = savings.iter().find(|saving| saving["measure"] == "other_region").unwrap();
    let place = region["to"].as_str().unwrap();
    let code = place.rsplit('(').next().unwrap().trim_end_matches(')');
    json(&["grids", code])["grids"][0]["mode"].as_f64().unwrap()
}

#[test]
fn a_battery_keyword_spotters_first_measure_is_to_sleep() {
    let (levers, estimate) = (json(&["levers", BATTERY]), json(&["estimate", BATTERY]));
    let (search, training) = (grams(&estimate, 0), grams(&estimate, 1));
    let making = search + training;
    let grid = source(&estimate, "grid factor", "Germany (DE)");
    let joule = grid / 3.6e6;
    let idle = source(&estimate, "idle power", "nucleo-u575zi");
    let seconds = mode(&estimate["stages"][2]["seconds"]);
    let waiting = 8766.0 * 3600.0 - seconds;
    let active = mode(&estimate["energy_per_inference_joules"]) * 31_557_600.0 * joule;
    let seventh = 1.0 - 1.0 / 7.0;
    // Time that is no longer computed is waited.
    let lean = making * seventh + active * seventh - idle * seconds * seventh * joule;
    ranks_as(
        &levers,
        vec![
            ("duty_cycle", (idle - 8e-6) * waiting * joule),
            ("lean_architecture", lean),
            ("other_region", making * (1.0 - moved_to(&levers) / grid)),
            ("gpu_to_tpu", making * (1.0 - 1.0 / 5.7)),
            ("gpu_to_tpu_measured", making * (1.0 - 1.0 / 3.2)),
            ("early_stop", making / 2.0),
            ("fewer_runs", search / 2.0),
            ("shared_architecture", search / 2.0 * (1.0 - 1e-15)),
            ("time_shift", making * 0.3),
            ("better_pue", making * (1.0 - 1.12 / 1.56)),
        ],
    );
    let first = &levers["savings"][0];
    assert!(first["share"].as_f64().unwrap() > 0.5, "{first}");
}

#[test]
fn a_board_that_waits_at_three_quarters_of_its_power_saves_most_by_not_waiting() {
    // The reference board of MLPerf Tiny: 31 to 36 mW between windows of 41 to 48 mW.
    let scenario = serde_json::json!({
        "schema_version": 1,
        "model": { "file": fixtures().join("models/kws.tflite") },
        "inference": {
            "device": "nucleo-l4r5zi",
            "site": { "grid": "DE" },
            "bottom_up": { "inferences": 31_557_600 },
            "edge": { "years": 1, "rest": "idle", "supply": { "mains": {} } }
        },
        "what_if": { "sleep_watts": 2e-5 }
    });
    let folder = scratch("levers_idle");
    std::fs::write(folder.join("s.json"), scenario.to_string()).unwrap();
    let text = run_in(&folder, &["levers", "s.json", "--format", "json"]).ok();
    let levers: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(levers["savings"][0]["measure"], "duty_cycle", "{levers}");
    let tenths = levers["sensitivity"].as_array().unwrap();
    let first = tenths.iter().find(|tenth| tenth["of"] == "nucleo-l4r5zi").unwrap();
    assert_eq!(first["what"], "idle power", "{levers}");
}

#[test]
fn a_gpt_3_size_trainings_measures_rank_as_the_hand_says() {
    let file = "scenarios/gpt3.json";
    let (levers, estimate) = (json(&["levers", file]), json(&["estimate", file]));
    let training = grams(&estimate, 1);
    ranks_as(
        &levers,
        vec![
            ("other_region", training * (1.0 - moved_to(&levers) / 429.0)),
            ("sparse_activation", training * 0.9),
            ("lean_architecture", training * (1.0 - 1.0 / 7.0)),
            ("gpu_to_tpu", training * (1.0 - 1.0 / 5.7)),
            ("gpu_to_tpu_measured", training * (1.0 - 1.0 / 3.2)),
        ],
    );
    let savings = levers["savings"].as_array().unwrap();
    assert_eq!(savings[0]["saved_kilowatt_hours"]["mode"], 0.0);
    assert_eq!(savings[1]["description"]["accuracy"], "unknown");
    let reason = |measure: &str| {
        let refused = levers["refused"].as_array().unwrap();
        refused.iter().find(|row| row["measure"] == measure).unwrap()["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(reason("time_shift"), "a run takes more than half an hour: longer ones save far less");
    assert_eq!(reason("random_search"), "no number is known: give what_if.random_runs");
    assert_eq!(reason("better_pue"), "no stage is in a data centre with a worse PUE");
}

#[test]
fn the_papers_own_networks_measures_rank_as_the_hand_says() {
    for file in scenarios().iter().filter(|file| file.contains("paper")) {
        let (levers, estimate) = (json(&["levers", file]), json(&["estimate", file]));
        let (training, inference) = (grams(&estimate, 1), grams(&estimate, 2));
        let life = training + inference;
        let grid = source(&estimate, "grid factor", "Germany (DE)");
        // A pass is computing and moving; a batch of 32 moves a 32nd of the weights. Training, whose batch is 32, takes
        // 1e6 * 5 passes of those.
        let batched = training / 5e6 * 2e7;
        ranks_as(
            &levers,
            vec![
                ("other_region", life * (1.0 - moved_to(&levers) / grid)),
                ("cpu_to_gpu", life * 0.9),
                ("lean_architecture", life * (1.0 - 1.0 / 7.0)),
                ("batch", inference - batched),
                ("early_stop", training / 2.0),
            ],
        );
    }
}

#[test]
fn measures_are_combined_one_after_the_other_and_some_may_not_be() {
    let levers = json(&["levers", BATTERY, "--combine", "duty_cycle,early_stop"]);
    let saving = |measure: &str| {
        let savings = levers["savings"].as_array().unwrap();
        mode(&savings.iter().find(|saving| saving["measure"] == measure).unwrap()["saved_grams_co2e"])
    };
    let sum = saving("duty_cycle") + saving("early_stop");
    assert!((mode(&levers["combined"]["saved_grams_co2e"]) / sum - 1.0).abs() < 1e-9);
    for (list, sentence) in [
        ("fewer_runs,fewer_runs", "--combine: fewer_runs: it can't be combined with fewer runs"),
        (
            "gpu_to_tpu,gpu_to_tpu_measured",
            "--combine: gpu_to_tpu_measured: it can't be combined with a TPU instead of a GPU",
        ),
        ("joint_compression", "--combine: joint_compression: its weights are of 8 bits already"),
        ("early_stopp", "--combine: unknown measure `early_stopp`; did you mean `early_stop`?"),
    ] {
        assert_eq!(run(&["levers", BATTERY, "--combine", list]).refused(), sentence);
    }
}

#[test]
fn a_ranking_is_told_in_every_format() {
    let text = run(&["levers", BATTERY]).ok();
    assert!(text.contains("Most is saved by sleep instead of waiting"), "{text}");
    assert!(text.contains("effect on") && text.contains("unknown"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let csv = run(&["levers", BATTERY, "--format", "csv"]).ok();
    assert!(csv.lines().nth(1).unwrap().starts_with("saving,duty_cycle,inference,"), "{csv}");
    assert!(run(&["levers", BATTERY, "--format", "markdown"]).ok().contains("| measure |"));
    assert_eq!(
        run(&["levers", "models/kws.tflite"]).refused(),
        "models/kws.tflite: it is a model: give a scenario .json that names it under `model`"
    );
}
