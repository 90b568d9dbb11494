//! What another tool measured.

use joulegram_report::fault::Fault;
use joulegram_report::import;
use wasm_bindgen::prelude::*;
use web_sys::js_sys::Uint8Array;

use crate::border::{json, named, thrown};

/// `joulegram import FILE --format json`.
///
/// # Errors
/// What is wrong with the file.
#[wasm_bindgen]
pub fn import_reading(name: &str, bytes: &Uint8Array) -> Result<String, JsValue> {
    let reading = || json(&import::read(name, &named(name, bytes)?, None)?);
    reading().map_err(|fault: Fault| thrown(&fault))
}
