//! What all Cortex-M boards share: the counter that works, and waiting for SysTick.

#[cfg(not(armv6m))]
use cortex_m::peripheral::DWT;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{SCB, SYST};
use joulegram_protocol::counter::{Form, moves};

/// SysTick has 24 bits.
const SYSTICK: Form = Form { name: "systick", bits: 24, hertz: 0, down: true, cycles: true };
/// The board's clock of microseconds, if nothing else counts.
const TIMER: Form = Form { name: "timer", bits: 32, hertz: 1_000_000, down: false, cycles: false };

/// The processor.
pub(super) struct Core {
    counter: Form,
    microseconds: fn() -> u32,
    systick: SYST,
    #[cfg(deep_sleep)]
    system: SCB,
}

impl Core {
    /// Starts both counters of a processor at `hertz` and keeps the one that counts: DWT's cycle counter, or SysTick.
    ///
    /// The board takes `core` before its driver starts, which may use it up.
    ///
    /// No handler ever runs in this image: an interrupt only ends a wait.
    pub(super) fn new(mut core: cortex_m::Peripherals, hertz: u32, microseconds: fn() -> u32) -> Self {
        cortex_m::interrupt::disable();
        core.SYST.set_clock_source(SystClkSource::Core);
        core.SYST.set_reload(0xff_ffff);
        core.SYST.clear_current();
        core.SYST.enable_counter();
        #[cfg(not(armv6m))]
        {
            core.DCB.enable_trace();
            DWT::unlock();
            core.DWT.set_cycle_count(0);
            core.DWT.enable_cycle_counter();
        }
        let wait = |time| {
            let start = microseconds();
            loop {
                let passed = microseconds().wrapping_sub(start);
                if passed >= time {
                    return passed;
                }
            }
        };
        let cycles = Form { name: "dwt", bits: 32, hertz, down: false, cycles: true };
        let forms = [cycles, Form { hertz, ..SYSTICK }];
        let counter =
            forms.into_iter().find(|form| moves(*form, || cycle_count(*form), wait)).unwrap_or(TIMER);
        Self {
            counter,
            microseconds,
            systick: core.SYST,
            #[cfg(deep_sleep)]
            system: core.SCB,
        }
    }

    /// The counter in use.
    pub(super) const fn counter(&self) -> Form {
        self.counter
    }

    /// Its reading.
    #[inline(always)]
    pub(super) fn reading(&self) -> u32 {
        if self.counter.cycles { cycle_count(self.counter) } else { (self.microseconds)() }
    }

    /// Waits with all clocks on until SysTick wraps, or less.
    pub(super) fn wait(&mut self) {
        self.systick.enable_interrupt();
        cortex_m::asm::wfi();
        self.systick.disable_interrupt();
        SCB::clear_pendst();
    }

    /// Waits for an interrupt in the deep sleep that the board has set up.
    #[cfg(any(
        feature = "nucleo-l4r5zi",
        feature = "nrf52840-dk",
        feature = "rpi-pico",
        feature = "rpi-pico2"
    ))]
    pub(super) fn sleep(&mut self) {
        self.system.set_sleepdeep();
        cortex_m::asm::dsb();
        cortex_m::asm::wfi();
        self.system.clear_sleepdeep();
    }
}

#[inline(always)]
fn cycle_count(form: Form) -> u32 {
    if form.down {
        return SYST::get_current();
    }
    #[cfg(not(armv6m))]
    let count = DWT::cycle_count();
    // What has no such counter reads a number that stays.
    #[cfg(armv6m)]
    let count = 0;
    count
}

/// Lets an interrupt end a wait.
#[cfg(deep_sleep)]
pub(super) fn wakes(interrupt: impl cortex_m::interrupt::InterruptNumber) {
    cortex_m::interrupt::disable();
    // SAFETY: interrupts are off as a whole and nothing turns them on, so that no handler runs.
    unsafe { cortex_m::peripheral::NVIC::unmask(interrupt) };
}
