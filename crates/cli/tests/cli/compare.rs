//! `joulegram compare`.

use crate::run::{json, run};

const BOTH: [&str; 3] = ["compare", "scenarios/spotter-small.json", "scenarios/spotter-searched.json"];

#[test]
fn every_format_says_how_far_apart_why_and_where_they_cross() {
    for format in ["text", "markdown", "html", "csv"] {
        let text = run(&[&BOTH[..], &["--format", format]].concat()).ok();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("searched spotter") && text.contains("grid factor"), "{format}");
        if format != "csv" {
            assert!(text.contains("begins with less; after"), "{format}: {text}");
        }
    }
    let page = run(&[&BOTH[..], &["--format", "html"]].concat()).ok();
    assert!(page.contains("id=\"crossing-title\"") && page.contains("equal at "));
}

#[test]
fn the_lives_are_what_estimate_says_of_each() {
    let comparison = json(&BOTH);
    for (side, file) in [("first", BOTH[1]), ("second", BOTH[2])] {
        let own = json(&["estimate", file]);
        for key in ["energy_kilowatt_hours", "emissions_grams_co2e"] {
            let (a, b) = (&comparison["life_cycle"][side][key], &own["life_cycle"][key]);
            assert_eq!(a["mode"], b["mode"], "{side} {key}");
            // Fewer draws: the borders differ by little.
            let (a, b) = (a["high"].as_f64().unwrap(), b["high"].as_f64().unwrap());
            assert!((a / b - 1.0).abs() < 0.1, "{side} {key}: {a} {b}");
        }
    }
}

#[test]
fn the_other_way_round_only_signs_change() {
    let (there, back) = (json(&BOTH), json(&[BOTH[0], BOTH[2], BOTH[1]]));
    let difference = |comparison: &serde_json::Value, key: &str| {
        comparison["difference_grams_co2e"][key].as_f64().unwrap()
    };
    assert!((difference(&there, "mode") + difference(&back, "mode")).abs() < 1e-9);
    assert!((difference(&there, "low") + difference(&back, "high")).abs() < 1e-9);
    assert_eq!(there["crossing"]["inferences"], back["crossing"]["inferences"]);
    let reasons = |comparison: &serde_json::Value| {
        comparison["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reason| reason["what"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(reasons(&there), reasons(&back));
}

#[test]
fn what_is_wrong_names_the_scenario_it_is_in() {
    assert_eq!(run(&[BOTH[0], BOTH[1], "none.json"]).refused(), "none.json: there is no such file");
    let sentence = run(&[BOTH[0], "models/kws.tflite", BOTH[1]]).refused();
    assert!(sentence.starts_with("models/kws.tflite: "), "{sentence}");
}
