//! Options of operators, as plain data; field numbers and defaults are those of the public schema.
//!
//! An operator without options has the schema's defaults; one with the options of another operator is an error.

mod read;

use super::super::shape::Padding;

/// The function that an operator applies to its result, `ActivationFunctionType` of the schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FusedActivation {
    /// None.
    #[default]
    None,
    /// `max(0, x)`.
    Relu,
    /// `min(1, max(-1, x))`.
    ReluN1To1,
    /// `min(6, max(0, x))`.
    Relu6,
    /// Hyperbolic tangent.
    Tanh,
    /// 1 if negative.
    SignBit,
}

/// Options of `CONV_2D`; pairs are height, width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv2dOptions {
    /// At the border.
    pub padding: Padding,
    /// At least 1.
    pub stride: [u32; 2],
    /// At least 1.
    pub dilation: [u32; 2],
    /// Applied to the result.
    pub activation: FusedActivation,
}

/// Options of `DEPTHWISE_CONV_2D`; pairs are height, width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepthwiseConv2dOptions {
    /// At the border.
    pub padding: Padding,
    /// At least 1.
    pub stride: [u32; 2],
    /// At least 1.
    pub dilation: [u32; 2],
    /// Output channels an input channel, as the file says; 0 in files that leave it to the shapes.
    pub multiplier: u32,
    /// Applied to the result.
    pub activation: FusedActivation,
}

/// Options of `TRANSPOSE_CONV`; pairs are height, width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransposeConvOptions {
    /// At the border.
    pub padding: Padding,
    /// At least 1.
    pub stride: [u32; 2],
    /// Applied to the result.
    pub activation: FusedActivation,
}

/// Options of `AVERAGE_POOL_2D`, `MAX_POOL_2D` and `L2_POOL_2D`; pairs are height, width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool2dOptions {
    /// At the border.
    pub padding: Padding,
    /// At least 1.
    pub stride: [u32; 2],
    /// The window, at least 1.
    pub kernel: [u32; 2],
    /// Applied to the result.
    pub activation: FusedActivation,
}

/// Options of `FULLY_CONNECTED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FullyConnectedOptions {
    /// Applied to the result.
    pub activation: FusedActivation,
    /// Whether the weights lie in blocks of 4 by 16 instead of row by row.
    pub shuffled_weights: bool,
    /// Whether the output has as many dimensions as the input.
    pub keep_num_dims: bool,
}

/// Options of `BATCH_MATMUL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchMatMulOptions {
    /// Whether the first operand is transposed.
    pub transpose_first: bool,
    /// Whether the second operand is transposed.
    pub transpose_second: bool,
}

/// Options of `CONCATENATION`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConcatenationOptions {
    /// Negative from the end.
    pub axis: i32,
    /// Applied to the result.
    pub activation: FusedActivation,
}

/// Options of `RESIZE_BILINEAR` and `RESIZE_NEAREST_NEIGHBOR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResizeOptions {
    /// Whether the corners' centres coincide.
    pub align_corners: bool,
    /// Whether a pixel's centre is at a half.
    pub half_pixel_centers: bool,
}

/// Options of `STRIDED_SLICE`: bit masks over the dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StridedSliceOptions {
    /// Where the slice begins at the edge.
    pub begin_mask: i32,
    /// Where the slice ends at the edge.
    pub end_mask: i32,
    /// Which one stands for all that are not named.
    pub ellipsis_mask: i32,
    /// Which are new.
    pub new_axis_mask: i32,
    /// Which fall away.
    pub shrink_axis_mask: i32,
    /// Whether `end` counts from `begin`.
    pub end_is_offset: bool,
}

/// Options of `UNIDIRECTIONAL_SEQUENCE_LSTM`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SequenceLstmOptions {
    /// Of the cell.
    pub activation: FusedActivation,
    /// Limit of the cell's state; 0 for none.
    pub cell_clip: f32,
    /// Limit of the projection; 0 for none.
    pub projection_clip: f32,
    /// Whether the first dimension is time, not batch.
    pub time_major: bool,
}

/// Options of `GATHER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatherOptions {
    /// Negative from the end.
    pub axis: i32,
    /// Leading dimensions that table and indices share.
    pub batch_dims: i32,
}

/// Options of `PACK` and `UNPACK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackOptions {
    /// Number of tensors.
    pub count: i32,
    /// Negative from the end.
    pub axis: i32,
}

/// What `MIRROR_PAD` puts at the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MirrorPadMode {
    /// The neighbours of the border element, mirrored.
    Reflect,
    /// The border element and its neighbours, mirrored.
    Symmetric,
}
