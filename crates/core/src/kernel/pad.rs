//! A border of one value around a tensor.

use super::error::{KernelError, LARGEST, elements};
use super::strided::{MAX_RANK, StridedCopy};

/// Shapes of a padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PadSpec<'s> {
    /// Shape of the input.
    pub shape: &'s [usize],
    /// Elements before and after, a dimension.
    pub padding: &'s [[usize; 2]],
    /// What the border holds: the zero point, for zeros.
    pub value: i8,
}

/// A padding, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pad {
    copy: StridedCopy,
    lengths: [usize; 2],
    value: i8,
}

impl Pad {
    /// A padding.
    ///
    /// # Errors
    /// [`KernelError`] if there are more than [`MAX_RANK`] dimensions, or another number of paddings than dimensions.
    pub fn new(spec: &PadSpec<'_>) -> Result<Self, KernelError> {
        let rank = spec.shape.len();
        KernelError::limit("dimensions", rank, 0, MAX_RANK)?;
        KernelError::length("padding", spec.padding.len(), rank)?;
        let input_len = elements("shape", spec.shape)?;
        let (mut from, mut to, mut start) = ([0_isize; MAX_RANK], [0_isize; MAX_RANK], 0_usize);
        let (mut from_stride, mut to_stride) = (1_usize, 1_usize);
        let strides = from.iter_mut().zip(&mut to).take(rank).rev();
        let dims = spec.shape.iter().zip(spec.padding).rev();
        for ((size, [before, after]), (from, to)) in dims.zip(strides) {
            KernelError::limit("padding", *before, 0, LARGEST)?;
            KernelError::limit("padding", *after, 0, LARGEST)?;
            (*from, *to) = (from_stride.cast_signed(), to_stride.cast_signed());
            start += before * to_stride;
            from_stride *= size;
            to_stride = to_stride
                .checked_mul(before + size + after)
                .filter(|length| *length <= LARGEST)
                .ok_or(KernelError::TooLarge { field: "output" })?;
        }
        let copy = StridedCopy::new(
            spec.shape,
            (0, from.get(..rank).unwrap_or_default()),
            (start, to.get(..rank).unwrap_or_default()),
        )?;
        Ok(Self { copy, lengths: [input_len, to_stride], value: spec.value })
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        let [_, output] = self.lengths;
        output
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8]) {
        let [input_len, output_len] = self.lengths;
        if let (Some(input), Some(output)) = (input.get(..input_len), output.get_mut(..output_len)) {
            output.fill(self.value);
            self.copy.run(input, output);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_border_surrounds_the_input() {
        let pad = Pad::new(&PadSpec { shape: &[2, 1], padding: &[[1, 0], [1, 2]], value: 9 }).unwrap();
        let mut output = [0; 12];
        pad.run(&[1, 2], &mut output);
        assert_eq!(output, [9, 9, 9, 9, 9, 1, 9, 9, 9, 2, 9, 9]);
    }
}
