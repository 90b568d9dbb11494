//! One column by pairs of rows of weights: fully connected layers.

use super::{GROUP, Rows, put_some, twice, widen};
use crate::kernel::arch::portable;
use crate::kernel::output_stage::OutputStage;
use core::arch::global_asm;

/// 16-bit numbers that a dense layer's input takes; one more to align it.
pub(crate) const fn dense_len(inputs: usize) -> usize {
    inputs.div_ceil(2 * GROUP) * 2 * GROUP + 1
}

/// One row of a dense layer: every output channel for one input vector.
pub(crate) fn dense(
    input: &[i8],
    zero_point: i32,
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
    scratch: &mut [i16],
) {
    let depth = input.len();
    let skip = scratch.as_ptr().addr() / align_of::<i16>() % 2;
    let column = scratch.get_mut(skip..).and_then(|scratch| scratch.get_mut(..dense_len(depth) - 1));
    let Some(rows) = weights.len().checked_div(depth) else { return };
    let words = depth.next_multiple_of(2 * GROUP);
    // Rows whose last words do not reach past the weights, two at a time.
    let pairs = (weights.len() + depth).saturating_sub(words) / depth / 2;
    let stage_at = stage.pointers(0, 2 * pairs).filter(|_| stage.short_scale(depth) && output.len() >= rows);
    let (Some(column), Some((bias, bias_step, requantizers, requantizer_step))) = (column, stage_at) else {
        return portable::dense(input, zero_point, weights, stage, output, &mut []);
    };
    let (groups, tail) = input.as_chunks::<GROUP>();
    let (full, rest) = column.split_at_mut_checked(groups.len() * GROUP).unwrap_or_default();
    widen(groups, twice(zero_point.wrapping_neg()), full, GROUP);
    rest.fill(0);
    put_some(Some(rest), 0, tail, zero_point);
    let clamp = stage.clamp();
    let mut work = Rows {
        panel: column.as_ptr(),
        weights: weights.as_ptr(),
        groups: words / (2 * GROUP),
        depth,
        rows: pairs,
        bias,
        bias_step,
        requantizers,
        requantizer_step,
        output: output.as_mut_ptr(),
        pixel_stride: 0,
        zero_point: stage.zero_point(),
        least: clamp.least,
        most: clamp.most,
    };
    let aligned = weights.as_ptr().addr().is_multiple_of(4) && depth.is_multiple_of(4);
    // SAFETY: the column begins at a word and holds `groups` groups of eight, as do two rows of weights `pairs` times;
    // biases and requantizers are there for as many channels, or are stepped over by 0; so are the outputs. Pairs of
    // words are loaded at once only from words.
    unsafe {
        if aligned {
            joulegram_armv7em_dense_aligned(&mut work);
        } else {
            joulegram_armv7em_dense(&mut work);
        }
    }
    for (index, to) in output.iter_mut().enumerate().take(rows).skip(2 * pairs) {
        let channel = stage.channel(index);
        let row = weights.get(index * depth..).unwrap_or_default();
        *to = stage.output(channel, portable::dot_offset(input, zero_point, row, channel.bias));
    }
}

unsafe extern "C" {
    /// Outputs of pairs of rows for one column, weights at words.
    fn joulegram_armv7em_dense_aligned(work: *mut Rows);
    /// Outputs of pairs of rows for one column, weights anywhere.
    fn joulegram_armv7em_dense(work: *mut Rows);
}

/// Eight elements of a row of weights.
#[rustfmt::skip]
macro_rules! eight {
    ($load:literal, $sum:literal) => {
        concat!(
            $load, "\n",
            "sxtb16 r12, r10, ror #8\n sxtb16 r10, r10\n",
            "smlad ", $sum, ", r10, r4, ", $sum, "\n smlad ", $sum, ", r12, r5, ", $sum, "\n",
            "sxtb16 r12, r11, ror #8\n sxtb16 r11, r11\n",
            "smlad ", $sum, ", r11, r6, ", $sum, "\n smlad ", $sum, ", r12, r7, ", $sum, "\n",
        )
    };
}

// r3 is the work, r0 the column, r1 and r2 the two rows, lr the groups left, r8 and r9 the sums.
macro_rules! dense_rows {
    ($name:literal, $upper:literal, $lower:literal) => {
        global_asm!(
            concat!(".pushsection .text.", $name, ", \"ax\", %progbits"),
            ".balign 4",
            ".thumb_func",
            concat!(".global ", $name),
            concat!(".type ", $name, ", %function"),
            concat!($name, ":"),
            "push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
            "mov r3, r0",
            "ldr r0, [r3, #16]",
            "cmp r0, #0",
            "beq 9f",
            "1:",
            "ldrd r0, r1, [r3]",
            "ldrd lr, r4, [r3, #8]",
            "ldrd r5, r6, [r3, #20]",
            "add r2, r1, r4",
            "ldr r8, [r5]",
            "ldr r9, [r5, r6]",
            "add r5, r5, r6, lsl #1",
            "str r5, [r3, #20]",
            "lsrs lr, lr, #1",
            "bcc 2f",
            "ldmia r0!, {{r4, r5, r6, r7}}",
            eight!($upper, "r8"),
            eight!($lower, "r9"),
            "2:",
            "cmp lr, #0",
            "beq 4f",
            "3:",
            "ldmia r0!, {{r4, r5, r6, r7}}",
            eight!($upper, "r8"),
            eight!($lower, "r9"),
            "ldmia r0!, {{r4, r5, r6, r7}}",
            eight!($upper, "r8"),
            eight!($lower, "r9"),
            "subs lr, lr, #1",
            "bne 3b",
            "4:",
            "ldrd r10, r11, [r3, #28]",
            "ldr r2, [r3, #44]",
            "mov r4, #1",
            "ldrd r5, r6, [r10]",
            "rsb r6, r6, #0",
            "sub r7, r6, #1",
            "lsl r7, r4, r7",
            scaled!("r8", "lr"),
            "add r10, r10, r11",
            "ldrd r5, r6, [r10]",
            "rsb r6, r6, #0",
            "sub r7, r6, #1",
            "lsl r7, r4, r7",
            scaled!("r9", "lr"),
            "add r10, r10, r11",
            "str r10, [r3, #28]",
            "ldrd r4, lr, [r3, #48]",
            clamped!("r8"),
            clamped!("r9"),
            "ldr r0, [r3, #36]",
            "strb r8, [r0], #1",
            "strb r9, [r0], #1",
            "str r0, [r3, #36]",
            "ldr r0, [r3, #4]",
            "ldrd r1, r2, [r3, #12]",
            "add r0, r0, r1, lsl #1",
            "str r0, [r3, #4]",
            "subs r2, r2, #1",
            "str r2, [r3, #16]",
            "bne 1b",
            "9:",
            "pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
            concat!(".size ", $name, ", . - ", $name),
            ".popsection",
        );
    };
}

dense_rows!("joulegram_armv7em_dense_aligned", "ldrd r10, r11, [r1], #8", "ldrd r10, r11, [r2], #8");
dense_rows!(
    "joulegram_armv7em_dense",
    "ldr r10, [r1], #4\n ldr r11, [r1], #4",
    "ldr r10, [r2], #4\n ldr r11, [r2], #4"
);
