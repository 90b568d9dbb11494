//! A plane's pairs of pixels by a filter of three by three: depthwise convolution.

use crate::kernel::arch::planes::Plane;
use core::arch::global_asm;

unsafe extern "C" {
    /// Outputs of one channel, scaled and stored.
    pub(crate) fn joulegram_rv32_plane(work: *mut Plane);
}

/// Products of two words of the plane.
#[rustfmt::skip]
macro_rules! two {
    ($x:literal, $v:literal, $y:literal, $w:literal) => {
        concat!(
            "lw a1, ", $x, "\n lw a2, ", $y, "\n mul a1, a1, ", $v, "\n mul a2, a2, ", $w, "\n add a1, a1, a2\n",
        )
    };
}

/// Adds products to the sums.
macro_rules! add {
    () => {
        "add s9, s9, a1\n add a1, a1, a5\n srai a1, a1, 16\n add s10, s10, a1"
    };
}

// a6, a7 and t6 are three rows of the plane, s11 what they move by, s0 to s8 the weights, s9 and s10 the sums, t3 and a4
// what these start with, a5 what rounds a lower half to nothing, a0 the output, a3 the bytes to the next, ra the outputs
// left in a row. The work is on the stack.
global_asm!(
    ".pushsection .text.joulegram_rv32_plane, \"ax\", @progbits",
    ".option push",
    ".option arch, +m",
    ".balign 4",
    ".global joulegram_rv32_plane",
    ".type joulegram_rv32_plane, @function",
    "joulegram_rv32_plane:",
    "addi sp, sp, -64",
    "sw ra, 0(sp)\n sw s0, 4(sp)\n sw s1, 8(sp)\n sw s2, 12(sp)\n sw s3, 16(sp)\n sw s4, 20(sp)\n sw s5, 24(sp)",
    "sw s6, 28(sp)\n sw s7, 32(sp)\n sw s8, 36(sp)\n sw s9, 40(sp)\n sw s10, 44(sp)\n sw s11, 48(sp)\n sw a0, 52(sp)",
    "lw s0, 56(a0)\n lw s1, 60(a0)\n lw s2, 64(a0)\n lw s3, 68(a0)\n lw s4, 72(a0)",
    "lw s5, 76(a0)\n lw s6, 80(a0)\n lw s7, 84(a0)\n lw s8, 88(a0)",
    "lw s11, 12(a0)",
    "lw a3, 24(a0)",
    "lw a4, 32(a0)",
    "lw t0, 36(a0)",
    "lw t1, 40(a0)",
    "lw t3, 44(a0)",
    "lw t4, 48(a0)",
    "lw t5, 52(a0)",
    "lw a7, 28(a0)",
    "slli t0, t0, 1",
    "li a1, 1\n addi a2, t1, -1\n sll a1, a1, a2\n sll t2, t3, t1\n add t2, t2, a1",
    "slli t3, a4, 16\n add t3, t3, a4",
    "li a5, 0x8000",
    "mv a1, a0",
    "mv a0, a7",
    "2:",
    "lw a6, 0(a1)",
    "lw a2, 4(a1)",
    "lw ra, 20(a1)",
    "add a7, a6, a2",
    "add t6, a7, a2",
    "3:",
    two!("0(a6)", "s0", "4(a6)", "s1"),
    "add s9, t3, a1\n add a1, a1, a5\n srai a1, a1, 16\n add s10, a4, a1",
    two!("8(a6)", "s2", "0(a7)", "s3"),
    add!(),
    two!("4(a7)", "s4", "8(a7)", "s5"),
    add!(),
    two!("0(t6)", "s6", "4(t6)", "s7"),
    add!(),
    "lw a1, 8(t6)\n mul a1, a1, s8",
    add!(),
    "add a6, a6, s11\n add a7, a7, s11\n add t6, t6, s11",
    "slli a1, s10, 16\n sub a1, a1, s9",
    output!("a1", "a2", "a0", "a3"),
    "addi ra, ra, -1",
    "beqz ra, 4f",
    "neg a1, s10",
    output!("a1", "a2", "a0", "a3"),
    "addi ra, ra, -1",
    "bnez ra, 3b",
    "4:",
    "lw a1, 52(sp)",
    "lw a6, 0(a1)",
    "lw a2, 8(a1)",
    "lw a7, 16(a1)",
    "add a6, a6, a2",
    "addi a7, a7, -1",
    "sw a6, 0(a1)",
    "sw a7, 16(a1)",
    "bnez a7, 2b",
    "lw ra, 0(sp)\n lw s0, 4(sp)\n lw s1, 8(sp)\n lw s2, 12(sp)\n lw s3, 16(sp)\n lw s4, 20(sp)\n lw s5, 24(sp)",
    "lw s6, 28(sp)\n lw s7, 32(sp)\n lw s8, 36(sp)\n lw s9, 40(sp)\n lw s10, 44(sp)\n lw s11, 48(sp)",
    "addi sp, sp, 64",
    "ret",
    ".size joulegram_rv32_plane, . - joulegram_rv32_plane",
    ".option pop",
    ".popsection",
);
