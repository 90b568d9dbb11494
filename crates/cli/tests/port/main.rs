//! `joulegram calibrate --port`, at pseudo-terminals with boards of the tests' own.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a helper of tests may fail as a test does")]

mod bench;
#[path = "../../../report/src/calibration/tests/made.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod made;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bench::{Bench, DONE, HEADING, TOO_SHORT, first_steps, log, sent, short_run, told};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

#[test]
fn eembc_energyrunner_18_a_port_that_is_on_no_list_is_named_by_hand() {
    let bench = Bench::new("by_hand", |board| {
        board.say(b"\0\xff0 digest=00\r\n");
        board.say(&sent(&[HEADING]));
        for line in log().lines() {
            board.say(&sent(&[line]));
        }
        board.say(&sent(&[DONE]));
    });
    let (bench, report) = bench.report(&[]);
    assert_eq!((&report["evidence"], &report["board"]), (&"emulated".into(), &"qemu-m4".into()));
    assert_eq!(report["windows"].as_array().unwrap().len(), log().lines().count());
    assert_eq!(bench.log(), format!("{HEADING}\n{}{DONE}\n", log()));
    // The log that was kept gives the same profile.
    let out = bench.folder.join("again.json");
    let status = Command::new(env!("CARGO_BIN_EXE_joulegram"))
        .args(["calibrate", "--log"])
        .args([bench.folder.join("board.log").as_path(), Path::new("--out"), &out])
        .stdout(Stdio::null())
        .status();
    assert!(status.unwrap().success());
    let read = |path: &Path| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let (live, later) = (read(&bench.out()), read(&out));
    assert_eq!(live["cost"], later["cost"]);
    assert_eq!(live["calibration"]["windows"], later["calibration"]["windows"]);
}

#[test]
fn a_suite_that_is_done_is_started_again_by_a_bare_percent_sign() {
    let bench = Bench::new("again", |board| {
        assert_eq!(board.hear(), b'%');
        board.say(short_run().replace('\n', "\r\n").as_bytes());
    });
    let (bench, said) = bench.refusal(&["--patience", "1"]);
    assert_eq!(bench.log(), short_run());
    assert!(said.contains(TOO_SHORT), "{said}");
}

#[test]
fn the_other_speed_is_tried_when_bytes_are_no_text() {
    let bench = Bench::new("slow", |board| {
        while board.speed() != 9600 {
            board.say(&[0, 0x80, 0xf8, 0x1c, 0xfe, 0, 0x78, 0x80]);
            std::thread::sleep(Duration::from_millis(10));
        }
        // What is still on its way at the wrong speed is thrown away.
        std::thread::sleep(Duration::from_millis(300));
        board.say(short_run().replace('\n', "\r\n").as_bytes());
    });
    let (bench, said) = bench.refusal(&["--patience", "5"]);
    assert_eq!(bench.log(), short_run());
    assert!(said.contains(TOO_SHORT), "{said}");
}

#[test]
fn bytes_that_are_no_text_at_both_speeds_are_a_baud_hint() {
    let bench = Bench::new("garbage", |board| {
        for _ in 0..400 {
            board.say(&[0, 0x80, 0xf8, 0x1c, 0xfe, 0, 0x78, 0x80]);
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let (bench, said) = bench.refusal(&["--patience", "2"]);
    assert!(said.contains("at 115200 and 9600 baud is mostly bytes that are no text"), "{said}");
    assert!(said.contains(&bench.port), "{said}");
}

#[test]
fn a_board_that_says_nothing_is_asked_at_both_speeds_and_then_given_up() {
    let bench = Bench::new("silent", |board| {
        assert_eq!((board.hear(), board.speed()), (b'%', 115_200));
        assert_eq!((board.hear(), board.speed()), (b'%', 9600));
    });
    let (bench, said) = bench.refusal(&["--patience", "1"]);
    assert!(said.contains("nothing came at 115200 or 9600 baud"), "{said}");
    bench.board.join().unwrap();
}

#[test]
fn another_image_than_the_suites_is_named_with_its_mode() {
    for (name, speed, first, sentence) in [
        ("performance", 115_200, "m-timestamp-mode-performance", "built for performance (115200 baud)"),
        ("energy", 9600, "m-timestamp-mode-energy", "built for energy (9600 baud)"),
        ("ready", 115_200, "m-ready", "MLPerf Tiny protocol"),
        ("other", 115_200, "blinky 1.0", "the board says `blinky 1.0`"),
    ] {
        let bench = Bench::new(&format!("image_{name}"), move |board| {
            while board.speed() != speed {
                board.say(&[0, 0x80, 0xf8, 0x1c, 0xfe, 0, 0x78, 0x80]);
                std::thread::sleep(Duration::from_millis(10));
            }
            std::thread::sleep(Duration::from_millis(300));
            board.say(&sent(&[first]));
        });
        let (_, said) = bench.refusal(&["--patience", "1"]);
        assert!(said.contains("wrong firmware") && said.contains(sentence), "{name}: {said}");
        assert!(said.contains("flash the image `suite`"), "{said}");
    }
}

#[test]
fn a_cable_that_is_unplugged_costs_nothing_that_came_before() {
    let bench = Bench::new("unplugged", |board| {
        board.say(first_steps(75).replace('\n', "\r\n").as_bytes());
        board.say(b"joulegram step=half a li");
        std::thread::sleep(Duration::from_millis(500));
    });
    let child = bench.spawn(&[]);
    let Bench { folder, port: _, terminal, board } = bench;
    drop(terminal);
    drop(board.join().unwrap());
    let said = told(child);
    assert!(said.contains("was the cable unplugged?"), "{said}");
    assert!(said.contains("what came, 76 steps, is in") && said.contains("--log"), "{said}");
    let kept = folder.join("board.log");
    let text = std::fs::read_to_string(&kept).unwrap();
    assert_eq!(text, first_steps(75) + "joulegram step=half a li\n");
    let again = Command::new(env!("CARGO_BIN_EXE_joulegram"))
        .args(["calibrate", "--log"])
        .args([kept.as_path(), Path::new("--out"), &folder.join("board.json")])
        .stdout(Stdio::null())
        .status();
    assert!(again.unwrap().success());
}

#[test]
fn ctrl_c_keeps_what_came_and_leaves_no_draft() {
    let bench = Bench::new("stopped", |board| {
        board.say(first_steps(40).replace('\n', "\r\n").as_bytes());
    });
    let child = bench.spawn(&[]);
    while std::fs::read_to_string(bench.folder.join("board.log")).unwrap_or_default() != first_steps(40) {
        std::thread::sleep(Duration::from_millis(10));
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let said = told(child);
    assert!(said.contains("stopped by Ctrl-C; what came, 40 steps, is in"), "{said}");
    assert_eq!(bench.log(), first_steps(40));
    assert_eq!(std::fs::read_dir(&bench.folder).unwrap().count(), 1);
}

#[test]
fn silence_amid_the_run_and_a_step_that_could_not_be_run_end_it_in_a_sentence() {
    for (last, sentence) in [
        ("m", "no line of the suite came for 1 s"),
        ("joulegram suite stopped: no room\r\n", "the suite stopped: no room"),
        ("m-timestamp-mode-energy\r\n", "built for energy"),
    ] {
        let bench = Bench::new("amid", move |board| {
            board.say(first_steps(40).replace('\n', "\r\n").as_bytes());
            board.say(last.as_bytes());
        });
        let (bench, said) = bench.refusal(&["--patience", "1"]);
        assert!(said.contains(sentence), "{said}");
        assert!(bench.log().starts_with(&first_steps(40)));
    }
}

#[test]
fn chatter_that_is_not_the_suites_keeps_nobody_waiting_for_ever() {
    let bench = Bench::new("chatter", |board| {
        board.say(first_steps(3).replace('\n', "\r\n").as_bytes());
        for _ in 0..100 {
            board.say(b"still here\r\n");
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let (_, said) = bench.refusal(&["--patience", "1"]);
    assert!(said.contains("no line of the suite came for 1 s"), "{said}");
}

#[test]
fn a_board_that_was_reset_amid_the_run_gives_the_run_that_came_to_its_end() {
    let bench = Bench::new("reset", |board| {
        board.say(first_steps(20).replace('\n', "\r\n").as_bytes());
        board.say(b"joulegram step=cut\r\n");
        board.say(&sent(&[HEADING]));
        board.say(log().replace('\n', "\r\n").as_bytes());
        board.say(&sent(&[DONE]));
    });
    let (_, report) = bench.report(&[]);
    assert_eq!(report["windows"].as_array().unwrap().len(), log().lines().count());
    let warnings = report["warnings"].to_string();
    assert!(warnings.contains("The suite began 2 times in this log"), "{warnings}");
}

#[test]
fn a_log_that_is_there_already_is_not_written_over() {
    let bench = Bench::new("already", |_| {});
    std::fs::write(bench.folder.join("board.log"), "an hour's work").unwrap();
    let (bench, said) = bench.refusal(&[]);
    assert!(said.contains("--save-log: it is there already"), "{said}");
    assert_eq!(bench.log(), "an hour's work");
    let save = bench.folder.join("other.log");
    drop(bench);
    let bench = Bench::new("already", |board| {
        board.say(short_run().replace('\n', "\r\n").as_bytes());
    });
    let (_, said) = bench.refusal(&["--save-log", save.to_str().unwrap()]);
    assert!(said.contains(TOO_SHORT) && said.contains("the log is whole"), "{said}");
    assert_eq!(std::fs::read_to_string(save).unwrap(), short_run());
}

/// The meter's file comes when the board is done; one of another run has windows of the same lengths.
#[test]
fn a_trace_is_read_when_the_board_is_done_and_must_be_of_this_run() {
    let short: String = log().lines().take(4).map(|line| format!("{line}\n")).collect();
    let run = made::Bench::new(&short, "x", 1, |_, _| 0.047);
    let (text, csv) = (run.log.replace('\n', "\r\n"), run.ppk2(3.0));
    for (name, sentence) in [
        ("fresh", TOO_SHORT),
        ("stale", "trace.csv: --trace: it was written before this run began, and is of another"),
        ("none", "trace.csv: --trace: there is no such file yet"),
        ("unwired", "the marker is not wired"),
    ] {
        let trace = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-trace.csv"));
        let _ = std::fs::remove_file(&trace);
        if name == "stale" {
            std::fs::write(&trace, &csv).unwrap();
        }
        let (file, text, csv) = (trace.clone(), text.clone(), csv.clone());
        let bench = Bench::new(&format!("trace_{name}"), move |board| {
            board.say(&sent(&[HEADING]));
            board.say(text.as_bytes());
            std::thread::sleep(Duration::from_millis(200));
            match name {
                "fresh" => std::fs::write(&file, &csv).unwrap(),
                "unwired" => std::fs::write(&file, csv.replace('X', "1")).unwrap(),
                _ => {}
            }
            board.say(&sent(&[DONE]));
        });
        let (bench, said) = bench.refusal(&["--trace", trace.to_str().unwrap(), "--volts", "3.0"]);
        assert!(said.contains(sentence), "{name}: {said}");
        // Nothing of the hour is lost by it.
        assert!(said.contains("the log is whole: `joulegram calibrate --log"), "{said}");
        assert_eq!(bench.log(), format!("{HEADING}\n{}{DONE}\n", run.log));
    }
}

#[test]
fn a_port_that_is_not_there_or_no_terminal_is_one_sentence() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (port, sentence) in [("/dev/ttyNONE9", "there is no such port"), ("/dev/null", "as a serial port")] {
        let said = told(
            Command::new(env!("CARGO_BIN_EXE_joulegram"))
                .args(["calibrate", "--port", port, "--out"])
                .arg(folder.join("none.json"))
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap(),
        );
        assert!(said.contains(port) && said.contains(sentence), "{said}");
    }
}
