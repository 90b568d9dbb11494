//! Elements copied from one layout to another: transpose, slice, split, concatenate, pad, broadcast.

use super::error::{KernelError, LARGEST, elements};

/// Most dimensions of a tensor that is copied or broadcast.
pub const MAX_RANK: usize = 8;

/// `to[to_start + sum i_d * to_stride_d] = from[from_start + sum i_d * from_stride_d]` over a box of indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StridedCopy {
    walk: Walk<2>,
}

impl StridedCopy {
    /// A copy of a box of the given shape; strides and starts are in elements.
    ///
    /// # Errors
    /// [`KernelError`] if there are more than [`MAX_RANK`] dimensions, if one is empty, or if the slices of strides
    /// have another length.
    pub fn new(shape: &[usize], from: (usize, &[isize]), to: (usize, &[isize])) -> Result<Self, KernelError> {
        Ok(Self { walk: Walk::new(shape, [from.0, to.0], [from.1, to.1])? })
    }

    /// Copies. What lies outside `from` or `to` is skipped.
    pub fn run(&self, from: &[i8], to: &mut [i8]) {
        self.walk.rows(|[from_start, to_start], [from_stride, to_stride], count| {
            if from_stride == 1 && to_stride == 1 {
                let from = from.get(from_start..).and_then(|from| from.get(..count));
                let to = to.get_mut(to_start..).and_then(|to| to.get_mut(..count));
                if let (Some(from), Some(to)) = (from, to) {
                    to.copy_from_slice(from);
                }
                return;
            }
            let (mut from_place, mut to_place) = (from_start, to_start);
            for _ in 0..count {
                if let (Some(from), Some(to)) = (from.get(from_place), to.get_mut(to_place)) {
                    *to = *from;
                }
                from_place = from_place.wrapping_add_signed(from_stride);
                to_place = to_place.wrapping_add_signed(to_stride);
            }
        });
    }
}

/// A walk through `N` tensors in step, over a box of indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Walk<const N: usize> {
    shape: [usize; MAX_RANK],
    rank: usize,
    start: [usize; N],
    strides: [[isize; N]; MAX_RANK],
}

impl<const N: usize> Walk<N> {
    pub(crate) fn new(
        shape: &[usize],
        start: [usize; N],
        strides: [&[isize]; N],
    ) -> Result<Self, KernelError> {
        KernelError::limit("dimensions", shape.len(), 0, MAX_RANK)?;
        elements("shape", shape)?;
        let mut walk = Self { shape: [1; MAX_RANK], rank: 0, start, strides: [[0; N]; MAX_RANK] };
        for strides in strides {
            KernelError::length("strides", strides.len(), shape.len())?;
        }
        for (index, size) in shape.iter().enumerate() {
            if *size == 1 {
                continue;
            }
            let stride = strides.map(|strides| strides.get(index).copied().unwrap_or(0));
            walk.push(*size, stride);
        }
        Ok(walk)
    }

    /// Adds an inner dimension, joined with the one outside it where all tensors run on.
    fn push(&mut self, size: usize, stride: [isize; N]) {
        let outer = self.rank.checked_sub(1);
        let last = outer.and_then(|outer| Some((self.shape.get_mut(outer)?, self.strides.get_mut(outer)?)));
        if let (Some((outer_size, outer_stride)), Ok(length)) = (last, isize::try_from(size)) {
            let joined = outer_stride
                .iter()
                .zip(&stride)
                .all(|(outer, inner)| inner.checked_mul(length) == Some(*outer));
            if joined {
                *outer_size *= size;
                *outer_stride = stride;
                return;
            }
        }
        if let (Some(to), Some(strides)) = (self.shape.get_mut(self.rank), self.strides.get_mut(self.rank)) {
            (*to, *strides) = (size, stride);
            self.rank += 1;
        }
    }

    /// Calls `each` with the start, the stride and the length of each innermost row.
    #[inline]
    pub(crate) fn rows(&self, mut each: impl FnMut([usize; N], [isize; N], usize)) {
        let inner = self.rank.saturating_sub(1);
        let count = self.shape.get(inner).copied().unwrap_or(1);
        let stride = self.strides.get(inner).copied().unwrap_or([0; N]);
        let mut index = [0_usize; MAX_RANK];
        let mut place = self.start;
        loop {
            each(place, stride, count);
            let outer = index.iter_mut().zip(&self.shape).zip(&self.strides).take(inner).rev();
            let mut done = true;
            for ((index, size), stride) in outer {
                *index += 1;
                step(&mut place, stride, 1);
                if *index < *size {
                    done = false;
                    break;
                }
                step(&mut place, stride, size.wrapping_neg().cast_signed());
                *index = 0;
            }
            if done {
                return;
            }
        }
    }
}

fn step<const N: usize>(place: &mut [usize; N], stride: &[isize; N], times: isize) {
    for (place, stride) in place.iter_mut().zip(stride) {
        *place = place.wrapping_add_signed(stride.wrapping_mul(times));
    }
}

/// The strides of a tensor that is broadcast to `shape`: aligned at the innermost dimension, 0 where it has size 1.
pub(crate) fn broadcast_strides(
    field: &'static str,
    own: &[usize],
    shape: &[usize],
) -> Result<[isize; MAX_RANK], KernelError> {
    KernelError::limit("dimensions", shape.len(), 0, MAX_RANK)?;
    elements(field, own)?;
    let mut strides = [0; MAX_RANK];
    let missing = shape.len().checked_sub(own.len()).ok_or(KernelError::Mismatch { field })?;
    let mut stride = 1_usize;
    let own_last = own.iter().rev();
    let shape_last = shape.iter().skip(missing).rev();
    let strides_last = strides.iter_mut().take(shape.len()).skip(missing).rev();
    for ((own, size), to) in own_last.zip(shape_last).zip(strides_last) {
        if *own == *size {
            *to = isize::try_from(stride).unwrap_or(0);
        } else if *own != 1 {
            return Err(KernelError::Mismatch { field });
        }
        stride = stride.checked_mul(*own).filter(|stride| *stride <= LARGEST).unwrap_or(LARGEST);
    }
    Ok(strides)
}

/// The shape that two broadcast shapes give.
pub(crate) fn broadcast_shape(a: &[usize], b: &[usize]) -> Result<([usize; MAX_RANK], usize), KernelError> {
    let rank = a.len().max(b.len());
    KernelError::limit("dimensions", rank, 0, MAX_RANK)?;
    let mut shape = [1; MAX_RANK];
    let from_end = |dims: &[usize], place: usize| {
        dims.len().checked_sub(place + 1).and_then(|index| dims.get(index)).copied().unwrap_or(1)
    };
    for (place, to) in shape.iter_mut().take(rank).rev().enumerate() {
        let (x, y) = (from_end(a, place), from_end(b, place));
        if x != y && x != 1 && y != 1 {
            return Err(KernelError::Mismatch { field: "input shapes" });
        }
        *to = x.max(y);
    }
    Ok((shape, rank))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transpose_is_a_copy_with_exchanged_strides() {
        let copy = StridedCopy::new(&[3, 2], (0, &[1, 3]), (0, &[2, 1])).unwrap();
        let mut to = [0; 6];
        copy.run(&[1, 2, 3, 4, 5, 6], &mut to);
        assert_eq!(to, [1, 4, 2, 5, 3, 6]);
    }

    #[test]
    fn dimensions_that_run_on_are_walked_as_one() {
        let walk = Walk::new(&[2, 1, 3, 4], [0], [&[12, 12, 4, 1]]).unwrap();
        assert_eq!((walk.rank, walk.shape[0]), (1, 24));
        let reversed = StridedCopy::new(&[4], (3, &[-1]), (0, &[1])).unwrap();
        let mut to = [0; 4];
        reversed.run(&[1, 2, 3, 4], &mut to);
        assert_eq!(to, [4, 3, 2, 1]);
    }

    #[test]
    fn a_broadcast_repeats_dimensions_of_size_one() {
        assert_eq!(broadcast_shape(&[6, 1, 3], &[5, 1]).unwrap(), ([6, 5, 3, 1, 1, 1, 1, 1], 3));
        assert!(broadcast_shape(&[2, 3], &[2]).is_err());
        assert_eq!(broadcast_strides("input", &[5, 1], &[6, 5, 3]).unwrap()[..3], [0, 1, 0]);
    }
}
