//! The answer's numbers large, each above the line of its own range.

use super::Figure;
use super::svg::{Anchor, Picture, WIDTH};
use crate::number::Scale;

/// A number with its range; each has an axis of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval<'t> {
    /// What it is.
    pub label: String,
    /// Low, most likely and high value.
    pub numbers: (f64, f64, f64),
    /// How it is scaled for reading.
    pub scale: Scale,
    /// What stands before the number, such as "at least".
    pub before: &'t str,
}

/// Up to three numbers side by side.
#[must_use]
pub fn intervals(id: &str, title: &str, caption: &str, numbers: &[Interval<'_>]) -> Figure {
    let shown = numbers.len().min(3);
    let width = WIDTH / shown.max(1) as f64;
    let mut picture = Picture::new(id, 112.0);
    let mut description = Vec::new();
    for (index, number) in numbers.iter().take(shown).enumerate() {
        let left = width * index as f64 + 2.0;
        let (low, mode, high) = number.numbers;
        let text = format!("{}{}", number.before, number.scale.number(mode));
        picture.text("small", Anchor::Start, (left, 16.0), &number.label);
        picture.text("large", Anchor::Start, (left, 50.0), &text);
        if low < high {
            // The least and the greatest number are the line's ends, and the dot shows where between them.
            let end = left + (width - 34.0).min(226.0);
            let at = left + 6.0 + (end - left - 6.0) * ((mode - low) / (high - low)).clamp(0.0, 1.0);
            picture.whisker(left + 6.0, end, 70.0);
            picture.dot(super::Series::Inference, at, 70.0);
            picture.text("tick", Anchor::Start, (left, 94.0), &number.scale.number(low));
            picture.text("tick", Anchor::End, (end + 6.0, 94.0), &number.scale.number(high));
            description.push(format!("{}: {text}, range {}", number.label, number.scale.span(low, high)));
        } else {
            description.push(format!("{}: {text}", number.label));
        }
    }
    Figure { svg: picture.finish(title, &description.join("; ")), caption: caption.to_owned() }
}
