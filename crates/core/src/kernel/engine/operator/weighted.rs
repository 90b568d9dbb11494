//! Layers with weights: convolutions and fully connected layers.

use super::{Engine, EngineError, Memory};
use crate::kernel::arch::bytes::{numbers_mut, signed, signed_mut};
use crate::kernel::engine::operands::{Operands, pair};
use crate::kernel::{
    Conv2d, Conv2dSpec, Dense, DenseSpec, DepthwiseConv2d, DepthwiseSpec, KernelError, Quantization,
    Requantizer, TransposedConv2d, TransposedConvSpec,
};
use crate::model::tflite::Tensor;

impl<'a> Engine<'a> {
    pub(super) fn conv2d(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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

    pub(super) fn depthwise(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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
        let scratch = Self::requantizer_bytes(scales) + Self::column_bytes(layer.scratch_len());
        self.on_arena(at, [&x], &y, memory, |[input], output, scratch| {
            let (requantizers, planes) =
                scratch.split_at_mut_checked(Self::requantizer_bytes(scales)).unwrap_or_default();
            let (input, output, planes) = (signed(input), signed_mut(output), numbers_mut(planes));
            if scales == 1 {
                return layer.run(input, output, planes);
            }
            let requantizers = Self::requantizers(at, &w, spec.input, spec.output, requantizers);
            if let Ok(layer) = DepthwiseConv2d::new(&spec, weights, bias, requantizers) {
                layer.run(input, output, planes);
            }
        })?;
        Ok(scratch)
    }

    pub(super) fn dense(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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

    pub(super) fn transposed_conv(
        &self,
        at: &Operands<'a>,
        memory: Memory<'_>,
    ) -> Result<usize, EngineError> {
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
}
