//! A board's profile, from what it logged and what a power meter saw.

use joulegram_report::calibration::{Files, Given, Meter, NamedBytes, of_board};
use joulegram_report::chart::{self, Point};
use joulegram_report::fault::{Fault, from_json};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::js_sys::{Date, Uint8Array};

use crate::border::{json, named, thrown};
use crate::chart::{check_id, read};

/// What a calibration leaves behind.
#[derive(Serialize)]
struct Calibrated {
    /// What `--format json` prints.
    report: String,
    /// What `--out` has.
    profile: String,
}

/// `joulegram calibrate --log LOG --trace METER --out NAME.json --format json`; a meter's file with the columns step and
/// repetition is taken for `--windows`, `options` has the other options by their names.
///
/// # Errors
/// What is wrong with a file or an option.
#[wasm_bindgen]
pub fn calibrate(
    log_name: &str,
    log: &Uint8Array,
    meter_name: &str,
    meter: Option<Uint8Array>,
    options: &str,
) -> Result<String, JsValue> {
    let calibrated = || {
        let given: Given = from_json("options", options)?;
        let parts = given.parts(since_1970(), str::to_owned)?;
        let log = named(log_name, log)?;
        let meter = meter.map(|meter| named(meter_name, &meter)).transpose()?;
        let meter = meter.as_ref().map(|bytes| Meter::of(NamedBytes { name: meter_name, bytes }));
        let log = NamedBytes { name: log_name, bytes: &log };
        let files = Files { log, meter, unmetered: None };
        let calibration = of_board(&files, &given, parts, str::to_owned)?;
        let profile = calibration
            .file()
            .ok_or_else(|| Fault::new(log_name, "", "a number of the fit is none that a profile can hold"))?;
        json(&Calibrated { report: json(&calibration)?, profile })
    };
    calibrated().map_err(|fault: Fault| thrown(&fault))
}

/// Seconds of this machine's clock.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a clock that is not set is the year 1970"
)]
fn since_1970() -> u64 {
    (Date::now() / 1000.0) as u64
}

/// A chart's words and points.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Points {
    id: String,
    title: String,
    caption: String,
    description: String,
    along: String,
    upward: String,
    rows: Vec<PointRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PointRow {
    label: String,
    x: f64,
    y: f64,
}

/// Points about the line on which both of their numbers are equal.
///
/// # Errors
/// What is wrong with the chart's description.
#[wasm_bindgen]
pub fn points(chart: JsValue) -> Result<String, JsValue> {
    let drawn = || {
        let Points { id, title, caption, description, along, upward, rows } = read(&chart)?;
        check_id(&id)?;
        let rows: Vec<Point> =
            rows.into_iter().map(|PointRow { label, x, y }| Point { label, x, y }).collect();
        Ok(chart::points(&id, &title, &caption, &description, (&along, &upward), &rows).svg)
    };
    drawn().map_err(|fault: Fault| thrown(&fault))
}
