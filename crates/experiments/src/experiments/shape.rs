//! Deep against wide, at equal parameters and at equal nodes: Table 6, Figs. 12 and 13.
//!
//! ```text
//! seconds a sample = alpha * layers + beta * MACs
//! ```
//!
//! Which of deep and wide takes more at equal nodes depends on `alpha / beta`: `N` nodes in layers of `n` take
//! `N (alpha / n + beta n)`, least at `n = sqrt(alpha / beta)`. So two platforms are asked: the trainer, whose layers
//! cost something by themselves, and the int8 kernel, whose layers cost almost nothing.

use anyhow::{Context, Result};

use crate::chart::{Chart, Curve};
use crate::experiment::{Claim, Experiment, Finding, Setup, series, series_names};
use crate::fit::{Causes, causes};
use crate::int8::{self, Layer};
use crate::network::Network;
use crate::row::{Row, Subject, Task};
use crate::schedule::{Point, measure};
use crate::trainer::Optimizer;

/// Table 6, Figs. 12 and 13.
pub const EXPERIMENT: Experiment = Experiment {
    name: "shape",
    about: "deep against wide networks, trained and on the int8 kernel",
    claims: &[
        Claim {
            place: "4.5.2, Fig. 12 left",
            paper: "at equal parameters a deep network takes more energy than a wide one",
            platform: "170 layers of 34 take more to train than 2 of 316, up to 5 times: layers cost something by themselves",
        },
        Claim {
            place: "4.5.2, Fig. 12 right",
            paper: "at equal nodes a deep network takes more energy than a wide one",
            platform: "170 layers of 10 against 17 of 100, trained: the side of 1 that alpha and beta of the equal-parameter networks predict, or within 25 % of it",
        },
        Claim {
            place: "4.5.2, Fig. 12 right",
            paper: "at equal nodes a deep network takes more energy than a wide one",
            platform: "on the int8 kernel, as on a microcontroller, the deep one takes less than half: it has a tenth of the MACs",
        },
        Claim {
            place: "4.5.2, Fig. 12 left",
            paper: "at equal parameters a deep network takes more energy than a wide one",
            platform: "on the int8 kernel nearly the same: 0.8 to 2 times, as MACs are equal and a layer by itself costs little",
        },
        Claim {
            place: "4.5.2, Fig. 13",
            paper: "at equal nodes a deep network has fewer parameters",
            platform: "9.2 times fewer, by arithmetic",
        },
        Claim {
            place: "3.9, 4.5.2",
            paper: "no single count tells the energy of different architectures",
            platform: "alpha * layers + beta * MACs tells every trained dense network here to 30 %",
        },
    ],
    rows,
    judge,
    charts,
};

const PARAMETERS: &str = "equal parameters";
const NODES: &str = "equal nodes";
const PARAMETERS_INT8: &str = "equal parameters, int8 kernel";
const NODES_INT8: &str = "equal nodes, int8 kernel";
/// About 200,000 parameters each; widest first.
const EQUAL_PARAMETERS: [(usize, usize); 4] = [(2, 316), (10, 141), (50, 63), (170, 34)];
/// 1700 nodes each; widest first.
const EQUAL_NODES: [(usize, usize); 4] = [(17, 100), (34, 50), (68, 25), (170, 10)];
/// How far the prediction may be off and still count as one.
const NEAR: f64 = 0.25;

fn rows(setup: &Setup) -> Result<Vec<Row>> {
    let (samples, runs) = (setup.pick(640, 1_600), setup.pick(300, 600));
    let repetitions = setup.pick(3, 21);
    let mut points = Vec::new();
    for (trained, inferred, shapes) in
        [(PARAMETERS, PARAMETERS_INT8, EQUAL_PARAMETERS), (NODES, NODES_INT8, EQUAL_NODES)]
    {
        for (depth, width) in shapes {
            let network = Network::dense(depth, width);
            let subject = Subject::new(trained, Task::Training, network, samples, 1);
            points.push(Point::new(subject, network, Optimizer::Sgd, repetitions));
            let subject = Subject::new(inferred, Task::Inference, network, runs, 1);
            let stack = vec![Layer::Dense { width }; depth];
            let run = Box::new(move || int8::seconds(&stack, runs));
            points.push(Point { subject, repetitions, run });
        }
    }
    measure(points, setup)
}

/// The deepest and the widest network of a series.
fn ends<'r>(rows: &'r [Row], name: &str) -> Result<(&'r Row, &'r Row)> {
    let rows = series(rows, name);
    let deep = rows.iter().max_by_key(|row| row.depth);
    let wide = rows.iter().min_by_key(|row| row.depth);
    deep.zip(wide).map(|(deep, wide)| (*deep, *wide)).with_context(|| format!("there is no row of {name}"))
}

/// Joules of the deepest network over those of the widest.
fn ratio(rows: &[Row], name: &str) -> Result<f64> {
    let (deep, wide) = ends(rows, name)?;
    Ok(deep.joules / wide.joules)
}

/// Prices of a layer and of a MAC, in seconds a sample.
fn prices(rows: &[Row], names: &[&str]) -> Result<Causes> {
    let points: Vec<_> = rows
        .iter()
        .filter(|row| names.contains(&row.series.as_str()))
        .map(|row| (row.depth as f64, row.macs as f64, row.seconds_per_sample()))
        .collect();
    causes(&points).context("no prices of layers and MACs")
}

fn judge(rows: &[Row]) -> Result<Vec<Finding>> {
    let more = |shown: f64| format!("deep over wide is {shown:.2}");
    let parameters = ratio(rows, PARAMETERS)?;
    let nodes = ratio(rows, NODES)?;
    let (nodes_int8, parameters_int8) = (ratio(rows, NODES_INT8)?, ratio(rows, PARAMETERS_INT8)?);

    let price = prices(rows, &[PARAMETERS])?;
    let (deep, wide) = ends(rows, NODES)?;
    let cost = |row: &Row| price.first * row.depth as f64 + price.second * row.macs as f64;
    let predicted = cost(deep) / cost(wide);
    let same_side = (predicted > 1.0) == (nodes > 1.0) || (predicted / nodes - 1.0).abs() <= NEAR;

    let fewer = wide.parameters as f64 / deep.parameters as f64;
    let both = prices(rows, &[PARAMETERS, NODES])?;
    Ok(vec![
        Finding {
            shown: format!("{}.", more(parameters)),
            as_expected: parameters > 1.0 && parameters <= 5.0,
            as_paper: Some(parameters > 1.0),
        },
        Finding {
            shown: format!("{}, predicted {predicted:.2}.", more(nodes)),
            as_expected: same_side,
            as_paper: Some(nodes > 1.0),
        },
        Finding {
            shown: format!("{}.", more(nodes_int8)),
            as_expected: nodes_int8 < 0.5,
            as_paper: Some(nodes_int8 > 1.0),
        },
        Finding {
            shown: format!("{}.", more(parameters_int8)),
            as_expected: (0.8..=2.0).contains(&parameters_int8),
            as_paper: Some(parameters_int8 > 1.0),
        },
        Finding {
            shown: format!(
                "{} parameters against {}, {fewer:.1} times fewer.",
                deep.parameters, wide.parameters
            ),
            as_expected: (fewer - 9.2).abs() < 0.05,
            as_paper: Some(fewer > 1.0),
        },
        Finding {
            shown: format!(
                "{:.2} µs a layer, {:.0} ps a MAC, worst {:.0} %; least at layers of {:.0}.",
                both.first * 1e6,
                both.second * 1e12,
                both.worst * 100.0,
                (both.first / both.second).max(0.0).sqrt()
            ),
            as_expected: both.first > 0.0 && both.second > 0.0 && both.worst <= 0.30,
            as_paper: None,
        },
    ])
}

fn charts(rows: &[Row]) -> Vec<Chart> {
    let per_sample = |row: &Row| {
        let energy = row.energy();
        let each = 1e3 / row.passes();
        crate::spread::Spread {
            low: energy.low * each,
            median: energy.median * each,
            high: energy.high * each,
        }
    };
    let over = |file, title: &str, x, x_of: fn(&Row) -> u64| Chart {
        file,
        title: title.to_owned(),
        x,
        y: "energy of a sample, mJ (time x watts)",
        logarithmic: true,
        curves: series_names(rows)
            .into_iter()
            .map(|name| {
                Curve::new(
                    name,
                    series(rows, name).into_iter().map(|row| (x_of(row) as f64, per_sample(row))),
                )
            })
            .collect(),
    };
    let size = |name| {
        let points = series(rows, name).into_iter();
        Curve::new(
            name,
            points.map(|row| (row.nodes as f64, crate::spread::Spread::exact(row.parameters as f64))),
        )
    };
    vec![
        over("depth", "Deep against wide: training (trainer) and inference (int8 kernel)", "layers", |row| {
            row.depth
        }),
        over("parameters", "Energy over parameters", "parameters", |row| row.parameters),
        Chart {
            file: "size",
            title: "Parameters over nodes".to_owned(),
            x: "nodes",
            y: "parameters",
            logarithmic: true,
            curves: vec![size(PARAMETERS), size(NODES)],
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::testing::made;

    /// Trained networks with these prices of a layer and a MAC, and int8 networks with those.
    fn of((alpha, beta): (f64, f64), (alpha_int8, beta_int8): (f64, f64)) -> Vec<Finding> {
        let mut rows = Vec::new();
        for (name, task, shapes, (alpha, beta)) in [
            (PARAMETERS, Task::Training, EQUAL_PARAMETERS, (alpha, beta)),
            (NODES, Task::Training, EQUAL_NODES, (alpha, beta)),
            (PARAMETERS_INT8, Task::Inference, EQUAL_PARAMETERS, (alpha_int8, beta_int8)),
            (NODES_INT8, Task::Inference, EQUAL_NODES, (alpha_int8, beta_int8)),
        ] {
            for (depth, width) in shapes {
                let network = Network::dense(depth, width);
                let seconds = alpha * depth as f64 + beta * network.macs() as f64;
                rows.push(made(name, task, network, (100, 1), seconds * 100.0));
            }
        }
        judge(&rows).unwrap()
    }

    #[test]
    fn costly_layers_make_deep_dear_as_in_the_paper() {
        let found = of((2e-6, 1e-9), (1e-9, 1e-10));
        assert!(found.iter().all(|finding| finding.as_expected), "{found:?}");
        assert_eq!((found[0].as_paper, found[1].as_paper), (Some(true), Some(true)));
        assert_eq!(found[2].as_paper, Some(false));
        assert!(
            found[5].shown.starts_with("2.00 µs a layer, 1000 ps a MAC, worst 0 %"),
            "{}",
            found[5].shown
        );
    }

    #[test]
    fn costly_layers_of_the_kernel_are_not_expected() {
        let found = of((2e-6, 1e-9), (1e-4, 1e-10));
        assert!(!found[2].as_expected && found[2].as_paper == Some(true));
        assert!(!found[3].as_expected);
    }

    #[test]
    fn layers_that_cost_nothing_make_deep_cheap() {
        let found = of((1e-15, 1e-9), (1e-9, 1e-10));
        assert!(!found[0].as_expected && found[1].as_paper == Some(false));
    }
}
