//! The reader as serde sees it. What is generic here is made anew for every type: it only hands over.

use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::Refused;
use super::scan::{Number, Scan};

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    #[cfg(feature = "whole")]
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), ends: false }
    }

    /// Where the build with every form of a scenario is asked again, words would be lost: they are not even made.
    #[cfg(not(feature = "whole"))]
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self { message: String::new(), ends: false }
    }

    /// JSON's word for nothing.
    #[cfg(feature = "whole")]
    #[cold]
    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found: &dyn fmt::Display = if found == de::Unexpected::Unit { &"null" } else { &found };
        Self::custom(format_args!("invalid type: {found}, expected {expected}"))
    }
}

/// Methods that all read alike.
macro_rules! alike {
    ($by:ident: $($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            self.$by(visitor)
        }
    )*};
}

impl Scan<'_> {
    fn give_number<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        match self.value_ahead()? {
            b'-' | b'0'..=b'9' => match self.number()? {
                Number::Natural(number) => visitor.visit_u64(number),
                Number::Negative(number) => visitor.visit_i64(number),
                Number::Float(number) => visitor.visit_f64(number),
            },
            _ => Err(self.wrong_type(&visitor)),
        }
    }

    fn give_string<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        match self.value_ahead()? {
            b'"' => visitor.visit_str(&self.string()?),
            _ => Err(self.wrong_type(&visitor)),
        }
    }

    fn give_list<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        if self.value_ahead()? != b'[' {
            return Err(self.wrong_type(&visitor));
        }
        let depth = self.depth;
        self.open(b'[')?;
        let value = visitor.visit_seq(Parts { scan: self, is_first: true })?;
        self.close(depth, b']').map(|()| value)
    }

    fn give_object<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        if self.value_ahead()? != b'{' {
            return Err(self.wrong_type(&visitor));
        }
        let depth = self.depth;
        self.open(b'{')?;
        let value = visitor.visit_map(Parts { scan: self, is_first: true })?;
        self.close(depth, b'}').map(|()| value)
    }

    fn give_word<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        match self.value_ahead()? {
            b't' => self.word("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.word("false").and_then(|()| visitor.visit_bool(false)),
            _ => Err(self.wrong_type(&visitor)),
        }
    }
}

impl<'de> Deserializer<'de> for &mut Scan<'_> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.value_ahead()? {
            b'{' => self.give_object(visitor),
            b'[' => self.give_list(visitor),
            b'"' => self.give_string(visitor),
            b't' | b'f' => self.give_word(visitor),
            b'n' => self.word("null").and_then(|()| visitor.visit_unit()),
            _ => self.give_number(visitor),
        }
    }

    alike! { give_number:
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64 deserialize_f32 deserialize_f64
    }
    alike! { give_string:
        deserialize_char deserialize_str deserialize_string deserialize_identifier deserialize_bytes
        deserialize_byte_buf
    }
    alike! { give_list: deserialize_seq }
    alike! { give_object: deserialize_map }
    alike! { give_word: deserialize_bool }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.value_ahead()? {
            b'n' => self.word("null").and_then(|()| visitor.visit_none()),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.value_ahead()? {
            b'n' => self.word("null").and_then(|()| visitor.visit_unit()),
            _ => Err(self.wrong_type(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.skip().and_then(|_| visitor.visit_unit())
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Refused> {
        self.give_list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.give_list(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.give_object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        match self.value_ahead()? {
            b'"' => visitor.visit_enum(Variant { scan: self, has_content: false }),
            b'{' => {
                let depth = self.depth;
                self.open(b'{')?;
                let value = visitor.visit_enum(Variant { scan: self, has_content: true })?;
                self.close(depth, b'}').map(|()| value)
            }
            _ => Err(self.wrong_type(&visitor)),
        }
    }
}

/// Members of an object or elements of a list.
struct Parts<'a, 't> {
    scan: &'a mut Scan<'t>,
    is_first: bool,
}

impl<'de> MapAccess<'de> for Parts<'_, '_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        if self.scan.key_ahead(&mut self.is_first)? {
            seed.deserialize(&mut *self.scan).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        self.scan.colon()?;
        seed.deserialize(&mut *self.scan)
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, '_> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        if self.scan.element_ahead(&mut self.is_first)? {
            seed.deserialize(&mut *self.scan).map(Some)
        } else {
            Ok(None)
        }
    }
}

/// A variant by its name, or an object with the name and what the variant holds.
struct Variant<'a, 't> {
    scan: &'a mut Scan<'t>,
    has_content: bool,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Refused;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Refused> {
        if self.has_content && !self.scan.key_ahead(&mut true)? {
            return Err(de::Error::custom("a value is missing"));
        }
        let name = seed.deserialize(&mut *self.scan)?;
        if self.has_content {
            self.scan.colon()?;
        }
        Ok((name, self))
    }
}

impl Variant<'_, '_> {
    fn content(&mut self, expected: &str) -> Result<&mut Self, Refused> {
        if self.has_content {
            return Ok(self);
        }
        Err(de::Error::invalid_type(de::Unexpected::UnitVariant, &expected))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Refused;

    fn unit_variant(self) -> Result<(), Refused> {
        if self.has_content { de::Deserialize::deserialize(&mut *self.scan) } else { Ok(()) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<T::Value, Refused> {
        seed.deserialize(&mut *self.content("newtype variant")?.scan)
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, _: usize, visitor: V) -> Result<V::Value, Refused> {
        self.content("tuple variant")?.scan.give_list(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        mut self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.content("struct variant")?.scan.give_object(visitor)
    }
}
