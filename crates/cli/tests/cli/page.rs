//! `--format html`: one file that needs nothing else and says what every other format says.

use crate::run::{BOARD, NETWORKS, estimate, run, scenarios};

/// A whole life, so that every chart is there.
const LIFE: [&str; 8] =
    ["--inferences", "1000000", "--samples", "100000", "--epochs", "30", "--training-device", "a100"];

fn pages() -> Vec<(String, String)> {
    let mut all: Vec<Vec<&str>> = vec![
        estimate(NETWORKS[0], &BOARD),
        [&estimate(NETWORKS[0], &BOARD)[..], &LIFE[..], &["--equivalences"]].concat(),
        vec!["estimate", NETWORKS[1]],
        vec!["estimate", "models/unknown_flex_op.tflite", "--device", "nucleo-l4r5zi"],
        vec!["import", "imports/nvidia_smi.csv"],
        vec!["inspect", NETWORKS[0]],
    ];
    let scenarios = scenarios();
    all.extend(scenarios.iter().map(|scenario| vec!["estimate", scenario.as_str()]));
    all.iter().map(|args| (args.join(" "), run(&[&args[..], &["--format", "html"]].concat()).ok())).collect()
}

#[test]
fn a_page_asks_nobody_and_runs_nothing() {
    for (what, page) in pages() {
        for part in [
            "<script",
            "<link",
            "<img",
            "<iframe",
            "@import",
            "url(http",
            "src=",
            "href=",
            "onload",
            "javascript:",
        ] {
            assert!(!page.contains(part), "{what}: {part}");
        }
        // The one address is the name of SVG's language.
        let addresses = page.matches("http").count();
        let names =
            page.matches("xmlns=\"http://www.w3.org/2000/svg\"").count() + page.matches("http-equiv").count();
        let sources = page.matches("https://").count();
        assert_eq!(addresses, names + sources, "{what}");
        assert!(page.contains("default-src 'none'"), "{what}");
    }
}

#[test]
fn a_page_is_well_formed() {
    for (what, page) in pages() {
        let mut open: Vec<&str> = Vec::new();
        for tag in page.split('<').skip(1) {
            let name = tag.split(['>', ' ', '\n']).next().unwrap();
            if name.starts_with('!') || tag.split('>').next().unwrap().ends_with('/') || name == "meta" {
                continue;
            }
            match name.strip_prefix('/') {
                Some(closing) => assert_eq!(open.pop(), Some(closing), "{what}"),
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{what}: {open:?}");
        for wrong in ["NaN", "inf\"", "None", "Some("] {
            assert!(!page.contains(wrong), "{what}: {wrong}");
        }
    }
}

#[test]
fn every_chart_has_a_title_a_description_a_caption_and_its_numbers_in_a_table() {
    let mut charts = 0;
    for (what, page) in pages() {
        for section in page.split("<section").skip(1).filter(|section| section.contains("<svg")) {
            charts += 1;
            for part in ["<title id=", "<desc id=", "aria-labelledby=", "<figcaption>"] {
                assert!(section.contains(part), "{what}: {part}");
            }
            // The head says its numbers in sentences, the others in a table.
            assert!(section.starts_with(" class=\"head\"") || section.contains("<table>"), "{what}");
        }
    }
    assert!(charts >= 20, "{charts}");
}

#[test]
fn charts_of_a_page_have_names_of_their_own() {
    for (what, page) in pages() {
        let mut names: Vec<&str> =
            page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{what}");
    }
}

#[test]
fn a_page_has_the_same_numbers_as_the_text() {
    let args = [&estimate(NETWORKS[0], &BOARD)[..], &LIFE[..]].concat();
    let page = run(&[&args[..], &["--format", "html"]].concat()).ok();
    let text = run(&args).ok().split_whitespace().collect::<Vec<_>>().join(" ");
    let answer = text.split(" Where it comes from").next().unwrap();
    for sentence in answer.split(". ").filter(|sentence| sentence.contains("takes")) {
        assert!(page.contains(sentence.trim_end_matches('.')), "{sentence}");
    }
}

#[test]
fn comparisons_come_only_where_they_are_asked_for() {
    let args = [&estimate(NETWORKS[0], &BOARD)[..], &LIFE[..]].concat();
    for format in ["text", "markdown", "html", "json"] {
        let plain = run(&[&args[..], &["--format", format]].concat()).ok();
        let asked = run(&[&args[..], &["--format", format, "--equivalences"]].concat()).ok();
        assert!(!plain.contains("kilometre") && asked.contains("kilometre"), "{format}");
    }
}
