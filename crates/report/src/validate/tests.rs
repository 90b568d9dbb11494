use super::*;

fn row_named<'a>(rows: &'a [Row], name: &str) -> &'a Row {
    rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no row {name}"))
}

fn table(file: &str) -> &'static Table {
    TABLES.iter().find(|table| table.file.ends_with(file)).unwrap()
}

#[test]
fn every_row_is_within_its_tolerance() {
    let rows = rows().unwrap();
    let failed: Vec<_> = rows.iter().filter(|row| !row.passes).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(summary(&rows), Summary { rows: rows.len(), passed: rows.len(), failed: 0 });
}

#[test]
fn every_row_has_a_source_and_its_own_name() {
    let rows = rows().unwrap();
    for (index, row) in rows.iter().enumerate() {
        assert!(row.source.len() > 10, "{row:?}");
        assert!(rows.iter().skip(index + 1).all(|other| other.name != row.name), "{}", row.name);
    }
}

#[test]
fn a_tolerance_wider_than_the_printed_digit_has_its_reason_in_the_note() {
    for line in TABLES.iter().flat_map(|table| table.lines().unwrap()) {
        let wider = Tolerance::of(&line).unwrap() != Tolerance::Printed;
        assert!(!wider || line.given("note").is_some(), "{line:?}");
    }
}

#[test]
fn a_trap_does_not_pass_and_says_why() {
    let traps = traps().unwrap();
    assert_eq!(traps.len(), 6);
    for trap in traps {
        assert!(!trap.passes && trap.note.is_some(), "{trap:?}");
    }
}

/// Moves one input of every row by 2 %, or by more than twice the tolerance where the published number is printed with too
/// few digits to tell 2 %.
#[test]
fn an_input_that_is_off_fails_its_row() {
    let mut moved = 0;
    for table in &TABLES {
        for line in table.lines().unwrap() {
            let step = f64::max(0.02, 2.5 * row(&line, table.kind).unwrap().tolerance);
            for column in ["watts", "processors", "time", "energy", "total", "reserved", "macs", "parameters"]
            {
                let Some(cell) = line.given(column).filter(|cell| *cell != "0") else { continue };
                let (value, unit) = cell.split_once(' ').unwrap_or((cell, ""));
                let value = line::number(value).unwrap();
                for factor in [1.0 - step, 1.0 + step] {
                    let cell = format!("{} {unit}", value * factor);
                    // Less than one processor is refused.
                    let passes = row(&line.with(column, cell.trim()), table.kind).is_ok_and(|row| row.passes);
                    assert!(!passes, "{column} {cell} of {line:?}");
                    moved += 1;
                }
            }
        }
    }
    assert!(moved > 250, "{moved}");
}

#[test]
fn two_percent_more_watts_fail_every_energy_of_pattersons_table_4() {
    for line in table("patterson_2021_table_4.csv")
        .lines()
        .unwrap()
        .iter()
        .filter(|line| line.given("watts").is_some())
    {
        let watts = line.number("watts").unwrap();
        let passes = |factor: f64| row(&line.with("watts", watts * factor), &top_down::KIND).unwrap().passes;
        assert!(passes(1.0), "{line:?}");
        assert!(!passes(1.02) && !passes(0.98), "{line:?}");
    }
}

#[test]
fn the_search_for_the_evolved_transformer_stands_three_ways() {
    let rows = rows().unwrap();
    let it = row_named(&rows, "NAS, Strubell 2019: IT energy");
    let facility = row_named(&rows, "NAS, Strubell 2019: facility energy in MWh");
    let actual = row_named(&rows, "NAS, Patterson 2021: actual energy");
    assert!((it.computed - 415.409_672).abs() < 1e-6, "{it:?}");
    assert!((facility.computed - 656.347_281).abs() < 1e-6, "{facility:?}");
    assert!((facility.computed / it.computed - 1.58).abs() < 1e-12);
    assert!((actual.computed - 7.468_032).abs() < 1e-6, "{actual:?}");
    let emissions = row_named(&rows, "NAS, Patterson 2021: actual emissions");
    let estimated = row_named(&rows, "NAS, Strubell 2019: emissions");
    let ratio = estimated.computed * joulegram::units::GRAMS_PER_POUND / (emissions.computed * 1e6);
    assert!((ratio - 88.0).abs() < 0.5, "Patterson prints 88 times, got {ratio}");
}

#[test]
fn the_best_choices_of_pattersons_table_1_emit_57_times_less() {
    let rows = rows().unwrap();
    let worst = row_named(&rows, "Transformer Big on P100 in an average US data centre: gross emissions");
    let best = row_named(&rows, "Evolved Transformer Medium on TPUv2 in Iowa: net emissions");
    let ratio = worst.computed / best.computed;
    assert!((ratio - 57.0).abs() <= 0.5, "{ratio}");
}

#[test]
fn one_energy_in_iowa_emits_37_times_what_it_does_in_quebec() {
    let line = table("npj_germany.csv").lines().unwrap().remove(0);
    let computed = |grid: &str| row(&line.with("grid", grid), &top_down::KIND).unwrap().computed;
    let ratio = computed("736.6 gCO2e/kWh") / computed("20 gCO2e/kWh");
    assert!((ratio - 36.83).abs() < 1e-9, "{ratio}");
}

#[test]
fn a_factor_in_the_wrong_unit_is_refused() {
    let line = table("npj_germany.csv").lines().unwrap().remove(0);
    let fault = row(&line.with("grid", "731.59 kgCO2e/kWh"), &top_down::KIND).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "fixtures/published/npj_germany.csv line 2: grid: 731590 gCO2e/kWh is too large: it must be at most 1500 gCO2e/kWh"
    );
}

#[test]
fn a_bad_cell_is_named_with_its_line_and_column() {
    let line = table("patterson_2021_table_4.csv").lines().unwrap().remove(0);
    for (column, cell, message) in [
        ("watts", "208 W", "watts: `208 W` is no number"),
        ("watts", "", "watts: is not given"),
        ("time", "6.8", "time: `6.8` is no time"),
        ("time", "6.8 MWh", "time: `6.8 MWh` is no time"),
        ("pue", "", "pue: is not given"),
        ("pue", "0.9", "pue: 0.9 is too small: it must be at least 1"),
        ("unit", "kW", "unit: unknown unit `kW`"),
        ("unit", "d", "unit: is neither of energy nor of emissions"),
        ("tolerance", "some", "tolerance: unknown tolerance `some`"),
    ] {
        let fault = row(&line.with(column, cell), &top_down::KIND).unwrap_err();
        assert_eq!(
            fault.to_string(),
            format!("fixtures/published/patterson_2021_table_4.csv line 2: {message}")
        );
    }
}

#[test]
fn an_unknown_column_is_refused() {
    let table = Table { file: "a.csv", text: "name,what\nx,1\n", kind: &mix::KIND };
    assert_eq!(table.rows().unwrap_err().to_string(), "a.csv: what: unknown column");
}

#[test]
fn shares_that_are_not_all_of_the_mix_are_refused() {
    let line = table("codecarbon_mix.csv").lines().unwrap().remove(0);
    let fault = row(&line.with("mix", "25 % 995 + 35 % 816"), &mix::KIND).unwrap_err();
    assert!(fault.to_string().ends_with("mix: the shares sum to 0.6, not to 1"), "{fault}");
}
