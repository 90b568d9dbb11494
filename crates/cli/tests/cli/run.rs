//! Runs the program, and finds what it runs on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run left behind.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The output of a run that went well.
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self.stdout
    }

    /// The sentence of a run that refused its input, and printed nothing else.
    pub(crate) fn refused(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (1, ""), "{}", self.stderr);
        let sentence = self.stderr.strip_prefix("joulegram: ").unwrap_or_else(|| panic!("{}", self.stderr));
        let sentence = sentence.strip_suffix('\n').unwrap();
        assert!(!sentence.contains('\n') && !sentence.contains("panicked"), "{sentence}");
        sentence.to_owned()
    }
}

/// The program, in a folder.
pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_joulegram"));
    command.args(args).current_dir(folder).stdin(Stdio::null()).env_remove("NO_COLOR");
    command
}

/// Runs the program in a folder.
pub(crate) fn run_in(folder: &Path, args: &[&str]) -> Ran {
    let output = command(folder, args).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program where the fixtures are.
pub(crate) fn run(args: &[&str]) -> Ran {
    run_in(&fixtures(), args)
}

/// The JSON that the program prints about fixtures.
pub(crate) fn json(args: &[&str]) -> Value {
    serde_json::from_str(&run(&[args, &["--format", "json"]].concat()).ok()).unwrap()
}

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// Files of a fixture folder, by their paths in `fixtures/`.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(fixtures().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(extension))
        .map(|name| format!("{folder}/{name}"))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "{folder}");
    names
}

pub(crate) fn models() -> Vec<String> {
    files("models", ".tflite")
}

pub(crate) fn scenarios() -> Vec<String> {
    files("scenarios", ".json")
}

/// The four networks of MLPerf Tiny.
pub(crate) const NETWORKS: [&str; 4] =
    ["models/ad.tflite", "models/ic.tflite", "models/kws.tflite", "models/vww.tflite"];

/// One board in one place.
pub(crate) const BOARD: [&str; 4] = ["--device", "nucleo-l4r5zi", "--grid", "DE"];

/// `estimate INPUT` with further arguments.
pub(crate) fn estimate<'a>(input: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["estimate", input], more].concat()
}

/// An empty folder for one test.
pub(crate) fn scratch(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Names of the files in a folder.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The text up to the first blank line, as one line.
pub(crate) fn answer(text: &str) -> String {
    text.split("\n\n").next().unwrap().replace('\n', " ")
}
