//! Published numbers, computed again by the core: what was printed, what comes out, and how far apart they are.
//!
//! The tables are `fixtures/published/*.csv`, one a source, inside the program: an installed binary can validate itself.
//! Every number is made by the core from a row's inputs; nothing here knows a formula but [`tools`], which restates those of
//! other calculators.

mod embodied;
mod layers;
mod left_out;
mod line;
mod mix;
mod tell;
mod tolerance;
pub mod tools;
mod top_down;
mod unit;

use serde::Serialize;

pub use tell::tell;

use crate::fault::Fault;
use line::Line;
use tolerance::Tolerance;
use unit::Unit;

/// One published number beside the computed one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// What was published.
    pub name: String,
    /// The published number, in `unit`.
    pub published: f64,
    /// The published number as it was printed.
    pub printed: String,
    /// The computed number, in `unit`.
    pub computed: f64,
    /// Unit of both numbers; empty for a count.
    pub unit: String,
    /// `(computed - published) / published`.
    pub relative_error: f64,
    /// Largest absolute value that `relative_error` may have: half a unit of the last printed digit, unless `note` says
    /// why it is more.
    pub tolerance: f64,
    /// Whether it is within the tolerance.
    pub passes: bool,
    /// Where it was published.
    pub source: String,
    /// What a reader should know: where the published number is inconsistent, and why.
    pub note: Option<String>,
}

/// How many rows there are and how many of them pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All rows.
    pub rows: usize,
    /// Rows within their tolerance.
    pub passed: usize,
    /// Rows outside it.
    pub failed: usize,
}

/// A kind of table: its columns, and how the core computes a line of it.
struct Kind {
    columns: &'static [&'static str],
    /// The result in the base unit of the asked unit's dimension.
    compute: fn(&Line, &Unit) -> Result<f64, Fault>,
}

/// A table inside the program.
struct Table {
    file: &'static str,
    text: &'static str,
    kind: &'static Kind,
}

/// Columns that every table has.
const COLUMNS: [&str; 6] = ["name", "published", "unit", "tolerance", "source", "note"];

macro_rules! table {
    ($file:literal, $kind:expr) => {
        Table {
            file: concat!("fixtures/published/", $file),
            text: include_str!(concat!("../../../fixtures/published/", $file)),
            kind: &$kind,
        }
    };
}

const TABLES: [Table; 13] = [
    table!("patterson_2021_table_4.csv", top_down::KIND),
    table!("patterson_2021_table_1.csv", top_down::KIND),
    table!("patterson_2021_text.csv", top_down::KIND),
    table!("strubell_2019_table_3.csv", top_down::KIND),
    table!("gitzel_2023.csv", top_down::KIND),
    table!("luccioni_2023.csv", top_down::KIND),
    table!("llmcarbon.csv", top_down::KIND),
    table!("npj_germany.csv", top_down::KIND),
    table!("green_algorithms.csv", top_down::KIND),
    table!("codecarbon_mix.csv", mix::KIND),
    table!("sci.csv", embodied::KIND),
    table!("torchstat.csv", layers::KIND),
    table!("mlperf_tiny_closed.csv", left_out::KIND),
];

const TRAPS: Table = table!("traps.csv", top_down::KIND);

/// Every published number, each with the computed one; in the order of the sources.
///
/// # Errors
/// [`Fault`] if a table can't be read: none that is inside the program, as a test shows.
pub fn rows() -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    for table in &TABLES {
        rows.extend(table.rows()?);
    }
    Ok(rows)
}

/// Ways to read the published numbers wrongly: rows that must not pass, each with the reason in its note.
///
/// # Errors
/// [`Fault`] if the table can't be read: it is inside the program, and a test reads it.
pub fn traps() -> Result<Vec<Row>, Fault> {
    TRAPS.rows()
}

/// Counts the rows that pass.
#[must_use]
pub fn summary(rows: &[Row]) -> Summary {
    let passed = rows.iter().filter(|row| row.passes).count();
    Summary { rows: rows.len(), passed, failed: rows.len() - passed }
}

impl Table {
    fn lines(&self) -> Result<Vec<Line>, Fault> {
        line::read(self.file, self.text, |column| {
            COLUMNS.contains(&column) || self.kind.columns.contains(&column)
        })
    }

    fn rows(&self) -> Result<Vec<Row>, Fault> {
        self.lines()?.iter().map(|line| row(line, self.kind)).collect()
    }
}

fn row(line: &Line, kind: &Kind) -> Result<Row, Fault> {
    let printed = line.text("published")?;
    let published = line.number("published")?;
    let unit = line.unit("unit")?;
    let compute = |line: &Line| Ok((kind.compute)(line, &unit)? / unit.size);
    let computed = compute(line)?;
    let relative_error = (computed - published) / published;
    let tolerance = Tolerance::of(line)?.relative(line, published, computed, compute)?;
    Ok(Row {
        name: line.text("name")?.to_owned(),
        published,
        printed: printed.to_owned(),
        computed,
        unit: unit.name.to_owned(),
        relative_error,
        tolerance,
        passes: relative_error.abs() <= tolerance,
        source: line.text("source")?.to_owned(),
        note: line.given("note").map(str::to_owned),
    })
}

#[cfg(test)]
mod tests;
