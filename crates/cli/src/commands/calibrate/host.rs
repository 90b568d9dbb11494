//! The suite on this machine: a tick is a nanosecond of this thread's processor time, so that what other programs take does
//! not count.
//!
//! What they do to caches and to the core that two threads share does count, and only ever adds time. So each repetition
//! is run in parts, and the fastest counts.

use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use joulegram::calibrate::log::Line;
use joulegram::calibrate::sample::{Sample, Window};
use joulegram::calibrate::session::{Board, Rest, Schedule, Ticks, run_step};
use joulegram::calibrate::suite::{LARGE_MEMORY_BYTES, LARGE_STEPS, SLOTS, STEPS, Step};
use joulegram::kernel::{Rounding, Slot};
use joulegram::model::tflite::Model;
use joulegram::model::work::Work;
use joulegram_report::calibration::{Calibration, HOST, Parts};
use joulegram_report::fault::Fault;
use rustix::time::{ClockId, clock_gettime};

use crate::args::calibrate::CalibrateArgs;
use crate::files;
use crate::inference::{memory, noise, refusal, with_engine};
use crate::meter::{Choice, Meter};
use crate::timing::Runner;

/// How often all steps are run.
const REPETITIONS: u32 = 5;
/// Nanoseconds of a second.
const SECOND: f64 = 1e9;
/// Parts of a repetition.
const PARTS: u32 = 8;
/// Least nanoseconds of a part, so that reading the clock does not count.
const LEAST: u64 = 500_000;

/// This machine, as the suite sees it.
struct Host {
    lines: Vec<String>,
}

impl Board for Host {
    fn name(&self) -> &str {
        HOST
    }

    fn counter(&self) -> Ticks {
        Ticks::Time
    }

    fn clock_hertz(&self) -> u64 {
        1_000_000_000
    }

    fn ticks(&mut self) -> u64 {
        processor_nanoseconds()
    }

    fn mark(&mut self) {}

    fn rest(&mut self, _: Rest, ticks: u64) {
        std::thread::sleep(Duration::from_nanos(ticks));
    }

    fn log(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }
}

/// A model that is measured in turns with the suite.
struct Held {
    name: String,
    file: String,
    bytes: Vec<u8>,
    work: Work,
    seconds: Vec<f64>,
}

/// Runs the suite here, and the models that it is held against.
pub(super) fn calibrate(args: &CalibrateArgs, parts: Parts, seconds: f64) -> Result<Calibration, Fault> {
    let choice = Choice::of(args.meter.as_deref(), args.watts.as_deref(), None)?;
    let mut held = args.against.iter().map(|path| hold(path)).collect::<Result<Vec<_>, _>>()?;
    // A second of the whole for the warm-ups; models take as long as a step each.
    let runs = f64::from(REPETITIONS) * (steps().count() + held.len()) as f64;
    let each = Duration::from_secs_f64(seconds / runs / f64::from(PARTS)).max(Duration::from_nanos(LEAST));
    let ticks = u64::try_from(each.as_nanos()).unwrap_or(u64::MAX);
    let schedule = Schedule { ticks: ticks / 5 * 4, warm_up: ticks / 5, repetitions: REPETITIONS };
    let (mut memory, mut slots) = (vec![0; LARGE_MEMORY_BYTES], vec![Slot::EMPTY; SLOTS]);
    let mut host = Host { lines: Vec::new() };
    let mut samples = Vec::new();
    let bar = progress(u64::from(REPETITIONS) * (steps().count() + held.len()) as u64);
    for repetition in 1..=REPETITIONS {
        for step in steps() {
            bar.set_message(step.name);
            let began = Instant::now();
            let work = || {
                let mut part = || run_step(&mut host, step, repetition, &schedule, &mut memory, &mut slots);
                let done = (0..PARTS).try_for_each(|_| part());
                (done, began.elapsed().as_secs_f64())
            };
            let ((done, lasted), joules) = choice.meter.during(work, |(_, lasted)| *lasted)?;
            done.map_err(|error| Fault::new("", "--self", error))?;
            // The meter's window holds the making of the step too, which is computing as well.
            let window = joules.filter(|_| !matches!(choice.meter, Meter::Given(_)));
            let window = window.map(|joules| Window { seconds: lasted, joules });
            samples.extend(fastest(&host.lines, window));
            host.lines.clear();
            bar.inc(1);
        }
        for model in &mut held {
            bar.set_message(model.name.clone());
            let parts = (0..PARTS).map(|_| time(model, each)).collect::<Result<Vec<_>, _>>()?;
            model.seconds.extend(parts.into_iter().min_by(f64::total_cmp));
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    let mut warnings: Vec<String> = choice.note.into_iter().collect();
    if cfg!(debug_assertions) {
        warnings.push("This is a debug build: its times say nothing about a release build.".to_owned());
    }
    let software =
        format!("joulegram {} on {}, rounding tflm", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH);
    let parts = Parts { board: HOST.to_owned(), software, samples, warnings, ..parts };
    let mut calibration = Calibration::of("", parts)?;
    for model in &mut held {
        // As the fit takes the suite's steps.
        if let Some(least) = model.seconds.iter().copied().min_by(f64::total_cmp) {
            calibration.hold(&model.name, &model.work, least * SECOND);
        }
    }
    Ok(calibration)
}

fn steps() -> impl Iterator<Item = &'static Step> {
    STEPS.iter().chain(LARGE_STEPS)
}

/// The part with the fewest ticks an iteration.
fn fastest(lines: &[String], window: Option<Window>) -> Option<Sample> {
    let parts = lines.iter().filter_map(|line| Sample::of(&Line::read(line)?.ok()?, window));
    parts.min_by(|one, other| one.ticks_each().total_cmp(&other.ticks_each()))
}

fn hold(path: &Path) -> Result<Held, Fault> {
    let bytes = files::read_input(path)?;
    let file = path.display().to_string();
    let work = Model::new(&bytes).and_then(|model| model.work());
    let work = work.map_err(|error| Fault::new(&file, "", error))?;
    Ok(Held { name: files::stem(path), file, bytes, work, seconds: Vec::new() })
}

/// Seconds of an inference: those of as many as fill the time.
fn time(model: &Held, all: Duration) -> Result<f64, Fault> {
    let Held { file, bytes, .. } = model;
    with_engine(file, bytes, Rounding::Tflm, |engine| {
        let mut runner = Runner {
            engine,
            input: noise(file, bytes, engine.input_bytes())?,
            output: memory(file, engine.output_bytes())?,
            arena: memory(file, engine.arena_bytes())?,
        };
        runner.fill(all / 5, 1).map_err(|error| refusal(file, error))?;
        let began = processor_nanoseconds();
        let (inferences, _) = runner.fill(all, 1).map_err(|error| refusal(file, error))?;
        let seconds = processor_nanoseconds().saturating_sub(began) as f64 / SECOND;
        Ok(seconds / inferences as f64)
    })
}

/// Processor time of this thread.
fn processor_nanoseconds() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(u64::try_from(time.tv_nsec).unwrap_or(0))
}

/// A bar that is drawn by a thread of its own, on a terminal only.
fn progress(runs: u64) -> ProgressBar {
    let bar = ProgressBar::new(runs);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}, {elapsed} of about {duration}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
