//! One column by eight rows of weights: fully connected layers.

use crate::kernel::arch::portable;
use crate::kernel::output_stage::OutputStage;
use core::arch::global_asm;
use core::array::from_fn;

/// Rows of weights that a loop takes at once.
const ROWS: usize = 8;

/// Elements that a loop takes at once.
const STEP: usize = 16;

/// 16-bit numbers that a dense layer's input takes.
pub(crate) const fn dense_len(inputs: usize) -> usize {
    inputs
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
    let rows = output.len();
    let column = scratch.get_mut(..depth).filter(|_| rows >= ROWS && weights.len() >= rows * depth);
    let Some(column) = column else {
        return portable::dense(input, zero_point, weights, stage, output, &mut []);
    };
    for (to, x) in column.iter_mut().zip(input) {
        // An i8 less an i8 needs 9 bits.
        *to = i16::from(*x) - i16::try_from(zero_point).unwrap_or_default();
    }
    let short = stage.short_scale(depth);
    for first in (0..rows).step_by(ROWS) {
        // The last eight may have some of the eight before.
        let first = first.min(rows - ROWS);
        let channels: [_; ROWS] = from_fn(|index| stage.channel(first + index));
        let mut sums = channels.map(|channel| channel.bias);
        let from = weights.as_ptr().wrapping_add(first * depth);
        // SAFETY: the column has `depth` elements, the weights as many in each of the eight rows.
        unsafe { joulegram_rv32_dense(column.as_ptr(), from, depth, depth / STEP, &mut sums) };
        let outputs = output.get_mut(first..).unwrap_or_default();
        for ((channel, sum), to) in channels.iter().zip(sums).zip(outputs) {
            *to = if short {
                stage.finish(channel.requantizer.apply_small(sum))
            } else {
                stage.output(*channel, sum)
            };
        }
    }
}

unsafe extern "C" {
    /// Adds the products of a column with eight rows, `depth` apart, to the sums; `steps` is `depth / 16`.
    fn joulegram_rv32_dense(
        column: *const i16,
        weights: *const i8,
        depth: usize,
        steps: usize,
        sums: *mut [i32; ROWS],
    );
}

/// An element of the column by the eight rows; one that equals the zero point adds nothing.
#[rustfmt::skip]
macro_rules! element {
    ($k:literal) => {
        concat!(
            "lh a3, 2*", $k, "(a0)\n beqz a3, 1f\n",
            "lb a2, ", $k, "(a1)\n mul a2, a2, a3\n add s0, s0, a2\n",
            "lb a2, ", $k, "(t0)\n mul a2, a2, a3\n add s1, s1, a2\n",
            "lb a2, ", $k, "(t1)\n mul a2, a2, a3\n add s2, s2, a2\n",
            "lb a2, ", $k, "(t2)\n mul a2, a2, a3\n add s3, s3, a2\n",
            "lb a2, ", $k, "(t3)\n mul a2, a2, a3\n add s4, s4, a2\n",
            "lb a2, ", $k, "(t4)\n mul a2, a2, a3\n add s5, s5, a2\n",
            "lb a2, ", $k, "(t5)\n mul a2, a2, a3\n add s6, s6, a2\n",
            "lb a2, ", $k, "(t6)\n mul a2, a2, a3\n add s7, s7, a2\n",
            "1:\n",
        )
    };
}

/// Moves on by some elements.
#[rustfmt::skip]
macro_rules! advance {
    ($k:literal) => {
        concat!(
            "addi a0, a0, 2*", $k, "\n addi a1, a1, ", $k, "\n addi t0, t0, ", $k, "\n addi t1, t1, ", $k, "\n",
            "addi t2, t2, ", $k, "\n addi t3, t3, ", $k, "\n addi t4, t4, ", $k, "\n addi t5, t5, ", $k, "\n",
            "addi t6, t6, ", $k, "\n",
        )
    };
}

// a0 is the column, a1 and t0 to t6 the rows, a5 the end of the column, a6 that of its groups of 16, s0 to s7 the sums.
global_asm!(
    ".pushsection .text.joulegram_rv32_dense, \"ax\", @progbits",
    ".option push",
    ".option arch, +m",
    ".balign 4",
    ".global joulegram_rv32_dense",
    ".type joulegram_rv32_dense, @function",
    "joulegram_rv32_dense:",
    "addi sp, sp, -32",
    "sw s0, 0(sp)\n sw s1, 4(sp)\n sw s2, 8(sp)\n sw s3, 12(sp)",
    "sw s4, 16(sp)\n sw s5, 20(sp)\n sw s6, 24(sp)\n sw s7, 28(sp)",
    "lw s0, 0(a4)\n lw s1, 4(a4)\n lw s2, 8(a4)\n lw s3, 12(a4)",
    "lw s4, 16(a4)\n lw s5, 20(a4)\n lw s6, 24(a4)\n lw s7, 28(a4)",
    "add t0, a1, a2\n add t1, t0, a2\n add t2, t1, a2\n add t3, t2, a2",
    "add t4, t3, a2\n add t5, t4, a2\n add t6, t5, a2",
    "slli a5, a2, 1\n add a5, a5, a0",
    "slli a6, a3, 5\n add a6, a6, a0",
    "beq a0, a6, 3f",
    "2:",
    element!("0"),
    element!("1"),
    element!("2"),
    element!("3"),
    element!("4"),
    element!("5"),
    element!("6"),
    element!("7"),
    element!("8"),
    element!("9"),
    element!("10"),
    element!("11"),
    element!("12"),
    element!("13"),
    element!("14"),
    element!("15"),
    advance!("16"),
    "bne a0, a6, 2b",
    "3:",
    "beq a0, a5, 5f",
    "4:",
    element!("0"),
    advance!("1"),
    "bne a0, a5, 4b",
    "5:",
    "sw s0, 0(a4)\n sw s1, 4(a4)\n sw s2, 8(a4)\n sw s3, 12(a4)",
    "sw s4, 16(a4)\n sw s5, 20(a4)\n sw s6, 24(a4)\n sw s7, 28(a4)",
    "lw s0, 0(sp)\n lw s1, 4(sp)\n lw s2, 8(sp)\n lw s3, 12(sp)",
    "lw s4, 16(sp)\n lw s5, 20(sp)\n lw s6, 24(sp)\n lw s7, 28(sp)",
    "addi sp, sp, 32",
    "ret",
    ".size joulegram_rv32_dense, . - joulegram_rv32_dense",
    ".option pop",
    ".popsection",
);
