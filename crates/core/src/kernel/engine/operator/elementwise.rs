//! Layers that work on each element by itself: sums, products, functions, changes of scale.

use super::{Engine, EngineError, Memory};
use crate::kernel::arch::bytes::{signed, signed_mut};
use crate::kernel::engine::operands::{Operands, bytes_of};
use crate::kernel::{
    Activation, Add, AddSpec, Dequantize, Function, KernelError, Mul, MulSpec, Quantization, Quantize,
};
use crate::model::tflite::{Builtin, TensorType};

/// Elements from which a table of 256 values takes less time than computing each.
const TABLE_PAYS: usize = 256;

impl<'a> Engine<'a> {
    pub(super) fn add(
        &self,
        at: &Operands<'a>,
        subtract: bool,
        memory: Memory<'_>,
    ) -> Result<usize, EngineError> {
        let activation =
            if subtract { at.operator.sub_activation()? } else { at.operator.add_activation()? };
        let (a, b, y) = (at.int8_input(0)?, at.int8_input(1)?, at.int8_output()?);
        let (a_dims, b_dims) = (at.dims(&a)?, at.dims(&b)?);
        let spec = AddSpec {
            shapes: [a_dims.as_slice(), b_dims.as_slice()],
            inputs: [at.quantization(&a)?, at.quantization(&b)?],
            output: at.quantization(&y)?,
            activation: at.activation(activation)?,
            subtract,
        };
        let layer = Add::new(&spec).map_err(|cause| at.layer(cause))?;
        self.fits(at, 1, 1, layer.output_len() == bytes_of(&y)?)?;
        self.on_arena(at, [&a, &b], &y, memory, |[a, b], output, _| {
            layer.run(signed(a), signed(b), signed_mut(output));
        })?;
        Ok(0)
    }

    pub(super) fn mul(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let (a, b, y) = (at.int8_input(0)?, at.int8_input(1)?, at.int8_output()?);
        let (a_dims, b_dims) = (at.dims(&a)?, at.dims(&b)?);
        let spec = MulSpec {
            shapes: [a_dims.as_slice(), b_dims.as_slice()],
            inputs: [at.quantization(&a)?, at.quantization(&b)?],
            output: at.quantization(&y)?,
            activation: at.activation(at.operator.mul_activation()?)?,
        };
        let layer = Mul::new(&spec).map_err(|cause| at.layer(cause))?;
        self.fits(at, 1, 1, layer.output_len() == bytes_of(&y)?)?;
        self.on_arena(at, [&a, &b], &y, memory, |[a, b], output, _| {
            layer.run(signed(a), signed(b), signed_mut(output));
        })?;
        Ok(0)
    }

    pub(super) fn function(
        &self,
        at: &Operands<'a>,
        function: impl FnOnce(Quantization, Quantization) -> Result<Function, KernelError>,
        memory: Memory<'_>,
    ) -> Result<usize, EngineError> {
        let (x, y) = (at.int8_input(0)?, at.int8_output()?);
        match at.builtin {
            Builtin::LOGISTIC => self.fixed_output(at, &y, 1.0 / 256.0, -128)?,
            Builtin::TANH => self.fixed_output(at, &y, 1.0 / 128.0, 0)?,
            _ => {}
        }
        let layer = function(at.quantization(&x)?, at.quantization(&y)?).map_err(|cause| at.layer(cause))?;
        self.fits(at, 1, 1, bytes_of(&x)? == bytes_of(&y)?)?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| {
            if input.len() < TABLE_PAYS {
                layer.run(signed(input), signed_mut(output));
            } else {
                layer.table().run(signed(input), signed_mut(output));
            }
        })?;
        Ok(0)
    }

    pub(super) fn quantize(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let (x, y) = (at.input(0)?, at.int8_output()?);
        if x.element() == TensorType::Int8 {
            return self.function(at, |x, y| Function::rescale(x, y, Activation::None), memory);
        }
        at.of_type(x, TensorType::Float32)?;
        let layer = Quantize::new(at.quantization(&y)?).map_err(|cause| at.layer(cause))?;
        self.fits(at, 1, 1, Some(bytes_of(&x)?) == bytes_of(&y)?.checked_mul(size_of::<f32>()))?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| {
            let (words, _) = input.as_chunks();
            for (to, from) in signed_mut(output).iter_mut().zip(words) {
                *to = layer.apply(f32::from_le_bytes(*from));
            }
        })?;
        Ok(0)
    }

    pub(super) fn dequantize(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let (x, y) = (at.int8_input(0)?, at.of_type(at.output()?, TensorType::Float32)?);
        let layer = Dequantize::new(at.quantization(&x)?).map_err(|cause| at.layer(cause))?;
        self.fits(at, 1, 1, Some(bytes_of(&y)?) == bytes_of(&x)?.checked_mul(size_of::<f32>()))?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| {
            let (words, _) = output.as_chunks_mut();
            for (to, from) in words.iter_mut().zip(signed(input)) {
                *to = layer.apply(*from).to_le_bytes();
            }
        })?;
        Ok(0)
    }
}
