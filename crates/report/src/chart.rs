//! Charts: numbers in, SVG out.
//!
//! Each chart has a title, a description and a caption; the numbers it shows stand in its section's table too. Series are
//! told apart by place, label and pattern, colour comes on top (Okabe and Ito 2008). Colours are classes of
//! [`STYLE`], so that a page has them light, dark and on paper.

mod axis;
mod bars;
mod crossing;
mod dots;
mod intervals;
mod points;
mod svg;
#[cfg(test)]
mod tests;
mod tornado;

pub use bars::bars;
pub use crossing::{Crossing, Line, crossing};
pub use dots::dots;
pub use intervals::{Interval, intervals};
pub use points::{Point, points};
pub(crate) use svg::escape;
pub use tornado::{Swing, tornado};

/// The classes of all charts; a page shows it beside its own style.
pub const STYLE: &str = include_str!("chart/chart.css");

/// A chart for a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The `<svg>` element, with title and description.
    pub svg: String,
    /// What stands below it.
    pub caption: String,
}

/// Which series a mark belongs to: colour and pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// The one series of a chart, or inference.
    Inference,
    /// Training, or the first of two scenarios.
    Training,
    /// Architecture search, or the second of two scenarios.
    Search,
    /// Something else.
    Other,
}

impl Series {
    /// Its class in [`STYLE`].
    const fn class(self) -> &'static str {
        match self {
            Self::Inference => "s1",
            Self::Training => "s2",
            Self::Search => "s3",
            Self::Other => "s4",
        }
    }
}

/// A row of a chart: a label, and numbers where they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// Low, most likely and high value.
    pub numbers: Option<(f64, f64, f64)>,
    /// What stands at its end: the number as people read it.
    pub text: String,
    /// Its series.
    pub series: Series,
}
