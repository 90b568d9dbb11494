//! Cortex-M4 and M7: two products an instruction (`smlad`).
//!
//! A panel holds four columns of 16-bit inputs, four elements of each in turn. Weights are read four at a time and
//! widened to the even and the odd ones (`sxtb16`), so each group of four elements is stored as 0, 2, 1, 3. A group costs
//! a load, two widenings, two loads of four words and eight `smlad` for 16 products.

use super::{Patch, portable};
use crate::kernel::output_stage::OutputStage;
use crate::kernel::requantize::Requantizer;
use core::arch::{asm, global_asm};


/// Columns of a panel.
pub(crate) const COLUMNS: usize = 4;

/// Elements of a column that lie together.
const GROUP: usize = 4;

/// 16-bit numbers of a panel of columns of `depth` elements; one more to align it.
pub(crate) const fn panel_len(depth: usize) -> usize {
    depth.div_ceil(GROUP) * GROUP * COLUMNS + 1
}

/// The panel at the first word of the scratch memory; none if there is too little.
pub(crate) fn panel(scratch: &mut [i16], depth: usize) -> Option<&mut [i16]> {
    let skip = scratch.as_ptr().addr() / align_of::<i16>() % 2;
    scratch.get_mut(skip..)?.get_mut(..panel_len(depth) - 1)
}

/// Puts inputs less their zero point into a column, from the column's element `offset` on.
#[inline]
pub(crate) fn put(panel: &mut [i16], _: usize, column: usize, offset: usize, from: &[i8], zero_point: i32) {
    let minus = twice(zero_point.wrapping_neg());
    let mut place = offset / GROUP * GROUP * COLUMNS + column * GROUP;
    let mut from = from;
    // Elements up to the next group.
    if !offset.is_multiple_of(GROUP) {
        let (head, rest) =
            from.split_at((GROUP - offset % GROUP).min(from.len()));
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

/// Puts a part of a group.
#[inline]
fn put_some(group: Option<&mut [i16]>, first: usize, from: &[i8], zero_point: i32) {
    let Some([a, c, b, d]) = group.and_then(|group| group.first_chunk_mut::<GROUP>()) else { return };
    let narrow = i16::try_from(zero_point).unwrap_or_default();
    for (to, x) in [a, b, c, d].into_iter().skip(first).zip(from) {
        *to = i16::from(*x) - narrow;
    }
}

/// A number of 16 bits in both halves of a word.
const fn twice(value: i32) -> u32 {
    (value.cast_unsigned() & 0xffff) * 0x0001_0001
}

/// Groups of inputs less their zero point, in the order 0, 2, 1, 3, each `step` elements behind the one before.
#[inline]
fn widen(groups: &[[i8; GROUP]], minus_zero_point: u32, to: &mut [i16], step: usize) {
    let fits = groups.len().checked_sub(1).is_some_and(|steps| to.len() >= steps * step + GROUP);
    if !fits || !to.as_ptr().addr().is_multiple_of(4) {
        return;
    }
    // SAFETY: reads the groups; writes two words, `step` elements apart, for each, which `fits` shows to be in `to`.
    unsafe {
        asm!(
            "2:",
            "ldr {bytes}, [{from}], #4",
            "subs {count}, {count}, #1",
            "sxtab16 {even}, {minus}, {bytes}",
            "sxtab16 {odd}, {minus}, {bytes}, ror #8",
            "strd {even}, {odd}, [{to}]",
            "add {to}, {to}, {step}",
            "bne 2b",
            from = inout(reg) groups.as_ptr() => _,
            to = inout(reg) to.as_mut_ptr() => _,
            count = inout(reg) groups.len() => _,
            step = in(reg) step * size_of::<i16>(),
            minus = in(reg) minus_zero_point,
            bytes = out(reg) _,
            even = out(reg) _,
            odd = out(reg) _,
            options(nostack)
        );
    }
}

/// What the loop over rows of weights works on; the fields' order is the one in which it loads them.
#[repr(C)]
struct Rows {
    panel: *const i16,
    weights: *const i8,
    groups: usize,
    depth: usize,
    rows: usize,
    bias: *const u8,
    bias_step: usize,
    requantizers: *const Requantizer,
    requantizer_step: usize,
    output: *mut i8,
    pixel_stride: usize,
    zero_point: i32,
    least: i32,
    most: i32,
}

/// Output channels from `first_channel` on, one a row of `weights`, for as many pixels as `columns`.
#[expect(clippy::too_many_arguments, reason = "the shape of one block of work, the same for all instruction sets")]
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
                let outputs = output.get_mut(index..).unwrap_or_default().iter_mut().step_by(pixel_stride.max(1));
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

/// round(sum * multiplier / 2^31), ties up, then round(that / 2^shift), ties away from zero, plus the zero point.
macro_rules! scaled {
    ($sum:literal, $temporary:literal) => {
        concat!(
            "lsl ", $temporary, ", ", $sum, ", #1\n",
            "smmulr ", $temporary, ", ", $temporary, ", r5\n",
            "add ", $sum, ", ", $temporary, ", r7\n",
            "add ", $sum, ", ", $sum, ", ", $temporary, ", asr #31\n",
            "asr ", $sum, ", ", $sum, ", r6\n",
            "add ", $sum, ", ", $sum, ", r2\n",
            "ssat ", $sum, ", #8, ", $sum, "\n",
        )
    };
}

macro_rules! clamped {
    ($sum:literal) => {
        concat!(
            "cmp ", $sum, ", r4\n it lt\n movlt ", $sum, ", r4\n",
            "cmp ", $sum, ", lr\n it gt\n movgt ", $sum, ", lr\n",
        )
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

/// What the loop over pixels of a depthwise run works on; the fields' order is the one in which it loads them.
#[repr(C)]
struct Pixels {
    input: *const i8,
    weights: *const i8,
    input_skip: usize,
    weight_skip: usize,
    rows: usize,
    columns: usize,
    channels: usize,
    minus_zero_point: u32,
    bias: *const u8,
    requantizers: *const Requantizer,
    output: *mut i8,
    pixels: usize,
    input_pixel: usize,
    zero_point: i32,
    least: i32,
    most: i32,
    row: usize,
}

/// As many output pixels as `output` holds, every channel.
pub(crate) fn depthwise(
    patch: &Patch,
    input: &[i8],
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
) {
    let channels = patch.channels;
    let pixels = output.len().checked_div(channels).unwrap_or(0);
    let blocks = channels / GROUP * GROUP;
    let taps = patch.rows * patch.columns;
    let last_tap = |row: usize, column: usize| {
        patch.rows.wrapping_sub(1).wrapping_mul(row) + patch.columns.wrapping_sub(1).wrapping_mul(column)
    };
    // The last tap of the last pixel lies in the input, the last tap in the weights.
    let fits = taps > 0
        && pixels > 0
        && patch.input_column == channels
        && stage.short_scale(taps)
        && (pixels - 1) * patch.input_pixel + last_tap(patch.input_row, channels) + channels <= input.len()
        && last_tap(patch.weight_row, channels) + channels <= weights.len();
    let Some((bias, bias_step, requantizers, requantizer_step)) = stage.pointers(0, channels).filter(|_| fits)
    else {
        return portable::depthwise(patch, input, weights, stage, output);
    };
    static ABSENT: [u8; 4 * GROUP] = [0; 4 * GROUP];
    if requantizer_step == 0 {
        return portable::depthwise(patch, input, weights, stage, output);
    }
    let clamp = stage.clamp();
    for block in (0..blocks).step_by(GROUP) {
        let mut work = Pixels {
            input: input.as_ptr().wrapping_add(block),
            weights: weights.as_ptr().wrapping_add(block),
            input_skip: patch.input_row.wrapping_sub(patch.columns * channels),
            weight_skip: patch.weight_row - patch.columns * channels,
            rows: patch.rows,
            columns: patch.columns,
            channels,
            minus_zero_point: twice(patch.zero_point.wrapping_neg()),
            bias: if bias_step == 0 { ABSENT.as_ptr() } else { bias.wrapping_add(block * bias_step) },
            requantizers: requantizers.wrapping_add(block),
            output: output.as_mut_ptr().wrapping_add(block),
            pixels,
            input_pixel: patch.input_pixel,
            zero_point: stage.zero_point(),
            least: clamp.least,
            most: clamp.most,
            row: 0,
        };
        // SAFETY: every tap of every pixel lies in the input and in the weights, four channels from `block` on, as `fits`
        // says; so do the biases, the requantizers and the outputs of `pixels` pixels.
        unsafe { joulegram_armv7em_pixels(&mut work) };
    }
    if blocks < channels {
        portable::depthwise_channels(patch, blocks, input, weights, stage, output);
    }
}

unsafe extern "C" {
    /// Depthwise outputs of some pixels, four channels.
    fn joulegram_armv7em_pixels(work: *mut Pixels);
}

/// Products of one tap: four inputs less their zero point, four weights.
macro_rules! tap {
    () => {
        "ldr r7, [r0]
        ldr lr, [r1]
        add r0, r0, r4
        add r1, r1, r4
        sxtab16 r12, r5, r7, ror #8
        sxtab16 r7, r5, r7
        sxtb16 r6, lr, ror #8
        sxtb16 lr, lr
        smlabb r8, r7, lr, r8
        smlabb r9, r12, r6, r9
        smlatt r10, r7, lr, r10
        smlatt r11, r12, r6, r11"
    };
}

/// Scales one channel's sum and stores it.
macro_rules! channel {
    ($sum:literal) => {
        concat!(
            "ldm r12!, {{r5, r6}}\n",
            "rsb r6, r6, #0\n",
            "sub r7, r6, #1\n",
            "lsl r7, r4, r7\n",
            scaled!($sum, "lr"),
        )
    };
}

// r3 is the work, r0 the input, r1 the weights, r4 the step from tap to tap, r5 minus the zero point twice, r8 to r11 the
// sums of four channels.
global_asm!(
    ".pushsection .text.joulegram_armv7em_pixels, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv7em_pixels",
    ".type joulegram_armv7em_pixels, %function",
    "joulegram_armv7em_pixels:",
    "push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
    "mov r3, r0",
    "1:",
    "ldrd r4, r5, [r3, #24]",
    "ldr r12, [r3, #32]",
    "ldrd r0, r1, [r3]",
    "ldrd r6, r2, [r3, #16]",
    "ldr r8, [r12]",
    "ldr r9, [r12, #4]",
    "ldr r10, [r12, #8]",
    "ldr r11, [r12, #12]",
    "cmp r2, #3",
    "bne 3f",
    "mov r2, r6",
    "2:",
    tap!(),
    tap!(),
    tap!(),
    "ldrd r6, r7, [r3, #8]",
    "add r0, r0, r6",
    "add r1, r1, r7",
    "subs r2, r2, #1",
    "bne 2b",
    "b 6f",
    "3:",
    "str r6, [r3, #64]",
    "4:",
    "ldr r2, [r3, #20]",
    "5:",
    tap!(),
    "subs r2, r2, #1",
    "bne 5b",
    "ldrd r6, r7, [r3, #8]",
    "add r0, r0, r6",
    "add r1, r1, r7",
    "ldr r6, [r3, #64]",
    "subs r6, r6, #1",
    "str r6, [r3, #64]",
    "bne 4b",
    "6:",
    "ldr r12, [r3, #36]",
    "ldr r2, [r3, #52]",
    "mov r4, #1",
    channel!("r8"),
    channel!("r9"),
    channel!("r10"),
    channel!("r11"),
    "ldrd r4, lr, [r3, #56]",
    "sub r12, lr, r4",
    "cmp r12, #255",
    "beq 7f",
    clamped!("r8"),
    clamped!("r9"),
    clamped!("r10"),
    clamped!("r11"),
    "7:",
    "ldrd r0, r1, [r3, #40]",
    "ldr r2, [r3, #24]",
    "strb r8, [r0]",
    "strb r9, [r0, #1]",
    "strb r10, [r0, #2]",
    "strb r11, [r0, #3]",
    "add r0, r0, r2",
    "subs r1, r1, #1",
    "strd r0, r1, [r3, #40]",
    "ldr r0, [r3]",
    "ldr r2, [r3, #48]",
    "add r0, r0, r2",
    "str r0, [r3]",
    "bne 1b",
    "pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
    ".size joulegram_armv7em_pixels, . - joulegram_armv7em_pixels",
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

/// `round(a * b / 2^31)`, ties up, `a` below 2^30 in magnitude.
#[inline]
pub(crate) fn high_mul(a: i32, b: i32) -> i32 {
    let high;
    // SAFETY: the instruction computes on registers only.
    unsafe {
        asm!("smmulr {}, {}, {}", lateout(reg) high, in(reg) a << 1, in(reg) b, options(pure, nomem, nostack, preserves_flags));
    }
    high
}
