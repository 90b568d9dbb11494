//! Tensors one after the other along an axis. All share scale and zero point with the output.

use super::error::{KernelError, elements};
use super::pieces::{pieces, pieces_mut};

/// A concatenation, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concat {
    /// Product of the dimensions before the axis.
    outer: usize,
    /// Elements of the output from the axis inward.
    inner: usize,
}

impl Concat {
    /// A concatenation along `axis` that gives `output_shape`.
    ///
    /// # Errors
    /// [`KernelError`] if there is no such axis, or if a dimension is empty.
    pub fn new(output_shape: &[usize], axis: usize) -> Result<Self, KernelError> {
        KernelError::limit("axis", axis, 0, output_shape.len().saturating_sub(1))?;
        elements("output shape", output_shape)?;
        let (outer, inner) = output_shape.split_at_checked(axis).unwrap_or_default();
        Ok(Self { outer: outer.iter().product(), inner: inner.iter().product() })
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        self.outer * self.inner
    }

    /// One inference of the layer.
    pub fn run(&self, inputs: &[&[i8]], output: &mut [i8]) {
        inputs.iter().fold(0, |place, input| self.place(place, input, output));
    }

    /// Copies one input behind the `place` elements that each outer index has already; gives the next place.
    pub fn place(&self, place: usize, input: &[i8], output: &mut [i8]) -> usize {
        let each = input.len().checked_div(self.outer).unwrap_or(0);
        if each == 0 || output.len() < self.output_len() {
            return place;
        }
        for (from, to) in pieces(input, each).zip(pieces_mut(output, self.inner)) {
            if let Some(to) = to.get_mut(place..).and_then(|to| to.get_mut(..from.len())) {
                to.copy_from_slice(from);
            }
        }
        place + each
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_follow_each_other_along_the_axis() {
        let concat = Concat::new(&[2, 3], 1).unwrap();
        let mut output = [0; 6];
        concat.run(&[&[1, 2], &[3, 4, 5, 6]], &mut output);
        assert_eq!(output, [1, 3, 4, 2, 5, 6]);
        assert!(Concat::new(&[2, 3], 2).is_err());
    }
}
