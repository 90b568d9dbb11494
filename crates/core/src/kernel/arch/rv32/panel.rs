//! A panel's three pairs of columns by pairs of rows of weights: convolution.

use crate::kernel::arch::pairs::{self, Parts, COLUMNS, STEP};
use crate::kernel::arch::rv32::PAIRS;
use crate::kernel::output_stage::OutputStage;
use crate::kernel::requantize::Requantizer;
use core::arch::global_asm;

/// What the loop over pairs of rows works on; the loop knows the fields' places.
#[repr(C)]
struct Rows {
    panel: *const i32,
    panel_end: *const i32,
    weights: *const i8,
    depth: usize,
    pairs: usize,
    starts: *const i32,
    requantizers: *const Requantizer,
    requantizer_step: usize,
    output: *mut i8,
    pixel_stride: usize,
    zero_point: i32,
    least: i32,
    most: i32,
}

/// Output channels from `first_channel` on, one a row of `weights`, for as many pixels as `columns`.
#[expect(
    clippy::too_many_arguments,
    reason = "the shape of one block of work, the same for all instruction sets"
)]
pub(crate) fn products(
    panel: &mut [i16],
    columns: usize,
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    output: &mut [i8],
    pixel_stride: usize,
) {
    let Some(rows) = weights.len().checked_div(depth) else { return };
    let Some(Parts { blocks: words, starts, .. }) = pairs::parts(panel, depth) else { return };
    let fits = rows >= 2
        && stage.short_scale(depth)
        && starts.len() >= rows
        && (1..=COLUMNS).contains(&columns)
        && output.len() >= (columns - 1) * pixel_stride + rows;
    let Some((_, _, requantizers, requantizer_step)) = stage.pointers(first_channel, rows).filter(|_| fits)
    else {
        return pairs::products(words, starts, columns, depth, weights, stage, first_channel, output, pixel_stride);
    };
    let clamp = stage.clamp();
    let mut work = Rows {
        panel: words.as_ptr(),
        panel_end: words.as_ptr().wrapping_add(depth / STEP * STEP * PAIRS),
        weights: weights.as_ptr(),
        depth,
        pairs: rows / 2,
        starts: starts.as_ptr(),
        requantizers,
        requantizer_step,
        output: output.as_mut_ptr(),
        pixel_stride,
        zero_point: stage.zero_point(),
        least: clamp.least,
        most: clamp.most,
    };
    // SAFETY: the panel holds the elements, the weights `rows` rows; starts and requantizers are there for as many, or
    // stepped over by 0; outputs of all columns lie `pixel_stride` apart in `output`, or in 12 bytes.
    unsafe {
        let last = |work: &mut Rows, index: usize| {
            work.weights = weights.as_ptr().wrapping_add(index * depth);
            work.starts = starts.as_ptr().wrapping_add(index);
            work.requantizers = requantizers.wrapping_byte_add(index * requantizer_step);
            work.pairs = 1;
        };
        if columns == COLUMNS {
            joulegram_rv32_rows(&mut work);
            if rows % 2 == 1 {
                // The last two once more.
                last(&mut work, rows - 2);
                work.output = output.as_mut_ptr().wrapping_add(rows - 2);
                joulegram_rv32_rows(&mut work);
            }
            return;
        }
        let mut pixels = [0_i8; COLUMNS * 2];
        for index in (0..rows).step_by(2) {
            let index = index.min(rows - 2);
            last(&mut work, index);
            (work.output, work.pixel_stride) = (pixels.as_mut_ptr(), 2);
            joulegram_rv32_rows(&mut work);
            let to = output.get_mut(index..).unwrap_or_default().chunks_mut(pixel_stride.max(1));
            for (to, [a, b]) in to.zip(pixels.as_chunks::<2>().0).take(columns) {
                if let [first, second, ..] = to {
                    (*first, *second) = (*a, *b);
                }
            }
        }
    }
}

unsafe extern "C" {
    /// Products of a panel's six columns with some pairs of rows, scaled and stored.
    fn joulegram_rv32_rows(work: *mut Rows);
}

/// Products of two elements of a pair of columns with two weights, `a1` and `a2`.
#[rustfmt::skip]
macro_rules! two {
    ($first:literal, $second:literal, $all:literal, $upper:literal) => {
        concat!(
            "mul a3, a1, ", $first, "\n mul a4, a2, ", $second, "\n add a3, a3, a4\n",
            "add ", $all, ", ", $all, ", a3\n add a3, a3, a5\n srai a3, a3, 16\n",
            "add ", $upper, ", ", $upper, ", a3\n",
        )
    };
}

/// Products of one element of a pair of columns with the weight `a1`.
#[rustfmt::skip]
macro_rules! one {
    ($x:literal, $all:literal, $upper:literal) => {
        concat!(
            "mul a3, a1, ", $x, "\n",
            "add ", $all, ", ", $all, ", a3\n add a3, a3, a5\n srai a3, a3, 16\n",
            "add ", $upper, ", ", $upper, ", a3\n",
        )
    };
}

/// Two elements of three pairs of columns by two rows: elements from `$k` on, words from byte `$x` on.
#[rustfmt::skip]
macro_rules! step {
    ($k:literal, $l:literal, $x:literal) => {
        concat!(
            "lw t0, ", $x, "(t6)\n lw t1, ", $x, "+4(t6)\n lw t2, ", $x, "+8(t6)\n",
            "lw t3, ", $x, "+12(t6)\n lw t4, ", $x, "+16(t6)\n lw t5, ", $x, "+20(t6)\n",
            "lb a1, ", $k, "(a6)\n lb a2, ", $l, "(a6)\n",
            two!("t0", "t1", "s0", "s1"), two!("t2", "t3", "s2", "s3"), two!("t4", "t5", "s4", "s5"),
            "lb a1, ", $k, "(a7)\n lb a2, ", $l, "(a7)\n",
            two!("t0", "t1", "s6", "s7"), two!("t2", "t3", "s8", "s9"), two!("t4", "t5", "s10", "s11"),
        )
    };
}

/// The outputs of one row for a pair of columns.
#[rustfmt::skip]
macro_rules! outputs {
    ($all:literal, $upper:literal) => {
        concat!(
            "slli a3, ", $upper, ", 16\n sub a3, a3, ", $all, "\n", output!("a3", "a4", "a1", "a2"),
            "neg a3, ", $upper, "\n", output!("a3", "a4", "a1", "a2"),
        )
    };
}

/// The outputs of one row.
#[rustfmt::skip]
macro_rules! row {
    ($($sum:literal),*) => {
        concat!(
            "lw t0, 0(a6)\n lw t1, 4(a6)\n slli t0, t0, 1\n neg t1, t1\n",
            "addi t2, t1, -1\n li a1, 1\n sll t2, a1, t2\n sll a1, t3, t1\n add t2, t2, a1\n",
            "add a6, a6, a7\n",
            "mv a1, t6\n addi t6, t6, 1\n",
            row!(@pairs $($sum),*),
        )
    };
    (@pairs $a:literal, $b:literal, $c:literal, $d:literal, $e:literal, $f:literal) => {
        concat!(outputs!($a, $b), outputs!($c, $d), outputs!($e, $f))
    };
}

// a0 is the work, t6 the panel, ra the end of its groups of four, a6 and a7 the two rows, a5 what rounds a lower half to
// nothing, s0 to s11 the sums.
global_asm!(
    ".pushsection .text.joulegram_rv32_rows, \"ax\", @progbits",
    ".option push",
    ".option arch, +m",
    ".balign 4",
    ".global joulegram_rv32_rows",
    ".type joulegram_rv32_rows, @function",
    "joulegram_rv32_rows:",
    "addi sp, sp, -64",
    "sw ra, 0(sp)\n sw s0, 4(sp)\n sw s1, 8(sp)\n sw s2, 12(sp)\n sw s3, 16(sp)\n sw s4, 20(sp)\n sw s5, 24(sp)",
    "sw s6, 28(sp)\n sw s7, 32(sp)\n sw s8, 36(sp)\n sw s9, 40(sp)\n sw s10, 44(sp)\n sw s11, 48(sp)",
    "li a5, 0x8000",
    "2:",
    "lw a3, 20(a0)",
    "lw t6, 0(a0)",
    "lw ra, 4(a0)",
    "lw s1, 0(a3)",
    "lw s7, 4(a3)",
    "addi a3, a3, 8",
    "sw a3, 20(a0)",
    "lw a6, 8(a0)",
    "lw a3, 12(a0)",
    "slli s0, s1, 16\n add s0, s0, s1\n mv s2, s0\n mv s4, s0\n mv s3, s1\n mv s5, s1",
    "slli s6, s7, 16\n add s6, s6, s7\n mv s8, s6\n mv s10, s6\n mv s9, s7\n mv s11, s7",
    "add a7, a6, a3",
    "beq t6, ra, 4f",
    "3:",
    step!("0", "1", "0"),
    step!("2", "3", "24"),
    "addi a6, a6, 4",
    "addi a7, a7, 4",
    "addi t6, t6, 48",
    "bne t6, ra, 3b",
    "4:",
    "lw ra, 12(a0)",
    "andi a3, ra, 2",
    "beqz a3, 5f",
    step!("0", "1", "0"),
    "addi a6, a6, 2",
    "addi a7, a7, 2",
    "addi t6, t6, 24",
    "5:",
    "andi a3, ra, 1",
    "beqz a3, 6f",
    "lw t0, 0(t6)\n lw t2, 8(t6)\n lw t4, 16(t6)",
    "lb a1, 0(a6)",
    one!("t0", "s0", "s1"),
    one!("t2", "s2", "s3"),
    one!("t4", "s4", "s5"),
    "lb a1, 0(a7)",
    one!("t0", "s6", "s7"),
    one!("t2", "s8", "s9"),
    one!("t4", "s10", "s11"),
    "6:",
    "lw a6, 24(a0)",
    "lw a7, 28(a0)",
    "lw t6, 32(a0)",
    "lw a2, 36(a0)",
    "lw t3, 40(a0)",
    "lw t4, 44(a0)",
    "lw t5, 48(a0)",
    row!("s0", "s1", "s2", "s3", "s4", "s5"),
    row!("s6", "s7", "s8", "s9", "s10", "s11"),
    "sw a6, 24(a0)",
    "sw t6, 32(a0)",
    "lw a3, 8(a0)",
    "slli ra, ra, 1",
    "add a3, a3, ra",
    "sw a3, 8(a0)",
    "lw a3, 16(a0)",
    "addi a3, a3, -1",
    "sw a3, 16(a0)",
    "bnez a3, 2b",
    "lw ra, 0(sp)\n lw s0, 4(sp)\n lw s1, 8(sp)\n lw s2, 12(sp)\n lw s3, 16(sp)\n lw s4, 20(sp)\n lw s5, 24(sp)",
    "lw s6, 28(sp)\n lw s7, 32(sp)\n lw s8, 36(sp)\n lw s9, 40(sp)\n lw s10, 44(sp)\n lw s11, 48(sp)",
    "addi sp, sp, 64",
    "ret",
    ".size joulegram_rv32_rows, . - joulegram_rv32_rows",
    ".option pop",
    ".popsection",
);
