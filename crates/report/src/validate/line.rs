//! A line of a table, its cells by column.

use std::fmt::Display;

use joulegram::units::Quantity;

use super::unit::{Dimension, Unit, unit};
use crate::fault::Fault;

/// A line of a table. A cell that is empty or whose column the table lacks is not given.
#[derive(Clone, Debug)]
pub(super) struct Line {
    file: &'static str,
    number: u64,
    cells: Vec<(String, String)>,
}

/// The lines of a table whose columns are all `known`.
pub(super) fn read(file: &'static str, text: &str, known: impl Fn(&str) -> bool) -> Result<Vec<Line>, Fault> {
    let fault = |error: csv::Error| Fault::new(file, "", error);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().map_err(fault)?.clone();
    if let Some(column) = headers.iter().find(|column| !known(column)) {
        return Err(Fault::new(file, column, "unknown column"));
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(fault)?;
        let number = record.position().map_or(0, csv::Position::line);
        let cells = headers.iter().zip(&record).map(|(column, cell)| (column.to_owned(), cell.to_owned()));
        lines.push(Line { file, number, cells: cells.collect() });
    }
    Ok(lines)
}

impl Line {
    /// The cell, if it is given.
    pub(super) fn given(&self, column: &str) -> Option<&str> {
        let (_, cell) = self.cells.iter().find(|(name, cell)| name == column && !cell.is_empty())?;
        Some(cell)
    }

    /// The cell, which has to be given.
    pub(super) fn text(&self, column: &str) -> Result<&str, Fault> {
        self.given(column).ok_or_else(|| self.fault(column, "is not given"))
    }

    /// A number, with or without commas between its thousands.
    pub(super) fn number(&self, column: &str) -> Result<f64, Fault> {
        let text = self.text(column)?;
        number(text).ok_or_else(|| self.fault(column, format_args!("`{text}` is no number")))
    }

    /// A number in the quantity's own unit.
    pub(super) fn quantity<Q: Quantity>(&self, column: &str) -> Result<Q, Fault> {
        Q::checked(self.number(column)?).map_err(|error| self.fault(column, error))
    }

    /// A number and its unit, such as `6.8 d`, in the unit of `Q`.
    pub(super) fn amount<Q: Quantity>(&self, column: &str, dimension: Dimension) -> Result<Q, Fault> {
        let text = self.text(column)?;
        let amount = text.split_once(' ').and_then(|(value, name)| {
            let unit = unit(name).filter(|unit| unit.dimension == dimension)?;
            Some(number(value)? * unit.size)
        });
        let value =
            amount.ok_or_else(|| self.fault(column, format_args!("`{text}` is no {}", dimension.name())))?;
        Q::checked(value).map_err(|error| self.fault(column, error))
    }

    /// A unit's name; an empty cell is a count.
    pub(super) fn unit(&self, column: &str) -> Result<Unit, Fault> {
        let name = self.given(column).unwrap_or_default();
        unit(name).ok_or_else(|| self.fault(column, format_args!("unknown unit `{name}`")))
    }

    /// The same line with another cell.
    pub(super) fn with(&self, column: &str, cell: impl Display) -> Self {
        let mut line = self.clone();
        for (name, old) in &mut line.cells {
            if name == column {
                *old = cell.to_string();
            }
        }
        line
    }

    /// What is wrong with a cell.
    pub(super) fn fault(&self, column: &str, message: impl Display) -> Fault {
        Fault::new(&format!("{} line {}", self.file, self.number), column, message)
    }
}

/// A number, with or without commas between its thousands.
pub(super) fn number(text: &str) -> Option<f64> {
    let value: f64 = text.replace(',', "").parse().ok()?;
    value.is_finite().then_some(value)
}
