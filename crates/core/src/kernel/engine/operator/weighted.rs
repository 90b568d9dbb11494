//! Layers with weights: convolutions and fully connected layers.

use super::super::check::Operand::{Input, Output};
use super::super::operands::{Operands, size};
use super::super::options::{Window, WindowFields};
use crate::kernel::arch::bytes::{numbers_mut, signed, signed_mut};
use crate::kernel::layer::{Image, Layer, LayerSpec};
use crate::kernel::requantize::Ratio;
use crate::kernel::{
    KernelError, Padding, Quantization, Requantizer, Rounding, TransposedConv2d, TransposedConvSpec,
};
use crate::kernel::{conv2d, dense, depthwise};

/// A kind of layer.
struct Kind {
    shapes: fn(&mut Operands<'_, '_>) -> Shapes,
    /// Fully connected: with one scale for all outputs the product of scales is taken in `f32`, and the output's shape may
    /// be any of its size.
    connected: bool,
    scratch_len: fn(&Layer<'_>) -> usize,
    image: Image,
}

/// What a layer's options and shapes say.
struct Shapes {
    window: Window,
    input: [usize; 4],
    /// Output channels, height, width, input channels of a group.
    filter: [usize; 4],
    rounding: Rounding,
}

pub(super) fn conv2d(at: &mut Operands<'_, '_>) {
    static CONV: Kind = Kind {
        shapes: conv_shapes,
        connected: false,
        scratch_len: conv2d::scratch_len,
        image: conv2d::image,
    };
    weighted(at, &CONV);
}

pub(super) fn depthwise(at: &mut Operands<'_, '_>) {
    static DEPTHWISE: Kind = Kind {
        shapes: depthwise_shapes,
        connected: false,
        scratch_len: depthwise::scratch_len,
        image: depthwise::image,
    };
    weighted(at, &DEPTHWISE);
}

pub(super) fn dense(at: &mut Operands<'_, '_>) {
    static DENSE: Kind =
        Kind { shapes: dense_shapes, connected: true, scratch_len: dense::scratch_len, image: dense::vector };
    weighted(at, &DENSE);
}

fn conv_shapes(at: &mut Operands<'_, '_>) -> Shapes {
    const FIELDS: WindowFields = WindowFields { options: 1, pair: ([5, 4], 1, "dilation"), activation: 3 };
    windowed_shapes(at, &FIELDS)
}

fn depthwise_shapes(at: &mut Operands<'_, '_>) -> Shapes {
    const FIELDS: WindowFields = WindowFields { options: 2, pair: ([6, 5], 1, "dilation"), activation: 4 };
    let mut shapes = windowed_shapes(at, &FIELDS);
    let ([.., channels], [one, height, width, filters]) = (shapes.input, shapes.filter);
    let multiplier = filters.checked_div(channels).unwrap_or(0);
    if one != 1 || multiplier.wrapping_mul(channels) != filters {
        at.refuse(KernelError::Mismatch { field: "filter shape and input channels" });
    }
    shapes.filter = [filters, height, width, 1];
    shapes
}

#[inline(never)]
fn windowed_shapes(at: &mut Operands<'_, '_>, fields: &WindowFields) -> Shapes {
    Shapes {
        window: at.window(fields),
        input: at.shape(Input(0)),
        filter: at.shape(Input(1)),
        rounding: Rounding::Tflm,
    }
}

fn dense_shapes(at: &mut Operands<'_, '_>) -> Shapes {
    let activation = at.activation(8, 0);
    let words = at.noted(|check| {
        let weights = check.tensor(Input(1));
        let weights = check.dims(&weights);
        let &[outputs, inputs] = weights.as_slice() else {
            check.mismatch("rank of the weights and operator");
            return [1; 3];
        };
        // A byte an element.
        let [x, y] = [Input(0), Output].map(|operand| {
            let tensor = check.tensor(operand);
            check.bytes(&tensor)
        });
        let batch = x.checked_div(inputs).unwrap_or(0);
        let options = check.options(8);
        if batch.wrapping_mul(inputs) != x || batch.wrapping_mul(outputs) != y || check.byte(&options, 1) != 0
        {
            check.mismatch("shapes of input, weights and output");
        }
        [batch, outputs, inputs].map(|dim| check.narrow(dim))
    });
    let [batch, outputs, inputs] = words.map(size);
    let window = Window { stride: [1; 2], pair: [1; 2], padding: Padding::Valid, activation };
    Shapes { window, input: [batch, 1, 1, inputs], filter: [outputs, 1, 1, inputs], rounding: at.rounding }
}

#[inline(never)]
fn weighted(at: &mut Operands<'_, '_>, kind: &Kind) {
    at.int8(&[Input(0), Output]);
    let shapes = (kind.shapes)(at);
    let [input, output] = at.quantizations([Input(0), Output]);
    let spec = LayerSpec {
        input_shape: shapes.input,
        filter_shape: shapes.filter,
        stride: shapes.window.stride,
        dilation: shapes.window.pair,
        padding: shapes.window.padding,
        input,
        output,
        activation: shapes.window.activation,
        rounding: shapes.rounding,
    };
    let [filters, ..] = spec.filter_shape;
    let weights = at.weights(Input(1), product(spec.filter_shape));
    let bias = at.bias(Input(2), filters);
    let mut scales = Scales::new(at, filters, input, output);
    scales.single_product = kind.connected;
    let source = at.source(Input(0));
    let mut memory = at.memory();
    let first = [scales.first()];
    let (requantizers, scratch) = match &mut memory {
        Some(memory) => scales.requantizers(&first, core::mem::take(&mut memory.scratch)),
        None => (&first[..], &mut [][..]),
    };
    let layer = Layer::new(&spec, weights, bias, requantizers);
    if !at.passes(|checks| layer.check(&spec, checks)) {
        return;
    }
    match memory {
        Some(memory) => {
            let (input, output) = (signed(memory.view(source)), signed_mut(memory.output));
            layer.run(kind.image, input, output, numbers_mut(scratch));
        }
        None => {
            if !kind.connected {
                at.has_output_shape(layer.output_shape());
            }
            at.place(scales.scratch_bytes() + column_bytes((kind.scratch_len)(&layer)));
        }
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
            if scales.is_empty() || zero_points.iter().any(|bytes| *bytes != [0; 8]) {
                check.not_quantized(&tensor);
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
