//! Answers about a model's file.

use joulegram::units::Count;
use joulegram_report::entry;
use joulegram_report::fault::{Fault, from_json};
use joulegram_report::inspect::Inspection;
use joulegram_report::network::Network;
use joulegram_report::overrides::Overrides;
use joulegram_report::question::Question;
use joulegram_report::scenario_file::{DeviceByHand, DeviceChoice};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::js_sys::Uint8Array;

use crate::answer::answer;
use crate::border::{json, named, thrown};

/// `joulegram estimate NAME.tflite ... --format json`.
///
/// # Errors
/// What is wrong with the model or with an option.
#[wasm_bindgen]
pub fn estimate_model(name: &str, bytes: &Uint8Array, options: &str) -> Result<String, JsValue> {
    let question = || {
        let overrides = from_json::<Options>("options", options)?.overrides()?;
        let mut question = Question::of_model(name, stem(name), &named(name, bytes)?)?;
        overrides.apply(&mut question.scenario)?;
        Ok(question)
    };
    answer(question(), name, &|_| Err("a model names no files".to_owned())).map_err(|fault| thrown(&fault))
}

/// `joulegram inspect NAME.tflite --format json`.
///
/// # Errors
/// What is wrong with the model.
#[wasm_bindgen]
pub fn inspect(name: &str, bytes: &Uint8Array) -> Result<String, JsValue> {
    let inspection = || {
        let network = Network::from_tflite(name, &named(name, bytes)?)?;
        json(&Inspection::of(&Network { name: stem(name).to_owned(), ..network }))
    };
    inspection().map_err(|fault: Fault| thrown(&fault))
}

/// A file's name without what stands after its last point, as an answer calls its model.
pub(crate) fn stem(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    match name.rfind('.') {
        Some(point) if point > 0 => name.get(..point).unwrap_or(name),
        _ => name,
    }
}

/// What the command line takes beside a model, as it was typed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    device: Option<String>,
    training_device: Option<String>,
    watts: Option<String>,
    operations_per_second: Option<String>,
    grid: Option<String>,
    pue: Option<String>,
    inferences: Option<String>,
    samples: Option<String>,
    epochs: Option<String>,
    search_runs: Option<String>,
    paper: bool,
}

impl Options {
    fn overrides(&self) -> Result<Overrides, Fault> {
        let count = |field: &str, typed: &Option<String>| {
            typed.as_deref().map(|typed| entry::number::<Count>(field, typed)).transpose()
        };
        let device = |field: &str, typed: &Option<String>| {
            typed.as_deref().map(|typed| entry::device(field, typed)).transpose()
        };
        let by_hand = match (&self.watts, &self.operations_per_second) {
            (Some(watts), Some(operations)) => Some(DeviceChoice::ByHand(Box::new(DeviceByHand {
                name: "hardware by hand".to_owned(),
                active_watts: entry::given("watts", watts)?,
                operations_per_second: entry::given("operations_per_second", operations)?,
                idle_watts: None,
            }))),
            (None, None) => None,
            (Some(_), None) => return Err(Fault::new("", "watts", "it needs operations_per_second too")),
            (None, Some(_)) => return Err(Fault::new("", "operations_per_second", "it needs watts too")),
        };
        Ok(Overrides {
            device: device("device", &self.device)?.or(by_hand),
            training_device: device("training_device", &self.training_device)?,
            grid: self.grid.as_deref().map(|typed| entry::grid("grid", typed)).transpose()?,
            pue: self.pue.as_deref().map(|typed| entry::pue("pue", typed)).transpose()?,
            inferences: count("inferences", &self.inferences)?,
            samples: count("samples", &self.samples)?,
            epochs: count("epochs", &self.epochs)?,
            search_runs: count("search_runs", &self.search_runs)?,
            paper: self.paper,
        })
    }
}
