//! Sums and greatest elements over a window, four channels at a time: pools.

use super::GROUP;
use crate::kernel::arch::{portable, rolled};
use core::arch::asm;

/// Most elements whose sum fits in 16 bits.
const MOST: usize = 255;

/// Adds `count` elements, `step` apart, to the sums of as many neighbouring channels as there are sums.
#[inline(never)]
pub(crate) fn add_elements(sums: &mut [i32], from: &[i8], step: usize, count: usize) {
    let Some(last) = count.checked_sub(1) else { return };
    if from.len() < last * step + sums.len() {
        return;
    }
    let (groups, rest) = sums.as_chunks_mut::<GROUP>();
    let done = groups.len() * GROUP;
    for (index, [a, b, c, d]) in groups.iter_mut().enumerate() {
        for first in (0..count).step_by(MOST) {
            let (mut even, mut odd) = (0, 0);
            // SAFETY: reads four elements at each of some places, the last of which lie in `from`.
            unsafe {
                asm!(
                    "lsrs {count}, {count}, #1",
                    "bcc 2f",
                    "ldr {bytes}, [{from}]",
                    "add {from}, {from}, {step}",
                    "sxtb16 {even}, {bytes}",
                    "sxtb16 {odd}, {bytes}, ror #8",
                    "2:",
                    "beq 4f",
                    "3:",
                    "ldr {bytes}, [{from}]",
                    "ldr {next}, [{from}, {step}]",
                    "add {from}, {from}, {step}, lsl #1",
                    "sxtab16 {even}, {even}, {bytes}",
                    "sxtab16 {odd}, {odd}, {bytes}, ror #8",
                    "sxtab16 {even}, {even}, {next}",
                    "sxtab16 {odd}, {odd}, {next}, ror #8",
                    "subs {count}, {count}, #1",
                    "bne 3b",
                    "4:",
                    count = inout(reg) (count - first).min(MOST) => _,
                    from = inout(reg) from.as_ptr().wrapping_add(first * step + index * GROUP) => _,
                    step = in(reg) step,
                    even = inout(reg) even,
                    odd = inout(reg) odd,
                    bytes = out(reg) _,
                    next = out(reg) _,
                    options(nostack, readonly)
                );
            }
            let halves = |word: i32| (word << 16 >> 16, word >> 16);
            let ((first, third), (second, fourth)) = (halves(even), halves(odd));
            (*a, *b, *c, *d) = (
                a.wrapping_add(first),
                b.wrapping_add(second),
                c.wrapping_add(third),
                d.wrapping_add(fourth),
            );
        }
    }
    portable::add_elements(rest, from.get(done..).unwrap_or_default(), step, count);
}

/// Keeps of neighbouring channels the greater elements.
#[inline(never)]
pub(crate) fn keep_greater(kept: &mut [i8], from: &[i8]) {
    let count = kept.len().min(from.len());
    let Some(last) = count.checked_sub(GROUP) else {
        for (kept, x) in kept.iter_mut().zip(from) {
            rolled();
            *kept = (*kept).max(*x);
        }
        return;
    };
    // SAFETY: reads and writes as many groups of four as both slices have, and the last four once more.
    unsafe {
        asm!(
            "2:",
            "ldr {x}, [{from}], #4",
            "ldr {y}, [{to}]",
            "ssub8 {less}, {y}, {x}",
            "sel {y}, {y}, {x}",
            "str {y}, [{to}], #4",
            "cmp {to}, {last}",
            "bls 2b",
            "subs {less}, {to}, {last}",
            "cmp {less}, #4",
            "itt lo",
            "sublo {from}, {from}, {less}",
            "movlo {to}, {last}",
            "blo 2b",
            last = in(reg) kept.as_ptr().wrapping_add(last),
            from = inout(reg) from.as_ptr() => _,
            to = inout(reg) kept.as_mut_ptr() => _,
            x = out(reg) _,
            y = out(reg) _,
            less = out(reg) _,
            options(nostack)
        );
    }
}
