//! Exit codes: 2 for a wrong usage, 3 for a budget that is not kept.

use std::fs;

use crate::run::{BOARD, NETWORKS, estimate, run, run_in, scratch};

#[test]
fn a_wrong_usage_exits_with_2() {
    for args in [
        &[][..],
        &["bogus"],
        &["estimate"],
        &["estimate", "models/kws.tflite", "--bogus"],
        &["estimate", "models/kws.tflite", "--format", "html5"],
        &["estimate", "models/kws.tflite", "--watts", "1"],
        &[
            "estimate",
            "models/kws.tflite",
            "--device",
            "a100",
            "--watts",
            "1",
            "--operations-per-second",
            "1",
        ],
        &["inspect", "models/kws.tflite", "--out", ""],
        &["completions", "tcl"],
    ] {
        let ran = run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("Usage: ") || ran.stderr.contains("--help"), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn a_budget_that_is_kept_exits_with_0() {
    run(&[&estimate(NETWORKS[0], &BOARD)[..], &["--max-joules-per-inference", "1", "--max-grams", "1"]]
        .concat())
    .ok();
}

#[test]
fn a_budget_that_is_exceeded_exits_with_3_and_still_answers() {
    for (budget, limit, sentence) in [
        ("--max-joules-per-inference", "1e-9", "the energy of one inference is most likely "),
        ("--max-grams", "1e-12", "the emissions of the life cycle are most likely "),
    ] {
        let ran = run(&[&estimate(NETWORKS[0], &BOARD)[..], &[budget, limit]].concat());
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        assert!(ran.stdout.starts_with("One inference of ad "), "{}", ran.stdout);
        let said = ran.stderr.strip_prefix("joulegram: ").unwrap();
        assert!(said.starts_with(sentence) && said.contains(&format!("({budget})")), "{said}");
        assert_eq!(said.lines().count(), 1);
    }
}

#[test]
fn what_is_not_known_does_not_keep_a_budget() {
    let folder = scratch("unknown_budget");
    let scenario = r#"{
        "schema_version": 1,
        "training": { "measured": { "energy_kilowatt_hours": 1, "pue_included": true } }
    }"#;
    fs::write(folder.join("s.json"), scenario).unwrap();
    let ran = run_in(&folder, &["estimate", "s.json", "--max-joules-per-inference", "1"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(
        ran.stderr,
        "joulegram: the energy of one inference is not fully known, which does not keep the budget of 1.00 J \
         (--max-joules-per-inference)\n"
    );
}

#[test]
fn a_budget_needs_one_device() {
    let sentence = run(&["estimate", NETWORKS[0], "--max-grams", "1"]).refused();
    assert_eq!(sentence, "a budget needs one device to hold on: give --device");
}
