//! Choices that are a text or something else, with errors that name the field.

use std::fmt;

use joulegram::device::Profile;
use joulegram::sourced::Sourced;
use joulegram::units::{GramsPerKilowattHour, Pue};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::{DeviceByHand, DeviceChoice, GridChoice, PueChoice};

/// A choice that is a text or something else: what `untagged` does, with errors that name the field.
macro_rules! text_or_else {
    ($choice:ident, $text:ident, $expecting:literal, $other:ty, $wrap:expr) => {
        impl<'de> Deserialize<'de> for $choice {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Choice;
                impl<'de> Visitor<'de> for Choice {
                    type Value = $choice;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                        Ok($choice::$text(text.to_owned()))
                    }
                    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Self::Value, E> {
                        let other: $other =
                            Deserialize::deserialize(serde::de::value::F64Deserializer::new(number))?;
                        Ok($wrap(other))
                    }
                    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
                        self.visit_f64(number as f64)
                    }
                    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
                        self.visit_f64(number as f64)
                    }
                    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                        let other: $other = Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                        Ok($wrap(other))
                    }
                }
                deserializer.deserialize_any(Choice)
            }
        }
    };
}

text_or_else!(
    GridChoice,
    Place,
    "a place such as \"DE\", a number of gCO2e/kWh, or an object with low, mode and high",
    Sourced<GramsPerKilowattHour>,
    GridChoice::Factor
);
text_or_else!(
    PueChoice,
    Place,
    "a number of at least 1, the name of a data centre's operator, or an object with low, mode and high",
    Sourced<Pue>,
    PueChoice::Ratio
);
text_or_else!(
    DeviceChoice,
    Name,
    "a device's name, or an object with one of file, profile, by_hand",
    DeviceObject,
    DeviceObject::into_choice
);

/// The object form of a device.
#[cfg_attr(feature = "whole", derive(Deserialize))]
#[cfg_attr(feature = "whole", serde(rename_all = "snake_case"))]
#[cfg_attr(not(feature = "whole"), expect(dead_code, reason = "this build knows devices by name only"))]
enum DeviceObject {
    File(String),
    Profile(Box<Profile>),
    ByHand(Box<DeviceByHand>),
}

#[cfg(not(feature = "whole"))]
impl<'de> Deserialize<'de> for DeviceObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::beyond(deserializer)
    }
}

impl DeviceObject {
    fn into_choice(self) -> DeviceChoice {
        match self {
            Self::File(path) => DeviceChoice::File(path),
            Self::Profile(profile) => DeviceChoice::Profile(profile),
            Self::ByHand(device) => DeviceChoice::ByHand(device),
        }
    }
}
