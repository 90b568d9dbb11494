//! Why a model can't be run.

use super::super::error::KernelError;
use crate::model::tflite::{Builtin, ReadError, TensorType};
use core::fmt;

/// Why a model can't be run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EngineError {
    /// The file is damaged.
    Read(ReadError),
    /// An operator that has no int8 kernel here.
    Unsupported {
        /// Its place.
        operator: u32,
        /// What it is.
        builtin: Builtin,
    },
    /// An operator that is not among those that the engine was given.
    NotNamed {
        /// Its place.
        operator: u32,
        /// What it is.
        builtin: Builtin,
    },
    /// A tensor of another type than the operator's kernel takes: the model is not quantised to int8.
    Type {
        /// The operator's place.
        operator: u32,
        /// What it is.
        builtin: Builtin,
        /// The tensor.
        tensor: u32,
        /// Its type.
        found: TensorType,
    },
    /// A layer that does not fit its tensors, or is beyond a limit.
    Layer {
        /// The operator's place.
        operator: u32,
        /// What it is.
        builtin: Builtin,
        /// What is wrong.
        cause: KernelError,
    },
    /// A tensor without scale, or with a zero point that is no int8 number.
    Quantization {
        /// The tensor.
        tensor: u32,
    },
    /// A tensor that is read before an operator writes it, or that is kept between inferences.
    NotComputed {
        /// The tensor.
        tensor: u32,
    },
    /// A tensor whose shape is open until the model is run.
    OpenShape {
        /// The tensor.
        tensor: u32,
    },
    /// A size of 2^31 bytes or more, or more than 65,535 operators.
    TooLarge,
    /// The plan has too few slots.
    Plan {
        /// Slots given.
        found: usize,
        /// Slots needed.
        needed: usize,
    },
    /// The arena is too small.
    Arena {
        /// Bytes given.
        found: usize,
        /// Bytes needed.
        needed: usize,
    },
    /// The input has another size.
    Input {
        /// Bytes given.
        found: usize,
        /// Bytes needed.
        needed: usize,
    },
    /// The output has another size.
    Output {
        /// Bytes given.
        found: usize,
        /// Bytes needed.
        needed: usize,
    },
}

impl From<ReadError> for EngineError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |builtin: &Builtin| builtin.name().unwrap_or("an unknown operator");
        match self {
            Self::Read(error) => error.fmt(f),
            Self::Unsupported { operator, builtin } => {
                write!(f, "operator {operator} is {}, which has no int8 kernel here", name(builtin))
            }
            Self::NotNamed { operator, builtin } => {
                write!(f, "operator {operator} is {}, which is not among the named operators", name(builtin))
            }
            Self::Type { operator, builtin, tensor, found } => {
                let name = name(builtin);
                write!(
                    f,
                    "operator {operator} ({name}): tensor {tensor} is {found:?}, which the int8 kernel "
                )?;
                f.write_str("does not take")
            }
            Self::Layer { operator, builtin, cause } => {
                write!(f, "operator {operator} ({}): {cause}", name(builtin))
            }
            Self::Quantization { tensor } => {
                write!(f, "tensor {tensor} has no scale and zero point of int8 quantisation")
            }
            Self::NotComputed { tensor } => {
                write!(f, "tensor {tensor} is neither constant nor given nor computed before it is read")
            }
            Self::OpenShape { tensor } => {
                write!(f, "the shape of tensor {tensor} is open until the model is run")
            }
            Self::TooLarge => {
                f.write_str("a tensor is larger than 2^31 bytes, or the operators are more than 65535")
            }
            Self::Plan { found, needed } => write!(f, "the plan has {found} slots, the model needs {needed}"),
            Self::Arena { found, needed } => {
                write!(f, "the arena has {found} bytes, the model needs {needed}")
            }
            Self::Input { found, needed } => {
                write!(f, "the input has {found} bytes, the model takes {needed}")
            }
            Self::Output { found, needed } => {
                write!(f, "the output has {found} bytes, the model gives {needed}")
            }
        }
    }
}

impl core::error::Error for EngineError {}
