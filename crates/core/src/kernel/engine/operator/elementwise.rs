//! Layers that work on each element by itself: sums, products, functions, changes of scale.

use super::super::check::Operand::{Input, Output};
use super::super::operands::Operands;
use crate::kernel::arch::bytes::{signed, signed_mut};
use crate::kernel::{
    Activation, Add, AddSpec, Dequantize, Function, KernelError, Mul, MulSpec, Quantization, Quantize,
};
use crate::model::tflite::TensorType;

/// Elements from which a table of 256 values takes less time than computing each.
const TABLE_PAYS: usize = 256;

pub(super) fn add(at: &mut Operands<'_, '_>) {
    sum(at, 11, false);
}

pub(super) fn sub(at: &mut Operands<'_, '_>) {
    sum(at, 28, true);
}

#[inline(never)]
fn sum(at: &mut Operands<'_, '_>, options: u8, subtract: bool) {
    at.int8(&[Input(0), Input(1), Output]);
    let activation = at.activation(options, 0);
    let [a, b] = at.quantizations([Input(0), Input(1)]);
    let [_, output] = at.quantizations([Input(0), Output]);
    let (a_dims, b_dims) = (at.dims(Input(0)), at.dims(Input(1)));
    let shapes = [a_dims.as_slice(), b_dims.as_slice()];
    let layer = match Add::new(&AddSpec { shapes, inputs: [a, b], output, activation, subtract }) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    at.has_output_len(layer.output_len());
    at.two_to_one(|[a, b], output| layer.run(signed(a), signed(b), signed_mut(output)));
}

pub(super) fn mul(at: &mut Operands<'_, '_>) {
    at.int8(&[Input(0), Input(1), Output]);
    let activation = at.activation(21, 0);
    let [a, b] = at.quantizations([Input(0), Input(1)]);
    let [_, output] = at.quantizations([Input(0), Output]);
    let (a_dims, b_dims) = (at.dims(Input(0)), at.dims(Input(1)));
    let shapes = [a_dims.as_slice(), b_dims.as_slice()];
    let layer = match Mul::new(&MulSpec { shapes, inputs: [a, b], output, activation }) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    at.has_output_len(layer.output_len());
    at.two_to_one(|[a, b], output| layer.run(signed(a), signed(b), signed_mut(output)));
}

pub(super) fn relu(at: &mut Operands<'_, '_>) {
    function(at, |x, y| Function::rescale(x, y, Activation::Relu));
}

pub(super) fn relu6(at: &mut Operands<'_, '_>) {
    function(at, |x, y| Function::rescale(x, y, Activation::Relu6));
}

pub(super) fn relu_n1_to_1(at: &mut Operands<'_, '_>) {
    function(at, |x, y| Function::rescale(x, y, Activation::ReluN1To1));
}

pub(super) fn leaky_relu(at: &mut Operands<'_, '_>) {
    let [alpha] = at.noted(|check| {
        let options = check.options(75);
        [check.word(&options, 0, 0).cast_unsigned()]
    });
    function(at, |x, y| Function::leaky_relu(x, y, f32::from_bits(alpha)));
}

pub(super) fn logistic(at: &mut Operands<'_, '_>) {
    at.fixed_output(1.0 / 256.0, -128);
    function(at, |x, _| Function::logistic(x));
}

pub(super) fn tanh(at: &mut Operands<'_, '_>) {
    at.fixed_output(1.0 / 128.0, 0);
    function(at, |x, _| Function::tanh(x));
}

fn function(
    at: &mut Operands<'_, '_>,
    function: impl FnOnce(Quantization, Quantization) -> Result<Function, KernelError>,
) {
    at.int8(&[Input(0), Output]);
    let [input, output] = at.quantizations([Input(0), Output]);
    match function(input, output) {
        Ok(layer) => run_function(at, &layer),
        Err(cause) => at.refuse(cause),
    }
}

#[inline(never)]
fn run_function(at: &mut Operands<'_, '_>, layer: &Function) {
    at.expect("output shape and layer", |check| {
        let [x, y] = [Input(0), Output].map(|operand| check.tensor(operand));
        check.bytes(&x) == check.bytes(&y)
    });
    at.one_to_one(|input, output| {
        if input.len() < TABLE_PAYS {
            layer.run(signed(input), signed_mut(output));
        } else {
            layer.table().run(signed(input), signed_mut(output));
        }
    });
}

pub(super) fn quantize(at: &mut Operands<'_, '_>) {
    let [real] = at.noted(|check| {
        let tensor = check.tensor(Input(0));
        [u32::from(check.element(&tensor) != TensorType::Int8)]
    });
    if real == 0 {
        return function(at, |x, y| Function::rescale(x, y, Activation::None));
    }
    at.check(|check| {
        check.is(Input(0), TensorType::Float32);
        check.is(Output, TensorType::Int8);
    });
    let [output, _] = at.quantizations([Output, Output]);
    let layer = match Quantize::new(output) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    at.expect("output shape and layer", |check| {
        let [x, y] = [Input(0), Output].map(|operand| check.tensor(operand));
        check.bytes(&x) == check.bytes(&y).wrapping_mul(size_of::<f32>())
    });
    at.one_to_one(|input, output| {
        let (words, _) = input.as_chunks();
        for (to, from) in signed_mut(output).iter_mut().zip(words) {
            *to = layer.apply(f32::from_le_bytes(*from));
        }
    });
}

pub(super) fn dequantize(at: &mut Operands<'_, '_>) {
    at.check(|check| {
        check.is(Input(0), TensorType::Int8);
        check.is(Output, TensorType::Float32);
    });
    let [input, _] = at.quantizations([Input(0), Input(0)]);
    let layer = match Dequantize::new(input) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    at.expect("output shape and layer", |check| {
        let [x, y] = [Input(0), Output].map(|operand| check.tensor(operand));
        check.bytes(&y) == check.bytes(&x).wrapping_mul(size_of::<f32>())
    });
    at.one_to_one(|input, output| {
        let (words, _) = output.as_chunks_mut();
        for (to, from) in words.iter_mut().zip(signed(input)) {
            *to = layer.apply(*from).to_le_bytes();
        }
    });
}
