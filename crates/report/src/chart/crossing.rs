//! Two lives over the number of inferences: what was there before use, and what use adds.

use super::axis::{Axis, mark};
use super::svg::{Anchor, Picture};
use super::{Figure, Series};
use crate::number::{COUNT, Scale, amount};

const LEFT: f64 = 96.0;
const RIGHT: f64 = 620.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 280.0;

/// Points of a line.
const POINTS: u32 = 60;

/// One life: `start + each * inferences`.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Whose.
    pub label: String,
    /// Before the first inference.
    pub start: f64,
    /// What each inference adds.
    pub each: f64,
}

/// Two lives, and where they cross.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// The two.
    pub lines: [Line; 2],
    /// Inferences at which they are equal, where they are.
    pub at: Option<f64>,
    /// Inferences that the two are compared for.
    pub planned: Option<f64>,
}

/// Both axes are of factors: lives start grams apart and end tonnes apart.
#[must_use]
pub fn crossing(id: &str, title: &str, caption: &str, scale: Scale, lives: &Crossing) -> Figure {
    let middle = lives.at.or(lives.planned).unwrap_or(1e6).max(1.0);
    let far = lives.planned.map_or(middle, |planned| planned.max(middle)).max(middle) * 100.0;
    let near = (lives.planned.map_or(middle, |planned| planned.min(middle)) / 100.0).max(1.0);
    let across = Axis::log(near, far.max(near * 10.0), LEFT, RIGHT);
    let life = |line: &Line, inferences: f64| (line.start + line.each * inferences).min(1e300);
    let numbers = || lives.lines.iter().flat_map(|line| [life(line, near), life(line, far)]);
    let least = numbers().filter(|number| *number > 0.0).fold(f64::INFINITY, f64::min);
    let most = numbers().fold(0.0, f64::max);
    let (least, most) = if least.is_finite() { (least, most) } else { (1.0, 10.0) };
    let up = Axis::log(least / 1.5, most * 1.5, BOTTOM, TOP);
    let mut picture = Picture::new(id, BOTTOM + 48.0);
    across.draw(&mut picture, COUNT, TOP, BOTTOM);
    for tick in up.ticks() {
        picture.line("grid", (LEFT, up.place(tick)), (RIGHT, up.place(tick)));
        picture.text("tick", Anchor::End, (LEFT - 8.0, up.place(tick) + 4.0), &mark(scale, tick));
    }
    picture.line("axis", (LEFT, BOTTOM), (RIGHT, BOTTOM));
    picture.line("axis", (LEFT, TOP), (LEFT, BOTTOM));
    picture.text("tick", Anchor::Middle, (f64::midpoint(LEFT, RIGHT), BOTTOM + 36.0), "inferences");
    let mut ends: Vec<(Series, f64, &str)> = Vec::new();
    for (line, series) in lives.lines.iter().zip([Series::Inference, Series::Training]) {
        let points: Vec<(f64, f64)> = (0..=POINTS)
            .map(|step| near * (far / near).powf(f64::from(step) / f64::from(POINTS)))
            .map(|inferences| (across.place(inferences), up.place(life(line, inferences))))
            .collect();
        picture.path(series, &points);
        ends.push((series, up.place(life(line, far)), &line.label));
    }
    // Labels that would stand on each other move apart.
    let apart = match ends.as_slice() {
        [(_, a, _), (_, b, _)] if (a - b).abs() < 18.0 => {
            (18.0 - (a - b).abs()) / 2.0 * if a <= b { 1.0 } else { -1.0 }
        }
        _ => 0.0,
    };
    for ((series, y, label), shift) in ends.into_iter().zip([-apart, apart]) {
        picture.dot(series, RIGHT + 10.0, y + shift);
        picture.text(
            "label",
            Anchor::Start,
            (RIGHT + 20.0, y + shift + 4.5),
            &super::svg::fitting(label, 18),
        );
    }
    if let Some(planned) = lives.planned {
        let x = across.place(planned);
        picture.line("planned", (x, TOP), (x, BOTTOM));
        picture.text("tick", Anchor::Middle, (x, TOP - 4.0), &format!("planned: {}", amount(planned)));
    }
    if let Some(at) = lives.at {
        let (x, y) = (across.place(at), up.place(life(&lives.lines[0], at)));
        picture.dot(Series::Other, x, y);
        picture.text("value", Anchor::End, (x - 12.0, y - 10.0), &format!("equal at {}", amount(at.ceil())));
    }
    let words = |line: &Line| {
        format!("{}: {} and {} each", line.label, scale.number(line.start), scale.number(line.each))
    };
    let crossing = lives
        .at
        .map_or("they do not cross".to_owned(), |at| format!("equal at {} inferences", amount(at.ceil())));
    let description = format!("{}; {}; {crossing}", words(&lives.lines[0]), words(&lives.lines[1]));
    Figure { svg: picture.finish(title, &description), caption: caption.to_owned() }
}
