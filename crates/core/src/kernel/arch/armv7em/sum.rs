//! Sums of two tensors of one shape, element by element.
//!
//! The input of the larger scale, halved, is its difference from its zero point shifted; only the other one is scaled.

use crate::kernel::add::Sum;
use crate::kernel::requantize::Requantizer;
use core::arch::global_asm;

/// What the loop works on, in the order in which its assembly loads it.
#[repr(C)]
struct Elements {
    /// The input that is scaled, then the other one.
    scaled: *const i8,
    other: *const i8,
    output: *mut i8,
    count: usize,
    /// An input is multiplied by this, then added to that.
    factor: i32,
    offset: i32,
    multiplier: i32,
    power: i32,
    /// The other input's zero point, shifted.
    other_offset: i32,
    output_multiplier: i32,
    output_power: i32,
    output_zero_point: i32,
}

/// A scale of 1/2.
const HALF: (i32, i32) = (1 << 30, 0);

/// Adds as many elements as `output` has; the number of those that are done: all, or none if the loops do not fit.
pub(crate) fn add(sum: &Sum, first: &[i8], second: &[i8], output: &mut [i8]) -> usize {
    let count = output.len();
    let parts = |requantizer: Requantizer| (requantizer.multiplier(), requantizer.shift());
    let ([first_zero, second_zero], [first_scale, second_scale]) = (sum.zero_points, sum.scales.map(parts));
    let (scaled, other, scale, zeros) = if first_scale == HALF {
        (second, first, second_scale, [second_zero, first_zero])
    } else {
        (first, second, first_scale, [first_zero, second_zero])
    };
    let [scaled_zero, other_zero] = zeros;
    let ((multiplier, shift), (output_multiplier, output_shift)) = (scale, parts(sum.output_scale));
    let one_half = first_scale == HALF || second_scale == HALF;
    let fits = scaled.len() == count && other.len() == count && count > 0;
    if !fits || !one_half || output_shift > -2 || multiplier == 0 || shift > 0 {
        return 0;
    }
    // Nothing is lost of 1/2: four times the input, and a quarter of it after.
    let (bits, right) = if shift == 0 { (22, 2) } else { (20, -shift) };
    let work = Elements {
        scaled: scaled.as_ptr(),
        other: other.as_ptr(),
        output: output.as_mut_ptr(),
        count,
        factor: 1 << bits,
        offset: -scaled_zero << bits,
        multiplier: multiplier.wrapping_shl(1),
        power: 1_i32.wrapping_shl((32 - right).unsigned_abs()),
        other_offset: other_zero << 19,
        output_multiplier: output_multiplier.wrapping_shl(1),
        output_power: 1 << (32 + output_shift),
        output_zero_point: sum.output_zero_point,
    };
    // SAFETY: both inputs and the output have `count` elements, at least one.
    unsafe {
        if right == 1 {
            joulegram_armv7em_add_halved(&work);
        } else {
            joulegram_armv7em_add(&work);
        }
    }
    if !sum.clamp.is_full() {
        output.iter_mut().for_each(|value| *value = sum.clamp.apply((*value).into()));
    }
    count
}

unsafe extern "C" {
    /// Sums where the scale of the scaled input is 1/2 or below 1/4.
    fn joulegram_armv7em_add(work: *const Elements);
    /// Sums where that scale is between.
    fn joulegram_armv7em_add_halved(work: *const Elements);
}

/// The scaled input's part, added to the other's.
macro_rules! shifted {
    () => {
        "smmlar r4, r5, r9, r4\n"
    };
}

/// The same where it is shifted by one.
macro_rules! halved {
    () => {
        "add r5, r5, #1\n add r4, r4, r5, asr #1\n"
    };
}

/// One element.
#[rustfmt::skip]
macro_rules! element {
    ($part:ident) => {
        concat!(
            "ldrsb r5, [r0], #1\n ldrsb r4, [r1], #1\n",
            "mla r5, r5, r6, r7\n",
            "rsb r4, r10, r4, lsl #19\n",
            "smmlar r5, r5, r8, r5\n",
            "add r5, r5, r5, asr #31\n",
            $part!(),
            scaled!("r4", "r11", "r12", "lr"),
            "strb r4, [r2], #1\n",
        )
    };
}

// r0 and r1 are the inputs, r2 the output, r3 the elements left, r4 and r5 an element, the rest as in `Elements`.
macro_rules! add {
    ($name:literal, $part:ident) => {
        global_asm!(
            concat!(".pushsection .text.", $name, ", \"ax\", %progbits"),
            ".balign 4",
            ".thumb_func",
            concat!(".global ", $name),
            concat!(".type ", $name, ", %function"),
            concat!($name, ":"),
            "push {{r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}}",
            "mov r12, r0",
            "ldmia r12!, {{r0, r1, r2, r3, r6, r7, r8, r9, r10, r11}}",
            "ldrd r12, lr, [r12]",
            "lsrs r3, r3, #1",
            "bcc 2f",
            element!($part),
            "2:",
            "cbz r3, 4f",
            "3:",
            element!($part),
            element!($part),
            "subs r3, r3, #1",
            "bne 3b",
            "4:",
            "pop {{r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}}",
            concat!(".size ", $name, ", . - ", $name),
            ".popsection",
        );
    };
}

add!("joulegram_armv7em_add", shifted);
add!("joulegram_armv7em_add_halved", halved);
