//! Runs the suite on a board: each step as long as the meter needs, all steps once, then all again, so that drift cancels.

use core::fmt;

use super::log::{LINE_BYTES, Line};
use super::suite::{Job, Prepared, Step, SuiteError};
use crate::kernel::Slot;

/// What a board's counter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticks {
    /// Processor cycles.
    Cycles,
    /// Instructions of an emulator.
    Instructions,
    /// Time: a tick is a period of a timer's clock, or a nanosecond.
    Time,
}

impl Ticks {
    /// The name in a line of log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cycles => "cycles",
            Self::Instructions => "instructions",
            Self::Time => "time",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Cycles, Self::Instructions, Self::Time].into_iter().find(|ticks| ticks.name() == name)
    }
}

/// How a board rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// The processor on, nothing to do.
    Idle,
    /// The deepest usual sleep.
    Sleep,
}

/// What the suite needs of the machine that it runs on.
pub trait Board {
    /// The board's name, without spaces.
    fn name(&self) -> &str;

    /// What the counter counts.
    fn counter(&self) -> Ticks;

    /// Ticks a second; 0 where that is not known.
    fn clock_hertz(&self) -> u64;

    /// The counter: it never falls and never wraps.
    fn ticks(&mut self) -> u64;

    /// An edge on the marker: a pin that falls and is held for at least a microsecond.
    fn mark(&mut self);

    /// Rests for so many ticks. Where the counter stands still in a rest, a timer must tell.
    fn rest(&mut self, rest: Rest, ticks: u64);

    /// A line of log, without an end of line.
    fn log(&mut self, line: &str);
}

/// How long and how often steps are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Ticks that a step takes at least: ten seconds where a meter looks on.
    pub ticks: u64,
    /// Ticks of warm-up before each step.
    pub warm_up: u64,
    /// How often all steps are run.
    pub repetitions: u32,
}

/// Runs `steps` as the schedule says and logs a line each.
///
/// # Errors
/// [`SuiteError`] of the first step that can't be prepared.
pub fn run(
    board: &mut impl Board,
    steps: &[Step],
    schedule: &Schedule,
    memory: &mut [u8],
    slots: &mut [Slot],
) -> Result<(), SuiteError> {
    for repetition in 1..=schedule.repetitions {
        for step in steps {
            run_step(board, step, repetition, schedule, memory, slots)?;
        }
    }
    Ok(())
}

/// Runs one step and logs its line.
///
/// # Errors
/// [`SuiteError`] if the step can't be prepared.
pub fn run_step(
    board: &mut impl Board,
    step: &Step,
    repetition: u32,
    schedule: &Schedule,
    memory: &mut [u8],
    slots: &mut [Slot],
) -> Result<(), SuiteError> {
    let mut prepared = step.prepare(memory, slots)?;
    let rest = match step.job {
        Job::Idle => Some(Rest::Idle),
        Job::Sleep => Some(Rest::Sleep),
        _ => None,
    };
    let (iterations, ticks) = if let Some(rest) = rest {
        let ticks = between(board, |board| board.rest(rest, schedule.ticks));
        // A counter that stands still in a rest says nothing: the rest lasted what was asked for.
        (1, if ticks < schedule.ticks / 2 { schedule.ticks } else { ticks })
    } else {
        let iterations = dry_run(board, &mut prepared, schedule);
        (iterations, between(board, |_| (0..iterations).for_each(|_| prepared.run())))
    };
    let (counter, clock_hertz) = (board.counter(), board.clock_hertz());
    let mut text = heapless::String::<LINE_BYTES>::new();
    let mut name = heapless::String::<32>::new();
    let written = fmt::write(&mut name, format_args!("{:.32}", board.name()));
    let line = Line {
        step: step.name,
        repetition,
        work: *prepared.work(),
        iterations,
        ticks,
        counter,
        clock_hertz,
        checksum: prepared.checksum(),
        board: &name,
        firmware: env!("CARGO_PKG_VERSION"),
    };
    if written.is_ok() && line.write(&mut text).is_ok() {
        board.log(&text);
    }
    Ok(())
}

/// Ticks of `work` between two edges of the marker.
fn between<B: Board>(board: &mut B, work: impl FnOnce(&mut B)) -> u64 {
    board.mark();
    let start = board.ticks();
    work(board);
    let end = board.ticks();
    board.mark();
    end.saturating_sub(start)
}

/// Warms up; how many iterations fill the time.
fn dry_run(board: &mut impl Board, prepared: &mut Prepared<'_>, schedule: &Schedule) -> u64 {
    let start = board.ticks();
    let (mut done, mut spent) = (0_u64, 0);
    while done == 0 || spent < schedule.warm_up {
        // In pieces, for reading the counter takes time too.
        let piece = done.max(1);
        for _ in 0..piece {
            prepared.run();
        }
        done += piece;
        spent = board.ticks().saturating_sub(start);
    }
    let each = spent / done;
    schedule.ticks.checked_div(each.max(1)).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::suite::{MEMORY_BYTES, SLOTS, STEPS};
    use std::string::{String, ToString};
    use std::vec;
    use std::vec::Vec;

    /// Counts a thousand ticks a reading.
    #[derive(Default)]
    struct Paper {
        ticks: u64,
        marks: usize,
        rests: Vec<Rest>,
        lines: Vec<String>,
    }

    impl Board for Paper {
        fn name(&self) -> &str {
            "paper"
        }
        fn counter(&self) -> Ticks {
            Ticks::Cycles
        }
        fn clock_hertz(&self) -> u64 {
            1_000_000
        }
        fn ticks(&mut self) -> u64 {
            self.ticks += 1000;
            self.ticks
        }
        fn mark(&mut self) {
            self.marks += 1;
        }
        fn rest(&mut self, rest: Rest, _: u64) {
            self.rests.push(rest);
        }
        fn log(&mut self, line: &str) {
            self.lines.push(line.to_string());
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "the suite's networks take hours there")]
    fn steps_are_interleaved_with_two_edges_and_a_line_each() {
        let schedule = Schedule { ticks: 5000, warm_up: 1000, repetitions: 2 };
        let mut board = Paper::default();
        let (mut memory, mut slots) = (vec![0; MEMORY_BYTES], [Slot::EMPTY; SLOTS]);
        let steps: Vec<Step> = STEPS.iter().copied().rev().take(4).collect();
        run(&mut board, &steps, &schedule, &mut memory, &mut slots).unwrap();
        assert_eq!(board.marks, 2 * 2 * steps.len());
        assert_eq!(board.rests, [Rest::Sleep, Rest::Idle, Rest::Sleep, Rest::Idle]);
        let lines: Vec<_> = board.lines.iter().map(|line| Line::read(line).unwrap().unwrap()).collect();
        let order: Vec<_> = lines.iter().map(|line| (line.repetition, line.step)).collect();
        let expected: Vec<_> =
            (1..=2).flat_map(|repetition| steps.iter().map(move |step| (repetition, step.name))).collect();
        assert_eq!(order, expected);
        // The dry run took one tick of a thousand for one iteration, so five of them fill the time.
        assert_eq!(lines.iter().find(|line| line.step.starts_with("empty")).unwrap().iterations, 5);
    }

    #[test]
    #[cfg_attr(miri, ignore = "the suite's networks take hours there")]
    fn the_longest_line_of_the_suite_fits() {
        let (mut memory, mut slots) = (vec![0; MEMORY_BYTES], [Slot::EMPTY; SLOTS]);
        let mut board = Paper { ticks: u64::MAX / 2, ..Paper::default() };
        let schedule = Schedule { ticks: 0, warm_up: 0, repetitions: 1 };
        run(&mut board, STEPS, &schedule, &mut memory, &mut slots).unwrap();
        assert_eq!(board.lines.len(), STEPS.len());
    }
}
