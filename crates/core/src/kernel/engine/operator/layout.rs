//! Layers that move elements and compute none.

use super::super::EngineError;
use super::super::check::Operand::{Input, Output};
use super::super::operands::Operands;
use super::axis;
use crate::kernel::arch::bytes::{signed, signed_mut};
use crate::kernel::{
    Concat, KernelError, MAX_RANK, Pad, PadSpec, ResizeNearest, ResizeSpec, StridedCopy, reshape as copy,
};
use crate::model::tflite::{Builtin, TensorType};

pub(super) fn concat(at: &mut Operands<'_, '_>) {
    at.int8(&[Output]);
    let dims = at.dims(Output);
    let [place, inputs] = at.noted(|check| {
        let options = check.options(10);
        let place = axis(check.word(&options, 0, 0), dims.rank);
        if place.is_none() {
            check.mismatch("axis and rank");
        }
        if check.byte(&options, 1) != 0 {
            check.mismatch("fused activation and int8");
        }
        let inputs = check.inputs().len();
        [check.narrow(place.unwrap_or(0)), check.narrow(inputs)]
    });
    let (place, inputs) = (place as usize, inputs as usize);
    let layer = match Concat::new(dims.as_slice(), place) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    at.check(|check| {
        let (output, written) = (check.quantization(Output), check.tensor(Output));
        let mut bytes = 0_usize;
        for input in (0..inputs).map(Input) {
            let tensor = check.is(input, TensorType::Int8);
            if tensor.index == written.index {
                check.fail(EngineError::NotComputed { tensor: tensor.index });
            }
            if check.quantization(input) != output {
                check.mismatch("scales of input and output");
            }
            let own = check.dims(&tensor);
            let mut expected = dims;
            expected.set(place, own.as_slice().get(place).copied().unwrap_or(0));
            if own != expected {
                check.mismatch("output shape and layer");
            }
            bytes = bytes.saturating_add(check.bytes(&tensor));
        }
        if bytes != layer.output_len() {
            check.mismatch("output shape and layer");
        }
    });
    // The inputs come after the output, to which each is copied when its place is known.
    at.place(0);
    let mut memory = at.memory();
    let mut next = 0;
    for input in (0..inputs).map(Input) {
        let source = at.source(input);
        if let Some(memory) = &mut memory {
            next = layer.place(next, signed(memory.view(source)), signed_mut(memory.output));
        }
    }
}

pub(super) fn pad(at: &mut Operands<'_, '_>) {
    at.int8(&[Input(0), Output]);
    let quantization = at.shared_quantization([Input(0), Output]);
    let dims = at.dims(Input(0));
    let mut padding = [[0; 2]; MAX_RANK];
    let (pairs, rest) = at.integers(Input(1)).as_chunks::<2>();
    let mut negative = false;
    for (to, from) in padding.iter_mut().zip(pairs) {
        for (to, from) in to.iter_mut().zip(from) {
            let number = usize::try_from(i32::from_le_bytes(*from));
            negative |= number.is_err();
            *to = number.unwrap_or(0);
        }
    }
    let padding = match padding.get(..pairs.len()) {
        Some(padding) if rest.is_empty() && !negative => padding,
        _ => return at.refuse(KernelError::Mismatch { field: "padding and shape" }),
    };
    let mut value = quantization.zero_point;
    if at.builtin == Builtin::PADV2 {
        at.shared_quantization([Input(2), Output]);
        value = at.weights(Input(2), 1).first().copied().unwrap_or(value);
    }
    let layer = match Pad::new(&PadSpec { shape: dims.as_slice(), padding, value }) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    at.has_output_len(layer.output_len());
    at.one_to_one(|input, output| layer.run(signed(input), signed_mut(output)));
}

pub(super) fn reshape(at: &mut Operands<'_, '_>) {
    at.int8(&[Input(0), Output]);
    at.expect("output shape and layer", |check| {
        let [x, y] = [Input(0), Output].map(|operand| check.tensor(operand));
        check.bytes(&x) == check.bytes(&y)
    });
    at.one_to_one(|input, output| copy(signed(input), signed_mut(output)));
}

pub(super) fn transpose(at: &mut Operands<'_, '_>) {
    at.int8(&[Input(0), Output]);
    let (x, y) = (at.dims(Input(0)), at.dims(Output));
    let order = at.integers(Input(1));
    let (x_strides, y_strides) = (x.strides(), y.strides());
    let mut from = [0_isize; MAX_RANK];
    let mut seen = [false; MAX_RANK];
    let mut fits = order.len() == x.rank && y.rank == x.rank;
    for ((to, bytes), size) in from.iter_mut().zip(order).zip(y.as_slice()) {
        let place = axis(i32::from_le_bytes(*bytes), x.rank).unwrap_or(MAX_RANK);
        *to = x_strides.get(place).copied().unwrap_or(0);
        let seen = seen.get_mut(place).map(|seen| core::mem::replace(seen, true));
        fits &= seen == Some(false) && x.as_slice().get(place) == Some(size);
    }
    if !fits {
        return at.refuse(KernelError::Mismatch { field: "output shape and layer" });
    }
    let from = from.get(..x.rank).unwrap_or_default();
    let to = y_strides.get(..x.rank).unwrap_or_default();
    let layer = match StridedCopy::new(y.as_slice(), (0, from), (0, to)) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    at.one_to_one(|input, output| layer.run(signed(input), signed_mut(output)));
}

pub(super) fn resize(at: &mut Operands<'_, '_>) {
    at.int8(&[Input(0), Output]);
    let [flags] = at.noted(|check| {
        let options = check.options(74);
        let flags = [0, 1].map(|field| u32::from(check.byte(&options, field) != 0));
        let [align_corners, half_pixel_centers] = flags;
        [align_corners | half_pixel_centers << 1]
    });
    let (input_shape, [images, height, width, channels]) = (at.shape(Input(0)), at.shape(Output));
    let spec = ResizeSpec {
        input_shape,
        output_size: [height, width],
        align_corners: flags & 1 != 0,
        half_pixel_centers: flags & 2 != 0,
    };
    let layer = match ResizeNearest::new(&spec) {
        Ok(layer) => layer,
        Err(cause) => return at.refuse(cause),
    };
    let [inputs, .., input_channels] = input_shape;
    at.expect("output shape and layer", |_| (images, channels) == (inputs, input_channels));
    at.one_to_one(|input, output| layer.run(signed(input), signed_mut(output)));
}
