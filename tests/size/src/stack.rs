//! How deep the stack gets: what lies below it is painted before, and looked for after.

use core::arch::asm;

const WORDS: usize = 4096;
/// Words below the caller's that these functions use themselves.
const OWN: usize = 32;
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
    paint_below(pointer());
}

#[inline(never)]
fn paint_below(top: *mut u32) {
    for place in OWN..WORDS {
        // SAFETY: below the stack pointer is memory that nothing uses; the map leaves megabytes.
        unsafe { top.wrapping_sub(place).write_volatile(PAINT) }
    }
}

/// Bytes below the caller that have been used since.
#[inline(always)]
pub fn depth() -> u32 {
    depth_below(pointer())
}

#[inline(never)]
fn depth_below(top: *mut u32) -> u32 {
    let mut place = WORDS - 1;
    // SAFETY: as above.
    while place > OWN && unsafe { top.wrapping_sub(place).read_volatile() } == PAINT {
        place -= 1;
    }
    place as u32 * 4
}
