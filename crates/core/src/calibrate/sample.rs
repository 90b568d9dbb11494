//! What a step of the suite was, and what it took.

use heapless::String;

use super::log::Line;
use super::session::Ticks;
use super::suite::NAME_BYTES;
use crate::model::work::Work;

/// One run of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The step's name.
    pub step: String<NAME_BYTES>,
    /// Which time it was run, from 1.
    pub repetition: u32,
    /// The work of one iteration; nothing where it is not a network.
    pub work: Work,
    /// Iterations in the window, at least 1.
    pub iterations: u64,
    /// What the counter counted in the window.
    pub ticks: u64,
    /// What the counter counts.
    pub counter: Ticks,
    /// Ticks a second; 0 where that is not known.
    pub clock_hertz: u64,
    /// Energy of the window by a meter.
    pub joules: Option<f64>,
    /// How long the window lasted by the meter's clock.
    pub seconds: Option<f64>,
}

/// What a meter saw between two edges of the marker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// How long it lasted.
    pub seconds: f64,
    /// Energy in it.
    pub joules: f64,
}

impl Sample {
    /// A line of log with its window; `None` for a line that counted nothing.
    #[must_use]
    pub fn of(line: &Line<'_>, window: Option<Window>) -> Option<Self> {
        if line.iterations == 0 || line.ticks == 0 {
            return None;
        }
        Some(Self {
            step: String::try_from(line.step).ok()?,
            repetition: line.repetition,
            work: line.work,
            iterations: line.iterations,
            ticks: line.ticks,
            counter: line.counter,
            clock_hertz: line.clock_hertz,
            joules: window.map(|window| window.joules),
            seconds: window.map(|window| window.seconds),
        })
    }

    /// Ticks of one iteration.
    #[must_use]
    pub fn ticks_each(&self) -> f64 {
        self.ticks as f64 / self.iterations as f64
    }

    /// Mean power of the window; `None` without a meter, or of a window that did not last.
    #[must_use]
    pub fn watts(&self) -> Option<f64> {
        let (joules, seconds) = self.joules.zip(self.seconds)?;
        Some(joules / seconds).filter(|watts| watts.is_finite() && *watts >= 0.0)
    }
}
