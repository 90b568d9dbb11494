//! What was fitted against what was measured: a point each, and the line on which the two are equal.

use super::axis::{Axis, mark};
use super::svg::{Anchor, Picture};
use super::{Figure, Series};
use crate::number::COUNT;

const LEFT: f64 = 96.0;
const RIGHT: f64 = 620.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 420.0;

/// A point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What it is.
    pub label: String,
    /// Along.
    pub x: f64,
    /// Up.
    pub y: f64,
}

/// Points on two axes of factors that have the same ends; what describes them is for those who can't see them.
#[must_use]
pub fn points(
    id: &str,
    title: &str,
    caption: &str,
    description: &str,
    (along, upward): (&str, &str),
    all: &[Point],
) -> Figure {
    let numbers = || all.iter().flat_map(|point| [point.x, point.y]).filter(|number| *number > 0.0);
    let (least, most) = (numbers().fold(f64::INFINITY, f64::min), numbers().fold(0.0, f64::max));
    let (least, most) = if least.is_finite() { (least / 1.5, most * 1.5) } else { (1.0, 10.0) };
    let (across, up) = (Axis::log(least, most, LEFT, RIGHT), Axis::log(least, most, BOTTOM, TOP));
    let mut picture = Picture::new(id, BOTTOM + 48.0);
    across.draw(&mut picture, COUNT, TOP, BOTTOM);
    for tick in up.ticks() {
        picture.line("grid", (LEFT, up.place(tick)), (RIGHT, up.place(tick)));
        picture.text("tick", Anchor::End, (LEFT - 8.0, up.place(tick) + 4.0), &mark(COUNT, tick));
    }
    picture.line("axis", (LEFT, BOTTOM), (RIGHT, BOTTOM));
    picture.line("axis", (LEFT, TOP), (LEFT, BOTTOM));
    picture.text("tick", Anchor::Middle, (f64::midpoint(LEFT, RIGHT), BOTTOM + 36.0), along);
    picture.text("tick", Anchor::Start, (LEFT + 8.0, TOP + 10.0), upward);
    picture.path(Series::Training, &[(LEFT, BOTTOM), (RIGHT, TOP)]);
    for point in all.iter().filter(|point| point.x > 0.0 && point.y > 0.0) {
        picture.dot(Series::Inference, across.place(point.x), up.place(point.y));
    }
    Figure { svg: picture.finish(title, description), caption: caption.to_owned() }
}
