//! The suite's log: the lines that are whole, and those that were lost.

use joulegram::calibrate::log::{Line, LineError};
use serde::Serialize;

use crate::fault::Fault;

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LostLine {
    /// Its number, from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// A log.
#[derive(Clone, Debug, PartialEq)]
pub struct Log<'a> {
    /// The suite's lines, in order.
    pub lines: Vec<Line<'a>>,
    /// Those that were lost.
    pub lost: Vec<LostLine>,
}

/// Reads a log; lines that are not the suite's are passed over.
///
/// # Errors
/// [`Fault`] if not one line is the suite's, with what it looks like instead, or if two boards have written it.
pub fn read_log<'a>(file: &str, text: &'a str) -> Result<Log<'a>, Fault> {
    let mut log = Log { lines: Vec::new(), lost: Vec::new() };
    for (index, line) in text.lines().enumerate() {
        match Line::read(line) {
            None => {}
            Some(Ok(line)) => {
                if let Some(first) = log.lines.first()
                    && first.board != line.board
                {
                    let message =
                        format!("`{}` here, `{}` above: a log is of one board", line.board, first.board);
                    return Err(Fault::new(file, &format!("line {}: board", index + 1), message));
                }
                log.lines.push(line);
            }
            Some(Err(error)) => {
                log.lost.push(LostLine { line: index + 1, why: LineError::to_string(&error) })
            }
        }
    }
    if log.lines.is_empty() {
        return Err(Fault::new(file, "", nothing(text, log.lost.len())));
    }
    Ok(log)
}

/// Why there is nothing in a log.
fn nothing(text: &str, lost: usize) -> String {
    let has = |word: &str| text.contains(word);
    let garbage =
        text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER || c.is_control() && !c.is_whitespace());
    if lost > 0 {
        return format!("all {lost} lines of the suite are cut or garbled");
    }
    if garbage.count() * 10 > text.len() {
        return "it is mostly bytes that are no text: read the port at the other rate, 9600 or 115200 baud"
            .to_owned();
    }
    if has("m-timestamp-mode-") || has("m-ready") {
        return "it is a dialogue of the MLPerf Tiny protocol, not of the calibration suite: flash the suite's image"
            .to_owned();
    }
    "there is no line of the calibration suite in it: such a line begins with `joulegram step=`".to_owned()
}
