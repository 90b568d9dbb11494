//! Functions of one element: relu and its kin, leaky relu, logistic, tanh, change of scale; direct or by a table.

use super::error::KernelError;
use super::fixed_point;
use super::quantization::{Activation, Clamp, Quantization};
use super::requantize::{Requantizer, rounding_shift};

/// A function of one element, checked.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    zero_point: i32,
    output_zero_point: i32,
    clamp: Clamp,
    shape: Shape,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    /// One scale.
    Linear(Requantizer),
    /// A scale from the zero point up and one below it, the latter of a negative number where `negative`.
    Bent {
        above: Requantizer,
        below: Requantizer,
        negative: bool,
    },
    /// Fixed point with 4 integer bits; beyond the radius the function is at its limit.
    Logistic {
        scale: FixedScale,
    },
    Tanh {
        scale: FixedScale,
    },
}

/// The scale of an input to 4 integer and 27 fractional bits.
#[derive(Clone, Copy, Debug)]
struct FixedScale {
    scale: Requantizer,
    radius: i32,
}

const INTEGER_BITS: u32 = 4;

impl FixedScale {
    fn new(input: Quantization) -> Result<Self, KernelError> {
        let field = "input scale";
        input.check(field)?;
        let real = f64::from(input.scale) * f64::from(1_u32 << (31 - INTEGER_BITS));
        let scale = Requantizer::from_real(real).checked(field)?;
        let left_shift = u32::try_from(scale.shift()).map_err(|_| KernelError::Scale { field })?;
        let radius = ((1_i64 << INTEGER_BITS) - 1) << (31 - INTEGER_BITS) >> left_shift;
        Ok(Self { scale, radius: i32::try_from(radius).unwrap_or(i32::MAX) })
    }

    /// The value in fixed point, or the limit it is beyond.
    fn apply(self, value: i32) -> Result<i32, i8> {
        if value <= -self.radius {
            Err(i8::MIN)
        } else if value >= self.radius {
            Err(i8::MAX)
        } else {
            Ok(self.scale.apply(value))
        }
    }
}

impl Function {
    /// Another scale and zero point, and limits: `QUANTIZE` from int8 to int8, relu, relu6, `relu_n1_to_1`.
    ///
    /// # Errors
    /// [`KernelError::Scale`] if a scale is none.
    pub fn rescale(
        input: Quantization,
        output: Quantization,
        activation: Activation,
    ) -> Result<Self, KernelError> {
        input.check("input scale")?;
        output.check("output scale")?;
        // The quotient is taken in f64 by QUANTIZE and in f32 by the relus.
        let real = match activation {
            Activation::None => f64::from(input.scale) / f64::from(output.scale),
            _ => f64::from(input.scale / output.scale),
        };
        let shape = Shape::Linear(Requantizer::from_real(real).checked("output scale")?);
        Ok(Self::new(input, output, Clamp::of(activation, output), shape))
    }

    /// `x` for positive `x`, `alpha * x` for negative.
    ///
    /// # Errors
    /// [`KernelError::Scale`] if a scale is none.
    pub fn leaky_relu(input: Quantization, output: Quantization, alpha: f32) -> Result<Self, KernelError> {
        input.check("input scale")?;
        output.check("output scale")?;
        let above = Requantizer::from_real(f64::from(input.scale / output.scale)).checked("output scale")?;
        let below = f64::from(input.scale * alpha / output.scale);
        let (below, negative) = (Requantizer::from_real(libm::fabs(below)).checked("alpha")?, below < 0.0);
        Ok(Self::new(input, output, Clamp::FULL, Shape::Bent { above, below, negative }))
    }

    /// `1 / (1 + exp(-x))`; the output's scale is 1/256, its zero point -128.
    ///
    /// # Errors
    /// [`KernelError::Scale`] if the scale is below 2^-27 or above 2^3.
    pub fn logistic(input: Quantization) -> Result<Self, KernelError> {
        let output = Quantization { scale: 1.0 / 256.0, zero_point: -128 };
        Ok(Self::new(input, output, Clamp::FULL, Shape::Logistic { scale: FixedScale::new(input)? }))
    }

    /// `tanh(x)`; the output's scale is 1/128, its zero point 0.
    ///
    /// # Errors
    /// [`KernelError::Scale`] if the scale is below 2^-27 or above 2^3.
    pub fn tanh(input: Quantization) -> Result<Self, KernelError> {
        let output = Quantization { scale: 1.0 / 128.0, zero_point: 0 };
        Ok(Self::new(input, output, Clamp::FULL, Shape::Tanh { scale: FixedScale::new(input)? }))
    }

    fn new(input: Quantization, output: Quantization, clamp: Clamp, shape: Shape) -> Self {
        Self { zero_point: input.zero(), output_zero_point: output.zero(), clamp, shape }
    }

    /// The function's value for one element.
    #[must_use]
    pub fn apply(&self, x: i8) -> i8 {
        let value = i32::from(x) - self.zero_point;
        let result = match self.shape {
            Shape::Linear(scale) => scale.apply(value),
            Shape::Bent { above, .. } if value >= 0 => above.apply(value),
            Shape::Bent { below, negative: false, .. } => below.apply(value),
            Shape::Bent { below, .. } => below.apply(value).wrapping_neg(),
            Shape::Logistic { scale } => match scale.apply(value) {
                Ok(fixed) => rounding_shift(fixed_point::logistic(fixed), 31 - 8),
                Err(limit) => return limit,
            },
            Shape::Tanh { scale } => match scale.apply(value) {
                Ok(fixed) => rounding_shift(fixed_point::tanh(fixed), 31 - 7),
                Err(limit) => return limit,
            },
        };
        self.clamp.apply(result.wrapping_add(self.output_zero_point))
    }

    /// One inference of the layer, each element computed. From some 256 elements on a [`Table`] is faster.
    pub fn run(&self, input: &[i8], output: &mut [i8]) {
        output.iter_mut().zip(input).for_each(|(to, from)| *to = self.apply(*from));
    }

    /// The function as a table.
    #[must_use]
    pub fn table(&self) -> Table {
        let mut table = Table { values: [0; 256] };
        for (x, value) in (0..=u8::MAX).zip(&mut table.values) {
            *value = self.apply(x.cast_signed());
        }
        table
    }
}

/// A function of one element, its 256 values computed before: 256 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Indexed by the element's bits.
    values: [i8; 256],
}

impl Table {
    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8]) {
        for (to, from) in output.iter_mut().zip(input) {
            *to = self.values.get(usize::from(from.cast_unsigned())).copied().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(scale: f32, zero_point: i8) -> Quantization {
        Quantization { scale, zero_point }
    }

    #[test]
    fn a_table_is_the_function() {
        let functions = [
            Function::rescale(q(0.1, 3), q(0.07, -5), Activation::None).unwrap(),
            Function::rescale(q(0.1, 3), q(0.1, 3), Activation::Relu6).unwrap(),
            Function::leaky_relu(q(0.1, 3), q(0.07, -5), 0.3).unwrap(),
            Function::leaky_relu(q(0.1, 3), q(0.07, -5), -0.3).unwrap(),
            Function::logistic(q(0.05, 10)).unwrap(),
            Function::tanh(q(0.02, -7)).unwrap(),
        ];
        let input: std::vec::Vec<i8> = (i8::MIN..=i8::MAX).collect();
        for function in functions {
            let (mut direct, mut table) = ([0; 256], [1; 256]);
            function.run(&input, &mut direct);
            function.table().run(&input, &mut table);
            assert_eq!(direct, table, "{function:?}");
        }
    }

    #[test]
    fn the_functions_are_near_the_real_ones() {
        let input = q(0.05, 10);
        let (logistic, tanh) = (Function::logistic(input).unwrap(), Function::tanh(input).unwrap());
        for x in i8::MIN..=i8::MAX {
            let real = f64::from(input.scale) * (f64::from(x) - 10.0);
            let expected = (256.0 / (1.0 + (-real).exp()) - 128.0).clamp(-128.0, 127.0);
            assert!((f64::from(logistic.apply(x)) - expected).abs() <= 0.51, "logistic({real})");
            let expected = (128.0 * real.tanh()).clamp(-128.0, 127.0);
            assert!((f64::from(tanh.apply(x)) - expected).abs() <= 0.51, "tanh({real})");
        }
    }

    #[test]
    fn a_scale_that_leaves_no_bits_is_refused() {
        assert!(Function::tanh(q(1e-9, 0)).is_err());
        assert!(Function::logistic(q(f32::NAN, 0)).is_err());
        assert!(Function::rescale(q(0.1, 0), q(0.0, 0), Activation::None).is_err());
    }
}
