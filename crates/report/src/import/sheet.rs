//! A table of a tool's file: cells by line and column, faults that name both.

use std::fmt::Display;

use crate::fault::Fault;

/// A table with a heading.
pub(super) struct Sheet {
    file: String,
    columns: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// One line of it.
pub(super) struct Row {
    line: u64,
    cells: Vec<String>,
}

impl Sheet {
    /// Reads a table; each line has as many cells as the heading.
    pub(super) fn read(file: &str, text: &str, delimiter: u8) -> Result<Self, Fault> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .flexible(true)
            .comment(Some(b'#'))
            .from_reader(text.as_bytes());
        let fault = |error: csv::Error| Fault::new(file, "", error);
        let columns: Vec<String> = reader.headers().map_err(fault)?.iter().map(str::to_owned).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(fault)?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != columns.len() {
                return Err(Fault::new(
                    file,
                    &format!("line {line}"),
                    format!("it has {} cells, and the heading {}", record.len(), columns.len()),
                ));
            }
            rows.push(Row { line, cells: record.iter().map(str::to_owned).collect() });
        }
        if rows.is_empty() {
            return Err(Fault::new(file, "", "it has a heading and no reading below it"));
        }
        Ok(Self { file: file.to_owned(), columns, rows })
    }

    /// The first column that one of the names begins, whatever their case.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        let is = |column: &String| {
            names.iter().any(|name| column.to_lowercase().split([' ', '[']).next() == Some(*name))
        };
        self.columns.iter().position(is)
    }

    /// The heading of a column.
    pub(super) fn heading(&self, column: usize) -> &str {
        self.columns.get(column).map_or("", String::as_str)
    }

    /// Whether there is a column of exactly that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column == name)
    }

    /// The cell of a column by its exact name, if it is there and says something.
    pub(super) fn cell<'s>(&self, row: &'s Row, name: &str) -> Option<&'s str> {
        let column = self.columns.iter().position(|column| column == name)?;
        row.cell(column)
    }

    /// The number in a cell; `None` where it is empty or the column is not there.
    pub(super) fn number(&self, row: &Row, name: &str) -> Result<Option<f64>, Fault> {
        self.cell(row, name).map(|cell| self.parse(row, name, cell)).transpose()
    }

    /// An energy, which has to be there and not below 0.
    pub(super) fn needed(&self, row: &Row, name: &str) -> Result<f64, Fault> {
        match self.number(row, name)? {
            Some(number) if number >= 0.0 => Ok(number),
            Some(number) => Err(self.fault(row, name, format!("{number} is negative"))),
            None if !self.has(name) => Err(Fault::new(&self.file, name, "there is no such column")),
            None => Err(self.fault(row, name, "it is empty: what is missing is not known, and never 0")),
        }
    }

    /// The number a cell is.
    pub(super) fn parse(&self, row: &Row, name: &str, cell: &str) -> Result<f64, Fault> {
        match cell.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ if cell.replace(',', ".").parse::<f64>().is_ok_and(f64::is_finite) => {
                let point = cell.replace(',', ".");
                Err(self.fault(row, name, format!("`{cell}` is not a number; did you mean `{point}`?")))
            }
            _ => Err(self.fault(row, name, format!("`{cell}` is not a number"))),
        }
    }

    /// What is wrong with a cell.
    pub(super) fn fault(&self, row: &Row, name: &str, message: impl Display) -> Fault {
        Fault::new(&self.file, &format!("line {} {name}", row.line), message)
    }
}

impl Row {
    /// The line it stands in.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// The cell of a column, if it says something.
    pub(super) fn cell(&self, column: usize) -> Option<&str> {
        self.cells.get(column).map(String::as_str).filter(|cell| !cell.is_empty())
    }
}
