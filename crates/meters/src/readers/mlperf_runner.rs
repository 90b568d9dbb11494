//! MLPerf Tiny's Python runner: `results.json` of an energy run.
//!
//! A list of trials, each with joules a sample at 1 kHz (`power.samples`) and events (`power.timestamps`: a number that
//! counts events, and the samples so far). Every trial is recorded apart, so that time between them is not known.

use serde::Deserialize;

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::record::{About, Covers, Reading, Recorder};
use crate::source::Source;
use crate::trace::{Channel, Timing, Trace};

/// The rate that the runner asks of every meter.
const SAMPLES_PER_SECOND: f64 = 1000.0;

pub(super) struct MlperfRunner;

#[derive(Deserialize)]
#[serde(expecting = "a trial with an object `power`")]
struct Trial {
    power: Option<Power>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with `samples` and `timestamps`")]
struct Power {
    /// A sample that was cut on its way is written as NaN, which JSON doesn't have: see [`repaired`].
    samples: Vec<Option<f64>>,
    timestamps: Vec<(String, u64)>,
}

impl Reader for MlperfRunner {
    fn name(&self) -> &'static str {
        "mlperf-runner"
    }

    fn title(&self) -> &'static str {
        "MLPerf Tiny's Python runner, results.json"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        let start = source.bytes.trim_ascii_start();
        start.first() == Some(&b'[')
            && source.head().any(|(_, line)| line.contains("\"infer\"") || line.contains("\"power\""))
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let trials: Vec<Trial> = serde_json::from_str(&repaired(source.text())).map_err(|error| {
            Fault::of_file(source.file, format!("it is no results.json of the runner: {error}"))
        })?;
        let mut recorder = Recorder::default();
        let mut events = Channel { name: "event".to_owned(), ..Channel::default() };
        let mut line = 0;
        let mut last_event: Option<u64> = None;
        for power in trials.into_iter().filter_map(|trial| trial.power) {
            // Trials are laid end to end, a second apart.
            let zero = recorder.last_time().map_or(0.0, |last| (last + 1.0).ceil());
            recorder.trials.push(zero);
            for (index, joules) in power.samples.into_iter().enumerate() {
                line += 1;
                let joules = joules.filter(|joules| joules.is_finite());
                if joules.is_none() {
                    recorder.missing(line, "NaN");
                }
                let watts = joules.map_or(f64::NAN, |joules| joules * SAMPLES_PER_SECOND);
                let time = zero + index as f64 / SAMPLES_PER_SECOND;
                recorder.push(line, time, Reading { watts: Some(watts), ..Reading::default() });
            }
            for (number, samples) in power.timestamps {
                let number: Option<u64> = number.trim().parse().ok();
                if let (Some(last), Some(number)) = (last_event, number) {
                    // The meter counts events with two digits.
                    if number != (last + 1) % 100 {
                        let message = format!("event {number} follows event {last}: one was lost");
                        return Err(Fault::of_field(source.file, "power.timestamps", message));
                    }
                }
                last_event = number.or(last_event);
                events.falling.push(zero + samples as f64 / SAMPLES_PER_SECOND);
            }
        }
        recorder.channels.push(events);
        recorder.finish(About {
            file: source.file,
            format: self.name(),
            quantity: "energy of the supply that the runner's meter gives".to_owned(),
            timing: Timing::StatedRate,
            covers: Covers::After,
            period: Some(1.0 / SAMPLES_PER_SECOND),
            volts: options.volts,
            full_scale: None,
            trailing_seconds: 0.0,
        })
    }
}

/// Python writes NaN where JSON has null.
fn repaired(text: &str) -> String {
    text.replace("NaN", "null")
}
