//! QEMU's mps2-an386 (Cortex-M4) and mps2-an385, whose processor runs ARMv6-M code as it is.
//!
//! One instruction takes 128 ns under `-icount shift=7`: that is what the counter tells, never cycles of real hardware.

use joulegram_protocol::Port;
use joulegram_protocol::counter::Form;

use super::cortex::Core;
use super::{HOLD_MICROSECONDS, Rest};
use super::register::registers;
use crate::panic::stop;
use crate::{MODE, run};

pub(crate) const NAME: &str = if cfg!(feature = "qemu-m4") { "qemu-m4" } else { "qemu-m0" };
/// Instructions a count under `-icount shift=7`: 128 ns of 25 MHz are 3.2 counts.
pub(crate) const EMULATED: Option<(u64, u64)> = Some((5, 16));
const HERTZ: u32 = 25_000_000;

registers!("hw/char/cmsdk-apb-uart.c":
    DATA = 0x4000_4000, STATE = 0x4000_4004, CONTROL = 0x4000_4008, DIVIDER = 0x4000_4010);
// The board's lights, of which the first is the marker, and a counter behind a prescaler.
registers!("hw/misc/mps2-fpgaio.c": LIGHTS = 0x4002_8000, COUNTER = 0x4002_8018, PRESCALER = 0x4002_801c);

pub(crate) struct Board {
    core: Core,
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let Some(core) = cortex_m::Peripherals::take() else { stop() };
    DIVIDER.write(HERTZ / MODE.baud());
    CONTROL.write(0b11);
    PRESCALER.write(HERTZ / 1_000_000 - 1);
    LIGHTS.write(1);
    let core = Core::new(core, HERTZ, || COUNTER.read());
    run(Board { core })
}

impl Board {
    pub(crate) fn counter(&self) -> Form {
        self.core.counter()
    }

    #[inline(always)]
    pub(crate) fn reading(&self) -> u32 {
        self.core.reading()
    }

    /// Both states are one in emulation.
    pub(crate) fn rest(&mut self, _: Rest, microseconds: u32) {
        let start = COUNTER.read();
        while COUNTER.read().wrapping_sub(start) < microseconds {
            self.core.wait();
        }
    }
}

impl Port for Board {
    fn read(&mut self) -> u8 {
        while STATE.read() & 0b10 == 0 {}
        DATA.read().to_le_bytes()[0]
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            while STATE.read() & 0b01 != 0 {}
            DATA.write((*byte).into());
        }
    }

    fn microseconds(&mut self) -> u32 {
        COUNTER.read()
    }

    fn pulse(&mut self) {
        LIGHTS.write(0);
        let start = COUNTER.read();
        while COUNTER.read().wrapping_sub(start) < HOLD_MICROSECONDS {}
        LIGHTS.write(1);
    }
}
