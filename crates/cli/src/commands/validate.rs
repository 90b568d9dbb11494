//! `joulegram validate`.

use joulegram_report::render;
use joulegram_report::section::Table;
use joulegram_report::validate::tools::{self, Comparison};
use joulegram_report::validate::{self, Row, Summary};
use serde::Serialize;

use crate::Failure;
use crate::args::ValidateArgs;
use crate::output::Output;

#[derive(Serialize)]
struct Validation {
    schema_version: u32,
    rows: Vec<Row>,
    summary: Summary,
    comparisons: Vec<Comparison>,
}

pub(crate) fn run(args: &ValidateArgs) -> Result<(), Failure> {
    let output = Output::open(&args.output)?;
    let rows = validate::rows()?;
    let summary = validate::summary(&rows);
    let validation = Validation { schema_version: 1, rows, summary, comparisons: tools::comparisons()? };
    output.write(
        &validation,
        || validate::tell(&validation.rows, &validation.comparisons),
        || render::table_csv(&table(&validation.rows)),
    )?;
    match validation.summary.failed {
        0 => Ok(()),
        failed => Err(Failure::Input(format!(
            "{failed} published numbers are not reproduced within their tolerance"
        ))),
    }
}

/// Every field of every row.
fn table(rows: &[Row]) -> Table {
    let mut table = Table::new(&[
        "name",
        "published",
        "computed",
        "unit",
        "relative_error",
        "tolerance",
        "passes",
        "source",
        "note",
    ]);
    for row in rows {
        table.row([
            row.name.clone(),
            row.published.to_string(),
            row.computed.to_string(),
            row.unit.clone(),
            row.relative_error.to_string(),
            row.tolerance.to_string(),
            row.passes.to_string(),
            row.source.clone(),
            row.note.clone().unwrap_or_default(),
        ]);
    }
    table
}
