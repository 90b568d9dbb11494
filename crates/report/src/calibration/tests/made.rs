//! A bench that never was: what a board would have logged that counts cycles at 120 MHz, and what meters would have
//! written meanwhile, each step at watts that the test says.
//!
//! The log is a real one of the suite under QEMU, its instructions taken for cycles and its iterations multiplied.

use std::fmt::Write;

use joulegram::calibrate::log::Line;
use joulegram::calibrate::session::Ticks;

/// Cycles a second.
pub(crate) const HERTZ: u64 = 120_000_000;
/// Samples a second of the meters.
const RATE: f64 = 1000.0;
/// Seconds between two steps, in which the board prepares the next.
const PAUSE: f64 = 0.103_7;
/// Watts then.
const PREPARING: f64 = 0.040;
/// About how long a step takes, in milliseconds.
const LENGTH: u64 = 400;
/// How far a sample's noise goes.
const NOISE: f64 = 0.02;

/// A step that was run.
pub(crate) struct Run {
    /// Where its marks are, in seconds.
    pub(crate) start: f64,
    /// The same.
    pub(crate) end: f64,
    /// What it draws.
    pub(crate) watts: f64,
}

/// A bench.
pub(crate) struct Bench {
    /// The log.
    pub(crate) log: String,
    /// What was run.
    pub(crate) runs: Vec<Run>,
    /// Edges of the marker.
    pub(crate) edges: Vec<f64>,
    /// Stretches without samples.
    pub(crate) gaps: Vec<(f64, f64)>,
}

impl Bench {
    /// The steps of `log`, `repetitions` times, at the watts of each step and repetition.
    pub(crate) fn new(log: &str, board: &str, repetitions: u32, watts: impl Fn(&str, u32) -> f64) -> Self {
        let mut bench = Self { log: String::new(), runs: Vec::new(), edges: Vec::new(), gaps: Vec::new() };
        let mut now = 0.5;
        for repetition in 1..=repetitions {
            for (place, line) in (0_u64..).zip(log.lines().filter_map(Line::read).map(Result::unwrap)) {
                // As long as each other, steps could not be told apart.
                let length = LENGTH + place % 7 * 10;
                let times = (length * HERTZ / 1000).div_ceil(line.ticks);
                let line = Line {
                    repetition,
                    iterations: line.iterations * times,
                    ticks: line.ticks * times,
                    counter: Ticks::Cycles,
                    clock_hertz: HERTZ,
                    board,
                    ..line
                };
                line.write(&mut bench.log).unwrap();
                bench.log.push('\n');
                let end = now + line.ticks as f64 / HERTZ as f64;
                let watts = watts(line.step, repetition);
                bench.runs.push(Run { start: now, end, watts });
                bench.edges.extend([now, end]);
                now = end + PAUSE;
            }
        }
        bench
    }

    /// Samples: when each begins, its watts, whether an edge is in it.
    fn samples(&self) -> Vec<(f64, f64, bool)> {
        let end = self.runs.last().unwrap().end + 0.5;
        let (mut run, mut edge) = (0, 0);
        let mut state = 1_u64;
        let mut samples = Vec::new();
        for start in (0_u32..).map(|number| f64::from(number) / RATE).take_while(|start| *start < end) {
            let mut watts = 0.0;
            for part in 0..10 {
                let time = start + (f64::from(part) + 0.5) / RATE / 10.0;
                while self.runs.get(run).is_some_and(|run| run.end <= time) {
                    run += 1;
                }
                let inside = self.runs.get(run).filter(|run| run.start <= time);
                watts += inside.map_or(PREPARING, |run| run.watts) / 10.0;
            }
            // Knuth's generator; the noise's mean is 0.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let noise = (state >> 40) as f64 / f64::from(1 << 24) - 0.5;
            let mut has_edge = false;
            while self.edges.get(edge).is_some_and(|edge| *edge < start + 1.0 / RATE) {
                has_edge = true;
                edge += 1;
            }
            if !self.gaps.iter().any(|(from, to)| (*from..*to).contains(&start)) {
                samples.push((start, watts * (1.0 + 2.0 * NOISE * noise), has_edge));
            }
        }
        samples
    }

    /// As Nordic's PPK2 exports it, the marker at D0: a pulse of 100 us is both levels within one sample.
    pub(crate) fn ppk2(&self, volts: f64) -> String {
        let mut csv = "Timestamp(ms),Current(uA),D0-D7\n".to_owned();
        for (start, watts, has_edge) in self.samples() {
            let level = if has_edge { 'X' } else { '1' };
            writeln!(csv, "{:.0},{:.3},{level}0000000", start * 1e3, watts / volts * 1e6).unwrap();
        }
        csv
    }

    /// As Joulescope's `downsample_logging` writes it, which has no marker.
    pub(crate) fn joulescope(&self, volts: f64) -> String {
        let mut csv = "time,current,voltage,power,charge,energy\n".to_owned();
        let (mut charge, mut energy) = (0.0, 0.0);
        for (start, watts, _) in self.samples() {
            charge += watts / volts / RATE;
            energy += watts / RATE;
            let end = start + 1.0 / RATE;
            let amperes = watts / volts;
            writeln!(csv, "{end:.3},{amperes:.9},{volts:.4},{watts:.9},{charge:.9},{energy:.9}").unwrap();
        }
        csv
    }

    /// Starts and ends of the steps, as a logic analyser would list them.
    pub(crate) fn stamps(&self) -> String {
        let rows = self.runs.iter().map(|run| format!("{:.6},{:.6}\n", run.start, run.end));
        ["start,end\n".to_owned()].into_iter().chain(rows).collect()
    }
}
