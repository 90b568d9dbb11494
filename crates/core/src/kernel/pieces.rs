//! Slices cut into pieces of one size.
//!
//! A layer's `new` lets no size of 0 through. The compiler can't know: at least 1 here leaves it no panic in `run`.

use core::slice::{ChunksExact, ChunksExactMut};

/// Pieces of `size` elements, at least 1.
#[inline]
pub(crate) fn pieces<T>(all: &[T], size: usize) -> ChunksExact<'_, T> {
    all.chunks_exact(size.max(1))
}

/// Pieces of `size` elements, at least 1, to be written.
#[inline]
pub(crate) fn pieces_mut<T>(all: &mut [T], size: usize) -> ChunksExactMut<'_, T> {
    all.chunks_exact_mut(size.max(1))
}
