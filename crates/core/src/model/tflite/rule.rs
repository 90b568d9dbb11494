//! How each operator is counted: its kind, its formula, and which of its inputs hold parameters.

use super::super::work::Kind;
use super::operator::Builtin as B;

/// The formula for an operator's MACs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Formula {
    /// None: 0 MACs.
    Nothing,
    /// Filter `[out, height, width, in]`, input 1.
    Conv,
    /// Filter `[depth, height, width, in, out]`, input 1.
    Conv3d,
    /// Filter `[1, height, width, out]`, input 1.
    Depthwise,
    /// Filter `[out, height, width, in]`, input 1; the image is input 2.
    Transposed,
    /// Filter `[depth, height, width, out, in]`, input 1; the volume is input 2.
    Transposed3d,
    /// Weights `[out, in]`, input 1.
    Dense,
    /// Inputs 0 and 1.
    MatMul,
    /// A window that gathers, without weights.
    Pool,
    /// Matrices `[out, in]`, the inputs in the mask; each is used once a step.
    Recurrent(u64),
}

/// How an operator is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) kind: Kind,
    pub(super) formula: Formula,
    /// Inputs that hold parameters where they are constant, a bit each; the last bit stands for all after it.
    parameters: u64,
}

impl Rule {
    /// An operator whose work is not known.
    pub(super) const UNKNOWN: Self = plain(Kind::Unknown, 0);

    /// Whether the input at a place holds parameters if it is constant.
    pub(super) fn is_parameter(self, place: usize) -> bool {
        self.parameters >> place.min(63) & 1 == 1
    }
}

const fn plain(kind: Kind, parameters: u64) -> Rule {
    Rule { kind, formula: Formula::Nothing, parameters }
}

const fn counted(kind: Kind, formula: Formula, parameters: u64) -> Rule {
    Rule { kind, formula, parameters }
}

/// All inputs.
const ALL: u64 = u64::MAX;
/// The first input: what follows are shapes, axes, indices, amounts of padding.
const FIRST: u64 = 0b1;
const SECOND: u64 = 0b10;

const fn bits(first: u32, last: u32) -> u64 {
    (u64::MAX >> (63 - (last - first))) << first
}

/// Gate and recurrent matrices (inputs 1 to 8) and the projection (16) of a long short-term memory.
const LSTM: u64 = bits(1, 8) | bits(16, 16);
/// The same of both directions, and of the auxiliary input.
const BIDIRECTIONAL_LSTM: u64 = LSTM | bits(18, 25) | bits(33, 33) | bits(40, 47);
/// Input and recurrent matrix of both directions, and of the auxiliary input.
const BIDIRECTIONAL_RNN: u64 = bits(1, 2) | bits(5, 6) | bits(10, 11);

/// How an operator is counted; [`Rule::UNKNOWN`] for control flow, custom operators, hash tables, random numbers,
/// transforms, sorting by suppression, and codes that are not known here.
#[expect(clippy::match_same_arms, reason = "one arm a group of operators, in the order of the kinds")]
pub(super) const fn rule(operator: B) -> Rule {
    match operator {
        B::FULLY_CONNECTED => counted(Kind::Dense, Formula::Dense, 0b110),
        B::CONV_2D => counted(Kind::Conv2d, Formula::Conv, 0b110),
        B::CONV_3D => counted(Kind::Conv2d, Formula::Conv3d, 0b110),
        B::DEPTHWISE_CONV_2D => counted(Kind::DepthwiseConv2d, Formula::Depthwise, 0b110),
        B::TRANSPOSE_CONV => counted(Kind::TransposedConv2d, Formula::Transposed, 0b1010),
        B::CONV_3D_TRANSPOSE => counted(Kind::TransposedConv2d, Formula::Transposed3d, 0b1010),
        B::BATCH_MATMUL => counted(Kind::MatMul, Formula::MatMul, 0b11),

        B::LSTM | B::UNIDIRECTIONAL_SEQUENCE_LSTM => counted(Kind::Recurrent, Formula::Recurrent(LSTM), ALL),
        B::BIDIRECTIONAL_SEQUENCE_LSTM => {
            counted(Kind::Recurrent, Formula::Recurrent(BIDIRECTIONAL_LSTM), ALL)
        }
        B::RNN | B::UNIDIRECTIONAL_SEQUENCE_RNN | B::SVDF => {
            counted(Kind::Recurrent, Formula::Recurrent(0b110), ALL)
        }
        B::BIDIRECTIONAL_SEQUENCE_RNN => counted(Kind::Recurrent, Formula::Recurrent(BIDIRECTIONAL_RNN), ALL),

        B::AVERAGE_POOL_2D | B::MAX_POOL_2D | B::L2_POOL_2D => counted(Kind::Pool, Formula::Pool, 0),

        B::MEAN
        | B::SUM
        | B::REDUCE_PROD
        | B::REDUCE_MAX
        | B::REDUCE_MIN
        | B::REDUCE_ANY
        | B::REDUCE_ALL
        | B::ARG_MAX
        | B::ARG_MIN
        | B::TOPK_V2
        | B::CUMSUM
        | B::SEGMENT_SUM
        | B::UNSORTED_SEGMENT_PROD
        | B::UNSORTED_SEGMENT_MAX
        | B::UNSORTED_SEGMENT_SUM
        | B::UNSORTED_SEGMENT_MIN => plain(Kind::Reduce, 0),

        B::ADD
        | B::SUB
        | B::MUL
        | B::DIV
        | B::MAXIMUM
        | B::MINIMUM
        | B::POW
        | B::SQUARED_DIFFERENCE
        | B::FLOOR_DIV
        | B::FLOOR_MOD
        | B::LESS
        | B::LESS_EQUAL
        | B::GREATER
        | B::GREATER_EQUAL
        | B::EQUAL
        | B::NOT_EQUAL
        | B::LOGICAL_AND
        | B::LOGICAL_OR
        | B::LOGICAL_NOT
        | B::SELECT
        | B::SELECT_V2
        | B::ADD_N
        | B::ATAN2
        | B::BITWISE_XOR
        | B::RIGHT_SHIFT => plain(Kind::Elementwise, ALL),
        B::STABLEHLO_ADD
        | B::STABLEHLO_DIVIDE
        | B::STABLEHLO_MULTIPLY
        | B::STABLEHLO_MAXIMUM
        | B::STABLEHLO_MINIMUM
        | B::STABLEHLO_CLAMP
        | B::STABLEHLO_AND
        | B::STABLEHLO_OR
        | B::STABLEHLO_POWER
        | B::STABLEHLO_REMAINDER
        | B::STABLEHLO_SELECT
        | B::STABLEHLO_SUBTRACT
        | B::STABLEHLO_COMPARE
        | B::STABLEHLO_SHIFT_LEFT => plain(Kind::Elementwise, ALL),

        B::RELU
        | B::RELU_N1_TO_1
        | B::RELU6
        | B::RELU_0_TO_1
        | B::LOGISTIC
        | B::TANH
        | B::HARD_SWISH
        | B::LEAKY_RELU
        | B::PRELU
        | B::ELU
        | B::GELU
        | B::EXP
        | B::LOG
        | B::SQRT
        | B::RSQRT
        | B::SQUARE
        | B::SIN
        | B::COS
        | B::ABS
        | B::NEG
        | B::SIGN
        | B::FLOOR
        | B::CEIL
        | B::ROUND
        | B::IMAG
        | B::REAL
        | B::COMPLEX_ABS
        | B::BUCKETIZE => plain(Kind::Activation, ALL),
        B::STABLEHLO_LOGISTIC
        | B::STABLEHLO_ABS
        | B::STABLEHLO_COSINE
        | B::STABLEHLO_EXPONENTIAL
        | B::STABLEHLO_FLOOR
        | B::STABLEHLO_LOG
        | B::STABLEHLO_NEGATE
        | B::STABLEHLO_RSQRT
        | B::STABLEHLO_TANH
        | B::STABLEHLO_CBRT => plain(Kind::Activation, ALL),

        B::SOFTMAX | B::LOG_SOFTMAX => plain(Kind::Softmax, 0),
        B::L2_NORMALIZATION | B::LOCAL_RESPONSE_NORMALIZATION => plain(Kind::Normalization, 0),

        B::GATHER | B::GATHER_ND | B::STABLEHLO_GATHER => plain(Kind::Embedding, FIRST),
        B::EMBEDDING_LOOKUP => plain(Kind::Embedding, SECOND),

        // Weights that are stored as float16 or sparse are constant inputs of these.
        B::QUANTIZE | B::DEQUANTIZE | B::CAST | B::FAKE_QUANT | B::DENSIFY | B::STABLEHLO_CONVERT => {
            plain(Kind::Quantize, FIRST)
        }

        B::CONCATENATION | B::PACK | B::STABLEHLO_CONCATENATE => plain(Kind::Movement, ALL),
        B::SPLIT => plain(Kind::Movement, SECOND),
        B::DYNAMIC_UPDATE_SLICE | B::STABLEHLO_DYNAMIC_UPDATE_SLICE => plain(Kind::Movement, 0b11),
        B::SCATTER_ND => plain(Kind::Movement, SECOND),
        B::RESHAPE
        | B::SQUEEZE
        | B::EXPAND_DIMS
        | B::TRANSPOSE
        | B::PAD
        | B::PADV2
        | B::MIRROR_PAD
        | B::SLICE
        | B::STRIDED_SLICE
        | B::SPLIT_V
        | B::UNPACK
        | B::TILE
        | B::BROADCAST_TO
        | B::REVERSE_V2
        | B::REVERSE_SEQUENCE
        | B::SPACE_TO_BATCH_ND
        | B::BATCH_TO_SPACE_ND
        | B::SPACE_TO_DEPTH
        | B::DEPTH_TO_SPACE
        | B::RESIZE_BILINEAR
        | B::RESIZE_NEAREST_NEIGHBOR
        | B::BITCAST
        | B::DILATE => plain(Kind::Movement, FIRST),
        B::STABLEHLO_RESHAPE
        | B::STABLEHLO_BROADCAST_IN_DIM
        | B::STABLEHLO_SLICE
        | B::STABLEHLO_DYNAMIC_SLICE
        | B::STABLEHLO_PAD
        | B::STABLEHLO_TRANSPOSE => plain(Kind::Movement, FIRST),
        B::SHAPE
        | B::RANK
        | B::RANGE
        | B::FILL
        | B::ZEROS_LIKE
        | B::ONE_HOT
        | B::SPARSE_TO_DENSE
        | B::MATRIX_DIAG
        | B::MATRIX_SET_DIAG
        | B::BROADCAST_ARGS
        | B::STABLEHLO_IOTA
        | B::VAR_HANDLE
        | B::READ_VARIABLE
        | B::ASSIGN_VARIABLE => plain(Kind::Movement, 0),

        _ => Rule::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_past_the_mask_follow_its_last_bit() {
        assert!(rule(B::CONCATENATION).is_parameter(1000));
        assert!(!rule(B::CONV_2D).is_parameter(1000));
        assert!(rule(B::CONV_2D).is_parameter(2));
        assert!(!rule(B::CONV_2D).is_parameter(0));
    }

    #[test]
    fn what_runs_unknown_code_or_unknown_often_is_unknown() {
        for operator in [B::CUSTOM, B::WHILE, B::IF, B::CALL, B::CALL_ONCE, B::STABLEHLO_WHILE, B(209), B(-1)]
        {
            assert_eq!(rule(operator), Rule::UNKNOWN, "{operator}");
        }
    }

    #[test]
    fn a_bidirectional_memory_has_twice_the_matrices_and_those_of_the_auxiliary_input() {
        assert_eq!(LSTM.count_ones(), 9);
        assert_eq!(BIDIRECTIONAL_LSTM.count_ones(), 2 * 9 + 8);
        assert_eq!(bits(1, 2), 0b110);
        assert_eq!(bits(0, 63), u64::MAX);
    }
}
