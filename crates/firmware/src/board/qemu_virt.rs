//! QEMU's riscv32 virt board.
//!
//! One instruction takes 128 ns under `-icount shift=7`, and `mcycle` counts those nanoseconds: that is what the counter
//! tells, never cycles of real hardware.

use joulegram_protocol::Port;
use joulegram_protocol::counter::{Form, moves};
use riscv::register::{mcycle, mie};

use super::{HOLD_MICROSECONDS, Rest};
use super::register::registers;
use crate::{MODE, run};

pub(crate) const NAME: &str = "qemu-rv32";
/// Instructions a count under `-icount shift=7`.
pub(crate) const EMULATED: Option<(u64, u64)> = Some((1, 128));

const MCYCLE: Form = Form { name: "mcycle", bits: 32, hertz: 1_000_000_000, down: false, cycles: true };
/// Without `-icount` `mcycle` counts the host's ticks.
const MTIME: Form = Form { name: "mtime", bits: 32, hertz: 10_000_000, down: false, cycles: false };

registers!("hw/intc/riscv_aclint.c": TIME = 0x0200_bff8, COMPARE = 0x0200_4000, COMPARE_HIGH = 0x0200_4004);

/// The 16550, whose registers are bytes.
mod uart {
    /// Place of a register, as QEMU's hw/riscv/virt.c has it.
    const fn at(offset: usize) -> *mut u8 {
        (0x1000_0000 + offset) as *mut u8
    }
    const DATA: *mut u8 = at(0);
    const DIVIDER: [*mut u8; 2] = [at(0), at(1)];
    const CONTROL: *mut u8 = at(3);
    const STATUS: *mut u8 = at(5);

    /// Sets the speed by its clock of 3.6864 MHz, and 8N1.
    pub(super) fn start(baud: u32) {
        let [low, high, ..] = (3_686_400 / 16 / baud).to_le_bytes();
        let [divider_low, divider_high] = DIVIDER;
        for (register, value) in [(CONTROL, 0x80), (divider_low, low), (divider_high, high), (CONTROL, 0x03)] {
            // SAFETY: registers of the board.
            unsafe { register.write_volatile(value) };
        }
    }

    fn is(bit: u8) -> bool {
        // SAFETY: a register of the board.
        unsafe { STATUS.read_volatile() & bit != 0 }
    }

    pub(super) fn read() -> u8 {
        while !is(0x01) {}
        // SAFETY: as above.
        unsafe { DATA.read_volatile() }
    }

    pub(super) fn write(byte: u8) {
        while !is(0x20) {}
        // SAFETY: as above.
        unsafe { DATA.write_volatile(byte) }
    }
}

pub(crate) struct Board {
    counter: Form,
}

#[riscv_rt::entry]
fn main() -> ! {
    uart::start(MODE.baud());
    let counts = moves(MCYCLE, || reading(MCYCLE), wait);
    run(Board { counter: if counts { MCYCLE } else { MTIME } })
}

/// Microseconds since the start, modulo 2^32.
fn now() -> u32 {
    // 10 MHz in 32 bits wrap before microseconds do, so both halves are read; the high one may step between.
    registers!("hw/intc/riscv_aclint.c": TIME_HIGH = 0x0200_bffc);
    loop {
        let (high, low) = (TIME_HIGH.read(), TIME.read());
        if high == TIME_HIGH.read() {
            let time = u64::from(high) << 32 | u64::from(low);
            return (time / 10 % (1 << 32)) as u32;
        }
    }
}

fn wait(microseconds: u32) -> u32 {
    let start = now();
    loop {
        let passed = now().wrapping_sub(start);
        if passed >= microseconds {
            return passed;
        }
    }
}

#[inline(always)]
fn reading(form: Form) -> u32 {
    if form.hertz == MCYCLE.hertz { mcycle::read() as u32 } else { TIME.read() }
}

impl Board {
    pub(crate) fn counter(&self) -> Form {
        self.counter
    }

    #[inline(always)]
    pub(crate) fn reading(&self) -> u32 {
        reading(self.counter)
    }

    /// Both states are one in emulation.
    pub(crate) fn rest(&mut self, _: Rest, microseconds: u32) {
        let start = now();
        while now().wrapping_sub(start) < microseconds {
            let left = microseconds - now().wrapping_sub(start).min(microseconds);
            COMPARE_HIGH.write(0);
            COMPARE.write(TIME.read().saturating_add(left.saturating_mul(10)));
            // SAFETY: interrupts are off as a whole, so that this one only ends the wait.
            unsafe { mie::set_mtimer() };
            riscv::asm::wfi();
            // SAFETY: as above.
            unsafe { mie::clear_mtimer() };
        }
    }
}

impl Port for Board {
    fn read(&mut self) -> u8 {
        uart::read()
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| uart::write(*byte));
    }

    fn microseconds(&mut self) -> u32 {
        now()
    }

    /// The board has no pin: the marker only takes its time.
    fn pulse(&mut self) {
        wait(HOLD_MICROSECONDS);
    }
}
