//! Files that are wrong: one sentence that names the file; nothing printed, nothing written.

use std::fs;

use crate::run::{fixtures, names_in, run_in, scratch};

const STAGE: &str = r#""training": {"top_down": {"hours": 1, "processors": 1, "watts_per_processor": 300}}"#;
const USE: &str = r#""device": "nucleo-l4r5zi", "inference": {"bottom_up": {"inferences": 1}}"#;

#[test]
fn a_scenario_that_cant_be_read_is_refused() {
    for (content, sentence) in [
        (b"".to_vec(), "it is empty: a scenario is a JSON object"),
        (b" \n".to_vec(), "it is empty: a scenario is a JSON object"),
        (b"[1]".to_vec(), "it is no scenario: that is a JSON object and begins with `{`"),
        (b"null".to_vec(), "it is no scenario: that is a JSON object and begins with `{`"),
        (b"\xff\xfe{".to_vec(), "no UTF-8 text: invalid utf-8 sequence of 1 bytes from index 0"),
        (b"{".to_vec(), "it ends in the middle, while parsing an object"),
        (b"{\"schema_version\": 1} 5".to_vec(), "trailing characters"),
        (
            b"{\"schema_version\": 1}".to_vec(),
            "it has no stage: give at least one of `search`, `training`, `inference`",
        ),
        (b"{\"schema_version\": 1, \"schema_version\": 1}".to_vec(), "duplicate field `schema_version`"),
        (
            format!("{{{STAGE}}}").into_bytes(),
            "schema_version: it is missing: a scenario file of this version begins with \"schema_version\": 1",
        ),
        (
            format!("{{\"schema_version\": 2, {STAGE}}}").into_bytes(),
            "schema_version: 2 is not known: this program reads version 1 of a scenario",
        ),
        (
            format!("{{\"schema_version\": \"1\", {STAGE}}}").into_bytes(),
            "schema_version: \"1\" is not known: this program reads version 1 of a scenario",
        ),
        (
            format!("{{\"schema_version\": 1, \"traning\": 1, {STAGE}}}").into_bytes(),
            "traning: unknown field `traning`; did you mean `training`?",
        ),
        (
            format!("{{\"schema_version\": 1, \"mode\": \"papr\", {STAGE}}}").into_bytes(),
            "mode: unknown value `papr`; did you mean `paper`?",
        ),
        (
            format!("{{\"schema_version\": 1, \"model\": {{\"file\": \"none.tflite\"}}, {USE}}}")
                .into_bytes(),
            "model.file: `none.tflite`: there is no such file",
        ),
        (
            format!("{{\"schema_version\": 1, \"model\": {{\"layers\": {{\"layers\": []}}}}, {USE}}}")
                .into_bytes(),
            "model.layers.layers: the list is empty: a network has at least one layer",
        ),
        (
            format!("{{\"schema_version\": 1, {USE}}}").into_bytes(),
            "inference: `bottom_up` needs a model, or the measured energy of one inference",
        ),
    ] {
        let folder = scratch("bad_scenario");
        fs::write(folder.join("s.json"), &content).unwrap();
        let said = run_in(&folder, &["estimate", "s.json", "--out", "result.txt"]).refused();
        assert_eq!(said, format!("s.json: {sentence}"), "{}", String::from_utf8_lossy(&content));
        assert_eq!(names_in(&folder), ["s.json"]);
    }
}

#[test]
fn a_model_that_cant_be_read_is_refused() {
    let whole = fs::read(fixtures().join("models/kws.tflite")).unwrap();
    let no_model = "not a TensorFlow Lite model: bytes 4 to 7 are not `TFL3`";
    let hostile = b"\xff\xff\xff\xffTFL3\xff\xff\xff\xff".to_vec();
    for (content, sentence) in [
        (Vec::new(), "it is empty: a TensorFlow Lite model begins with 8 bytes of header"),
        (b"not a model".to_vec(), no_model),
        (whole[..7].to_vec(), no_model),
        (whole[..1000].to_vec(), "the offset at byte 52 leads to a vector outside the file"),
        (hostile, "the offset at byte 0 leads to a table outside the file"),
    ] {
        for command in ["estimate", "inspect"] {
            let folder = scratch("bad_model");
            fs::write(folder.join("m.tflite"), &content).unwrap();
            let said = run_in(&folder, &[command, "m.tflite", "--out", "result.txt"]).refused();
            assert_eq!(said, format!("m.tflite: {sentence}"));
            assert_eq!(names_in(&folder), ["m.tflite"]);
        }
    }
}

#[test]
fn a_model_cut_anywhere_is_refused_or_read_and_never_a_panic() {
    let whole = fs::read(fixtures().join("models/ad.tflite")).unwrap();
    let folder = scratch("cut_model");
    for share in 0..24 {
        fs::write(folder.join("m.tflite"), &whole[..whole.len() * share / 24]).unwrap();
        let said = run_in(&folder, &["inspect", "m.tflite"]).refused();
        assert!(said.starts_with("m.tflite: "), "{said}");
    }
}

#[test]
fn a_damaged_model_is_named_where_a_scenario_names_it() {
    let folder = scratch("bad_model_of_scenario");
    fs::create_dir(folder.join("models")).unwrap();
    fs::write(folder.join("models/m.tflite"), "TFL3").unwrap();
    let scenario = format!("{{\"schema_version\": 1, \"model\": {{\"file\": \"models/m.tflite\"}}, {USE}}}");
    fs::write(folder.join("s.json"), scenario).unwrap();
    let said = run_in(&folder, &["estimate", "s.json"]).refused();
    assert_eq!(said, "models/m.tflite: not a TensorFlow Lite model: bytes 4 to 7 are not `TFL3`");
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = scratch("no_file");
    fs::create_dir(folder.join("folder")).unwrap();
    fs::write(folder.join("file"), "").unwrap();
    for (input, sentence) in [
        ("none.tflite", "none.tflite: there is no such file"),
        ("none.json", "none.json: there is no such file"),
        ("folder", "folder: it is a folder, not a file"),
        ("file/m.tflite", "file/m.tflite: a part of its path is no folder"),
    ] {
        for command in ["estimate", "inspect"] {
            assert_eq!(run_in(&folder, &[command, input]).refused(), sentence);
        }
    }
}

#[test]
fn a_profile_that_cant_be_read_is_refused() {
    let folder = scratch("bad_profile");
    fs::copy(fixtures().join("models/kws.tflite"), folder.join("m.tflite")).unwrap();
    for (content, sentence) in [
        ("", "it is empty: a profile is a JSON object"),
        (
            "{}",
            "schema_version: it is missing: a profile file of this version begins with \"schema_version\": 1",
        ),
        (
            "{\"schema_version\": 9}",
            "schema_version: 9 is not known: this program reads version 1 of a profile",
        ),
        ("{\"schema_version\": 1, \"nam\": 1}", "nam: unknown field `nam`; did you mean `name`?"),
        (
            "{\"schema_version\": 1, \"name\": \"mine\", \"class\": \"bord\"}",
            "class: unknown value `bord`; did you mean `board`?",
        ),
    ] {
        fs::write(folder.join("p.json"), content).unwrap();
        let said = run_in(&folder, &["estimate", "m.tflite", "--device", "p.json"]).refused();
        assert_eq!(said, format!("p.json: {sentence}"));
    }
}

#[test]
fn a_filter_that_finds_nothing_is_refused() {
    let folder = scratch("no_rows");
    assert_eq!(
        run_in(&folder, &["devices", "a10O"]).refused(),
        "no device's name contains `a10O`; did you mean `a100`?"
    );
    let said = run_in(&folder, &["grids", "Germny"]).refused();
    assert_eq!(said, "`Germny`: unknown place; did you mean `DE` (Germany)?");
}
