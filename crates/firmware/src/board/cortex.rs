//! What all Cortex-M boards share: the counter that works, and waiting for SysTick.

#[cfg(not(armv6m))]
use cortex_m::peripheral::DWT;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{SCB, SYST};
use joulegram_protocol::counter::{Form, moves};

/// SysTick has 24 bits.
const SYSTICK: Form = Form { name: "systick", bits: 24, hertz: 0, down: true };

/// The processor.
pub(super) struct Core {
    counter: Form,
    systick: SYST,
    system: SCB,
}

impl Core {
    /// Starts both counters of a processor at `hertz` and keeps the one that counts: DWT's cycle counter, or SysTick.
    ///
    /// No handler ever runs in this image: an interrupt only ends a wait.
    pub(super) fn new(hertz: u32, mut microseconds: impl FnMut() -> u32) -> Option<Self> {
        cortex_m::interrupt::disable();
        let mut core = cortex_m::Peripherals::take()?;
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
        let mut wait = |time| {
            let start = microseconds();
            loop {
                let passed = microseconds().wrapping_sub(start);
                if passed >= time {
                    return passed;
                }
            }
        };
        let forms = [Form { name: "dwt", bits: 32, hertz, down: false }, Form { hertz, ..SYSTICK }];
        let counter = forms.into_iter().find(|form| moves(*form, || read(*form), &mut wait));
        Some(Self { counter: counter.unwrap_or(Form { name: "none", ..SYSTICK }), systick: core.SYST, system: core.SCB })
    }

    /// The counter in use; of 0 Hz if none counts.
    pub(super) const fn counter(&self) -> Form {
        self.counter
    }

    /// Its reading.
    #[inline(always)]
    pub(super) fn reading(&self) -> u32 {
        read(self.counter)
    }

    /// Waits with all clocks on until SysTick wraps, or less.
    pub(super) fn wait(&mut self) {
        self.systick.enable_interrupt();
        cortex_m::asm::wfi();
        self.systick.disable_interrupt();
        SCB::clear_pendst();
    }

    /// Waits for an interrupt in the deep sleep that the board has set up.
    pub(super) fn sleep(&mut self) {
        self.system.set_sleepdeep();
        cortex_m::asm::dsb();
        cortex_m::asm::wfi();
        self.system.clear_sleepdeep();
    }
}

#[inline(always)]
fn read(form: Form) -> u32 {
    #[cfg(not(armv6m))]
    if !form.down {
        return DWT::cycle_count();
    }
    // What has no cycle counter reads a number that stays.
    if form.down { SYST::get_current() } else { 0 }
}

/// Lets an interrupt end a wait.
#[cfg(any(feature = "nucleo-l4r5zi", feature = "nrf52840-dk", feature = "rpi-pico", feature = "rpi-pico2"))]
pub(super) fn wakes(interrupt: impl cortex_m::interrupt::InterruptNumber) {
    // SAFETY: `Core::new` turned interrupts off as a whole and nothing turns them on, so that no handler runs.
    unsafe { cortex_m::peripheral::NVIC::unmask(interrupt) };
}
