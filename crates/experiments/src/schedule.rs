//! Measures points in turns: what changes on the machine meanwhile hits all of them alike.

use anyhow::{Context, Result, ensure};

use crate::clock::{process_seconds, thread_seconds};
use crate::experiment::Setup;
use crate::network::Network;
use crate::row::{Row, Subject, Task};
use crate::spread::Spread;
use crate::trainer::{Optimizer, Trainer};

/// Most processor time that other threads may take beside this one, as a share: more means that the library computes on
/// several, which this thread's clock does not see.
const OTHER_THREADS: f64 = 0.02;

/// Something to measure: gives the seconds it took.
pub type Run = Box<dyn FnMut() -> Result<f64>>;

/// A point to measure.
pub struct Point {
    /// What it is.
    pub subject: Subject,
    /// How often; the other points' turns go on meanwhile.
    pub repetitions: usize,
    /// Measures it once.
    pub run: Run,
}

impl Point {
    /// A network that is trained, or sees its samples once more for each epoch.
    #[must_use]
    pub fn new(subject: Subject, network: Network, optimizer: Optimizer, repetitions: usize) -> Self {
        let Subject { task, samples, epochs, .. } = subject;
        let run = move || {
            let (samples, epochs) = (usize::try_from(samples)?, usize::try_from(epochs)?);
            let trainer = Trainer::new(network)?;
            // Caches and the allocator settle.
            match task {
                Task::Training => trainer.train(optimizer, samples.min(64), 1)?,
                Task::Inference => trainer.infer(samples.min(64))?,
            };
            match task {
                Task::Training => trainer.train(optimizer, samples, epochs),
                Task::Inference => trainer.infer(samples * epochs),
            }
        };
        Self { subject, repetitions, run: Box::new(run) }
    }
}

/// Measures all points, in turns, and puts each one's median and quartiles in a row.
///
/// # Errors
/// If a point fails, has no repetition, or other threads took part.
pub fn measure(mut points: Vec<Point>, setup: &Setup) -> Result<Vec<Row>> {
    let turns = points.iter().map(|point| point.repetitions).max().unwrap_or(0);
    let mut seconds: Vec<Vec<f64>> = points.iter().map(|_| Vec::new()).collect();
    let (thread, process) = (thread_seconds(), process_seconds());
    for turn in 0..turns {
        // Every other turn backwards: a drift within a turn then falls on both ends.
        let mut order: Vec<_> = points.iter_mut().zip(&mut seconds).collect();
        if turn % 2 == 1 {
            order.reverse();
        }
        for (point, seconds) in order {
            if turn < point.repetitions {
                let took = (point.run)().with_context(|| format!("measuring {:?}", point.subject))?;
                seconds.push(took);
            }
        }
        eprintln!("  turn {} of {turns}: {:.0} s of this thread", turn + 1, thread_seconds() - thread);
    }
    let (thread, process) = (thread_seconds() - thread, process_seconds() - process);
    ensure!(
        process <= thread * (1.0 + OTHER_THREADS) + 0.05,
        "other threads computed too: {process:.2} s of the process, {thread:.2} s of this thread"
    );
    points
        .into_iter()
        .zip(seconds)
        .map(|(point, seconds)| {
            let spread =
                Spread::of(&seconds).with_context(|| format!("{:?} was not measured", point.subject))?;
            Row::new(point.subject, seconds.len() as u64, spread, &setup.watts)
        })
        .collect()
}
