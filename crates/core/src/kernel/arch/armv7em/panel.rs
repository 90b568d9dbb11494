//! A panel's columns by every row of weights: convolution.
//!
//! Six columns are met at once: their sums, two words of weights, four of the panel and two places fill the registers, all
//! else lies in a frame on the stack. A group of four elements costs three instructions for the weights, three loads of
//! four words and twelve `smlad` for 24 products.

use super::{GROUP, copy, zero};
use crate::kernel::arch::bytes::bytes_mut;
use crate::kernel::output_stage::OutputStage;
use crate::kernel::requantize::Requantizer;
use core::arch::global_asm;

/// Columns of a panel.
pub(crate) const COLUMNS: usize = 6;

/// What the loop over rows of weights works on; its assembly knows the fields by their places.
#[repr(C)]
struct Rows {
    weights: *const i8,
    bias: *const u8,
    bias_step: usize,
    requantizers: *const Requantizer,
    requantizer_step: usize,
    output: *mut i8,
    panel: *const i16,
    panel_end: *const i16,
    groups: usize,
    zero_point: i32,
    pixel_stride: usize,
    three_strides: usize,
    output_end: *const i8,
    /// Bytes by which a row's last word reaches past it.
    row_pad: usize,
    /// Pixels to be stored, if not all, or if they are to be clamped; else 0.
    checked: usize,
    /// In the frame: where the work is.
    work: usize,
    least: i32,
    most: i32,
}

/// 16-bit numbers of a panel of columns of `depth` elements; one more to align it, and room for a row of weights where its
/// last word may reach past the weights.
pub(crate) const fn panel_len(depth: usize, _: usize) -> usize {
    let words = depth.div_ceil(GROUP) * GROUP;
    words * COLUMNS + 1 + if words > depth { words / size_of::<i16>() } else { 0 }
}

/// The panel at the first word of the scratch memory; none if there is too little.
pub(crate) fn panel(scratch: &mut [i16], depth: usize, filters: usize) -> Option<&mut [i16]> {
    let skip = scratch.as_ptr().addr() / align_of::<i16>() % 2;
    scratch.get_mut(skip..)?.get_mut(..panel_len(depth, filters) - 1)
}

/// Makes every column one of inputs that equal their zero point.
pub(crate) fn clear(panel: &mut [i16], _: usize, _: i32) {
    zero(panel);
}

/// Output channels from `first_channel` on, one a row of `weights`, for as many pixels as `columns`.
#[expect(
    clippy::too_many_arguments,
    reason = "the shape of one block of work, the same for all instruction sets"
)]
#[inline(never)]
pub(crate) fn products(
    panel: &mut [i16],
    columns: usize,
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    output: &mut [i8],
    pixel_stride: usize,
) {
    let words = depth.next_multiple_of(GROUP);
    let Some(rows) = weights.len().checked_div(depth) else { return };
    let (Some((panel, own)), Some((bias, bias_step, requantizers, requantizer_step))) =
        (panel.split_at_mut_checked(words * COLUMNS), stage.pointers(first_channel, rows))
    else {
        return;
    };
    let fits = stage.rounds_twice()
        && (1..=COLUMNS).contains(&columns)
        && panel.as_ptr().addr().is_multiple_of(4)
        && output.len() >= (columns - 1) * pixel_stride + rows;
    if !fits {
        return;
    }
    let clamp = stage.clamp();
    let start = output.as_mut_ptr();
    // Rows whose last words do not reach past the weights.
    let whole = (weights.len() + depth).saturating_sub(words) / depth;
    let mut work = Rows {
        weights: weights.as_ptr(),
        bias,
        bias_step,
        requantizers,
        requantizer_step,
        output: start,
        panel: panel.as_ptr(),
        panel_end: panel.as_ptr().wrapping_add(words * COLUMNS),
        groups: words / GROUP,
        zero_point: stage.zero_point(),
        pixel_stride,
        three_strides: 3 * pixel_stride,
        output_end: start.wrapping_add(whole),
        row_pad: words - depth,
        checked: if columns == COLUMNS && clamp.is_full() { 0 } else { columns },
        work: 0,
        least: clamp.least,
        most: clamp.most,
    };
    if whole > 0 {
        // SAFETY: the panel begins at a word and holds `words` elements of six columns; the words of the rows lie in the
        // weights; outputs of `columns` pixels lie `pixel_stride` apart in `output`; biases and requantizers are there
        // for as many channels, or are stepped over by 0.
        unsafe { joulegram_armv7em_rows(&work) };
    }
    // The others are copied to where something follows them; it meets zeros of the panel.
    let own = bytes_mut(own);
    if own.len() < words {
        return;
    }
    work.weights = own.as_ptr();
    for index in whole..rows {
        let row = weights.get(index * depth..).unwrap_or_default();
        let (Some(to), Some(from)) = (own.get_mut(..depth), row.get(..depth)) else { return };
        copy(to, from);
        work.bias = bias.wrapping_add(index * bias_step);
        work.requantizers = requantizers.wrapping_byte_add(index * requantizer_step);
        work.output = start.wrapping_add(index);
        work.output_end = start.wrapping_add(index + 1);
        // SAFETY: as above; the copy has the words of one row.
        unsafe { joulegram_armv7em_rows(&work) };
    }
}

unsafe extern "C" {
    /// Products of a panel's columns with some rows, scaled and stored.
    fn joulegram_armv7em_rows(work: *const Rows);
}

/// Four elements of a row of weights by the six columns.
macro_rules! group {
    () => {
        "ldr r3, [r1], #4
        sxtb16 r2, r3
        sxtb16 r3, r3, ror #8
        ldmia r0!, {{r4, r5, r6, r7}}
        smlad r8, r2, r4, r8
        smlad r9, r2, r6, r9
        smlad r8, r3, r5, r8
        smlad r9, r3, r7, r9
        ldmia r0!, {{r4, r5, r6, r7}}
        smlad r10, r2, r4, r10
        smlad r11, r2, r6, r11
        smlad r10, r3, r5, r10
        smlad r11, r3, r7, r11
        ldmia r0!, {{r4, r5, r6, r7}}
        smlad r12, r2, r4, r12
        smlad lr, r2, r6, lr
        smlad r12, r3, r5, r12
        smlad lr, r3, r7, lr"
    };
}

// r0 is the panel, r1 the row, r8 to r12 and lr the sums; the frame is the work's first sixteen fields, in its last the
// work. The loop over groups is entered where their number leaves a multiple of four.
global_asm!(
    dsp!(),
    ".pushsection .text.joulegram_armv7em_rows, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv7em_rows",
    ".type joulegram_armv7em_rows, %function",
    "joulegram_armv7em_rows:",
    "push {{r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}}",
    "sub sp, sp, #64",
    "mov lr, r0",
    "ldmia r0!, {{r1, r2, r3, r4, r5, r6, r7, r8}}",
    "stmia sp, {{r1, r2, r3, r4, r5, r6, r7, r8}}",
    "ldmia r0, {{r2, r3, r4, r5, r6, r7, r8}}",
    "add r0, sp, #32",
    "stmia r0, {{r2, r3, r4, r5, r6, r7, r8, lr}}",
    "rsb r2, r2, #0",
    "and r2, r2, #3",
    "adr r3, 29f",
    "ldrb r2, [r3, r2]",
    "adr r3, 20f",
    "add r3, r3, r2, lsl #1",
    "orr r3, r3, #1",
    "str r3, [sp, #32]",
    "1:",
    "ldrd r4, r5, [sp, #4]",
    "ldr r8, [r4]",
    "add r4, r4, r5",
    "str r4, [sp, #4]",
    "ldr r0, [sp, #24]",
    "mov r9, r8",
    "mov r10, r8",
    "mov r11, r8",
    "mov r12, r8",
    "mov lr, r8",
    "ldr pc, [sp, #32]",
    ".balign 4",
    "29: .byte 0, (21f - 20f) / 2, (22f - 20f) / 2, (23f - 20f) / 2",
    "20:",
    group!(),
    "21:",
    group!(),
    "22:",
    group!(),
    "23:",
    group!(),
    "ldr r4, [sp, #28]",
    "cmp r0, r4",
    "bne 20b",
    "ldrd r4, r5, [sp, #12]",
    "ldrd r2, r3, [r4]",
    "add r4, r4, r5",
    "str r4, [sp, #12]",
    scale!("r2", "r3", "r4", "r6"),
    "bgt 8f",
    "ldr r5, [sp, #36]",
    scaled!("r8", "r2", "r3", "r5"),
    scaled!("r9", "r2", "r3", "r5"),
    scaled!("r10", "r2", "r3", "r5"),
    scaled!("r11", "r2", "r3", "r5"),
    scaled!("r12", "r2", "r3", "r5"),
    scaled!("lr", "r2", "r3", "r5"),
    "4:",
    "ldrd r4, r5, [sp, #52]",
    "sub r1, r1, r4",
    "ldr r0, [sp, #20]",
    "cmp r5, #0",
    "bne 6f",
    "ldrd r2, r3, [sp, #40]",
    "strb r8, [r0]",
    "strb r9, [r0, r2]",
    "add r3, r3, r0",
    "strb r10, [r0, r2, lsl #1]",
    "strb r11, [r3]",
    "strb r12, [r3, r2]",
    "strb lr, [r3, r2, lsl #1]",
    "5:",
    "add r0, r0, #1",
    "str r0, [sp, #20]",
    "ldr r4, [sp, #48]",
    "cmp r0, r4",
    "bne 1b",
    "add sp, sp, #64",
    "pop {{r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}}",
    // Fewer pixels than columns, or a range that is not the full one.
    "6:",
    "ldr r4, [sp, #60]",
    "ldrd r2, r3, [r4, #64]",
    clamped!("r8", "r2", "r3"),
    clamped!("r9", "r2", "r3"),
    clamped!("r10", "r2", "r3"),
    clamped!("r11", "r2", "r3"),
    clamped!("r12", "r2", "r3"),
    clamped!("lr", "r2", "r3"),
    "ldr r2, [sp, #40]",
    "strb r8, [r0]",
    "add r3, r0, r2",
    "subs r5, r5, #1",
    "beq 5b",
    "strb r9, [r3]",
    "add r3, r3, r2",
    "subs r5, r5, #1",
    "beq 5b",
    "strb r10, [r3]",
    "add r3, r3, r2",
    "subs r5, r5, #1",
    "beq 5b",
    "strb r11, [r3]",
    "add r3, r3, r2",
    "subs r5, r5, #1",
    "beq 5b",
    "strb r12, [r3]",
    "subs r5, r5, #1",
    "beq 5b",
    "strb lr, [r3, r2]",
    "b 5b",
    // A scale from 1/4 on.
    "8:",
    "ldr r5, [sp, #36]",
    large_scale!("r2", "r6", "r3", "r4"),
    scaled_up!("r8", "r2", "r3", "r4", "r5", "r6"),
    scaled_up!("r9", "r2", "r3", "r4", "r5", "r6"),
    scaled_up!("r10", "r2", "r3", "r4", "r5", "r6"),
    scaled_up!("r11", "r2", "r3", "r4", "r5", "r6"),
    scaled_up!("r12", "r2", "r3", "r4", "r5", "r6"),
    scaled_up!("lr", "r2", "r3", "r4", "r5", "r6"),
    "b 4b",
    ".size joulegram_armv7em_rows, . - joulegram_armv7em_rows",
    ".popsection",
);
