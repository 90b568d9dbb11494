//! What would save most.

use joulegram_report::fault::Fault;
use joulegram_report::levers::Levers;
use joulegram_report::resolve::resolve;
use joulegram_report::scenario_file::ScenarioFile;
use wasm_bindgen::prelude::*;
use web_sys::js_sys::Object;

use crate::border::{among, json, thrown};

/// `joulegram levers SCENARIO.json --format json`.
///
/// # Errors
/// What is wrong with the scenario or with a file that it names.
#[wasm_bindgen]
pub fn levers(scenario: &str, files: &Object) -> Result<String, JsValue> {
    let levers = || {
        let scenario = ScenarioFile::from_json("", scenario)?;
        let case = resolve("", &scenario, None, &|name| among(files, name))?;
        json(&Levers::of("", &case, &[])?)
    };
    levers().map_err(|fault: Fault| thrown(&fault))
}
