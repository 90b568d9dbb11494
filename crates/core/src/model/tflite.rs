//! A reader of `.tflite` files, in place: no copy, no allocation, no generated schema, each access bounds-checked.
//!
//! ```text
//! bytes -> Model -> SubGraph -> Operator, Tensor       views; the int8 engine is built on them
//!       -> Layers: each operator's work                 counted by the formulas of layers described by hand
//!       -> Memory: arena, weights, state
//! ```
//!
//! Every operator is listed; one whose work can't be counted (custom operators, control flow, shapes that are open
//! until the model is run) is listed with [`Kind::Unknown`](super::work::Kind::Unknown), and the total is a lower bound
//! then. Only the main subgraph's operators are listed: the others are reached through control flow operators, which
//! are unknown because how often they run is.
//!
//! A batch that is open in the file counts as one. A file can't make the reader panic, loop, recurse or read outside
//! it; the time it takes is linear in the file's size, except for [`Model::memory`], which has a limit of its own.
//!
//! Not read: metadata, signatures, options of `StableHLO` operators, the data of sparse tensors.

mod count;
mod error;
mod flatbuffer;
mod memory;
mod operator;
mod options;
mod rule;
mod schema;
mod tensor;
#[cfg(test)]
mod writer;

pub use count::{Layers, MAX_OPERANDS, ModelLayer};
pub use error::{Listed, Part, ReadError};
pub(crate) use flatbuffer::{Cursor, Place, Places};
pub use flatbuffer::{Number, Vector};
pub use memory::{MAX_STEPS, Memory};
pub use operator::Builtin;
pub use options::{
    BatchMatMulOptions, ConcatenationOptions, Conv2dOptions, DepthwiseConv2dOptions, FullyConnectedOptions,
    FusedActivation, GatherOptions, MirrorPadMode, PackOptions, Pool2dOptions, ResizeOptions,
    SequenceLstmOptions, StridedSliceOptions, TransposeConvOptions,
};
pub(crate) use schema::root;
pub use schema::{MAX_NAME, Model, OMITTED, Operator, OperatorCode, SubGraph};
pub use tensor::{Quantization, Tensor, TensorType};

#[cfg(test)]
mod tests;
