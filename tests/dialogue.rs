//! Recorded dialogues with a device: `fixtures/dialogues/*.txt`.
//!
//! A line that starts with `> ` is a command, to which `%` is added; one with `< ` a line of the answer, which ends with CR
//! LF; one with `<~` a line that ends with LF alone. `\r`, `\n` and `\xNN` stand for bytes. `*` at the end of an answer's
//! line stands for digits, of a time stamp. `#` starts a remark, and `= ` the line of results in the real run, whose
//! model had been trained.

use std::path::Path;

/// A command and its whole answer; the first has no command: what a device says when it starts.
#[derive(Debug, Default)]
pub struct Exchange {
    /// Bytes to send, `%` included; empty at the start.
    pub command: Vec<u8>,
    /// Bytes that are expected, with `*` for digits at the end of a line.
    pub answer: Vec<u8>,
    /// The line of results in the real run.
    pub real_results: Option<String>,
}

/// A dialogue of the fixtures.
///
/// # Errors
/// A sentence if the file can't be read or has a line of no known kind.
pub fn read(name: &str) -> Result<Vec<Exchange>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/dialogues").join(name);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut exchanges = vec![Exchange::default()];
    for line in text.lines() {
        let Some(exchange) = exchanges.last_mut() else { continue };
        if let Some(command) = line.strip_prefix("> ") {
            let mut command = bytes(command);
            command.push(b'%');
            exchanges.push(Exchange { command, ..Exchange::default() });
        } else if let Some(answer) = line.strip_prefix("< ") {
            exchange.answer.extend(bytes(answer));
            exchange.answer.extend(b"\r\n");
        } else if let Some(answer) = line.strip_prefix("<~") {
            exchange.answer.extend(bytes(answer));
            exchange.answer.push(b'\n');
        } else if let Some(results) = line.strip_prefix("= ") {
            exchange.real_results = Some(results.to_owned());
        } else if !line.starts_with('#') && !line.is_empty() {
            return Err(format!("{}: no kind of line: {line:?}", path.display()));
        }
    }
    Ok(exchanges)
}

fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'\\', [b'r', after @ ..]) => (b'\r', after),
            (b'\\', [b'n', after @ ..]) => (b'\n', after),
            (b'\\', [b'x', high, low, after @ ..]) => (hex(*high) << 4 | hex(*low), after),
            _ => (*first, after),
        };
        bytes.push(byte);
        rest = after;
    }
    bytes
}

fn hex(digit: u8) -> u8 {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0)
}

/// Whether a device's bytes are those of the exchange, but for digits where it has `*`.
#[must_use]
pub fn matches(expected: &[u8], answer: &[u8]) -> bool {
    let (expected, answer): (Vec<_>, Vec<_>) = (
        expected.split_inclusive(|byte| *byte == b'\n').collect(),
        answer.split_inclusive(|byte| *byte == b'\n').collect(),
    );
    expected.len() == answer.len()
        && expected.iter().zip(answer).all(|(expected, line)| match expected.strip_suffix(b"*\r\n") {
            Some(start) => line
                .strip_prefix(start)
                .and_then(|digits| digits.strip_suffix(b"\r\n"))
                .is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)),
            None => *expected == line,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_digits_and_for_nothing_else() {
        assert!(matches(b"m-lap-us-*\r\nm-ready\r\n", b"m-lap-us-12\r\nm-ready\r\n"));
        for answer in [
            &b"m-lap-us-\r\nm-ready\r\n"[..],
            b"m-lap-us-1x\r\nm-ready\r\n",
            b"m-lap-us-12\nm-ready\r\n",
            b"m-ready\r\n",
        ] {
            assert!(!matches(b"m-lap-us-*\r\nm-ready\r\n", answer));
        }
    }

    #[test]
    fn escapes_are_bytes() {
        assert_eq!(bytes(r"a\r\n\xff\0"), b"a\r\n\xff\\0");
    }
}
