//! An experiment: what is claimed beforehand, what is measured, and whether the two agree.

use anyhow::{Context, Result, bail, ensure};

use crate::chart::Chart;
use crate::row::{Row, Task};
use crate::watts::CoreWatts;

/// How an experiment is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// Fewer samples, networks and repetitions.
    pub quick: bool,
    /// Watts of the core that computes.
    pub watts: CoreWatts,
}

impl Setup {
    /// The value for a quick run, or that for a full one.
    pub fn pick<T>(&self, quick: T, full: T) -> T {
        if self.quick { quick } else { full }
    }
}

/// What is stated before anything runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The paper's figure, table or section.
    pub place: &'static str,
    /// What the paper says.
    pub paper: &'static str,
    /// What this platform should show.
    pub platform: &'static str,
}

/// What the data say to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was shown, with its numbers.
    pub shown: String,
    /// Whether that is what this platform should show.
    pub as_expected: bool,
    /// Whether that is what the paper says; `None` where the paper says nothing that can be compared.
    pub as_paper: Option<bool>,
}

/// An experiment.
pub struct Experiment {
    /// As the command line has it; its record's folder.
    pub name: &'static str,
    /// In a sentence.
    pub about: &'static str,
    /// Stated beforehand.
    pub claims: &'static [Claim],
    /// Measures or computes.
    pub rows: fn(&Setup) -> Result<Vec<Row>>,
    /// A finding a claim, in their order.
    pub judge: fn(&[Row]) -> Result<Vec<Finding>>,
    /// What to draw.
    pub charts: fn(&[Row]) -> Vec<Chart>,
}

impl Experiment {
    /// The findings, one for each claim.
    ///
    /// # Errors
    /// If rows are missing that a finding needs.
    pub fn findings(&self, rows: &[Row]) -> Result<Vec<Finding>> {
        let findings = (self.judge)(rows).with_context(|| format!("judging {}", self.name))?;
        ensure!(findings.len() == self.claims.len(), "{} has not one finding for each claim", self.name);
        Ok(findings)
    }
}

/// The rows of a series.
#[must_use]
pub fn series<'r>(rows: &'r [Row], name: &str) -> Vec<&'r Row> {
    rows.iter().filter(|row| row.series == name).collect()
}

/// The names of all series, in the order they occur.
#[must_use]
pub fn series_names(rows: &[Row]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        if !names.contains(&row.series.as_str()) {
            names.push(&row.series);
        }
    }
    names
}

/// The one row of a series with this depth, width, task and number of samples.
///
/// # Errors
/// If there is none, or more than one.
pub fn row<'r>(
    rows: &'r [Row],
    series: &str,
    (depth, width): (u64, u64),
    task: Task,
    samples: u64,
) -> Result<&'r Row> {
    let mut found = rows.iter().filter(|row| {
        row.series == series
            && (row.depth, row.width) == (depth, width)
            && (row.task, row.samples) == (task, samples)
    });
    match (found.next(), found.next()) {
        (Some(row), None) => Ok(row),
        (None, _) => bail!("no row of {series} with {depth} layers of {width}, {task:?}, {samples} samples"),
        _ => bail!("several rows of {series} with {depth} layers of {width}, {task:?}, {samples} samples"),
    }
}

/// Least and greatest of some numbers.
///
/// # Errors
/// If there are none.
pub fn extremes(numbers: impl Iterator<Item = f64>) -> Result<(f64, f64)> {
    let (low, high) = numbers
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| (low.min(number), high.max(number)));
    ensure!(low <= high, "there is no number to compare");
    Ok((low, high))
}
