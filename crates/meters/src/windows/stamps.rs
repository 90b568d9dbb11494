//! Windows from stamps in a file of their own: EEMBC's `trace1-timestamps.json`, or a table of starts and ends.

use super::{Span, edges};
use crate::fault::Fault;

/// Reads spans: a JSON list of seconds, of which an odd first is the handshake's; or lines `start,end` in seconds.
///
/// # Errors
/// [`Fault`] that names line and value: no number, a time that is not after the one before, fewer than two.
pub fn read(file: &str, bytes: &[u8]) -> Result<(Vec<Span>, Vec<String>), Fault> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    let stamps = if text.starts_with('[') { list(file, text)? } else { table(file, text)? };
    edges::pairs(file, &stamps)
}

fn list(file: &str, text: &str) -> Result<Vec<f64>, Fault> {
    let stamps: Vec<f64> = serde_json::from_str(text)
        .map_err(|error| Fault::of_file(file, format!("it is no list of seconds: {error}")))?;
    for (number, (before, stamp)) in (2..).zip(stamps.iter().zip(stamps.iter().skip(1))) {
        if stamp <= before {
            return Err(Fault::of_file(file, format!("stamp {number}, {stamp} s, is not after {before} s")));
        }
    }
    Ok(stamps)
}

fn table(file: &str, text: &str) -> Result<Vec<f64>, Fault> {
    let mut stamps: Vec<f64> = Vec::new();
    let lines =
        (1_u64..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    for (line, row) in lines {
        let cells: Vec<&str> = row.split([',', ';', '\t']).map(str::trim).collect();
        let is_heading =
            stamps.is_empty() && cells.iter().all(|cell| cell.starts_with(|c: char| c.is_alphabetic()));
        if is_heading {
            continue;
        }
        if cells.len() > 2 {
            return Err(Fault::at(
                file,
                line,
                "",
                format!("it has {} values: a start and an end", cells.len()),
            ));
        }
        for (place, cell) in cells.into_iter().enumerate() {
            let number = cell.parse::<f64>().ok().filter(|number| number.is_finite());
            let number = number
                .ok_or_else(|| Fault::at(file, line, "", format!("`{cell}` is no number of seconds")))?;
            // A window may begin where the one before ends.
            let is_start = place == 0 && stamps.len().is_multiple_of(2);
            let is_before = |last: &&f64| number < **last || (number <= **last && !is_start);
            if let Some(last) = stamps.last().filter(is_before) {
                return Err(Fault::at(file, line, "", format!("{number} s is not after {last} s")));
            }
            stamps.push(number);
        }
    }
    Ok(stamps)
}
