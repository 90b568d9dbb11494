//! Layers that make one number of several: pools, means, softmax.

use super::super::check::Operand::{Input, Output};
use super::super::operands::Operands;
use super::super::options::WindowFields;
use super::axis;
use crate::kernel::arch::bytes::{signed, signed_mut};
use crate::kernel::layer::Image;
use crate::kernel::{KernelError, MAX_RANK, Mean, MeanSpec, PoolSpec, Softmax, SoftmaxSpec, pool};

pub(super) fn average_pool(at: &mut Operands<'_, '_>) {
    pool(at, pool::average);
}

pub(super) fn max_pool(at: &mut Operands<'_, '_>) {
    pool(at, pool::maximum);
}

#[inline(never)]
fn pool(at: &mut Operands<'_, '_>, image: Image) {
    const FIELDS: WindowFields = WindowFields { options: 5, pair: ([4, 3], 0, "filter"), activation: 5 };
    at.int8(&[Input(0), Output]);
    let window = at.window(&FIELDS);
    let spec = PoolSpec {
        input_shape: at.shape(Input(0)),
        window: window.pair,
        stride: window.stride,
        padding: window.padding,
        quantization: at.shared_quantization([Input(0), Output]),
        activation: window.activation,
    };
    let spec = spec.layer();
    let layer = pool::layer(&spec);
    if !at.passes(|checks| pool::check(&layer, &spec, checks)) {
        return;
    }
    at.has_output_shape(layer.output_shape());
    at.one_to_one(|input, output| layer.run(image, signed(input), signed_mut(output), &mut []));
}

pub(super) fn mean(at: &mut Operands<'_, '_>) {
    at.int8(&[Input(0), Output]);
    let [input, output] = at.quantizations([Input(0), Output]);
    let dims = at.dims(Input(0));
    let mut reduced = [false; MAX_RANK];
    for bytes in at.integers(Input(1)) {
        let Some(place) = axis(i32::from_le_bytes(*bytes), dims.rank) else {
            return at.refuse(KernelError::Mismatch { field: "axis and rank" });
        };
        if let Some(reduced) = reduced.get_mut(place) {
            *reduced = true;
        }
    }
    let reduced = reduced.get(..dims.rank).unwrap_or_default();
    let layer = match Mean::new(&MeanSpec { shape: dims.as_slice(), reduced, input, output }) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    at.has_output_len(layer.output_len());
    at.one_to_one(|input, output| layer.run(signed(input), signed_mut(output)));
}

pub(super) fn softmax(at: &mut Operands<'_, '_>) {
    at.int8(&[Input(0), Output]);
    at.fixed_output(1.0 / 256.0, -128);
    let [input, _] = at.quantizations([Input(0), Output]);
    let [beta] = at.noted(|check| {
        let options = check.options(9);
        [check.word(&options, 0, 0).cast_unsigned()]
    });
    let dims = at.dims(Input(0));
    let spec = SoftmaxSpec { rows: dims.rows(), depth: dims.last(), beta: f32::from_bits(beta), input };
    let layer = match Softmax::new(&spec) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    at.has_output_len(layer.output_len());
    at.one_to_one(|input, output| layer.run(signed(input), signed_mut(output)));
}
