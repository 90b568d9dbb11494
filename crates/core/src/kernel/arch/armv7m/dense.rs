//! Elements of a column by four rows of weights: fully connected layers.

use crate::kernel::arch::elements::ROWS;
use core::arch::global_asm;

unsafe extern "C" {
    /// Adds the products of elements with four rows, `depth` apart, to the sums.
    pub(crate) fn joulegram_armv7m_dense(
        elements: *const [i32; 2],
        weights: *const i8,
        depth: usize,
        sums: *mut [i32; ROWS],
        end: *const [i32; 2],
    );
}

/// An element by the four rows.
macro_rules! element {
    () => {
        "ldrd r8, r9, [r0], #8
        ldrsb r10, [r1, r8]
        mla r4, r10, r9, r4
        ldrsb r10, [r2, r8]
        mla r5, r10, r9, r5
        ldrsb r10, [r12, r8]
        mla r6, r10, r9, r6
        ldrsb r10, [lr, r8]
        mla r7, r10, r9, r7"
    };
}

// r0 are the elements, r11 their end, r1, r2, r12 and lr the rows, r4 to r7 the sums, r3 their place.
global_asm!(
    ".pushsection .text.joulegram_armv7m_dense, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv7m_dense",
    ".type joulegram_armv7m_dense, %function",
    "joulegram_armv7m_dense:",
    "push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
    "ldr r11, [sp, #36]",
    "ldm r3, {{r4, r5, r6, r7}}",
    "add r12, r1, r2, lsl #1",
    "add lr, r12, r2",
    "add r2, r1, r2",
    "2:",
    element!(),
    element!(),
    element!(),
    element!(),
    "cmp r0, r11",
    "bne 2b",
    "stm r3, {{r4, r5, r6, r7}}",
    "pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
    ".size joulegram_armv7m_dense, . - joulegram_armv7m_dense",
    ".popsection",
);
