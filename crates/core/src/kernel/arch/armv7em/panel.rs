//! A panel's four columns by every row of weights: convolution.

use super::{GROUP, Rows, put_some, twice, widen};
use crate::kernel::arch::portable;
use crate::kernel::output_stage::OutputStage;
use core::arch::global_asm;

/// Columns of a panel.
pub(crate) const COLUMNS: usize = 4;

/// 16-bit numbers of a panel of columns of `depth` elements; one more to align it.
pub(crate) const fn panel_len(depth: usize, _: usize) -> usize {
    depth.div_ceil(GROUP) * GROUP * COLUMNS + 1
}

/// The panel at the first word of the scratch memory; none if there is too little.
pub(crate) fn panel(scratch: &mut [i16], depth: usize, filters: usize) -> Option<&mut [i16]> {
    let skip = scratch.as_ptr().addr() / align_of::<i16>() % 2;
    scratch.get_mut(skip..)?.get_mut(..panel_len(depth, filters) - 1)
}

/// Puts inputs less their zero point into a column, from the column's element `offset` on.
#[inline]
pub(crate) fn put(panel: &mut [i16], _: usize, column: usize, offset: usize, from: &[i8], zero_point: i32) {
    let minus = twice(zero_point.wrapping_neg());
    let mut place = offset / GROUP * GROUP * COLUMNS + column * GROUP;
    let mut from = from;
    // Elements up to the next group.
    if !offset.is_multiple_of(GROUP) {
        let (head, rest) = from.split_at((GROUP - offset % GROUP).min(from.len()));
        put_some(panel.get_mut(place..), offset % GROUP, head, zero_point);
        place += GROUP * COLUMNS;
        from = rest;
    }
    let (groups, tail) = from.as_chunks::<GROUP>();
    let to = panel.get_mut(place..).unwrap_or_default();
    widen(groups, minus, to, GROUP * COLUMNS);
    if !tail.is_empty() {
        put_some(to.get_mut(groups.len() * GROUP * COLUMNS..), 0, tail, zero_point);
    }
}

/// Output channels from `first_channel` on, one a row of `weights`, for as many pixels as `columns`.
#[expect(
    clippy::too_many_arguments,
    reason = "the shape of one block of work, the same for all instruction sets"
)]
pub(crate) fn products(
    panel: &[i16],
    columns: usize,
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    output: &mut [i8],
    pixel_stride: usize,
) {
    let groups = depth.div_ceil(GROUP);
    let Some(rows) = weights.len().checked_div(depth) else { return };
    // The last rows' last words may reach past the weights; the sums must stay below 2^30 for the short scaling.
    let whole = (weights.len() + depth).saturating_sub(groups * GROUP) / depth;
    let fits = stage.short_scale(depth)
        && panel.len() >= groups * GROUP * COLUMNS
        && panel.as_ptr().addr().is_multiple_of(4)
        && output.len() >= (columns - 1) * pixel_stride + rows;
    let whole = if fits { whole } else { 0 };
    if let Some((bias, bias_step, requantizers, requantizer_step)) = stage.pointers(first_channel, whole) {
        let clamp = stage.clamp();
        let mut work = Rows {
            panel: panel.as_ptr(),
            weights: weights.as_ptr(),
            groups,
            depth,
            rows: whole,
            bias,
            bias_step,
            requantizers,
            requantizer_step,
            output: output.as_mut_ptr(),
            pixel_stride,
            zero_point: stage.zero_point(),
            least: clamp.least,
            most: clamp.most,
        };
        if columns == COLUMNS {
            // SAFETY: the panel begins at a word and holds `groups` groups; all of `whole` rows' words lie in the
            // weights; outputs of four pixels lie `pixel_stride` apart in `output`; biases and requantizers are there
            // for as many channels, or are stepped over by 0.
            unsafe { joulegram_armv7em_rows(&mut work) };
        } else {
            let mut pixels = [0_i8; COLUMNS];
            for index in 0..whole {
                (work.rows, work.output, work.pixel_stride) = (1, pixels.as_mut_ptr(), 1);
                // SAFETY: as above, the outputs into four bytes.
                unsafe { joulegram_armv7em_rows(&mut work) };
                let outputs =
                    output.get_mut(index..).unwrap_or_default().iter_mut().step_by(pixel_stride.max(1));
                outputs.zip(pixels).take(columns).for_each(|(to, value)| *to = value);
            }
        }
    }
    for index in whole..rows {
        let channel = stage.channel(first_channel + index);
        let row = weights.get(index * depth..).unwrap_or_default();
        let outputs = output.get_mut(index..).unwrap_or_default().iter_mut().step_by(pixel_stride.max(1));
        for (column, to) in outputs.take(columns).enumerate() {
            *to = stage.output(channel, one_column(panel, column, row, depth, channel.bias));
        }
    }
}

unsafe extern "C" {
    /// Products of a panel's four columns with some rows, scaled and stored; leaves the pointers behind the last row.
    fn joulegram_armv7em_rows(work: *mut Rows);
}

/// Four elements of a row of weights by the four columns.
macro_rules! group {
    () => {
        "ldr lr, [r1], #4
        sxtb16 r12, lr, ror #8
        sxtb16 lr, lr
        ldmia r0!, {{r4, r5, r6, r7}}
        smlad r8, lr, r4, r8
        smlad r9, lr, r6, r9
        smlad r8, r12, r5, r8
        smlad r9, r12, r7, r9
        ldmia r0!, {{r4, r5, r6, r7}}
        smlad r10, lr, r4, r10
        smlad r11, lr, r6, r11
        smlad r10, r12, r5, r10
        smlad r11, r12, r7, r11"
    };
}

// r3 is the work, r0 the panel, r1 the row, r2 the groups left, r8 to r11 the sums of the four columns.
global_asm!(
    ".pushsection .text.joulegram_armv7em_rows, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv7em_rows",
    ".type joulegram_armv7em_rows, %function",
    "joulegram_armv7em_rows:",
    "push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
    "mov r3, r0",
    "ldr r0, [r3, #16]",
    "cmp r0, #0",
    "beq 9f",
    "1:",
    "ldr r4, [r3, #20]",
    "ldr r8, [r4]",
    "ldm r3, {{r0, r1, r2}}",
    "mov r9, r8",
    "mov r10, r8",
    "mov r11, r8",
    "lsrs r2, r2, #1",
    "bcc 2f",
    group!(),
    "2:",
    "cmp r2, #0",
    "beq 4f",
    "3:",
    group!(),
    group!(),
    "subs r2, r2, #1",
    "bne 3b",
    "4:",
    "ldr r4, [r3, #28]",
    "ldm r4, {{r5, r6}}",
    "rsb r6, r6, #0",
    "sub r7, r6, #1",
    "mov r0, #1",
    "lsl r7, r0, r7",
    "ldr r0, [r3, #36]",
    "ldrd r1, r2, [r3, #40]",
    scaled!("r8", "r12"),
    scaled!("r9", "r12"),
    scaled!("r10", "r12"),
    scaled!("r11", "r12"),
    "ldrd r4, lr, [r3, #48]",
    "sub r12, lr, r4",
    "cmp r12, #255",
    "beq 5f",
    clamped!("r8"),
    clamped!("r9"),
    clamped!("r10"),
    clamped!("r11"),
    "5:",
    "strb r8, [r0]",
    "strb r9, [r0, r1]",
    "strb r10, [r0, r1, lsl #1]",
    "add r2, r0, r1, lsl #1",
    "strb r11, [r2, r1]",
    "add r0, r0, #1",
    "str r0, [r3, #36]",
    "ldrd r0, r1, [r3, #20]",
    "add r0, r0, r1",
    "str r0, [r3, #20]",
    "ldrd r0, r1, [r3, #28]",
    "add r0, r0, r1",
    "str r0, [r3, #28]",
    "ldr r0, [r3, #4]",
    "ldrd r1, r2, [r3, #12]",
    "add r0, r0, r1",
    "str r0, [r3, #4]",
    "subs r2, r2, #1",
    "str r2, [r3, #16]",
    "bne 1b",
    "9:",
    "pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
    ".size joulegram_armv7em_rows, . - joulegram_armv7em_rows",
    ".popsection",
);

/// One column's products with a row that ends before its last word does.
fn one_column(panel: &[i16], column: usize, row: &[i8], depth: usize, bias: i32) -> i32 {
    let mut sum = bias;
    for (group, weights) in row.get(..depth).unwrap_or_default().chunks(GROUP).enumerate() {
        let from = (group * COLUMNS + column) * GROUP;
        if let Some([a, b, c, d]) = panel.get(from..).and_then(|rest| rest.first_chunk::<GROUP>()) {
            sum = portable::dot(&[*a, *c, *b, *d], weights, sum);
        }
    }
    sum
}
