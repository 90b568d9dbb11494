//! How long an inference takes here: windows of many, and one by one for the layers.

use std::hint::black_box;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use joulegram::kernel::{Engine, EngineError};
use joulegram_report::measurement::{LayerTimes, Window};

use crate::meter::Meter;
use joulegram_report::fault::Fault;

/// Longest warm-up: caches and clocks settle in it.
const WARM_UP: Duration = Duration::from_secs(1);
/// How often the clock is read: rarely enough to cost nothing.
const CHUNK: Duration = Duration::from_millis(1);
/// Most inferences that are timed layer by layer.
const MOST_PASSES: usize = 2000;
/// Fewest inferences that are timed layer by layer.
const LEAST_PASSES: usize = 5;

/// An engine with its memory.
pub(crate) struct Runner<'e> {
    pub(crate) engine: &'e Engine<'e>,
    pub(crate) input: Vec<u8>,
    pub(crate) output: Vec<u8>,
    pub(crate) arena: Vec<u8>,
}

impl Runner<'_> {
    fn once(&mut self) -> Result<(), EngineError> {
        self.engine.run(black_box(&self.input), &mut self.output, &mut self.arena)?;
        black_box(&self.output);
        Ok(())
    }

    /// As many inferences as fill `time`, at least one: how many, and their seconds.
    pub(crate) fn fill(&mut self, time: Duration, chunk: u64) -> Result<(u64, f64), EngineError> {
        let start = Instant::now();
        let mut inferences = 0;
        loop {
            for _ in 0..chunk {
                self.once()?;
            }
            inferences += chunk;
            let passed = start.elapsed();
            if passed >= time {
                return Ok((inferences, passed.as_secs_f64()));
            }
        }
    }

    /// Warms up, then runs `windows` windows that take `total` together.
    pub(crate) fn windows(
        &mut self,
        windows: u32,
        total: Duration,
        meter: &Meter,
        refusal: impl Fn(EngineError) -> Fault,
    ) -> Result<Vec<Window>, Fault> {
        let bar = progress(windows);
        bar.set_message("warming up");
        let (inferences, seconds) = self.fill(WARM_UP.min(total / 5), 1).map_err(&refusal)?;
        let chunk = whole(CHUNK.as_secs_f64() * inferences as f64 / seconds);
        let mut measured = Vec::new();
        for number in 1..=windows {
            bar.set_message(format!("window {number} of {windows}"));
            let work = || self.fill(total / windows, chunk);
            let (done, joules) =
                meter.during(work, |done| done.as_ref().map_or(0.0, |(_, seconds)| *seconds))?;
            let (inferences, seconds) = done.map_err(&refusal)?;
            measured.push(Window::new(inferences, seconds, joules));
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(measured)
    }

    /// Seconds of each operator, over and over for `total`.
    pub(crate) fn layers(&mut self, operators: usize, total: Duration) -> Result<LayerTimes, EngineError> {
        let mut times: LayerTimes = vec![Vec::new(); operators];
        let start = Instant::now();
        for pass in 0..MOST_PASSES {
            if pass >= LEAST_PASSES && start.elapsed() >= total {
                break;
            }
            let mut spent = vec![0.0; operators];
            let mut last = Instant::now();
            self.engine.run_watched(&self.input, &mut self.output, &mut self.arena, |step| {
                let now = Instant::now();
                let place = usize::try_from(step.operator).unwrap_or(usize::MAX);
                if let Some(spent) = spent.get_mut(place) {
                    *spent += (now - last).as_secs_f64();
                }
                last = Instant::now();
            })?;
            times.iter_mut().zip(spent).for_each(|(times, spent)| times.push(spent));
        }
        Ok(times)
    }
}

/// A positive number's whole part, at least 1.
fn whole(number: f64) -> u64 {
    // A window holds far fewer inferences than this.
    (1..=20).map(|power| 1_u64 << power).take_while(|count| *count as f64 <= number).last().unwrap_or(1)
}

/// A bar that is drawn by a thread of its own, on a terminal only.
fn progress(windows: u32) -> ProgressBar {
    let bar = ProgressBar::new(windows.into());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}, {elapsed} of about {duration}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
