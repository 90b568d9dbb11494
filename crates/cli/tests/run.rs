//! `joulegram run` from outside.

#![expect(clippy::unwrap_used, reason = "a test without its fixtures fails")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(path)
}

fn model(name: &str) -> PathBuf {
    fixture("models").join(format!("{name}.tflite"))
}

/// A folder of the test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn joulegram(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_joulegram")).arg("run").args(arguments).output().unwrap()
}

/// Exit code 1 and one sentence; the sentence.
fn refused(arguments: &[&Path]) -> String {
    let output = joulegram(arguments);
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), sentence.lines().count()), (Some(1), 1), "{sentence}");
    assert!(output.stdout.is_empty());
    sentence
}

/// Input `number` of `make_golden.py`: the highest bytes of `SplitMix64`; -128 or 127 for input 2.
fn given(number: u64, length: usize) -> Vec<u8> {
    let mut state = number;
    let next = |_| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let [.., byte] = (z ^ (z >> 31)).to_le_bytes();
        match number {
            2 if byte & 0x80 == 0 => 127,
            2 => 128,
            _ => byte,
        }
    };
    (0..length).map(next).collect()
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Bytes of the inputs of a model: what the program says about an empty input.
fn input_bytes(name: &str, folder: &Path) -> usize {
    let empty = folder.join("empty.bin");
    std::fs::write(&empty, []).unwrap();
    let sentence = refused(&[&model(name), Path::new("--input"), &empty]);
    sentence.trim().rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn every_golden_model_gives_its_golden_output() {
    let folder = folder("golden");
    let golden = std::fs::read_to_string(fixture("golden/golden.csv")).unwrap();
    // What the last operator gives for input 0: nearly every model's only output.
    let mut last = BTreeMap::new();
    for line in golden.lines().skip(1) {
        let [name, input, rounding, _, _, bytes, hash, _]: [&str; 8] =
            line.split(',').collect::<Vec<_>>().try_into().unwrap();
        if input == "0" {
            last.insert((name, rounding), (bytes.parse::<usize>().unwrap(), hash));
        }
    }
    let mut compared = 0;
    for ((name, rounding), (bytes, hash)) in last {
        let length = input_bytes(name, &folder);
        let mut input = given(0, length);
        if name == "float_in_out" {
            let floats = given(0, length / 4).into_iter().map(|byte| f32::from(byte.cast_signed()) / 32.0);
            input = floats.flat_map(f32::to_le_bytes).collect();
        }
        let (from, to) = (folder.join("in.bin"), folder.join("out.bin"));
        std::fs::write(&from, input).unwrap();
        let arguments = ["--input".as_ref(), from.as_path(), "--output".as_ref(), to.as_path()];
        let rest = ["--rounding".as_ref(), Path::new(rounding)];
        let output = joulegram(&[&[model(name).as_path()], &arguments[..], &rest[..]].concat());
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{name}");
        let given = std::fs::read(&to).unwrap();
        // A model with several outputs has its last operator's among them.
        if given.len() == bytes {
            assert_eq!(format!("{:016x}", fnv1a(&given)), hash, "{name}, {rounding}");
            compared += 1;
        }
    }
    assert!(compared >= 110, "{compared}");
}

#[test]
fn without_output_the_largest_values_are_printed() {
    let folder = folder("printed");
    let input = folder.join("in.bin");
    std::fs::write(&input, given(1, 490)).unwrap();
    let output = joulegram(&[&model("kws"), Path::new("--input"), &input]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(text.starts_with("One inference of kws gave 1 output tensor.\n"), "{text}");
    assert!(text.contains("int8 of shape 1x12"), "{text}");
    assert!(text.contains("The 10 largest of 12"), "{text}");
    let rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let values = rows.filter(|row| row.len() == 2).filter_map(|row| row[1].parse::<f64>().ok());
    let values: Vec<_> = values.collect();
    assert!(values.len() == 10 && values.is_sorted_by(|a, b| a >= b), "{text}");
}

#[test]
fn an_input_of_the_wrong_size_is_refused_with_both_sizes() {
    let folder = folder("wrong_size");
    let (input, output) = (folder.join("short.bin"), folder.join("out.bin"));
    std::fs::write(&input, [0; 489]).unwrap();
    let sentence = refused(&[&model("kws"), "--input".as_ref(), &input, "--output".as_ref(), &output]);
    assert!(sentence.contains("short.bin: --input: it has 489 bytes"), "{sentence}");
    assert!(sentence.ends_with("kws.tflite take 490\n"), "{sentence}");
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["short.bin"]);
}

#[test]
fn what_can_not_be_run_is_named() {
    let input = fixture("README.md");
    let sentence = |name: &str| refused(&[&model(name), "--input".as_ref(), &input]);
    let float = sentence("float32");
    assert!(float.contains("float32.tflite: operator 0 (CONV_2D)"), "{float}");
    assert!(float.ends_with("quantise the model to int8\n"), "{float}");
    assert!(sentence("batch_matmul").contains("BATCH_MATMUL"), "{}", sentence("batch_matmul"));
    let missing = refused(&[&model("kws"), "--input".as_ref(), Path::new("nowhere.bin")]);
    assert!(missing.contains("nowhere.bin: there is no such file"), "{missing}");
    let folder =
        refused(&[&model("kws"), "--input".as_ref(), &input, "--output".as_ref(), Path::new("no/x.bin")]);
    assert!(folder.contains("no/x.bin: --output: there is no such folder"), "{folder}");
}
