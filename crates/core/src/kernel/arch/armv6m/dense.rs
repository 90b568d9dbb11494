//! Elements of a column by four rows of weights: fully connected layers.

use crate::kernel::arch::elements::ROWS;
use core::arch::global_asm;

unsafe extern "C" {
    /// Adds the products of elements with four rows, `depth` apart, to the sums.
    pub(crate) fn joulegram_armv6m_dense(
        elements: *const [i32; 2],
        weights: *const i8,
        depth: usize,
        sums: *mut [i32; ROWS],
        end: *const [i32; 2],
    );
}

/// An element by the four rows.
#[rustfmt::skip]
macro_rules! element {
    () => {
        "ldmia r7!, {{r4, r5}}
        ldrsb r6, [r0, r4]
        muls r6, r5, r6
        add r8, r6
        ldrsb r6, [r1, r4]
        muls r6, r5, r6
        add r9, r6
        ldrsb r6, [r2, r4]
        muls r6, r5, r6
        add r10, r6
        ldrsb r6, [r3, r4]
        muls r6, r5, r6
        add r11, r6"
    };
}

// r7 are the elements, r12 their end, r0 to r3 the rows, r8 to r11 the sums; their place is on the stack.
global_asm!(
    ".pushsection .text.joulegram_armv6m_dense, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv6m_dense",
    ".type joulegram_armv6m_dense, %function",
    "joulegram_armv6m_dense:",
    "push {{r3, r4, r5, r6, r7, lr}}",
    "ldr r4, [sp, #24]",
    "mov r12, r4",
    "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11",
    "push {{r4, r5, r6, r7}}",
    "ldmia r3!, {{r4, r5, r6, r7}}",
    "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7",
    "mov r7, r0",
    "mov r0, r1",
    "adds r1, r0, r2",
    "adds r3, r1, r2",
    "mov r4, r3",
    "adds r3, r3, r2",
    "mov r2, r4",
    "2:",
    element!(),
    element!(),
    element!(),
    element!(),
    "cmp r7, r12",
    "bne 2b",
    "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11",
    "ldr r0, [sp, #16]",
    "stmia r0!, {{r4, r5, r6, r7}}",
    "pop {{r4, r5, r6, r7}}",
    "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7",
    "pop {{r3, r4, r5, r6, r7, pc}}",
    ".size joulegram_armv6m_dense, . - joulegram_armv6m_dense",
    ".popsection",
);
