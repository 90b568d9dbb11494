//! Reads a scenario, looks its names up, estimates it and tells the answer in every form. Whatever the text is: no
//! panic, and every number of an answer is finite.
#![no_main]

use joulegram::estimate::{Cause, Estimate, LEAST_DRAWS};
use joulegram::range::Range;
use joulegram::units::Quantity;
use joulegram_report::document::Document;
use joulegram_report::resolve::resolve;
use joulegram_report::scenario_file::ScenarioFile;
use joulegram_report::{render, story};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

const FILE: &str = "scenario.json";

fuzz_target!(|text: &str| {
    let Ok(scenario) = ScenarioFile::from_json(FILE, text) else { return };
    let written = serde_json::to_string(&scenario).expect("a scenario that was read can be written");
    assert_eq!(ScenarioFile::from_json(FILE, &written).as_ref(), Ok(&scenario), "{written}");

    let no_files = |_: &str| Err("there are no files here".to_owned());
    let Ok(case) = resolve(FILE, &scenario, None, &no_files) else { return };
    let Ok(document) = Document::with_draws(FILE, &case, LEAST_DRAWS) else { return };
    check(&document.estimate);

    let sections = story::tell(&document);
    black_box((render::text(&sections, true), render::markdown(&sections), render::document_csv(&document)));
    serde_json::to_string(&document).expect("an answer can be written");
});

fn check(estimate: &Estimate<'_>) {
    holds(estimate.energy_per_inference_joules);
    holds(estimate.seconds_per_inference);
    holds(estimate.cycles_per_inference);
    holds(estimate.instructions_per_inference);
    for stage in &estimate.stages {
        holds(stage.energy_joules);
        holds(stage.seconds);
        holds(stage.energy_kilowatt_hours);
        holds(stage.emissions_grams_co2e);
    }
    holds(estimate.life_cycle.energy_kilowatt_hours);
    holds(estimate.life_cycle.emissions_grams_co2e);
    holds(estimate.inference_share);
    holds(estimate.break_even_inferences);
    holds(estimate.training_cross_check.map(|check| check.ratio));
    causes(&estimate.energy_per_inference_causes);
    causes(&estimate.life_cycle_causes);
}

fn holds<Q: Quantity>(range: Option<Range<Q>>) {
    let Some(range) = range else { return };
    let (low, mode, high) = (range.low().value(), range.mode().value(), range.high().value());
    assert!(0.0 <= low && low <= mode && mode <= high && high < f64::INFINITY, "{range:?}");
}

fn causes(causes: &[Cause<'_>]) {
    assert!(causes.is_sorted_by(|one, next| one.share >= next.share), "{causes:?}");
    let sum: f64 = causes.iter().map(|cause| cause.share).sum();
    assert!((0.0..=1.0 + 1e-9).contains(&sum), "{causes:?}");
    causes.iter().for_each(|cause| holds(Some(cause.result)));
}
