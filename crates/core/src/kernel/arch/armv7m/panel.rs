//! A panel's blocks of two pairs of columns by rows of weights: convolution.

use crate::kernel::arch::blocks::Rows;
use core::arch::global_asm;

unsafe extern "C" {
    /// Products of a panel's blocks with some rows, scaled and stored; leaves the pointers behind the last row.
    pub(crate) fn joulegram_armv7m_rows(work: *mut Rows);
}

/// Two elements of two pairs of columns.
macro_rules! step {
    () => {
        "ldrsb r4, [r11], #1
        ldrsb r5, [r11], #1
        ldmia r10!, {{r0, r1, r2, r3}}
        mla r0, r4, r0, r12
        mla r0, r5, r1, r0
        add r6, r6, r0
        add r7, r7, r0, asr #16
        mla r2, r4, r2, r12
        mla r2, r5, r3, r2
        add r8, r8, r2
        add r9, r9, r2, asr #16"
    };
}

// On the stack: the work, the blocks left, the block and the bytes of one, the starts of all products and of the upper
// halves, the multiplier, the shift, half and zero point, the output and the row. In a block r10 is the panel, r11 the row,
// lr its last even end, r6 and r8 all products of the two pairs, r7 and r9 their upper halves.
global_asm!(
    ".pushsection .text.joulegram_armv7m_rows, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv7m_rows",
    ".type joulegram_armv7m_rows, %function",
    "joulegram_armv7m_rows:",
    "push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
    "sub sp, sp, #44",
    "str r0, [sp]",
    "ldr r1, [r0, #12]",
    "add r1, r1, #3",
    "bic r1, r1, #3",
    "lsl r1, r1, #3",
    "str r1, [sp, #12]",
    // A row.
    "20:",
    "ldr r0, [sp]",
    "ldrd r2, r3, [r0]",
    "str r3, [sp, #4]",
    "str r2, [sp, #8]",
    "ldrd r1, r2, [r0, #8]",
    "str r1, [sp, #40]",
    "add r1, r1, r2",
    "str r1, [r0, #8]",
    // The sums of as many steps have 2^15 too much each.
    "add r2, r2, #1",
    "lsr r2, r2, #1",
    "ldr r1, [r0, #20]",
    "ldr r3, [r1], #4",
    "str r1, [r0, #20]",
    "add r4, r3, r3, lsl #16",
    "sub r4, r4, r2, lsl #15",
    "strd r4, r3, [sp, #16]",
    "ldr r1, [r0, #24]",
    "ldrd r4, r5, [r1]",
    "ldr r2, [r0, #28]",
    "add r1, r1, r2",
    "str r1, [r0, #24]",
    "rsb r5, r5, #0",
    "strd r4, r5, [sp, #24]",
    "mov r1, #1",
    "sub r2, r5, #1",
    "lsl r1, r1, r2",
    "ldr r2, [r0, #40]",
    "lsl r2, r2, r5",
    "add r1, r1, r2",
    "ldr r2, [r0, #32]",
    "strd r1, r2, [sp, #32]",
    "add r2, r2, #1",
    "str r2, [r0, #32]",
    // A block.
    "21:",
    "ldrd r10, r0, [sp, #8]",
    "add r0, r0, r10",
    "str r0, [sp, #8]",
    "ldr r0, [sp]",
    "ldr r11, [sp, #40]",
    "ldr r1, [r0, #12]",
    "bic r2, r1, #1",
    "add lr, r11, r2",
    "ldrd r6, r7, [sp, #16]",
    "mov r8, r6",
    "mov r9, r7",
    "mov r12, #0x8000",
    "cbz r2, 24f",
    // An odd number of steps begins with the second half.
    "lsls r2, r2, #30",
    "bmi 23f",
    "22:",
    step!(),
    "23:",
    step!(),
    "cmp r11, lr",
    "bne 22b",
    "ldr r0, [sp]",
    "ldr r1, [r0, #12]",
    "24:",
    "lsls r1, r1, #31",
    "beq 25f",
    "ldrsb r4, [r11]",
    "ldmia r10, {{r0, r1, r2, r3}}",
    "mla r0, r4, r0, r12",
    "add r6, r6, r0",
    "add r7, r7, r0, asr #16",
    "mla r2, r4, r2, r12",
    "add r8, r8, r2",
    "add r9, r9, r2, asr #16",
    "25:",
    "rsb r0, r6, r7, lsl #16",
    "rsb r1, r7, #0",
    "rsb r2, r8, r9, lsl #16",
    "rsb r3, r9, #0",
    "ldr r12, [sp]",
    "ldrd r4, r5, [sp, #24]",
    "ldrd r6, r7, [sp, #32]",
    "ldr r8, [r12, #36]",
    "ldrd r10, r9, [r12, #44]",
    output!("r0"),
    output!("r1"),
    output!("r2"),
    output!("r3"),
    "str r7, [sp, #36]",
    "ldr r0, [sp, #4]",
    "subs r0, r0, #1",
    "str r0, [sp, #4]",
    "bne.w 21b",
    "ldr r0, [r12, #16]",
    "subs r0, r0, #1",
    "str r0, [r12, #16]",
    "bne.w 20b",
    "add sp, sp, #44",
    "pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
    ".size joulegram_armv7m_rows, . - joulegram_armv7m_rows",
    ".popsection",
);
