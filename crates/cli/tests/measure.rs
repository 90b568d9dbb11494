//! `joulegram measure` from outside, its meters on recorded trees.

#![expect(clippy::unwrap_used, reason = "a test without its fixtures fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(path)
}

/// Runs `measure` on `model` in the recorded tree `tree`, briefly.
fn measure(model: &str, tree: &str, arguments: &[&str]) -> Output {
    measure_in(model, &fixture("sysfs").join(tree), arguments)
}

fn measure_in(model: &str, root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_joulegram"));
    command.arg("measure").arg(fixture("models").join(model)).arg("--sysfs-root").arg(root);
    if !arguments.contains(&"--seconds") {
        command.args(["--seconds", "0.5"]);
    }
    command.args(arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Exit code 1 and one sentence; the sentence.
fn refused(output: &Output) -> String {
    let sentence = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!((output.status.code(), sentence.lines().count()), (Some(1), 1), "{sentence}");
    sentence
}

#[test]
fn without_a_meter_seconds_are_there_and_joules_are_not_known() {
    let output = measure("ad.tflite", "none", &["--format", "json"]);
    assert!(output.stderr.is_empty(), "no progress where there is no terminal");
    let measured = json(&output);
    let seconds = &measured["seconds_per_inference"];
    let part = |name: &str| seconds[name].as_f64().unwrap();
    assert!(0.0 < part("low") && part("low") <= part("mode") && part("mode") <= part("high"));
    assert!(measured["joules_per_inference"].is_null());
    assert_eq!(measured["windows"].as_array().unwrap().len(), 5);
    assert_eq!(measured["schema_version"], 1);
    assert_eq!((&measured["meter"], &measured["rounding"]), (&"none".into(), &"tflm".into()));
    let text = measure("ad.tflite", "none", &[]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("Its energy is not known"), "{text}");
    assert!(measured["notes"].to_string().contains("has no RAPL counters"), "{text}");
}

#[test]
fn given_watts_are_modelled_and_proportional_to_seconds() {
    let measured = json(&measure("ad.tflite", "none", &["--watts", "4", "--format", "json"]));
    let mode = |name: &str| measured[name]["mode"].as_f64().unwrap();
    assert!((mode("joules_per_inference") / mode("seconds_per_inference") - 4.0).abs() < 1e-9);
    assert_eq!((&measured["meter"], &measured["evidence"]), (&"given".into(), &"modelled".into()));
}

#[test]
fn hwmon_is_sampled_inside_the_windows_and_is_microwatts() {
    for meter in ["hwmon:/sys/class/hwmon/hwmon0/power1_input", "hwmon:class/hwmon/hwmon0/power1_input"] {
        let measured = json(&measure("ad.tflite", "hwmon", &["--meter", meter, "--format", "json"]));
        let watts = measured["watts"]["mode"].as_f64().unwrap();
        assert!((watts - 4.5).abs() < 1e-9, "{watts}");
        assert_eq!((&measured["meter"], &measured["evidence"]), (&"hwmon".into(), &"measured".into()));
    }
}

/// Copies a recorded tree, so that its counters can run.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Measures while each counter named counts `watts`, from `start` on and again from 0 past `range` microjoules.
fn measure_running(tree: &str, zones: &[&str], start: u64, range: u64, watts: u64) -> Value {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("running").join(tree);
    copy(&fixture("sysfs").join(tree), &root);
    let is_over = AtomicBool::new(false);
    let begin = Instant::now();
    let write = || {
        let passed = u64::try_from(begin.elapsed().as_micros()).unwrap();
        for zone in zones {
            let folder = root.join("class/powercap").join(zone);
            let count = (start + passed * watts) % range;
            // A reader must never see half a number.
            std::fs::write(folder.join("next"), count.to_string()).unwrap();
            std::fs::rename(folder.join("next"), folder.join("energy_uj")).unwrap();
        }
    };
    write();
    let output = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                write();
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let arguments = ["--meter", "rapl", "--seconds", "2", "--format", "json"];
        let output = measure_in("ad.tflite", &root, &arguments);
        is_over.store(true, Ordering::Relaxed);
        output
    });
    json(&output)
}

#[test]
fn rapl_counts_through_a_wrap() {
    // The counter starts again about every second.
    let range = 10_000_000;
    let measured = measure_running("rapl_short_range", &["intel-rapl:0"], range - 1_000_000, range, 10);
    let watts = &measured["watts"];
    let part = |name: &str| watts[name].as_f64().unwrap();
    assert!(part("low") > 5.0 && part("high") < 20.0 && (part("mode") - 10.0).abs() < 2.0, "{watts}");
    assert_eq!((&measured["meter"], &measured["evidence"]), (&"rapl".into(), &"measured".into()));
}

#[test]
fn children_are_not_added_to_their_package() {
    let zones = ["intel-rapl:0", "intel-rapl:0:0", "intel-rapl:0:1", "intel-rapl:0:2", "intel-rapl:1"];
    let measured = measure_running("rapl_children", &zones, 0, 262_143_328_850, 10);
    let watts = measured["watts"]["mode"].as_f64().unwrap();
    assert!((watts - 10.0).abs() < 2.0, "{watts}");
    let counted =
        measured["domains"].as_array().unwrap().iter().filter(|domain| domain["is_counted"] == true);
    assert_eq!(counted.map(|domain| domain["name"].as_str().unwrap()).collect::<Vec<_>>(), ["package-0"]);
}

#[test]
fn two_packages_are_added() {
    let zones = ["intel-rapl:0", "intel-rapl:1"];
    let measured = measure_running("rapl_two_packages", &zones, 0, 262_143_328_850, 10);
    let watts = measured["watts"]["mode"].as_f64().unwrap();
    assert!((watts - 20.0).abs() < 4.0, "{watts}");
}

#[test]
fn codecarbon_244_a_meter_that_can_not_be_read_is_an_error_not_a_guess() {
    let named = ["--meter", "rapl"];
    let sentence = refused(&measure("ad.tflite", "none", &named));
    assert!(sentence.contains("has no RAPL counters") && sentence.contains("--watts W"), "{sentence}");
    let sentence = refused(&measure("ad.tflite", "rapl_denied", &named));
    assert!(sentence.contains("intel-rapl:0/energy_uj"), "{sentence}");
    let output = measure("ad.tflite", "rapl_denied", &["--format", "json"]);
    let measured = json(&output);
    assert!(measured["joules_per_inference"].is_null() && measured["meter"] == "none");
    assert!(measured["notes"].to_string().contains("energy_uj"), "{}", measured["notes"]);
}

#[test]
fn intelligence_per_watt_40_a_counter_that_stands_still_is_no_energy() {
    let sentence = refused(&measure("ad.tflite", "rapl_two_packages", &["--meter", "rapl"]));
    assert!(sentence.contains("stood still"), "{sentence}");
    let measured = json(&measure("ad.tflite", "rapl_two_packages", &["--format", "json"]));
    assert!(measured["joules_per_inference"].is_null(), "{measured}");
}

#[test]
fn bad_input_is_one_sentence_that_names_the_field() {
    for (arguments, expected) in [
        (vec!["--seconds", ""], "--seconds: it is blank"),
        (vec!["--seconds", "-1"], "--seconds: -1 s is too small"),
        (vec!["--seconds", "0"], "--seconds: 0 s is too small: it must be more than 0 s"),
        (vec!["--seconds", "1e300"], "must be at most 86400 s"),
        (vec!["--windows", "4"], "--windows: 4 is too small: it must be at least 5"),
        (vec!["--windows", "5.5"], "--windows: 5.5 is not a whole number"),
        (vec!["--watts", "0"], "--watts: 0 W is too small: it must be more than 0 W"),
        (vec!["--watts", "-3"], "--watts: -3 W is too small"),
        (vec!["--watts", "4", "--meter", "rapl"], "--watts can't be given too"),
        (vec!["--meter", "volts"], "`volts` is not known; known are rapl, hwmon:PATH and none"),
        (
            vec!["--meter", "hwmon:/sys/class/hwmon/hwmon0/power9_input"],
            "power9_input: there is no such file",
        ),
        (vec!["--meter", "hwmon:/sys/class/hwmon/hwmon0/curr1_input"], "it is no power*_input"),
        (vec!["--meter", "hwmon:/sys/class/hwmon/hwmon0"], "it is a folder, not a file"),
        (vec!["--profile", "no/x.json"], "no/x.json: --profile: there is no such folder"),
    ] {
        let sentence = refused(&measure("ad.tflite", "hwmon", &arguments));
        assert!(sentence.contains(expected), "{arguments:?}: {sentence}");
    }
    for (model, expected) in
        [("float32.tflite", "Float32"), ("batch_matmul.tflite", "BATCH_MATMUL"), ("README", "no such file")]
    {
        let sentence = refused(&measure(model, "none", &[]));
        assert!(sentence.contains(expected) && sentence.contains(model), "{sentence}");
    }
}

#[test]
fn every_layer_has_its_time() {
    let measured = json(&measure("kws.tflite", "none", &["--layers", "--format", "json"]));
    let layers = measured["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 13);
    let sum: f64 = layers.iter().map(|layer| layer["share"].as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    assert!(layers.iter().all(|layer| layer["seconds"]["mode"].as_f64().unwrap() > 0.0));
}

#[test]
fn an_estimate_with_the_profile_gives_the_measured_seconds_and_joules() {
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join("laptop.json");
    let arguments = ["--watts", "4", "--profile", profile.to_str().unwrap(), "--format", "json"];
    let measured = json(&measure("kws.tflite", "none", &arguments));
    assert!(measured["layers"].as_array().unwrap().is_empty());
    let output = Command::new(env!("CARGO_BIN_EXE_joulegram"))
        .arg("estimate")
        .arg(fixture("models/kws.tflite"))
        .args(["--format", "json", "--device"])
        .arg(&profile)
        .output()
        .unwrap();
    let estimated = json(&output);
    let part = |document: &Value, name: &str, part: &str| document[name][part].as_f64().unwrap();
    let seconds = |document: &Value, name: &str| part(document, "seconds_per_inference", name);
    assert!((seconds(&estimated, "mode") / seconds(&measured, "mode") - 1.0).abs() < 1e-6);
    assert!(seconds(&estimated, "low") >= seconds(&measured, "low") * (1.0 - 1e-9));
    assert!(seconds(&estimated, "high") <= seconds(&measured, "high") * (1.0 + 1e-9));
    let joules = part(&estimated, "energy_per_inference_joules", "mode")
        / part(&measured, "joules_per_inference", "mode");
    assert!((joules - 1.0).abs() < 1e-6, "{joules}");
    let text = std::fs::read_to_string(&profile).unwrap();
    assert!(text.contains("\"name\": \"laptop\"") && text.contains("\"modelled\""), "{text}");
}

#[test]
fn every_format_has_the_result() {
    let run =
        |format: &str| String::from_utf8(measure("ad.tflite", "none", &["--format", format]).stdout).unwrap();
    assert!(
        run("csv").starts_with("section,name,quantity,low,mode,high,unit\nresult,ad,seconds_per_inference,")
    );
    assert!(run("csv").contains("result,ad,joules_per_inference,,,,J\n"));
    assert!(run("markdown").contains("| window | inferences |"));
}
