//! A panel's blocks of two pairs of columns by rows of weights: convolution.

use crate::kernel::arch::blocks::Rows;
use core::arch::global_asm;

unsafe extern "C" {
    /// Products of a panel's blocks with some rows, scaled and stored; leaves the pointers behind the last row.
    pub(crate) fn joulegram_armv6m_rows(work: *mut Rows);
}

/// Two elements of two pairs of columns.
#[rustfmt::skip]
macro_rules! step {
    () => {
        "ldmia r5!, {{r0, r1}}
        ldmia r4!, {{r2, r3}}
        muls r2, r0, r2
        muls r3, r1, r3
        adds r2, r2, r3
        add r8, r2
        asrs r2, r2, #16
        adcs r6, r2
        ldmia r4!, {{r2, r3}}
        muls r2, r0, r2
        muls r3, r1, r3
        adds r2, r2, r3
        add r9, r2
        asrs r2, r2, #16
        adcs r7, r2"
    };
}

// On the stack: the work, the widened row and its end, the start, the multiplier's halves, the shift, the zero point, the
// output, the panel and the blocks left. In a block r4 is the panel, r5 the row, lr its end, r8 and r9 all products of
// the two pairs, r6 and r7 their upper halves.
global_asm!(
    ".pushsection .text.joulegram_armv6m_rows, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv6m_rows",
    ".type joulegram_armv6m_rows, %function",
    "joulegram_armv6m_rows:",
    "push {{r4, r5, r6, r7, lr}}",
    "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11",
    "push {{r4, r5, r6, r7}}",
    "sub sp, #44",
    "mov r7, r0",
    "str r7, [sp]",
    "ldr r1, [r7, #52]",
    "str r1, [sp, #4]",
    "ldr r2, [r7, #12]",
    "adds r2, r2, #3",
    "lsrs r2, r2, #2",
    "lsls r2, r2, #4",
    "adds r1, r1, r2",
    "str r1, [sp, #8]",
    "ldr r1, [r7, #40]",
    "str r1, [sp, #28]",
    "ldr r1, [r7, #36]",
    "mov r12, r1",
    "ldr r1, [r7, #44]",
    "mov r11, r1",
    "ldr r1, [r7, #48]",
    "mov r10, r1",
    // A row.
    "20:",
    "ldr r7, [sp]",
    "ldr r0, [r7, #20]",
    "ldr r1, [r0]",
    "adds r0, r0, #4",
    "str r0, [r7, #20]",
    "str r1, [sp, #12]",
    "ldr r0, [r7, #24]",
    "ldr r1, [r0]",
    "ldr r2, [r0, #4]",
    "rsbs r2, r2, #0",
    "str r2, [sp, #24]",
    "sxth r2, r1",
    "subs r1, r1, r2",
    "lsrs r1, r1, #16",
    "str r2, [sp, #16]",
    "str r1, [sp, #20]",
    "ldr r1, [r7, #28]",
    "adds r0, r0, r1",
    "str r0, [r7, #24]",
    "ldr r0, [r7, #32]",
    "str r0, [sp, #32]",
    "adds r0, r0, #1",
    "str r0, [r7, #32]",
    "ldr r0, [r7]",
    "str r0, [sp, #36]",
    "ldr r0, [r7, #4]",
    "str r0, [sp, #40]",
    // Its weights, a word each.
    "ldr r0, [r7, #8]",
    "ldr r1, [r7, #12]",
    "adds r2, r0, r1",
    "str r2, [r7, #8]",
    "mov r8, r1",
    "lsrs r2, r1, #2",
    "lsls r2, r2, #4",
    "ldr r7, [sp, #4]",
    "adds r2, r2, r7",
    "mov lr, r2",
    "movs r2, #0\n movs r3, #1\n movs r4, #2\n movs r5, #3",
    "b 22f",
    "21:",
    "ldrsb r1, [r0, r2]",
    "ldrsb r6, [r0, r3]",
    "stmia r7!, {{r1, r6}}",
    "ldrsb r1, [r0, r4]",
    "ldrsb r6, [r0, r5]",
    "stmia r7!, {{r1, r6}}",
    "adds r0, r0, #4",
    "22:",
    "cmp r7, lr",
    "bne 21b",
    "mov r1, r8",
    "ands r1, r5",
    "beq 23f",
    "str r2, [r7, #4]",
    "str r2, [r7, #8]",
    "str r2, [r7, #12]",
    "ldrsb r6, [r0, r2]",
    "str r6, [r7]",
    "cmp r1, #1",
    "beq 23f",
    "ldrsb r6, [r0, r3]",
    "str r6, [r7, #4]",
    "cmp r1, #2",
    "beq 23f",
    "ldrsb r6, [r0, r4]",
    "str r6, [r7, #8]",
    // A block.
    "23:",
    "ldr r6, [sp, #12]",
    "lsls r0, r6, #16",
    "adds r0, r0, r6",
    "mov r8, r0",
    "mov r9, r0",
    "mov r7, r6",
    "ldr r4, [sp, #36]",
    "ldr r5, [sp, #4]",
    "ldr r0, [sp, #8]",
    "mov lr, r0",
    // An odd number of groups of four begins with the second half.
    "subs r0, r0, r5",
    "lsrs r0, r0, #5",
    "bcs 25f",
    "24:",
    step!(),
    step!(),
    "25:",
    step!(),
    step!(),
    "cmp r5, lr",
    "bne 24b",
    "str r4, [sp, #36]",
    "lsls r0, r6, #16",
    "mov r1, r8",
    "subs r0, r0, r1",
    "rsbs r6, r6, #0",
    "mov lr, r6",
    "mov r8, r7",
    "ldr r3, [sp, #16]",
    "ldr r4, [sp, #20]",
    "ldr r5, [sp, #24]",
    "ldr r6, [sp, #28]",
    "ldr r7, [sp, #32]",
    output!(),
    "mov r0, lr",
    output!(),
    "mov r0, r8",
    "lsls r0, r0, #16",
    "mov r1, r9",
    "subs r0, r0, r1",
    output!(),
    "mov r0, r8",
    "rsbs r0, r0, #0",
    output!(),
    "str r7, [sp, #32]",
    "ldr r0, [sp, #40]",
    "subs r0, r0, #1",
    "str r0, [sp, #40]",
    "beq 26f",
    "b 23b",
    "26:",
    "ldr r7, [sp]",
    "ldr r0, [r7, #16]",
    "subs r0, r0, #1",
    "str r0, [r7, #16]",
    "beq 27f",
    "b 20b",
    "27:",
    "add sp, #44",
    "pop {{r4, r5, r6, r7}}",
    "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7",
    "pop {{r4, r5, r6, r7, pc}}",
    ".size joulegram_armv6m_rows, . - joulegram_armv6m_rows",
    ".popsection",
);
