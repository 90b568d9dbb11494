//! Energy of training over depth and width, and width step by step: Figs. 10 and 11.

use anyhow::{Context, Result, ensure};

use crate::chart::{Chart, Curve};
use crate::experiment::{Claim, Experiment, Finding, Setup, extremes, series};
use crate::fit::line;
use crate::network::Network;
use crate::row::{Row, Subject, Task};
use crate::schedule::{Point, measure};
use crate::trainer::Optimizer;

/// Figs. 10 and 11.
pub const EXPERIMENT: Experiment = Experiment {
    name: "size",
    about: "energy of training over depth and width, and width in steps of one near 32 and 64",
    claims: &[
        Claim {
            place: "4.5.1, Fig. 10",
            paper: "energy grows with the size of the network",
            platform: "it grows with every step of depth and, at equal depth, of width",
        },
        Claim {
            place: "4.5.1, Fig. 10",
            paper: "there are some jumps",
            platform: "jumps of more than 10 % beside the work at single steps of width, the greatest rise where a width is a multiple of 8 (the floats of an AVX2 register) and the next is not",
        },
        Claim {
            place: "4.5.1, Fig. 11",
            paper: "for each layer size energy grows steadily with the number of layers",
            platform: "a line in the depth for each width, R² at least 0.99",
        },
    ],
    rows,
    judge,
    charts,
};

const GRID: &str = "grid";
const NEAR: [(&str, usize); 2] = [("near 32", 32), ("near 64", 64)];
/// Change of time beside that of the work which is called a jump.
const JUMP: f64 = 0.10;

fn rows(setup: &Setup) -> Result<Vec<Row>> {
    let depths: &[usize] = setup.pick(&[10, 50, 170], &[10, 50, 90, 130, 170]);
    let widths: &[usize] = setup.pick(&[25, 50, 100], &[25, 50, 75, 100]);
    let samples = setup.pick(640, 1_600);
    let repetitions = setup.pick(3, 7);
    let mut points = Vec::new();
    let mut add = |series, network, samples, repetitions| {
        let subject = Subject::new(series, Task::Training, network, samples, 1);
        points.push(Point::new(subject, network, Optimizer::Sgd, repetitions));
    };
    for depth in depths {
        widths.iter().for_each(|width| add(GRID, Network::dense(*depth, *width), samples, repetitions));
    }
    let (samples, repetitions, reach) = setup.pick((1_600, 5, 4), (1_600, 31, 6));
    for (series, middle) in NEAR {
        for width in middle - reach..=middle + reach {
            add(series, Network::dense(10, width), samples, repetitions);
        }
    }
    measure(points, setup)
}

/// Rows of a series in the grid with one depth or one width, in the order of the other.
fn curve(rows: &[Row], fixed: impl Fn(&Row) -> u64, value: u64, free: impl Fn(&Row) -> u64) -> Vec<&Row> {
    let mut curve: Vec<_> = series(rows, GRID).into_iter().filter(|row| fixed(row) == value).collect();
    curve.sort_by_key(|row| free(row));
    curve
}

fn values(rows: &[Row], of: impl Fn(&Row) -> u64) -> Vec<u64> {
    let mut values: Vec<u64> = series(rows, GRID).into_iter().map(of).collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn depth(row: &Row) -> u64 {
    row.depth
}

fn width(row: &Row) -> u64 {
    row.width
}

/// A step from one width to the next.
struct Step {
    from: u64,
    /// Change of time over the change of the work, less 1.
    excess: f64,
    /// Whether the quartiles of the times lie apart.
    apart: bool,
}

fn steps(rows: &[Row], name: &str) -> Vec<Step> {
    let mut near = series(rows, name);
    near.sort_by_key(|row| row.width);
    let neighbours = near.iter().zip(near.iter().skip(1));
    neighbours
        .map(|(narrow, wide)| Step {
            from: narrow.width,
            excess: wide.seconds / narrow.seconds / (wide.macs as f64 / narrow.macs as f64) - 1.0,
            apart: wide.seconds_low > narrow.seconds_high || narrow.seconds_low > wide.seconds_high,
        })
        .collect()
}

fn judge(rows: &[Row]) -> Result<Vec<Finding>> {
    let by_depth: Vec<_> = values(rows, width).into_iter().map(|at| curve(rows, width, at, depth)).collect();
    let by_width: Vec<_> = values(rows, depth).into_iter().map(|at| curve(rows, depth, at, width)).collect();
    let grows = |curve: &Vec<&Row>| {
        curve.iter().zip(curve.iter().skip(1)).filter(|(a, b)| a.joules < b.joules).count()
    };
    let of = |curve: &Vec<&Row>| curve.len().saturating_sub(1);
    let all = || by_depth.iter().chain(&by_width);
    let (growing, steps_of_grid) = (all().map(grows).sum::<usize>(), all().map(of).sum::<usize>());
    ensure!(steps_of_grid > 0, "the grid has no two networks");
    let (least, most) = extremes(series(rows, GRID).iter().map(|row| row.joules))?;
    let growth = Finding {
        shown: format!(
            "{growing} of {steps_of_grid} steps rise; {:.1}-fold from least to most.",
            most / least
        ),
        as_expected: growing == steps_of_grid,
        as_paper: Some(growing as f64 >= 0.9 * steps_of_grid as f64),
    };

    let single: Vec<Step> = NEAR.iter().flat_map(|(name, _)| steps(rows, name)).collect();
    let jumps = single.iter().filter(|step| step.excess.abs() > JUMP && step.apart).count();
    let greatest =
        single.iter().max_by(|a, b| a.excess.total_cmp(&b.excess)).context("there are no single steps")?;
    let fall =
        single.iter().min_by(|a, b| a.excess.total_cmp(&b.excess)).context("there are no single steps")?;
    let jump = Finding {
        shown: format!(
            "{jumps} jumps in {} steps; greatest rise {:+.0} % from {} to {}, greatest fall {:+.0} % from {} to {}.",
            single.len(),
            greatest.excess * 100.0,
            greatest.from,
            greatest.from + 1,
            fall.excess * 100.0,
            fall.from,
            fall.from + 1
        ),
        as_expected: jumps > 0 && greatest.excess > JUMP && greatest.apart && greatest.from % 8 == 0,
        as_paper: Some(jumps > 0),
    };

    let lines = by_depth.iter().map(|curve| {
        let points: Vec<_> = curve.iter().map(|row| (row.depth as f64, row.joules)).collect();
        line(&points).context("no line through the depths").map(|line| line.r2)
    });
    let (worst, _) = extremes(lines.collect::<Result<Vec<_>>>()?.into_iter())?;
    let straight = Finding {
        shown: format!("{} widths: R² at least {worst:.4}.", by_depth.len()),
        as_expected: worst >= 0.99,
        as_paper: Some(worst >= 0.95),
    };
    Ok(vec![growth, jump, straight])
}

fn charts(rows: &[Row]) -> Vec<Chart> {
    let layers = values(rows, width).into_iter().map(|at| {
        let curve = curve(rows, width, at, depth);
        Curve::new(format!("layers of {at}"), curve.iter().map(|row| (row.depth as f64, row.energy())))
    });
    let by_size = values(rows, depth).into_iter().map(|at| {
        let curve = curve(rows, depth, at, width);
        Curve::new(format!("{at} layers"), curve.iter().map(|row| (row.parameters as f64, row.energy())))
    });
    let steps = NEAR.map(|(name, _)| {
        Curve::new(name, series(rows, name).iter().map(|row| (row.width as f64, row.energy())))
    });
    vec![
        Chart {
            file: "size",
            title: "Energy of training over parameters, for each depth".to_owned(),
            x: "parameters",
            y: "energy, J (time x watts)",
            logarithmic: true,
            curves: by_size.collect(),
        },
        Chart {
            file: "depth",
            title: "Energy of training over the number of layers, for each width".to_owned(),
            x: "layers",
            y: "energy, J (time x watts)",
            logarithmic: false,
            curves: layers.collect(),
        },
        Chart {
            file: "steps",
            title: "Energy of training, width in steps of one: 10 layers".to_owned(),
            x: "width",
            y: "energy, J (time x watts)",
            logarithmic: false,
            curves: steps.into(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::testing::made;

    fn of(joules: impl Fn(Network) -> f64) -> Vec<Finding> {
        let row = |series, network| made(series, Task::Training, network, (100, 1), joules(network));
        let grid = [10, 50, 90].into_iter().flat_map(|d| [25, 50].map(|w| row(GRID, Network::dense(d, w))));
        let near = NEAR.iter().flat_map(|(name, middle)| {
            (middle - 3..=middle + 3).map(|width| row(name, Network::dense(10, width))).collect::<Vec<_>>()
        });
        judge(&grid.chain(near).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn work_alone_has_no_jumps_and_padding_to_eight_has() {
        let smooth = of(|network| network.macs() as f64);
        assert!(smooth[0].as_expected && smooth[2].as_expected);
        assert!(!smooth[1].as_expected && smooth[1].as_paper == Some(false), "{:?}", smooth[1]);
        let padded = of(|network| (network.depth * network.width.div_ceil(8)) as f64);
        assert!(padded.iter().all(|finding| finding.as_expected), "{padded:?}");
    }

    #[test]
    fn a_jump_elsewhere_is_the_papers_but_not_expected() {
        let odd = of(|network| network.macs() as f64 * if network.width > 30 { 2.0 } else { 1.0 });
        assert!(!odd[1].as_expected && odd[1].as_paper == Some(true), "{:?}", odd[1]);
    }

    #[test]
    fn what_does_not_grow_is_noticed() {
        let flat = of(|network| 1.0 / network.depth as f64);
        assert!(!flat[0].as_expected && flat[0].as_paper == Some(false));
        assert!(!flat[2].as_expected);
    }
}
