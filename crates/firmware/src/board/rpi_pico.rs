//! Raspberry Pi Pico (RP2040, two Cortex-M0+ at 133 MHz) and Pico 2 (RP2350, two Cortex-M33 at 150 MHz). The second core
//! stays where the boot ROM left it, asleep.

use embassy_rp::clocks::{ClockConfig, clk_sys_freq};
use embassy_rp::config::Config;
use embassy_rp::gpio::{Level, Output};
use embassy_rp::pac;
use embassy_rp::uart::{self, Blocking, Uart};
use joulegram_protocol::Port;
use joulegram_protocol::counter::Form;

use super::cortex::{Core, wakes};
use super::{HOLD_MICROSECONDS, Rest};
use crate::panic::stop;
use crate::{MODE, run};

#[cfg(feature = "rpi-pico")]
mod chip {
    pub(super) use embassy_rp::interrupt::TIMER_IRQ_3 as ALARM;
    pub(super) use embassy_rp::pac::TIMER;

    pub(crate) const NAME: &str = "rpi-pico";
    pub(super) const HERTZ: u32 = 133_000_000;
}

#[cfg(feature = "rpi-pico2")]
mod chip {
    pub(super) use embassy_rp::interrupt::TIMER0_IRQ_3 as ALARM;
    pub(super) use embassy_rp::pac::TIMER0 as TIMER;

    pub(crate) const NAME: &str = "rpi-pico2";
    pub(super) const HERTZ: u32 = 150_000_000;
}

pub(crate) use chip::NAME;
use chip::{ALARM, HERTZ, TIMER};

pub(crate) const EMULATED: Option<(u64, u64)> = None;

/// The alarm that the driver's clock does not use.
const LAST: usize = 3;

pub(crate) struct Board {
    core: Core,
    uart: Uart<'static, Blocking>,
    /// GP2.
    marker: Output<'static>,
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let Some(core) = cortex_m::Peripherals::take() else { stop() };
    let clocks = ClockConfig::system_freq(HERTZ).unwrap_or_else(|_| ClockConfig::crystal(12_000_000));
    let board = embassy_rp::init(Config::new(clocks));
    let mut line = uart::Config::default();
    line.baudrate = MODE.baud();
    let uart = Uart::new_blocking(board.UART0, board.PIN_0, board.PIN_1, line);
    let marker = Output::new(board.PIN_2, Level::High);
    let core = Core::new(core, clk_sys_freq(), timer);
    run(Board { core, uart, marker })
}

fn timer() -> u32 {
    TIMER.timerawl().read()
}

impl Board {
    pub(crate) fn counter(&self) -> Form {
        self.core.counter()
    }

    #[inline(always)]
    pub(crate) fn reading(&self) -> u32 {
        self.core.reading()
    }

    /// `Sleep` turns off all clocks but those of the timer that wakes; oscillator and PLLs stay on.
    pub(crate) fn rest(&mut self, rest: Rest, microseconds: u32) {
        let start = timer();
        if rest == Rest::Sleep {
            let _ = self.uart.blocking_flush();
            pac::CLOCKS.sleep_en0().write(|_| ());
            pac::CLOCKS.sleep_en1().write(|w| {
                #[cfg(feature = "rpi-pico")]
                {
                    w.set_clk_sys_timer(true);
                    w.set_clk_sys_watchdog(true);
                }
                #[cfg(feature = "rpi-pico2")]
                {
                    w.set_clk_sys_timer0(true);
                    w.set_clk_sys_ticks(true);
                    w.set_clk_ref_ticks(true);
                }
            });
            TIMER.inte().modify(|w| w.set_alarm(LAST, true));
            TIMER.alarm(LAST).write_value(start.wrapping_add(microseconds.max(10)));
            wakes(ALARM);
        }
        while timer().wrapping_sub(start) < microseconds {
            match rest {
                Rest::Idle => self.core.wait(),
                Rest::Sleep => self.core.sleep(),
            }
        }
        if rest == Rest::Sleep {
            TIMER.inte().modify(|w| w.set_alarm(LAST, false));
            TIMER.intr().write(|w| w.set_alarm(LAST, true));
            cortex_m::peripheral::NVIC::unpend(ALARM);
        }
    }
}

impl Port for Board {
    fn read(&mut self) -> u8 {
        let mut byte = [0];
        // What the line garbled is gone; the command that it was part of will be refused.
        while self.uart.blocking_read(&mut byte).is_err() {}
        let [byte] = byte;
        byte
    }

    fn write(&mut self, bytes: &[u8]) {
        let _ = self.uart.blocking_write(bytes);
        let _ = self.uart.blocking_flush();
    }

    fn microseconds(&mut self) -> u32 {
        timer()
    }

    fn pulse(&mut self) {
        self.marker.set_low();
        cortex_m::asm::delay(HOLD_MICROSECONDS * (HERTZ / 1_000_000));
        self.marker.set_high();
    }
}
