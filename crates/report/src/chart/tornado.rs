//! How far each input moves a result, the widest first.

use super::axis::Axis;
use super::svg::{Anchor, Picture, fitting};
use super::{Figure, Series};
use crate::number::Scale;

const ROW: f64 = 40.0;
const LABELS: f64 = 300.0;
const PLOT_END: f64 = 640.0;

/// One input and what it makes of the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Swing {
    /// Which input.
    pub label: String,
    /// From what to what it goes.
    pub range: String,
    /// The result at its two ends, the lower first.
    pub result: (f64, f64),
    /// Its part of the result's width.
    pub share: String,
}

/// Bars to both sides of the most likely result.
#[must_use]
pub fn tornado(id: &str, title: &str, caption: &str, scale: Scale, mode: f64, swings: &[Swing]) -> Figure {
    let least = swings.iter().map(|swing| swing.result.0).fold(mode, f64::min);
    let most = swings.iter().map(|swing| swing.result.1).fold(mode, f64::max);
    let axis = Axis::between(least, most, LABELS + 14.0, PLOT_END);
    let bottom = 8.0 + ROW * swings.len() as f64;
    let mut picture = Picture::new(id, bottom + 26.0);
    axis.draw(&mut picture, scale, 4.0, bottom);
    let middle = axis.place(mode);
    for (index, swing) in swings.iter().enumerate() {
        let y = 8.0 + ROW * index as f64 + ROW / 2.0;
        picture.text("label", Anchor::End, (LABELS, y - 2.0), &fitting(&swing.label, 44));
        picture.text("tick", Anchor::End, (LABELS, y + 13.0), &fitting(&swing.range, 48));
        let (low, high) = swing.result;
        if low < mode {
            picture.bar(Series::Search, axis.place(low), y - 8.0, middle - axis.place(low), 16.0);
        }
        if high > mode {
            picture.bar(Series::Training, middle, y - 8.0, axis.place(high) - middle, 16.0);
        }
        picture.text("value", Anchor::Start, (PLOT_END + 14.0, y + 4.5), &swing.share);
    }
    picture.line("axis", (middle, 2.0), (middle, bottom));
    let words = |swing: &Swing| {
        let (low, high) = swing.result;
        format!("{} ({}): {}, {} of the width", swing.label, swing.range, scale.span(low, high), swing.share)
    };
    let description = swings.iter().map(words).collect::<Vec<_>>().join("; ");
    Figure { svg: picture.finish(title, &description), caption: caption.to_owned() }
}
