//! Cases that users of other calculators reported, each named after its report. `cases.md` lists all of them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests may fail as a test does"
)]

use std::fs;
use std::path::Path;

use joulegram::data::grid;
use joulegram::embodied::allotted;
use joulegram::units::{Count, GRAMS_PER_POUND, Grams, GramsPerKilowattHour, Hours, Pue, Quantity, Share};
use joulegram_report::document::Document;
use joulegram_report::fault::Fault;
use joulegram_report::listing::tell_grids;
use joulegram_report::number::{GRAMS, KILOWATT_HOURS, WATTS};
use joulegram_report::resolve::resolve;
use joulegram_report::scenario_file::ScenarioFile;
use joulegram_report::{render, story};
use serde_json::{Value, json};

/// The answer to a scenario as JSON and as text.
fn answer(scenario: &Value) -> Result<(Value, String), Fault> {
    let file = ScenarioFile::from_json("s.json", &scenario.to_string())?;
    let case = resolve("s.json", &file, None, &|name| Err(format!("`{name}` is not needed")))?;
    let document = Document::of("s.json", &case)?;
    let text = render::text(&story::tell(&document), false);
    assert!(!render::document_csv(&document).contains("NaN"));
    Ok((serde_json::to_value(&document).unwrap(), text))
}

/// A training top-down at a site.
fn top_down(site: &Value, top_down: &Value) -> Value {
    json!({ "schema_version": 1, "training": { "site": site, "top_down": top_down } })
}

fn mode(value: &Value) -> f64 {
    value["mode"].as_f64().unwrap()
}

/// The life cycle's most likely kilowatt-hours and grams.
fn life(scenario: &Value) -> (f64, f64) {
    let (document, _) = answer(scenario).unwrap();
    let life = &document["life_cycle"];
    (mode(&life["energy_kilowatt_hours"]), mode(&life["emissions_grams_co2e"]))
}

#[track_caller]
fn near(got: f64, expected: f64, relative: f64) {
    assert!((got - expected).abs() <= relative * expected.abs(), "{got}, expected {expected}");
}

#[test]
fn ga_15_twelve_of_sixteen_cores_for_a_day_take_4_56_kwh() {
    let run = json!({
        "hours": 24, "processors": 12, "watts_per_processor": 7.5,
        "memory_gigabytes": 64, "memory_watts_per_gigabyte": 0.3725
    });
    let (energy, grams) = life(&top_down(&json!({ "grid": 111.18, "pue": 1.67 }), &run));
    near(energy, 4.562_707_2, 1e-12);
    near(grams, 507.28, 1e-5);
    // The package's 120 W on 12 "cores" is another question: the answer says what was counted.
    let package = json!({ "hours": 24, "processors": 12, "watts_per_processor": 120 });
    let (_, text) = answer(&top_down(&json!({ "grid": 111.18, "pue": 1.67 }), &package)).unwrap();
    assert!(text.contains("power per processor of training: 120 W"), "{text}");
    assert!(text.contains("processors of training: 12.0"), "{text}");
}

#[test]
fn sci_250_a_chip_of_205_watts_at_18_percent_load() {
    let run =
        json!({ "hours": 1, "processors": 1, "watts_per_processor": 205.0 * 0.32, "utilisation": 0.18 });
    near(life(&top_down(&json!({ "pue": 1 }), &run)).0, 0.011_808, 1e-12);
}

#[test]
fn cc_286_a_core_of_3_watts_is_not_3_milliwatts() {
    assert_eq!(WATTS.number(3.0), "3.00 W");
    assert_eq!(WATTS.number(0.003), "3.00 mW");
    assert_eq!(KILOWATT_HOURS.number(0.003), "3.00 Wh");
}

#[test]
fn mlcarbon_a_row_of_logic_is_its_electricity_gases_and_materials_over_the_yield() {
    const YIELD: f64 = 0.875;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/core/data");
    let table = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let (rows, parts) = (table("embodied.csv"), table("embodied_sources.csv"));
    let part = |table: &str, key: &str| -> f64 {
        let line = parts.lines().find(|line| line.starts_with(&format!("act/{table},{key},")));
        line.unwrap().split(',').nth(2).unwrap().parse().unwrap()
    };
    let logic: Vec<Vec<&str>> =
        rows.lines().filter(|row| row.starts_with("logic_")).map(|row| row.split(',').collect()).collect();
    assert_eq!(logic.len(), 8);
    for row in logic {
        let node = row[2];
        let gases = (part("logic_gpa_95", node) + part("logic_gpa_99", node)) / 2.0;
        let electricity = part("logic_epa", node) * part("fab_grid", "taiwan");
        let sum = (electricity + gases + part("logic_materials", node)) / YIELD;
        // Four digits are kept.
        near(row[4].parse().unwrap(), sum, 5e-4);
    }
}

#[test]
fn ccf_1038_embodied_emissions_are_grams_and_take_no_energy() {
    let mut scenario = top_down(
        &json!({ "grid": 500, "pue": 1 }),
        &json!({ "hours": 1, "processors": 1, "watts_per_processor": 1000 }),
    );
    let (without, _) = answer(&scenario).unwrap();
    scenario["training"]["embodied"] = json!({ "total_grams": 1e6, "lifespan_hours": 35040 });
    let (with, text) = answer(&scenario).unwrap();
    assert!(mode(&with["embodied_grams_co2e"]) > 0.0);
    assert_eq!(with["life_cycle"], without["life_cycle"]);
    for (key, value) in with["stages"][1].as_object().unwrap() {
        assert!(key == "embodied_grams_co2e" || *value == without["stages"][1][key], "{key}");
    }
    let line = text.lines().find(|line| line.contains("making the hardware")).unwrap();
    assert!(line.contains("gCO2e") && !line.contains("Wh"), "{line}");
}

#[test]
fn cc_471_embodied_emissions_are_not_known_unless_given_and_then_a_line_of_their_own() {
    let run = json!({ "hours": 1, "processors": 1, "watts_per_processor": 1000 });
    let mut scenario = top_down(&json!({ "grid": 500, "pue": 1 }), &run);
    let (without, text) = answer(&scenario).unwrap();
    assert_eq!(without["embodied_grams_co2e"], Value::Null);
    assert!(!text.contains("making the hardware"), "{text}");
    scenario["training"]["embodied"] =
        json!({ "total_grams": 1e6, "lifespan_hours": 35040, "utilisation": 1 });
    let (with, text) = answer(&scenario).unwrap();
    near(mode(&with["embodied_grams_co2e"]), 28.538_8, 1e-5);
    near(mode(&with["life_cycle"]["emissions_grams_co2e"]), 500.0, 1e-12);
    assert!(text.contains("making the hardware"), "{text}");
}

#[test]
fn bv_297_the_parts_are_never_more_than_the_total() {
    for (parts, grid) in [([301.9, 403.1, 0.1], 245.0), ([1e-9, 1e9, 3.3], 1.0), ([0.1, 0.2, 0.3], 1500.0)] {
        let stage = |hours: f64| json!({ "top_down": { "hours": hours, "processors": 1, "watts_per_processor": 1000 } });
        let (document, _) = answer(&json!({
            "schema_version": 1, "site": { "grid": grid, "pue": 1 },
            "search": stage(parts[0]), "training": stage(parts[1]), "inference": stage(parts[2])
        }))
        .unwrap();
        for key in ["energy_kilowatt_hours", "emissions_grams_co2e"] {
            let sum: f64 = document["stages"].as_array().unwrap().iter().map(|stage| mode(&stage[key])).sum();
            near(sum, mode(&document["life_cycle"][key]), 1e-15);
        }
    }
}

#[test]
fn mi_v100_for_100_hours_in_zurich_emits_what_its_factor_says() {
    let run = json!({ "hours": 100, "processors": 1, "watts_per_processor": 250 });
    let (energy, grams) = life(&top_down(&json!({ "grid": 16, "pue": 1 }), &run));
    near(energy, 25.0, 1e-12);
    near(grams, 400.0, 1e-12);
    let row = grid::find("gcp:europe-west6").unwrap();
    let (_, grams) = life(&top_down(&json!({ "grid": "gcp:europe-west6", "pue": 1 }), &run));
    near(grams, 25.0 * row.mode.value(), 1e-12);
    // A quarter of a watt for an hour is no zero.
    let (energy, _) = life(&top_down(
        &json!({ "pue": 1 }),
        &json!({ "hours": 1, "processors": 1, "watts_per_processor": 0.25 }),
    ));
    assert_eq!(KILOWATT_HOURS.number(energy), "250 mWh");
}

#[test]
fn egrid_methane_and_nitrous_oxide_are_not_divided_by_a_thousand() {
    // lb/MWh of CO2, CH4 and N2O, with the 100-year potentials of AR5.
    let pounds = 1052.114 + 28.0 * 0.088 + 265.0 * 0.012;
    near(pounds, 1057.758, 1e-9);
    near(pounds * GRAMS_PER_POUND / 1000.0, 479.79, 1e-5);
}

#[test]
fn electricitymaps_1702_pounds_a_megawatt_hour_become_grams_a_kilowatt_hour() {
    near(454.1 * GRAMS_PER_POUND / 1000.0, 205.98, 1e-4);
    near(465.9 * GRAMS_PER_POUND / 1000.0, 211.33, 1e-4);
    // The tables are a year newer.
    assert_eq!(grid::find("US-CA").unwrap().year, 2023);
    near(grid::find("US-CA").unwrap().mode.value(), 179.06, 1e-4);
    near(grid::find("New York").unwrap().mode.value(), 211.65, 1e-4);
}

#[test]
fn electricitymaps_303_what_is_not_known_is_not_zero() {
    let (document, text) = answer(&top_down(
        &json!({ "grid": "DE" }),
        &json!({ "hours": 1, "processors": 1, "watts_per_processor": 100 }),
    ))
    .unwrap();
    assert_eq!(document["stages"][2]["energy_kilowatt_hours"], Value::Null);
    assert_eq!(document["life_cycle"]["is_lower_bound"], true);
    assert!(text.contains("at least ") && text.contains("not known"), "{text}");
}

#[test]
fn electricitymaps_86_a_negative_factor_is_refused() {
    let run = json!({ "hours": 1, "processors": 1, "watts_per_processor": 100 });
    let fault = answer(&top_down(&json!({ "grid": -3 }), &run)).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "s.json: training.site.grid: -3 gCO2e/kWh is too small: it must be at least 0 gCO2e/kWh"
    );
    assert!(GramsPerKilowattHour::new(-1e-9).is_err());
}

#[test]
fn cc_483_factors_are_location_based_and_say_so() {
    let rows = [grid::find("gcp:europe-west6").unwrap(), grid::find("DE").unwrap()];
    let text = render::text(&tell_grids(&rows), false);
    assert!(text.starts_with("Grids: annual averages, location-based\n"), "{text}");
    for row in grid::all() {
        assert!(!row.source.contains("market-based"), "{}", row.code);
    }
}

#[test]
fn ga_11_why_australia_emits_more_than_switzerland_is_in_the_row() {
    let (australia, switzerland) = (grid::find("Australia").unwrap(), grid::find("Switzerland").unwrap());
    // 74 times in a table whose Swiss figure was of another kind.
    let ratio = australia.mode.value() / switzerland.mode.value();
    assert!((10.0..20.0).contains(&ratio), "{ratio}");
    for row in [australia, switzerland] {
        assert!(row.low < row.mode && row.mode < row.high && row.year >= 2023, "{row:?}");
        assert!(!row.source.is_empty() && !row.licence.is_empty() && !row.range_basis.is_empty(), "{row:?}");
    }
}

#[test]
fn mi_15_pue_is_1_for_a_board_and_never_less() {
    let use_on = |device: &str| {
        json!({
            "schema_version": 1, "site": { "grid": "DE" }, "device": device,
            "model": { "layers": { "input": [1, 25], "layers": [{ "dense": { "units": 25 } }] } },
            "inference": { "bottom_up": { "inferences": 1000 } }
        })
    };
    let pue = |device: &str| {
        let (document, _) = answer(&use_on(device)).unwrap();
        let sources = document["sources"].as_array().unwrap();
        sources.iter().find(|source| source["what"] == "PUE").unwrap()["value"].as_f64().unwrap()
    };
    near(pue("nucleo-l4r5zi"), 1.0, 0.0);
    near(pue("laptop-cpu"), 1.0, 0.0);
    near(pue("a100"), 1.56, 0.0);
    assert!(Pue::new(0.99).is_err());
}

/// A machine that computes at 70 W and waits at 17 W, powered for ten hours.
fn powered(inferences: f64, devices: u32) -> Value {
    json!({
        "schema_version": 1, "site": { "grid": 100, "pue": 1 },
        "device": { "by_hand": { "active_watts": 70, "idle_watts": 17, "operations_per_second": 1e6 } },
        "model": { "layers": { "input": [1, 1000], "layers": [{ "dense": { "units": 1000 } }] } },
        "inference": {
            "device_count": devices, "powered_hours": 10, "bottom_up": { "inferences": inferences }
        }
    })
}

#[test]
fn hf_37_waiting_takes_energy_too() {
    // 2e6 operations at 1e6 a second: two seconds an inference.
    near(life(&powered(9000.0, 1)).0, (70.0 * 5.0 + 17.0 * 5.0) / 1e3, 1e-12);
    // Without any load, the idle watts are what is left.
    near(life(&powered(0.0, 1)).0, 0.17, 1e-12);
}

#[test]
fn cc_544_the_number_of_devices_is_explicit_and_work_is_not_multiplied_by_it() {
    // Four devices share the work: the same active energy, four times the waiting.
    let active = 70.0 * 5.0;
    near(life(&powered(9000.0, 4)).0, (active + 17.0 * (40.0 - 5.0)) / 1e3, 1e-12);
    // One of eight is one of eight.
    let of_eight = |processors: u32| {
        life(&top_down(
            &json!({ "pue": 1 }),
            &json!({ "hours": 1, "processors": processors, "watts_per_processor": 400 }),
        ))
        .0
    };
    near(of_eight(8), 8.0 * of_eight(1), 1e-15);
}

#[test]
fn cc_1268_memory_is_not_added_to_what_a_meter_read() {
    let mut scenario = top_down(
        &json!({ "pue": 1 }),
        &json!({ "hours": 1, "processors": 1, "watts_per_processor": 100, "memory_gigabytes": 1000 }),
    );
    scenario["training"]["measured"] = json!({ "energy_kilowatt_hours": 0.2, "pue_included": false });
    near(life(&scenario).0, 0.2, 1e-12);
}

#[test]
fn cc_416_a_reading_with_pue_inside_gets_it_once() {
    let measured = |inside: bool| {
        json!({
            "schema_version": 1, "site": { "grid": 100, "pue": 1.5 },
            "training": { "measured": { "energy_kilowatt_hours": 2, "pue_included": inside } }
        })
    };
    near(life(&measured(true)).0, 2.0, 1e-12);
    near(life(&measured(false)).0, 3.0, 1e-12);
}

#[test]
fn cc_629_a_gigabyte_of_memory_takes_0_08_to_0_375_watts() {
    let (document, _) = answer(&top_down(
        &json!({ "pue": 1 }),
        &json!({ "hours": 1, "processors": 1, "watts_per_processor": 0, "memory_gigabytes": 1000 }),
    ))
    .unwrap();
    let sources = document["sources"].as_array().unwrap();
    let memory = sources.iter().find(|source| source["what"] == "memory power").unwrap();
    assert_eq!((memory["low"].as_f64(), memory["high"].as_f64()), (Some(0.08), Some(0.375)));
    assert_eq!(memory["unit"], "W/GB");
    let energy = &document["life_cycle"]["energy_kilowatt_hours"];
    near(mode(energy), 0.3725, 1e-12);
    assert!(energy["low"].as_f64().unwrap() < 0.12, "{energy}");
}

#[test]
fn datavizta_70_the_lifetime_is_applied() {
    let hours = |hours| Hours::new(hours).unwrap();
    let an_hour =
        allotted(Grams::new(524_300.0).unwrap(), hours(1.0), hours(35_040.0), Share::new(1.0).unwrap())
            .unwrap();
    near(an_hour.value(), 14.963, 1e-4);
}

#[test]
fn datavizta_72_a_larger_part_never_bears_less() {
    let part = |grams: f64, share: f64| {
        let hours = |hours| Hours::new(hours).unwrap();
        allotted(Grams::new(grams).unwrap(), hours(1.0), hours(35_040.0), Share::new(share).unwrap())
            .unwrap()
            .value()
    };
    for step in 1..100 {
        let (less, more) = (f64::from(step - 1), f64::from(step));
        assert!(
            part(1e3 * less, 1.0) <= part(1e3 * more, 1.0)
                && part(1e6, less / 100.0) < part(1e6, more / 100.0)
        );
        assert!(part(1e3 * less, 1.0) >= 0.0);
    }
}

#[test]
fn bv_147_a_result_from_uncertain_inputs_is_a_range_with_its_causes() {
    let (document, text) = answer(&json!({
        "schema_version": 1, "site": { "grid": "DE" }, "device": "nucleo-l4r5zi",
        "model": { "layers": { "input": [1, 25], "layers": [{ "dense": { "units": 25 } }] } },
        "inference": { "bottom_up": { "inferences": 1000 } }
    }))
    .unwrap();
    let life = &document["life_cycle"]["emissions_grams_co2e"];
    let (low, high) = (life["low"].as_f64().unwrap(), life["high"].as_f64().unwrap());
    assert!(low < mode(life) && mode(life) < high, "{life}");
    let shares = document["life_cycle_causes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cause| cause["share"].as_f64().unwrap());
    near(shares.sum(), 1.0, 1e-9);
    assert!(text.contains("What would change the emissions most"), "{text}");
}

#[test]
fn eit_15_a_run_of_no_length_has_a_valid_answer() {
    let (document, text) = answer(&top_down(
        &json!({ "grid": "DE" }),
        &json!({ "hours": 0, "processors": 8, "watts_per_processor": 300 }),
    ))
    .unwrap();
    near(mode(&document["life_cycle"]["energy_kilowatt_hours"]), 0.0, 0.0);
    assert!(text.contains("0 kWh") && !text.contains("NaN") && !text.contains("inf "), "{text}");
    assert_eq!(document["break_even_inferences"], Value::Null);
}

#[test]
fn ccf_467_a_tiny_emission_is_shown_with_its_prefix() {
    // 1.7e-12 tonnes.
    assert_eq!(GRAMS.number(1.7e-12 * 1e6), "1.70 µgCO2e");
}

#[test]
fn a_count_of_a_trillion_is_taken_and_minus_zero_is_zero() {
    near(Count::new(1e12).unwrap().value(), 1e12, 0.0);
    assert_eq!(Count::checked(-0.0).unwrap().value().to_bits(), 0);
}

/// Every source file below a folder.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() && !entry.ends_with("target") {
            sources(&entry, text);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&entry).unwrap());
        }
    }
}

#[test]
fn every_case_is_listed_and_every_test_that_is_listed_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    sources(root, &mut code);
    sources(&root.join("../crates"), &mut code);
    let table = fs::read_to_string(root.join("cases.md")).unwrap();
    let sections: Vec<&str> = table.split("\n## ").collect();
    assert_eq!(sections.len(), 2);
    for (section, (count, least)) in sections.iter().zip([(46, 35), (29, 33)]) {
        let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
        let mut named = 0;
        for (index, row) in rows.iter().enumerate() {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 4, "{row}");
            assert_eq!(cells.first(), Some(&(index + 1).to_string().as_str()), "{row}");
            let last = cells.last().unwrap();
            assert!(!last.is_empty(), "{row}");
            for test in last.split('`').skip(1).step_by(2) {
                assert!(code.contains(&format!("fn {test}()")), "no test `{test}`: {row}");
                named += 1;
            }
        }
        assert_eq!(rows.len(), count);
        assert!(named >= least, "{named}");
    }
}
