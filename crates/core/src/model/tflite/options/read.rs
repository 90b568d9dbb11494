//! How each operator's options are read.

use super::super::error::ReadError;
use super::super::flatbuffer::{Number, Table, Vector};
use super::super::schema::Operator;
use super::{
    BatchMatMulOptions, ConcatenationOptions, Conv2dOptions, DepthwiseConv2dOptions, FullyConnectedOptions,
    FusedActivation, GatherOptions, MirrorPadMode, PackOptions, Pool2dOptions, ResizeOptions,
    SequenceLstmOptions, StridedSliceOptions, TransposeConvOptions,
};
use crate::model::shape::Padding;

/// The fields of an operator's options; absent options have absent fields.
struct Fields<'a>(Option<Table<'a>>);

impl<'a> Fields<'a> {
    fn number<T: Number>(&self, field: u16, default: T) -> Result<T, ReadError> {
        self.0.map_or(Ok(default), |table| table.number(field, default))
    }

    fn flag(&self, field: u16) -> Result<bool, ReadError> {
        self.0.map_or(Ok(false), |table| table.flag(field))
    }

    fn positive(&self, field: u16, default: i32, name: &'static str) -> Result<u32, ReadError> {
        let value = self.number(field, default)?;
        let refused = ReadError::Value { field: name, value: value.into() };
        u32::try_from(value).ok().filter(|value| *value > 0).ok_or(refused)
    }

    /// Two fields as height, width: the schema mostly has the width first.
    fn pair(
        &self,
        (height, width): (u16, u16),
        default: i32,
        name: &'static str,
    ) -> Result<[u32; 2], ReadError> {
        Ok([self.positive(height, default, name)?, self.positive(width, default, name)?])
    }

    fn padding(&self, field: u16) -> Result<Padding, ReadError> {
        match self.number(field, 0_i8)? {
            0 => Ok(Padding::Same),
            1 => Ok(Padding::Valid),
            value => Err(ReadError::Value { field: "padding", value: value.into() }),
        }
    }

    fn activation(&self, field: u16) -> Result<FusedActivation, ReadError> {
        match self.number(field, 0_i8)? {
            0 => Ok(FusedActivation::None),
            1 => Ok(FusedActivation::Relu),
            2 => Ok(FusedActivation::ReluN1To1),
            3 => Ok(FusedActivation::Relu6),
            4 => Ok(FusedActivation::Tanh),
            5 => Ok(FusedActivation::SignBit),
            value => Err(ReadError::Value { field: "fused_activation_function", value: value.into() }),
        }
    }

    fn integers(&self, field: u16) -> Result<Option<Vector<'a, i32>>, ReadError> {
        self.0.map(|table| table.vector(field)).transpose()
    }
}

/// Each method is for the operators it names. Its errors: the operator has other options, a value without meaning, or
/// options that are damaged.
#[expect(clippy::missing_errors_doc, reason = "the same for each, said above")]
impl<'a> Operator<'a> {
    fn fields(&self, expected: u8) -> Result<Fields<'a>, ReadError> {
        match self.table.number(3, 0_u8)? {
            0 => Ok(Fields(None)),
            found if found == expected => Ok(Fields(self.table.table(4)?)),
            found => Err(ReadError::Options { found, expected }),
        }
    }

    /// Of `CONV_2D`.
    pub fn conv2d_options(&self) -> Result<Conv2dOptions, ReadError> {
        let fields = self.fields(1)?;
        Ok(Conv2dOptions {
            padding: fields.padding(0)?,
            stride: fields.pair((2, 1), 0, "stride")?,
            dilation: fields.pair((5, 4), 1, "dilation")?,
            activation: fields.activation(3)?,
        })
    }

    /// Of `DEPTHWISE_CONV_2D`.
    pub fn depthwise_conv2d_options(&self) -> Result<DepthwiseConv2dOptions, ReadError> {
        let fields = self.fields(2)?;
        let multiplier = fields.number(3, 0_i32)?;
        Ok(DepthwiseConv2dOptions {
            padding: fields.padding(0)?,
            stride: fields.pair((2, 1), 0, "stride")?,
            dilation: fields.pair((6, 5), 1, "dilation")?,
            multiplier: u32::try_from(multiplier)
                .map_err(|_| ReadError::Value { field: "depth_multiplier", value: multiplier.into() })?,
            activation: fields.activation(4)?,
        })
    }

    /// Of `TRANSPOSE_CONV`.
    pub fn transpose_conv_options(&self) -> Result<TransposeConvOptions, ReadError> {
        let fields = self.fields(49)?;
        Ok(TransposeConvOptions {
            padding: fields.padding(0)?,
            stride: fields.pair((2, 1), 0, "stride")?,
            activation: fields.activation(3)?,
        })
    }

    /// Of `AVERAGE_POOL_2D`, `MAX_POOL_2D` and `L2_POOL_2D`.
    pub fn pool2d_options(&self) -> Result<Pool2dOptions, ReadError> {
        let fields = self.fields(5)?;
        Ok(Pool2dOptions {
            padding: fields.padding(0)?,
            stride: fields.pair((2, 1), 0, "stride")?,
            kernel: fields.pair((4, 3), 0, "filter")?,
            activation: fields.activation(5)?,
        })
    }

    /// Of `FULLY_CONNECTED`.
    pub fn fully_connected_options(&self) -> Result<FullyConnectedOptions, ReadError> {
        let fields = self.fields(8)?;
        let format = fields.number(1, 0_i8)?;
        if !(0..=1).contains(&format) {
            return Err(ReadError::Value { field: "weights_format", value: format.into() });
        }
        Ok(FullyConnectedOptions {
            activation: fields.activation(0)?,
            shuffled_weights: format == 1,
            keep_num_dims: fields.flag(2)?,
        })
    }

    /// Of `BATCH_MATMUL`.
    pub fn batch_matmul_options(&self) -> Result<BatchMatMulOptions, ReadError> {
        let fields = self.fields(101)?;
        Ok(BatchMatMulOptions { transpose_first: fields.flag(0)?, transpose_second: fields.flag(1)? })
    }

    /// The scale of the exponent, of `SOFTMAX`.
    pub fn softmax_beta(&self) -> Result<f32, ReadError> {
        self.fields(9)?.number(0, 0.0)
    }

    /// The slope below 0, of `LEAKY_RELU`.
    pub fn leaky_relu_alpha(&self) -> Result<f32, ReadError> {
        self.fields(75)?.number(0, 0.0)
    }

    /// Whether the polynomial form is meant, of `GELU`.
    pub fn gelu_is_approximate(&self) -> Result<bool, ReadError> {
        self.fields(116)?.flag(0)
    }

    /// Applied to the result, of `ADD`.
    pub fn add_activation(&self) -> Result<FusedActivation, ReadError> {
        self.fields(11)?.activation(0)
    }

    /// Applied to the result, of `MUL`.
    pub fn mul_activation(&self) -> Result<FusedActivation, ReadError> {
        self.fields(21)?.activation(0)
    }

    /// Applied to the result, of `SUB`.
    pub fn sub_activation(&self) -> Result<FusedActivation, ReadError> {
        self.fields(28)?.activation(0)
    }

    /// Applied to the result, of `DIV`.
    pub fn div_activation(&self) -> Result<FusedActivation, ReadError> {
        self.fields(29)?.activation(0)
    }

    /// Applied to the result, of `L2_NORMALIZATION`.
    pub fn l2_norm_activation(&self) -> Result<FusedActivation, ReadError> {
        self.fields(12)?.activation(0)
    }

    /// Of `CONCATENATION`.
    pub fn concatenation_options(&self) -> Result<ConcatenationOptions, ReadError> {
        let fields = self.fields(10)?;
        Ok(ConcatenationOptions { axis: fields.number(0, 0)?, activation: fields.activation(1)? })
    }

    /// The new shape, of `RESHAPE`, where no second input gives it; -1 for at most one dimension that follows from the
    /// others.
    pub fn reshape_dims(&self) -> Result<Option<Vector<'a, i32>>, ReadError> {
        self.fields(17)?.integers(0)
    }

    /// The dimensions that fall away, of `SQUEEZE`; all of size 1 if none is given.
    pub fn squeeze_dims(&self) -> Result<Option<Vector<'a, i32>>, ReadError> {
        self.fields(30)?.integers(0)
    }

    /// Of `RESIZE_BILINEAR`.
    pub fn resize_bilinear_options(&self) -> Result<ResizeOptions, ReadError> {
        // Fields 0 and 1 were the size, before it became an input.
        let fields = self.fields(15)?;
        Ok(ResizeOptions { align_corners: fields.flag(2)?, half_pixel_centers: fields.flag(3)? })
    }

    /// Of `RESIZE_NEAREST_NEIGHBOR`.
    pub fn resize_nearest_neighbor_options(&self) -> Result<ResizeOptions, ReadError> {
        let fields = self.fields(74)?;
        Ok(ResizeOptions { align_corners: fields.flag(0)?, half_pixel_centers: fields.flag(1)? })
    }

    /// Whether reduced dimensions stay with size 1, of `MEAN`, `SUM` and the `REDUCE_` operators.
    pub fn reducer_keeps_dims(&self) -> Result<bool, ReadError> {
        self.fields(27)?.flag(0)
    }

    /// Of `STRIDED_SLICE`.
    pub fn strided_slice_options(&self) -> Result<StridedSliceOptions, ReadError> {
        let fields = self.fields(32)?;
        Ok(StridedSliceOptions {
            begin_mask: fields.number(0, 0)?,
            end_mask: fields.number(1, 0)?,
            ellipsis_mask: fields.number(2, 0)?,
            new_axis_mask: fields.number(3, 0)?,
            shrink_axis_mask: fields.number(4, 0)?,
            end_is_offset: fields.flag(5)?,
        })
    }

    /// Of `UNIDIRECTIONAL_SEQUENCE_LSTM`.
    pub fn sequence_lstm_options(&self) -> Result<SequenceLstmOptions, ReadError> {
        let fields = self.fields(71)?;
        Ok(SequenceLstmOptions {
            activation: fields.activation(0)?,
            cell_clip: fields.number(1, 0.0)?,
            projection_clip: fields.number(2, 0.0)?,
            time_major: fields.flag(3)?,
        })
    }

    /// Of `GATHER`.
    pub fn gather_options(&self) -> Result<GatherOptions, ReadError> {
        let fields = self.fields(23)?;
        Ok(GatherOptions { axis: fields.number(0, 0)?, batch_dims: fields.number(1, 0)? })
    }

    /// Of `PACK`.
    pub fn pack_options(&self) -> Result<PackOptions, ReadError> {
        let fields = self.fields(59)?;
        Ok(PackOptions { count: fields.number(0, 0)?, axis: fields.number(1, 0)? })
    }

    /// Of `UNPACK`.
    pub fn unpack_options(&self) -> Result<PackOptions, ReadError> {
        let fields = self.fields(64)?;
        Ok(PackOptions { count: fields.number(0, 0)?, axis: fields.number(1, 0)? })
    }

    /// Number of parts, of `SPLIT`.
    pub fn split_count(&self) -> Result<i32, ReadError> {
        self.fields(35)?.number(0, 0)
    }

    /// Side of a block, of `SPACE_TO_DEPTH`.
    pub fn space_to_depth_block(&self) -> Result<u32, ReadError> {
        self.fields(19)?.positive(0, 0, "block_size")
    }

    /// Side of a block, of `DEPTH_TO_SPACE`.
    pub fn depth_to_space_block(&self) -> Result<u32, ReadError> {
        self.fields(94)?.positive(0, 0, "block_size")
    }

    /// Of `MIRROR_PAD`.
    pub fn mirror_pad_mode(&self) -> Result<MirrorPadMode, ReadError> {
        match self.fields(77)?.number(0, 0_i8)? {
            0 => Ok(MirrorPadMode::Reflect),
            1 => Ok(MirrorPadMode::Symmetric),
            value => Err(ReadError::Value { field: "mode", value: value.into() }),
        }
    }
}
