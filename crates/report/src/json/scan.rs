//! The reader's way through the text: everything that is the same for every type.

use std::borrow::Cow;

use serde::de::{Error, Expected, Unexpected};

use super::{Refused, number};

/// Objects and lists inside each other, at most.
const DEEPEST: usize = 128;

/// A number as it was written.
pub(super) enum Number {
    Natural(u64),
    Negative(i64),
    Float(f64),
}

/// A text, and how far it was read.
pub(super) struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// How many objects and lists are open.
    pub(super) depth: usize,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// The byte that comes next.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The byte after white space, which stays unread.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// As [`Self::peek`], where a value has to be.
    pub(super) fn value_ahead(&mut self) -> Result<u8, Refused> {
        self.peek().ok_or_else(|| ends("parsing a value"))
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    pub(super) fn open(&mut self, bracket: u8) -> Result<(), Refused> {
        if !self.eat(bracket) {
            return Err(self.no_value());
        }
        self.depth += 1;
        if self.depth > DEEPEST { Err(Refused::custom("recursion limit exceeded")) } else { Ok(()) }
    }

    /// Closes what `depth` objects and lists are around, unless its reader has.
    pub(super) fn close(&mut self, depth: usize, bracket: u8) -> Result<(), Refused> {
        if self.depth == depth {
            return Ok(());
        }
        if self.eat(bracket) {
            self.depth = depth;
            return Ok(());
        }
        Err(match self.peek() {
            None if bracket == b']' => ends("parsing a list"),
            None => ends("parsing an object"),
            Some(_) => Refused::custom("trailing characters"),
        })
    }

    /// Whether another key follows; the bracket after the last one is read.
    pub(super) fn key_ahead(&mut self, is_first: &mut bool) -> Result<bool, Refused> {
        if !self.another(is_first, b'}', "parsing an object", "expected `,` or `}`")? {
            return Ok(false);
        }
        match self.peek() {
            Some(b'"') => Ok(true),
            None => Err(ends("parsing an object")),
            Some(_) => Err(Refused::custom("key must be a string")),
        }
    }

    /// Whether another element of a list follows; the bracket after the last one is read.
    pub(super) fn element_ahead(&mut self, is_first: &mut bool) -> Result<bool, Refused> {
        self.another(is_first, b']', "parsing a list", "expected `,` or `]`")
    }

    fn another(
        &mut self,
        is_first: &mut bool,
        bracket: u8,
        doing: &str,
        expected: &str,
    ) -> Result<bool, Refused> {
        if self.eat(bracket) {
            self.depth -= 1;
            return Ok(false);
        }
        if !std::mem::take(is_first) {
            if !self.eat(b',') {
                return Err(if self.byte().is_none() { ends(doing) } else { Refused::custom(expected) });
            }
            if self.peek() == Some(bracket) {
                return Err(Refused::custom("trailing comma"));
            }
        }
        if self.byte().is_none() { Err(ends(doing)) } else { Ok(true) }
    }

    pub(super) fn colon(&mut self) -> Result<(), Refused> {
        if self.eat(b':') {
            return Ok(());
        }
        Err(if self.byte().is_none() { ends("parsing an object") } else { Refused::custom("expected `:`") })
    }

    /// Nothing but white space may follow.
    pub(super) fn end(&mut self) -> Result<(), Refused> {
        if self.peek().is_none() { Ok(()) } else { Err(Refused::custom("trailing characters")) }
    }

    /// `true`, `false` or `null`.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Refused> {
        if self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            self.at += word.len();
            return Ok(());
        }
        Err(self.no_value())
    }

    /// A text in quotes.
    pub(super) fn string(&mut self) -> Result<Cow<'t, str>, Refused> {
        if !self.eat(b'"') {
            return Err(self.no_value());
        }
        let mut read = Cow::Borrowed("");
        let mut start = self.at;
        loop {
            let Some(byte) = self.byte() else { return Err(ends("parsing a string")) };
            self.at += 1;
            match byte {
                b'"' | b'\\' => {
                    let part = self.text.get(start..self.at - 1).unwrap_or_default();
                    if read.is_empty() {
                        read = Cow::Borrowed(part)
                    } else {
                        read.to_mut().push_str(part)
                    }
                    if byte == b'"' {
                        return Ok(read);
                    }
                    let escaped = self.escaped()?;
                    read.to_mut().push(escaped);
                    start = self.at;
                }
                0..0x20 => {
                    return Err(Refused::custom(
                        "control character (\\u0000-\\u001F) found while parsing a string",
                    ));
                }
                _ => {}
            }
        }
    }

    /// What a backslash stands before.
    fn escaped(&mut self) -> Result<char, Refused> {
        let Some(byte) = self.byte() else { return Err(ends("parsing a string")) };
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.four_digits()?;
                let lone = || Refused::custom("lone leading surrogate in hex escape");
                let code = match first {
                    0xD800..0xDC00 => {
                        self.word("\\u").map_err(|_| lone())?;
                        let second = self.four_digits()?.checked_sub(0xDC00).filter(|low| *low < 0x400);
                        0x10000 + ((first - 0xD800) << 10 | second.ok_or_else(lone)?)
                    }
                    other => other,
                };
                char::from_u32(code).ok_or_else(lone)?
            }
            _ => return Err(Refused::custom("invalid escape")),
        })
    }

    fn four_digits(&mut self) -> Result<u32, Refused> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|four| four.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        code.ok_or_else(|| Refused::custom("invalid escape"))
    }

    fn digits(&mut self) -> Result<(), Refused> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start {
            return Ok(());
        }
        Err(if self.byte().is_none() { ends("parsing a value") } else { Refused::custom("invalid number") })
    }

    /// A number.
    pub(super) fn number(&mut self) -> Result<Number, Refused> {
        let start = self.at;
        let is_negative = self.byte() == Some(b'-');
        self.at += usize::from(is_negative);
        let first = self.at;
        self.digits()?;
        if self.at > first + 1 && self.text.as_bytes().get(first) == Some(&b'0') {
            self.at = first + 1;
            return Err(Refused::custom("invalid number"));
        }
        let mut is_whole = true;
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
            is_whole = false;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
            is_whole = false;
        }
        let text = self.since(start);
        if is_whole
            && !is_negative
            && let Ok(number) = text.parse()
        {
            return Ok(Number::Natural(number));
        }
        // Minus zero is no whole number.
        if is_whole
            && is_negative
            && let Ok(number @ ..0) = text.parse()
        {
            return Ok(Number::Negative(number));
        }
        let number = number::parse(text);
        if number.is_finite() {
            Ok(Number::Float(number))
        } else {
            Err(Refused::custom(format_args!("{text} is larger than a number can be (1.8e308)")))
        }
    }

    /// Reads over a value, and gives its text.
    pub(super) fn skip(&mut self) -> Result<&'t str, Refused> {
        let ahead = self.value_ahead()?;
        let start = self.at;
        let mut is_first = true;
        match ahead {
            b'{' => {
                self.open(b'{')?;
                while self.key_ahead(&mut is_first)? {
                    self.string()?;
                    self.colon()?;
                    self.skip()?;
                }
            }
            b'[' => {
                self.open(b'[')?;
                while self.element_ahead(&mut is_first)? {
                    self.skip()?;
                }
            }
            b'"' => {
                self.string()?;
            }
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            b'-' | b'0'..=b'9' => {
                self.number()?;
            }
            _ => return Err(self.no_value()),
        }
        Ok(self.since(start))
    }

    /// What stands here is a value, but not of this type.
    #[cold]
    pub(super) fn wrong_type(&mut self, expected: &dyn Expected) -> Refused {
        fn refused(found: Unexpected<'_>, expected: &dyn Expected) -> Refused {
            Refused::invalid_type(found, expected)
        }
        let refused = |found: Unexpected<'_>| refused(found, expected);
        match self.peek() {
            Some(b'{') => refused(Unexpected::Map),
            Some(b'[') => refused(Unexpected::Seq),
            Some(b'"') => self.string().map_or_else(|fault| fault, |text| refused(Unexpected::Str(&text))),
            Some(b't') => self.word("true").map_or_else(|fault| fault, |()| refused(Unexpected::Bool(true))),
            Some(b'f') => {
                self.word("false").map_or_else(|fault| fault, |()| refused(Unexpected::Bool(false)))
            }
            Some(b'n') => {
                self.word("null").map_or_else(|fault| fault, |()| refused(Unexpected::Other("null")))
            }
            Some(b'-' | b'0'..=b'9') => match self.number() {
                Ok(Number::Natural(number)) => refused(Unexpected::Unsigned(number)),
                Ok(Number::Negative(number)) => refused(Unexpected::Signed(number)),
                Ok(Number::Float(number)) => refused(Unexpected::Float(number)),
                Err(fault) => fault,
            },
            Some(_) => self.no_value(),
            None => ends("parsing a value"),
        }
    }

    /// What stands here is no value.
    #[cold]
    fn no_value(&mut self) -> Refused {
        let is_border = |character: char| character.is_ascii_whitespace() || ",:{}[]\"".contains(character);
        let rest = self.text.get(self.at..).unwrap_or_default();
        let word = rest.split(is_border).next().unwrap_or_default();
        match (rest.is_empty(), word.is_empty()) {
            (true, _) => ends("parsing a value"),
            (_, true) => Refused::custom("a value is missing"),
            _ => Refused::custom(format_args!("`{word}` is no JSON value: a number, or a text in quotes")),
        }
    }
}

#[cold]
fn ends(doing: &str) -> Refused {
    Refused { ends: true, ..Refused::custom(format_args!("it ends in the middle, while {doing}")) }
}
