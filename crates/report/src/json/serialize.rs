//! The writer: two spaces a level, as `serde_json`'s pretty printer.

use std::fmt;

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::number;

/// A document as text.
///
/// # Errors
/// What the document's own code says, where it refuses to be written.
pub fn pretty(document: &impl Serialize) -> Result<String, impl std::error::Error> {
    let mut page = Page::default();
    document.serialize(&mut page).map(|()| page.text)
}

/// Why a document can't be written.
#[derive(Debug)]
struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// What is written so far.
#[derive(Default)]
struct Page {
    text: String,
    depth: usize,
    /// Whether the bracket that was opened last has nothing inside yet.
    is_empty: bool,
}

impl Page {
    fn write(&mut self, text: &str) -> Result<(), Refused> {
        self.text.push_str(text);
        Ok(())
    }

    fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.depth += 1;
        self.is_empty = true;
    }

    fn close(&mut self, bracket: char) {
        self.depth -= 1;
        if !self.is_empty {
            self.line();
        }
        self.text.push(bracket);
        self.is_empty = false;
    }

    fn line(&mut self) {
        self.text.push('\n');
        (0..self.depth).for_each(|_| self.text.push_str("  "));
    }

    /// Begins an element of a list, or a key.
    fn next(&mut self) {
        if !std::mem::take(&mut self.is_empty) {
            self.text.push(',');
        }
        self.line();
    }

    fn string(&mut self, text: &str) {
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\u{8}' => self.text.push_str("\\b"),
                '\u{c}' => self.text.push_str("\\f"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                '\0'..' ' => self.text.push_str(&format!("\\u{:04x}", u32::from(character))),
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }

    fn key(&mut self, key: &str) {
        self.next();
        self.string(key);
        self.text.push_str(": ");
    }

    /// Opens the object of a variant that holds something, up to its value.
    fn variant(&mut self, name: &str) {
        self.open('{');
        self.key(name);
    }
}

impl<'a> Serializer for &'a mut Page {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Open<'a>;
    type SerializeTuple = Open<'a>;
    type SerializeTupleStruct = Open<'a>;
    type SerializeTupleVariant = Open<'a>;
    type SerializeMap = Open<'a>;
    type SerializeStruct = Open<'a>;
    type SerializeStructVariant = Open<'a>;

    fn serialize_bool(self, value: bool) -> Result<(), Refused> {
        self.write(if value { "true" } else { "false" })
    }

    fn serialize_i8(self, number: i8) -> Result<(), Refused> {
        self.serialize_i64(number.into())
    }

    fn serialize_i16(self, number: i16) -> Result<(), Refused> {
        self.serialize_i64(number.into())
    }

    fn serialize_i32(self, number: i32) -> Result<(), Refused> {
        self.serialize_i64(number.into())
    }

    fn serialize_i64(self, number: i64) -> Result<(), Refused> {
        self.write(&number.to_string())
    }

    fn serialize_u8(self, number: u8) -> Result<(), Refused> {
        self.serialize_u64(number.into())
    }

    fn serialize_u16(self, number: u16) -> Result<(), Refused> {
        self.serialize_u64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Result<(), Refused> {
        self.serialize_u64(number.into())
    }

    fn serialize_u64(self, number: u64) -> Result<(), Refused> {
        self.write(&number.to_string())
    }

    fn serialize_f32(self, number: f32) -> Result<(), Refused> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Refused> {
        if !number.is_finite() {
            return self.write("null");
        }
        number::write(number, &mut self.text);
        Ok(())
    }

    fn serialize_char(self, character: char) -> Result<(), Refused> {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Refused> {
        self.string(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Refused> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<(), Refused> {
        self.write("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refused> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Refused> {
        self.write("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Refused> {
        self.write("null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), Refused> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        self.variant(name);
        value.serialize(&mut *self)?;
        self.close('}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'a>, Refused> {
        self.open('[');
        Ok(Open { page: self, brackets: "]" })
    }

    fn serialize_tuple(self, length: usize) -> Result<Open<'a>, Refused> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Open<'a>, Refused> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Refused> {
        self.variant(name);
        self.open('[');
        Ok(Open { page: self, brackets: "]}" })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a>, Refused> {
        self.open('{');
        Ok(Open { page: self, brackets: "}" })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Open<'a>, Refused> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Refused> {
        self.variant(name);
        self.open('{');
        Ok(Open { page: self, brackets: "}}" })
    }
}

/// A list or an object, and what closes it.
struct Open<'a> {
    page: &'a mut Page,
    brackets: &'static str,
}

impl Open<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.page.next();
        value.serialize(&mut *self.page)
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Refused> {
        self.page.key(key);
        value.serialize(&mut *self.page)
    }

    fn done(self) -> Result<(), Refused> {
        self.brackets.chars().for_each(|bracket| self.page.close(bracket));
        Ok(())
    }
}

/// Elements, of whatever kind of list.
macro_rules! lists {
    ($($kind:ident $method:ident)*) => {$(
        impl $kind for Open<'_> {
            type Ok = ();
            type Error = Refused;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
                self.element(value)
            }

            fn end(self) -> Result<(), Refused> {
                self.done()
            }
        }
    )*};
}
lists! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

/// Members, of whatever kind of object.
macro_rules! objects {
    ($($kind:ident)*) => {$(
        impl $kind for Open<'_> {
            type Ok = ();
            type Error = Refused;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Refused> {
                self.member(key, value)
            }

            fn end(self) -> Result<(), Refused> {
                self.done()
            }
        }
    )*};
}
objects! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Refused;

    /// Keys are texts.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.element(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.page.text.push_str(": ");
        value.serialize(&mut *self.page)
    }

    fn end(self) -> Result<(), Refused> {
        self.done()
    }
}
