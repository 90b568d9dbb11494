//! Devices in the field: battery life by a sheet worked by hand, idle as what takes most, and what is refused.

use std::fs;

use serde_json::{Value, json};

use crate::run::{Ran, fixtures, json as answer_json, run_in, scratch};

fn mode(value: &Value) -> f64 {
    value["mode"].as_f64().unwrap_or_else(|| panic!("{value}"))
}

fn scenario(device: &str, inferences: f64, joules: Option<f64>, edge: &Value) -> Value {
    json!({
        "schema_version": 1,
        "model": { "file": fixtures().join("models/kws.tflite") },
        "inference": {
            "device": device,
            "site": { "grid": "DE" },
            "bottom_up": { "inferences": inferences, "energy_per_inference_joules": joules },
            "edge": edge
        }
    })
}

fn ran(scenario: &Value, more: &[&str]) -> Ran {
    let folder = scratch("edge");
    fs::write(folder.join("s.json"), scenario.to_string()).unwrap();
    run_in(&folder, &[&["estimate", "s.json"], more].concat())
}

/// One keyword a minute for a year, on a coin cell.
fn keyword_spotter(change: impl FnOnce(&mut Value)) -> Value {
    let mut edge = json!({
        "years": 1,
        "rest_watts": 8e-6,
        "radio": { "reports_per_day": 24, "joules_per_report": 0.0003 },
        "supply": { "battery": { "cell": "cr2032", "converter": { "linear": { "supply_volts": 1.8 } } } }
    });
    change(&mut edge);
    scenario("nucleo-u575zi", 525_960.0, Some(0.0014), &edge)
}

#[test]
fn a_keyword_spotter_on_a_coin_cell_lasts_as_long_as_the_sheet_says() {
    // A day: 1,440 * 1.4 mJ = 2.0160 J; 8 uW over 86,324 s (inferences take 76 s) = 0.6906 J; 24 * 0.3 mJ = 0.0072 J;
    // 2.7138 J. At 1.8 V that is 1.5077 C = 0.41880 mAh. Of 225 mAh 90 % can be used: 202.5 / 0.41880 = 483.5 days. One
    // percent a year of what is left is lost: s = 2.7516e-5 a day, ln(1 + 5.572e-6 / (6.191e-7 + 4.1880e-4)) / s = 479.6.
    let text = ran(&keyword_spotter(|_| {}), &["--format", "json"]).ok();
    let document: Value = serde_json::from_str(&text).unwrap();
    let edge = &document["edge"];
    let days = mode(&edge["battery_life_days"]);
    assert!((days / 479.6 - 1.0).abs() < 0.01, "{days}");
    assert!((mode(&edge["active_joules_per_day"]) / 2.016 - 1.0).abs() < 1e-9);
    assert!((mode(&edge["rest_joules_per_day"]) / 0.6906 - 1.0).abs() < 1e-3);
    // From a cell of 2.85 V a linear regulator takes more energy than the device at 1.8 V.
    let losses = mode(&edge["losses_joules_per_day"]);
    assert!((losses / (2.7138 * (2.85 / 1.8 - 1.0)) - 1.0).abs() < 1e-3, "{losses}");
    assert_eq!(mode(&edge["cells"]), 1.0);
    assert_eq!(edge["cells_grams_co2e"], Value::Null);
}

#[test]
fn a_board_that_waits_with_its_clock_on_spends_its_day_waiting() {
    // The reference board of MLPerf Tiny draws 31 to 36 mW between windows of 41 to 48 mW.
    let edge = json!({ "years": 1, "rest": "idle", "supply": { "mains": {} } });
    let board = scenario("nucleo-l4r5zi", 3_155_760.0, None, &edge);
    let text = ran(&board, &[]).ok();
    let day = text.split("A day of one device in the field").nth(1).unwrap();
    let first = day.lines().nth(2).unwrap();
    assert!(first.trim_start().starts_with("losses") || first.trim_start().starts_with("between"), "{day}");
    let document: Value = serde_json::from_str(&ran(&board, &["--format", "json"]).ok()).unwrap();
    let edge = &document["edge"];
    assert!(mode(&edge["rest_joules_per_day"]) > 10.0 * mode(&edge["active_joules_per_day"]), "{edge}");
    assert_eq!(edge["battery_life_days"], Value::Null);
}

#[test]
fn a_fleet_in_the_field_tells_cells_energy_and_emissions() {
    let document = answer_json(&["estimate", "scenarios/kws-sensor.json"]);
    let edge = &document["edge"];
    let days = 3.0 * 365.25 * 1000.0;
    let inference = &document["stages"][2];
    let total = mode(&edge["taken_joules_per_day"]) * days;
    assert!((mode(&inference["energy_joules"]) / total - 1.0).abs() < 1e-12);
    assert_eq!(mode(&edge["cells"]), 2000.0);
    let warnings = document["warnings"].to_string();
    assert!(warnings.contains("what making a aa_lithium emits is not known"), "{warnings}");
    assert!(warnings.contains("aa_lithium is no grid"), "{warnings}");
}

#[test]
fn fields_that_make_no_sense_are_refused() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str); 6] = [
        (
            |edge| edge["supply"]["battery"]["cell"] = json!("cr2023"),
            "inference.edge.supply.battery.cell: unknown cell `cr2023`; did you mean `cr2032`?",
        ),
        (
            |edge| edge["years"] = json!(0),
            "inference.edge.years: 0 years is too small: it must be greater than 0 years",
        ),
        (
            |edge| edge["supply"]["battery"]["converter"]["linear"]["supply_volts"] = json!(3.3),
            "inference: empty cells give 2 V, and a linear converter needs at least the 3.3 V behind it: raise `in_series`, or take a switching one",
        ),
        (
            |edge| edge["rest_watts"] = Value::Null,
            "inference: `edge` needs `rest_watts`: the device's own power between inferences is not known",
        ),
        (|edge| edge["years"] = json!(1e-4), "inference: the inferences of a day take each device 212"),
        (
            |edge| edge["radio"] = json!({ "reports_per_day": 1 }),
            "inference.edge.radio: missing field `joules_per_report`",
        ),
    ];
    for (change, sentence) in cases {
        let refused = ran(&keyword_spotter(change), &[]).refused();
        assert!(refused.starts_with(&format!("s.json: {sentence}")), "{refused}");
    }
}
