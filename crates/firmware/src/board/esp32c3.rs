//! ESP32-C3: RV32IMC at 160 MHz. The radio stays off.

use core::cell::RefCell;

use critical_section::Mutex;
use esp_hal::Blocking;
use esp_hal::clock::CpuClock;
use esp_hal::gpio::{Level, Output, OutputConfig};
use esp_hal::rtc_cntl::sleep::{LowPower, RtcSleepConfig};
use esp_hal::time::{Duration, Instant};
use esp_hal::timer::PeriodicTimer;
use esp_hal::timer::systimer::SystemTimer;
use esp_hal::uart::{Config, Uart};
use joulegram_protocol::Port;
use joulegram_protocol::counter::{Form, moves};

use super::{HOLD_MICROSECONDS, Rest};
use crate::panic::stop;
use crate::{MODE, run};

pub(crate) const NAME: &str = "esp32c3";
pub(crate) const EMULATED: Option<(u64, u64)> = None;
const HERTZ: u32 = 160_000_000;

/// Espressif's own counter: the processor has no `mcycle`. It stands still in light sleep.
const CYCLES: Form = Form { name: "mpccr", bits: 32, hertz: HERTZ, down: false, cycles: true };
const TIMER: Form = Form { name: "systimer", bits: 32, hertz: 1_000_000, down: false, cycles: false };

/// Ends a wait once a millisecond while it listens.
static TICK: Mutex<RefCell<Option<PeriodicTimer<'static, Blocking>>>> = Mutex::new(RefCell::new(None));

esp_bootloader_esp_idf::esp_app_desc!();

pub(crate) struct Board {
    counter: Form,
    uart: Uart<'static, Blocking>,
    /// GPIO4.
    marker: Output<'static>,
    power: LowPower<'static>,
}

#[esp_hal::main]
fn main() -> ! {
    let board = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    let Ok(uart) = Uart::new(board.UART0, Config::default().with_baudrate(MODE.baud())) else { stop() };
    let uart = uart.with_tx(board.GPIO21).with_rx(board.GPIO20);
    let marker = Output::new(board.GPIO4, Level::High, OutputConfig::default());
    let mut tick = PeriodicTimer::new(SystemTimer::new(board.SYSTIMER).alarm0);
    tick.set_interrupt_handler(ticked);
    critical_section::with(|section| *TICK.borrow_ref_mut(section) = Some(tick));
    start_cycles();
    let counts = moves(CYCLES, cycles, |time| {
        let start = now();
        while now().wrapping_sub(start) < time {}
        now().wrapping_sub(start)
    });
    run(Board { counter: if counts { CYCLES } else { TIMER }, uart, marker, power: LowPower::new(board.LPWR) })
}

#[esp_hal::handler]
fn ticked() {
    critical_section::with(|section| TICK.borrow_ref_mut(section).as_mut().map(PeriodicTimer::clear_interrupt));
}

fn start_cycles() {
    // SAFETY: selects cycles as the event that Espressif's counter counts, and starts it; nothing else uses it.
    unsafe { core::arch::asm!("csrwi 0x7e0, 1", "csrwi 0x7e1, 1", "csrwi 0x7e2, 0") };
}

#[inline(always)]
fn cycles() -> u32 {
    let value: u32;
    // SAFETY: reads a counter.
    unsafe { core::arch::asm!("csrr {}, 0x7e2", out(reg) value) };
    value
}

/// Microseconds since the start, modulo 2^32.
fn now() -> u32 {
    Instant::now().duration_since_epoch().as_micros() as u32
}

impl Board {
    pub(crate) fn counter(&self) -> Form {
        self.counter
    }

    #[inline(always)]
    pub(crate) fn reading(&self) -> u32 {
        if self.counter == CYCLES { cycles() } else { now() }
    }

    /// `Sleep` is light sleep: memory is kept, the fast clocks are off.
    pub(crate) fn rest(&mut self, rest: Rest, microseconds: u32) {
        match rest {
            Rest::Sleep => {
                let _ = self.uart.flush();
                self.power.set_wakeup_deadline(Instant::now() + Duration::from_micros(microseconds.into()));
                self.power.sleep_light(RtcSleepConfig::default());
                self.power.clear_wakeup_deadline();
            }
            Rest::Idle => {
                listen(true);
                let start = now();
                while now().wrapping_sub(start) < microseconds {
                    esp_hal::interrupt::wait_for_interrupt();
                }
                listen(false);
            }
        }
    }
}

fn listen(on: bool) {
    critical_section::with(|section| {
        let mut tick = TICK.borrow_ref_mut(section);
        let Some(tick) = tick.as_mut() else { return };
        if on {
            // A millisecond fits the timer.
            let _ = tick.start(Duration::from_millis(1));
            tick.listen();
        } else {
            tick.unlisten();
            let _ = tick.cancel();
        }
    });
}

impl Port for Board {
    fn read(&mut self) -> u8 {
        let mut byte = [0];
        // What the line garbled is gone; the command that it was part of will be refused.
        while !matches!(self.uart.read(&mut byte), Ok(1)) {}
        let [byte] = byte;
        byte
    }

    fn write(&mut self, mut bytes: &[u8]) {
        while let Ok(sent @ 1..) = self.uart.write(bytes) {
            bytes = bytes.get(sent..).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
        }
        let _ = self.uart.flush();
    }

    fn microseconds(&mut self) -> u32 {
        now()
    }

    fn pulse(&mut self) {
        self.marker.set_low();
        let start = now();
        while now().wrapping_sub(start) <= HOLD_MICROSECONDS {}
        self.marker.set_high();
    }
}
