//! A plane's pairs of pixels by a filter of three by three: depthwise convolution.

use crate::kernel::arch::planes::Plane;
use core::arch::global_asm;

unsafe extern "C" {
    /// Outputs of one channel, scaled and stored.
    pub(crate) fn joulegram_armv6m_plane(work: *mut Plane);
}

/// The product of a word of the plane with the weight at a place on the stack.
#[rustfmt::skip]
macro_rules! product {
    ($x:literal, $place:literal) => {
        concat!("ldr r4, [sp, #", $place, "]\n muls ", $x, ", r4, ", $x, "\n")
    };
}

/// Adds products to the sums.
#[rustfmt::skip]
macro_rules! add {
    ($x:literal) => {
        concat!("add lr, ", $x, "\n asrs ", $x, ", ", $x, ", #16\n adcs r6, ", $x, "\n")
    };
}

// On the stack: the work, the start in both halves and as it is, the multiplier's halves, the shift, the zero point, the
// output, the outputs left in a row, what the plane moves by, and from byte 40 on the weights. r8 is the first row of the
// plane, r9 the bytes from behind three words of it to the next, lr all products, r6 the upper halves.
global_asm!(
    ".pushsection .text.joulegram_armv6m_plane, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv6m_plane",
    ".type joulegram_armv6m_plane, %function",
    "joulegram_armv6m_plane:",
    "push {{r4, r5, r6, r7, lr}}",
    "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11",
    "push {{r4, r5, r6, r7}}",
    "sub sp, #76",
    "mov r7, r0",
    "str r7, [sp]",
    "movs r0, #56\n adds r0, r0, r7",
    "add r1, sp, #40",
    "ldmia r0!, {{r2, r3, r4, r5, r6}}\n stmia r1!, {{r2, r3, r4, r5, r6}}",
    "ldmia r0!, {{r2, r3, r4, r5}}\n stmia r1!, {{r2, r3, r4, r5}}",
    "ldr r0, [r7, #32]",
    "str r0, [sp, #8]",
    "lsls r1, r0, #16",
    "adds r0, r0, r1",
    "str r0, [sp, #4]",
    "ldr r0, [r7, #36]",
    "sxth r1, r0",
    "subs r0, r0, r1",
    "lsrs r0, r0, #16",
    "str r1, [sp, #12]",
    "str r0, [sp, #16]",
    "ldr r0, [r7, #40]",
    "str r0, [sp, #20]",
    "ldr r0, [r7, #44]",
    "ldr r1, [r7, #48]",
    "mov r11, r1",
    "subs r0, r0, r1",
    "str r0, [sp, #24]",
    "ldr r0, [r7, #52]",
    "subs r0, r0, r1",
    "mov r10, r0",
    "ldr r0, [r7, #28]",
    "str r0, [sp, #28]",
    "ldr r0, [r7, #12]",
    "str r0, [sp, #36]",
    "ldr r0, [r7, #24]",
    "mov r12, r0",
    "ldr r0, [r7, #4]",
    "subs r0, r0, #12",
    "mov r9, r0",
    // A row of outputs.
    "20:",
    "ldr r7, [sp]",
    "ldr r0, [r7]",
    "mov r8, r0",
    "ldr r1, [r7, #8]",
    "adds r0, r0, r1",
    "str r0, [r7]",
    "ldr r0, [r7, #20]",
    "str r0, [sp, #32]",
    // A pair of outputs.
    "21:",
    "ldr r0, [sp, #4]",
    "mov lr, r0",
    "ldr r6, [sp, #8]",
    "mov r7, r8",
    "ldmia r7!, {{r0, r1, r2}}",
    product!("r0", "40"),
    product!("r1", "44"),
    "adds r0, r0, r1",
    add!("r0"),
    product!("r2", "48"),
    "add r7, r9",
    "ldmia r7!, {{r0, r1, r3}}",
    product!("r0", "52"),
    "adds r0, r0, r2",
    add!("r0"),
    product!("r1", "56"),
    product!("r3", "60"),
    "adds r1, r1, r3",
    add!("r1"),
    "add r7, r9",
    "ldmia r7!, {{r0, r1, r2}}",
    product!("r0", "64"),
    product!("r1", "68"),
    "adds r0, r0, r1",
    add!("r0"),
    product!("r2", "72"),
    add!("r2"),
    "ldr r0, [sp, #36]",
    "add r8, r0",
    "lsls r0, r6, #16",
    "mov r1, lr",
    "subs r0, r0, r1",
    "rsbs r6, r6, #0",
    "mov lr, r6",
    "ldr r3, [sp, #12]",
    "ldr r4, [sp, #16]",
    "ldr r5, [sp, #20]",
    "ldr r6, [sp, #24]",
    "ldr r7, [sp, #28]",
    output!(),
    "ldr r1, [sp, #32]",
    "subs r1, r1, #1",
    "beq 22f",
    "subs r1, r1, #1",
    "str r1, [sp, #32]",
    "mov r0, lr",
    output!(),
    "str r7, [sp, #28]",
    "ldr r1, [sp, #32]",
    "cmp r1, #0",
    "bne 21b",
    "b 23f",
    "22:",
    "str r7, [sp, #28]",
    "23:",
    "ldr r7, [sp]",
    "ldr r0, [r7, #16]",
    "subs r0, r0, #1",
    "str r0, [r7, #16]",
    "beq 24f",
    "b 20b",
    "24:",
    "add sp, #76",
    "pop {{r4, r5, r6, r7}}",
    "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7",
    "pop {{r4, r5, r6, r7, pc}}",
    ".size joulegram_armv6m_plane, . - joulegram_armv6m_plane",
    ".popsection",
);
