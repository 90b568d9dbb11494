//! Whole answers against committed files; `REGENERATE=1` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{BOARD, NETWORKS, estimate, run, scenarios};

fn snapshot(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(format!("{name}.txt"))
}

fn compare(input: &str, args: &[&str]) {
    let name = Path::new(input).file_stem().unwrap().to_str().unwrap();
    let text = run(&estimate(input, args)).ok();
    let file = snapshot(name);
    if std::env::var_os("REGENERATE").is_some() {
        fs::write(&file, text).unwrap();
        return;
    }
    let expected = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let line = text.lines().zip(expected.lines()).find(|(ours, theirs)| ours != theirs);
    assert_eq!(text, expected, "{name}, first at {line:?}; REGENERATE=1 rewrites it");
}

#[test]
fn the_networks_have_the_answers_that_are_committed() {
    NETWORKS.iter().for_each(|model| compare(model, &BOARD));
}

#[test]
fn the_scenarios_have_the_answers_that_are_committed() {
    scenarios().iter().for_each(|scenario| compare(scenario, &[]));
}
