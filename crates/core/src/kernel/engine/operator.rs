//! The operators that have an int8 kernel, for firmware to name those that it uses.
//!
//! Only what is named is linked:
//!
//! ```no_run
//! # static MODEL: [u8; 0] = [];
//! use joulegram::kernel::{Engine, Operator, Rounding, Slot};
//!
//! static OPERATORS: [Operator; 3] = [Operator::CONV_2D, Operator::FULLY_CONNECTED, Operator::SOFTMAX];
//!
//! let mut plan = [Slot::default(); 32];
//! let engine = Engine::with_operators(&MODEL, Rounding::Tflm, &OPERATORS, &mut plan)?;
//! # Ok::<(), joulegram::kernel::EngineError>(())
//! ```

mod elementwise;
mod layout;
mod reduction;
mod weighted;

use super::operands::Operands;
use crate::model::tflite::Builtin;

/// An operator's int8 kernel.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    pub(super) builtin: Builtin,
    /// Checks an operator of the model, or runs it.
    pub(super) perform: fn(&mut Operands<'_, '_>),
}

macro_rules! operators {
    ($($name:ident $perform:path,)*) => {
        impl Operator {
            $(
                #[doc = concat!("`", stringify!($name), "`.")]
                pub const $name: Self = Self { builtin: Builtin::$name, perform: $perform };
            )*

            /// Every operator.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

operators! {
    CONV_2D weighted::conv2d,
    DEPTHWISE_CONV_2D weighted::depthwise,
    FULLY_CONNECTED weighted::dense,
    TRANSPOSE_CONV weighted::transposed_conv,
    AVERAGE_POOL_2D reduction::average_pool,
    MAX_POOL_2D reduction::max_pool,
    MEAN reduction::mean,
    SOFTMAX reduction::softmax,
    ADD elementwise::add,
    SUB elementwise::sub,
    MUL elementwise::mul,
    RELU elementwise::relu,
    RELU6 elementwise::relu6,
    RELU_N1_TO_1 elementwise::relu_n1_to_1,
    LEAKY_RELU elementwise::leaky_relu,
    LOGISTIC elementwise::logistic,
    TANH elementwise::tanh,
    QUANTIZE elementwise::quantize,
    DEQUANTIZE elementwise::dequantize,
    CONCATENATION layout::concat,
    PAD layout::pad,
    PADV2 layout::pad,
    RESHAPE layout::reshape,
    EXPAND_DIMS layout::reshape,
    SQUEEZE layout::reshape,
    TRANSPOSE layout::transpose,
    RESIZE_NEAREST_NEIGHBOR layout::resize,
}

impl Operator {
    /// What it is.
    #[must_use]
    pub const fn builtin(&self) -> Builtin {
        self.builtin
    }
}

/// An axis that counts from the end if negative.
fn axis(axis: i32, rank: usize) -> Option<usize> {
    let distance = usize::try_from(axis.unsigned_abs()).unwrap_or(usize::MAX);
    let place = if axis < 0 { rank.checked_sub(distance)? } else { distance };
    Some(place).filter(|place| *place < rank)
}
