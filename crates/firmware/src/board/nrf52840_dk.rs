//! nRF52840-DK: Cortex-M4F at 64 MHz.

use embassy_nrf::config::{Config, HfclkSource, LfclkSource};
use embassy_nrf::gpio::{Input, Level, Output, OutputDrive, Pull};
use embassy_nrf::interrupt;
use embassy_nrf::pac::timer::vals::Bitmode;
use embassy_nrf::pac::uart::vals::{Baudrate, Enable};
use embassy_nrf::pac::{NVMC, RTC0, TIMER0, UART0};
use joulegram_protocol::counter::Form;
use joulegram_protocol::{Mode, Port};

use super::cortex::{Core, wakes};
use super::{HOLD_MICROSECONDS, Rest};
use crate::panic::stop;
use crate::{MODE, run};

pub(crate) const NAME: &str = "nrf52840-dk";
pub(crate) const EMULATED: Option<(u64, u64)> = None;
const HERTZ: u32 = 64_000_000;
const LOW_HERTZ: u32 = 32_768;

pub(crate) struct Board {
    core: Core,
    /// Arduino D7.
    marker: Output<'static>,
    /// The line's pins stay as they were set up.
    _line: (Output<'static>, Input<'static>),
    /// What TIMER0 did not see: it is off in sleep.
    slept: u32,
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let Some(core) = cortex_m::Peripherals::take() else { stop() };
    let mut config = Config::default();
    config.hfclk_source = HfclkSource::ExternalXtal;
    config.lfclk_source = LfclkSource::ExternalXtal;
    // The kit has the inductor: a switching regulator, whose energy does not scale with the volts.
    config.dcdc.reg1 = true;
    let board = embassy_nrf::init(config);
    NVMC.icachecnf().write(|w| w.set_cacheen(true));

    // The interface processor's virtual port. Not the driver's DMA: it restarts for each byte and could miss one; the
    // older block at the same place has six bytes of FIFO.
    let send = Output::new(board.P0_06, Level::High, OutputDrive::Standard);
    let receive = Input::new(board.P0_08, Pull::Up);
    let marker = Output::new(board.P1_08, Level::High, OutputDrive::Standard);
    UART0.psel().txd().write(|w| w.set_pin(6));
    UART0.psel().rxd().write(|w| w.set_pin(8));
    UART0.baudrate().write(|w| {
        w.set_baudrate(match MODE {
            Mode::Performance => Baudrate::Baud115200,
            Mode::Energy => Baudrate::Baud9600,
        });
    });
    listen();
    TIMER0.bitmode().write(|w| w.set_bitmode(Bitmode::_32bit));
    TIMER0.prescaler().write(|w| w.set_prescaler(4));
    TIMER0.tasks_start().write_value(1);
    let core = Core::new(core, HERTZ, timer);
    run(Board { core, marker, _line: (send, receive), slept: 0 })
}

fn timer() -> u32 {
    TIMER0.tasks_capture(0).write_value(1);
    TIMER0.cc(0).read()
}

fn listen() {
    UART0.enable().write(|w| w.set_enable(Enable::Enabled));
    UART0.tasks_startrx().write_value(1);
    UART0.tasks_starttx().write_value(1);
}

impl Board {
    pub(crate) fn counter(&self) -> Form {
        self.core.counter()
    }

    #[inline(always)]
    pub(crate) fn reading(&self) -> u32 {
        self.core.reading()
    }

    /// `Sleep` is System ON with nothing but RTC0: without the serial line and TIMER0 the fast clock goes off.
    pub(crate) fn rest(&mut self, rest: Rest, microseconds: u32) {
        match rest {
            Rest::Idle => {
                let start = timer();
                while timer().wrapping_sub(start) < microseconds {
                    self.core.wait();
                }
            }
            Rest::Sleep => {
                UART0.tasks_stoprx().write_value(1);
                UART0.enable().write(|w| w.set_enable(Enable::Disabled));
                TIMER0.tasks_stop().write_value(1);
                let ticks = u64::from(microseconds) * u64::from(LOW_HERTZ) / 1_000_000;
                // 24 bits are 512 s; fewer than 2 ticks could pass unseen.
                self.sleep((ticks as u32).clamp(2, 0xff_fff0));
                TIMER0.tasks_start().write_value(1);
                self.slept = self.slept.wrapping_add(microseconds);
                listen();
            }
        }
    }

    fn sleep(&mut self, ticks: u32) {
        RTC0.tasks_clear().write_value(1);
        RTC0.events_compare(0).write_value(0);
        RTC0.cc(0).write(|w| w.set_compare(ticks));
        RTC0.intenset().write(|w| w.set_compare(0, true));
        wakes(interrupt::RTC0);
        RTC0.tasks_start().write_value(1);
        while RTC0.events_compare(0).read() == 0 {
            self.core.sleep();
        }
        RTC0.tasks_stop().write_value(1);
        RTC0.events_compare(0).write_value(0);
        cortex_m::peripheral::NVIC::unpend(interrupt::RTC0);
    }
}

impl Port for Board {
    fn read(&mut self) -> u8 {
        while UART0.events_rxdrdy().read() == 0 {}
        UART0.events_rxdrdy().write_value(0);
        UART0.rxd().read().rxd()
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            UART0.events_txdrdy().write_value(0);
            UART0.txd().write(|w| w.set_txd(*byte));
            while UART0.events_txdrdy().read() == 0 {}
        }
    }

    fn microseconds(&mut self) -> u32 {
        timer().wrapping_add(self.slept)
    }

    fn pulse(&mut self) {
        self.marker.set_low();
        cortex_m::asm::delay(HOLD_MICROSECONDS * (HERTZ / 1_000_000));
        self.marker.set_high();
    }
}
