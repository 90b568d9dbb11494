//! `joulegram validate`.

use joulegram_report::section::Table;
use joulegram_report::validate::{self, Row, Summary};
use joulegram_report::{render, story};
use serde::Serialize;

use crate::Failure;
use crate::args::ValidateArgs;
use crate::output::Output;

#[derive(Serialize)]
struct Validation {
    schema_version: u32,
    rows: Vec<Row>,
    summary: Summary,
}

pub(crate) fn run(args: &ValidateArgs) -> Result<(), Failure> {
    let output = Output::open(&args.output)?;
    let rows = validate::rows()?;
    let validation = Validation { schema_version: 1, summary: validate::summary(&rows), rows };
    output.write(
        &validation,
        || story::tell_validation(&validation.rows),
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
