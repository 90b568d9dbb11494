//! The bias of a layer, where it lies.

use super::arch::bytes::words;

/// One 32-bit bias a channel, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bias<'a> {
    /// No bias: 0.
    #[default]
    None,
    /// Numbers.
    Words(&'a [i32]),
    /// Little-endian bytes at any address, as in a `.tflite` file.
    Bytes(&'a [[u8; 4]]),
}

impl<'a> Bias<'a> {
    /// Little-endian bytes, read by whole words where they lie at words and that is faster.
    pub(crate) fn in_file(bytes: &'a [[u8; 4]]) -> Self {
        words(bytes).map_or(Self::Bytes(bytes), Self::Words)
    }

    pub(crate) const fn len(&self) -> Option<usize> {
        match self {
            Self::None => None,
            Self::Words(words) => Some(words.len()),
            Self::Bytes(bytes) => Some(bytes.len()),
        }
    }

    #[inline]
    pub(crate) fn get(&self, channel: usize) -> i32 {
        match self {
            Self::None => 0,
            Self::Words(words) => words.get(channel).copied().unwrap_or(0),
            Self::Bytes(bytes) => bytes.get(channel).map_or(0, |bytes| i32::from_le_bytes(*bytes)),
        }
    }
}

impl<'a> From<&'a [i32]> for Bias<'a> {
    fn from(words: &'a [i32]) -> Self {
        Self::Words(words)
    }
}

impl<'a, const N: usize> From<&'a [i32; N]> for Bias<'a> {
    fn from(words: &'a [i32; N]) -> Self {
        Self::Words(words)
    }
}

impl<'a> From<Option<&'a [i32]>> for Bias<'a> {
    fn from(words: Option<&'a [i32]>) -> Self {
        words.map_or(Self::None, Self::Words)
    }
}
