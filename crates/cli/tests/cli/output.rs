//! Where the answer goes, and that it stays readable there.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::run::{
    BOARD, NETWORKS, answer, command, estimate, fixtures, models, names_in, run, run_in, scenarios, scratch,
};

const WIDTH: usize = 100;

/// What holds for every text.
fn is_readable(what: &str, text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= WIDTH, "{what}: {} columns: {line}", line.chars().count());
        assert!(line.trim_end() == line, "{what}: space at the end of `{line}`");
    }
    assert!(!text.contains('\u{1b}'), "{what}: an escape");
    assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{what}");
    for wrong in ["NaN", "inf ", "None", "Some("] {
        assert!(!text.contains(wrong), "{what}: {wrong}");
    }
}

#[test]
fn no_text_is_wider_than_100_columns() {
    let mut all: Vec<Vec<String>> = vec![
        vec!["devices".into()],
        vec!["grids".into()],
        vec!["validate".into()],
        vec!["estimate".into(), "models/kws.tflite".into()],
    ];
    all.extend(models().into_iter().map(|model| vec!["inspect".into(), model]));
    all.extend(scenarios().into_iter().map(|scenario| vec!["estimate".into(), scenario]));
    for model in NETWORKS.iter().chain(&["models/attention.tflite", "models/unknown_flex_op.tflite"]) {
        all.push(estimate(model, &BOARD).into_iter().map(str::to_owned).collect());
    }
    for args in all {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        is_readable(&args.join(" "), &run(&args).ok());
    }
}

#[test]
fn nothing_that_isnt_zero_is_printed_as_zero() {
    for model in NETWORKS {
        let text = run(&[&estimate(model, &BOARD)[..], &["--inferences", "1"]].concat()).ok();
        let (numbers, _) = text.split_once("\nLayers of one inference").unwrap();
        for zero in [" 0 J", " 0 Wh", " 0 kWh", " 0 gCO2e", " 0 s", " 0.00", "(0 to"] {
            assert!(!numbers.contains(zero), "{model}: `{zero}` in {numbers}");
        }
    }
    // A factor of a thousandth of a gram: still not 0.
    let text = run(&["estimate", NETWORKS[0], "--device", "nucleo-l4r5zi", "--grid", "0.001"]).ok();
    assert!(answer(&text).contains(" pgCO2e"), "{text}");
    assert!(!answer(&text).contains(" 0 "), "{text}");
}

#[test]
fn no_color_and_pipes_get_no_escapes() {
    for format in ["text", "json", "csv", "markdown", "html", "latex"] {
        let args = [&estimate(NETWORKS[0], &BOARD)[..], &["--format", format]].concat();
        let plain =
            command(&fixtures(), &args).env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1").output().unwrap();
        assert!(!plain.stdout.contains(&0x1b), "{format}");
        assert_eq!(String::from_utf8(plain.stdout).unwrap(), run(&args).ok(), "{format}");
    }
    let ran = command(&fixtures(), &["estimate", "--bogus"]).output().unwrap();
    assert!(!ran.stderr.contains(&0x1b));
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    for args in [&["grids"][..], &["completions", "zsh"], &["validate", "--format", "json"]] {
        let mut child =
            command(&fixtures(), args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        // The pipe is closed here, with most of the answer still to come.
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{args:?}: {:?}", ended.status);
        assert_eq!(String::from_utf8(ended.stderr).unwrap(), "", "{args:?}");
    }
}

#[test]
fn completions_are_printed_for_each_shell() {
    for (shell, part) in
        [("bash", "complete -F"), ("zsh", "#compdef joulegram"), ("fish", "complete -c joulegram")]
    {
        let script = run(&["completions", shell]).ok();
        assert!(script.contains(part) && script.contains("max-grams"), "{shell}");
    }
}

#[test]
fn the_help_of_every_command_has_an_example() {
    for command in
        ["", "estimate", "inspect", "devices", "grids", "import", "compare", "validate", "completions"]
    {
        let args: Vec<&str> = [command, "--help"].into_iter().filter(|part| !part.is_empty()).collect();
        let help = run(&args).ok();
        assert!(help.contains("Example"), "{command}: {help}");
        assert!(
            help.contains(&format!("\n  joulegram {command}")) || help.contains("    joulegram estimate"),
            "{command}: {help}"
        );
    }
}

#[test]
fn a_file_gets_what_the_terminal_would() {
    let folder = scratch("out");
    let out = folder.join("result.json");
    for format in ["text", "json", "csv", "markdown"] {
        let args = [&estimate(NETWORKS[0], &BOARD)[..], &["--format", format]].concat();
        let printed = run(&args).ok();
        let written = run(&[&args[..], &["--out", out.to_str().unwrap()]].concat()).ok();
        assert_eq!(written, "");
        assert_eq!(fs::read_to_string(&out).unwrap(), printed, "{format}");
        assert_eq!(names_in(&folder), ["result.json"]);
    }
}

#[test]
fn a_place_that_cant_be_written_is_refused_before_the_work_starts() {
    let folder = scratch("out_refused");
    fs::write(folder.join("file"), "kept").unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    for (out, sentence) in [
        ("none/x.json", "none/x.json: --out: there is no such folder"),
        ("folder", "folder: --out: it is a folder, not a file"),
        ("..", "..: --out: it is a folder, not a file"),
        ("file/x.json", "file/x.json: --out: a part of its path is no folder"),
    ] {
        for command in ["estimate", "inspect"] {
            // The model is missing too: the place is what is looked at first.
            assert_eq!(run_in(&folder, &[command, "none.tflite", "--out", out]).refused(), sentence);
        }
    }
    assert_eq!(names_in(&folder), ["file", "folder"]);
}

#[test]
fn what_goes_wrong_leaves_no_file_and_keeps_the_old_one() {
    let folder = scratch("out_kept");
    fs::write(folder.join("cut.tflite"), "TFL").unwrap();
    run_in(&folder, &["estimate", "cut.tflite", "--out", "new.txt"]).refused();
    fs::write(folder.join("old.txt"), "kept").unwrap();
    run_in(&folder, &["estimate", "cut.tflite", "--out", "old.txt"]).refused();
    assert_eq!(names_in(&folder), ["cut.tflite", "old.txt"]);
    assert_eq!(fs::read_to_string(folder.join("old.txt")).unwrap(), "kept");
}
