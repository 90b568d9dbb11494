//! What is known: devices and grids.

use joulegram::data::grid;
use joulegram::device::{Class, presets};
#[cfg(feature = "workshop")]
use joulegram_report::listing::{DeviceList, GridList};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::border::{json, thrown};

/// What a list of devices shows of one.
#[derive(Serialize)]
struct Device<'a> {
    name: &'a str,
    description: &'a str,
    class: Class,
    software: Option<&'a str>,
}

/// What a list of places shows of one.
#[derive(Serialize)]
struct Place {
    code: &'static str,
    name: &'static str,
    aliases: &'static [&'static str],
    mode: f64,
    year: u16,
}

/// What lists to choose from show of every device.
///
/// # Errors
/// None in practice: the tables are the core's own.
#[wasm_bindgen]
pub fn device_names() -> Result<String, JsValue> {
    let profiles: Vec<_> = presets::names()
        .filter_map(|name| Some((presets::find(name)?, presets::description(name)?)))
        .collect();
    let devices = profiles.iter().map(|(profile, description)| Device {
        name: &profile.name,
        description,
        class: profile.class,
        software: profile.software.as_deref(),
    });
    json(&devices.collect::<Vec<_>>()).map_err(|fault| thrown(&fault))
}

/// What lists to choose from show of every place.
///
/// # Errors
/// None in practice: the tables are the core's own.
#[wasm_bindgen]
pub fn place_names() -> Result<String, JsValue> {
    let places: Vec<Place> = grid::all()
        .iter()
        .map(|row| Place {
            code: row.code,
            name: row.name,
            aliases: row.aliases,
            mode: row.mode.value(),
            year: row.year,
        })
        .collect();
    json(&places).map_err(|fault| thrown(&fault))
}

/// `joulegram devices --format json`.
///
/// # Errors
/// None in practice: the tables are the core's own.
#[cfg(feature = "workshop")]
#[wasm_bindgen]
pub fn devices() -> Result<String, JsValue> {
    json(&DeviceList::all()).map_err(|fault| thrown(&fault))
}

/// `joulegram grids --format json`.
///
/// # Errors
/// None in practice: the tables are the core's own.
#[cfg(feature = "workshop")]
#[wasm_bindgen]
pub fn grids() -> Result<String, JsValue> {
    json(&GridList::all()).map_err(|fault| thrown(&fault))
}
