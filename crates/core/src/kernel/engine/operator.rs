//! Each operator's layer: built from the file, then checked, or run on the arena.
//!
//! Checking and running build the layer by the same code, so that what passed the check can be run. Nothing but the
//! plan is kept between inferences: scales are derived from the file each time, into the operator's scratch memory.

use super::super::add::{Add, AddSpec};
use super::super::arch::bytes::{numbers_mut, signed, signed_mut};
use super::super::arena::{Owner, place};
use super::super::concat::Concat;
use super::super::conv2d::{Conv2d, Conv2dSpec};
use super::super::dense::{Dense, DenseSpec};
use super::super::depthwise::{DepthwiseConv2d, DepthwiseSpec};
use super::super::error::KernelError;
use super::super::function::Function;
use super::super::mean::{Mean, MeanSpec};
use super::super::mul::{Mul, MulSpec};
use super::super::pad::{Pad, PadSpec};
use super::super::pool::{Pool, PoolKind, PoolSpec};
use super::super::quantization::{Activation, Quantization};
use super::super::quantize::{Dequantize, Quantize};
use super::super::requantize::Requantizer;
use super::super::reshape;
use super::super::resize::{ResizeNearest, ResizeSpec};
use super::super::softmax::{Softmax, SoftmaxSpec};
use super::super::strided::{MAX_RANK, StridedCopy};
use super::super::transposed_conv::{TransposedConv2d, TransposedConvSpec};
use super::operands::{Operands, bytes_of, pair};
use super::{Engine, EngineError};
use crate::model::tflite::{Builtin, Tensor, TensorType};

/// Elements from which a table of 256 values takes less time than computing each.
const TABLE_PAYS: usize = 256;

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

    /// Scratch memory for one requantizer a channel, where there are several.
    const fn requantizer_bytes(scales: usize) -> usize {
        if scales > 1 { scales * size_of::<Requantizer>() + align_of::<Requantizer>() - 1 } else { 0 }
    }

    /// Scratch memory for 16-bit numbers.
    const fn column_bytes(numbers: usize) -> usize {
        if numbers > 0 { numbers * size_of::<i16>() + align_of::<i16>() - 1 } else { 0 }
    }

    /// One checked requantizer a scale: the checks of a layer's `new` without memory for them.
    fn check_scales(
        at: &Operands<'a>,
        weights: &Tensor<'a>,
        input: Quantization,
        output: Quantization,
    ) -> Result<usize, EngineError> {
        let scales = at.weight_scales(weights)?;
        let valid = scales
            .iter()
            .all(|scale| scale > 0.0 && Requantizer::of_channel(input.scale, scale, output.scale).is_valid());
        if valid { Ok(scales.len()) } else { Err(at.layer(KernelError::Scale { field: "weight scales" })) }
    }

    /// The requantizers of all channels, derived into scratch memory.
    fn requantizers<'s>(
        at: &Operands<'a>,
        weights: &Tensor<'a>,
        input: Quantization,
        output: Quantization,
        scratch: &'s mut [u8],
    ) -> &'s [Requantizer] {
        let requantizers = numbers_mut::<Requantizer>(scratch);
        let Ok(scales) = at.weight_scales(weights) else { return &[] };
        let mut count = 0;
        for (to, scale) in requantizers.iter_mut().zip(scales.iter()) {
            *to = Requantizer::of_channel(input.scale, scale, output.scale);
            count += 1;
        }
        requantizers.get(..count).unwrap_or_default()
    }

    /// A layer with weights, checked: its scratch memory before its own, and the error where `channels` do not fit.
    fn conv2d(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let options = at.operator.conv2d_options()?;
        let (x, w, y) = (at.int8_input(0)?, at.input(1)?, at.int8_output()?);
        let spec = Conv2dSpec {
            input_shape: at.nhwc(&x)?,
            filter_shape: at.nhwc(&w)?,
            stride: pair(options.stride)?,
            dilation: pair(options.dilation)?,
            padding: options.padding,
            input: at.quantization(&x)?,
            output: at.quantization(&y)?,
            activation: at.activation(options.activation)?,
        };
        let (weights, bias) = (at.weights(&w)?, at.bias(2)?);
        let scales = Self::check_scales(at, &w, spec.input, spec.output)?;
        let one = [self.first_requantizer(at, &w, spec.input, spec.output)];
        let layer = Conv2d::new(&spec, weights, bias, &one).map_err(|cause| at.layer(cause))?;
        self.fits(at, scales, spec.filter_shape[0], layer.output_shape() == at.nhwc(&y)?)?;
        let columns = Self::column_bytes(layer.scratch_len());
        let scratch = Self::requantizer_bytes(scales) + columns;
        self.on_arena(at, [&x], &y, memory, |[input], output, scratch| {
            let (requantizers, columns) =
                scratch.split_at_mut_checked(Self::requantizer_bytes(scales)).unwrap_or_default();
            let (input, output, columns) = (signed(input), signed_mut(output), numbers_mut(columns));
            if scales == 1 {
                return layer.run(input, output, columns);
            }
            let requantizers = Self::requantizers(at, &w, spec.input, spec.output, requantizers);
            if let Ok(layer) = Conv2d::new(&spec, weights, bias, requantizers) {
                layer.run(input, output, columns);
            }
        })?;
        Ok(scratch)
    }

    /// The requantizer of the first channel.
    fn first_requantizer(
        &self,
        at: &Operands<'a>,
        weights: &Tensor<'a>,
        input: Quantization,
        output: Quantization,
    ) -> Requantizer {
        let scale = at.weight_scales(weights).ok().and_then(|scales| scales.get(0)).unwrap_or(0.0);
        Requantizer::of_channel(input.scale, scale, output.scale)
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

    fn depthwise(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let options = at.operator.depthwise_conv2d_options()?;
        let (x, w, y) = (at.int8_input(0)?, at.input(1)?, at.int8_output()?);
        let (input_shape, [one, height, width, filters]) = (at.nhwc(&x)?, at.nhwc(&w)?);
        let [.., channels] = input_shape;
        let multiplier = filters.checked_div(channels).unwrap_or(0);
        if one != 1 || multiplier.wrapping_mul(channels) != filters {
            return Err(at.mismatch("filter shape and input channels"));
        }
        let spec = DepthwiseSpec {
            input_shape,
            filter_size: [height, width],
            multiplier,
            stride: pair(options.stride)?,
            dilation: pair(options.dilation)?,
            padding: options.padding,
            input: at.quantization(&x)?,
            output: at.quantization(&y)?,
            activation: at.activation(options.activation)?,
        };
        let (weights, bias) = (at.weights(&w)?, at.bias(2)?);
        let scales = Self::check_scales(at, &w, spec.input, spec.output)?;
        let one = [self.first_requantizer(at, &w, spec.input, spec.output)];
        let layer = DepthwiseConv2d::new(&spec, weights, bias, &one).map_err(|cause| at.layer(cause))?;
        self.fits(at, scales, filters, layer.output_shape() == at.nhwc(&y)?)?;
        self.on_arena(at, [&x], &y, memory, |[input], output, scratch| {
            let (input, output) = (signed(input), signed_mut(output));
            if scales == 1 {
                return layer.run(input, output);
            }
            let requantizers = Self::requantizers(at, &w, spec.input, spec.output, scratch);
            if let Ok(layer) = DepthwiseConv2d::new(&spec, weights, bias, requantizers) {
                layer.run(input, output);
            }
        })?;
        Ok(Self::requantizer_bytes(scales))
    }

    fn dense(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let options = at.operator.fully_connected_options()?;
        let (x, w, y) = (at.int8_input(0)?, at.input(1)?, at.int8_output()?);
        let (x_dims, w_dims, y_dims) = (at.dims(&x)?, at.dims(&w)?, at.dims(&y)?);
        let &[outputs, inputs] = w_dims.as_slice() else {
            return Err(at.mismatch("rank of the weights and operator"));
        };
        let elements: usize = x_dims.rows().wrapping_mul(x_dims.last());
        let spec = DenseSpec {
            batch: elements.checked_div(inputs).unwrap_or(0),
            inputs,
            outputs,
            input: at.quantization(&x)?,
            output: at.quantization(&y)?,
            activation: at.activation(options.activation)?,
            rounding: self.rounding,
        };
        let same = spec.batch.wrapping_mul(inputs) == elements
            && y_dims.rows().wrapping_mul(y_dims.last()) == spec.batch.wrapping_mul(outputs);
        if !same || options.shuffled_weights {
            return Err(at.mismatch("shapes of input, weights and output"));
        }
        let (weights, bias) = (at.weights(&w)?, at.bias(2)?);
        let scales = Self::check_scales(at, &w, spec.input, spec.output)?;
        let scale = at.weight_scales(&w)?.get(0).unwrap_or(0.0);
        // With one scale for all outputs the product of scales is taken in f32.
        let one = [Requantizer::per_tensor(spec.input.scale, scale, spec.output.scale)];
        let layer = Dense::new(&spec, weights, bias, &one).map_err(|cause| at.layer(cause))?;
        self.fits(at, scales, outputs, true)?;
        let scratch = Self::requantizer_bytes(scales) + Self::column_bytes(layer.scratch_len());
        self.on_arena(at, [&x], &y, memory, |[input], output, scratch| {
            let (requantizers, column) =
                scratch.split_at_mut_checked(Self::requantizer_bytes(scales)).unwrap_or_default();
            let (input, output, column) = (signed(input), signed_mut(output), numbers_mut(column));
            if scales == 1 {
                return layer.run(input, output, column);
            }
            let requantizers = Self::requantizers(at, &w, spec.input, spec.output, requantizers);
            if let Ok(layer) = Dense::new(&spec, weights, bias, requantizers) {
                layer.run(input, output, column);
            }
        })?;
        Ok(scratch)
    }

    fn transposed_conv(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let options = at.operator.transpose_conv_options()?;
        let (w, x, y) = (at.input(1)?, at.int8_input(2)?, at.int8_output()?);
        let [images, height, width, filters] = at.nhwc(&y)?;
        let spec = TransposedConvSpec {
            input_shape: at.nhwc(&x)?,
            filter_shape: at.nhwc(&w)?,
            output_size: [height, width],
            stride: pair(options.stride)?,
            padding: options.padding,
            input: at.quantization(&x)?,
            output: at.quantization(&y)?,
            activation: at.activation(options.activation)?,
        };
        let (weights, bias) = (at.weights(&w)?, at.bias(3)?);
        let scales = Self::check_scales(at, &w, spec.input, spec.output)?;
        let one = [self.first_requantizer(at, &w, spec.input, spec.output)];
        let layer = TransposedConv2d::new(&spec, weights, bias, &one).map_err(|cause| at.layer(cause))?;
        let same = (images, filters) == (spec.input_shape[0], spec.filter_shape[0]);
        self.fits(at, scales, filters, same)?;
        self.on_arena(at, [&x], &y, memory, |[input], output, scratch| {
            let (input, output) = (signed(input), signed_mut(output));
            if scales == 1 {
                return layer.run(input, output);
            }
            let requantizers = Self::requantizers(at, &w, spec.input, spec.output, scratch);
            if let Ok(layer) = TransposedConv2d::new(&spec, weights, bias, requantizers) {
                layer.run(input, output);
            }
        })?;
        Ok(Self::requantizer_bytes(scales))
    }

    fn pool(&self, at: &Operands<'a>, kind: PoolKind, memory: Memory<'_>) -> Result<usize, EngineError> {
        let options = at.operator.pool2d_options()?;
        let (x, y) = (at.int8_input(0)?, at.int8_output()?);
        let spec = PoolSpec {
            input_shape: at.nhwc(&x)?,
            window: pair(options.kernel)?,
            stride: pair(options.stride)?,
            padding: options.padding,
            quantization: self.shared_quantization(at, &x, &y)?,
            activation: at.activation(options.activation)?,
        };
        let layer = Pool::new(kind, &spec).map_err(|cause| at.layer(cause))?;
        self.fits(at, 1, 1, layer.output_shape() == at.nhwc(&y)?)?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| {
            layer.run(signed(input), signed_mut(output))
        })?;
        Ok(0)
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

    fn mean(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let (x, y) = (at.int8_input(0)?, at.int8_output()?);
        let dims = at.dims(&x)?;
        let rank = dims.as_slice().len();
        let mut reduced = [false; MAX_RANK];
        for axis in at.integers(1)? {
            let axis = Self::axis(at, i32::from_le_bytes(*axis), rank)?;
            if let Some(reduced) = reduced.get_mut(axis) {
                *reduced = true;
            }
        }
        let spec = MeanSpec {
            shape: dims.as_slice(),
            reduced: reduced.get(..rank).unwrap_or_default(),
            input: at.quantization(&x)?,
            output: at.quantization(&y)?,
        };
        let layer = Mean::new(&spec).map_err(|cause| at.layer(cause))?;
        self.fits(at, 1, 1, layer.output_len() == bytes_of(&y)?)?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| {
            layer.run(signed(input), signed_mut(output))
        })?;
        Ok(0)
    }

    /// An axis that counts from the end if negative.
    fn axis(at: &Operands<'a>, axis: i32, rank: usize) -> Result<usize, EngineError> {
        let place = usize::try_from(axis)
            .ok()
            .or_else(|| rank.checked_sub(usize::try_from(axis.unsigned_abs()).ok()?));
        place.filter(|place| *place < rank).ok_or_else(|| at.mismatch("axis and rank"))
    }

    fn add(&self, at: &Operands<'a>, subtract: bool, memory: Memory<'_>) -> Result<usize, EngineError> {
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

    fn mul(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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

    fn softmax(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let (x, y) = (at.int8_input(0)?, at.int8_output()?);
        let dims = at.dims(&x)?;
        let spec = SoftmaxSpec {
            rows: dims.rows(),
            depth: dims.last(),
            beta: at.operator.softmax_beta()?,
            input: at.quantization(&x)?,
        };
        self.fixed_output(at, &y, 1.0 / 256.0, -128)?;
        let layer = Softmax::new(&spec).map_err(|cause| at.layer(cause))?;
        self.fits(at, 1, 1, layer.output_len() == bytes_of(&y)?)?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| {
            layer.run(signed(input), signed_mut(output))
        })?;
        Ok(0)
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

    fn concat(&self, at: &Operands<'a>, mut memory: Memory<'_>) -> Result<usize, EngineError> {
        let options = at.operator.concatenation_options()?;
        let y = at.int8_output()?;
        let dims = at.dims(&y)?;
        let axis = Self::axis(at, options.axis, dims.as_slice().len())?;
        let layer = Concat::new(dims.as_slice(), axis).map_err(|cause| at.layer(cause))?;
        at.activation(options.activation).and_then(|activation| match activation {
            Activation::None => Ok(()),
            _ => Err(at.mismatch("fused activation and int8")),
        })?;
        let mut inputs = 0;
        let mut next = 0;
        for index in 0..at.operator.inputs().len() {
            let x = at.int8_input(index)?;
            self.shared_quantization(at, &x, &y)?;
            let mut expected = dims;
            let own = at.dims(&x)?;
            expected.set(axis, own.as_slice().get(axis).copied().unwrap_or(0));
            self.fits(at, 1, 1, own == expected)?;
            inputs += bytes_of(&x)?;
            self.on_arena(at, [&x], &y, memory.as_deref_mut(), |[input], output, _| {
                next = layer.place(next, signed(input), signed_mut(output));
            })?;
        }
        self.fits(at, 1, 1, inputs == bytes_of(&y)?)?;
        Ok(0)
    }

    fn pad(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let (x, y) = (at.int8_input(0)?, at.int8_output()?);
        let quantization = self.shared_quantization(at, &x, &y)?;
        let dims = at.dims(&x)?;
        let mut padding = [[0; 2]; MAX_RANK];
        let (pairs, rest) = at.integers(1)?.as_chunks::<2>();
        for (to, from) in padding.iter_mut().zip(pairs) {
            let [before, after] = from.map(|bytes| usize::try_from(i32::from_le_bytes(bytes)));
            let (Ok(before), Ok(after)) = (before, after) else {
                return Err(at.mismatch("padding and shape"));
            };
            *to = [before, after];
        }
        let mut value = quantization.zero_point;
        if at.builtin == Builtin::PADV2 {
            let constant = at.int8_input(2)?;
            self.shared_quantization(at, &constant, &y)?;
            value = at.weights(&constant)?.first().copied().unwrap_or(value);
        }
        let padding = padding.get(..pairs.len()).filter(|_| rest.is_empty()).unwrap_or_default();
        let spec = PadSpec { shape: dims.as_slice(), padding, value };
        let layer = Pad::new(&spec).map_err(|cause| at.layer(cause))?;
        self.fits(at, 1, 1, layer.output_len() == bytes_of(&y)?)?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| {
            layer.run(signed(input), signed_mut(output))
        })?;
        Ok(0)
    }

    fn reshape(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let (x, y) = (at.int8_input(0)?, at.int8_output()?);
        self.fits(at, 1, 1, bytes_of(&x)? == bytes_of(&y)?)?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| reshape(signed(input), signed_mut(output)))?;
        Ok(0)
    }

    fn transpose(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let (x, y) = (at.int8_input(0)?, at.int8_output()?);
        let (x_dims, y_dims) = (at.dims(&x)?, at.dims(&y)?);
        let rank = x_dims.as_slice().len();
        let [x_strides, y_strides] = [x_dims.strides(), y_dims.strides()];
        let mut from = [0_isize; MAX_RANK];
        let mut seen = [false; MAX_RANK];
        let order = at.integers(1)?;
        for ((to, axis), size) in from.iter_mut().zip(order).zip(y_dims.as_slice()) {
            let axis = Self::axis(at, i32::from_le_bytes(*axis), rank)?;
            *to = x_strides.get(axis).copied().unwrap_or(0);
            let seen = seen.get_mut(axis).map(|seen| core::mem::replace(seen, true));
            self.fits(at, 1, 1, seen == Some(false) && x_dims.as_slice().get(axis) == Some(size))?;
        }
        self.fits(at, 1, 1, order.len() == rank && y_dims.as_slice().len() == rank)?;
        let layer = StridedCopy::new(
            y_dims.as_slice(),
            (0, from.get(..rank).unwrap_or_default()),
            (0, y_strides.get(..rank).unwrap_or_default()),
        )
        .map_err(|cause| at.layer(cause))?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| {
            layer.run(signed(input), signed_mut(output))
        })?;
        Ok(0)
    }

    fn function(
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

    fn quantize(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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

    fn dequantize(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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

    fn resize(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let options = at.operator.resize_nearest_neighbor_options()?;
        let (x, y) = (at.int8_input(0)?, at.int8_output()?);
        let (input_shape, [images, height, width, channels]) = (at.nhwc(&x)?, at.nhwc(&y)?);
        let spec = ResizeSpec {
            input_shape,
            output_size: [height, width],
            align_corners: options.align_corners,
            half_pixel_centers: options.half_pixel_centers,
        };
        let layer = ResizeNearest::new(&spec).map_err(|cause| at.layer(cause))?;
        self.fits(at, 1, 1, (images, channels) == (input_shape[0], input_shape[3]))?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| {
            layer.run(signed(input), signed_mut(output))
        })?;
        Ok(0)
    }
}
