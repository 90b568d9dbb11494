//! Numbers that keep a budget: by the scenario's own grams, by a battery's days, by the device.

use serde_json::Value;

use crate::run::{json, run};

const BATTERY: &str = "scenarios/kws-battery.json";
const SENSOR: &str = "scenarios/kws-sensor.json";

fn mode(value: &Value) -> f64 {
    value["mode"].as_f64().unwrap_or_else(|| panic!("{value}"))
}

#[test]
fn the_grams_of_a_scenario_give_its_own_numbers_back() {
    let estimate = json(&["estimate", BATTERY]);
    let grams = mode(&estimate["life_cycle"]["emissions_grams_co2e"]).to_string();
    for (vary, now) in [("samples", 84_843.0), ("epochs", 36.0), ("runs", 24.0), ("inferences", 31_557_600.0)]
    {
        let fitted = json(&["fit", BATTERY, "--vary", vary, "--budget-grams", &grams]);
        let found = mode(&fitted["fit"]["value"]);
        assert!((found / now - 1.0).abs() < 1e-6, "{vary}: {fitted}");
        assert_eq!(fitted["fit"]["method"], "exact", "{vary}");
    }
    // Ten grams more buy what ten grams of search and training are: they are 6.67 g for 36 epochs.
    let making: f64 = (0..2).map(|stage| mode(&estimate["stages"][stage]["emissions_grams_co2e"])).sum();
    let more = (grams.parse::<f64>().unwrap() + 10.0).to_string();
    let fitted = json(&["fit", BATTERY, "--vary", "epochs", "--budget-grams", &more]);
    assert!((mode(&fitted["fit"]["value"]) / (36.0 * (1.0 + 10.0 / making)) - 1.0).abs() < 1e-6, "{fitted}");
    assert_eq!(fitted["whole"], (36.0 * (1.0 + 10.0 / making)).floor());
}

#[test]
fn a_batterys_days_give_the_inferences_that_they_leave() {
    let fitted = json(&["fit", SENSOR, "--vary", "inferences", "--battery-days", "3652.5"]);
    assert_eq!(fitted["fit"]["method"], "bisection");
    let found = mode(&fitted["fit"]["value"]);
    // The same scenario with that many lasts ten years.
    let count = found.to_string();
    let days =
        json(&["estimate", SENSOR, "--inferences", &count])["edge"]["battery_life_days"]["mode"].clone();
    assert!((days.as_f64().unwrap() / 3652.5 - 1.0).abs() < 1e-6, "{days} {fitted}");
    let text = run(&["fit", SENSOR, "--vary", "device", "--battery-days", "3652.5"]).ok();
    assert!(text.contains("devices most likely keep the budget of 3,650 days"), "{text}");
}

#[test]
fn devices_that_keep_the_budget_come_first() {
    let fitted = json(&["fit", BATTERY, "--vary", "device", "--budget-grams", "60"]);
    let keeps: Vec<bool> =
        fitted["devices"].as_array().unwrap().iter().map(|row| row["keeps"].as_bool().unwrap()).collect();
    assert!(keeps.contains(&true) && keeps.contains(&false), "{fitted}");
    assert!(keeps.is_sorted_by(|a, b| a >= b));
}

#[test]
fn budgets_that_can_not_be_kept_are_one_sentence() {
    for (args, sentence) in [
        (
            ["--vary", "epochs", "--budget-grams", "1"],
            "scenarios/kws-battery.json: the budget of 1.00 gCO2e can't be kept: without any it is 55.5 gCO2e already",
        ),
        (
            ["--vary", "epochs", "--budget-grams", "-1"],
            "--budget-grams: -1 gCO2e is too small: it must be at least 0 gCO2e",
        ),
        (
            ["--vary", "inferences", "--battery-days", "10"],
            "scenarios/kws-battery.json: what the budget limits is not known of this scenario",
        ),
    ] {
        assert_eq!(run(&[&["fit", BATTERY], &args[..]].concat()).refused(), sentence);
    }
    let without = run(&["fit", BATTERY, "--vary", "epochs"]).refused();
    assert_eq!(without, "a budget is missing: --budget-grams, --budget-joules or --battery-days");
    let gpt3 = run(&["fit", "scenarios/gpt3.json", "--vary", "runs", "--budget-grams", "1e9"]).refused();
    assert_eq!(gpt3, "scenarios/gpt3.json: the scenario has no search runs to vary");
}

#[test]
fn an_answer_is_told_in_every_format() {
    let budget = ["--vary", "epochs", "--budget-grams", "100"];
    let text = run(&[&["fit", BATTERY], &budget[..]].concat()).ok();
    assert!(text.starts_with("Most likely 240 epochs keep the budget of 100 gCO2e ("), "{text}");
    let csv = run(&[&["fit", BATTERY], &budget[..], &["--format", "csv"]].concat()).ok();
    assert!(csv.lines().nth(1).unwrap().starts_with("epochs,,"), "{csv}");
    assert!(
        run(&[&["fit", BATTERY], &budget[..], &["--format", "markdown"]].concat())
            .ok()
            .contains("240 epochs")
    );
}
