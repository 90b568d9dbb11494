//! Sum and difference of two tensors of different scales.
//!
//! ```text
//! a' = round((a - zero_a) * 2^20 * s_a / (2 * max(s_a, s_b)));  b' likewise
//! out = round((a' + b') * 2 * max(s_a, s_b) / (2^20 * s_out)) + zero_out
//! ```

use super::arch;
use super::error::KernelError;
use super::quantization::{Activation, Clamp, Quantization};
use super::requantize::Requantizer;
use super::strided::{MAX_RANK, Walk, broadcast_shape, broadcast_strides};

/// Bits by which inputs are shifted before they are scaled.
const LEFT_SHIFT: u32 = 20;
/// Twice what undoes the shift.
const UNIT: f32 = 2.0 / (1 << LEFT_SHIFT) as f32;

/// Shapes and scales of a sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AddSpec<'s> {
    /// Shapes of the two inputs; dimensions of size 1 are repeated.
    pub shapes: [&'s [usize]; 2],
    /// How the two inputs are stored.
    pub inputs: [Quantization; 2],
    /// How the output is stored.
    pub output: Quantization,
    /// What follows the sum.
    pub activation: Activation,
    /// The difference instead: the first less the second.
    pub subtract: bool,
}

/// A sum, checked.
#[derive(Clone, Copy, Debug)]
pub struct Add {
    walk: Walk<3>,
    lengths: [usize; 3],
    sum: Sum,
}

/// The numbers of a sum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    pub(crate) zero_points: [i32; 2],
    /// At most 1/2 each, one of them 1/2.
    pub(crate) scales: [Requantizer; 2],
    /// The difference instead.
    pub(crate) subtract: bool,
    pub(crate) output_scale: Requantizer,
    pub(crate) output_zero_point: i32,
    pub(crate) clamp: Clamp,
}

impl Sum {
    /// The output for an element of each input.
    #[inline(always)]
    pub(crate) fn output(self, a: i8, b: i8) -> i8 {
        let ([zero_a, zero_b], [scale_a, scale_b]) = (self.zero_points, self.scales);
        // Both inputs have 8 + 1 + 20 bits, both scales are at most 1/2: the sum has 30 bits at most.
        let a = scale_a.apply_small((i32::from(a) - zero_a) << LEFT_SHIFT);
        let b = scale_b.apply_small((i32::from(b) - zero_b) << LEFT_SHIFT);
        let sum = if self.subtract { a - b } else { a + b };
        self.clamp.apply(self.output_scale.apply_small(sum) + self.output_zero_point)
    }
}

impl Add {
    /// A sum.
    ///
    /// # Errors
    /// [`KernelError`] if the shapes can't be broadcast to each other, or if the output's scale is so small that the
    /// sum would have to be enlarged.
    pub fn new(spec: &AddSpec<'_>) -> Result<Self, KernelError> {
        let [a, b] = spec.inputs;
        a.check("first input scale")?;
        b.check("second input scale")?;
        spec.output.check("output scale")?;
        let greater = a.scale.max(b.scale);
        let scale = |input: Quantization| Requantizer::of_channel(input.scale, 0.5, greater);
        let output_scale =
            Requantizer::of_channel(greater, UNIT, spec.output.scale).checked("output scale")?;
        if output_scale.shift() > 0 {
            return Err(KernelError::Scale { field: "output scale" });
        }
        let (walk, lengths) = broadcast(spec.shapes)?;
        Ok(Self {
            walk,
            lengths,
            sum: Sum {
                zero_points: [a.zero(), b.zero()],
                scales: [scale(a), scale(b)],
                subtract: spec.subtract,
                output_scale,
                output_zero_point: spec.output.zero(),
                clamp: Clamp::of(spec.activation, spec.output),
            },
        })
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        let [.., output] = self.lengths;
        output
    }

    /// One inference of the layer.
    pub fn run(&self, first: &[i8], second: &[i8], output: &mut [i8]) {
        let sum = self.sum;
        let one = |a: i8, b: i8| sum.output(a, b);
        let len = self.output_len();
        if self.lengths != [len; 3] {
            return elementwise(&self.walk, self.lengths, first, second, output, one);
        }
        // Nothing is repeated: the elements of all three lie alike.
        let (Some(first), Some(second), Some(output)) =
            (first.get(..len), second.get(..len), output.get_mut(..len))
        else {
            return;
        };
        let done = arch::add(&sum, first, second, output);
        let rest = output.iter_mut().zip(first).zip(second).skip(done);
        rest.for_each(|((to, a), b)| *to = one(*a, *b));
    }
}

/// The walk through two inputs and the output, and their lengths.
pub(crate) fn broadcast([a, b]: [&[usize]; 2]) -> Result<(Walk<3>, [usize; 3]), KernelError> {
    let (shape, rank) = broadcast_shape(a, b)?;
    let shape = shape.get(..rank).unwrap_or_default();
    let strides = [
        broadcast_strides("first input", a, shape)?,
        broadcast_strides("second input", b, shape)?,
        broadcast_strides("output", shape, shape)?,
    ];
    let [x, y, z] =
        strides.each_ref().map(|strides: &[isize; MAX_RANK]| strides.get(..rank).unwrap_or_default());
    let walk = Walk::new(shape, [0; 3], [x, y, z])?;
    let length = |dims: &[usize]| dims.iter().product();
    Ok((walk, [length(a), length(b), length(shape)]))
}

/// `output = function(first, second)` for each element.
#[inline]
pub(crate) fn elementwise(
    walk: &Walk<3>,
    [first_len, second_len, output_len]: [usize; 3],
    first: &[i8],
    second: &[i8],
    output: &mut [i8],
    function: impl Fn(i8, i8) -> i8,
) {
    let (Some(first), Some(second), Some(output)) =
        (first.get(..first_len), second.get(..second_len), output.get_mut(..output_len))
    else {
        return;
    };
    walk.rows(|[a, b, c], [step_a, step_b, _], count| {
        let output = output.get_mut(c..c + count).unwrap_or_default();
        let (a, b) = (first.get(a..).unwrap_or_default(), second.get(b..).unwrap_or_default());
        match (step_a, step_b, a, b) {
            (0, _, [a, ..], b) => {
                output.iter_mut().zip(b).for_each(|(to, b)| *to = function(*a, *b));
            }
            (_, 0, a, [b, ..]) => {
                output.iter_mut().zip(a).for_each(|(to, a)| *to = function(*a, *b));
            }
            _ => output.iter_mut().zip(a).zip(b).for_each(|((to, a), b)| *to = function(*a, *b)),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(scale: f32, zero_point: i8) -> Quantization {
        Quantization { scale, zero_point }
    }

    #[test]
    fn a_sum_and_a_difference_in_one_scale() {
        let spec = |subtract| AddSpec {
            shapes: [&[2, 2], &[2]],
            inputs: [q(0.5, 1), q(0.25, -1)],
            output: q(0.5, 0),
            activation: Activation::None,
            subtract,
        };
        let mut output = [0; 4];
        Add::new(&spec(false)).unwrap().run(&[1, 3, 5, 127], &[3, 5], &mut output);
        assert_eq!(output, [2, 5, 6, 127]); // 0 + 1, 1 + 1.5, 2 + 1, 63 + 1.5 saturates at 63.5
        Add::new(&spec(true)).unwrap().run(&[1, 3, 5, 127], &[3, 5], &mut output);
        assert_eq!(output, [-2, -1, 2, 123]);
    }
}
