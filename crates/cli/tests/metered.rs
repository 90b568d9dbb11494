//! `joulegram calibrate --log --trace` from end to end: a real log of the suite, and traces whose watts are known.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests may fail as a test does"
)]

#[path = "../../report/src/calibration/tests/made.rs"]
mod made;

use std::path::{Path, PathBuf};
use std::process::Command;

use made::{Bench, HERTZ};
use serde_json::Value;

const LOG: &str = include_str!("../../../fixtures/calibration/qemu-m4.log");
/// What the emulated board counted of models that the suite does not contain.
const RECORD: &str = include_str!("../../../tests/counts/record.csv");

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Watts of a step: 47 mW at work, times what `of_kind` says.
fn watts(step: &str, of_kind: impl Fn(&str) -> f64) -> f64 {
    match step {
        "idle" => 0.012,
        "sleep" => 0.000_9,
        _ => 0.047 * of_kind(step),
    }
}

/// A folder with a log, and a trace if there is one.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("metered").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (file, content) in files {
            std::fs::write(folder.join(file), content).unwrap();
        }
        Self(folder)
    }

    /// Runs the command line in the folder.
    fn joulegram(&self, arguments: &str) -> (Option<i32>, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_joulegram"))
            .args(arguments.split_whitespace())
            .current_dir(&self.0)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn read(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.0.join(name)).unwrap()).unwrap()
    }

    /// Calibrates: the report.
    fn calibrate(&self, more: &str) -> Value {
        let line = format!("calibrate --log run.log --out board.json --format json {more}");
        let (code, out, error) = self.joulegram(&line);
        assert_eq!(code, Some(0), "{error}");
        let report = serde_json::from_str(&out).unwrap();
        for (document, schema) in [(&report, "calibrate"), (&self.read("board.json"), "profile")] {
            let schema =
                std::fs::read(fixture(&format!("crates/report/schema/{schema}.schema.json"))).unwrap();
            let schema = serde_json::from_slice(&schema).unwrap();
            jsonschema::draft202012::new(&schema).unwrap().validate(document).unwrap();
        }
        report
    }

    /// An estimate's most likely joules of an inference.
    fn joules(&self, model: &str, more: &str) -> f64 {
        let model = fixture(&format!("fixtures/models/{model}.tflite"));
        let line = format!("estimate {} --device board.json --format json {more}", model.display());
        let (code, out, error) = self.joulegram(&line);
        assert_eq!(code, Some(0), "{error}");
        let estimate: Value = serde_json::from_str(&out).unwrap();
        estimate["energy_per_inference_joules"]["mode"].as_f64().unwrap()
    }
}

/// The log has no model in it, the trace has none, and yet their joules come out: within 5 % for the cycles' sake, and
/// within 0.1 % as far as watts go.
#[test]
fn a_log_and_a_ppk2s_trace_give_the_joules_of_models_that_were_never_run() {
    let bench = Bench::new(LOG, "x", 1, |step, _| watts(step, |_| 1.0));
    let csv = bench.ppk2(3.0);
    let folder = Folder::new("ppk2", &[("run.log", &bench.log), ("trace.csv", &csv)]);
    let report = folder.calibrate("--trace trace.csv --volts 3.0 --regulator ldo");
    let meter = &report["meter"];
    assert_eq!((&meter["format"], &meter["marks"]), (&"ppk2".into(), &"edges".into()));
    assert_eq!((&meter["windows"], &meter["given_volts"]), (&bench.runs.len().into(), &3.0.into()));
    assert_eq!(report["evidence"], "measured");
    let profile = folder.read("board.json");
    for (state, truth) in [("active_watts", 0.047), ("idle_watts", 0.012), ("sleep_watts", 0.000_9)] {
        let found = profile[state]["range"]["mode"].as_f64().unwrap();
        assert!((found / truth - 1.0).abs() < 0.001, "{state}: {found}");
    }
    // Every window stays in the profile, with what the meter saw.
    let windows = profile["calibration"]["windows"].as_array().unwrap();
    assert_eq!(windows.len(), bench.runs.len());
    for (window, run) in windows.iter().zip(&bench.runs) {
        let seconds = window["seconds"].as_f64().unwrap();
        assert!((seconds - (run.end - run.start)).abs() < 0.001_1, "{window}");
        assert!((window["joules"].as_f64().unwrap() / seconds / run.watts - 1.0).abs() < 0.005, "{window}");
    }
    assert_eq!(profile["calibration"]["meter"], *meter);
    for model in ["kws", "vww", "ic", "ad"] {
        let row = format!("cortex-m4,{model},");
        let counted = RECORD.lines().find_map(|line| line.strip_prefix(&row)).unwrap();
        let counted: f64 = counted.split(',').next().unwrap().parse().unwrap();
        let truth = 0.047 * counted / HERTZ as f64;
        let error = folder.joules(model, "") / truth - 1.0;
        println!("{model}: {:+.2} %", 100.0 * error);
        assert!(error.abs() < 0.05, "{model}: {error}");
    }
    // Behind a linear regulator, at another supply, as much more as the volts.
    let ratio = folder.joules("kws", "--volts 1.8") / folder.joules("kws", "");
    assert!((ratio - 0.6).abs() < 1e-9, "{ratio}");
    // Half way to another clock that was measured too, at the mean of both powers.
    let mut slow = profile;
    slow["cost"]["calibrated"]["clock_hertz"] = 60e6.into();
    slow["active_watts"] = 0.029.into();
    std::fs::write(folder.0.join("slow.json"), slow.to_string()).unwrap();
    let ratio = folder.joules("kws", "--clock 90e6 --other-clock slow.json") / folder.joules("kws", "");
    assert!((ratio / (0.038 / 0.047 * 120.0 / 90.0) - 1.0).abs() < 1e-3, "{ratio}");
    for (more, sentence) in [
        ("--clock 90e6", "takes two measurements: name the profile at another with --other-clock"),
        ("--clock 40e6 --other-clock slow.json", "outside 60 to 120 MHz"),
        ("--volts 9", "its watts were measured at 3 V, and scale to between 1.364 and 6.600 V"),
    ] {
        let line = format!(
            "estimate {} --device board.json {more}",
            fixture("fixtures/models/kws.tflite").display()
        );
        let (code, _, error) = folder.joulegram(&line);
        assert!(code == Some(1) && error.contains(sentence), "{error}");
    }
}

/// Kinds of layers that draw more or less than others, volts that the meter measured, and marks from a file of stamps.
#[test]
fn a_joulescopes_trace_gives_the_watts_of_each_kind_and_its_own_volts() {
    let of_kind = |step: &str| match step.split('-').next().unwrap() {
        "dense" => 0.9,
        "conv" | "conv3x3" => 1.1,
        "depthwise" => 1.05,
        _ => 1.0,
    };
    let bench = Bench::new(LOG, "x", 1, |step, _| watts(step, of_kind));
    let (csv, stamps) = (bench.joulescope(2.97), bench.stamps());
    let folder = Folder::new(
        "joulescope",
        &[("run.log", &bench.log), ("trace.csv", &csv), ("stamps.csv", &stamps), ("free.log", &bench.log)],
    );
    let report = folder
        .calibrate("--trace trace.csv --from stamps.csv --volts 3.3 --regulator ldo --unmetered free.log");
    let meter = &report["meter"];
    assert_eq!((&meter["format"], &meter["marks"]), (&"joulescope".into(), &"stamps".into()));
    assert!((meter["mean_volts"].as_f64().unwrap() - 2.97).abs() < 1e-6);
    let warnings = report["warnings"].as_array().unwrap();
    let wrong = "Wrong volts: 3.30 V were given and the trace has 2.97 V in the mean, which are taken.";
    assert!(warnings.contains(&wrong.into()), "{warnings:?}");
    // The same stands in the text, and in the profile.
    let (_, text, _) = folder
        .joulegram("calibrate --log run.log --out b.json --trace trace.csv --from stamps.csv --volts 3.3");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&text).contains(wrong), "{text}");
    assert!(words(&text).contains("Watts are from trace.csv (joulescope: current and voltage"), "{text}");
    let profile = folder.read("board.json");
    assert_eq!(profile["calibration"]["warnings"], report["warnings"]);
    assert!((profile["supply_volts"]["range"]["mode"].as_f64().unwrap() - 2.97).abs() < 1e-6);
    let active = profile["active_watts"]["range"]["mode"].as_f64().unwrap();
    let kinds = profile["cost"]["calibrated"]["kinds"].as_array().unwrap();
    for (kind, share) in [("dense", 0.9), ("depthwise_conv2d", 1.05)] {
        let ratio = kinds.iter().find(|own| own["kind"] == kind).expect("a kind of the suite");
        let found = ratio["watts_ratio"].as_f64().unwrap() * active;
        assert!((found / (0.047 * share) - 1.0).abs() < 0.002, "{kind}: {found}");
    }
}

#[test]
fn a_trace_that_can_not_be_used_is_one_sentence_that_names_it() {
    let mut bench = Bench::new(LOG, "x", 1, |step, _| watts(step, |_| 1.0));
    let good = bench.ppk2(3.0);
    bench.edges.clear();
    let unwired = bench.ppk2(3.0);
    // Times as of a meter that wrote milliseconds where its export says seconds: every window is 1000 times too long.
    let stretched: String = good
        .lines()
        .map(|line| match line.split_once(',') {
            Some((time, rest)) if time.parse::<u64>().is_ok() => format!("{time}000,{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let files = [
        ("run.log", bench.log.as_str()),
        ("good.csv", &good),
        ("unwired.csv", &unwired),
        ("stretched.csv", &stretched),
    ];
    let folder = Folder::new("refused", &files);
    for (arguments, sentence) in [
        ("--trace unwired.csv --volts 3.0", "unwired.csv: marker: the marker is not wired: D0"),
        ("--trace good.csv", "--volts: good.csv has currents and no voltage"),
        (
            "--trace stretched.csv --volts 3.0",
            "last 1000.000 times as long as the log says: suspect milliseconds",
        ),
        ("--trace good.csv --volts 3.0 --marker D9", "`D9` is no input of this file"),
        ("--trace good.csv --volts 3.0 --trace-format wattson", "`wattson` is no known format"),
        ("--trace none.csv --volts 3.0", "none.csv: there is no such file"),
        ("--trace good.csv --volts 3.0 --from none.csv", "none.csv: there is no such file"),
    ] {
        let (code, _, error) =
            folder.joulegram(&format!("calibrate --log run.log --out board.json {arguments}"));
        assert_eq!((code, error.lines().count()), (Some(1), 1), "{arguments}: {error}");
        assert!(error.contains(sentence), "{arguments}: {error}");
        assert!(!folder.0.join("board.json").exists());
    }
}
