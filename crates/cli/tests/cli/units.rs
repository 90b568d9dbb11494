//! Every number has its unit, and every unit is one of one table.

use serde_json::Value;

use crate::run::{BOARD, NETWORKS, answer, estimate, json, run, scenarios};

/// Symbols that may follow a number in an answer.
const UNITS: [&str; 48] = [
    "aJ", "fJ", "pJ", "nJ", "µJ", "mJ", "J", "kJ", "MJ", "GJ", "TJ", "PJ", "pWh", "nWh", "µWh", "mWh", "Wh",
    "kWh", "MWh", "GWh", "TWh", "pgCO2e", "ngCO2e", "µgCO2e", "mgCO2e", "gCO2e", "kgCO2e", "tCO2e", "ktCO2e",
    "MtCO2e", "ns", "µs", "ms", "s", "min", "h", "days", "years", "%", "nW", "µW", "mW", "W", "kW", "Hz",
    "MHz", "GHz", "kHz",
];

/// A number, without the brackets and points around it.
fn number(word: &str) -> Option<f64> {
    word.trim_start_matches('(').trim_end_matches([')', ',', '.', ';', ':']).replace(',', "").parse().ok()
}

fn bare(word: &str) -> &str {
    word.trim_end_matches([')', ',', '.', ';', ':'])
}

/// Asserts that after every number there is a unit, another border of its range, or what is counted.
fn has_units(answer: &str) {
    let words: Vec<&str> = answer.split_whitespace().collect();
    for (index, word) in words.iter().enumerate().filter(|(_, word)| number(word).is_some()) {
        let next = bare(words.get(index + 1).unwrap_or_else(|| panic!("{word} ends {answer}")));
        let counted = ["million", "billion", "trillion", "inferences", "to"].contains(&next);
        assert!(counted || UNITS.contains(&next), "`{word} {next}` in {answer}");
        if next == "to" {
            let unit = words.get(index + 3).map_or("", |word| bare(word));
            assert!(UNITS.contains(&unit), "`{word} to ... {unit}` in {answer}");
        }
    }
}

#[test]
fn every_number_of_an_answer_has_a_unit() {
    for model in NETWORKS {
        has_units(&answer(&run(&estimate(model, &BOARD)).ok()));
    }
    for scenario in scenarios() {
        let name = json(&["estimate", &scenario])["name"].as_str().unwrap().to_owned();
        has_units(&answer(&run(&["estimate", &scenario]).ok()).replace(&name, "it"));
    }
    has_units(&answer(&run(&["estimate", "models/kws.tflite"]).ok()));
}

/// Which unit each quantity has.
const QUANTITIES: &[(&str, &str)] = &[
    ("measured energy per inference", "J"),
    ("measured energy per sample", "J"),
    ("clock", "Hz"),
    ("peak operations per second", "operation/s"),
    ("memory bandwidth", "B/s"),
    ("active power", "W"),
    ("idle power", "W"),
    ("hours powered", "h"),
    ("grid factor", "gCO2e/kWh"),
    ("hours", "h"),
    ("power per processor", "W"),
    ("memory", "GB"),
    ("memory power", "W/GB"),
    ("emissions of making a device", "gCO2e"),
    ("emissions of making a cell", "gCO2e"),
    ("lifespan of a device", "h"),
    ("power between inferences", "W"),
    ("sensor's energy for an inference", "J"),
    ("energy of a report", "J"),
    ("charge of a cell", "Ah"),
    ("mean voltage of a cell", "V"),
    ("shelf life", "years"),
    ("years in the field", "years"),
    ("PUE", ""),
    ("samples", ""),
    ("inferences", ""),
];

fn units_fit(document: &Value) {
    for source in document["sources"].as_array().unwrap() {
        let known = QUANTITIES.iter().find(|(what, _)| source["what"] == *what);
        let unit = known.map_or("", |(_, unit)| unit);
        let is_energy = source["what"] == "measured energy";
        assert!(is_energy || source["unit"] == unit, "{source}");
    }
}

#[test]
fn cc_440_a_power_is_never_in_kwh_and_an_energy_never_in_kw() {
    for scenario in scenarios() {
        units_fit(&json(&["estimate", &scenario]));
    }
    units_fit(&json(&estimate("models/kws.tflite", &BOARD)));
    let mut texts: Vec<String> =
        scenarios().iter().map(|scenario| run(&["estimate", scenario]).ok()).collect();
    texts.push(run(&estimate("models/kws.tflite", &BOARD)).ok());
    for text in texts {
        // The table of stages has energy and emissions, no power.
        let (_, after) = text.split_once("\nWhere it comes from\n").unwrap();
        let stages = after.split("\n\n").next().unwrap();
        for power in ["W ", "W)", "W/"] {
            assert!(!stages.contains(power), "`{power}` in {stages}");
        }
        // The sources of a power have watts.
        for line in text.split("\n  - ").filter(|line| line.contains(" power of ")) {
            let value = line.split(": ").nth(1).unwrap();
            assert!(bare(value.split_whitespace().nth(1).unwrap()).ends_with('W'), "{line}");
            assert!(!value.split(';').next().unwrap().contains("Wh"), "{line}");
        }
    }
}

#[test]
fn ga_70_energy_has_kwh_beside_it_and_emissions_have_co2e() {
    let answer = answer(&run(&["estimate", "scenarios/kws-battery.json"]).ok());
    let (_, life) = answer.split_once("The life of a keyword spotter on a battery board takes ").unwrap();
    let (energy, emissions) = life.split_once(" and emits ").unwrap();
    assert!(energy.contains("Wh") && !energy.contains("CO2e"), "{energy}");
    let emissions = emissions.split(". ").next().unwrap();
    assert!(emissions.contains("gCO2e") && !emissions.contains("Wh"), "{emissions}");
}

#[test]
fn ct_91_a_factor_is_in_grams_of_co2_equivalent() {
    let factor = |place: &str| run(&["grids", place, "--format", "csv"]).ok();
    assert!(factor("DE").contains(",gCO2e/kWh,2024,life cycle,CO2e,"), "{}", factor("DE"));
    assert!(factor("CN-BJ").contains(",gCO2/kWh,2023,direct,CO2 only,"), "{}", factor("CN-BJ"));
    let text = run(&["grids", "CN-BJ"]).ok();
    assert!(text.contains(" CO2 only, direct "), "{text}");
    let estimate = run(&estimate("models/kws.tflite", &BOARD)).ok();
    assert!(estimate.contains(" gCO2e/kWh") && !estimate.contains("gCO2/kWh"), "{estimate}");
}
