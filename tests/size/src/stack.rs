//! How deep the stack gets: what lies below it is painted before, and looked for after.

use core::arch::asm;

const WORDS: usize = 4096;
const PAINT: u32 = 0x5aa5_c33c;

#[inline(always)]
fn pointer() -> *mut u32 {
    let pointer: *mut u32;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack)) }
    pointer
}

/// Paints 16 KiB below the caller.
#[inline(always)]
pub fn paint() {
    let mut word = pointer();
    for _ in 0..WORDS {
        // SAFETY: below the stack pointer is memory that nothing uses; the map leaves megabytes.
        unsafe {
            word = word.sub(1);
            word.write_volatile(PAINT);
        }
    }
}

/// Bytes below the caller that have been used since.
#[inline(always)]
pub fn depth() -> u32 {
    let mut word = pointer().wrapping_sub(WORDS);
    let mut depth = WORDS as u32;
    // SAFETY: as above.
    while depth > 0 && unsafe { word.read_volatile() } == PAINT {
        word = word.wrapping_add(1);
        depth -= 1;
    }
    depth * 4
}
