//! Equal numbers of nodes, very different numbers of parameters: Table 5.

use anyhow::{Context, Result, ensure};

use crate::chart::{Chart, Curve};
use crate::experiment::{Claim, Experiment, Finding, Setup, extremes};
use crate::network::Network;
use crate::row::{Row, Subject, Task};
use crate::schedule::{Point, measure};
use crate::trainer::Optimizer;

/// Table 5.
pub const EXPERIMENT: Experiment = Experiment {
    name: "nodes",
    about: "energy of training of networks with 1000 nodes and 11,000 to 1,001,000 parameters",
    claims: &[
        Claim {
            place: "4.5.2, Table 5",
            paper: "networks with the same nodes can have vastly different numbers of parameters",
            platform: "91-fold from 100 layers of 10 to one of 1000, by arithmetic: N (N / L + 1)",
        },
        Claim {
            place: "4.5.2",
            paper: "the number of nodes alone does not tell the energy",
            platform: "at equal nodes energy differs at least threefold, and least is neither the widest nor the deepest: work falls with depth while layers' own cost rises",
        },
    ],
    rows,
    judge,
    charts,
};

const SERIES: &str = "1000 nodes";
/// Layers and their width: 1000 nodes in each.
const SHAPES: [(usize, usize); 6] = [(1, 1000), (2, 500), (10, 100), (20, 50), (40, 25), (100, 10)];

fn rows(setup: &Setup) -> Result<Vec<Row>> {
    let samples = setup.pick(640, 5_000);
    let points = SHAPES.map(|(depth, width)| {
        let network = Network::dense(depth, width);
        let subject = Subject::new(SERIES, Task::Training, network, samples, 1);
        Point::new(subject, network, Optimizer::Sgd, setup.pick(3, 5))
    });
    measure(points.into(), setup)
}

fn judge(rows: &[Row]) -> Result<Vec<Finding>> {
    let (least, most) = extremes(rows.iter().map(|row| row.nodes as f64))?;
    ensure!(least >= most, "the networks have {least} to {most} nodes");
    let (least, most) = extremes(rows.iter().map(|row| row.parameters as f64))?;
    let parameters = most / least;
    let (low, high) = extremes(rows.iter().map(|row| row.joules))?;
    let by_energy = || rows.iter().min_by(|a, b| a.joules.total_cmp(&b.joules));
    let cheapest = by_energy().context("there is no row")?;
    let (shallowest, deepest) = extremes(rows.iter().map(|row| row.depth as f64))?;
    let inside = cheapest.depth as f64 > shallowest && (cheapest.depth as f64) < deepest;
    Ok(vec![
        Finding {
            shown: format!("{least:.0} to {most:.0} parameters, {parameters:.0}-fold."),
            as_expected: (parameters - 91.0).abs() < 0.5,
            as_paper: Some(parameters >= 10.0),
        },
        Finding {
            shown: format!(
                "energy differs {:.1}-fold; least is {} layers of {}.",
                high / low,
                cheapest.depth,
                cheapest.width
            ),
            as_expected: high / low >= 3.0 && inside,
            as_paper: Some(high / low >= 2.0),
        },
    ])
}

fn charts(rows: &[Row]) -> Vec<Chart> {
    vec![Chart {
        file: "nodes",
        title: "Energy of training at 1000 nodes".to_owned(),
        x: "parameters",
        y: "energy, J (time x watts)",
        logarithmic: true,
        curves: vec![Curve::new(SERIES, rows.iter().map(|row| (row.parameters as f64, row.energy())))],
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::testing::made;

    fn of(joules: impl Fn(Network) -> f64) -> Vec<Finding> {
        let rows = SHAPES.map(|(depth, width)| {
            let network = Network::dense(depth, width);
            made(SERIES, Task::Training, network, (100, 1), joules(network))
        });
        judge(&rows).unwrap()
    }

    #[test]
    fn energy_by_nodes_disagrees_and_work_with_a_price_of_layers_agrees() {
        let nodes = of(|network| network.nodes() as f64);
        assert!(nodes[0].as_expected);
        assert!(!nodes[1].as_expected && nodes[1].as_paper == Some(false));
        assert!(of(|network| network.macs() as f64 + 1000.0 * network.depth as f64)[1].as_expected);
        let work = of(|network| network.macs() as f64);
        assert!(!work[1].as_expected && work[1].as_paper == Some(true));
    }
}
