//! One column by three rows of weights at a time: fully connected layers.
//!
//! Eight inputs cost one load of four words for all three rows, and each row a load, four widenings and four `smlad`: 28
//! instructions for 24 products. A fourth row, 37 for 32, would need two registers more than there are; sixteen inputs at
//! once as well. Each weight is met once, so nothing is won by widening it before. Of AD's 264,192 products these
//! loops are 308,000 instructions; three outputs take 25 more, and a layer some 1,700.

use super::{GROUP, put_some, twice, widen, zero};
use crate::kernel::arch::portable;
use crate::kernel::output_stage::OutputStage;
use crate::kernel::requantize::Requantizer;
use core::arch::global_asm;

/// Rows of weights that are met at once.
const ROWS: usize = 3;

/// Elements of a row that are met at once.
const STEP: usize = 2 * GROUP;

/// What the loop over rows works on; its assembly knows the fields by their places.
#[repr(C)]
#[derive(Clone, Copy)]
struct Triples {
    column: *const i16,
    bias: *const u8,
    output: *mut i8,
    row_step: usize,
    /// Bytes by which a row's last words reach past it.
    row_pad: usize,
    /// In the frame: where the loop over steps is entered.
    entry: usize,
    /// 2^(32 + shift) if all rows share a scale below 1/4 that rounds twice and no limits but those of 8 bits; else 0.
    power: u32,
    /// Twice the shared multiplier.
    multiplier: i32,
    zero_point: i32,
    output_end: *const i8,
    column_end: *const i16,
    bias_step: usize,
    requantizers: *const Requantizer,
    requantizer_step: usize,
    /// In the frame: where the work is.
    work: usize,
    /// Whether scaling rounds once, by scales below 1/4.
    once: usize,
    least: i32,
    most: i32,
    weights: *const i8,
    steps: usize,
}

/// 16-bit numbers that a dense layer's input takes; one more to align it.
pub(crate) const fn dense_len(inputs: usize) -> usize {
    inputs.div_ceil(STEP) * STEP + 1
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
    let skip = scratch.as_ptr().addr() / align_of::<i16>() % 2;
    let column = scratch.get_mut(skip..).and_then(|scratch| scratch.get_mut(..dense_len(depth) - 1));
    let Some(rows) = weights.len().checked_div(depth) else { return };
    let words = depth.next_multiple_of(STEP);
    // Rows whose last words do not reach past the weights.
    let whole = ((weights.len() + depth).saturating_sub(words) / depth).min(rows);
    let (twice_rounded, output) = (stage.rounds_twice(), output.get_mut(..rows).unwrap_or_default());
    let fits = !output.is_empty() && (twice_rounded || stage.scales_are_small());
    let stage_at = stage.pointers(0, whole).filter(|_| fits);
    let (Some(column), Some((bias, bias_step, requantizers, requantizer_step))) = (column, stage_at) else {
        return portable::dense(input, zero_point, weights, stage, output, &mut []);
    };
    let (groups, tail) = input.as_chunks::<GROUP>();
    let (full, rest) = column.split_at_mut_checked(groups.len() * GROUP).unwrap_or_default();
    widen::<GROUP>(groups, twice(zero_point.wrapping_neg()), full);
    zero(rest);
    put_some(Some(rest), 0, tail, zero_point);
    let clamp = stage.clamp();
    let scale = stage.channel(0).requantizer;
    let shared = requantizer_step == 0 && scale.shift() < -1 && clamp.is_full() && twice_rounded;
    let work = Triples {
        column: column.as_ptr(),
        bias,
        output: output.as_mut_ptr(),
        row_step: depth,
        row_pad: words - depth,
        entry: 0,
        power: if shared { 1 << (32 + scale.shift()) } else { 0 },
        multiplier: scale.multiplier() << 1,
        zero_point: stage.zero_point(),
        output_end: output.as_mut_ptr().wrapping_add(whole / ROWS * ROWS),
        column_end: column.as_ptr().wrapping_add(words),
        bias_step,
        requantizers,
        requantizer_step,
        work: 0,
        once: usize::from(!twice_rounded),
        least: clamp.least,
        most: clamp.most,
        weights: weights.as_ptr(),
        steps: words / STEP,
    };
    let addresses = weights.as_ptr().addr() | depth | bias.addr();
    let aligned = addresses.is_multiple_of(4);
    work.run(aligned);
    if whole > ROWS && !whole.is_multiple_of(ROWS) {
        // The last three once more, with the one or two that are left.
        work.at(whole - ROWS).run(aligned);
    } else if whole < ROWS {
        for (index, to) in output.iter_mut().enumerate().take(whole) {
            // One row three times.
            let mut same = [0; ROWS];
            let (output, row) = (same.as_mut_ptr(), work.at(index));
            let output_end = output.wrapping_add(ROWS);
            let steps = Triples { bias_step: 0, requantizer_step: 0, row_step: 0, ..row };
            Triples { output, output_end, ..steps }.run(aligned);
            let [_, _, value] = same;
            *to = value;
        }
    }
    for (index, to) in output.iter_mut().enumerate().skip(whole) {
        let channel = stage.channel(index);
        let row = weights.get(index * depth..).unwrap_or_default();
        *to = stage.output(channel, portable::dot_offset(input, zero_point, row, channel.bias));
    }
}

impl Triples {
    /// The work of the three rows from `row` on.
    const fn at(&self, row: usize) -> Self {
        Self {
            weights: self.weights.wrapping_add(row * self.row_step),
            bias: self.bias.wrapping_add(row * self.bias_step),
            requantizers: self.requantizers.wrapping_byte_add(row * self.requantizer_step),
            output: self.output.wrapping_add(row),
            output_end: self.output.wrapping_add(row + ROWS),
            ..*self
        }
    }

    fn run(&self, aligned: bool) {
        if self.output.addr() == self.output_end.addr() {
            return;
        }
        // SAFETY: the column begins at a word and holds `steps` steps of eight, as do all rows of weights;
        // biases and requantizers are there for as many rows, or are stepped over by 0; so are the outputs. Words
        // are loaded more than one at once only from words.
        unsafe {
            if aligned && self.bias_step == 4 {
                joulegram_armv7em_dense_aligned(self);
            } else {
                joulegram_armv7em_dense(self);
            }
        }
    }
}

unsafe extern "C" {
    /// Outputs of rows of weights at words, with biases side by side at words, for one column, three at a time.
    fn joulegram_armv7em_dense_aligned(work: *const Triples);
    /// Outputs of rows of weights anywhere for one column, three at a time.
    fn joulegram_armv7em_dense(work: *const Triples);
}

/// Four elements of a row of weights in `$word` by two words of the column.
#[rustfmt::skip]
macro_rules! four {
    ($word:literal, $even:literal, $odd:literal, $sum:literal) => {
        concat!(
            "sxtb16 r12, ", $word, "\n sxtb16 ", $word, ", ", $word, ", ror #8\n",
            "smlad ", $sum, ", r12, ", $even, ", ", $sum, "\n",
            "smlad ", $sum, ", ", $word, ", ", $odd, ", ", $sum, "\n",
        )
    };
}

/// Eight elements of three rows.
macro_rules! step {
    ($a:literal, $b:literal, $c:literal) => {
        concat!(
            "ldmia r0!, {{r4, r5, r6, r7}}\n",
            $a,
            four!("r10", "r4", "r5", "r8"),
            four!("r11", "r6", "r7", "r8"),
            $b,
            four!("r10", "r4", "r5", "r9"),
            four!("r11", "r6", "r7", "r9"),
            $c,
            four!("r10", "r4", "r5", "lr"),
            four!("r11", "r6", "r7", "lr"),
        )
    };
}

/// Eight steps with the labels from 20 on, or four: more than that is worth less than its code.
macro_rules! steps {
    (8, $a:literal, $b:literal, $c:literal) => {
        concat!(
            "29: .short 0, 21f - 20f, 22f - 20f, 23f - 20f, 24f - 20f, 25f - 20f, 26f - 20f, 27f - 20f\n",
            "20:\n", step!($a, $b, $c), "21:\n", step!($a, $b, $c),
            "22:\n", step!($a, $b, $c), "23:\n", step!($a, $b, $c),
            "24:\n", step!($a, $b, $c), "25:\n", step!($a, $b, $c),
            "26:\n", step!($a, $b, $c), "27:\n", step!($a, $b, $c),
        )
    };
    (1, $a:literal, $b:literal, $c:literal) => {
        concat!("29: .short 0\n .balign 4\n 20:\n", step!($a, $b, $c))
    };
}

// r0 is the column, r1 to r3 the three rows, r8, r9 and lr their sums; the frame is the work's first sixteen fields.
// Between the rows most of it is in registers. The loop over steps is entered where their number leaves a multiple of those in it.
macro_rules! dense_rows {
    ($name:literal, $steps:tt, $bias:literal, $a:literal, $b:literal, $c:literal) => {
        global_asm!(
            dsp!(),
            concat!(".pushsection .text.", $name, ", \"ax\", %progbits"),
            ".balign 4",
            ".thumb_func",
            concat!(".global ", $name),
            concat!(".type ", $name, ", %function"),
            concat!($name, ":"),
            "push {{r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}}",
            "sub sp, sp, #64",
            "mov lr, r0",
            "ldmia r0!, {{r1, r2, r3, r4, r5, r6, r7, r8}}",
            "stmia sp, {{r1, r2, r3, r4, r5, r6, r7, r8}}",
            "ldmia r0, {{r1, r2, r3, r4, r5, r6, r7, r8}}",
            "mov r7, lr",
            "add r0, sp, #32",
            "stmia r0, {{r1, r2, r3, r4, r5, r6, r7, r8}}",
            "ldrd r3, r1, [lr, #72]",
            "ldr r5, [sp, #16]",
            "add r3, r3, r5",
            "rsb r2, r1, #0",
            concat!("and r2, r2, #", $steps, " - 1"),
            "adr r6, 29f",
            "ldrh r2, [r6, r2, lsl #1]",
            "adr r6, 20f",
            "add r6, r6, r2",
            "orr r6, r6, #1",
            "str r6, [sp, #20]",
            "ldmia sp, {{r0, r1, r2, r4, r5, r6}}",
            "b 3f",
            ".balign 4",
            steps!($steps, $a, $b, $c),
            "ldr r4, [sp, #40]",
            "cmp r0, r4",
            "bne 20b",
            "ldmia sp, {{r0, r1, r2, r4, r5, r6, r7, r10, r11, r12}}",
            "cbz r7, 5f",
            scaled!("r8", "r10", "r7", "r11"),
            scaled!("r9", "r10", "r7", "r11"),
            scaled!("lr", "r10", "r7", "r11"),
            "strb r8, [r2], #1",
            "strb r9, [r2], #1",
            "strb lr, [r2], #1",
            "4:",
            "cmp r2, r12",
            "beq 6f",
            "3:",
            $bias,
            "strd r1, r2, [sp, #4]",
            "sub r1, r3, r5",
            "add r2, r1, r4",
            "add r3, r2, r4",
            "bx r6",
            "5:",
            "mov r10, lr",
            "mov r11, r3",
            "mov r0, r2",
            "ldr r12, [sp, #56]",
            "bl joulegram_armv7em_output",
            "mov r8, r9",
            "bl joulegram_armv7em_output",
            "mov r8, r10",
            "bl joulegram_armv7em_output",
            "mov r3, r11",
            "str r0, [sp, #8]",
            "ldmia sp, {{r0, r1, r2, r4, r5, r6, r7, r10, r11, r12}}",
            "b 4b",
            "6:",
            "add sp, sp, #64",
            "pop {{r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}}",
            concat!(".size ", $name, ", . - ", $name),
            ".popsection",
        );
    };
}

dense_rows!(
    "joulegram_armv7em_dense_aligned",
    8,
    "ldmia r1!, {{r8, r9, lr}}",
    "ldrd r10, r11, [r1], #8\n",
    "ldrd r10, r11, [r2], #8\n",
    "ldrd r10, r11, [r3], #8\n"
);
dense_rows!(
    "joulegram_armv7em_dense",
    1,
    "ldr r10, [sp, #44]\n ldr r8, [r1]\n ldr r9, [r1, r10]\n add r1, r1, r10, lsl #1\n ldr lr, [r1]\n add r1, r1, r10",
    "ldr r10, [r1], #4\n ldr r11, [r1], #4\n",
    "ldr r10, [r2], #4\n ldr r11, [r2], #4\n",
    "ldr r10, [r3], #4\n ldr r11, [r3], #4\n"
);

// One sum in r8, with its own scale or limits, to the byte at r0; r12 is the work, the frame the caller's.
global_asm!(
    dsp!(),
    ".pushsection .text.joulegram_armv7em_output, \"ax\", %progbits",
    ".balign 4",
    ".thumb_func",
    ".type joulegram_armv7em_output, %function",
    "joulegram_armv7em_output:",
    "ldrd r4, r5, [sp, #48]",
    "ldrd r2, r3, [r4]",
    "add r4, r4, r5",
    "str r4, [sp, #48]",
    "ldr r5, [sp, #32]",
    "ldr r4, [r12, #60]",
    "cbnz r4, 2f",
    scale!("r2", "r3", "r4", "r6"),
    "bgt 1f",
    scaled!("r8", "r2", "r3", "r5"),
    "b 3f",
    "1:",
    large_scale!("r2", "r6", "r3", "r4"),
    scaled_up!("r8", "r2", "r3", "r4", "r5", "r7"),
    "b 3f",
    // Once: half of what is lost is added above the lower word.
    "2:",
    "mvn r3, r3",
    "sub r6, r3, #1",
    "lsl r4, r4, r6",
    "smmla r8, r8, r2, r4",
    "asr r8, r8, r3",
    "add r8, r8, r5",
    "3:",
    "ldrd r2, r3, [r12, #64]",
    clamped!("r8", "r2", "r3"),
    "strb r8, [r0], #1",
    "bx lr",
    ".size joulegram_armv7em_output, . - joulegram_armv7em_output",
    ".popsection",
);
