//! An answer in the other forms that the command line has, and two scenarios side by side.

use joulegram_report::compare::Comparison;
use joulegram_report::document::Document;
use joulegram_report::fault::Fault;
use joulegram_report::resolve::{Case, resolve};
use joulegram_report::scenario_file::ScenarioFile;
use joulegram_report::{cite, render, story};
use wasm_bindgen::prelude::*;
use web_sys::js_sys::Object;

use crate::border::{among, json, thrown};

/// `joulegram estimate SCENARIO.json --format FORMAT`; `methods` is the sentence
/// for a paper with the entry that it cites.
///
/// # Errors
/// What is wrong with the scenario or with a file that it names.
#[wasm_bindgen]
pub fn report(scenario: &str, files: &Object, format: &str) -> Result<String, JsValue> {
    let report = || {
        let case = case("", scenario, files)?;
        let document = Document::of("", &case)?;
        Ok(match format {
            "csv" => render::document_csv(&document),
            "markdown" => render::markdown(&story::tell(&document)),
            "text" => render::text(&story::tell(&document), false),
            "latex" => cite::latex(&document),
            "methods" => format!("{}\n\n{}", cite::methods(&document), cite::bibtex()),
            "json" => json(&document)?,
            other => {
                let known = "csv, markdown, text, latex, methods or json";
                return Err(Fault::new("", "format", format!("`{other}` is not known: {known}")));
            }
        })
    };
    report().map_err(|fault| thrown(&fault))
}

/// `joulegram compare FIRST.json SECOND.json --format json`.
///
/// # Errors
/// What is wrong with a scenario or with a file that it names.
#[wasm_bindgen]
pub fn compare(first: &str, second: &str, files: &Object) -> Result<String, JsValue> {
    let compare = || {
        let names = ["the first scenario", "the second scenario"];
        let cases = [case(names[0], first, files)?, case(names[1], second, files)?];
        json(&Comparison::of(names, [&cases[0], &cases[1]])?)
    };
    compare().map_err(|fault: Fault| thrown(&fault))
}

fn case(file: &str, scenario: &str, files: &Object) -> Result<Case, Fault> {
    let scenario = ScenarioFile::from_json(file, scenario)?;
    resolve(file, &scenario, None, &|name| among(files, name))
}
