//! Layers that make one number of several: pools, means, softmax.

use super::{Engine, EngineError, Memory};
use crate::kernel::arch::bytes::{signed, signed_mut};
use crate::kernel::engine::operands::{Operands, bytes_of, pair};
use crate::kernel::{MAX_RANK, Mean, MeanSpec, Pool, PoolKind, PoolSpec, Softmax, SoftmaxSpec};

impl<'a> Engine<'a> {
    pub(super) fn pool(
        &self,
        at: &Operands<'a>,
        kind: PoolKind,
        memory: Memory<'_>,
    ) -> Result<usize, EngineError> {
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

    pub(super) fn mean(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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

    pub(super) fn softmax(&self, at: &Operands<'a>, memory: Memory<'_>) -> Result<usize, EngineError> {
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
}
