//! A link of the page in place of a scenario's file: the same answers, and one sentence where it is none.

use std::fs;

use serde_json::{Value, json};

use crate::run::{fixtures, names_in, run_in, scratch};

/// What the page does with a patch: base64url without padding, written here a second time.
fn link(patch: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = "https://example.org/some/path/#1.".to_owned();
    for three in patch.as_bytes().chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(*three.get(at).unwrap_or(&0)));
        for at in 0..=three.len() {
            text.push(char::from(SIGNS[(bits >> (18 - 6 * at) & 63) as usize]));
        }
    }
    text
}

fn own() -> Value {
    let path = fixtures().join("../crates/report/data/default.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_link_is_answered_as_the_scenario_that_it_holds() {
    let folder = scratch("link");
    let mut scenario = own();
    scenario["site"]["grid"] = "FR".into();
    scenario["name"] = "Wörter".into();
    scenario["training"]["bottom_up"]["epochs"] = json!({"low": 1, "mode": 2, "high": 2.5});
    scenario.as_object_mut().unwrap().remove("search");
    fs::write(folder.join("s.json"), scenario.to_string()).unwrap();
    let link = link(
        r#"{"site":{"grid":"FR"},"name":"Wörter","training":{"bottom_up":{"epochs":{"low":1,"mode":2,"high":2.5}}},"search":null}"#,
    );
    let fragment = link.split_once('#').unwrap().1;
    for command in ["estimate", "levers"] {
        let expected = run_in(&folder, &[command, "s.json", "--format", "json"]).ok();
        for given in
            [link.clone(), format!("#{fragment}"), fragment.to_owned(), format!("joulegram.html#{fragment}")]
        {
            assert_eq!(run_in(&folder, &[command, &given, "--format", "json"]).ok(), expected, "{given}");
        }
    }
    let fit = ["--vary", "epochs", "--budget-grams", "100", "--format", "json"];
    let by_file = run_in(&folder, &[&["fit", "s.json"], &fit[..]].concat()).ok();
    assert_eq!(run_in(&folder, &[&["fit", &link], &fit[..]].concat()).ok(), by_file);
    let pair = |second: &str| run_in(&folder, &["compare", "#1.e30", second, "--format", "json"]).ok();
    assert_eq!(pair(&link), pair("s.json"));
    // What is typed beside a link changes it as it changes a file.
    let beside = |given: &str| run_in(&folder, &["estimate", given, "--grid", "PL", "--format", "json"]).ok();
    assert_eq!(beside(&link), beside("s.json"));
}

#[test]
fn a_link_that_names_a_model_finds_it_in_this_folder_and_nowhere_else() {
    let folder = scratch("link_model");
    let named = |file: &str| link(&json!({"model": {"layers": null, "file": file}}).to_string());
    let refused = |file: &str| run_in(&folder, &["estimate", &named(file)]).refused();
    assert_eq!(
        refused("mine.tflite"),
        "the link: model.file: `mine.tflite`: a link names a file and does not hold it: put it into this folder"
    );
    for file in ["/dev/zero", "../mine.tflite", "a/../../mine.tflite"] {
        let sentence = format!("the link: model.file: `{file}`: a link may only name files of this folder");
        assert_eq!(refused(file), sentence);
    }
    fs::copy(fixtures().join("models/vww.tflite"), folder.join("mine.tflite")).unwrap();
    let scenario = json!({"model": {"file": "mine.tflite"}});
    let mut whole = own();
    whole["model"] = scenario["model"].clone();
    fs::write(folder.join("s.json"), whole.to_string()).unwrap();
    let answer = |given: &str| run_in(&folder, &["estimate", given, "--format", "json"]).ok();
    assert_eq!(answer(&named("mine.tflite")), answer("s.json"));
}

#[test]
fn a_link_that_was_tampered_with_is_one_sentence() {
    let folder = scratch("link_wrong");
    let long = format!("#1.{}", "eyJ".repeat(30_000));
    let deep = link(&"{\"a\":".repeat(5_000));
    for (given, sentence) in [
        ("https://example.org/kws.tflite", "it has no scenario behind a `#`, and no address is fetched"),
        ("#2.e30", "it is of version 2: this program reads version 1"),
        ("#1.", "it is damaged: it holds no whole JSON"),
        ("#1.eyJh%20", "it is damaged: behind its `#` stands no version, such as `1.`, with base64url"),
        (&link("5"), "it is damaged: it holds no JSON object"),
        (&deep, "it is damaged: it holds no whole JSON"),
        (&long, "it has 90002 characters behind its `#`: at most 65536 are read"),
        (&link(r#"{"fields":1}"#), "fields: unknown field `fields`; known are"),
        (&link(r#"{"site":{"pue":0.5}}"#), "site.pue: 0.5 is too small"),
        (
            &link(r#"{"schema_version":2}"#),
            "schema_version: 2 is not known: this program reads version 1 of a scenario",
        ),
        (&link(r#"{"search":null,"training":null,"inference":null}"#), "it has no stage"),
    ] {
        for command in ["estimate", "levers"] {
            let said = run_in(&folder, &[command, given]).refused();
            assert!(said.starts_with(&format!("the link: {sentence}")), "{said}");
        }
    }
    assert_eq!(names_in(&folder), [""; 0]);
}
