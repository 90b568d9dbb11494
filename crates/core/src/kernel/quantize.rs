//! The ends of a network: real numbers to int8 and back. The only layers with floats in `run`.

use super::error::KernelError;
use super::quantization::{Clamp, Quantization};

/// Real numbers to int8: `round(x / scale) + zero_point`, ties away from zero, within -128 to 127.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantize {
    output: Quantization,
}

impl Quantize {
    /// To the given scale and zero point.
    ///
    /// # Errors
    /// [`KernelError::Scale`] if the scale is none.
    pub fn new(output: Quantization) -> Result<Self, KernelError> {
        output.check("output scale")?;
        Ok(Self { output })
    }

    /// One element. What is no number gives the zero point.
    #[must_use]
    pub fn apply(&self, x: f32) -> i8 {
        Clamp::FULL.apply(self.output.quantized(x))
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[f32], output: &mut [i8]) {
        output.iter_mut().zip(input).for_each(|(to, from)| *to = self.apply(*from));
    }
}

/// int8 to real numbers: `scale * (x - zero_point)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dequantize {
    input: Quantization,
}

impl Dequantize {
    /// From the given scale and zero point.
    ///
    /// # Errors
    /// [`KernelError::Scale`] if the scale is none.
    pub fn new(input: Quantization) -> Result<Self, KernelError> {
        input.check("input scale")?;
        Ok(Self { input })
    }

    /// One element.
    #[must_use]
    pub fn apply(&self, x: i8) -> f32 {
        // A difference of two i8 is exact in i16 and in f32.
        self.input.scale * f32::from(i16::from(x) - i16::from(self.input.zero_point))
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [f32]) {
        output.iter_mut().zip(input).for_each(|(to, from)| *to = self.apply(*from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_there_and_back_and_what_does_not_fit_saturates() {
        let q = Quantization { scale: 0.5, zero_point: -2 };
        let (to, back) = (Quantize::new(q).unwrap(), Dequantize::new(q).unwrap());
        assert_eq!([0.0, 0.25, -0.25, 1e9, -1e9, f32::NAN].map(|x| to.apply(x)), [-2, -1, -3, 127, -128, -2]);
        assert_eq!([-2, -1, 127].map(|x| back.apply(x).to_bits()), [0.0_f32, 0.5, 64.5].map(f32::to_bits));
    }
}
