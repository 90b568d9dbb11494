//! JSON in and out, by serde's own traits.
//!
//! A reader and a writer of few bytes: a page loads them before its first answer. They read what `serde_json` reads and
//! write what its pretty printer writes, which tests hold them to; a fault says where it is by the path of names to it.

mod deserialize;
mod number;
mod scan;
mod serialize;
#[cfg(test)]
mod tests;

pub use serialize::pretty;

use serde::de::DeserializeOwned;

use scan::Scan;

/// Why a text can't be read.
#[derive(Debug)]
pub(crate) struct Refused {
    /// What is wrong.
    pub(crate) message: String,
    /// Whether the text ends too early.
    #[cfg_attr(not(feature = "whole"), expect(dead_code, reason = "of words that this build doesn't make"))]
    pub(crate) ends: bool,
}

/// Reads a text; a refusal comes with the byte that the reader was at.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, (Refused, usize)> {
    let mut scan = Scan::new(text);
    let read = T::deserialize(&mut scan).and_then(|value| scan.end().map(|()| value));
    read.map_err(|refused| (refused, scan.at()))
}

/// A member of an object, as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Member<'t> {
    /// The text is no object, or no JSON at all.
    OfNothing,
    /// The object has no such member.
    Missing,
    /// The value's text.
    Is(&'t str),
}

/// The first member of that name.
pub(crate) fn member<'t>(text: &'t str, name: &str) -> Member<'t> {
    let mut scan = Scan::new(text);
    let mut found = Member::Missing;
    let mut walk = || {
        scan.open(b'{')?;
        let mut is_first = true;
        while scan.key_ahead(&mut is_first)? {
            let is_wanted = scan.string()? == name;
            scan.colon()?;
            let value = scan.skip()?;
            if is_wanted && found == Member::Missing {
                found = Member::Is(value);
            }
        }
        scan.end()
    };
    match walk() {
        Ok(()) => found,
        Err(_) => Member::OfNothing,
    }
}

/// Refuses what only a build with every form of a scenario reads.
#[cfg(not(feature = "whole"))]
pub(crate) fn beyond<'de, D: serde::Deserializer<'de>, T>(_: D) -> Result<T, D::Error> {
    Err(serde::de::Error::custom("this build does not read it"))
}

/// The name by which a variant without fields is written.
pub(crate) fn name_of(variant: impl serde::Serialize) -> String {
    pretty(&variant).map(|text| text.trim_matches('"').to_owned()).unwrap_or_default()
}
