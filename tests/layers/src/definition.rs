//! What layers compute, as TensorFlow Lite's specification and reference kernels write it down: slow and without tricks.

use joulegram::kernel::{Activation, Padding, Quantization};

/// `SaturatingRoundingDoublingHighMul` then `RoundingDivideByPOT`.
pub fn rounded_twice(sum: i32, multiplier: i32, shift: i32) -> i32 {
    let shifted = sum.wrapping_mul(1 << shift.max(0));
    let product = i64::from(shifted) * i64::from(multiplier);
    let nudge = if product >= 0 { 1 << 30 } else { 1 - (1 << 30) };
    let high = ((product + nudge) / (1_i64 << 31)) as i32;
    let exponent = (-shift).max(0);
    let mask = (1_i64 << exponent) - 1;
    let remainder = i64::from(high) & mask;
    let threshold = (mask >> 1) + i64::from(high < 0);
    (high >> exponent.min(31)) + i32::from(remainder > threshold)
}

/// One rounding of the whole product, ties up.
pub fn rounded_once(sum: i32, multiplier: i32, shift: i32) -> i32 {
    let right = 31 - shift;
    ((i64::from(sum) * i64::from(multiplier) + (1_i64 << (right - 1))) >> right) as i32
}

/// Least and greatest output; the scale divides 1 and 6.
pub fn limits(activation: Activation, output: Quantization) -> (i32, i32) {
    let number = |real: f32| ((real / output.scale) as i32 + i32::from(output.zero_point)).clamp(-128, 127);
    match activation {
        Activation::None => (-128, 127),
        Activation::Relu => (number(0.0), 127),
        Activation::Relu6 => (number(0.0), number(6.0)),
        Activation::ReluN1To1 => (number(-1.0), number(1.0)),
    }
}

/// One dimension of a window.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    pub size: usize,
    pub taps: usize,
    pub stride: usize,
    pub dilation: usize,
    pub padding: Padding,
}

impl Axis {
    const fn extent(self) -> usize {
        (self.taps - 1) * self.dilation + 1
    }

    /// None where no window fits.
    pub fn output(self) -> Option<usize> {
        match self.padding {
            Padding::Same => Some(self.size.div_ceil(self.stride)),
            Padding::Valid => Some(self.size.checked_sub(self.extent())? / self.stride + 1),
        }
    }

    /// Where a tap of an output falls; none beyond the border.
    pub fn place(self, output: usize, tap: usize) -> Option<usize> {
        let before = match self.padding {
            Padding::Valid => 0,
            Padding::Same => {
                let covered = (self.size.div_ceil(self.stride) - 1) * self.stride + self.extent();
                covered.saturating_sub(self.size) / 2
            }
        };
        let place = (output * self.stride + tap * self.dilation).checked_sub(before)?;
        (place < self.size).then_some(place)
    }
}
