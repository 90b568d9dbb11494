//! What an operator works on: shapes, scales and bytes of its tensors.

use super::super::arch::bytes::signed;
use super::super::bias::Bias;
use super::super::error::KernelError;
use super::super::quantization::{Activation, Quantization};
use super::super::strided::MAX_RANK;
use super::EngineError;
use crate::model::tflite::{Builtin, FusedActivation, Model, Operator, SubGraph, Tensor, TensorType, Vector};

/// An operator with its tensors at hand.
#[derive(Clone, Copy)]
pub(super) struct Operands<'a> {
    pub(super) model: Model<'a>,
    pub(super) graph: SubGraph<'a>,
    pub(super) operator: Operator<'a>,
    pub(super) number: u32,
    pub(super) builtin: Builtin,
}

/// The dimensions of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dims {
    all: [usize; MAX_RANK],
    rank: usize,
}

impl Dims {
    pub(super) fn as_slice(&self) -> &[usize] {
        self.all.get(..self.rank).unwrap_or_default()
    }

    /// The same with another size of one dimension.
    pub(super) fn set(&mut self, axis: usize, size: usize) {
        if let Some(dim) = self.all.get_mut(..self.rank).and_then(|dims| dims.get_mut(axis)) {
            *dim = size;
        }
    }

    /// Elements from one index to the next, for each dimension.
    pub(super) fn strides(&self) -> [isize; MAX_RANK] {
        let mut strides = [0; MAX_RANK];
        let mut stride = 1_usize;
        let places = strides.iter_mut().take(self.rank).rev();
        for (to, dim) in places.zip(self.as_slice().iter().rev()) {
            *to = stride.cast_signed();
            stride = stride.wrapping_mul(*dim);
        }
        strides
    }

    /// The innermost dimension; 1 for a scalar.
    pub(super) fn last(&self) -> usize {
        self.as_slice().last().copied().unwrap_or(1)
    }

    /// All dimensions but the innermost, as one.
    pub(super) fn rows(&self) -> usize {
        let outer = self.as_slice().split_last().map(|(_, outer)| outer);
        outer.unwrap_or_default().iter().fold(1, |product, dim| product.wrapping_mul(*dim))
    }
}

/// Bytes of a tensor. Dimensions that are open until the model is run have the size that the file gives.
pub(super) fn bytes_of(tensor: &Tensor<'_>) -> Result<usize, EngineError> {
    let open = EngineError::OpenShape { tensor: tensor.index() };
    usize::try_from(tensor.bytes()?.ok_or(open)?).map_err(|_| EngineError::TooLarge)
}

impl<'a> Operands<'a> {
    pub(super) fn layer(&self, cause: KernelError) -> EngineError {
        EngineError::Layer { operator: self.number, builtin: self.builtin, cause }
    }

    pub(super) fn mismatch(&self, field: &'static str) -> EngineError {
        self.layer(KernelError::Mismatch { field })
    }

    pub(super) const fn unsupported(&self) -> EngineError {
        EngineError::Unsupported { operator: self.number, builtin: self.builtin }
    }

    /// An input that must be there.
    pub(super) fn input(&self, place: usize) -> Result<Tensor<'a>, EngineError> {
        let input = self.graph.input(&self.operator, place)?;
        input.ok_or_else(|| self.mismatch("number of inputs and operator"))
    }

    pub(super) fn output(&self) -> Result<Tensor<'a>, EngineError> {
        if self.operator.outputs().len() != 1 {
            return Err(self.mismatch("number of outputs and operator"));
        }
        Ok(self.graph.output(&self.operator, 0)?)
    }

    pub(super) fn of_type(
        &self,
        tensor: Tensor<'a>,
        expected: TensorType,
    ) -> Result<Tensor<'a>, EngineError> {
        let found = tensor.element();
        if found == expected && !tensor.is_sparse()? {
            return Ok(tensor);
        }
        let (operator, builtin, tensor) = (self.number, self.builtin, tensor.index());
        Err(EngineError::Type { operator, builtin, tensor, found })
    }

    /// An int8 input.
    pub(super) fn int8_input(&self, place: usize) -> Result<Tensor<'a>, EngineError> {
        self.of_type(self.input(place)?, TensorType::Int8)
    }

    /// The int8 output.
    pub(super) fn int8_output(&self) -> Result<Tensor<'a>, EngineError> {
        self.of_type(self.output()?, TensorType::Int8)
    }

    pub(super) fn dims(&self, tensor: &Tensor<'a>) -> Result<Dims, EngineError> {
        let open = EngineError::OpenShape { tensor: tensor.index() };
        let shape = tensor.shape()?.ok_or(open)?;
        let mut dims = Dims { all: [1; MAX_RANK], rank: shape.rank() };
        for (to, from) in dims.all.iter_mut().zip(shape.dims()) {
            *to = usize::try_from(*from).map_err(|_| EngineError::TooLarge)?;
        }
        Ok(dims)
    }

    /// The dimensions of a tensor that has four.
    pub(super) fn nhwc(&self, tensor: &Tensor<'a>) -> Result<[usize; 4], EngineError> {
        let dims = self.dims(tensor)?;
        dims.as_slice().try_into().map_err(|_| self.mismatch("rank of a tensor and operator"))
    }

    /// Scale and zero point of a tensor that has one of each.
    pub(super) fn quantization(&self, tensor: &Tensor<'a>) -> Result<Quantization, EngineError> {
        let missing = EngineError::Quantization { tensor: tensor.index() };
        let quantization = tensor.quantization()?.ok_or(missing)?;
        let zero_point = quantization.zero_points.get(0).unwrap_or(0);
        match (quantization.scales.len(), quantization.scales.get(0), i8::try_from(zero_point)) {
            (1, Some(scale), Ok(zero_point)) => Ok(Quantization { scale, zero_point }),
            _ => Err(missing),
        }
    }

    /// The scales of weights, all of whose zero points are 0.
    pub(super) fn weight_scales(&self, tensor: &Tensor<'a>) -> Result<Vector<'a, f32>, EngineError> {
        let quantization = tensor.quantization()?;
        let symmetric = quantization.filter(|all| all.zero_points.iter().all(|zero_point| zero_point == 0));
        symmetric.map(|all| all.scales).ok_or(EngineError::Quantization { tensor: tensor.index() })
    }

    /// The data of an input that must be constant.
    pub(super) fn constant(&self, tensor: &Tensor<'a>) -> Result<&'a [u8], EngineError> {
        let data =
            self.model.constant(tensor)?.ok_or_else(|| self.mismatch("constant input and operator"))?;
        Ok(data.get(..bytes_of(tensor)?).unwrap_or_default())
    }

    /// The data of constant int8 weights.
    pub(super) fn weights(&self, tensor: &Tensor<'a>) -> Result<&'a [i8], EngineError> {
        self.of_type(*tensor, TensorType::Int8)?;
        self.constant(tensor).map(signed)
    }

    /// The numbers of a constant int32 input: axes, sizes, paddings.
    pub(super) fn integers(&self, place: usize) -> Result<&'a [[u8; 4]], EngineError> {
        let tensor = self.of_type(self.input(place)?, TensorType::Int32)?;
        let (words, _) = self.constant(&tensor)?.as_chunks();
        Ok(words)
    }

    /// The bias, an input that may be left out.
    pub(super) fn bias(&self, place: usize) -> Result<Bias<'a>, EngineError> {
        match self.graph.input(&self.operator, place)? {
            None => Ok(Bias::None),
            Some(_) => self.integers(place).map(Bias::Bytes),
        }
    }

    pub(super) fn activation(&self, fused: FusedActivation) -> Result<Activation, EngineError> {
        match fused {
            FusedActivation::None => Ok(Activation::None),
            FusedActivation::Relu => Ok(Activation::Relu),
            FusedActivation::ReluN1To1 => Ok(Activation::ReluN1To1),
            FusedActivation::Relu6 => Ok(Activation::Relu6),
            FusedActivation::Tanh | FusedActivation::SignBit => {
                Err(self.mismatch("fused activation and int8"))
            }
        }
    }
}

/// A pair of positive numbers of the file.
pub(super) fn pair([a, b]: [u32; 2]) -> Result<[usize; 2], EngineError> {
    let wide = |value: u32| usize::try_from(value).map_err(|_| EngineError::TooLarge);
    Ok([wide(a)?, wide(b)?])
}
