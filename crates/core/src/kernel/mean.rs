//! Mean over axes: the sum less its zero points, scaled by `s_in / (count * s_out)`.

use super::error::{KernelError, elements};
use super::quantization::{Clamp, Quantization};
use super::requantize::Requantizer;
use super::strided::{MAX_RANK, Walk};

/// Shapes and scales of a mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanSpec<'s> {
    /// Shape of the input.
    pub shape: &'s [usize],
    /// For each dimension, whether the mean is taken over it.
    pub reduced: &'s [bool],
    /// How the input is stored.
    pub input: Quantization,
    /// How the output is stored.
    pub output: Quantization,
}

/// A mean, checked.
#[derive(Clone, Copy, Debug)]
pub struct Mean {
    /// Over the dimensions that stay.
    outputs: Walk<2>,
    /// Over the dimensions that are reduced.
    inputs: Walk<1>,
    lengths: [usize; 2],
    offset: i32,
    scale: Requantizer,
    output_zero_point: i32,
}

impl Mean {
    /// A mean.
    ///
    /// # Errors
    /// [`KernelError`] if there are more than [`MAX_RANK`] dimensions, if one is empty, or if more than 2^23 elements
    /// are reduced to one.
    pub fn new(spec: &MeanSpec<'_>) -> Result<Self, KernelError> {
        let rank = spec.shape.len();
        spec.input.check("input scale")?;
        spec.output.check("output scale")?;
        KernelError::limit("dimensions", rank, 0, MAX_RANK)?;
        KernelError::length("reduced", spec.reduced.len(), rank)?;
        let input_len = elements("shape", spec.shape)?;
        let mut kept = [(1, 0, 0); MAX_RANK];
        let mut gone = [(1, 0); MAX_RANK];
        let (mut stride, mut output_len, mut count) = (1_usize, 1_usize, 1_usize);
        let dims = spec.shape.iter().zip(spec.reduced).rev();
        let places = kept.iter_mut().zip(&mut gone).take(rank).rev();
        for ((size, reduced), (kept, gone)) in dims.zip(places) {
            if *reduced {
                *gone = (*size, stride.cast_signed());
                count *= size;
            } else {
                *kept = (*size, stride.cast_signed(), output_len.cast_signed());
                output_len *= size;
            }
            stride *= size;
        }
        KernelError::limit("reduced elements", count, 1, 1 << 23)?;
        let outputs = Walk::new(
            &kept.map(|(size, ..)| size),
            [0; 2],
            [&kept.map(|(_, input, _)| input), &kept.map(|(.., output)| output)],
        )?;
        let inputs = Walk::new(&gone.map(|(size, _)| size), [0], [&gone.map(|(_, stride)| stride)])?;
        let scale = Requantizer::from_real(f64::from(spec.input.scale) / f64::from(spec.output.scale));
        Ok(Self {
            outputs,
            inputs,
            lengths: [input_len, output_len],
            offset: i32::try_from(count).unwrap_or(i32::MAX).wrapping_mul(spec.input.zero()),
            scale: scale.checked("output scale")?.divided(count)?,
            output_zero_point: spec.output.zero(),
        })
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
        let (Some(input), Some(output)) = (input.get(..input_len), output.get_mut(..output_len)) else {
            return;
        };
        self.outputs.rows(|[from, to], [from_stride, to_stride], count| {
            let (mut from, mut to) = (from, to);
            for _ in 0..count {
                if let Some(output) = output.get_mut(to) {
                    *output = self.mean(input.get(from..).unwrap_or_default());
                }
                from = from.wrapping_add_signed(from_stride);
                to = to.wrapping_add_signed(to_stride);
            }
        });
    }

    fn mean(&self, input: &[i8]) -> i8 {
        let mut sum = 0_i32;
        self.inputs.rows(|[from], [stride], count| {
            let row = input.get(from..).unwrap_or_default().iter().step_by(stride.unsigned_abs().max(1));
            sum = row.take(count).fold(sum, |sum, x| sum.wrapping_add((*x).into()));
        });
        let scaled = self.scale.apply(sum.wrapping_sub(self.offset));
        Clamp::FULL.apply(scaled.wrapping_add(self.output_zero_point))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_taken_over_the_named_axes() {
        let q = Quantization { scale: 0.5, zero_point: 0 };
        let spec = MeanSpec { shape: &[2, 3, 2], reduced: &[false, true, false], input: q, output: q };
        let mean = Mean::new(&spec).unwrap();
        let mut output = [0; 4];
        mean.run(&[1, 10, 2, 20, 3, 30, -1, -10, -2, -20, -3, -30], &mut output);
        assert_eq!(output, [2, 20, -2, -20]);
    }
}
