//! Slices cut into pieces of one size.
//!
//! A layer's `new` lets no size of 0 through. The compiler can't know: none here divides, so that none can panic.

use core::mem::take;

/// Whole pieces of `size` elements; none if that is 0.
pub(crate) struct Pieces<S> {
    rest: S,
    size: usize,
}

/// Pieces of `size` elements.
#[inline]
pub(crate) fn pieces<T>(all: &[T], size: usize) -> Pieces<&[T]> {
    Pieces { rest: all, size }
}

/// Pieces of `size` elements, to be written.
#[inline]
pub(crate) fn pieces_mut<T>(all: &mut [T], size: usize) -> Pieces<&mut [T]> {
    Pieces { rest: all, size }
}

impl<'a, T> Iterator for Pieces<&'a [T]> {
    type Item = &'a [T];

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (piece, rest) = self.rest.split_at_checked(self.size)?;
        self.rest = rest;
        if piece.is_empty() { None } else { Some(piece) }
    }
}

impl<'a, T> Iterator for Pieces<&'a mut [T]> {
    type Item = &'a mut [T];

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (piece, rest) = take(&mut self.rest).split_at_mut_checked(self.size)?;
        self.rest = rest;
        if piece.is_empty() { None } else { Some(piece) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_whole_and_of_one_size() {
        assert!(pieces(&[1, 2, 3, 4, 5], 2).eq([&[1, 2], &[3, 4]]));
        assert_eq!(pieces(&[1, 2], 0).count(), 0);
        pieces_mut(&mut [1, 2, 3], 2).for_each(|piece| assert_eq!(piece, [1, 2]));
    }
}
