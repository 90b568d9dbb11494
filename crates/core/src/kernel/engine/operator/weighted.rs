//! Layers with weights: convolutions and fully connected layers.

use super::super::check::Operand::{Input, Output};
use super::super::operands::{Operands, size};
use super::super::options::WindowFields;
use crate::kernel::arch::bytes::{numbers_mut, signed, signed_mut};
use crate::kernel::requantize::Ratio;
use crate::kernel::{
    Conv2d, Conv2dSpec, Dense, DenseSpec, DepthwiseConv2d, DepthwiseSpec, KernelError, Quantization,
    Requantizer, TransposedConv2d, TransposedConvSpec,
};

pub(super) fn conv2d(at: &mut Operands<'_, '_>) {
    const FIELDS: WindowFields = WindowFields { options: 1, pair: ([5, 4], 1, "dilation"), activation: 3 };
    at.int8(&[Input(0), Output]);
    let window = at.window(&FIELDS);
    let [input, output] = at.quantizations([Input(0), Output]);
    let spec = Conv2dSpec {
        input_shape: at.shape(Input(0)),
        filter_shape: at.shape(Input(1)),
        stride: window.stride,
        dilation: window.pair,
        padding: window.padding,
        input,
        output,
        activation: window.activation,
    };
    let [filters, ..] = spec.filter_shape;
    let weights = at.weights(Input(1), product(spec.filter_shape));
    let bias = at.bias(Input(2), filters);
    let scales = Scales::new(at, filters, input, output);
    let source = at.source(Input(0));
    let mut memory = at.memory();
    let first = [scales.first()];
    let (requantizers, columns) = match &mut memory {
        Some(memory) => scales.requantizers(&first, core::mem::take(&mut memory.scratch)),
        None => (&first[..], &mut [][..]),
    };
    let layer = match Conv2d::new(&spec, weights, bias, requantizers) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    match memory {
        Some(memory) => {
            layer.run(signed(memory.view(source)), signed_mut(memory.output), numbers_mut(columns));
        }
        None => {
            at.has_output_shape(layer.output_shape());
            at.place(scales.scratch_bytes() + column_bytes(layer.scratch_len()));
        }
    }
}

pub(super) fn depthwise(at: &mut Operands<'_, '_>) {
    const FIELDS: WindowFields = WindowFields { options: 2, pair: ([6, 5], 1, "dilation"), activation: 4 };
    at.int8(&[Input(0), Output]);
    let window = at.window(&FIELDS);
    let [input, output] = at.quantizations([Input(0), Output]);
    let (input_shape, filter_shape) = (at.shape(Input(0)), at.shape(Input(1)));
    let ([.., channels], [one, height, width, filters]) = (input_shape, filter_shape);
    let multiplier = filters.checked_div(channels).unwrap_or(0);
    if one != 1 || multiplier.wrapping_mul(channels) != filters {
        return at.refuse(KernelError::Mismatch { field: "filter shape and input channels" });
    }
    let spec = DepthwiseSpec {
        input_shape,
        filter_size: [height, width],
        multiplier,
        stride: window.stride,
        dilation: window.pair,
        padding: window.padding,
        input,
        output,
        activation: window.activation,
    };
    let weights = at.weights(Input(1), product(filter_shape));
    let bias = at.bias(Input(2), filters);
    let scales = Scales::new(at, filters, input, output);
    let source = at.source(Input(0));
    let mut memory = at.memory();
    let first = [scales.first()];
    let (requantizers, planes) = match &mut memory {
        Some(memory) => scales.requantizers(&first, core::mem::take(&mut memory.scratch)),
        None => (&first[..], &mut [][..]),
    };
    let layer = match DepthwiseConv2d::new(&spec, weights, bias, requantizers) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    match memory {
        Some(memory) => {
            layer.run(signed(memory.view(source)), signed_mut(memory.output), numbers_mut(planes));
        }
        None => {
            at.has_output_shape(layer.output_shape());
            at.place(scales.scratch_bytes() + column_bytes(layer.scratch_len()));
        }
    }
}

pub(super) fn dense(at: &mut Operands<'_, '_>) {
    at.int8(&[Input(0), Output]);
    let activation = at.activation(8, 0);
    let [input, output] = at.quantizations([Input(0), Output]);
    let [batch, outputs, inputs] = at.noted(|check| {
        let [x, w, y] = [Input(0), Input(1), Output].map(|operand| {
            let tensor = check.tensor(operand);
            check.dims(&tensor)
        });
        let &[outputs, inputs] = w.as_slice() else {
            check.mismatch("rank of the weights and operator");
            return [1; 3];
        };
        let batch = x.elements().checked_div(inputs).unwrap_or(0);
        let options = check.options(8);
        if batch.wrapping_mul(inputs) != x.elements()
            || batch.wrapping_mul(outputs) != y.elements()
            || check.byte(&options, 1) != 0
        {
            check.mismatch("shapes of input, weights and output");
        }
        [batch, outputs, inputs].map(|dim| check.narrow(dim))
    });
    let spec = DenseSpec {
        batch: size(batch),
        inputs: size(inputs),
        outputs: size(outputs),
        input,
        output,
        activation,
        rounding: at.rounding,
    };
    let weights = at.weights(Input(1), spec.outputs.wrapping_mul(spec.inputs));
    let bias = at.bias(Input(2), spec.outputs);
    let mut scales = Scales::new(at, spec.outputs, input, output);
    // With one scale for all outputs the product of scales is taken in f32.
    scales.single_product = true;
    let source = at.source(Input(0));
    let mut memory = at.memory();
    let first = [scales.first()];
    let (requantizers, column) = match &mut memory {
        Some(memory) => scales.requantizers(&first, core::mem::take(&mut memory.scratch)),
        None => (&first[..], &mut [][..]),
    };
    let layer = match Dense::new(&spec, weights, bias, requantizers) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    match memory {
        Some(memory) => {
            layer.run(signed(memory.view(source)), signed_mut(memory.output), numbers_mut(column));
        }
        None => at.place(scales.scratch_bytes() + column_bytes(layer.scratch_len())),
    }
}

pub(super) fn transposed_conv(at: &mut Operands<'_, '_>) {
    const FIELDS: WindowFields = WindowFields { options: 49, pair: ([2, 1], 0, "stride"), activation: 3 };
    at.int8(&[Input(2), Output]);
    let window = at.window(&FIELDS);
    let [input, output] = at.quantizations([Input(2), Output]);
    let [images, height, width, channels] = at.shape(Output);
    let spec = TransposedConvSpec {
        input_shape: at.shape(Input(2)),
        filter_shape: at.shape(Input(1)),
        output_size: [height, width],
        stride: window.stride,
        padding: window.padding,
        input,
        output,
        activation: window.activation,
    };
    let ([inputs, ..], [filters, ..]) = (spec.input_shape, spec.filter_shape);
    let weights = at.weights(Input(1), product(spec.filter_shape));
    let bias = at.bias(Input(3), filters);
    let scales = Scales::new(at, filters, input, output);
    let source = at.source(Input(2));
    let mut memory = at.memory();
    let first = [scales.first()];
    let (requantizers, _) = match &mut memory {
        Some(memory) => scales.requantizers(&first, core::mem::take(&mut memory.scratch)),
        None => (&first[..], &mut [][..]),
    };
    let layer = match TransposedConv2d::new(&spec, weights, bias, requantizers) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    match memory {
        Some(memory) => layer.run(signed(memory.view(source)), signed_mut(memory.output)),
        None => {
            at.expect("output shape and layer", |_| (images, channels) == (inputs, filters));
            at.place(scales.scratch_bytes());
        }
    }
}

/// Elements of a shape; what wraps is refused by the layer.
fn product(shape: [usize; 4]) -> usize {
    shape.into_iter().fold(1, usize::wrapping_mul)
}

/// Scratch memory for 16-bit numbers.
const fn column_bytes(numbers: usize) -> usize {
    if numbers > 0 { numbers * size_of::<i16>() + align_of::<i16>() - 1 } else { 0 }
}

/// The scales of weights, one a channel or one for all.
struct Scales<'a> {
    weights: &'a [[u8; 4]],
    input: Quantization,
    output: Quantization,
    /// Whether one scale for all is multiplied in `f32`.
    single_product: bool,
}

impl<'a> Scales<'a> {
    #[inline(never)]
    fn new(at: &mut Operands<'a, '_>, channels: usize, input: Quantization, output: Quantization) -> Self {
        let [position, count] = at.noted(|check| {
            let tensor = check.tensor(Input(1));
            let (scales, zero_points) = check.scales(&tensor);
            if scales.is_empty() {
                check.not_quantized(&tensor);
            }
            if let Some(bytes) = zero_points.iter().find(|bytes| **bytes != [0; 8]) {
                // The kernels take weights as they are; the quantisation specification has no others.
                let found = i64::from_le_bytes(*bytes);
                check.refuse(KernelError::Limit { field: "weights' zero point", found, least: 0, most: 0 });
            }
            if scales.len() != 1 && scales.len() != channels {
                let found = scales.len();
                check.refuse(KernelError::Length { field: "weight scales", found, expected: channels });
            }
            let ratio = Ratio::new(input.scale, output.scale);
            let valid = scales.iter().map(|bytes| f32::from_le_bytes(*bytes));
            if !valid.into_iter().all(|scale| scale > 0.0 && ratio.of_channel(scale).is_valid()) {
                check.refuse(KernelError::Scale { field: "weight scales" });
            }
            [check.position(scales.as_flattened()), check.narrow(scales.len())]
        });
        let weights = at.slice(position, size(count).wrapping_mul(4)).as_chunks().0;
        Self { weights, input, output, single_product: false }
    }

    /// The requantizer of the first channel.
    fn first(&self) -> Requantizer {
        let scale = self.weights.first().map_or(0.0, |bytes| f32::from_le_bytes(*bytes));
        if self.single_product && self.weights.len() == 1 {
            return Requantizer::per_tensor(self.input.scale, scale, self.output.scale);
        }
        Requantizer::of_channel(self.input.scale, scale, self.output.scale)
    }

    /// Scratch memory for one requantizer a channel, where there are several.
    const fn scratch_bytes(&self) -> usize {
        match self.weights {
            [] | [_] => 0,
            many => many.len() * size_of::<Requantizer>() + align_of::<Requantizer>() - 1,
        }
    }

    /// The first requantizer for all, or those of all channels, derived into scratch memory; and the rest of that.
    #[inline(never)]
    fn requantizers<'s>(
        &self,
        first: &'s [Requantizer],
        scratch: &'s mut [u8],
    ) -> (&'s [Requantizer], &'s mut [u8]) {
        let (own, rest) = scratch.split_at_mut_checked(self.scratch_bytes()).unwrap_or_default();
        let Some(requantizers) = numbers_mut::<Requantizer>(own).get_mut(..self.weights.len()) else {
            return (first, rest);
        };
        let ratio = Ratio::new(self.input.scale, self.output.scale);
        for (to, scale) in requantizers.iter_mut().zip(self.weights) {
            *to = ratio.of_channel(f32::from_le_bytes(*scale));
        }
        (requantizers, rest)
    }
}
