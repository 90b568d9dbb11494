//! Charts as SVG text, with the page's own words.

#[cfg(feature = "workshop")]
use joulegram_report::chart::Interval;
use joulegram_report::chart::{self, Row, Series, Swing};
use joulegram_report::fault::{Fault, from_json};
use joulegram_report::number::Scale;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use web_sys::js_sys::JSON;

use crate::border::thrown;

/// A chart's words, and its rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chart<R> {
    id: String,
    title: String,
    #[serde(default)]
    caption: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    mode: f64,
    rows: Vec<R>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BarRow {
    label: String,
    low: Option<f64>,
    mode: Option<f64>,
    high: Option<f64>,
    text: String,
    #[serde(default)]
    series: SeriesName,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SeriesName {
    #[default]
    Inference,
    Training,
    Search,
    Other,
}

#[cfg(feature = "workshop")]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IntervalRow {
    label: String,
    low: f64,
    mode: f64,
    high: f64,
    unit: String,
    #[serde(default)]
    before: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SwingRow {
    label: String,
    range: String,
    low: f64,
    high: f64,
    share: String,
}

/// Bars from 0, a row each, with their ranges as whiskers.
///
/// # Errors
/// What is wrong with the chart's description.
#[wasm_bindgen]
pub fn bars(chart: JsValue) -> Result<String, JsValue> {
    let draw = |chart: &Chart<BarRow>| {
        let rows: Vec<Row> = chart.rows.iter().map(row).collect();
        Ok(chart::bars(&chart.id, &chart.title, &chart.caption, scale(&chart.unit)?, &rows).svg)
    };
    draw_with(chart, draw)
}

/// Dots with their ranges on an axis of factors.
///
/// # Errors
/// What is wrong with the chart's description.
#[cfg(feature = "workshop")]
#[wasm_bindgen]
pub fn dots(chart: JsValue) -> Result<String, JsValue> {
    let draw = |chart: &Chart<BarRow>| {
        let rows: Vec<Row> = chart.rows.iter().map(row).collect();
        Ok(chart::dots(&chart.id, &chart.title, &chart.caption, scale(&chart.unit)?, &rows).svg)
    };
    draw_with(chart, draw)
}

/// Up to three numbers side by side, each above the line of its range.
///
/// # Errors
/// What is wrong with the chart's description.
#[cfg(feature = "workshop")]
#[wasm_bindgen]
pub fn intervals(chart: JsValue) -> Result<String, JsValue> {
    let draw = |chart: &Chart<IntervalRow>| {
        let number = |row: &'_ IntervalRow| (row.low, row.mode, row.high);
        let mut rows = Vec::new();
        for row in &chart.rows {
            let (label, scale) = (row.label.clone(), scale(&row.unit)?);
            rows.push(Interval { label, numbers: number(row), scale, before: &row.before });
        }
        Ok(chart::intervals(&chart.id, &chart.title, &chart.caption, &rows).svg)
    };
    draw_with(chart, draw)
}

/// How far each input moves a result, to both sides of the most likely one.
///
/// # Errors
/// What is wrong with the chart's description.
#[wasm_bindgen]
pub fn tornado(chart: JsValue) -> Result<String, JsValue> {
    let draw = |chart: &Chart<SwingRow>| {
        let swing = |row: &SwingRow| Swing {
            label: row.label.clone(),
            range: row.range.clone(),
            result: (row.low, row.high),
            share: row.share.clone(),
        };
        let (scale, swings) = (scale(&chart.unit)?, chart.rows.iter().map(swing).collect::<Vec<_>>());
        Ok(chart::tornado(&chart.id, &chart.title, &chart.caption, scale, chart.mode, &swings).svg)
    };
    draw_with(chart, draw)
}

/// Reads a chart from an object or its JSON text, and draws it.
fn draw_with<R: DeserializeOwned>(
    chart: JsValue,
    draw: impl Fn(&Chart<R>) -> Result<String, Fault>,
) -> Result<String, JsValue> {
    let drawn = || {
        let chart: Chart<R> = read(&chart)?;
        check_id(&chart.id)?;
        draw(&chart)
    };
    drawn().map_err(|fault| thrown(&fault))
}

/// A chart's description, from an object or its JSON text.
pub(crate) fn read<C: DeserializeOwned>(chart: &JsValue) -> Result<C, Fault> {
    let text = chart.as_string().or_else(|| JSON::stringify(chart).ok()?.as_string()).unwrap_or_default();
    from_json("", &text)
}

/// The identifier becomes part of the markup.
pub(crate) fn check_id(id: &str) -> Result<(), Fault> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
    if id.is_empty() || !id.chars().all(is_plain) {
        return Err(Fault::new("", "id", "it is of letters, digits and hyphens"));
    }
    Ok(())
}

fn row(row: &BarRow) -> Row {
    let numbers = match (row.low, row.mode, row.high) {
        (Some(low), Some(mode), Some(high)) => Some((low, mode, high)),
        (None, Some(mode), None) => Some((mode, mode, mode)),
        _ => None,
    };
    let series = match row.series {
        SeriesName::Inference => Series::Inference,
        SeriesName::Training => Series::Training,
        SeriesName::Search => Series::Search,
        SeriesName::Other => Series::Other,
    };
    Row { label: row.label.clone(), numbers, text: row.text.clone(), series }
}

fn scale(unit: &str) -> Result<Scale, Fault> {
    Scale::of(unit).ok_or_else(|| Fault::new("", "unit", format!("`{unit}` is no unit that charts have")))
}
