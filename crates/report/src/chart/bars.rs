//! Bars from 0, a row each, with their ranges as whiskers.

use super::axis::Axis;
use super::svg::{Anchor, Picture, fitting};
use super::{Figure, Row};
use crate::number::{NOT_KNOWN, Scale};

const ROW: f64 = 30.0;
/// Mean width of a label's character, and the most that labels may take.
const CHARACTER: f64 = 7.2;
const LABELS: f64 = 220.0;
const PLOT_END: f64 = 470.0;

/// Rows as bars on one axis from 0: lengths compare as the numbers do.
#[must_use]
pub fn bars(id: &str, title: &str, caption: &str, scale: Scale, rows: &[Row]) -> Figure {
    let most = rows.iter().filter_map(|row| row.numbers).map(|(_, _, high)| high).fold(0.0, f64::max);
    let longest = rows.iter().map(|row| row.label.chars().count()).max().unwrap_or(0);
    let labels = (longest as f64 * CHARACTER + 6.0).clamp(80.0, LABELS);
    let axis = Axis::linear(most, labels + 10.0, PLOT_END);
    let bottom = 8.0 + ROW * rows.len() as f64;
    let mut picture = Picture::new(id, bottom + 26.0);
    axis.draw(&mut picture, scale, 4.0, bottom);
    for (index, row) in rows.iter().enumerate() {
        let y = 8.0 + ROW * index as f64 + ROW / 2.0;
        picture.text("label", Anchor::End, (labels, y + 4.5), &fitting(&row.label, 30));
        match row.numbers {
            Some((low, mode, high)) => {
                let start = axis.place(0.0);
                picture.bar(row.series, start, y - 9.0, axis.place(mode) - start, 18.0);
                if low < high {
                    picture.whisker(axis.place(low), axis.place(high), y);
                }
                picture.text("value", Anchor::Start, (PLOT_END + 12.0, y + 4.5), &row.text);
            }
            None => picture.text("unknown", Anchor::Start, (axis.place(0.0) + 6.0, y + 4.5), NOT_KNOWN),
        }
    }
    picture.line("axis", (axis.place(0.0), 4.0), (axis.place(0.0), bottom));
    Figure { svg: picture.finish(title, &description(rows)), caption: caption.to_owned() }
}

/// Every row in words.
pub(super) fn description(rows: &[Row]) -> String {
    let row = |row: &Row| match row.numbers {
        Some(_) => format!("{}: {}", row.label, row.text),
        None => format!("{}: {NOT_KNOWN}", row.label),
    };
    rows.iter().map(row).collect::<Vec<_>>().join("; ")
}
