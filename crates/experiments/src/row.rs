//! A measured point: a line of `data.csv`.

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::network::Network;
use crate::spread::Spread;
use crate::watts::CoreWatts;

/// What was done with a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Forward, backward, new weights.
    Training,
    /// Forward only.
    Inference,
}

/// What is run: everything of a row but its times.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The curve that the point belongs to.
    pub series: String,
    /// What was done.
    pub task: Task,
    /// Layers.
    pub depth: u64,
    /// Nodes or channels of a layer; 0 where layers differ.
    pub width: u64,
    /// Nodes of all layers.
    pub nodes: u64,
    /// Trainable parameters.
    pub parameters: u64,
    /// Multiply-accumulates of a sample's forward pass.
    pub macs: u64,
    /// Samples of an epoch.
    pub samples: u64,
    /// Epochs.
    pub epochs: u64,
}

impl Subject {
    /// A network of equal layers and how often it sees how many samples.
    #[must_use]
    pub fn new(
        series: impl Into<String>,
        task: Task,
        network: Network,
        samples: usize,
        epochs: usize,
    ) -> Self {
        Self {
            series: series.into(),
            task,
            depth: network.depth as u64,
            width: network.width as u64,
            nodes: network.nodes(),
            parameters: network.parameters(),
            macs: network.macs(),
            samples: samples as u64,
            epochs: epochs as u64,
        }
    }
}

/// A measured point, quartiles beside medians.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The curve that the point belongs to.
    pub series: String,
    /// What was done.
    pub task: Task,
    /// Layers.
    pub depth: u64,
    /// Nodes or channels of a layer; 0 where layers differ.
    pub width: u64,
    /// Nodes of all layers.
    pub nodes: u64,
    /// Trainable parameters.
    pub parameters: u64,
    /// Multiply-accumulates of a sample's forward pass.
    pub macs: u64,
    /// Samples of an epoch.
    pub samples: u64,
    /// Epochs.
    pub epochs: u64,
    /// How often it was measured; 0 for what was computed.
    pub repetitions: u64,
    /// First quartile of the seconds.
    pub seconds_low: f64,
    /// Median of the seconds of this thread.
    pub seconds: f64,
    /// Third quartile of the seconds.
    pub seconds_high: f64,
    /// Low watts times low seconds.
    pub joules_low: f64,
    /// Most likely watts times the median.
    pub joules: f64,
    /// High watts times high seconds.
    pub joules_high: f64,
}

impl Row {
    /// A measured subject.
    ///
    /// # Errors
    /// If the seconds are no duration.
    pub fn new(subject: Subject, repetitions: u64, seconds: Spread, watts: &CoreWatts) -> Result<Self> {
        Ok(Self::with(subject, repetitions, seconds, watts.joules(seconds)?))
    }

    /// A subject with its times and energies, which are kept to six digits.
    #[must_use]
    pub fn with(subject: Subject, repetitions: u64, seconds: Spread, joules: Spread) -> Self {
        let Subject { series, task, depth, width, nodes, parameters, macs, samples, epochs } = subject;
        Self {
            series,
            task,
            depth,
            width,
            nodes,
            parameters,
            macs,
            samples,
            epochs,
            repetitions,
            seconds_low: six_digits(seconds.low),
            seconds: six_digits(seconds.median),
            seconds_high: six_digits(seconds.high),
            joules_low: six_digits(joules.low),
            joules: six_digits(joules.median),
            joules_high: six_digits(joules.high),
        }
    }

    /// The seconds with their quartiles.
    #[must_use]
    pub const fn time(&self) -> Spread {
        Spread { low: self.seconds_low, median: self.seconds, high: self.seconds_high }
    }

    /// The joules with their range.
    #[must_use]
    pub const fn energy(&self) -> Spread {
        Spread { low: self.joules_low, median: self.joules, high: self.joules_high }
    }

    /// Passes of a sample through the network.
    #[must_use]
    pub const fn passes(&self) -> f64 {
        (self.samples * self.epochs) as f64
    }

    /// Seconds of a sample.
    #[must_use]
    pub fn seconds_per_sample(&self) -> f64 {
        self.seconds / self.passes()
    }
}

/// More digits than that no measurement here has.
fn six_digits(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_kept() {
        assert_eq!(six_digits(0.000_123_456_789), 0.000_123_457);
        assert_eq!(six_digits(0.0), 0.0);
        assert_eq!(six_digits(1_234_567.8), 1_234_570.0);
    }
}
