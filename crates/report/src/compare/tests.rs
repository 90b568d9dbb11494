use serde_json::{Value, json};

use super::*;
use crate::resolve::resolve;
use crate::scenario_file::ScenarioFile;

/// Trained for so many kilowatt-hours, used at so many joules each.
fn scenario(name: &str, training: f64, joules: f64, grid: f64) -> Value {
    json!({
        "schema_version": 1, "name": name, "site": { "grid": grid, "pue": 1 },
        "training": { "measured": { "energy_kilowatt_hours": training, "pue_included": true } },
        "inference": { "bottom_up": { "inferences": 1_000_000, "energy_per_inference_joules": joules } }
    })
}

fn case(scenario: &Value) -> Case {
    let file = ScenarioFile::from_json("s.json", &scenario.to_string()).unwrap();
    resolve("s.json", &file, None, &|name| Err(name.to_owned())).unwrap()
}

fn compare(a: &Value, b: &Value) -> Comparison {
    Comparison::of(["a.json", "b.json"], [&case(a), &case(b)]).unwrap()
}

#[track_caller]
fn near(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-9 * expected.abs().max(1e-9), "{got}, expected {expected}");
}

#[test]
fn lives_cross_where_both_have_emitted_the_same() {
    // 0.1 kWh and 7.2 J against 1.1 kWh and 3.6 J: 1 kWh is saved at 1 mWh each.
    let comparison = compare(&scenario("small", 0.1, 7.2, 400.0), &scenario("large", 1.1, 3.6, 400.0));
    let crossing = comparison.crossing.unwrap();
    near(crossing.inferences.unwrap().mode(), 1e6);
    let life = |life: &paired::Life| life.start_grams_co2e + life.grams_co2e_per_inference * 1e6;
    near(life(&crossing.first), life(&crossing.second));
    near(crossing.share_of_draws, 1.0);
}

#[test]
fn a_life_that_begins_with_less_and_adds_less_is_never_overtaken() {
    let comparison = compare(&scenario("a", 0.1, 3.6, 400.0), &scenario("b", 1.1, 7.2, 400.0));
    let crossing = comparison.crossing.unwrap();
    assert_eq!((crossing.inferences, crossing.share_of_draws.to_bits()), (None, 0.0_f64.to_bits()));
}

#[test]
fn the_reasons_and_their_interplay_sum_to_the_difference() {
    let comparison = compare(&scenario("a", 0.1, 3.6, 400.0), &scenario("b", 1.1, 7.2, 50.0));
    let explained: f64 = comparison.reasons.iter().map(|reason| reason.grams_co2e).sum();
    let difference = comparison.difference_grams_co2e.unwrap().mode();
    near(explained + comparison.interplay_grams_co2e.unwrap(), difference);
    near(difference, 50.0 * (1.1 + 2.0) - 400.0 * (0.1 + 1.0));
    assert!(comparison.reasons.is_sorted_by(|a, b| a.grams_co2e.abs() >= b.grams_co2e.abs()));
    let first = &comparison.reasons[0];
    assert_eq!((first.what, first.stage), ("grid factor", Some("inference")));
    // 1 kWh at 50 instead of 400 g, and 2 kWh at them.
    near(first.into_first_grams_co2e.unwrap(), -350.0);
    near(first.out_of_second_grams_co2e.unwrap(), -700.0);
}

#[test]
fn one_difference_is_the_whole_reason() {
    let comparison = compare(&scenario("a", 0.1, 3.6, 400.0), &scenario("b", 0.1, 7.2, 400.0));
    assert_eq!(comparison.reasons.len(), 1);
    near(comparison.reasons[0].grams_co2e, 400.0);
    assert!(comparison.interplay_grams_co2e.unwrap().abs() < 1e-9);
}

#[test]
fn a_scenario_does_not_differ_from_itself_however_uncertain_it_is() {
    let mut wide = scenario("a", 0.1, 3.6, 400.0);
    wide["site"]["grid"] = json!("DE");
    wide["inference"]["bottom_up"]["energy_per_inference_joules"] = json!({ "low": 1, "mode": 2, "high": 9 });
    let comparison = compare(&wide, &wide);
    let difference = comparison.difference_grams_co2e.unwrap();
    assert!(difference.is_exact() && difference.mode() == 0.0, "{difference:?}");
    assert!(comparison.reasons.is_empty());
    let life = comparison.life_cycle.first.emissions_grams_co2e.unwrap();
    assert!(life.low() < life.high());
}

#[test]
fn a_stage_that_only_one_has_is_a_reason() {
    let mut without = scenario("a", 0.1, 3.6, 400.0);
    without.as_object_mut().unwrap().remove("training");
    let comparison = compare(&without, &scenario("b", 0.1, 3.6, 400.0));
    let reason = &comparison.reasons[0];
    assert_eq!((reason.what, reason.stage), ("the stage itself", Some("training")));
    near(reason.grams_co2e, 40.0);
    // What came before the use of the first is not known: no crossing.
    assert_eq!(comparison.crossing, None);
    assert!(comparison.warnings.iter().any(|warning| warning.starts_with("first: ")));
}
