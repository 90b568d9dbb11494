//! What is wrong with an input, as one sentence: file, field, value, limit.

use std::fmt;

use joulegram::data::slips;

use crate::json;
#[cfg(feature = "whole")]
use crate::place;

/// A fault in an input. Its text is one sentence that a user can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file it is in; empty for the command line.
    pub file: String,
    /// The field, as a path of names; empty where the file as a whole is meant.
    pub field: String,
    /// The value and its limit.
    pub message: String,
}

impl Fault {
    /// A fault of a field.
    #[cfg(feature = "whole")]
    #[must_use]
    pub fn new(file: &str, field: &str, message: impl fmt::Display) -> Self {
        Self { file: file.to_owned(), field: field.to_owned(), message: message.to_string() }
    }

    /// A fault without words: whoever has this build asks the one with every form of a scenario, which says what is wrong.
    #[cfg(not(feature = "whole"))]
    #[must_use]
    pub fn new(_: &str, _: &str, _: impl fmt::Display) -> Self {
        Self {
            file: String::new(),
            field: String::new(),
            message: "the whole program says what is wrong".to_owned(),
        }
    }

    /// The same fault inside a field further up.
    #[must_use]
    pub fn within(mut self, field: &str) -> Self {
        self.field = if self.field.is_empty() { field.to_owned() } else { format!("{field}.{}", self.field) };
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.file, &self.field] {
            if !part.is_empty() {
                write!(f, "{part}: ")?;
            }
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// The known name nearest to `text`, if one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |name: &str| {
        let longer = text.chars().count().max(name.chars().count());
        Some(1.0 - slips(text, name)? as f64 / longer as f64)
    };
    known
        .into_iter()
        .filter_map(|name| Some((likeness(name).filter(|likeness| *likeness >= 0.5)?, name)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// Reads JSON into `T`; a fault names the field by its path, and for an unknown field the nearest known one.
///
/// # Errors
/// [`Fault`] where the text is no JSON or no `T`.
pub fn from_json<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, Fault> {
    #[cfg(feature = "whole")]
    let fault = |(refused, at): (json::Refused, usize)| place::fault(file, text, &refused, at);
    #[cfg(not(feature = "whole"))]
    let fault = |(refused, _)| Fault::new(file, "", refused);
    json::read(text).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use joulegram::scenario::Passes;

    #[test]
    fn an_unknown_field_offers_the_nearest_name() {
        let fault = from_json::<Passes>("s.json", r#"{"samples": 5, "epoch": 3}"#).unwrap_err();
        assert_eq!(fault.to_string(), "s.json: epoch: unknown field `epoch`; did you mean `epochs`?");
    }

    #[test]
    fn a_bad_value_names_field_value_and_limit() {
        for (text, sentence) in [
            (r#"{"samples": -5, "epochs": 3}"#, "s.json: samples: -5 is too small: it must be at least 0"),
            (
                r#"{"samples": 5, "epochs": "1,5"}"#,
                "s.json: epochs: invalid type: string \"1,5\", expected a number or an object with value, or low, mode and high, and optional year and source",
            ),
            (
                r#"{"samples": 1e400, "epochs": 3}"#,
                "s.json: samples: 1e400 is larger than a number can be (1.8e308)",
            ),
            (
                r#"{"samples": NaN, "epochs": 3}"#,
                "s.json: samples: `NaN` is no JSON value: a number, or a text in quotes",
            ),
            (r#"{"samples": , "epochs": 3}"#, "s.json: samples: a value is missing"),
            (r#"{"samples": 3"#, "s.json: it ends in the middle, while parsing an object"),
            (
                r#"{"samples": 1, "epochs": 1, "overhead_share": 1}"#,
                "s.json: overhead_share: 1 is too large: it must be less than 1",
            ),
            (r#"{"samples": 1}"#, "s.json: missing field `epochs`"),
            ("", "s.json: it ends in the middle, while parsing a value"),
            ("{\"samples\": 1,\n\"epochs\": 1} 5", "s.json: trailing characters (line 2)"),
        ] {
            let fault = from_json::<Passes>("s.json", text).unwrap_err();
            assert_eq!(fault.to_string(), sentence, "{text}");
        }
    }
}
