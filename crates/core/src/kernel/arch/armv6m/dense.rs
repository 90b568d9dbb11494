//! One column by four rows of weights: fully connected layers.
//!
//! Only elements that differ from the zero point take part: of each the place and the value are noted once, which costs
//! less in the loop than counting places does.

use crate::kernel::arch::portable;
use crate::kernel::output_stage::OutputStage;
use core::arch::global_asm;

/// Rows of weights that a loop takes at once.
const ROWS: usize = 4;

/// Elements that a loop takes at once.
const STEP: usize = 4;

/// 16-bit numbers that a dense layer's input takes: two words an element, and one more to align them.
pub(crate) const fn dense_len(inputs: usize) -> usize {
    inputs.next_multiple_of(STEP) * 4 + 1
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
    // SAFETY: any 64 bits are two `i32`, any 16 of them an `i16`.
    let (_, elements, _) = unsafe { scratch.align_to_mut::<[i32; 2]>() };
    let fits = rows >= ROWS && weights.len() >= rows * depth && elements.len() >= depth.next_multiple_of(STEP);
    if !fits {
        return portable::dense(input, zero_point, weights, stage, output, &mut []);
    }
    let elements = note(input, zero_point, elements);
    let short = stage.short_scale(depth);
    for first in (0..rows).step_by(ROWS) {
        // The last four may have some of the four before.
        let first = first.min(rows - ROWS);
        let mut sums = [0; ROWS];
        for (index, sum) in sums.iter_mut().enumerate() {
            *sum = stage.channel(first + index).bias;
        }
        let from = weights.as_ptr().wrapping_add(first * depth);
        if !elements.is_empty() {
            let elements = elements.as_ptr_range();
            // SAFETY: a multiple of four elements, at least one, each with a place in a row; four rows of weights.
            unsafe { joulegram_armv6m_dense(elements.start, from, depth, &mut sums, elements.end) };
        }
        let outputs = output.get_mut(first..).unwrap_or_default();
        for ((index, sum), to) in sums.iter().enumerate().zip(outputs) {
            let channel = stage.channel(first + index);
            *to = if short {
                stage.finish(channel.requantizer.apply_small(*sum))
            } else {
                stage.output(channel, *sum)
            };
        }
    }
}

/// Notes place and value of each element that differs from the zero point; at the end, to a multiple of [`STEP`], value 0
/// at place 0.
fn note<'s>(input: &[i8], zero_point: i32, elements: &'s mut [[i32; 2]]) -> &'s [[i32; 2]] {
    let mut count = 0;
    let mut places = 0..;
    for x in input {
        let (x, place) = (i32::from(*x) - zero_point, places.next().unwrap_or(0));
        if let Some(element) = elements.get_mut(count) {
            *element = [place, x];
        }
        count += usize::from(x != 0);
    }
    let end = count.next_multiple_of(STEP);
    elements.get_mut(count..end).unwrap_or_default().fill([0, 0]);
    elements.get(..end).unwrap_or_default()
}

unsafe extern "C" {
    /// Adds the products of elements with four rows, `depth` apart, to the sums.
    fn joulegram_armv6m_dense(
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
