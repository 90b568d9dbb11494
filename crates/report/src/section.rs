//! A report between numbers and a format: titled paragraphs and tables. Every format renders the same sections.

use crate::chart::Figure;

/// Part of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Title; empty for the answer itself, which comes first.
    pub title: String,
    /// Sentences before the table.
    pub paragraphs: Vec<String>,
    /// The chart, if any; the table has its numbers. Text and Markdown leave it out.
    pub figure: Option<Figure>,
    /// The table, if any.
    pub table: Option<Table>,
    /// Sentences after the table.
    pub after: Vec<String>,
}

/// A table: every row has as many cells as there are columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// A column's heading and alignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Heading.
    pub heading: &'static str,
    /// Whether its cells are numbers, to stand at the right.
    pub is_number: bool,
    /// Whether its cells are names to copy, never broken over two lines.
    pub is_name: bool,
}

impl Section {
    /// A section with one or more sentences.
    #[must_use]
    pub fn text(title: &str, paragraphs: Vec<String>) -> Self {
        Self { title: title.to_owned(), paragraphs, ..Self::default() }
    }

    /// A section with a table.
    #[must_use]
    pub fn table(title: &str, table: Table) -> Self {
        Self { title: title.to_owned(), table: Some(table), ..Self::default() }
    }
}

impl Table {
    /// An empty table; a heading that starts with `#` is a column of numbers, one with `=` of names to copy.
    #[must_use]
    pub fn new(headings: &[&'static str]) -> Self {
        let columns = headings.iter().map(|heading| Column {
            heading: heading.trim_start_matches(['#', '=']),
            is_number: heading.starts_with('#'),
            is_name: heading.starts_with('='),
        });
        Self { columns: columns.collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}
