//! How many instructions the processor has executed, exact under QEMU's `-icount`.

/// A count that goes on from `start`.
#[derive(Clone, Copy)]
pub struct Counter {
    start: u32,
}

/// The first CMSDK timer of the mps2 boards: 32 bits that count down at 25 MHz. Cortex-M has no counter of instructions
/// in QEMU, but with `-icount shift=7` one takes 128 ns, which are 3.2 ticks.
#[cfg(target_arch = "arm")]
mod clock {
    const CONTROL: *mut u32 = 0x4000_0000 as *mut u32;
    const VALUE: *mut u32 = 0x4000_0004 as *mut u32;
    const RELOAD: *mut u32 = 0x4000_0008 as *mut u32;

    pub fn start() {
        // SAFETY: registers of the board, which nothing else in this image uses.
        unsafe {
            RELOAD.write_volatile(u32::MAX);
            VALUE.write_volatile(u32::MAX);
            CONTROL.write_volatile(1);
        }
    }

    #[inline(always)]
    pub fn now() -> u32 {
        // SAFETY: as above.
        u32::MAX - unsafe { VALUE.read_volatile() }
    }

    pub const fn instructions(ticks: u32) -> u32 {
        // Rounded: a reading is a whole number of ticks.
        ((ticks as u64 * 5 + 8) / 16) as u32
    }
}

/// `minstret`, low half.
#[cfg(target_arch = "riscv32")]
mod clock {
    pub const fn start() {}

    #[inline(always)]
    pub fn now() -> u32 {
        let value: u32;
        // SAFETY: reads a counter.
        unsafe { core::arch::asm!("csrr {}, minstret", out(reg) value) }
        value
    }

    pub const fn instructions(ticks: u32) -> u32 {
        ticks
    }
}

impl Counter {
    /// Starts it.
    pub fn new() -> Self {
        clock::start();
        Self { start: clock::now() }
    }

    fn ticks(self) -> u32 {
        clock::now().wrapping_sub(self.start)
    }

    /// Instructions since it was started, with a few for reading it.
    pub fn instructions(self) -> u32 {
        clock::instructions(self.ticks())
    }
}

/// Instructions of `work`, without those of reading the counter.
#[inline(never)]
pub fn instructions(work: impl FnOnce()) -> u32 {
    let empty = Counter::new();
    let empty = empty.ticks();
    let counter = Counter::new();
    work();
    clock::instructions(counter.ticks().wrapping_sub(empty))
}
