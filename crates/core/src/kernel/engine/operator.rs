//! Each operator's layer: built from the file, then checked, or run on the arena.
//!
//! Checking and running build the layer by the same code, so that what passed the check can be run. Nothing but the
//! plan is kept between inferences: scales are derived from the file each time, into the operator's scratch memory.

mod elementwise;
mod layout;
mod reduction;
mod weighted;

use super::operands::{Operands, bytes_of};
use super::{Engine, EngineError};
use crate::kernel::arena::{Owner, place};
use crate::kernel::{Activation, Function, KernelError, PoolKind, Quantization};
use crate::model::tflite::{Builtin, Tensor};

/// The arena while a model is run; none while it is checked.
type Memory<'m> = Option<&'m mut [u8]>;

impl<'a> Engine<'a> {
    /// Builds an operator's layer; the bytes of scratch memory that it needs.
    pub(super) fn check(&self, number: u32) -> Result<usize, EngineError> {
        self.perform(number, None)
    }

    /// Builds an operator's layer and runs it.
    pub(super) fn compute(&self, number: u32, arena: &mut [u8]) -> Result<(), EngineError> {
        self.perform(number, Some(arena)).map(|_| ())
    }

    fn perform(&self, number: u32, memory: Memory<'_>) -> Result<usize, EngineError> {
        let operator = self.graph.operator(number)?;
        let builtin = self.model.operator_code(operator.code())?.builtin();
        let at = Operands { model: self.model, graph: self.graph, operator, number, builtin };
        match builtin {
            Builtin::CONV_2D => self.conv2d(&at, memory),
            Builtin::DEPTHWISE_CONV_2D => self.depthwise(&at, memory),
            Builtin::FULLY_CONNECTED => self.dense(&at, memory),
            Builtin::TRANSPOSE_CONV => self.transposed_conv(&at, memory),
            Builtin::AVERAGE_POOL_2D => self.pool(&at, PoolKind::Average, memory),
            Builtin::MAX_POOL_2D => self.pool(&at, PoolKind::Maximum, memory),
            Builtin::MEAN => self.mean(&at, memory),
            Builtin::ADD => self.add(&at, false, memory),
            Builtin::SUB => self.add(&at, true, memory),
            Builtin::MUL => self.mul(&at, memory),
            Builtin::SOFTMAX => self.softmax(&at, memory),
            Builtin::CONCATENATION => self.concat(&at, memory),
            Builtin::PAD | Builtin::PADV2 => self.pad(&at, memory),
            Builtin::RESHAPE | Builtin::EXPAND_DIMS | Builtin::SQUEEZE => self.reshape(&at, memory),
            Builtin::TRANSPOSE => self.transpose(&at, memory),
            Builtin::RELU => self.function(&at, |x, y| Function::rescale(x, y, Activation::Relu), memory),
            Builtin::RELU6 => self.function(&at, |x, y| Function::rescale(x, y, Activation::Relu6), memory),
            Builtin::RELU_N1_TO_1 => {
                self.function(&at, |x, y| Function::rescale(x, y, Activation::ReluN1To1), memory)
            }
            Builtin::LEAKY_RELU => {
                let alpha = operator.leaky_relu_alpha()?;
                self.function(&at, |x, y| Function::leaky_relu(x, y, alpha), memory)
            }
            Builtin::LOGISTIC => self.function(&at, |x, _| Function::logistic(x), memory),
            Builtin::TANH => self.function(&at, |x, _| Function::tanh(x), memory),
            Builtin::QUANTIZE => self.quantize(&at, memory),
            Builtin::DEQUANTIZE => self.dequantize(&at, memory),
            Builtin::RESIZE_NEAREST_NEIGHBOR => self.resize(&at, memory),
            _ => Err(at.unsupported()),
        }
    }

    /// Hands inputs, output and scratch memory to a layer.
    ///
    /// What can fail here has been checked by `new`: tensors alive together do not overlap.
    fn on_arena<const N: usize>(
        &self,
        at: &Operands<'a>,
        inputs: [&Tensor<'a>; N],
        output: &Tensor<'a>,
        memory: Memory<'_>,
        run: impl FnOnce([&[u8]; N], &mut [u8], &mut [u8]),
    ) -> Result<(), EngineError> {
        let Some(arena) = memory else { return Ok(()) };
        let output = place(self.slots, Owner::Tensor(output.index()));
        let scratch = place(self.slots, Owner::Operator(at.number));
        // Inputs lie before, between or behind the two: three pieces of the arena, whose order is not known.
        let scratch = if scratch.is_empty() { output.end..output.end } else { scratch };
        let in_order = output.start <= scratch.start;
        let [first, second] = if in_order { [&output, &scratch] } else { [&scratch, &output] };
        let (low, rest) = arena.split_at_mut_checked(first.start).unwrap_or_default();
        let (first_bytes, rest) = rest.split_at_mut_checked(first.len()).unwrap_or_default();
        let gap = second.start.saturating_sub(first.end);
        let (middle, rest) = rest.split_at_mut_checked(gap).unwrap_or_default();
        let (second_bytes, high) = rest.split_at_mut_checked(second.len()).unwrap_or_default();
        let (low, middle, high): (&[u8], &[u8], &[u8]) = (low, middle, high);
        let mut views = [&[][..]; N];
        for (view, input) in views.iter_mut().zip(inputs) {
            if let Some(data) = self.model.constant(input)? {
                *view = data.get(..bytes_of(input)?).unwrap_or_default();
                continue;
            }
            let range = place(self.slots, Owner::Tensor(input.index()));
            let piece = if range.end <= first.start {
                low.get(range)
            } else if range.end <= second.start {
                middle.get(range.start.wrapping_sub(first.end)..range.end.wrapping_sub(first.end))
            } else {
                high.get(range.start.wrapping_sub(second.end)..range.end.wrapping_sub(second.end))
            };
            *view = piece.unwrap_or_default();
        }
        let (output, scratch) =
            if in_order { (first_bytes, second_bytes) } else { (second_bytes, first_bytes) };
        run(views, output, scratch);
        Ok(())
    }

    /// As many scales as channels, or one, and the output's shape is the layer's.
    fn fits(
        &self,
        at: &Operands<'a>,
        scales: usize,
        channels: usize,
        output: bool,
    ) -> Result<(), EngineError> {
        if scales != 1 {
            KernelError::length("weight scales", scales, channels).map_err(|cause| at.layer(cause))?;
        }
        if output { Ok(()) } else { Err(at.mismatch("output shape and layer")) }
    }

    /// The scale and zero point that input and output share.
    fn shared_quantization(
        &self,
        at: &Operands<'a>,
        x: &Tensor<'a>,
        y: &Tensor<'a>,
    ) -> Result<Quantization, EngineError> {
        let (input, output) = (at.quantization(x)?, at.quantization(y)?);
        if input == output { Ok(output) } else { Err(at.mismatch("scales of input and output")) }
    }

    /// The output's scale and zero point are those that the function prescribes.
    fn fixed_output(
        &self,
        at: &Operands<'a>,
        y: &Tensor<'a>,
        scale: f32,
        zero_point: i8,
    ) -> Result<(), EngineError> {
        let expected = Quantization { scale, zero_point };
        if at.quantization(y)? == expected { Ok(()) } else { Err(at.mismatch("output scale and operator")) }
    }

    /// An axis that counts from the end if negative.
    fn axis(at: &Operands<'a>, axis: i32, rank: usize) -> Result<usize, EngineError> {
        let place = usize::try_from(axis)
            .ok()
            .or_else(|| rank.checked_sub(usize::try_from(axis.unsigned_abs()).ok()?));
        place.filter(|place| *place < rank).ok_or_else(|| at.mismatch("axis and rank"))
    }
}
