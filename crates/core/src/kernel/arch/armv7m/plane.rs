//! A plane's pairs of pixels by a filter of three by three: depthwise convolution.

use crate::kernel::arch::planes::Plane;
use core::arch::global_asm;

unsafe extern "C" {
    /// Outputs of one channel, scaled and stored.
    pub(crate) fn joulegram_armv7m_plane(work: *mut Plane);
}

/// Adds products to the sums.
#[rustfmt::skip]
macro_rules! add {
    ($x:literal) => {
        concat!("add r6, r6, ", $x, "\n add r7, r7, ", $x, ", asr #16\n")
    };
}

// On the stack: the work, the starts of all products and of the upper halves, the multiplier, the shift, half and zero
// point, the output, the outputs left in a row, the plane, what it moves by, and the weights' place. In a pair of outputs
// r10 is a row of the plane, r11 the bytes to the next, r8 the weights, r6 all products, r7 the upper halves.
global_asm!(
    ".pushsection .text.joulegram_armv7m_plane, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv7m_plane",
    ".type joulegram_armv7m_plane, %function",
    "joulegram_armv7m_plane:",
    "push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
    "sub sp, sp, #44",
    "str r0, [sp]",
    "ldrd r1, r2, [r0, #32]",
    "add r3, r1, r1, lsl #16",
    // Five sums have 2^15 too much each.
    "sub r3, r3, #0x28000",
    "strd r3, r1, [sp, #4]",
    "ldrd r3, r4, [r0, #40]",
    "ldr r5, [r0, #48]",
    "sub r4, r4, r5",
    "strd r2, r3, [sp, #12]",
    "mov r1, #1",
    "sub r2, r3, #1",
    "lsl r1, r1, r2",
    "lsl r4, r4, r3",
    "add r1, r1, r4",
    "ldr r2, [r0, #28]",
    "strd r1, r2, [sp, #20]",
    "add r8, r0, #56",
    "ldr r1, [r0, #12]",
    "strd r1, r8, [sp, #36]",
    "mov r12, #0x8000",
    // A row of outputs.
    "20:",
    "ldr r0, [sp]",
    "ldr r10, [r0]",
    "ldr r1, [r0, #8]",
    "add r1, r1, r10",
    "str r1, [r0]",
    "ldr r1, [r0, #20]",
    "strd r1, r10, [sp, #28]",
    // A pair of outputs.
    "21:",
    "ldr r0, [sp]",
    "ldrd r6, r7, [sp, #4]",
    "ldr r8, [sp, #40]",
    "ldr r11, [r0, #4]",
    "ldm r10, {{r0, r1, r2}}",
    "ldmia r8!, {{r3, r4, r5}}",
    "mla r0, r3, r0, r12",
    "mla r0, r4, r1, r0",
    add!("r0"),
    "mla r2, r5, r2, r12",
    "add lr, r10, r11",
    "ldm lr, {{r0, r1, r9}}",
    "ldmia r8!, {{r3, r4, r5}}",
    "mla r2, r3, r0, r2",
    add!("r2"),
    "mla r1, r4, r1, r12",
    "mla r1, r5, r9, r1",
    add!("r1"),
    "add lr, lr, r11",
    "ldm lr, {{r0, r1, r9}}",
    "ldm r8, {{r3, r4, r5}}",
    "mla r0, r3, r0, r12",
    "mla r0, r4, r1, r0",
    add!("r0"),
    "mla r9, r5, r9, r12",
    add!("r9"),
    "ldr lr, [sp]",
    "ldrd r4, r5, [sp, #12]",
    "rsb r0, r6, r7, lsl #16",
    "rsb r1, r7, #0",
    "ldrd r6, r7, [sp, #20]",
    "ldr r8, [lr, #24]",
    "ldrd r10, r9, [lr, #48]",
    "sub r9, r9, r10",
    output!("r0"),
    "ldr r2, [sp, #28]",
    "subs r2, r2, #2",
    "str r2, [sp, #28]",
    "bmi 22f",
    output!("r1"),
    "22:",
    "str r7, [sp, #24]",
    "ldrd r10, r11, [sp, #32]",
    "add r10, r10, r11",
    "str r10, [sp, #32]",
    "cmp r2, #0",
    "bgt 21b",
    "ldr r1, [lr, #16]",
    "subs r1, r1, #1",
    "str r1, [lr, #16]",
    "bne.w 20b",
    "add sp, sp, #44",
    "pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
    ".size joulegram_armv7m_plane, . - joulegram_armv7m_plane",
    ".popsection",
);
