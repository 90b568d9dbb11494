//! The bytes that `db` fills: the next input.

use crate::command;

/// The largest input of MLPerf Tiny: 96 x 96 x 3 bytes.
pub const STORE_BYTES: usize = 27_648;

/// A buffer, how many bytes were announced and how many came.
#[derive(Debug)]
pub struct Store<'a> {
    bytes: &'a mut [u8; STORE_BYTES],
    announced: usize,
    filled: usize,
}

/// What became of a word of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filled {
    /// More bytes are to come, or none were announced.
    Partly,
    /// The last byte came with this word.
    Now,
    /// The word has an odd number of digits.
    Odd,
    /// Two digits that are none.
    Invalid([u8; 2]),
}

impl<'a> Store<'a> {
    /// An empty one.
    pub fn new(bytes: &'a mut [u8; STORE_BYTES]) -> Self {
        Self { bytes, announced: 0, filled: 0 }
    }

    /// Expects so many bytes; false if there is no place for them, and then expects none.
    pub(crate) fn expect(&mut self, bytes: usize) -> bool {
        let fits = bytes <= STORE_BYTES;
        self.announced = if fits { bytes } else { 0 };
        self.filled = 0;
        fits
    }

    /// Takes digits. Those past the announced bytes have no place and are dropped; the reference wrote them anyway.
    pub(crate) fn fill(&mut self, digits: &[u8]) -> Filled {
        let (pairs, rest) = digits.as_chunks::<2>();
        if !rest.is_empty() {
            return Filled::Odd;
        }
        for pair in pairs {
            let Some(byte) = command::byte(*pair) else { return Filled::Invalid(*pair) };
            let Some(place) =
                self.bytes.get_mut(..self.announced).and_then(|bytes| bytes.get_mut(self.filled))
            else {
                return Filled::Partly;
            };
            *place = byte;
            self.filled += 1;
            if self.filled == self.announced {
                return Filled::Now;
            }
        }
        Filled::Partly
    }

    /// The bytes that came.
    pub(crate) fn loaded(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    /// As many bytes as were announced, whether they came or not.
    pub(crate) fn announced(&self) -> &[u8] {
        self.bytes.get(..self.announced).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_were_not_announced_are_dropped() {
        let mut bytes = [7; STORE_BYTES];
        let mut store = Store::new(&mut bytes);
        assert_eq!(store.fill(b"0102"), Filled::Partly);
        assert!(store.loaded().is_empty());
        assert!(store.expect(3));
        assert_eq!(store.fill(b"0102"), Filled::Partly);
        assert_eq!(store.fill(b"0304"), Filled::Now);
        assert_eq!(store.fill(b"05"), Filled::Partly);
        assert_eq!(store.loaded(), [1, 2, 3]);
        assert_eq!(bytes[3], 7);
    }

    #[test]
    fn the_largest_input_fits_and_one_byte_more_does_not() {
        let mut bytes = [0; STORE_BYTES];
        let mut store = Store::new(&mut bytes);
        assert!(store.expect(STORE_BYTES));
        (1..STORE_BYTES).for_each(|_| assert_eq!(store.fill(b"ff"), Filled::Partly));
        assert_eq!(store.fill(b"ff"), Filled::Now);
        assert!(!store.expect(STORE_BYTES + 1));
        assert!(store.announced().is_empty());
    }

    #[test]
    fn odd_and_invalid_digits_are_named() {
        let mut bytes = [0; STORE_BYTES];
        let mut store = Store::new(&mut bytes);
        assert!(store.expect(4));
        assert_eq!(store.fill(b"012"), Filled::Odd);
        assert_eq!(store.fill(b"01zz"), Filled::Invalid(*b"zz"));
        assert_eq!(store.loaded(), [1]);
    }
}
