//! The loops of depthwise planes: weights to pairs, inputs to planes, planes to outputs.

use crate::kernel::requantize::Requantizer;
use core::arch::global_asm;

/// Words of packed weights of four channels: for each channel three rows of the pairs (0, 1) and (1, 2).
pub(super) const PACKED: usize = 24;

/// What the loop over rows of inputs works on; its assembly knows the fields by their places. The planes' are in bytes.
#[repr(C)]
pub(super) struct Spread {
    pub(super) input: *const i8,
    /// From an input to the next.
    pub(super) step: usize,
    pub(super) minus_zero_point: u32,
    pub(super) to: *mut i16,
    pub(super) plane: usize,
    /// Inputs of a row.
    pub(super) count: usize,
    pub(super) rows: usize,
    /// From a row of inputs to the next.
    pub(super) row_step: usize,
    /// Of a plane's row.
    pub(super) pitch: usize,
}

/// What the loop over one channel's outputs works on; its assembly knows the fields by their places. Steps are in bytes.
#[repr(C)]
pub(super) struct Plane {
    pub(super) weights: *const u32,
    pub(super) bias: *const u8,
    pub(super) requantizer: *const Requantizer,
    pub(super) zero_point: i32,
    pub(super) output_step: usize,
    /// Whether outputs are to be clamped.
    pub(super) checked: usize,
    pub(super) count: usize,
    pub(super) plane: *const i16,
    pub(super) pitch: usize,
    pub(super) row_step: usize,
    pub(super) output: *mut i8,
    pub(super) output_row_step: usize,
    pub(super) rows: usize,
    pub(super) least: i32,
    pub(super) most: i32,
}

unsafe extern "C" {
    /// Pairs of weights of four channels: for nine taps, `inner` and `outer` apart, [`PACKED`] words.
    pub(super) fn joulegram_armv7em_pack(weights: *const i8, packed: *mut u32, inner: usize, outer: usize);
    /// Rows of inputs, at least one, to four planes.
    pub(super) fn joulegram_armv7em_spread(work: *mut Spread);
    /// One channel's outputs, stride 1: the plane begins at a word and holds all words of all blocks of four outputs.
    pub(super) fn joulegram_armv7em_plane_1(work: *const Plane);
    /// One channel's outputs, stride 2.
    pub(super) fn joulegram_armv7em_plane_2(work: *const Plane);
}

// r0 is the weights, r1 where they go, r2 and r3 the steps to the right and down, r12 the rows left.
global_asm!(
    dsp!(),
    ".pushsection .text.joulegram_armv7em_pack, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv7em_pack",
    ".type joulegram_armv7em_pack, %function",
    "joulegram_armv7em_pack:",
    "push {{r4, r5, r6, r7, r8, r9, r10, r11}}",
    "mov r12, #3",
    "1:",
    "ldr r4, [r0]",
    "ldr r5, [r0, r2]",
    "ldr r6, [r0, r2, lsl #1]",
    "add r0, r0, r3",
    "sxtb16 r7, r4",
    "sxtb16 r8, r5",
    "sxtb16 r9, r6",
    "sxtb16 r4, r4, ror #8",
    "sxtb16 r5, r5, ror #8",
    "sxtb16 r6, r6, ror #8",
    "pkhbt r10, r7, r8, lsl #16",
    "pkhbt r11, r8, r9, lsl #16",
    "strd r10, r11, [r1]",
    "pkhtb r10, r8, r7, asr #16",
    "pkhtb r11, r9, r8, asr #16",
    "strd r10, r11, [r1, #48]",
    "pkhbt r10, r4, r5, lsl #16",
    "pkhbt r11, r5, r6, lsl #16",
    "strd r10, r11, [r1, #24]",
    "pkhtb r10, r5, r4, asr #16",
    "pkhtb r11, r6, r5, asr #16",
    "strd r10, r11, [r1, #72]",
    "add r1, r1, #8",
    "subs r12, r12, #1",
    "bne 1b",
    "pop {{r4, r5, r6, r7, r8, r9, r10, r11}}",
    "bx lr",
    ".size joulegram_armv7em_pack, . - joulegram_armv7em_pack",
    ".popsection",
);

// r10 is the work, r0 the inputs, r1 their step, r2 minus the zero point twice, r3 and r12 the first and the last plane,
// lr the bytes of a plane, r11 the inputs left.
global_asm!(
    dsp!(),
    ".pushsection .text.joulegram_armv7em_spread, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv7em_spread",
    ".type joulegram_armv7em_spread, %function",
    "joulegram_armv7em_spread:",
    "push {{r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}}",
    "mov r10, r0",
    "1:",
    "ldmia r10, {{r0, r1, r2, r3}}",
    "ldrd lr, r11, [r10, #16]",
    "ldrd r4, r5, [r10, #28]",
    "add r4, r4, r0",
    "str r4, [r10]",
    "add r5, r5, r3",
    "str r5, [r10, #12]",
    "add r12, r3, lr, lsl #1",
    "add r12, r12, lr",
    "subs r11, r11, #2",
    "blt 3f",
    "2:",
    "ldr r4, [r0]",
    "ldr r5, [r0, r1]",
    "add r0, r0, r1, lsl #1",
    "sxtab16 r6, r2, r4",
    "sxtab16 r4, r2, r4, ror #8",
    "sxtab16 r7, r2, r5",
    "sxtab16 r5, r2, r5, ror #8",
    "pkhbt r8, r6, r7, lsl #16",
    "pkhtb r6, r7, r6, asr #16",
    "pkhbt r9, r4, r5, lsl #16",
    "pkhtb r4, r5, r4, asr #16",
    "str r9, [r3, lr]",
    "str r6, [r3, lr, lsl #1]",
    "str r8, [r3], #4",
    "str r4, [r12], #4",
    "subs r11, r11, #2",
    "bge 2b",
    "3:",
    "cmn r11, #1",
    "bne 4f",
    "ldr r4, [r0]",
    "sxtab16 r6, r2, r4",
    "sxtab16 r4, r2, r4, ror #8",
    "strh r6, [r3]",
    "strh r4, [r3, lr]",
    "lsr r6, r6, #16",
    "lsr r4, r4, #16",
    "strh r6, [r3, lr, lsl #1]",
    "strh r4, [r12]",
    "4:",
    "ldr r4, [r10, #24]",
    "subs r4, r4, #1",
    "str r4, [r10, #24]",
    "bne 1b",
    "pop {{r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}}",
    ".size joulegram_armv7em_spread, . - joulegram_armv7em_spread",
    ".popsection",
);

/// One row of taps for four outputs, stride 1: the words (0, 1), (2, 3), (4, 5) in r4 to r6; `$from` are the sums before.
#[rustfmt::skip]
macro_rules! row_1 {
    ($a:literal, $b:literal, $c:literal) => {
        concat!(
            "ldmia r4, {{r4, r5, r6}}\n",
            "smlatb r9, r4, r2, ", $a, "\n smlad r10, r5, r2, ", $b, "\n smlatb r11, r5, r2, ", $c, "\n",
            "smlad r8, r4, r2, r8\n",
            "smlad r9, r5, r3, r9\n smlabt r10, r6, r3, r10\n smlad r11, r6, r3, r11\n smlabt r8, r5, r3, r8\n",
        )
    };
}

/// The same, stride 2: the words from (0, 1) to (8, 9) in r4 to r7 and lr.
#[rustfmt::skip]
macro_rules! row_2 {
    ($a:literal, $b:literal, $c:literal) => {
        concat!(
            "ldmia r4, {{r4, r5, r6, r7, lr}}\n",
            "smlad r9, r5, r2, ", $a, "\n smlad r10, r6, r2, ", $b, "\n smlad r11, r7, r2, ", $c, "\n",
            "smlad r8, r4, r2, r8\n",
            "smlabt r9, r6, r3, r9\n smlabt r10, r7, r3, r10\n smlabt r11, lr, r3, r11\n smlabt r8, r5, r3, r8\n",
        )
    };
}

// r0 is the place in the plane, r1 its pitch, r2 and r3 a row's weights, r8 to r11 the sums, r12 the output, [sp, #48] the
// outputs left, less four after each block. The frame begins with the weights, the bias and what a block of outputs needs.
macro_rules! plane {
    ($name:literal, $row:ident, $next:literal) => {
        global_asm!(
            dsp!(),
            concat!(".pushsection .text.", $name, ", \"ax\", %progbits"),
            ".balign 4",
            ".thumb_func",
            concat!(".global ", $name),
            concat!(".type ", $name, ", %function"),
            concat!($name, ":"),
            "push {{r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}}",
            "sub sp, sp, #88",
            "mov r12, r0",
            "ldmia r12!, {{r1, r2, r3}}",
            "ldmia r1, {{r4, r5, r6, r7, r8, r9}}",
            "stmia sp, {{r4, r5, r6, r7, r8, r9}}",
            "ldr r4, [r2]",
            "ldrd r5, r6, [r3]",
            scale!("r5", "r6", "r7", "r8"),
            "ldmia r12!, {{r7, r9, r10}}",
            "it gt",
            "movgt r10, #2",
            "str r8, [sp, #84]",
            "add r8, sp, #24",
            "stmia r8, {{r4, r5, r6, r7, r9, r10}}",
            "ldmia r12, {{r1, r2, r3, r4, r5, r6, r7}}",
            "strd r2, r4, [sp, #52]",
            "strd r5, r6, [sp, #60]",
            "strd r1, r7, [sp, #68]",
            "str r0, [sp, #76]",
            "mov r1, r3",
            "1:",
            "ldr r0, [sp, #52]",
            "ldr r12, [sp, #60]",
            "ldr lr, [sp, #68]",
            "str lr, [sp, #48]",
            "2:",
            "ldr r8, [sp, #24]",
            "ldrd r2, r3, [sp]",
            "mov r4, r0",
            $row!("r8", "r8", "r8"),
            "ldrd r2, r3, [sp, #8]",
            "add r4, r0, r1",
            $row!("r9", "r10", "r11"),
            "ldrd r2, r3, [sp, #16]",
            "add r4, r0, r1, lsl #1",
            $row!("r9", "r10", "r11"),
            concat!("add r0, r0, #", $next),
            "add r2, sp, #28",
            "ldmia r2, {{r2, r3, r4, r5, r6}}",
            "cbnz r6, 7f",
            scaled!("r8", "r2", "r3", "r4"),
            scaled!("r9", "r2", "r3", "r4"),
            scaled!("r10", "r2", "r3", "r4"),
            scaled!("r11", "r2", "r3", "r4"),
            "4:",
            "ldr r6, [sp, #48]",
            "subs r6, r6, #4",
            "str r6, [sp, #48]",
            "blt 6f",
            "strb r8, [r12]",
            "strb r9, [r12, r5]",
            "add r12, r12, r5, lsl #1",
            "strb r10, [r12]",
            "strb r11, [r12, r5]",
            "add r12, r12, r5, lsl #1",
            "bgt 2b",
            "b 3f",
            "7:",
            "b 5f",
            // Fewer than four outputs are left in the row.
            "6:",
            "strb r8, [r12]",
            "cmn r6, #3",
            "beq 3f",
            "strb r9, [r12, r5]",
            "cmn r6, #2",
            "beq 3f",
            "strb r10, [r12, r5, lsl #1]",
            "3:",
            "ldrd r4, r5, [sp, #52]",
            "add r4, r4, r5",
            "str r4, [sp, #52]",
            "ldrd r4, r5, [sp, #60]",
            "add r4, r4, r5",
            "str r4, [sp, #60]",
            "ldr r4, [sp, #72]",
            "subs r4, r4, #1",
            "str r4, [sp, #72]",
            "bne 1b",
            "add sp, sp, #88",
            "pop {{r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}}",
            // Limits of its own, or a scale from 1/4 on.
            "5:",
            "cmp r6, #2",
            "beq 8f",
            scaled!("r8", "r2", "r3", "r4"),
            scaled!("r9", "r2", "r3", "r4"),
            scaled!("r10", "r2", "r3", "r4"),
            scaled!("r11", "r2", "r3", "r4"),
            "9:",
            "ldr r6, [sp, #76]",
            "ldrd r2, r3, [r6, #52]",
            clamped!("r8", "r2", "r3"),
            clamped!("r9", "r2", "r3"),
            clamped!("r10", "r2", "r3"),
            clamped!("r11", "r2", "r3"),
            "b 4b",
            "8:",
            "ldr r6, [sp, #84]",
            large_scale!("r2", "r6", "r3", "r7"),
            scaled_up!("r8", "r2", "r3", "r7", "r4", "r6"),
            scaled_up!("r9", "r2", "r3", "r7", "r4", "r6"),
            scaled_up!("r10", "r2", "r3", "r7", "r4", "r6"),
            scaled_up!("r11", "r2", "r3", "r7", "r4", "r6"),
            "b 9b",
            concat!(".size ", $name, ", . - ", $name),
            ".popsection",
        );
    };
}

plane!("joulegram_armv7em_plane_1", row_1, "8");
plane!("joulegram_armv7em_plane_2", row_2, "16");
