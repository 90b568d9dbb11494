//! What is known: devices and grids.

use joulegram_report::listing::{DeviceList, GridList};
use wasm_bindgen::prelude::*;

use crate::border::{json, thrown};

/// `joulegram devices --format json`.
///
/// # Errors
/// None in practice: the tables are the core's own.
#[wasm_bindgen]
pub fn devices() -> Result<String, JsValue> {
    json(&DeviceList::all()).map_err(|fault| thrown(&fault))
}

/// `joulegram grids --format json`.
///
/// # Errors
/// None in practice: the tables are the core's own.
#[wasm_bindgen]
pub fn grids() -> Result<String, JsValue> {
    json(&GridList::all()).map_err(|fault| thrown(&fault))
}
