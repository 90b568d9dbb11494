//! Bytes copied and numbers cleared: few instructions in place of the library's many.

use core::arch::asm;

/// Copies as many elements as both slices have.
#[inline(never)]
pub(crate) fn copy(to: &mut [i8], from: &[i8]) {
    let count = to.len().min(from.len());
    // SAFETY: reads and writes as many bytes as both slices have; words need no alignment.
    unsafe {
        asm!(
            "subs {count}, {count}, #8",
            "blo 3f",
            "2:",
            "ldr {x}, [{from}], #4",
            "ldr {y}, [{from}], #4",
            "str {x}, [{to}], #4",
            "str {y}, [{to}], #4",
            "subs {count}, {count}, #8",
            "bhs 2b",
            "3:",
            "adds {count}, {count}, #8",
            "beq 5f",
            "4:",
            "ldrb {x}, [{from}], #1",
            "strb {x}, [{to}], #1",
            "subs {count}, {count}, #1",
            "bne 4b",
            "5:",
            count = inout(reg) count => _,
            from = inout(reg) from.as_ptr() => _,
            to = inout(reg) to.as_mut_ptr() => _,
            x = out(reg) _,
            y = out(reg) _,
            options(nostack)
        );
    }
}

/// Makes all numbers 0.
#[inline(never)]
pub(crate) fn zero(numbers: &mut [i16]) {
    // SAFETY: writes as many numbers as there are; words need no alignment.
    unsafe {
        asm!(
            "subs {count}, {count}, #8",
            "blo 3f",
            "2:",
            "str {zero}, [{to}], #4",
            "str {zero}, [{to}], #4",
            "str {zero}, [{to}], #4",
            "str {zero}, [{to}], #4",
            "subs {count}, {count}, #8",
            "bhs 2b",
            "3:",
            "adds {count}, {count}, #8",
            "beq 5f",
            "4:",
            "strh {zero}, [{to}], #2",
            "subs {count}, {count}, #1",
            "bne 4b",
            "5:",
            count = inout(reg) numbers.len() => _,
            to = inout(reg) numbers.as_mut_ptr() => _,
            zero = in(reg) 0,
            options(nostack)
        );
    }
}
