//! Writes `FlatBuffers` forward into borrowed memory: what refers to something lies before it.

/// A field of a table. Each takes a word: numbers narrower than that are its low bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    /// Left out.
    Absent,
    /// In its place.
    Number(u32),
    /// Leads to what is written later: [`Writer::lead`].
    Later,
}

/// A file that grows.
pub(super) struct Writer<'m> {
    memory: &'m mut [u8],
    end: usize,
}

impl<'m> Writer<'m> {
    pub(super) fn new(memory: &'m mut [u8]) -> Self {
        let mut new = Self { memory, end: 0 };
        new.append(b"\0\0\0\0TFL3");
        new
    }

    /// The file's length, if all of it had room.
    pub(super) fn finish(self) -> Option<usize> {
        Some(self.end).filter(|end| *end <= self.memory.len())
    }

    /// Writes where there is room; the end moves on in any case, so that `finish` knows.
    fn append(&mut self, bytes: &[u8]) {
        let to = self.memory.get_mut(self.end..).and_then(|rest| rest.get_mut(..bytes.len()));
        if let Some(to) = to {
            to.copy_from_slice(bytes);
        }
        self.end = self.end.saturating_add(bytes.len());
    }

    fn word(&mut self, word: u32) {
        self.append(&word.to_le_bytes());
    }

    /// Makes what follows lie `ahead` bytes before a multiple of `size`.
    fn align(&mut self, size: usize, ahead: usize) {
        while !(self.end + ahead).is_multiple_of(size) {
            self.append(&[0]);
        }
    }

    /// Makes the word at `at` lead to a position behind it.
    fn refer(&mut self, at: usize, target: usize) {
        let distance = u32::try_from(target.saturating_sub(at)).unwrap_or(u32::MAX);
        if let Some(word) = self.memory.get_mut(at..).and_then(|rest| rest.get_mut(..4)) {
            word.copy_from_slice(&distance.to_le_bytes());
        }
    }

    /// Makes a table the file's root.
    pub(super) fn root(&mut self, table: usize) {
        self.refer(0, table);
    }

    /// Writes a table; its position.
    pub(super) fn table(&mut self, fields: &[Field]) -> usize {
        self.align(4, 0);
        let vtable = self.end;
        let half = |number: usize| u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes();
        let present = fields.iter().filter(|field| !matches!(field, Field::Absent)).count();
        self.append(&half(4 + 2 * fields.len()));
        self.append(&half(4 + 4 * present));
        let mut place = 4;
        for field in fields {
            if matches!(field, Field::Absent) {
                self.append(&half(0));
            } else {
                self.append(&half(place));
                place += 4;
            }
        }
        self.align(4, 0);
        let at = self.end;
        self.word(u32::try_from(at - vtable).unwrap_or(0));
        for field in fields {
            match field {
                Field::Absent => {}
                Field::Number(number) => self.word(*number),
                Field::Later => self.word(0),
            }
        }
        at
    }

    /// Makes a table's field lead to the vector or list that is written next.
    pub(super) fn lead(&mut self, table: usize, field: usize) {
        self.align(4, 0);
        self.point(table, field, self.end);
    }

    /// Makes a table's field lead to a table that has been written.
    pub(super) fn point(&mut self, table: usize, field: usize, target: usize) {
        let distance = self.memory.get(table..).and_then(|rest| rest.first_chunk().copied());
        let vtable = distance
            .and_then(|distance| table.checked_sub(usize::try_from(u32::from_le_bytes(distance)).ok()?));
        let place =
            vtable.and_then(|vtable| self.memory.get(vtable + 4 + 2 * field..)?.first_chunk().copied());
        if let Some(place) = place {
            self.refer(table + usize::from(u16::from_le_bytes(place)), target);
        }
    }

    /// Writes a list that leads to tables which are written later; its position.
    pub(super) fn list(&mut self, length: usize) -> usize {
        self.align(4, 0);
        let at = self.end;
        self.word(u32::try_from(length).unwrap_or(u32::MAX));
        for _ in 0..length {
            self.word(0);
        }
        at
    }

    /// Makes a list's element lead to a table.
    pub(super) fn element(&mut self, list: usize, index: usize, table: usize) {
        self.refer(list + 4 + 4 * index, table);
    }

    /// Writes a vector of words.
    pub(super) fn words(&mut self, words: &[u32]) {
        self.word(u32::try_from(words.len()).unwrap_or(u32::MAX));
        for word in words {
            self.word(*word);
        }
    }

    /// Writes a vector of numbers.
    pub(super) fn numbers<const N: usize>(&mut self, count: u32, number: impl Fn(u32) -> [u8; N]) {
        self.word(count);
        for index in 0..count {
            self.append(&number(index));
        }
    }

    /// Makes a table's field lead to a vector of bytes, which begin at a multiple of 16 as they do in files.
    pub(super) fn bytes(&mut self, table: usize, field: usize, count: u32, mut byte: impl FnMut() -> u8) {
        self.align(16, 4);
        self.lead(table, field);
        self.word(count);
        for _ in 0..count {
            self.append(&[byte()]);
        }
    }
}
