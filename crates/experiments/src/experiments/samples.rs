//! Energy of training over the number of samples: Fig. 6.

use anyhow::{Context, Result};

use crate::chart::{Chart, Curve};
use crate::experiment::{Claim, Experiment, Finding, Setup};
use crate::fit::{line, power};
use crate::network::Network;
use crate::row::{Row, Subject, Task};
use crate::schedule::{Point, measure};
use crate::trainer::Optimizer;

/// Least share of the variance that a straight line explains.
pub(super) const STRAIGHT: f64 = 0.99;

/// Fig. 6.
pub const EXPERIMENT: Experiment = Experiment {
    name: "samples",
    about: "energy of training over the number of samples",
    claims: &[Claim {
        place: "4.1, Fig. 6",
        paper: "training energy is linear in the number of samples",
        platform: "a line with R² of at least 0.99; as a power of the samples, 0.95 to 1.05: no start-up cost that counts",
    }],
    rows,
    judge,
    charts,
};

const SERIES: &str = "10 layers of 50";

fn rows(setup: &Setup) -> Result<Vec<Row>> {
    let network = Network::dense(10, 50);
    let step = setup.pick(1_000, 2_000);
    let repetitions = setup.pick(7, 21);
    let points = (1..=10).map(|steps| {
        let subject = Subject::new(SERIES, Task::Training, network, steps * step, 1);
        Point::new(subject, network, Optimizer::Sgd, repetitions)
    });
    measure(points.collect(), setup)
}

fn judge(rows: &[Row]) -> Result<Vec<Finding>> {
    let points: Vec<(f64, f64)> = rows.iter().map(|row| (row.samples as f64, row.joules)).collect();
    let straight = line(&points).context("no line through the samples")?;
    let power = power(&points).context("no power of the samples")?.slope;
    Ok(vec![Finding {
        shown: format!("R² {:.4}, power {power:.3}, {:.3} mJ a sample.", straight.r2, straight.slope * 1e3),
        as_expected: straight.r2 >= STRAIGHT && (0.95..=1.05).contains(&power),
        as_paper: Some(straight.r2 >= STRAIGHT),
    }])
}

fn charts(rows: &[Row]) -> Vec<Chart> {
    vec![Chart {
        file: "samples",
        title: "Energy of training over samples: 10 layers of 50, one epoch".to_owned(),
        x: "samples",
        y: "energy, J (time x watts)",
        logarithmic: false,
        curves: vec![Curve::new(SERIES, rows.iter().map(|row| (row.samples as f64, row.energy())))],
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::testing::made;

    fn of(joules: impl Fn(f64) -> f64) -> Finding {
        let rows: Vec<Row> = (1..=10_u32)
            .map(|n| {
                made(
                    SERIES,
                    Task::Training,
                    Network::dense(10, 50),
                    (n as usize * 1000, 1),
                    joules(f64::from(n)),
                )
            })
            .collect();
        judge(&rows).unwrap().remove(0)
    }

    #[test]
    fn a_line_agrees_and_a_curve_does_not() {
        let straight = of(|n| 2.0 * n);
        assert!(straight.as_expected && straight.as_paper == Some(true), "{straight:?}");
        let curved = of(|n| n * n);
        assert!(!curved.as_expected && curved.as_paper == Some(false), "{curved:?}");
    }

    #[test]
    fn a_start_up_cost_is_as_the_paper_says_but_not_expected() {
        let offset = of(|n| 5.0 + n);
        assert!(!offset.as_expected && offset.as_paper == Some(true), "{offset:?}");
    }
}
