//! A file's bytes, and its text where it is one.

use std::borrow::Cow;
use std::cell::OnceCell;

/// A file as it was handed in.
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) bytes: &'a [u8],
    text: OnceCell<Cow<'a, str>>,
}

impl<'a> Source<'a> {
    pub(crate) const fn new(file: &'a str, bytes: &'a [u8]) -> Self {
        Self { file, bytes, text: OnceCell::new() }
    }

    /// The file as text, without a byte order mark. UTF-16 (a spreadsheet's "Unicode text") is decoded; a byte that is no
    /// UTF-8, such as the degree sign of an older code page, becomes a replacement character.
    pub(crate) fn text(&self) -> &str {
        self.text.get_or_init(|| match self.bytes {
            [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
            [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
            [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
            bytes => String::from_utf8_lossy(bytes),
        })
    }

    /// The first lines that say something, and their numbers from 1.
    pub(crate) fn head(&self) -> impl Iterator<Item = (u64, &str)> {
        (1..).zip(self.text().lines()).filter(|(_, line)| !line.trim().is_empty()).take(64)
    }

    /// The first line that is no comment, in lower case: the heading of most files.
    pub(crate) fn heading(&self) -> String {
        self.head()
            .find(|(_, line)| !line.starts_with('#'))
            .map_or(String::new(), |(_, line)| line.to_lowercase())
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
