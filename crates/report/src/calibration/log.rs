//! The suite's log: the lines that are whole, and those that were lost.

use joulegram::calibrate::log::{Line, LineError};
use serde::Serialize;

use super::listen::{HEADING, Said, wrong_firmware};
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
    /// What a reader should know: that the board began anew, or that another image spoke.
    pub notes: Vec<String>,
}

/// Reads a log; lines that are not the suite's are passed over. Of several runs the one with the most lines is taken: a
/// board that was reset amid the suite began anew.
///
/// # Errors
/// [`Fault`] if not one line is the suite's, with what it looks like instead, or if two boards have written it.
pub fn read_log<'a>(file: &str, text: &'a str) -> Result<Log<'a>, Fault> {
    let mut runs = vec![Run::default()];
    let mut board = None;
    let mut notes = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let begins = line.starts_with(HEADING);
        match (Line::read(line), runs.last_mut()) {
            (None, Some(run)) => {
                if begins && !run.lines.is_empty() {
                    runs.push(Run { first: number, ..Run::default() });
                } else if let Said::Protocol(mode @ Some(_)) = Said::of(line) {
                    notes.push(format!("Line {number}: {}.", wrong_firmware(mode.as_deref())));
                }
            }
            (Some(Ok(line)), Some(run)) => {
                if *board.get_or_insert(line.board) != line.board {
                    let above = board.unwrap_or_default();
                    let message = format!("`{}` here, `{above}` above: a log is of one board", line.board);
                    return Err(Fault::new(file, &format!("line {number}: board"), message));
                }
                let is_again = |own: &Line<'_>| own.step == line.step && own.repetition == line.repetition;
                if run.lines.iter().any(is_again) {
                    runs.push(Run { first: number, lines: vec![line], lost: Vec::new() });
                } else {
                    run.lines.push(line);
                }
            }
            (Some(Err(error)), Some(run)) => {
                run.lost.push(LostLine { line: number, why: LineError::to_string(&error) });
            }
            (_, None) => {}
        }
    }
    let count = runs.len();
    // Of two that are as long the later one.
    let Some(run) = runs.into_iter().max_by_key(|run| run.lines.len()) else {
        return Err(Fault::new(file, "", nothing(text, 0)));
    };
    if run.lines.is_empty() {
        return Err(Fault::new(file, "", nothing(text, run.lost.len())));
    }
    if count > 1 {
        notes.push(format!(
            "The suite began {count} times in this log: what is taken are the {} lines of the run that begins in line {}.",
            run.lines.len(),
            run.first.max(1)
        ));
    }
    Ok(Log { lines: run.lines, lost: run.lost, notes })
}

/// One run of the suite.
#[derive(Default)]
struct Run<'a> {
    first: usize,
    lines: Vec<Line<'a>>,
    lost: Vec<LostLine>,
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
        let modes = text.lines().map(Said::of);
        let mode =
            modes.into_iter().find_map(|said| if let Said::Protocol(mode) = said { mode } else { None });
        return wrong_firmware(mode.as_deref());
    }
    "there is no line of the calibration suite in it: such a line begins with `joulegram step=`".to_owned()
}
