//! Four channels at a time, pixel by pixel: depthwise convolution.

use super::{GROUP, twice};
use crate::kernel::arch::{Patch, portable};
use crate::kernel::output_stage::OutputStage;
use crate::kernel::requantize::Requantizer;
use core::arch::global_asm;

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

/// The biases of four channels that have none.
static ABSENT: [u8; 4 * GROUP] = [0; 4 * GROUP];

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
    let taps = patch.rows * patch.columns;
    let last_tap = |row: usize, column: usize| {
        patch.rows.wrapping_sub(1).wrapping_mul(row) + patch.columns.wrapping_sub(1).wrapping_mul(column)
    };
    // The last tap of the last pixel lies in the input, the last tap in the weights.
    let fits = taps > 0
        && pixels > 0
        && patch.input_column == channels
        && stage.rounds_twice()
        && (pixels - 1) * patch.input_pixel + last_tap(patch.input_row, channels) + channels <= input.len()
        && last_tap(patch.weight_row, channels) + channels <= weights.len();
    let stage_at = stage.pointers(0, channels).filter(|_| fits && channels >= GROUP);
    let Some((bias, bias_step, requantizers, requantizer_step)) = stage_at else {
        return portable::depthwise(patch, input, weights, stage, output);
    };
    let bias = if bias_step == 0 { ABSENT.as_ptr() } else { bias };
    // Four channels' requantizers are loaded from neighbours.
    let same = [stage.channel(0).requantizer; GROUP];
    let requantizers = if requantizer_step == 0 { same.as_ptr() } else { requantizers };
    let clamp = stage.clamp();
    let mut next = 0;
    while next < channels {
        // The last four may have some of the four before.
        let block = next.min(channels - GROUP);
        next += GROUP;
        let mut work = Pixels {
            input: input.as_ptr().wrapping_add(block),
            weights: weights.as_ptr().wrapping_add(block),
            input_skip: patch.input_row.wrapping_sub(patch.columns * channels),
            weight_skip: patch.weight_row - patch.columns * channels,
            rows: patch.rows,
            columns: patch.columns,
            channels,
            minus_zero_point: twice(patch.zero_point.wrapping_neg()),
            bias: bias.wrapping_add(block * bias_step),
            requantizers: requantizers.wrapping_byte_add(block * requantizer_step),
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

/// Scales one channel's sum.
#[rustfmt::skip]
macro_rules! channel {
    ($sum:literal) => {
        concat!(
            "ldm r12!, {{r5, r6}}\n",
            scale!("r5", "r6", "r4", "r7"),
            "ble 8f\n",
            large_scale!("r5", "r7", "r6", "r4"),
            scaled_up!($sum, "r5", "r6", "r4", "r2", "lr"),
            "b 9f\n",
            "8:\n",
            scaled!($sum, "r5", "r6", "r2"),
            "9:\n",
        )
    };
}

// r3 is the work, r0 the input, r1 the weights, r4 the step from tap to tap, r5 minus the zero point twice, r8 to r11 the
// sums of four channels.
global_asm!(
    dsp!(),
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
    channel!("r8"),
    channel!("r9"),
    channel!("r10"),
    channel!("r11"),
    "ldrd r4, lr, [r3, #56]",
    "sub r12, lr, r4",
    "cmp r12, #255",
    "beq 7f",
    clamped!("r8", "r4", "lr"),
    clamped!("r9", "r4", "lr"),
    clamped!("r10", "r4", "lr"),
    clamped!("r11", "r4", "lr"),
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
