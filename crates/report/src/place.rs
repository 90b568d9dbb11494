//! What is wrong with a JSON text, in words, and where: the path of names to it.
//!
//! The reader says at which byte. Following the text up to there gives the path, and costs a program far less code than a
//! reader that keeps the path while it reads.

use crate::fault::{Fault, nearest};
use crate::json::Refused;

/// An object or a list that is open.
enum Open<'t> {
    Object { key: Option<&'t str> },
    List { index: usize },
}

/// What was read last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Key,
    Value,
    Other,
}

/// The path to byte `at` of `text`, where its reader stopped, such as `model.layers.layers[2].dense.units`; empty for the
/// whole text.
fn path(text: &str, refused: &Refused, at: usize) -> String {
    let read = text.floor_char_boundary(at);
    let (open, last) = follow(text.get(..read).unwrap_or(text));
    let mut names = String::new();
    let mut parts = open.iter().peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        match part {
            // What has ended in the middle is the object, not what it held last.
            _ if is_last && refused.ends => {}
            // The sentence names the key itself.
            Open::Object { .. } if is_last && last == Last::Key && names_its_key(refused) => {}
            Open::Object { key: Some(key) } => {
                if !names.is_empty() {
                    names.push('.');
                }
                names.push_str(key);
            }
            Open::Object { key: None } => {}
            Open::List { index } => names.push_str(&format!("[{index}]")),
        }
    }
    names
}

fn names_its_key(refused: &Refused) -> bool {
    refused.message.starts_with("unknown variant") || refused.message.starts_with("duplicate field")
}

/// What is open at the end of `text`. What was closed last still counts as the value of its key.
fn follow(text: &str) -> (Vec<Open<'_>>, Last) {
    let (mut open, mut last) = (Vec::new(), Last::Other);
    let mut rest = text.char_indices();
    while let Some((at, character)) = rest.next() {
        match character {
            '{' => {
                open.push(Open::Object { key: None });
                last = Last::Other;
            }
            '[' => {
                open.push(Open::List { index: 0 });
                last = Last::Other;
            }
            '}' | ']' => {
                open.pop();
                last = Last::Value;
            }
            ',' => match open.last_mut() {
                Some(Open::Object { key }) => *key = None,
                Some(Open::List { index }) => *index += 1,
                None => {}
            },
            '"' => {
                let mut is_escaped = false;
                let end = rest
                    .find(|(_, character)| {
                        let ends = *character == '"' && !is_escaped;
                        is_escaped = *character == '\\' && !is_escaped;
                        ends
                    })
                    .map_or(text.len(), |(end, _)| end);
                last = match open.last_mut() {
                    Some(Open::Object { key: key @ None }) => {
                        *key = text.get(at + 1..end);
                        Last::Key
                    }
                    _ => Last::Value,
                };
            }
            ':' => last = Last::Other,
            character if character.is_whitespace() => {}
            _ => last = Last::Value,
        }
    }
    (open, last)
}

/// What is wrong at byte `at` of `text`, in words.
pub(crate) fn fault(file: &str, text: &str, refused: &Refused, at: usize) -> Fault {
    let message = with_nearest(&refused.message).unwrap_or_else(|| without_type_name(&refused.message));
    // A file of one line needs no line number.
    let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
    let message = if line > 1 { format!("{message} (line {line})") } else { message };
    Fault::new(file, &path(text, refused, at), message)
}

/// Says "an object" for the name of a type in this program.
fn without_type_name(message: &str) -> String {
    for (kind, words) in
        [("expected struct ", "expected an object"), ("expected enum ", "expected one of its names")]
    {
        if let Some((start, _)) = message.split_once(kind) {
            return format!("{start}{words}");
        }
    }
    message.to_owned()
}

/// Rewrites serde's "unknown field `x`, expected one of `a`, `b`" to offer the nearest name.
fn with_nearest(message: &str) -> Option<String> {
    let kind = ["unknown field", "unknown variant"].into_iter().find(|kind| message.starts_with(kind))?;
    let mut names = message.split('`').skip(1).step_by(2);
    let given = names.next()?;
    let known: Vec<&str> = names.collect();
    let advice = match nearest(given, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!(
            "known are {}",
            known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
    };
    let kind = if kind == "unknown variant" { "unknown value" } else { kind };
    Some(format!("{kind} `{given}`; {advice}"))
}

#[cfg(test)]
mod tests {
    use crate::scenario_file::ScenarioFile;

    /// The field of the fault that a scenario with this inside has.
    fn field(inside: &str) -> String {
        let text = format!("{{\"schema_version\": 1, {inside}}}");
        ScenarioFile::from_json("", &text).unwrap_err().field
    }

    #[test]
    fn a_fault_names_the_innermost_field() {
        for (inside, expected) in [
            (r#""site": {"pue": 0.5}"#, "site.pue"),
            (r#""site": {"grid": {"low": 3, "mode": 2, "high": 1}}"#, "site.grid"),
            (r#""sit": {}"#, "sit"),
            (r#""training": {"bottom_up": {"samples": 1}}, "name": "x""#, "training.bottom_up"),
            (r#""training": {"bottom_up": {"samples": "many", "epochs": 1}}"#, "training.bottom_up.samples"),
            (
                r#""model": {"layers": {"layers": [{"dense": {"units": 1}}, {"dense": {"units": -1}}]}}"#,
                "model.layers.layers[1].dense.units",
            ),
            (r#""model": {"layers": {"layers": [{"dense": {"units": 1}}, 5]}}"#, "model.layers.layers[1]"),
            (r#""model": {"fill": "a"}"#, "model"),
            (r#""name": "a \"quoted\" {name}", "mode": 5"#, "mode"),
            (r#""name": tru"#, "name"),
            (r#""name": ["#, "name"),
        ] {
            assert_eq!(field(inside), expected, "{inside}");
        }
    }

    #[test]
    fn the_place_is_found_over_lines_and_after_characters_of_many_bytes() {
        let text = "{\n\"schema_version\": 1,\n\"name\": \"Schlüsselwörter\",\n\"site\": {\n\"pue\": 0.5}}";
        let fault = ScenarioFile::from_json("", text).unwrap_err();
        assert_eq!((fault.field.as_str(), fault.message.contains("line 5")), ("site.pue", true));
    }
}
