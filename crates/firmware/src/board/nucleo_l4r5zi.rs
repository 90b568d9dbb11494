//! NUCLEO-L4R5ZI: Cortex-M4F at 120 MHz, the reference board of MLPerf Tiny.

use embassy_stm32::gpio::{Level, Output, Speed};
use embassy_stm32::interrupt;
use embassy_stm32::mode::Blocking;
use embassy_stm32::pac::flash::Flash;
use embassy_stm32::pac::pwr::vals::Lpms;
use embassy_stm32::pac::rcc::vals::{Hpre, Lptim1sel, Stopwuck, Sw};
use embassy_stm32::pac::{FLASH, LPTIM1, PWR, RCC, TIM2};
use embassy_stm32::rcc::mux::Lpuart1sel;
use embassy_stm32::rcc::{LsConfig, Pll, PllMul, PllPreDiv, PllRDiv, PllSource, Sysclk};
use embassy_stm32::usart::{Config, Uart};
use joulegram_protocol::Port;
use joulegram_protocol::counter::Form;

use super::cortex::{Core, wakes};
use super::{HOLD_MICROSECONDS, Rest};
use super::register::registers;
use crate::panic::stop;
use crate::{MODE, run};

pub(crate) const NAME: &str = "nucleo-l4r5zi";
pub(crate) const EMULATED: Option<(u64, u64)> = None;
const HERTZ: u32 = 120_000_000;

// Missing in the register crate. Bit 8 is R1MODE, which turns the regulator's boost off.
registers!("RM0432, 5.4.25": BOOST = 0x4000_7080);

pub(crate) struct Board {
    core: Core,
    uart: Uart<'static, Blocking>,
    /// Arduino D7.
    marker: Output<'static>,
    /// What TIM2 did not see: it stands still in Stop 2.
    slept: u32,
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let Some(core) = cortex_m::Peripherals::take() else { stop() };
    let mut config = embassy_stm32::Config::default();
    // The debugger keeps clocks on in every state of rest.
    config.enable_debug_during_sleep = false;
    config.rcc.hsi = true;
    config.rcc.ls = LsConfig::default_lsi();
    config.rcc.pll = Some(Pll {
        source: PllSource::HSI,
        prediv: PllPreDiv::DIV2,
        mul: PllMul::MUL30,
        divp: None,
        divq: None,
        divr: Some(PllRDiv::DIV2),
    });
    // Not yet the PLL: the driver knows neither the boost nor the fifth wait state that 120 MHz need.
    config.rcc.sys = Sysclk::HSI;
    // The line's speed must not depend on the clock that changes below.
    config.rcc.mux.lpuart1sel = Lpuart1sel::HSI;
    let board = embassy_stm32::init(config);

    let mut line = Config::default();
    line.baudrate = MODE.baud();
    let marker = Output::new(board.PF13, Level::High, Speed::High);
    // ST-Link's virtual port.
    let Ok(uart) = Uart::new_blocking(board.LPUART1, board.PG8, board.PG7, line) else { stop() };
    full_speed();
    start_timers();
    let core = Core::new(core, HERTZ, || TIM2.cnt().read());
    run(Board { core, uart, marker, slept: 0 })
}

/// RM0432, 5.1.8: boost, then flash that waits, then the PLL at half speed for a microsecond, then all of it.
fn full_speed() {
    BOOST.write(BOOST.read() & !(1 << 8));
    FLASH.acr().modify(|w| w.set_latency(5));
    while Flash::acr(FLASH).read().latency() != 5 {}
    RCC.cfgr().modify(|w| w.set_hpre(Hpre::DIV2));
    use_pll();
    cortex_m::asm::delay(120);
    RCC.cfgr().modify(|w| w.set_hpre(Hpre::DIV1));
}

fn use_pll() {
    RCC.cr().modify(|w| w.set_pllon(true));
    while !RCC.cr().read().pllrdy() {}
    RCC.cfgr().modify(|w| w.set_sw(Sw::PLL1_R));
    while RCC.cfgr().read().sws() != Sw::PLL1_R {}
}

/// TIM2 counts microseconds; LPTIM1 counts milliseconds of the 32 kHz oscillator and wakes from Stop 2.
fn start_timers() {
    RCC.apb1enr1().modify(|w| {
        w.set_tim2en(true);
        w.set_lptim1en(true);
    });
    RCC.ccipr().modify(|w| w.set_lptim1sel(Lptim1sel::LSI));
    TIM2.psc().write_value((HERTZ / 1_000_000 - 1) as u16);
    TIM2.egr().write(|w| w.set_ug(true));
    TIM2.cr1().modify(|w| w.set_cen(true));
    LPTIM1.cfgr().write(|w| w.set_presc(embassy_stm32::pac::lptim::vals::Presc::DIV32));
    LPTIM1.ier().write(|w| w.set_arrmie(true));
    wakes(interrupt::LPTIM1);
}

impl Board {
    pub(crate) fn counter(&self) -> Form {
        self.core.counter()
    }

    #[inline(always)]
    pub(crate) fn reading(&self) -> u32 {
        self.core.reading()
    }

    /// `Sleep` is Stop 2: only LSI and LPTIM1 run.
    pub(crate) fn rest(&mut self, rest: Rest, microseconds: u32) {
        let start = self.microseconds();
        loop {
            let left = microseconds.saturating_sub(self.microseconds().wrapping_sub(start));
            match rest {
                _ if left == 0 => break,
                Rest::Idle => self.core.wait(),
                Rest::Sleep => self.stop(u16::try_from(left / 1000).unwrap_or(u16::MAX).max(1)),
            }
        }
    }

    fn stop(&mut self, milliseconds: u16) {
        // What is still being sent would be cut.
        let _ = self.uart.blocking_flush();
        LPTIM1.cr().write(|w| w.set_enable(true));
        LPTIM1.icr().write(|w| w.set_arrmcf(true));
        LPTIM1.arr().write(|w| w.set_arr(milliseconds));
        LPTIM1.cr().modify(|w| w.set_sngstrt(true));
        PWR.cr1().modify(|w| w.set_lpms(Lpms::STOP2));
        RCC.cfgr().modify(|w| w.set_stopwuck(Stopwuck::HSI));
        while !LPTIM1.isr().read().arrm() {
            self.core.sleep();
        }
        LPTIM1.icr().write(|w| w.set_arrmcf(true));
        LPTIM1.cr().write(|w| w.set_enable(false));
        cortex_m::peripheral::NVIC::unpend(interrupt::LPTIM1);
        use_pll();
        self.slept = self.slept.wrapping_add(u32::from(milliseconds) * 1000);
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
        TIM2.cnt().read().wrapping_add(self.slept)
    }

    fn pulse(&mut self) {
        self.marker.set_low();
        cortex_m::asm::delay(HOLD_MICROSECONDS * (HERTZ / 1_000_000));
        self.marker.set_high();
    }
}
