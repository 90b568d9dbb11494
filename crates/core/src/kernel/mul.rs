//! Product of two tensors: `out = round((a - zero_a) * (b - zero_b) * s_a * s_b / s_out) + zero_out`.

use super::add::{broadcast, elementwise};
use super::error::KernelError;
use super::quantization::{Activation, Clamp, Quantization};
use super::requantize::Requantizer;
use super::strided::Walk;

/// Shapes and scales of a product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MulSpec<'s> {
    /// Shapes of the two inputs; dimensions of size 1 are repeated.
    pub shapes: [&'s [usize]; 2],
    /// How the two inputs are stored.
    pub inputs: [Quantization; 2],
    /// How the output is stored.
    pub output: Quantization,
    /// What follows the product.
    pub activation: Activation,
}

/// A product, checked.
#[derive(Clone, Copy, Debug)]
pub struct Mul {
    walk: Walk<3>,
    lengths: [usize; 3],
    zero_points: [i32; 2],
    scale: Requantizer,
    output_zero_point: i32,
    clamp: Clamp,
}

impl Mul {
    /// A product.
    ///
    /// # Errors
    /// [`KernelError`] if the shapes can't be broadcast to each other or a scale is none.
    pub fn new(spec: &MulSpec<'_>) -> Result<Self, KernelError> {
        let [a, b] = spec.inputs;
        a.check("first input scale")?;
        b.check("second input scale")?;
        spec.output.check("output scale")?;
        let (walk, lengths) = broadcast(spec.shapes)?;
        Ok(Self {
            walk,
            lengths,
            zero_points: [a.zero(), b.zero()],
            scale: Requantizer::of_channel(a.scale, b.scale, spec.output.scale).checked("output scale")?,
            output_zero_point: spec.output.zero(),
            clamp: Clamp::of(spec.activation, spec.output),
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
        let [zero_a, zero_b] = self.zero_points;
        elementwise(&self.walk, self.lengths, first, second, output, |a, b| {
            let product = (i32::from(a) - zero_a) * (i32::from(b) - zero_b);
            self.clamp.apply(self.scale.apply(product).wrapping_add(self.output_zero_point))
        });
    }
}
