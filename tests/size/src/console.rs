//! The emulator's console, without formatting.

use core::arch::asm;

/// A word, then eight hexadecimal digits.
#[inline(never)]
pub fn line(word: &[u8], number: u32) {
    let mut text = [0_u8; 32];
    let digits = (0..8).rev().map(|place| (number >> (4 * place)) as u8 & 15);
    let digits = digits.map(|digit| if digit < 10 { b'0' + digit } else { b'a' - 10 + digit });
    for (to, byte) in text.iter_mut().take(31).zip(word.iter().copied().chain(digits).chain([b'\n'])) {
        *to = byte;
    }
    // The text ends with a zero.
    call(4, text.as_ptr().addr());
}

pub fn exit(code: u32) -> ! {
    let block = [0x2_0026, code];
    loop {
        call(0x20, block.as_ptr().addr());
    }
}

fn call(number: u32, argument: usize) {
    // SAFETY: the emulator reads the memory that the argument points to, which outlives the call.
    unsafe { asm!("bkpt 0xab", inout("r0") number => _, in("r1") argument) }
}
