//! What crosses between JavaScript and Rust: bytes of files in, documents and faults out.

use joulegram_report::fault::Fault;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::js_sys::{Object, Reflect, Uint8Array};

/// The largest file that is read. A network for a microcontroller has some megabytes at most.
const LARGEST_FILE_BYTES: u32 = 1 << 28;

/// A fault as JavaScript catches it: an object with `message`, `field` and `file`.
pub(crate) fn thrown(fault: &Fault) -> JsValue {
    let thrown = Object::new();
    for (name, text) in [("message", &fault.message), ("field", &fault.field), ("file", &fault.file)] {
        // A new object takes every member.
        let _ = Reflect::set(&thrown, &name.into(), &text.into());
    }
    thrown.into()
}

/// A document as the command line prints it.
pub(crate) fn json(document: &impl Serialize) -> Result<String, Fault> {
    joulegram_report::json::pretty(document)
        .map(|text| text + "\n")
        .map_err(|error| Fault::new("", "", format!("the result can't be written as JSON: {error}")))
}

/// Bytes from the page, where there is room for them.
pub(crate) fn bytes(array: &Uint8Array) -> Result<Vec<u8>, String> {
    let length = array.length();
    if length > LARGEST_FILE_BYTES {
        return Err(format!(
            "it has {} MB: files of at most {} MB are read here",
            length / 1_000_000,
            LARGEST_FILE_BYTES / 1_000_000
        ));
    }
    let mut bytes = Vec::new();
    usize::try_from(length)
        .ok()
        .and_then(|length| {
            bytes.try_reserve_exact(length).ok()?;
            bytes.resize(length, 0);
            Some(())
        })
        .ok_or_else(|| format!("it has {length} bytes, for which no memory is free"))?;
    array.copy_to(&mut bytes);
    Ok(bytes)
}

/// The bytes of a file that has a name of its own.
#[cfg(feature = "workshop")]
pub(crate) fn named(name: &str, array: &Uint8Array) -> Result<Vec<u8>, Fault> {
    bytes(array).map_err(|why| Fault::new(name, "", why))
}

/// The file that a scenario calls `name`.
pub(crate) fn among(files: &Object, name: &str) -> Result<Vec<u8>, String> {
    let file = Reflect::get(files, &JsValue::from_str(name)).unwrap_or_default();
    match file.dyn_ref::<Uint8Array>() {
        Some(array) => bytes(array),
        None => Err("it was not given: a page reads no file by itself".to_owned()),
    }
}
