//! The program's own manners: bad input is one sentence, exit code 1, and nothing written.

#![expect(clippy::unwrap_used, reason = "a program that does not start fails its test")]

use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str], out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_joulegram-experiments"));
    command.args(arguments).arg("--out").arg(out).output().unwrap()
}

#[test]
fn bad_input_is_refused_in_a_sentence_and_nothing_is_written() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("refused");
    for (arguments, sentence) in [
        (&["sample", "--quick"][..], "there is no experiment sample: they are samples, epochs"),
        (&["nodes", "--quick", "--watts=-1"], "--watts: -1 W is too small"),
        (&["nodes", "--quick", "--watts=0"], "--watts: 0 W is too small"),
        (&["redraw"], "data.csv"),
    ] {
        let output = run(arguments, &out);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        assert!(error.contains(sentence) && error.lines().count() == 1, "{arguments:?}: {error}");
        assert!(!out.exists(), "{arguments:?}");
    }
}

#[test]
fn claims_come_before_findings_and_the_record_is_whole() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("transfer_only");
    let output = run(&["transfer"], &out);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let stated = said.find("expected here").unwrap();
    assert!(stated < said.find("shown:").unwrap(), "claims come before findings: {said}");
    for file in ["data.csv", "claims.csv", "machine.csv", "transfer.svg"] {
        assert!(out.join("transfer").join(file).is_file(), "{file}");
    }
}
