//! Dots with their ranges on an axis of factors, for numbers of very different size.

use super::axis::Axis;
use super::bars::description;
use super::svg::{Anchor, Picture, fitting};
use super::{Figure, Row};
use crate::number::{NOT_KNOWN, Scale};

const ROW: f64 = 26.0;
const LABELS: f64 = 260.0;
const PLOT_END: f64 = 650.0;

/// Rows as dots on one axis on which each mark is a multiple of the one before.
#[must_use]
pub fn dots(id: &str, title: &str, caption: &str, scale: Scale, rows: &[Row]) -> Figure {
    let numbers = || rows.iter().filter_map(|row| row.numbers);
    let least = numbers().map(|(low, _, _)| low).filter(|low| *low > 0.0).fold(f64::INFINITY, f64::min);
    let most = numbers().map(|(_, _, high)| high).fold(0.0, f64::max);
    let least = if least.is_finite() { least } else { 1.0 };
    let axis = Axis::log(least, most.max(least), LABELS + 14.0, PLOT_END);
    let bottom = 8.0 + ROW * rows.len() as f64;
    let mut picture = Picture::new(id, bottom + 26.0);
    axis.draw(&mut picture, scale, 4.0, bottom);
    for (index, row) in rows.iter().enumerate() {
        let y = 8.0 + ROW * index as f64 + ROW / 2.0;
        picture.text("label", Anchor::End, (LABELS, y + 4.5), &fitting(&row.label, 38));
        match row.numbers {
            Some((low, mode, high)) => {
                if low < high {
                    picture.whisker(axis.place(low), axis.place(high), y);
                }
                picture.dot(row.series, axis.place(mode), y);
                picture.text("value", Anchor::Start, (PLOT_END + 14.0, y + 4.5), &row.text);
            }
            None => picture.text("unknown", Anchor::Start, (LABELS + 20.0, y + 4.5), NOT_KNOWN),
        }
    }
    Figure { svg: picture.finish(title, &description(rows)), caption: caption.to_owned() }
}
