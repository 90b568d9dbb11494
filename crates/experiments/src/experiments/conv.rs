//! Convolutional against dense networks with as many parameters: Fig. 14.

use anyhow::{Context, Result};

use crate::chart::{Chart, Curve};
use crate::experiment::{Claim, Experiment, Finding, Setup, extremes, series, series_names};
use crate::network::Network;
use crate::row::{Row, Subject, Task};
use crate::schedule::{Point, measure};
use crate::trainer::Optimizer;

/// Fig. 14.
pub const EXPERIMENT: Experiment = Experiment {
    name: "conv",
    about: "energy of training of convolutional and dense networks with equal parameters",
    claims: &[
        Claim {
            place: "4.5.3, Fig. 14",
            paper: "at equal parameters convolutional networks use a lot more energy",
            platform: "at least 5 times in each pair: every weight is used at each of 64 positions",
        },
        Claim {
            place: "3.9, Fig. 14",
            paper: "parameters alone do not tell the energy",
            platform: "per MAC the two kinds differ less than per parameter, by a factor below 8",
        },
    ],
    rows,
    judge,
    charts,
};

const CONV: &str = "convolution of 3x3 on 8x8";
const DENSE: &str = "dense";
const DEPTH: usize = 4;
const SIDE: usize = 8;
/// Channels of a convolutional layer and the dense width with about as many parameters.
const PAIRS: [(usize, usize); 4] = [(4, 12), (8, 24), (16, 48), (32, 96)];

fn rows(setup: &Setup) -> Result<Vec<Row>> {
    let (samples, pairs) = (setup.pick(320, 1_600), setup.pick(3, 4));
    let points = PAIRS.into_iter().take(pairs).flat_map(|(channels, width)| {
        [(CONV, Network::conv(DEPTH, channels, SIDE)), (DENSE, Network::dense(DEPTH, width))].map(
            |(name, network)| {
                let subject = Subject::new(name, Task::Training, network, samples, 1);
                Point::new(subject, network, Optimizer::Sgd, setup.pick(3, 5))
            },
        )
    });
    measure(points.collect(), setup)
}

fn judge(rows: &[Row]) -> Result<Vec<Finding>> {
    let (conv, dense) = (series(rows, CONV), series(rows, DENSE));
    let pairs: Vec<_> = conv.iter().zip(&dense).collect();
    let (_, apart) = extremes(
        pairs.iter().map(|(conv, dense)| (conv.parameters as f64 / dense.parameters as f64 - 1.0).abs()),
    )
    .context("there is no pair")?;
    let (least, most) = extremes(pairs.iter().map(|(conv, dense)| conv.joules / dense.joules))?;
    let per_mac = |row: &Row| row.joules / row.macs as f64;
    let (mac_low, mac_high) = extremes(pairs.iter().map(|(conv, dense)| per_mac(conv) / per_mac(dense)))?;
    let factor = |ratio: f64| ratio.max(1.0 / ratio);
    Ok(vec![
        Finding {
            shown: format!(
                "{least:.1} to {most:.1} times in {} pairs, parameters equal to {:.0} %.",
                pairs.len(),
                apart * 100.0
            ),
            as_expected: least >= 5.0,
            as_paper: Some(least >= 2.0),
        },
        Finding {
            shown: format!("a convolution's MAC takes {mac_low:.2} to {mac_high:.2} of a dense one's."),
            as_expected: factor(mac_low).max(factor(mac_high)) < 8.0,
            as_paper: Some(least >= 2.0),
        },
    ])
}

fn charts(rows: &[Row]) -> Vec<Chart> {
    let curve =
        |name| Curve::new(name, series(rows, name).iter().map(|row| (row.parameters as f64, row.energy())));
    vec![Chart {
        file: "conv",
        title: "Energy of training over parameters: 4 layers".to_owned(),
        x: "parameters",
        y: "energy, J (time x watts)",
        logarithmic: true,
        curves: series_names(rows).into_iter().map(curve).collect(),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::testing::made;

    fn of(joules: impl Fn(Network) -> f64) -> Vec<Finding> {
        let rows: Vec<Row> = PAIRS
            .into_iter()
            .flat_map(|(channels, width)| {
                [(CONV, Network::conv(DEPTH, channels, SIDE)), (DENSE, Network::dense(DEPTH, width))]
            })
            .map(|(name, network)| made(name, Task::Training, network, (100, 1), joules(network)))
            .collect();
        judge(&rows).unwrap()
    }

    #[test]
    fn pairs_have_nearly_equal_parameters() {
        for (channels, width) in PAIRS {
            let (conv, dense) = (Network::conv(DEPTH, channels, SIDE), Network::dense(DEPTH, width));
            let ratio = conv.parameters() as f64 / dense.parameters() as f64;
            assert!((ratio - 1.0).abs() < 0.06, "{channels} channels and {width} wide: {ratio}");
        }
    }

    #[test]
    fn energy_by_macs_agrees_and_energy_by_parameters_does_not() {
        assert!(of(|network| network.macs() as f64).iter().all(|finding| finding.as_expected));
        let parameters = of(|network| network.parameters() as f64);
        assert!(!parameters[0].as_expected && parameters[0].as_paper == Some(false));
        assert!(!parameters[1].as_expected);
    }
}
