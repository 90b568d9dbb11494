//! `joulegram calibrate` from outside.

#![expect(clippy::unwrap_used, reason = "a test without its fixtures fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use joulegram::calibrate::log::Line;
use joulegram::calibrate::session::Ticks;
use serde_json::Value;

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(path)
}

/// An empty folder of the test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("calibrate").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn joulegram(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_joulegram")).args(arguments).output().unwrap()
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn log() -> String {
    std::fs::read_to_string(fixture("calibration/qemu-m4.log")).unwrap()
}

fn calibrate(log: &Path, out: &Path, more: &[&str]) -> Output {
    let (log, out) = (text(log), text(out));
    joulegram(&[&["calibrate", "--log", &log, "--out", &out], more].concat())
}

#[test]
fn a_log_of_an_emulated_board_becomes_a_profile_of_instructions_and_never_of_joules() {
    let folder = folder("emulated");
    let out = folder.join("m4.json");
    let output = calibrate(&fixture("calibration/qemu-m4.log"), &out, &[]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("emulated: instructions, not joules"), "{told}");
    let profile = read(&out);
    assert_eq!((&profile["evidence"], &profile["active_watts"]), (&Value::from("emulated"), &Value::Null));
    assert_eq!(profile["calibration"]["windows"].as_array().unwrap().len(), log().lines().count());
    let schema = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../report/schema/profile.schema.json"));
    jsonschema::draft202012::new(&schema).unwrap().validate(&profile).unwrap();
    let (model, device) = (text(&fixture("models/kws.tflite")), text(&out));
    let estimate = joulegram(&["estimate", &model, "--device", &device, "--format", "json"]);
    let estimate: Value = serde_json::from_slice(&estimate.stdout).unwrap();
    assert_eq!(estimate["energy_per_inference_joules"], Value::Null);
    let instructions = estimate["instructions_per_inference"]["mode"].as_f64().unwrap();
    assert!((instructions / 3_281_765.0 - 1.0).abs() < 0.05, "{instructions}");
}

#[test]
fn a_line_lost_or_cut_costs_its_own_window_and_is_counted() {
    let folder = folder("lost");
    let (from, out) = (folder.join("run.log"), folder.join("m4.json"));
    let log = log();
    let lines: Vec<&str> = log.lines().collect();
    let mut damaged: Vec<String> = lines.iter().map(ToString::to_string).collect();
    damaged[3].truncate(100);
    damaged.remove(40);
    damaged.insert(0, "m-ready".to_owned());
    std::fs::write(&from, damaged.join("\r\n")).unwrap();
    let output = calibrate(&from, &out, &["--format", "json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["windows"].as_array().unwrap().len(), lines.len() - 2);
    assert_eq!(told["lost_lines"][0]["line"], 5);
    assert!(told["warnings"][0].as_str().unwrap().starts_with("1 line of the log was lost"), "{told}");
}

#[test]
fn what_is_no_log_is_one_sentence_and_leaves_an_older_profile_alone() {
    let folder = folder("refused");
    let (from, out) = (folder.join("run.log"), folder.join("board.json"));
    std::fs::write(&out, "older").unwrap();
    let log = log();
    let first_lines: String = log.lines().take(9).map(|line| line.to_owned() + "\n").collect();
    for (content, sentence) in [
        ("", "there is no line of the calibration suite in it"),
        ("m-timestamp-mode-energy\r\nm-ready\r\n", "a dialogue of the MLPerf Tiny protocol"),
        ("\u{1}\u{2}\u{fffd}\u{3}\u{fffd}", "9600 or 115200 baud"),
        (&first_lines, "and a fit needs 31 at least"),
    ] {
        std::fs::write(&from, content).unwrap();
        let output = calibrate(&from, &out, &[]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
        assert!(said.contains(sentence) && said.contains("run.log"), "{said}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "older");
    }
    let mut left: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["board.json", "run.log"]);
}

/// The same log as a board would write that counts cycles at 120 MHz, at 50 mW by a meter.
#[test]
fn a_meters_windows_give_watts_with_accuracy_and_volts_in_quadrature() {
    let folder = folder("watts");
    let (from, csv, out) = (folder.join("run.log"), folder.join("windows.csv"), folder.join("board.json"));
    let (mut lines, mut windows) = (String::new(), "step,repetition,seconds,joules\n".to_owned());
    for line in log().lines() {
        let line = Line {
            counter: Ticks::Cycles,
            clock_hertz: 120_000_000,
            board: "nucleo-l4r5zi",
            ..Line::read(line).unwrap().unwrap()
        };
        line.write(&mut lines).unwrap();
        lines.push('\n');
        let watts = match line.step {
            "idle" => 0.02,
            "sleep" => 0.001,
            _ => 0.05,
        };
        windows += &format!("{},{},10,{}\n", line.step, line.repetition, watts * 10.0);
    }
    std::fs::write(&from, lines).unwrap();
    std::fs::write(&csv, windows).unwrap();
    let windows = text(&csv);
    let more = ["--windows", &windows, "--volts", "3.0", "--regulator", "ldo", "--accuracy", "3"];
    let output = calibrate(&from, &out, &[&more[..], &["--volts-accuracy", "4"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let profile = read(&out);
    assert_eq!(profile["evidence"], "measured");
    let watts = |state: &str, end: &str| profile[state]["range"][end].as_f64().unwrap();
    assert!((watts("active_watts", "mode") / 0.05 - 1.0).abs() < 1e-9, "{profile}");
    // 3 % and 4 % are 5 % together.
    assert!((watts("active_watts", "high") / 0.0525 - 1.0).abs() < 1e-6, "{profile}");
    assert!((watts("idle_watts", "mode") / 0.02 - 1.0).abs() < 1e-9);
    assert!((watts("sleep_watts", "mode") / 0.001 - 1.0).abs() < 1e-9);
    let (model, device) = (text(&fixture("models/ad.tflite")), text(&out));
    let estimate = joulegram(&["estimate", &model, "--device", &device, "--format", "json"]);
    let estimate: Value = serde_json::from_slice(&estimate.stdout).unwrap();
    let joules = estimate["energy_per_inference_joules"]["mode"].as_f64().unwrap();
    let seconds = estimate["seconds_per_inference"]["mode"].as_f64().unwrap();
    assert!((joules / (0.05 * seconds) - 1.0).abs() < 1e-6, "{estimate}");
}

/// A log and a meter's trace that were made up together: no board has run them.
#[test]
fn a_meters_trace_gives_watts_by_its_marker() {
    let folder = folder("trace");
    let out = folder.join("synthetic.json");
    let trace = text(&fixture("calibration/synthetic_ppk2.csv"));
    let log = fixture("calibration/synthetic.log");
    let more = ["--trace", &trace, "--volts", "3", "--format", "json"];
    let output = calibrate(&log, &out, &more);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let windows = told["windows"].as_array().unwrap();
    assert!(windows.len() == 79 && windows.iter().all(|window| window["joules"].is_f64()), "{told}");
    let profile = read(&out);
    assert_eq!(profile["evidence"], "measured");
    let watts = |state: &str| profile[state]["range"]["mode"].as_f64().unwrap();
    // 3 V times the currents that the trace was made of; a step's kind decides between 14 and 16 mA.
    assert!((0.042..0.048).contains(&watts("active_watts")), "{}", watts("active_watts"));
    assert!((watts("idle_watts") / 0.009 - 1.0).abs() < 0.02, "{}", watts("idle_watts"));
    assert!((watts("sleep_watts") / 0.000_015 - 1.0).abs() < 0.02, "{}", watts("sleep_watts"));
    let refused = calibrate(&log, &out, &["--trace", &trace]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.starts_with("joulegram: --volts: ") && said.lines().count() == 1, "{said}");
    let other =
        calibrate(&fixture("calibration/qemu-m4.log"), &out, &["--trace", &text(&log), "--volts", "3"]);
    let said = String::from_utf8(other.stderr).unwrap();
    assert!(said.contains("synthetic.log: no column holds a current, a power or an energy"), "{said}");
}
