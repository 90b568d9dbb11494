//! Rows without measurements, for tests of verdicts.

use crate::network::Network;
use crate::row::{Row, Subject, Task};
use crate::spread::Spread;

/// A row that took so many joules, at one watt.
pub(crate) fn made(
    series: &str,
    task: Task,
    network: Network,
    (samples, epochs): (usize, usize),
    joules: f64,
) -> Row {
    let subject = Subject::new(series, task, network, samples, epochs);
    Row::with(subject, 1, Spread::exact(joules), Spread::exact(joules))
}
