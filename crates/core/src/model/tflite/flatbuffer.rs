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

/// The whole file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct File<'a>(pub(super) &'a [u8]);

impl<'a> File<'a> {
    /// `N` bytes at an offset.
    fn array<const N: usize>(self, part: Part, at: usize) -> Result<[u8; N], ReadError> {
        self.0.get(at..).and_then(|rest| rest.first_chunk::<N>()).copied().ok_or(ReadError::Truncated {
            part,
            at: at as u64,
            end: self.0.len() as u64,
        })
    }

    fn u16(self, part: Part, at: usize) -> Result<u16, ReadError> {
        self.array(part, at).map(u16::from_le_bytes)
    }

    fn u32(self, part: Part, at: usize) -> Result<u32, ReadError> {
        self.array(part, at).map(u32::from_le_bytes)
    }

    /// `length` bytes from an offset.
    pub(super) fn bytes(self, part: Part, at: u64, length: u64) -> Result<&'a [u8], ReadError> {
        let inside = || {
            let from = usize::try_from(at).ok()?;
            let to = from.checked_add(usize::try_from(length).ok()?)?;
            self.0.get(from..to)
        };
        inside().ok_or(ReadError::Truncated { part, at, end: self.0.len() as u64 })
    }

    /// The position that the offset at `at` leads to.
    fn follow(self, part: Part, at: usize) -> Result<usize, ReadError> {
        let distance = self.u32(part, at)?;
        usize::try_from(distance)
            .ok()
            .and_then(|distance| at.checked_add(distance))
            .filter(|target| *target < self.0.len())
            .ok_or(ReadError::Outside { part, at: at as u64 })
    }

    /// The table that the offset at `at` leads to.
    pub(super) fn table(self, at: usize) -> Result<Table<'a>, ReadError> {
        Table::new(self, self.follow(Part::Table, at)?)
    }

    /// Length and first element's position of the list that the offset at `at` leads to.
    fn list(self, part: Part, at: usize) -> Result<(u32, usize), ReadError> {
        let at = self.follow(part, at)?;
        let length = self.u32(part, at)?;
        // The read has shown that there are four bytes.
        Ok((length, at.saturating_add(4)))
    }
}

/// A table: fields by their number in the schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    file: File<'a>,
    at: usize,
    vtable: usize,
    fields: u16,
}

impl<'a> Table<'a> {
    /// A table without fields.
    pub(crate) const EMPTY: Self = Self { file: File(&[]), at: 0, vtable: 0, fields: 0 };

    fn new(file: File<'a>, at: usize) -> Result<Self, ReadError> {
        let back = i32::from_le_bytes(file.array(Part::Table, at)?);
        let vtable = i64::try_from(at)
            .ok()
            .and_then(|at| at.checked_sub(i64::from(back)))
            .and_then(|vtable| usize::try_from(vtable).ok())
            .ok_or(ReadError::Outside { part: Part::Vtable, at: at as u64 })?;
        let length = file.u16(Part::Vtable, vtable)?;
        if length < 4 || length % 2 != 0 {
            return Err(ReadError::Vtable { at: vtable as u64, length });
        }
        file.bytes(Part::Vtable, vtable as u64, length.into())?;
        Ok(Self { file, at, vtable, fields: (length - 4) / 2 })
    }

    /// Position of a field; none if it is absent.
    fn field(self, number: u16) -> Result<Option<usize>, ReadError> {
        if number >= self.fields {
            return Ok(None);
        }
        // Inside the vtable, which `new` has shown to be inside the file.
        let entry = self.vtable.saturating_add(4 + 2 * usize::from(number));
        match self.file.u16(Part::Vtable, entry)? {
            0 => Ok(None),
            distance => Ok(Some(self.at.saturating_add(usize::from(distance)))),
        }
    }

    /// A number, or its default if the field is absent.
    pub(crate) fn number<T: Number>(self, number: u16, default: T) -> Result<T, ReadError> {
        match self.field(number)? {
            // The bytes are as many as the number takes, so they make one.
            Some(at) => {
                let bytes = self.file.bytes(Part::Field, at as u64, T::BYTES as u64)?;
                Ok(T::from_bytes(bytes).unwrap_or(default))
            }
            None => Ok(default),
        }
    }

    /// A truth value, false if the field is absent.
    pub(super) fn flag(self, number: u16) -> Result<bool, ReadError> {
        Ok(self.number(number, 0_u8)? != 0)
    }

    /// A table that a field refers to.
    pub(crate) fn table(self, number: u16) -> Result<Option<Self>, ReadError> {
        self.field(number)?.map(|at| self.file.table(at)).transpose()
    }

    /// A list of numbers, empty if the field is absent.
    pub(super) fn vector<T: Number>(self, number: u16) -> Result<Vector<'a, T>, ReadError> {
        Ok(Vector { bytes: self.elements(number, T::BYTES)?, of: PhantomData })
    }

    /// The bytes of a list's elements, each of `size`; empty if the field is absent.
    pub(crate) fn elements(self, number: u16, size: usize) -> Result<&'a [u8], ReadError> {
        let Some(at) = self.field(number)? else { return Ok(&[]) };
        let (length, first) = self.file.list(Part::Vector, at)?;
        self.file.bytes(Part::Vector, first as u64, u64::from(length).saturating_mul(size as u64))
    }

    /// A list of tables, empty if the field is absent.
    pub(crate) fn tables(self, number: u16) -> Result<Tables<'a>, ReadError> {
        let Some(at) = self.field(number)? else {
            return Ok(Tables::EMPTY);
        };
        let (length, first) = self.file.list(Part::Vector, at)?;
        self.file.bytes(Part::Vector, first as u64, u64::from(length).saturating_mul(4))?;
        Ok(Tables { file: self.file, first, length })
    }

    /// A text, none if the field is absent.
    pub(super) fn text(self, number: u16) -> Result<Option<&'a str>, ReadError> {
        let Some(at) = self.field(number)? else { return Ok(None) };
        let (length, first) = self.file.list(Part::Text, at)?;
        let bytes = self.file.bytes(Part::Text, first as u64, length.into())?;
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
    first: usize,
    length: u32,
}

impl<'a> Tables<'a> {
    /// No tables.
    pub(crate) const EMPTY: Self = Self { file: File(&[]), first: 0, length: 0 };

    /// Number of tables.
    pub(crate) const fn len(self) -> u32 {
        self.length
    }

    /// A table; none past the end.
    pub(crate) fn get(self, index: u32) -> Option<Result<Table<'a>, ReadError>> {
        if index >= self.length {
            return None;
        }
        // `Table::tables` has shown that the whole list is inside the file.
        let at = usize::try_from(index).ok()?.checked_mul(4)?.checked_add(self.first)?;
        Some(self.file.table(at))
    }
}
