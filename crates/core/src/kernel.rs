//! int8 inference, bit for bit as TensorFlow Lite computes it.
//!
//! A layer is built from slices: weights stay where they are (flash), shapes, strides, zero points and multipliers are
//! checked once in `new`, and `run` can't fail. No allocation, no cap on channels, no float in `run`, no dependence on
//! alignment. Tensors are `NHWC`, weights as in the `.tflite` file.
//!
//! ```
//! use joulegram::kernel::{Activation, Dense, DenseSpec, Quantization, Requantizer, Rounding};
//!
//! static WEIGHTS: [i8; 6] = [1, 2, 3, -1, -2, -3];
//! static REQUANTIZERS: [Requantizer; 1] = Requantizer::per_channel(0.5, &[0.25], 0.125);
//! let spec = DenseSpec {
//!     batch: 1,
//!     inputs: 3,
//!     outputs: 2,
//!     input: Quantization { scale: 0.5, zero_point: -1 },
//!     output: Quantization { scale: 0.125, zero_point: 0 },
//!     activation: Activation::None,
//!     rounding: Rounding::Tflm,
//! };
//! let mut output = [0; 2];
//!
//! let dense = Dense::new(&spec, &WEIGHTS, &[10, 20], &REQUANTIZERS)?;
//! dense.run(&[4, 5, 6], &mut output, &mut []);
//!
//! assert_eq!(output, [48, -18]); // (10 + 1*5 + 2*6 + 3*7) * 0.5 * 0.25 / 0.125; (20 - 38) likewise
//! # Ok::<(), joulegram::kernel::KernelError>(())
//! ```
//!
//! # Which TensorFlow Lite
//! Three roundings exist, and they differ by one in about 2 % of cases. [`Rounding::Tflm`] is what TensorFlow Lite for
//! Microcontrollers and CMSIS-NN compute; [`Rounding::Litert`] is what LiteRT's reference kernels compute. Python's
//! default interpreter delegates to XNNPACK, which rounds in `f32`: its outputs may differ from both by one.
//!
//! # Limits
//! A sum of products must fit in 32 bits, which any window of less than 2^16 elements does; past that it wraps, as in
//! TensorFlow Lite. A slice given to `run` that is shorter than the layer says leaves the output as it was; of a longer
//! one the first elements are used.

mod add;
#[expect(
    unsafe_code,
    reason = "instructions and views of bytes that safe Rust lacks; each block says why it holds"
)]
mod arch;
mod arena;
mod bias;
mod concat;
mod conv2d;
mod dense;
mod depthwise;
mod engine;
mod error;
mod fixed_point;
mod function;
mod layer;
mod mean;
mod mul;
mod output_stage;
mod pad;
mod pieces;
mod pool;
mod quantization;
mod quantize;
mod requantize;
mod resize;
mod softmax;
mod strided;
#[cfg(test)]
mod tests;
mod transposed_conv;
mod window;

pub use crate::model::shape::Padding;
pub use add::{Add, AddSpec};
pub use arena::Slot;
pub use bias::Bias;
pub use concat::Concat;
pub use conv2d::{Conv2d, Conv2dSpec};
pub use dense::{Dense, DenseSpec};
pub use depthwise::{DepthwiseConv2d, DepthwiseSpec};
pub use engine::{Engine, EngineError, Operator, Step};
pub use error::KernelError;
pub use function::{Function, Table};
pub use mean::{Mean, MeanSpec};
pub use mul::{Mul, MulSpec};
pub use pad::{Pad, PadSpec};
pub use pool::{Pool, PoolKind, PoolSpec};
pub use quantization::{Activation, Quantization};
pub use quantize::{Dequantize, Quantize};
pub use requantize::{Requantizer, Rounding};
pub use resize::{ResizeNearest, ResizeSpec};
pub use softmax::{Softmax, SoftmaxSpec};
pub use strided::{MAX_RANK, StridedCopy};
pub use transposed_conv::{TransposedConv2d, TransposedConvSpec};

/// Reshape: the elements as they are.
pub fn reshape(input: &[i8], output: &mut [i8]) {
    arch::copy(output, input);
}

/// The name of the inner loops in use: `portable`, `armv7em`, `avx2`, `avx-vnni`, `avx512-vnni`. All give the same bytes.
#[must_use]
pub fn loops() -> &'static str {
    arch::loops()
}

/// Uses the inner loops of that name; false if this processor lacks them. For tests and comparisons: the fastest are in
/// use without it, and a layer that runs meanwhile on another thread may give wrong numbers.
pub fn choose_loops(name: &str) -> bool {
    arch::choose_loops(name)
}
