//! Answers about a scenario.

use joulegram::units::DAYS_PER_YEAR;
use joulegram_report::document::Document;
#[cfg(feature = "workshop")]
use joulegram_report::document::SideBySide;
use joulegram_report::fault::Fault;
use joulegram_report::question::{Cases, Question};
use joulegram_report::resolve::ReadFile;
use wasm_bindgen::prelude::*;
use web_sys::js_sys::Object;

use crate::border::{among, json, thrown};

/// `joulegram estimate SCENARIO.json --format json`.
///
/// # Errors
/// What is wrong with the scenario or with a file that it names.
#[wasm_bindgen]
pub fn estimate(scenario: &str, files: &Object) -> Result<String, JsValue> {
    answer(Question::of_scenario("", scenario), "", &|name| among(files, name))
        .map_err(|fault| thrown(&fault))
}

/// What so many inferences a day make over years on so many devices.
#[wasm_bindgen]
#[must_use]
pub fn inferences(per_day: f64, years: f64, devices: f64) -> f64 {
    per_day * DAYS_PER_YEAR * years * devices
}

/// Inferences a day of one device, of so many over years on so many devices.
#[wasm_bindgen]
#[must_use]
pub fn per_day(inferences: f64, years: f64, devices: f64) -> f64 {
    inferences / (DAYS_PER_YEAR * years * devices)
}

pub(crate) fn answer(
    question: Result<Question, Fault>,
    file: &str,
    read: ReadFile<'_>,
) -> Result<String, Fault> {
    match question?.cases(file, read)? {
        Cases::One(case) => json(&Document::of(file, &case)?),
        #[cfg(feature = "workshop")]
        Cases::Boards(cases) => json(&SideBySide::of(file, &cases)?),
        #[cfg(not(feature = "workshop"))]
        Cases::Boards(_) => Err(Fault::new(file, "device", "this module answers for one device")),
    }
}
