//! Layers that move elements and compute none.

use super::{Engine, EngineError, Memory};
use crate::kernel::arch::bytes::{signed, signed_mut};
use crate::kernel::engine::operands::{Operands, bytes_of};
use crate::kernel::{
    Activation, Concat, MAX_RANK, Pad, PadSpec, ResizeNearest, ResizeSpec, StridedCopy, reshape,
};
use crate::model::tflite::Builtin;

impl<'a> Engine<'a> {
    pub(super) fn concat(&self, at: &Operands<'a>, mut memory: Memory<'_>) -> Result<usize, EngineError> {
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

    pub(super) fn pad(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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

    pub(super) fn reshape(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
        let (x, y) = (at.int8_input(0)?, at.int8_output()?);
        self.fits(at, 1, 1, bytes_of(&x)? == bytes_of(&y)?)?;
        self.on_arena(at, [&x], &y, memory, |[input], output, _| reshape(signed(input), signed_mut(output)))?;
        Ok(0)
    }

    pub(super) fn transpose(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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

    pub(super) fn resize(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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
