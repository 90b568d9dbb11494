//! A validation as sections.

use super::tools::{self, Comparison};
use super::{Row, summary};
use crate::section::{Section, Table};

/// Published numbers by source, then other calculators' answers.
#[must_use]
pub fn tell(rows: &[Row], comparisons: &[Comparison]) -> Vec<Section> {
    let summary = summary(rows);
    let headline = format!(
        "{} of {} published numbers are reproduced within their tolerance.",
        summary.passed, summary.rows
    );
    let mut sections = vec![Section::text("", vec![headline])];
    for rows in rows.chunk_by(|a, b| a.source == b.source) {
        let mut section = Section::table(rows.first().map_or("", |row| &row.source), validation_table(rows));
        let note = |row: &Row| row.note.as_ref().map(|note| format!("- {}: {note}", row.name));
        section.after = rows.iter().filter_map(note).collect();
        sections.push(section);
    }
    sections.extend(tools::tell(comparisons));
    sections
}

fn validation_table(rows: &[Row]) -> Table {
    let mut table = Table::new(&["name", "#published", "#computed", "unit", "#error", "#tolerance", ""]);
    for row in rows {
        table.row([
            row.name.clone(),
            row.printed.clone(),
            as_printed(row),
            row.unit.clone(),
            format!("{:+.2} %", row.relative_error * 100.0),
            format!("{:.2} %", row.tolerance * 100.0),
            if row.passes { "ok" } else { "OFF" }.to_owned(),
        ]);
    }
    table
}

/// The computed number with one digit more than the published one was printed with.
fn as_printed(row: &Row) -> String {
    let decimals = row.printed.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    format!("{:.*}", decimals + 1, row.computed)
}
