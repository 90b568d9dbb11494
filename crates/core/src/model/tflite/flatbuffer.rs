//! A bounds-checked cursor over `FlatBuffers`: tables, vectors and texts, read where they lie.
//!
//! A table begins with the signed distance back to its vtable; the vtable has its own length, the table's length, and
//! for each field its distance from the table's beginning, 0 where the field is absent. Vectors and texts begin with
//! their length; what is not a number is referred to by the unsigned distance to it. All little-endian, from
//! <https://flatbuffers.dev/internals/>.
//!
//! Nothing is assumed to be aligned, nothing is assumed not to overlap: each access is checked on its own, so that a
//! hostile file yields wrong numbers or an error, never a read outside the file.

use super::error::{Part, ReadError};
use core::marker::PhantomData;

/// A cursor that goes on after an error: what can't be read is 0, empty or absent, and the first error is kept.
///
/// One check at the end serves all reads, which takes few instructions; [`Table`] gives each read a result of its own.
pub(crate) struct Cursor<'a> {
    file: &'a [u8],
    error: Option<ReadError>,
}

/// Where a table lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    at: usize,
    vtable: usize,
    fields: u16,
}

impl Place {
    /// A table without fields.
    pub(crate) const EMPTY: Self = Self { at: 0, vtable: 0, fields: 0 };
}

/// Where the offsets to a list's tables lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    first: usize,
    length: u32,
}

impl Places {
    /// No tables.
    pub(crate) const EMPTY: Self = Self { first: 0, length: 0 };

    /// Number of tables.
    pub(crate) const fn len(self) -> u32 {
        self.length
    }
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(file: &'a [u8]) -> Self {
        Self { file, error: None }
    }

    /// The file.
    pub(crate) const fn file(&self) -> &'a [u8] {
        self.file
    }

    /// The first error.
    pub(crate) const fn error(&self) -> Option<ReadError> {
        self.error
    }

    /// Keeps an error, unless there has been one.
    #[cold]
    #[inline(never)]
    pub(crate) fn fail(&mut self, error: ReadError) {
        if self.error.is_none() {
            self.error = Some(error);
        }
    }

    #[cold]
    #[inline(never)]
    fn truncated(&mut self, part: Part, at: u64) -> &'a [u8] {
        self.fail(ReadError::Truncated { part, at, end: self.file.len() as u64 });
        &[]
    }

    #[cold]
    #[inline(never)]
    fn outside(&mut self, part: Part, at: usize) {
        self.fail(ReadError::Outside { part, at: at as u64 });
    }

    /// `length` bytes from an offset.
    #[inline(never)]
    pub(super) fn bytes(&mut self, part: Part, at: usize, length: usize) -> &'a [u8] {
        match self.file.get(at..).and_then(|rest| rest.get(..length)) {
            Some(bytes) => bytes,
            None => self.truncated(part, at as u64),
        }
    }

    /// As [`Self::bytes`], by numbers of the file.
    pub(crate) fn long_bytes(&mut self, part: Part, at: u64, length: u64) -> &'a [u8] {
        match (usize::try_from(at), usize::try_from(length)) {
            (Ok(at), Ok(length)) => self.bytes(part, at, length),
            _ => self.truncated(part, at),
        }
    }

    #[inline(never)]
    fn u16(&mut self, part: Part, at: usize) -> u16 {
        self.bytes(part, at, 2).first_chunk().map_or(0, |bytes| u16::from_le_bytes(*bytes))
    }

    #[inline(never)]
    fn u32(&mut self, part: Part, at: usize) -> u32 {
        self.bytes(part, at, 4).first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    /// The position that the offset at `at` leads to.
    #[inline(never)]
    fn follow(&mut self, part: Part, at: usize) -> usize {
        let distance = usize::try_from(self.u32(part, at)).unwrap_or(usize::MAX);
        match at.checked_add(distance) {
            Some(target) if target < self.file.len() => target,
            _ => {
                self.outside(part, at);
                0
            }
        }
    }

    /// The table that the offset at `at` leads to.
    #[inline(never)]
    pub(crate) fn table_at(&mut self, at: usize) -> Place {
        let at = self.follow(Part::Table, at);
        let back = self.u32(Part::Table, at).cast_signed();
        let back = isize::try_from(back).unwrap_or(isize::MIN);
        let Some(vtable) = at.checked_sub_signed(back) else {
            self.outside(Part::Vtable, at);
            return Place::EMPTY;
        };
        let length = self.u16(Part::Vtable, vtable);
        if length < 4 || !length.is_multiple_of(2) {
            self.fail(ReadError::Vtable { at: vtable as u64, length });
            return Place::EMPTY;
        }
        self.bytes(Part::Vtable, vtable, length.into());
        if self.error.is_some() {
            return Place::EMPTY;
        }
        Place { at, vtable, fields: (length - 4) / 2 }
    }

    /// Position of a field; none if it is absent.
    #[inline(never)]
    fn field(&mut self, table: &Place, number: u16) -> Option<usize> {
        if number >= table.fields {
            return None;
        }
        // Inside the vtable, which has been shown to be inside the file.
        match self.u16(Part::Vtable, table.vtable.saturating_add(4 + 2 * usize::from(number))) {
            0 => None,
            distance => Some(table.at.saturating_add(usize::from(distance))),
        }
    }

    /// The bytes of a number; none if the field is absent.
    #[inline(never)]
    pub(crate) fn number(&mut self, table: &Place, number: u16, size: usize) -> &'a [u8] {
        match self.field(table, number) {
            Some(at) => self.bytes(Part::Field, at, size),
            None => &[],
        }
    }

    /// A table that a field refers to.
    #[inline(never)]
    pub(crate) fn table(&mut self, table: &Place, number: u16) -> Option<Place> {
        let at = self.field(table, number)?;
        Some(self.table_at(at))
    }

    /// The bytes of a list's elements, each of `size`, and where they begin; empty if the field is absent.
    #[inline(never)]
    fn list(&mut self, table: &Place, number: u16, part: Part, size: usize) -> (&'a [u8], usize) {
        let Some(at) = self.field(table, number) else { return (&[], 0) };
        let at = self.follow(part, at);
        let length = usize::try_from(self.u32(part, at)).unwrap_or(usize::MAX);
        let first = at.saturating_add(4);
        (self.bytes(part, first, length.saturating_mul(size)), first)
    }

    /// The bytes of a list's elements, each of `size`; empty if the field is absent.
    pub(crate) fn elements(&mut self, table: &Place, number: u16, size: usize) -> &'a [u8] {
        self.list(table, number, Part::Vector, size).0
    }

    /// A list of tables, empty if the field is absent.
    #[inline(never)]
    pub(crate) fn tables(&mut self, table: &Place, number: u16) -> Places {
        let (bytes, first) = self.list(table, number, Part::Vector, 4);
        Places { first, length: u32::try_from(bytes.len() / 4).unwrap_or(u32::MAX) }
    }

    /// A table of a list; none past its end.
    #[inline(never)]
    pub(crate) fn listed(&mut self, tables: Places, index: u32) -> Option<Place> {
        if index >= tables.length {
            return None;
        }
        // The whole list has been shown to be inside the file.
        let at = usize::try_from(index).ok()?.checked_mul(4)?.checked_add(tables.first)?;
        Some(self.table_at(at))
    }
}

/// The whole file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct File<'a>(pub(super) &'a [u8]);

impl<'a> File<'a> {
    /// What is read, or the first error.
    pub(super) fn read<T>(self, read: impl FnOnce(&mut Cursor<'a>) -> T) -> Result<T, ReadError> {
        let mut cursor = Cursor::new(self.0);
        let value = read(&mut cursor);
        match cursor.error {
            None => Ok(value),
            Some(error) => Err(error),
        }
    }

    /// `length` bytes from an offset.
    pub(super) fn bytes(self, part: Part, at: u64, length: u64) -> Result<&'a [u8], ReadError> {
        self.read(|cursor| cursor.long_bytes(part, at, length))
    }
}

/// A table: fields by their number in the schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    pub(super) file: File<'a>,
    pub(super) place: Place,
}

impl<'a> Table<'a> {
    /// A number, or its default if the field is absent.
    pub(crate) fn number<T: Number>(self, number: u16, default: T) -> Result<T, ReadError> {
        let bytes = self.file.read(|cursor| cursor.number(&self.place, number, T::BYTES))?;
        Ok(T::from_bytes(bytes).unwrap_or(default))
    }

    /// A truth value, false if the field is absent.
    pub(super) fn flag(self, number: u16) -> Result<bool, ReadError> {
        Ok(self.number(number, 0_u8)? != 0)
    }

    /// A table that a field refers to.
    pub(crate) fn table(self, number: u16) -> Result<Option<Self>, ReadError> {
        let place = self.file.read(|cursor| cursor.table(&self.place, number))?;
        Ok(place.map(|place| Self { file: self.file, place }))
    }

    /// A list of numbers, empty if the field is absent.
    pub(super) fn vector<T: Number>(self, number: u16) -> Result<Vector<'a, T>, ReadError> {
        let bytes = self.file.read(|cursor| cursor.elements(&self.place, number, T::BYTES))?;
        Ok(Vector { bytes, of: PhantomData })
    }

    /// A list of tables, empty if the field is absent.
    pub(crate) fn tables(self, number: u16) -> Result<Tables<'a>, ReadError> {
        let places = self.file.read(|cursor| cursor.tables(&self.place, number))?;
        Ok(Tables { file: self.file, places })
    }

    /// A text, none if the field is absent.
    pub(super) fn text(self, number: u16) -> Result<Option<&'a str>, ReadError> {
        let (bytes, first) = self.file.read(|cursor| cursor.list(&self.place, number, Part::Text, 1))?;
        if first == 0 {
            return Ok(None);
        }
        core::str::from_utf8(bytes).map(Some).map_err(|_| ReadError::NotUtf8 { at: first as u64 })
    }
}

/// A number as it lies in a file.
pub trait Number: Copy {
    /// Its size.
    #[doc(hidden)]
    const BYTES: usize;

    /// Its value from exactly [`Self::BYTES`] bytes; none from another number of bytes.
    #[doc(hidden)]
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Number for $type {
            const BYTES: usize = size_of::<Self>();

            fn from_bytes(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self::from_le_bytes)
            }
        }
    )*};
}

numbers!(u8, i8, u16, i32, u32, i64, u64, f32);

/// A list of numbers, inside the file.
#[derive(Clone, Copy, Debug)]
pub struct Vector<'a, T> {
    bytes: &'a [u8],
    of: PhantomData<T>,
}

impl<'a, T: Number> Vector<'a, T> {
    /// Number of elements.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bytes.len() / T::BYTES
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// An element; none past the end.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        let from = index.checked_mul(T::BYTES)?;
        T::from_bytes(self.bytes.get(from..from.checked_add(T::BYTES)?)?)
    }

    /// The elements in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = T> + Clone + use<'a, T> {
        // Chunks are exactly as long as a number, so none is left out.
        self.bytes.chunks_exact(T::BYTES).filter_map(T::from_bytes)
    }

    /// The bytes as they lie in the file, little-endian.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

/// A list of tables, its offsets inside the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tables<'a> {
    file: File<'a>,
    places: Places,
}

impl<'a> Tables<'a> {
    /// Number of tables.
    pub(crate) const fn len(self) -> u32 {
        self.places.length
    }

    /// A table; none past the end.
    pub(crate) fn get(self, index: u32) -> Option<Result<Table<'a>, ReadError>> {
        let place = self.file.read(|cursor| cursor.listed(self.places, index));
        Some(place.transpose()?.map(|place| Table { file: self.file, place }))
    }
}
