//! What a trace has wrong in single samples: found, counted, and named by its first line.

use std::fmt;

use serde::Serialize;

/// A kind of flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FlawKind {
    /// Time jumps ahead: samples are missing.
    Gap,
    /// A reading is missing: NaN, an empty cell, `[N/A]`.
    NotANumber,
    /// Readings of exactly 0 between others far above it: dropped samples.
    Zeros,
    /// Every second or third reading is 0: channels that a meter interleaves.
    AlternatingZeros,
    /// A time that was there before.
    RepeatedTime,
    /// A time earlier than the one before.
    BackwardTime,
    /// A reading at the end of the meter's range.
    Clipped,
    /// The last line is cut off.
    CutLine,
}

impl FlawKind {
    /// The name used in JSON and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::NotANumber => "not_a_number",
            Self::Zeros => "zeros",
            Self::AlternatingZeros => "alternating_zeros",
            Self::RepeatedTime => "repeated_time",
            Self::BackwardTime => "backward_time",
            Self::Clipped => "clipped",
            Self::CutLine => "cut_line",
        }
    }

    /// Whether it makes the time of all samples doubtful, and not only some samples.
    #[must_use]
    pub const fn is_of_the_clock(self) -> bool {
        matches!(self, Self::RepeatedTime | Self::BackwardTime | Self::AlternatingZeros)
    }
}

/// All flaws of one kind in a trace.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flaw {
    /// Which kind.
    pub kind: FlawKind,
    /// How many places.
    pub count: u64,
    /// Its part of all samples, or of the time where time is missing.
    pub share: f64,
    /// The line of the first, from 1; in files without lines the sample's number, from 1.
    pub first_line: u64,
    /// What stands there.
    pub first_value: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            FlawKind::Gap => "gaps in time",
            FlawKind::NotANumber => "readings that are no number",
            FlawKind::Zeros => "readings of 0 amid others, which are dropped samples",
            FlawKind::AlternatingZeros => {
                "zeros in turn with readings, so that times may be stretched and energies too low"
            }
            FlawKind::RepeatedTime => "times that repeat",
            FlawKind::BackwardTime => "times that run backwards",
            FlawKind::Clipped => "readings at the end of the meter's range",
            FlawKind::CutLine => "a last line that is cut off",
        };
        write!(
            f,
            "{what}: {} ({} %), the first in line {}: {}",
            self.count,
            percent(self.share),
            self.first_line,
            self.first_value
        )
    }
}

/// A share in percent, never 0 for what isn't.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.01 { format!("{percent:.1e}") } else { format!("{percent:.2}") }
}
