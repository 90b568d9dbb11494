//! Inputs to the columns of a panel: convolution.

use super::panel::COLUMNS;
use super::{GROUP, twice};
use crate::kernel::arch::{Piece, rolled};
use core::arch::{asm, global_asm};

/// What the loops over rows of taps and columns work on; their assembly knows the fields by their places.
#[repr(C)]
struct Rows {
    from: *const i8,
    row_step: usize,
    offset: usize,
    row_offset: usize,
    to: *mut i16,
    length: usize,
    step: usize,
    columns: usize,
    rows: usize,
    minus_zero_point: u32,
}

/// Puts inputs less their zero point into neighbouring columns.
pub(crate) fn put_columns(panel: &mut [i16], _: usize, piece: &Piece, from: &[i8], zero_point: i32) {
    let Piece { column, count, offset, length, step, rows, row_offset, row_step } = *piece;
    let (Some(last), Some(last_row)) = (count.checked_sub(1), rows.checked_sub(1)) else { return };
    let fits = column + count <= COLUMNS
        && (last_row * row_offset + offset + length).div_ceil(GROUP) * GROUP * COLUMNS <= panel.len()
        && last_row * row_step + last * step + length <= from.len()
        && panel.as_ptr().addr().is_multiple_of(4);
    if !fits {
        return;
    }
    if length < GROUP - 1 {
        // It may end within the group in which it begins.
        let narrow = i16::try_from(zero_point).unwrap_or_default();
        for row in 0..rows {
            for index in 0..count * length {
                rolled();
                let (index, element) = (index / length.max(1), index % length.max(1));
                let place = offset + row * row_offset + element;
                // A group's elements are stored as 0, 2, 1, 3.
                let within = place % 2 * 2 + place / 2 % 2;
                let to = panel.get_mut((place / GROUP * COLUMNS + column + index) * GROUP + within);
                if let (Some(to), Some(x)) = (to, from.get(row * row_step + index * step + element)) {
                    *to = i16::from(*x) - narrow;
                }
            }
        }
        return;
    }
    let mut work = Rows {
        from: from.as_ptr(),
        row_step,
        offset,
        row_offset,
        to: panel.as_mut_ptr().wrapping_add(column * GROUP),
        length,
        step,
        columns: count,
        rows,
        minus_zero_point: twice(zero_point.wrapping_neg()),
    };
    // SAFETY: as `fits` says, the last row's last column's last input lies in `from`, and its last group in the panel, which
    // begins at a word; a row reaches the end of the group in which it begins.
    unsafe { joulegram_armv7em_columns(&mut work) };
}

/// Makes neighbouring columns some of inputs that equal their zero point.
pub(crate) fn clear_columns(panel: &mut [i16], depth: usize, [column, count]: [usize; 2], _: i32) {
    let groups = depth.div_ceil(GROUP);
    let fits = column + count <= COLUMNS && panel.len() >= groups * GROUP * COLUMNS;
    if !fits || groups == 0 || !panel.as_ptr().addr().is_multiple_of(4) {
        return;
    }
    for column in column..column + count {
        // SAFETY: writes the column's two words of each group; the panel begins at a word.
        unsafe {
            asm!(
                "lsrs {groups}, {groups}, #1",
                "bcc 2f",
                "strd {zero}, {zero}, [{to}], #{step}",
                "2:",
                "beq 4f",
                "3:",
                "strd {zero}, {zero}, [{to}], #{step}",
                "strd {zero}, {zero}, [{to}], #{step}",
                "subs {groups}, {groups}, #1",
                "bne 3b",
                "4:",
                groups = inout(reg) groups => _,
                to = inout(reg) panel.as_mut_ptr().wrapping_add(column * GROUP) => _,
                zero = in(reg) 0,
                step = const GROUP * COLUMNS * size_of::<i16>(),
                options(nostack)
            );
        }
    }
}

unsafe extern "C" {
    /// Rows of elements of neighbouring columns.
    fn joulegram_armv7em_columns(work: *mut Rows);
}

/// A group: four inputs to the even and the odd ones.
macro_rules! group {
    () => {
        "ldr r12, [r9], #4
        sxtab16 lr, r6, r12
        sxtab16 r12, r6, r12, ror #8
        strd lr, r12, [r10], #48"
    };
}

/// One input.
macro_rules! one {
    ($from:literal, $to:literal) => {
        concat!("ldrsb r12, [r9", $from, "\n add r12, r12, r6\n strh r12, [r10, #", $to, "]")
    };
}

// r0 is the work; r1 and r3 are the first input and its group in the panel, r2 the step, r4 the groups, r5 the columns left,
// r6 minus the zero point twice, r7 and r8 where a column's elements before and behind its groups begin.
global_asm!(
    dsp!(),
    ".pushsection .text.joulegram_armv7em_columns, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".global joulegram_armv7em_columns",
    ".type joulegram_armv7em_columns, %function",
    "joulegram_armv7em_columns:",
    "push {{r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}}",
    "ldr r6, [r0, #36]",
    "3:",
    "ldrd r1, r4, [r0]",
    "add r4, r4, r1",
    "str r4, [r0]",
    "ldrd r5, r7, [r0, #8]",
    "add r7, r7, r5",
    "str r7, [r0, #8]",
    "ldrd r3, r4, [r0, #16]",
    "and r7, r5, #3",
    "lsr r5, r5, #2",
    "add r5, r5, r5, lsl #1",
    "add r3, r3, r5, lsl #4",
    "rsb r8, r7, #0",
    "and r8, r8, #3",
    "sub r8, r4, r8",
    "lsr r4, r8, #2",
    "and r8, r8, #3",
    "adr r9, 29f",
    "adr r10, 10f",
    "orr r10, r10, #1",
    "ldrb r7, [r9, r7]",
    "add r7, r7, r10",
    "add r9, r9, #4",
    "ldrb r8, [r9, r8]",
    "add r8, r8, r10",
    "ldrd r2, r5, [r0, #24]",
    "1:",
    "mov r9, r1",
    "mov r10, r3",
    "lsrs r11, r4, #1",
    "bx r7",
    ".balign 4",
    "29: .byte 20f - 10f, 0, 11f - 10f, 12f - 10f, 26f - 10f, 25f - 10f, 24f - 10f, 23f - 10f",
    "10:",
    one!("], #1", "4"),
    "11:",
    one!("], #1", "2"),
    "12:",
    one!("], #1", "6"),
    "add r10, r10, #48",
    "20:",
    "bcc 21f",
    group!(),
    "21:",
    "beq 22f",
    "2:",
    group!(),
    group!(),
    "subs r11, r11, #1",
    "bne 2b",
    "22:",
    "bx r8",
    "23:",
    one!(", #2]", "2"),
    "24:",
    one!(", #1]", "4"),
    "25:",
    one!("]", "0"),
    "26:",
    "add r1, r1, r2",
    "add r3, r3, #8",
    "subs r5, r5, #1",
    "bne 1b",
    "ldr r4, [r0, #32]",
    "subs r4, r4, #1",
    "str r4, [r0, #32]",
    "bne 3b",
    "pop {{r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}}",
    ".size joulegram_armv7em_columns, . - joulegram_armv7em_columns",
    ".popsection",
);
