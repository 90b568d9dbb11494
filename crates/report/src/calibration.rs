//! From the suite's log, and a meter's windows where there are some, to a device profile with all that it rests on.

mod board;
mod fitted;
mod given;
pub mod listen;
mod log;
mod metered;
mod profile;
mod suspicion;
mod tell;
mod windows;

pub use board::{Files, Meter, NamedBytes, of_board};
pub use fitted::{CoefficientRow, StepRow};
pub use given::{ACCURACY_PERCENT, Given, VOLTS_ACCURACY_PERCENT};
pub use log::{Log, LostLine, read_log};
pub use metered::{MeterDocument, Metered, metered, slowed};
pub use tell::{csv, tell};
pub use windows::{MeterWindow, attach, read_windows};

use joulegram::calibrate::fit::watts::{Accuracy, StateWatts, by_state};
use joulegram::calibrate::fit::{self, Fit, RESAMPLES};
use joulegram::calibrate::sample::Sample;
use joulegram::calibrate::session::Ticks;
use joulegram::device::{Evidence, Regulator};
use joulegram::model::work::{Kind, Work};
use serde::Serialize;

use crate::fault::Fault;

/// What an emulator's result is called.
pub const EMULATED: &str = "emulated: instructions, not joules";
/// The board's name in a log of this machine.
pub const HOST: &str = "this-machine";
/// Repetitions further apart than this were disturbed.
const REPEATABLE: f64 = 0.02;

/// What a calibration is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The profile's name.
    pub name: String,
    /// The board's name in its log.
    pub board: String,
    /// The kernel that was measured.
    pub software: String,
    /// The year of the measurement.
    pub year: Option<u16>,
    /// What was measured.
    pub samples: Vec<Sample>,
    /// Lines of the log that were lost.
    pub lost: Vec<LostLine>,
    /// How far the meter may be off.
    pub accuracy: Accuracy,
    /// Watts while computing that were given and not measured.
    pub given_watts: Option<f64>,
    /// Supply voltage.
    pub volts: Option<f64>,
    /// How the supply becomes the core's voltage.
    pub regulator: Option<Regulator>,
    /// What else people should know.
    pub warnings: Vec<String>,
}

/// A model whose cost was measured beside the suite, which does not contain it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Held {
    /// Its name.
    pub model: String,
    /// Ticks of an inference, measured.
    pub measured: f64,
    /// What the fit says.
    pub predicted: f64,
    /// What its MACs alone would have said.
    pub by_macs: f64,
}

/// A calibration.
#[derive(Clone, Debug, Serialize)]
pub struct Calibration {
    /// Version of this form.
    pub schema_version: u32,
    /// The profile's name.
    pub name: String,
    /// The board's name in its log.
    pub board: String,
    /// Measured, modelled or emulated.
    pub evidence: Evidence,
    /// What is counted.
    pub counter: &'static str,
    /// Ticks a second; not known of instructions.
    pub clock_hertz: Option<u64>,
    /// What the watts rest on, where a trace was read.
    pub meter: Option<MeterDocument>,
    /// What the numbers are not, where they are an emulator's.
    pub label: Option<&'static str>,
    /// Condition number of the scaled equations.
    pub condition_number: f64,
    /// Median error of steps left out of the fit.
    pub median_left_out_error: f64,
    /// The worst of them.
    pub worst_left_out_error: f64,
    /// Whether these errors are too large for more than a rough idea.
    pub is_coarse: bool,
    /// One price a MAC, the median of all steps with MACs: what a count of MACs alone would be worth.
    pub ticks_per_mac_alone: f64,
    /// What a unit of work costs.
    pub coefficients: Vec<CoefficientRow>,
    /// Each step with its error.
    pub steps: Vec<StepRow>,
    /// Models that were measured beside the suite.
    pub models: Vec<Held>,
    /// Lines of the log that were lost.
    pub lost_lines: Vec<LostLine>,
    /// What people should know.
    pub warnings: Vec<String>,
    /// Every window as it was read.
    pub windows: Vec<WindowRow>,
    #[serde(skip)]
    fit: Fit,
    #[serde(skip)]
    watts: StateWatts,
    #[serde(skip)]
    parts: Parts,
}

/// A window as it was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowRow {
    /// The step.
    pub step: String,
    /// Which time it was run.
    pub repetition: u32,
    /// Iterations in it.
    pub iterations: u64,
    /// What the board counted.
    pub ticks: u64,
    /// How long it lasted by the meter's clock.
    pub seconds: Option<f64>,
    /// Its energy.
    pub joules: Option<f64>,
}

impl Calibration {
    /// Fits what was measured.
    ///
    /// # Errors
    /// [`Fault`] if there are too few samples, or of different counters.
    pub fn of(file: &str, parts: Parts) -> Result<Self, Fault> {
        let fit = fit::fit(&parts.samples, RESAMPLES).map_err(|error| Fault::new(file, "", error))?;
        let counter = parts.samples.first().map_or(Ticks::Cycles, |sample| sample.counter);
        let watts = by_state(&parts.samples, parts.accuracy);
        let evidence = match counter {
            Ticks::Instructions => Evidence::Emulated,
            _ if watts.active.is_some() && parts.given_watts.is_none() => Evidence::Measured,
            _ => Evidence::Modelled,
        };
        let mut calibration = Self {
            schema_version: 1,
            name: parts.name.clone(),
            board: parts.board.clone(),
            evidence,
            counter: counter.name(),
            clock_hertz: parts.samples.first().map(|sample| sample.clock_hertz).filter(|hertz| *hertz > 0),
            meter: None,
            label: (evidence == Evidence::Emulated).then_some(EMULATED),
            condition_number: fit.condition,
            median_left_out_error: fit.median_left_out,
            worst_left_out_error: fit.worst_left_out,
            is_coarse: fit.is_coarse(),
            ticks_per_mac_alone: by_macs(&parts.samples),
            coefficients: fitted::coefficients(&fit),
            steps: fitted::steps(&fit),
            models: Vec::new(),
            lost_lines: parts.lost.clone(),
            warnings: parts.warnings.clone(),
            windows: parts.samples.iter().map(window_row).collect(),
            fit,
            watts,
            parts,
        };
        calibration.warn();
        Ok(calibration)
    }

    /// Adds a model that was measured beside the suite.
    pub fn hold(&mut self, model: &str, work: &Work, measured: f64) {
        self.models.push(Held {
            model: model.to_owned(),
            measured,
            predicted: self.fit.predict(work),
            by_macs: self.ticks_per_mac_alone * work.total().macs as f64,
        });
    }

    fn warn(&mut self) {
        let lost = self.parts.lost.len();
        if lost > 0 {
            self.warnings.push(if lost == 1 {
                "1 line of the log was lost; its step has one window less.".to_owned()
            } else {
                format!("{lost} lines of the log were lost; their steps have a window less each.")
            });
        }
        let (volts, regulator) = (self.parts.volts, self.parts.regulator);
        self.warnings.extend(suspicion::found(&self.parts.samples, &self.board, volts, regulator));
        let disturbed = self.fit.steps.iter().filter(|step| step.spread > REPEATABLE).map(|step| {
            format!(
                "{}: its repetitions differ by up to {:.1} % from their median; over 2 % is a disturbance of the \
                 measurement, not noise of a microcontroller.",
                step.name,
                100.0 * step.spread
            )
        });
        self.warnings.extend(suspicion::at_most(disturbed.collect()));
        if self.is_coarse {
            self.warnings.push(format!(
                "The profile is coarse: a step that the fit has not seen is missed by {:.1} % in the median and {:.0} % \
                 at worst.",
                100.0 * self.median_left_out_error,
                100.0 * self.worst_left_out_error
            ));
        }
        if let (Some((_, idle, _)), Some((_, active, _))) = (self.watts.idle, self.watts.active)
            && idle >= active
        {
            self.warnings.push(format!(
                "Idle takes {idle:.4} W and computing {active:.4} W: a second supply, a debugger that keeps clocks \
                 alive, or windows that belong to other steps."
            ));
        }
    }
}

/// Median ticks of a MAC over the steps that have some.
fn by_macs(samples: &[Sample]) -> f64 {
    let of = |sample: &Sample| {
        let macs = sample.work.total().macs;
        (macs > 0).then(|| sample.ticks_each() / macs as f64)
    };
    let mut all: Vec<f64> = samples.iter().filter_map(of).collect();
    all.sort_unstable_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

fn window_row(sample: &Sample) -> WindowRow {
    WindowRow {
        step: sample.step.to_string(),
        repetition: sample.repetition,
        iterations: sample.iterations,
        ticks: sample.ticks,
        seconds: sample.seconds,
        joules: sample.joules,
    }
}

/// A kind's name in words.
fn kind_name(kind: Option<Kind>) -> &'static str {
    kind.map_or("inference", Kind::name)
}

#[cfg(test)]
mod tests;
