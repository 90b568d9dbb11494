//! The committed records hold together: verdicts and charts follow from the data, the README's table from the verdicts.

#![expect(clippy::panic, reason = "a record that can't be read fails its test")]

use std::fs;
use std::path::{Path, PathBuf};

use joulegram_experiments::experiments::ALL;
use joulegram_experiments::record::{files, read_machine, read_rows};
use joulegram_experiments::table::{placed, table};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn records() -> PathBuf {
    root().join("benchmarks/record/experiments")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn verdicts_and_charts_follow_from_the_recorded_data() {
    for experiment in ALL {
        let folder = records().join(experiment.name);
        let rows = read_rows(&folder).unwrap();
        let mut expected = files(experiment, &rows).unwrap();
        for (file, content) in &expected {
            let path = folder.join(file);
            assert!(
                text(&path) == *content,
                "{} is not what data.csv gives: run `-- redraw`",
                path.display()
            );
        }
        expected.push(("machine.csv".to_owned(), String::new()));
        let mut expected: Vec<String> = expected.into_iter().map(|(file, _)| file).collect();
        let entries = fs::read_dir(&folder).unwrap();
        let mut found: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{}", folder.display());
    }
}

#[test]
fn every_record_says_what_it_ran_on_and_how_much_of_it() {
    for experiment in ALL {
        let machine = read_machine(&records().join(experiment.name)).unwrap();
        let value = |what: &str| {
            let line = machine.iter().find(|(name, _)| name == what);
            line.unwrap_or_else(|| panic!("{}: no {what}", experiment.name)).1.clone()
        };
        assert_eq!(value("experiment"), experiment.name);
        assert!(value("size") == "full" || value("size").starts_with("quick"), "{}", experiment.name);
        for what in
            ["date_utc", "processor", "cores", "system", "compiler", "library", "watts", "watts_source"]
        {
            assert!(!value(what).is_empty(), "{}: {what}", experiment.name);
        }
    }
}

#[test]
fn the_readme_has_the_table_of_the_records() {
    let readme = text(&root().join("README.md"));
    let expected = placed(&readme, &table(&records()).unwrap()).unwrap();
    assert!(readme == expected, "README.md has another table: run `-- table`");
}
