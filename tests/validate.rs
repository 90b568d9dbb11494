//! The published numbers, as a shell gets them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of tests may fail as a test does")]

use joulegram_report::validate::{Row, rows, summary, traps};

fn computed(name: &str) -> Row {
    let rows = rows().unwrap();
    rows.into_iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no row {name}"))
}

#[test]
fn all_published_rows_come_out_within_their_tolerance() {
    let rows = rows().unwrap();
    let summary = summary(&rows);
    assert_eq!((summary.failed, summary.passed), (0, summary.rows));
    for row in &rows {
        assert!(row.relative_error.abs() <= row.tolerance, "{row:?}");
        let error = (row.computed - row.published) / row.published;
        assert!((row.relative_error - error).abs() < 1e-15, "{row:?}");
    }
}

#[test]
fn every_source_that_validate_promises_has_rows() {
    let rows = rows().unwrap();
    for (source, count) in [
        ("Patterson et al. 2021 (arXiv:2104.10350) table 4", 18),
        ("Patterson et al. 2021 (arXiv:2104.10350) table 1", 15),
        ("Strubell et al. 2019 (arXiv:1906.02243) table 3", 10),
        ("Green Algorithms", 3),
        ("Software Carbon Intensity", 1),
        ("codecarbon", 1),
        ("npj Digital Medicine", 6),
        ("torchstat", 13),
    ] {
        let found = rows.iter().filter(|row| row.source.starts_with(source)).count();
        assert!(found >= count, "{source}: {found}");
    }
}

#[test]
fn pattersons_table_4_is_within_one_percent() {
    let rows = rows().unwrap();
    let energies = rows.iter().filter(|row| row.source.ends_with("table 4") && row.unit == "MWh");
    let mut count = 0;
    for row in energies {
        assert!(row.relative_error.abs() <= 0.01, "{row:?}");
        count += 1;
    }
    assert!(count >= 6, "{count}");
}

#[test]
fn gpt_3_took_1287_mwh_and_552_t() {
    let energy = computed("GPT-3 at its unrounded days: energy");
    assert_eq!((energy.printed.as_str(), energy.unit.as_str()), ("1,287", "MWh"));
    assert!((energy.computed - 1287.0).abs() < 0.5, "{energy:?}");
    let emissions = computed("GPT-3: emissions");
    assert_eq!((emissions.printed.as_str(), emissions.unit.as_str()), ("552", "tCO2e"));
    assert!((emissions.computed - 552.123).abs() < 1e-3, "{emissions:?}");
}

#[test]
fn an_hour_of_a_tonne_over_four_years_is_28_54_g() {
    let row = computed("An hour of 1000 kg over four years: embodied");
    assert!((row.computed - 28.5388).abs() < 5e-5, "{row:?}");
}

#[test]
fn bert_at_79_hours_and_eight_times_the_machine_are_wrong() {
    let traps = traps().unwrap();
    let find = |name: &str| {
        let trap = traps.iter().find(|trap| trap.name.starts_with(name)).unwrap();
        assert!(!trap.passes, "{trap:?}");
        trap
    };
    assert!((find("BERT base at the printed 79 h: energy").computed - 1503.021).abs() < 1e-3);
    assert!((find("NAS, Strubell 2019, times 8").relative_error - 7.0).abs() < 1e-5);
    assert!((find("NAS, Strubell 2019, PUE twice").relative_error - 0.58).abs() < 1e-5);
}

#[test]
fn a_row_has_the_keys_that_stay_put() {
    let row = serde_json::to_value(computed("T5: energy")).unwrap();
    for key in ["name", "published", "computed", "unit", "relative_error", "tolerance", "source"] {
        assert!(row.get(key).is_some(), "{key}: {row}");
    }
}
