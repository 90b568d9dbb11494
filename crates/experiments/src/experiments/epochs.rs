//! Energy of training over the number of epochs, for two networks: Fig. 7.

use anyhow::{Context, Result};

use super::samples::STRAIGHT;
use crate::chart::{Chart, Curve};
use crate::experiment::{Claim, Experiment, Finding, Setup, extremes, series, series_names};
use crate::fit::{line, power};
use crate::network::Network;
use crate::row::{Row, Subject, Task};
use crate::schedule::{Point, measure};
use crate::trainer::Optimizer;

/// Fig. 7.
pub const EXPERIMENT: Experiment = Experiment {
    name: "epochs",
    about: "energy of training over the number of epochs, two networks",
    claims: &[Claim {
        place: "4.2, Fig. 7",
        paper: "training energy is mostly linear in the number of epochs, for both networks",
        platform: "two lines with R² of at least 0.99 each; as a power of the epochs, 0.95 to 1.05",
    }],
    rows,
    judge,
    charts,
};

fn rows(setup: &Setup) -> Result<Vec<Row>> {
    let samples = setup.pick(250, 500);
    let repetitions = setup.pick(7, 21);
    let networks = [("10 layers of 50", Network::dense(10, 50)), ("50 layers of 25", Network::dense(50, 25))];
    let points = networks.into_iter().flat_map(|(name, network)| {
        (1..=10).map(move |epochs| {
            let subject = Subject::new(name, Task::Training, network, samples, epochs);
            Point::new(subject, network, Optimizer::Sgd, repetitions)
        })
    });
    measure(points.collect(), setup)
}

fn judge(rows: &[Row]) -> Result<Vec<Finding>> {
    let mut lines = Vec::new();
    for name in series_names(rows) {
        let points: Vec<_> = series(rows, name).iter().map(|row| (row.epochs as f64, row.joules)).collect();
        let straight = line(&points).with_context(|| format!("no line through {name}"))?;
        let power = power(&points).with_context(|| format!("no power of {name}"))?;
        lines.push((straight.r2, power.slope));
    }
    let (worst, _) = extremes(lines.iter().map(|(r2, _)| *r2))?;
    let (least, most) = extremes(lines.iter().map(|(_, power)| *power))?;
    Ok(vec![Finding {
        shown: format!("{} networks: R² at least {worst:.4}, powers {least:.3} to {most:.3}.", lines.len()),
        as_expected: worst >= STRAIGHT && least >= 0.95 && most <= 1.05,
        as_paper: Some(worst >= STRAIGHT),
    }])
}

fn charts(rows: &[Row]) -> Vec<Chart> {
    let curve =
        |name| Curve::new(name, series(rows, name).iter().map(|row| (row.epochs as f64, row.energy())));
    vec![Chart {
        file: "epochs",
        title: "Energy of training over epochs".to_owned(),
        x: "epochs",
        y: "energy, J (time x watts)",
        logarithmic: false,
        curves: series_names(rows).into_iter().map(curve).collect(),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::testing::made;

    fn of(second: impl Fn(f64) -> f64) -> Finding {
        let network = Network::dense(10, 50);
        let rows: Vec<Row> = (1..=10_u32)
            .flat_map(|n| {
                let joules = [("a", f64::from(n)), ("b", second(f64::from(n)))];
                joules.map(|(name, joules)| made(name, Task::Training, network, (1000, n as usize), joules))
            })
            .collect();
        judge(&rows).unwrap().remove(0)
    }

    #[test]
    fn one_network_that_bends_is_enough_to_disagree() {
        assert!(of(|n| 3.0 * n).as_expected);
        let bent = of(|n| n * n);
        assert!(!bent.as_expected && bent.as_paper == Some(false));
    }
}
