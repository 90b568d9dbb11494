//! Numbers and names that are wrong: one sentence with field, value and limit; nothing printed, nothing written.

use std::fs;

use crate::run::{names_in, run, run_in, scratch};

/// What a flag says about numbers that no flag takes.
const NO_NUMBERS: [(&str, &str); 7] = [
    ("", "it is blank: give a number"),
    ("  ", "it is blank: give a number"),
    ("1,5", "`1,5` is not a number; did you mean `1.5`?"),
    ("1,234,567", "`1,234,567` is not a number"),
    ("1e400", "1e400 is larger than a number can be (1.8e308)"),
    ("NaN", "NaN is not a finite number"),
    ("-inf", "-inf is not a finite number"),
];

#[test]
fn a_flag_names_itself_the_value_and_the_limit() {
    for flag in [
        "--pue",
        "--inferences",
        "--samples",
        "--epochs",
        "--search-runs",
        "--max-grams",
        "--max-joules-per-inference",
    ] {
        for (typed, sentence) in NO_NUMBERS {
            if flag == "--pue" && typed == "-inf" {
                continue;
            }
            let said =
                run(&["estimate", "models/kws.tflite", "--device", "nucleo-l4r5zi", flag, typed]).refused();
            assert_eq!(said, format!("{flag}: {sentence}"));
        }
    }
}

#[test]
fn a_flag_with_a_wrong_value_is_refused() {
    for (args, sentence) in [
        (&["--inferences", "-5"][..], "--inferences: -5 is too small: it must be at least 0"),
        (
            &["--inferences", "1e19"],
            "--inferences: 10000000000000000000 is too large: it must be at most 1000000000000000000",
        ),
        (&["--pue", "0.9"], "--pue: 0.9 is too small: it must be at least 1"),
        (&["--pue", "-5"], "--pue: -5 is too small: it must be at least 1"),
        (&["--pue", "11"], "--pue: 11 is too large: it must be at most 10"),
        (&["--pue", "gogle"], "--pue: `gogle`: unknown PUE; did you mean `google` (Google Cloud)?"),
        (&["--grid", ""], "--grid: it is blank: give a number"),
        (&["--grid", "1,5"], "--grid: `1,5` is not a number; did you mean `1.5`?"),
        (&["--grid", "-3"], "--grid: -3 gCO2e/kWh is too small: it must be at least 0 gCO2e/kWh"),
        (&["--grid", "5000"], "--grid: 5000 gCO2e/kWh is too large: it must be at most 1500 gCO2e/kWh"),
        (&["--grid", "germny"], "--grid: `germny`: unknown place; did you mean `DE` (Germany)?"),
        (
            &["--grid", "qqqqqqqq"],
            "--grid: `qqqqqqqq`: unknown place; give an ISO code, a name, a cloud region, or a number of gCO2e/kWh",
        ),
        (
            &["--device", "nucleo-l4r5z"],
            "--device: unknown device `nucleo-l4r5z`; did you mean `nucleo-l4r5zi`?",
        ),
        (&["--device", ""], "--device: it is blank: give a device's name or a profile's file"),
        (&["--device", "none.json"], "--device: `none.json`: there is no such file"),
        (
            &["--watts", "-1", "--operations-per-second", "1"],
            "--watts: -1 W is too small: it must be at least 0 W",
        ),
        (
            &["--watts", "1", "--operations-per-second", "0"],
            "--operations-per-second: 0 operation/s is too small: it must be greater than 0 operation/s",
        ),
        (&["--samples", "5"], "--samples: it needs --epochs too"),
        (&["--epochs", "5"], "--epochs: it needs --samples too"),
        (&["--search-runs", "5"], "--search-runs: it needs a training: give --samples and --epochs"),
        (
            &["--training-device", "a100"],
            "--training-device: it needs a training: give --samples and --epochs",
        ),
        (
            &["--samples", "1", "--epochs", "1", "--training-device", "a10"],
            "--training-device: unknown device `a10`; did you mean `a100`?",
        ),
    ] {
        assert_eq!(run(&[&["estimate", "models/kws.tflite"], args].concat()).refused(), sentence, "{args:?}");
    }
}

/// A scenario whose only stage is a training, with a part of it as given.
fn training(part: &str) -> String {
    format!(
        r#"{{"schema_version": 1, "device": "a100", "model": {{"layers": {{"input": [1, 25], "layers": [{{"dense": {{"units": 25}}}}]}}}},
        "training": {{{part}}}}}"#
    )
}

fn top_down(part: &str) -> String {
    let mut fields = vec![r#""hours": 1"#, r#""processors": 8"#, r#""watts_per_processor": 300"#];
    let name = part.split(':').next().unwrap();
    fields.retain(|field| !field.starts_with(name));
    fields.push(part);
    training(&format!(r#""top_down": {{{}}}"#, fields.join(", ")))
}

const LINE: &str = " (line 2)";

#[test]
fn a_field_of_a_scenario_names_itself_the_value_and_the_limit() {
    let no_number =
        "expected a number or an object with value, or low, mode and high, and optional year and source";
    for (scenario, field, sentence) in [
        (
            top_down(r#""hours": """#),
            "training.top_down.hours",
            format!("invalid type: string \"\", {no_number}"),
        ),
        (
            top_down(r#""hours": "1,5""#),
            "training.top_down.hours",
            format!("invalid type: string \"1,5\", {no_number}"),
        ),
        (top_down(r#""hours": null"#), "training.top_down.hours", format!("invalid type: null, {no_number}")),
        (
            top_down(r#""hours": -5"#),
            "training.top_down.hours",
            "-5 h is too small: it must be at least 0 h".into(),
        ),
        (
            top_down(r#""hours": 1e400"#),
            "training.top_down.hours",
            "1e400 is larger than a number can be (1.8e308)".into(),
        ),
        (
            top_down(r#""hours": NaN"#),
            "training.top_down.hours",
            "`NaN` is no JSON value: a number, or a text in quotes".into(),
        ),
        (top_down(r#""hours": ,"#), "training.top_down.hours", "a value is missing".into()),
        (
            top_down(r#""hours": {"low": 2, "mode": 1, "high": 3}"#),
            "training.top_down.hours",
            "low 2, mode 1, high 3 are not in ascending order".into(),
        ),
        (
            top_down(r#""hours": {"low": 2}"#),
            "training.top_down.hours",
            "give either value, or all of low, mode and high".into(),
        ),
        (
            top_down(r#""processors": 0"#),
            "training.top_down.processors",
            "0 is too small: it must be at least 1".into(),
        ),
        (
            top_down(r#""utilisation": 1.2"#),
            "training.top_down.utilisation",
            "1.2 is too large: it must be at most 1".into(),
        ),
        (
            top_down(r#""utilisation": 0"#),
            "training.top_down.utilisation",
            "0 is too small: it must be greater than 0".into(),
        ),
        (
            top_down(r#""hour": 1"#),
            "training.top_down.hour",
            "unknown field `hour`; did you mean `hours`?".into(),
        ),
        (
            training(r#""device_count": 0, "bottom_up": {"samples": 1, "epochs": 1}"#),
            "training.device_count",
            "0 is too small: it must be at least 1".into(),
        ),
        (
            training(r#""bottom_up": {"samples": 1, "epochs": 1, "overhead_share": 1}"#),
            "training.bottom_up.overhead_share",
            "1 is too large: it must be less than 1".into(),
        ),
        (training(r#""bottom_up": {"samples": 1}"#), "training.bottom_up", "missing field `epochs`".into()),
        (
            training(r#""site": {"pue": 0.9}, "bottom_up": {"samples": 1, "epochs": 1}"#),
            "training.site.pue",
            "0.9 is too small: it must be at least 1".into(),
        ),
        (
            training(r#""site": {"grid": -3}, "bottom_up": {"samples": 1, "epochs": 1}"#),
            "training.site.grid",
            "-3 gCO2e/kWh is too small: it must be at least 0 gCO2e/kWh".into(),
        ),
        (
            training(r#""site": {"grid": 5000}, "bottom_up": {"samples": 1, "epochs": 1}"#),
            "training.site.grid",
            "5000 gCO2e/kWh is too large: it must be at most 1500 gCO2e/kWh".into(),
        ),
        (
            training(r#""site": "DE""#),
            "training.site",
            "invalid type: string \"DE\", expected an object".into(),
        ),
        (
            training(r#""measured": {"energy_kilowatt_hours": 1}"#),
            "training.measured",
            "missing field `pue_included`".into(),
        ),
    ] {
        refuses("bad_fields", &scenario, &format!("{field}: {sentence}"), LINE);
    }
}

#[test]
fn a_name_in_a_scenario_that_is_not_known_offers_the_nearest() {
    for (scenario, sentence) in [
        (
            training(r#""device": "a10", "bottom_up": {"samples": 1, "epochs": 1}"#),
            "training.device: unknown device `a10`; did you mean `a100`?",
        ),
        (
            training(r#""site": {"grid": "Germny"}, "bottom_up": {"samples": 1, "epochs": 1}"#),
            "training.site.grid: `Germny`: unknown place; did you mean `DE` (Germany)?",
        ),
        (
            training(r#""site": {"pue": "gogle"}, "bottom_up": {"samples": 1, "epochs": 1}"#),
            "training.site.pue: `gogle`: unknown PUE; did you mean `google` (Google Cloud)?",
        ),
        (training(""), "training: give one of `bottom_up`, `top_down`, `measured`"),
        (
            training(r#""device": {"file": "none.json"}, "bottom_up": {"samples": 1, "epochs": 1}"#),
            "training.device.file: `none.json`: there is no such file",
        ),
    ] {
        refuses("bad_names", &scenario, sentence, "");
    }
}

/// The sentence about a scenario file; `line` is the line number that reading adds.
fn refuses(test: &str, scenario: &str, sentence: &str, line: &str) {
    let folder = scratch(test);
    fs::write(folder.join("s.json"), scenario).unwrap();
    let said = run_in(&folder, &["estimate", "s.json", "--out", "result.txt"]).refused();
    assert_eq!(said, format!("s.json: {sentence}{line}"), "{scenario}");
    assert_eq!(names_in(&folder), ["s.json"]);
}
