//! A number with its range and where it comes from: what every input of an estimate is.

use crate::range::{Range, RangeError};
use crate::units::Quantity;

/// Text of a name or a source: UTF-8, at most [`TEXT_BYTES`] bytes.
pub type Text = heapless::String<TEXT_BYTES>;

/// Longest name or source, in bytes.
pub const TEXT_BYTES: usize = 160;

/// As much of `text` as [`Text`] holds, cut at a character.
#[must_use]
pub fn text(text: &str) -> Text {
    joined(&[text])
}

/// As much of the parts, one after the other, as [`Text`] holds, cut at a character.
pub(crate) fn joined(parts: &[&str]) -> Text {
    let mut cut = Text::new();
    for character in parts.iter().flat_map(|part| part.chars()) {
        if cut.push(character).is_err() {
            break;
        }
    }
    cut
}

/// A quantity with its range, the year it holds for and its source.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Sourced<Q: Quantity> {
    /// Low, most likely and high value.
    pub range: Range<Q>,
    /// The year the value holds for, where the source says so.
    pub year: Option<u16>,
    /// Where the value comes from; empty for a value that the user gave.
    pub source: Text,
}

impl<Q: Quantity> Sourced<Q> {
    /// A value that the user gave.
    #[must_use]
    pub const fn given(range: Range<Q>) -> Self {
        Self { range, year: None, source: Text::new() }
    }

    /// A value from a published source; numbers are in the quantity's unit.
    ///
    /// # Errors
    /// [`RangeError`] if a number is outside the quantity's limits or the three are not in ascending order.
    pub fn published(
        (low, mode, high): (f64, f64, f64),
        year: Option<u16>,
        source: &str,
    ) -> Result<Self, RangeError> {
        Ok(Self { range: Range::of(low, mode, high)?, year, source: text(source) })
    }

    /// A value of this crate's own tables, whose numbers tests hold against their limits and their order.
    pub(crate) fn recorded((low, mode, high): (f64, f64, f64), year: u16, source: Text) -> Self {
        let mode = Q::wrap(mode);
        let range = Range::new(Q::wrap(low), mode, Q::wrap(high)).unwrap_or(Range::exact(mode));
        Self { range, year: Some(year), source }
    }
}

/// Reads a bare number, `{ "value" }` or `{ "low", "mode", "high" }`, the objects with an optional `year` and `source`.
#[cfg(feature = "serde")]
mod json {
    use super::{Quantity, Range, Sourced, Text};
    use crate::range::json::RangeReader;
    use crate::units::Check;
    use core::fmt;
    use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

    impl<'de, Q: Quantity> Deserialize<'de> for Sourced<Q> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let Sourced { range, year, source } =
                deserializer.deserialize_any(SourcedVisitor(RangeReader(Check::of::<Q>())))?;
            Ok(Self { range: Range::wrap(range), year, source })
        }
    }

    struct SourcedVisitor(RangeReader);

    #[derive(serde::Deserialize)]
    #[serde(field_identifier, rename_all = "snake_case")]
    enum Key {
        Value,
        Low,
        Mode,
        High,
        Range,
        Year,
        Source,
    }

    /// A key that was there already is an error: which of the two would hold?
    fn once<T, E: Error>(before: Option<T>, name: &'static str) -> Result<(), E> {
        if before.is_some() { Err(E::duplicate_field(name)) } else { Ok(()) }
    }

    impl<'de> Visitor<'de> for SourcedVisitor {
        type Value = Sourced<f64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(
                "a number or an object with value, or low, mode and high, and optional year and source",
            )
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
            self.0.exact(value).map(Sourced::given).map_err(E::custom)
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
            self.visit_f64(value as f64)
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
            self.visit_f64(value as f64)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let (mut value, mut low, mut mode, mut high) = (None, None, None, None);
            let mut range: Option<Range<f64>> = None;
            let (mut year, mut source) = (None, None::<Text>);
            while let Some(key) = map.next_key::<Key>()? {
                let (number, name) = match key {
                    Key::Value => (&mut value, "value"),
                    Key::Low => (&mut low, "low"),
                    Key::Mode => (&mut mode, "mode"),
                    Key::High => (&mut high, "high"),
                    Key::Range => {
                        once(range.replace(map.next_value_seed(self.0)?), "range")?;
                        continue;
                    }
                    Key::Year => {
                        once(year.replace(map.next_value::<Option<u16>>()?), "year")?;
                        continue;
                    }
                    Key::Source => {
                        once(source.replace(map.next_value()?), "source")?;
                        continue;
                    }
                };
                once(number.replace(map.next_value::<f64>()?), name)?;
            }
            let range = match (range, value, low, mode, high) {
                (Some(range), None, None, None, None) => range,
                (None, Some(value), None, None, None) => self.0.exact(value).map_err(Error::custom)?,
                (None, None, Some(low), Some(mode), Some(high)) => {
                    self.0.three(low, mode, high).map_err(Error::custom)?
                }
                _ => return Err(Error::custom("give either value, or all of low, mode and high")),
            };
            Ok(Sourced { range, year: year.flatten(), source: source.unwrap_or_default() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_source_is_cut_at_a_character() {
        let long: std::string::String = core::iter::repeat_n('ü', 100).collect();
        assert_eq!(text(&long).len(), TEXT_BYTES);
        assert_eq!(text(&long).chars().count(), TEXT_BYTES / 2);
    }
}

#[cfg(all(test, feature = "serde"))]
mod json_tests {
    use super::*;
    use crate::units::{Pue, Watts};

    fn read<Q: Quantity>(json: &str) -> Result<Sourced<Q>, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_number_a_value_and_a_range_are_read() {
        let exact: Sourced<Watts> = read("3").unwrap();
        assert!(exact.range.is_exact());
        assert_eq!(exact, read(r#"{"value": 3.0}"#).unwrap());
        let wide: Sourced<Watts> =
            read(r#"{"low": 1, "mode": 2, "high": 3, "year": 2024, "source": "the \"sheet\""}"#).unwrap();
        assert_eq!((wide.range.low().value(), wide.range.high().value()), (1.0, 3.0));
        assert_eq!((wide.year, wide.source.as_str()), (Some(2024), "the \"sheet\""));
    }

    #[test]
    fn what_was_written_is_read_back() {
        let wide: Sourced<Watts> = read(r#"{"low": 0.1, "mode": 0.25, "high": 3, "year": 2024}"#).unwrap();
        let text = serde_json::to_string(&wide).unwrap();
        assert_eq!(read::<Watts>(&text).unwrap(), wide);
    }

    #[test]
    fn bad_numbers_are_refused_with_their_limit() {
        for (json, part) in [
            ("0.9", "0.9 is too small: it must be at least 1"),
            ("\"1,5\"", "expected a number or an object"),
            ("1e400", "number out of range"),
            (r#"{"low": 2, "mode": 1, "high": 3}"#, "not in ascending order"),
            (r#"{"low": 2}"#, "give either value, or all of low, mode and high"),
            (r#"{"mean": 2}"#, "unknown field `mean`"),
            (r#"{"low": 1, "low": 1, "mode": 1, "high": 3}"#, "duplicate field `low`"),
            (r#"{"value": 1, "year": 2024, "year": 2025}"#, "duplicate field `year`"),
        ] {
            let error = std::format!("{}", read::<Pue>(json).unwrap_err());
            assert!(error.contains(part), "{json}: {error}");
        }
    }
}
