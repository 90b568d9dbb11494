//! What training adds to the forward pass: Figs. 8 and 9.
//!
//! ```text
//! r = (T - I) / T      T: training on some samples, I: inference on the same; T = o I with o = 1 / (1 - r)
//! ```

use anyhow::{Context, Result};

use crate::chart::{Chart, Curve};
use crate::experiment::{Claim, Experiment, Finding, Setup, extremes, row};
use crate::network::Network;
use crate::row::{Row, Subject, Task};
use crate::schedule::{Point, measure};
use crate::spread::Spread;
use crate::trainer::Optimizer;

/// Figs. 8 and 9.
pub const EXPERIMENT: Experiment = Experiment {
    name: "overhead",
    about: "training over inference, for depths, widths, optimisers and two numbers of samples",
    claims: &[
        Claim {
            place: "4.4, Fig. 8",
            paper: "what training adds to inference is no fixed offset",
            platform: "it grows with the network: at least tenfold from the smallest to the largest",
        },
        Claim {
            place: "4.4, Fig. 9",
            paper: "the added share approaches about 80 % (o = 5)",
            platform: "with plain gradient descent two thirds to 80 % in the three largest networks: backward is twice forward (o = 3), the rest is updates and bookkeeping",
        },
        Claim {
            place: "4.4, Fig. 9",
            paper: "shown for 100,000 and for 10,000 samples, both towards 80 %",
            platform: "the same share at both numbers of samples, to 5 points: there is no start-up to dilute",
        },
        Claim {
            place: "4.4",
            paper: "one setup, the optimiser not varied",
            platform: "Adam adds more than plain gradient descent in every network: it keeps two more numbers a weight",
        },
        Claim {
            place: "3.5, 4.4",
            paper: "the overhead is one factor, not taken apart",
            platform: "forward and backward without new weights take 2.5 to 3.5 times the forward pass in the three largest networks; what is more is new weights",
        },
    ],
    rows,
    judge,
    charts,
};

const INFERENCE: &str = "inference";
const SGD: &str = "training, gradient descent";
const GRADIENTS: &str = "forward and backward";
const ADAM: &str = "training, Adam";

fn rows(setup: &Setup) -> Result<Vec<Row>> {
    let depths: &[usize] = setup.pick(&[10, 50, 170], &[10, 50, 90, 130, 170]);
    let widths: &[usize] = setup.pick(&[25, 100], &[25, 50, 75, 100]);
    let (many, few) = setup.pick((3_200, 320), (100_000, 10_000));
    let mut points = Vec::new();
    for network in depths.iter().flat_map(|depth| widths.iter().map(|width| Network::dense(*depth, *width))) {
        let mut add = |series, task, optimizer, samples, repetitions| {
            let subject = Subject::new(series, task, network, samples, 1);
            points.push(Point::new(subject, network, optimizer, repetitions));
        };
        for (samples, repetitions) in [(few, setup.pick(7, 3)), (many, setup.pick(2, 1))] {
            add(INFERENCE, Task::Inference, Optimizer::Sgd, samples, repetitions);
            add(SGD, Task::Training, Optimizer::Sgd, samples, repetitions);
        }
        add(GRADIENTS, Task::Training, Optimizer::Gradients, few, setup.pick(7, 3));
        add(ADAM, Task::Training, Optimizer::Adam, few, setup.pick(7, 3));
    }
    measure(points, setup)
}

/// A network's training beside its inference.
struct Pair<'r> {
    training: &'r Row,
    inference: &'r Row,
}

impl Pair<'_> {
    fn added(&self) -> f64 {
        self.training.joules - self.inference.joules
    }

    /// The share that training adds, with the times' quartiles against each other.
    fn share(&self) -> Spread {
        let (training, inference) = (self.training.time(), self.inference.time());
        Spread {
            low: 1.0 - inference.high / training.low,
            median: 1.0 - inference.median / training.median,
            high: 1.0 - inference.low / training.high,
        }
    }
}

/// Pairs of a series at a number of samples, by parameters.
fn pairs<'r>(rows: &'r [Row], series: &str, samples: u64) -> Result<Vec<Pair<'r>>> {
    let trained = rows.iter().filter(|row| row.series == series && row.samples == samples);
    let mut pairs = trained
        .map(|training| {
            let size = (training.depth, training.width);
            Ok(Pair { training, inference: row(rows, INFERENCE, size, Task::Inference, samples)? })
        })
        .collect::<Result<Vec<_>>>()?;
    pairs.sort_by_key(|pair| pair.training.parameters);
    Ok(pairs)
}

/// The smaller and the larger number of samples.
fn counts(rows: &[Row]) -> Result<(u64, u64)> {
    let samples = || rows.iter().map(|row| row.samples);
    samples().min().zip(samples().max()).context("there is no row")
}

fn judge(rows: &[Row]) -> Result<Vec<Finding>> {
    let (few, many) = counts(rows)?;
    let (at_few, at_many) = (pairs(rows, SGD, few)?, pairs(rows, SGD, many)?);
    let adam = pairs(rows, ADAM, few)?;

    let (least, most) = extremes(at_many.iter().map(Pair::added))?;
    let growth = most / least;
    let offset = Finding {
        shown: format!("{} networks: what training adds differs {growth:.0}-fold.", at_many.len()),
        as_expected: least > 0.0 && growth >= 10.0,
        as_paper: Some(least > 0.0 && growth > 2.0),
    };

    let largest: Vec<f64> = at_many.iter().rev().take(3).map(|pair| pair.share().median).collect();
    let (low, high) = extremes(largest.iter().copied())?;
    let (least, most) = extremes(at_many.iter().map(|pair| pair.share().median))?;
    let asymptote = Finding {
        shown: format!(
            "{} in the three largest, {} over all: o = {:.1} to {:.1} in the largest.",
            percents(low, high),
            percents(least, most),
            1.0 / (1.0 - low),
            1.0 / (1.0 - high)
        ),
        as_expected: low >= 0.66 && high <= 0.80,
        as_paper: Some(low >= 0.75 && high <= 0.85),
    };

    let differences =
        at_few.iter().zip(&at_many).map(|(few, many)| (few.share().median - many.share().median).abs());
    let (_, difference) = extremes(differences)?;
    let samples = Finding {
        shown: format!("{few} and {many} samples differ by at most {:.1} points.", difference * 100.0),
        as_expected: difference <= 0.05,
        as_paper: None,
    };

    let more = at_few.iter().zip(&adam).filter(|(sgd, adam)| adam.added() > sgd.added()).count();
    let (adam_low, adam_high) = extremes(adam.iter().map(|pair| pair.share().median))?;
    let optimiser = Finding {
        shown: format!(
            "more in {more} of {} networks; its share is {}.",
            adam.len(),
            percents(adam_low, adam_high)
        ),
        as_expected: more == adam.len() && more > 0,
        as_paper: None,
    };

    let gradients = pairs(rows, GRADIENTS, few)?;
    let times = |pairs: &[Pair]| {
        extremes(pairs.iter().rev().take(3).map(|pair| pair.training.joules / pair.inference.joules))
    };
    let ((low, high), (all_low, all_high)) = (times(&gradients)?, times(&at_few)?);
    let parts = Finding {
        shown: format!(
            "{low:.1} to {high:.1} times in the three largest; with new weights {all_low:.1} to {all_high:.1}."
        ),
        as_expected: low >= 2.5 && high <= 3.5,
        as_paper: None,
    };
    Ok(vec![offset, asymptote, samples, optimiser, parts])
}

fn percents(low: f64, high: f64) -> String {
    format!("{:.0} to {:.0} %", low * 100.0, high * 100.0)
}

fn charts(rows: &[Row]) -> Vec<Chart> {
    let Ok((few, many)) = counts(rows) else { return Vec::new() };
    let energy = |series: &str| {
        let rows = rows.iter().filter(|row| row.series == series && row.samples == many);
        Curve::new(series, rows.map(|row| (row.parameters as f64, row.energy())))
    };
    let share = |name: String, series: &str, samples| {
        let pairs = pairs(rows, series, samples).unwrap_or_default();
        Curve::new(name, pairs.iter().map(|pair| (pair.training.parameters as f64, pair.share())))
    };
    vec![
        Chart {
            file: "energy",
            title: format!("Inference and training on {many} samples"),
            x: "parameters",
            y: "energy, J (time x watts)",
            logarithmic: true,
            curves: vec![energy(INFERENCE), energy(SGD)],
        },
        Chart {
            file: "share",
            title: "Share of training that is not the forward pass".to_owned(),
            x: "parameters",
            y: "share of the energy",
            logarithmic: false,
            curves: vec![
                share(format!("gradient descent, {many} samples"), SGD, many),
                share(format!("gradient descent, {few} samples"), SGD, few),
                share(format!("Adam, {few} samples"), ADAM, few),
                share(format!("without new weights, {few} samples"), GRADIENTS, few),
            ],
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::testing::made;

    /// Networks whose training takes `sgd` or `adam` times the inference; the inference takes what `inference` says.
    fn of(sgd: f64, few_sgd: f64, adam: f64, inference: impl Fn(Network) -> f64) -> Vec<Finding> {
        let mut rows = Vec::new();
        for network in [10, 50, 170].map(|depth| Network::dense(depth, 50)) {
            let one = inference(network);
            for (samples, factor) in [(100, few_sgd), (1000, sgd)] {
                rows.push(made(INFERENCE, Task::Inference, network, (samples, 1), one * samples as f64));
                rows.push(made(SGD, Task::Training, network, (samples, 1), one * samples as f64 * factor));
            }
            rows.push(made(GRADIENTS, Task::Training, network, (100, 1), one * 100.0 * (few_sgd - 1.2)));
            rows.push(made(ADAM, Task::Training, network, (100, 1), one * 100.0 * adam));
        }
        judge(&rows).unwrap()
    }

    #[test]
    fn a_share_of_three_quarters_is_expected_and_one_of_a_half_is_neither() {
        let good = of(4.2, 4.2, 5.0, |network| network.macs() as f64);
        assert!(good.iter().all(|finding| finding.as_expected), "{good:?}");
        assert_eq!(good[1].as_paper, Some(true));
        let half = of(2.0, 2.0, 5.0, |network| network.macs() as f64);
        assert!(!half[1].as_expected && half[1].as_paper == Some(false));
        assert!(!half[4].as_expected, "{:?}", half[4]);
    }

    #[test]
    fn a_fixed_offset_a_start_up_and_a_cheap_adam_are_noticed() {
        let fixed = of(4.2, 4.2, 5.0, |_| 1.0);
        assert!(!fixed[0].as_expected && fixed[0].as_paper == Some(false));
        let start_up = of(4.2, 9.0, 10.0, |network| network.macs() as f64);
        assert!(!start_up[2].as_expected);
        let cheap = of(4.2, 4.2, 4.0, |network| network.macs() as f64);
        assert!(!cheap[3].as_expected);
    }
}
