//! From a text to the row it names, or to the nearest one.

use core::fmt;

use super::nearest::Typed;
use super::spelling;

/// A row of one of the tables.
///
/// Texts are compared by their letters and digits, without case, accents and punctuation: `Côte d'Ivoire`,
/// `cote divoire` and `COTE D’IVOIRE` name one row.
pub trait Row: Copy + fmt::Debug + PartialEq + 'static {
    /// What a row is, as messages have it.
    const KIND: &'static str;

    /// What to give instead where no row is near.
    const ADVICE: &'static str;

    /// The texts that name this row and no other.
    fn names(&self) -> Names;
}

/// The texts that name one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// The row's code.
    pub code: &'static str,
    /// The row's name.
    pub name: &'static str,
    /// A second code: ISO 3166-1 alpha-3.
    pub iso3: Option<&'static str>,
    /// Further names.
    pub aliases: &'static [&'static str],
}

impl Names {
    fn iter(self) -> impl Iterator<Item = &'static str> {
        [self.code, self.name].into_iter().chain(self.iso3).chain(self.aliases.iter().copied())
    }
}

/// A text that names no row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unknown<R: Row> {
    /// The row with the name most like the text; `None` where half the text's letters would have to change.
    pub nearest: Option<&'static R>,
}

impl<R: Row> fmt::Display for Unknown<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {}; ", R::KIND)?;
        match self.nearest.map(Row::names) {
            Some(Names { code, name, .. }) => write!(f, "did you mean `{code}` ({name})?"),
            None => f.write_str(R::ADVICE),
        }
    }
}

impl<R: Row> core::error::Error for Unknown<R> {}

/// The row of `rows` that `text` names.
pub(super) fn find<R: Row>(rows: &'static [R], text: &str) -> Result<&'static R, Unknown<R>> {
    rows.iter()
        .find(|row| row.names().iter().any(|name| spelling::same(name, text)))
        .ok_or_else(|| Unknown { nearest: nearest(rows, text) })
}

/// The row with the fewest slips between one of its names and `text`; the first of equals.
fn nearest<R: Row>(rows: &'static [R], text: &str) -> Option<&'static R> {
    let mut typed = Typed::new(text)?;
    let mut slips = |row: &R| row.names().iter().map(|name| typed.slips(name)).min();
    let (row, least) =
        rows.iter().filter_map(|row| Some((row, slips(row)?))).min_by_key(|(_, slips)| *slips)?;
    (least <= typed.most_slips()).then_some(row)
}
