//! Runs the calibration suite on an emulated processor, once: a step's instructions are the same each time.
#![no_std]
#![no_main]

#[path = "../../counts/src/counter.rs"]
#[allow(dead_code, reason = "shared with the image that counts whole models")]
mod counter;

use counter::Counter;
use joulegram::calibrate::session::{self, Board, Rest, Schedule, Ticks};
use joulegram::calibrate::suite::{MEMORY_BYTES, SLOTS, STEPS};
use joulegram::kernel::Slot;
use semihosting::{println, process};

/// Instructions of a step, so that a few for reading the counter do not count.
const TICKS: u64 = 300_000;

struct Emulated {
    counter: Counter,
    passed: u64,
}

impl Board for Emulated {
    fn name(&self) -> &str {
        env!("BOARD")
    }

    fn counter(&self) -> Ticks {
        Ticks::Instructions
    }

    fn clock_hertz(&self) -> u64 {
        0
    }

    fn ticks(&mut self) -> u64 {
        let now = self.counter.instructions();
        // Begun anew each time: the counter has 32 bits.
        self.counter = Counter::new();
        self.passed += u64::from(now);
        self.passed
    }

    fn mark(&mut self) {}

    /// There is no time to rest in.
    fn rest(&mut self, _: Rest, _: u64) {}

    fn log(&mut self, line: &str) {
        println!("{line}");
    }
}

#[cfg_attr(target_arch = "arm", cortex_m_rt::entry)]
#[cfg_attr(target_arch = "riscv32", riscv_rt::entry)]
fn main() -> ! {
    let (mut memory, mut slots) = ([0; MEMORY_BYTES], [Slot::EMPTY; SLOTS]);
    let mut board = Emulated { counter: Counter::new(), passed: 0 };
    let schedule = Schedule { ticks: TICKS, warm_up: 1, repetitions: 1 };
    match session::run(&mut board, STEPS, &schedule, &mut memory, &mut slots) {
        Ok(()) => process::exit(0),
        Err(error) => {
            println!("{error}");
            process::exit(1)
        }
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    process::exit(101)
}
