//! What is wrong with a file, as one sentence: file, line, field, value, limit.

use std::fmt;

/// A fault of a file. Its text is one sentence that a user can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file it is in.
    pub file: String,
    /// The line, from 1; `None` where no single line is meant.
    pub line: Option<u64>,
    /// The column or option; empty where the line or file as a whole is meant.
    pub field: String,
    /// The value and its limit.
    pub message: String,
}

impl Fault {
    /// A fault of the file as a whole.
    #[must_use]
    pub fn of_file(file: &str, message: impl fmt::Display) -> Self {
        Self { file: file.to_owned(), line: None, field: String::new(), message: message.to_string() }
    }

    /// A fault of one line.
    #[must_use]
    pub fn at(file: &str, line: u64, field: &str, message: impl fmt::Display) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(line),
            field: field.to_owned(),
            message: message.to_string(),
        }
    }

    /// A fault of an option or a column.
    #[must_use]
    pub fn of_field(file: &str, field: &str, message: impl fmt::Display) -> Self {
        Self { field: field.to_owned(), ..Self::of_file(file, message) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        match (self.line, self.field.as_str()) {
            (Some(line), "") => write!(f, "line {line}: ")?,
            (Some(line), field) => write!(f, "line {line} {field}: ")?,
            (None, "") => {}
            (None, field) => write!(f, "{field}: ")?,
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
