//! Runs the calibration suite and logs a line a step; any byte on the line starts it again.
//!
//! The marker falls before and after each step. On a real board a step takes ten seconds, or as many as
//! `JOULEGRAM_STEP_SECONDS` said at the build, and comes five times; an emulator counts instructions, for which short is
//! enough.
#![no_std]
#![no_main]

mod board;
mod panic;

use core::fmt::Write as _;

use board::Board;
use joulegram::calibrate::session::{self, Rest, Schedule, Ticks};
use joulegram::calibrate::suite::{MEMORY_BYTES, SLOTS, STEPS};
use joulegram::kernel::Slot;
use joulegram_protocol::counter::Form;
use joulegram_protocol::{Mode, Port, Text};

const MODE: Mode = Mode::Performance;

/// Seconds that a step takes on a real board: a meter of a thousand samples a second sees enough of one.
const STEP_SECONDS: u64 = match option_env!("JOULEGRAM_STEP_SECONDS") {
    None => 10,
    Some(text) => {
        let seconds = match u64::from_str_radix(text, 10) {
            Ok(seconds) => seconds,
            Err(_) => 0,
        };
        assert!(seconds >= 1 && seconds <= 60, "JOULEGRAM_STEP_SECONDS must be a whole number from 1 to 60");
        seconds
    }
};

const fn schedule(hertz: u64) -> Schedule {
    match board::EMULATED {
        Some(_) => Schedule { ticks: 400_000, warm_up: 1, repetitions: 5 },
        None => Schedule { ticks: STEP_SECONDS * hertz, warm_up: STEP_SECONDS * hertz / 10, repetitions: 5 },
    }
}

/// A board whose counter never wraps.
struct Bench {
    board: Board,
    form: Form,
    reading: u32,
    microseconds: u32,
    counts: u64,
}

impl Bench {
    fn new(mut board: Board) -> Self {
        let (form, reading, microseconds) = (board.counter(), board.reading(), board.microseconds());
        Self { board, form, reading, microseconds, counts: 0 }
    }

    /// Counts so far; those of a rest are what the clock says, for the counter may have stood still.
    fn count(&mut self, rested: bool) {
        let (reading, microseconds) = (self.board.reading(), self.board.microseconds());
        let passed = microseconds.wrapping_sub(self.microseconds);
        self.counts += if rested {
            u64::from(passed) * u64::from(self.form.hertz) / 1_000_000
        } else {
            self.form.count(self.reading, reading, passed)
        };
        (self.reading, self.microseconds) = (reading, microseconds);
    }
}

impl session::Board for Bench {
    fn name(&self) -> &str {
        board::NAME
    }

    fn counter(&self) -> Ticks {
        match (board::EMULATED, self.form.cycles) {
            (Some(_), _) => Ticks::Instructions,
            (None, true) => Ticks::Cycles,
            (None, false) => Ticks::Time,
        }
    }

    fn clock_hertz(&self) -> u64 {
        // Of instructions it is not known.
        if board::EMULATED.is_some() { 0 } else { self.form.hertz.into() }
    }

    fn ticks(&mut self) -> u64 {
        self.count(false);
        let (instructions, counts) = board::EMULATED.unwrap_or((1, 1));
        (self.counts * instructions + counts / 2) / counts
    }

    fn mark(&mut self) {
        self.board.pulse();
    }

    fn rest(&mut self, rest: Rest, ticks: u64) {
        self.count(false);
        let (instructions, counts) = board::EMULATED.unwrap_or((1, 1));
        let microseconds = ticks * counts / instructions * 1_000_000 / u64::from(self.form.hertz.max(1));
        self.board.rest(rest, u32::try_from(microseconds).unwrap_or(u32::MAX));
        self.count(true);
    }

    fn log(&mut self, line: &str) {
        self.board.write(line.as_bytes());
        self.board.write(b"\r\n");
    }
}

/// What every board does once it runs.
fn run(board: Board) -> ! {
    let (mut memory, mut slots) = ([0; MEMORY_BYTES], [Slot::EMPTY; SLOTS]);
    let mut bench = Bench::new(board);
    loop {
        let Form { name, hertz, .. } = bench.form;
        let version = env!("CARGO_PKG_VERSION");
        // A port takes every text.
        let _ = write!(
            Text(&mut bench.board),
            "joulegram suite board={} counter={name} hertz={hertz} steps={} firmware={version}\r\n",
            board::NAME,
            STEPS.len()
        );
        let result = session::run(&mut bench, STEPS, &schedule(hertz.into()), &mut memory, &mut slots);
        let _ = match result {
            Ok(()) => write!(Text(&mut bench.board), "joulegram suite done\r\n"),
            Err(error) => write!(Text(&mut bench.board), "joulegram suite stopped: {error}\r\n"),
        };
        bench.board.read();
    }
}
