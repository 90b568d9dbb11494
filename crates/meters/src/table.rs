//! A text file as a table: separator and decimal sign decided once for the file, faults by line and column.

use csv::StringRecord;

use crate::fault::Fault;
use crate::unit::{self, Unit};

/// Rows that are looked at to decide the decimal sign.
const SAMPLED_ROWS: usize = 200;

/// A table with headings, its rows still text.
pub(crate) struct Table<'a> {
    file: &'a str,
    pub(crate) headings: Vec<String>,
    body: &'a str,
    /// The number of the body's first line, from 1.
    first_line: u64,
    delimiter: u8,
    has_decimal_comma: bool,
}

/// One row.
pub(crate) struct Row<'t> {
    table: &'t Table<'t>,
    pub(crate) line: u64,
    cells: &'t StringRecord,
}

/// What a cell that should be a number is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: f64,
    /// The unit in the cell itself.
    pub(crate) unit: Option<Unit>,
}

impl<'a> Table<'a> {
    /// A table whose first line that is neither blank nor a comment is the heading.
    pub(crate) fn new(file: &'a str, text: &'a str) -> Result<Self, Fault> {
        let (start, line, heading) = content(text)
            .ok_or_else(|| Fault::of_file(file, "it is empty: a trace has at least one reading"))?;
        let delimiter = delimiter(heading);
        let body_start = start + heading.len();
        let body = text.get(body_start..).unwrap_or("");
        let body = body.strip_prefix("\r\n").or_else(|| body.strip_prefix('\n')).unwrap_or(body);
        let headings = split(heading, delimiter);
        Self { file, headings, body, first_line: line + 1, delimiter, has_decimal_comma: false }.decided()
    }

    /// A table that has only rows; its headings are given.
    pub(crate) fn without_heading(
        file: &'a str,
        text: &'a str,
        headings: Vec<String>,
    ) -> Result<Self, Fault> {
        let (start, line, first) = content(text)
            .ok_or_else(|| Fault::of_file(file, "it is empty: a trace has at least one reading"))?;
        let delimiter = delimiter(first);
        let body = text.get(start..).unwrap_or("");
        Self { file, headings, body, first_line: line, delimiter, has_decimal_comma: false }.decided()
    }

    /// Decides the decimal sign from the first rows.
    fn decided(mut self) -> Result<Self, Fault> {
        let mut comma = None;
        let mut point = None;
        let mut reader = self.reader();
        let mut record = StringRecord::new();
        for _ in 0..SAMPLED_ROWS {
            if !matches!(reader.read_record(&mut record), Ok(true)) {
                break;
            }
            let line = self.line_of(&record);
            for cell in &record {
                let (number, _) = unit::cell(cell);
                let is_split_by = |sign| {
                    number.split_once(sign).is_some_and(|(whole, part)| {
                        whole.trim_start_matches(['-', '+']).bytes().all(|byte| byte.is_ascii_digit())
                            && part.starts_with(|next: char| next.is_ascii_digit())
                            && part.bytes().all(|byte| byte.is_ascii_digit() || b"eE+-".contains(&byte))
                    })
                };
                if is_split_by(',') {
                    comma.get_or_insert((line, cell.to_owned()));
                } else if is_split_by('.') {
                    point.get_or_insert((line, cell.to_owned()));
                }
            }
        }
        self.has_decimal_comma = match (comma, point) {
            (Some((line, comma)), Some((_, point))) => {
                let message =
                    format!("`{comma}` has a decimal comma and `{point}` a point: a file has one of them");
                return Err(Fault::at(self.file, line, "", message));
            }
            (comma, _) => comma.is_some(),
        };
        Ok(self)
    }

    fn reader(&self) -> csv::Reader<&'a [u8]> {
        csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .trim(csv::Trim::All)
            .flexible(true)
            .has_headers(false)
            .comment(Some(b'#'))
            .from_reader(self.body.as_bytes())
    }

    fn line_of(&self, record: &StringRecord) -> u64 {
        self.first_line + record.position().map_or(0, |position| position.line().saturating_sub(1))
    }

    /// Hands each row on. A last line with fewer cells than the heading was cut off: it is left out, and returned with
    /// what stands in it.
    pub(crate) fn each(
        &self,
        mut take: impl FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<Option<(u64, String)>, Fault> {
        let mut reader = self.reader();
        let mut record = StringRecord::new();
        let expected = self.headings.len();
        let is_cut = !self.body.ends_with(['\n', '\r']);
        let mut rows = 0_u64;
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err(Fault::of_file(self.file, format!("no table: {error}"))),
            }
            let line = self.line_of(&record);
            let text = || {
                record.iter().collect::<Vec<_>>().join(char::from(self.delimiter).encode_utf8(&mut [0; 4]))
            };
            // Some writers end each row with a separator.
            let has_spare = record.len() == expected + 1 && record.get(expected) == Some("");
            if record.len() != expected && !has_spare {
                let is_last = reader.position().byte() >= self.body.len() as u64;
                if is_cut && record.len() < expected && is_last {
                    return Ok(Some((line, text())));
                }
                let message = format!("it has {} values, and the heading {expected} columns", record.len());
                return Err(Fault::at(self.file, line, "", message));
            }
            rows += 1;
            take(&Row { table: self, line, cells: &record })?;
        }
        if rows == 0 {
            return Err(Fault::of_file(self.file, "it has a heading and no reading below it"));
        }
        Ok(None)
    }

    /// The column of that name, whatever its case.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.headings.iter().position(|heading| heading.trim().eq_ignore_ascii_case(name))
    }
}

impl Row<'_> {
    /// A cell's text; empty where there is none.
    pub(crate) fn text(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or("")
    }

    /// The number in a cell; `None` where it says that there is none.
    pub(crate) fn number(&self, column: usize) -> Result<Option<Number>, Fault> {
        let text = self.text(column);
        if is_missing(text) {
            return Ok(None);
        }
        let (digits, unit) = unit::cell(text);
        let parsed = if self.table.has_decimal_comma && digits.contains(',') {
            digits.replacen(',', ".", 1).parse::<f64>()
        } else {
            digits.parse::<f64>()
        };
        match parsed {
            Ok(value) if value.is_finite() => Ok(Some(Number { value, unit })),
            Ok(_) => Ok(None),
            Err(_) => Err(self.fault(column, format!("`{text}` is not a number"))),
        }
    }

    /// What is wrong with a cell.
    pub(crate) fn fault(&self, column: usize, message: impl std::fmt::Display) -> Fault {
        let heading = self.table.headings.get(column).map_or("", String::as_str);
        Fault::at(self.table.file, self.line, heading, message)
    }
}

/// What meters write where a reading is missing.
fn is_missing(text: &str) -> bool {
    text.is_empty()
        || text.starts_with('[')
        || ["nan", "n/a", "null", "none", "-", "--"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The first line that is neither blank nor a comment: where it starts, its number, its text.
fn content(text: &str) -> Option<(usize, u64, &str)> {
    let mut start = 0;
    for (line, piece) in (1..).zip(text.split_inclusive('\n')) {
        let content = piece.trim_end_matches(['\n', '\r']);
        if !content.trim().is_empty() && !content.starts_with('#') {
            return Some((start, line, content));
        }
        start += piece.len();
    }
    None
}

/// `;` where there is one, else a tab, else `,`.
fn delimiter(line: &str) -> u8 {
    [b';', b'\t'].into_iter().find(|sign| line.as_bytes().contains(sign)).unwrap_or(b',')
}

fn split(line: &str, delimiter: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .has_headers(false)
        .from_reader(line.as_bytes());
    let mut headings: Vec<String> = reader
        .records()
        .next()
        .and_then(Result::ok)
        .map_or(Vec::new(), |row| row.iter().map(str::to_owned).collect());
    // A heading that ends with a separator.
    if headings.len() > 1 && headings.last().is_some_and(String::is_empty) {
        headings.pop();
    }
    headings
}
