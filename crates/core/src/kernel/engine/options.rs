//! The options of sliding windows, and what follows a sum.

use super::EngineError;
use super::check::Check;
use super::operands::{Operands, size};
use crate::kernel::{Activation, Padding};
use crate::model::tflite::{Place, ReadError};

/// Where the options of a sliding window are.
pub(super) struct WindowFields {
    /// The options' number in the schema.
    pub(super) options: u8,
    /// Vertical and horizontal distance of taps, or size of the window; the default.
    pub(super) pair: ([u16; 2], i32, &'static str),
    pub(super) activation: u16,
}

/// The options of a sliding window.
pub(super) struct Window {
    pub(super) stride: [usize; 2],
    pub(super) pair: [usize; 2],
    pub(super) padding: Padding,
    pub(super) activation: Activation,
}

impl Operands<'_, '_> {
    /// What follows the sum, a field of the options.
    #[inline(never)]
    pub(super) fn activation(&mut self, options: u8, field: u16) -> Activation {
        let [code] = self.noted(|check| {
            let table = check.options(options);
            [activation_code(check.byte(&table, field), check)]
        });
        activation(code)
    }

    /// The options of a sliding window.
    #[inline(never)]
    pub(super) fn window(&mut self, fields: &WindowFields) -> Window {
        let [stride_y, stride_x, first, second, rest] = self.noted(|check| {
            let table = check.options(fields.options);
            let ([vertical, horizontal], default, name) = fields.pair;
            let (stride_y, stride_x) =
                (positive(check, &table, 2, 0, "stride"), positive(check, &table, 1, 0, "stride"));
            let first = positive(check, &table, vertical, default, name);
            let second = positive(check, &table, horizontal, default, name);
            let padding = check.byte(&table, 0);
            if !(0..=1).contains(&padding) {
                invalid(check, "padding", padding.into());
            }
            let activation = activation_code(check.byte(&table, fields.activation), check);
            [stride_y, stride_x, first, second, activation << 8 | u32::from(padding.cast_unsigned())]
        });
        Window {
            stride: [size(stride_y), size(stride_x)],
            pair: [size(first), size(second)],
            padding: if rest & 0xff == 0 { Padding::Same } else { Padding::Valid },
            activation: activation(rest >> 8),
        }
    }
}

/// A field that must be at least 1.
#[inline(never)]
fn positive(check: &mut Check<'_>, table: &Place, field: u16, default: i32, name: &'static str) -> u32 {
    let value = check.word(table, field, default);
    if value <= 0 {
        invalid(check, name, value);
    }
    value.cast_unsigned()
}

#[cold]
#[inline(never)]
fn invalid(check: &mut Check<'_>, field: &'static str, value: i32) {
    check.fail(EngineError::Read(ReadError::Value { field, value: value.into() }));
}

/// The code of a fused activation that int8 kernels have.
#[inline(never)]
fn activation_code(code: i8, check: &mut Check<'_>) -> u32 {
    match code {
        0..=3 => {}
        4..=5 => check.mismatch("fused activation and int8"),
        _ => invalid(check, "fused_activation_function", code.into()),
    }
    u32::from(code.cast_unsigned())
}

const fn activation(code: u32) -> Activation {
    match code {
        0 => Activation::None,
        1 => Activation::Relu,
        2 => Activation::ReluN1To1,
        _ => Activation::Relu6,
    }
}
