//! Cost of a multiply-accumulate by kind of layer, on joulegram's int8 kernel.

use anyhow::{Context, Result};

use crate::chart::{Chart, Curve};
use crate::experiment::{Claim, Experiment, Finding, Setup, extremes, series, series_names};
use crate::int8::{Layer, seconds};
use crate::row::{Row, Subject, Task};
use crate::schedule::{Point, measure};
use crate::spread::Spread;

/// What the paper cites of Lai et al. 2018 and Heim et al. 2021.
pub const EXPERIMENT: Experiment = Experiment {
    name: "layers",
    about: "seconds and joules of a MAC by kind of layer, on the int8 kernel",
    claims: &[
        Claim {
            place: "3.4",
            paper: "throughput and energy differ by type of operation, up to 5 times (Lai et al., Cortex-M7)",
            platform: "per MAC at least twofold between kinds, at most the 24-fold of Heim et al. with CMSIS-NN",
        },
        Claim {
            place: "3.4",
            paper: "which type is dearest is not said",
            platform: "a MAC is dearest in a depthwise convolution: no weight is used for a second channel (Heim et al.: 270 ns against 37 ns of a 3x3 convolution)",
        },
        Claim {
            place: "3.9",
            paper: "no strong correlation of operations and energy unless architectures are close",
            platform: "one price for all MACs misses some layer by more than 50 %; a price a kind misses the layers of that kind by less",
        },
    ],
    rows,
    judge,
    charts,
};

const DEPTHWISE: &str = "depthwise 3x3";

/// Layers of each kind, channels odd and even and multiples of 8.
fn kinds() -> [(&'static str, Vec<Layer>); 4] {
    let of = |widths: [usize; 6], layer: fn(usize) -> Layer| widths.map(layer).to_vec();
    let channels = [15, 16, 17, 31, 32, 33];
    [
        ("dense", of([63, 64, 65, 255, 256, 257], |width| Layer::Dense { width })),
        ("conv 1x1", of(channels, |channels| Layer::Conv { window: 1, side: 16, channels })),
        ("conv 3x3", of(channels, |channels| Layer::Conv { window: 3, side: 16, channels })),
        (DEPTHWISE, of(channels, |channels| Layer::Depthwise { window: 3, side: 16, channels })),
    ]
}

fn subject(kind: &str, layer: Layer, runs: u64) -> Subject {
    Subject {
        series: kind.to_owned(),
        task: Task::Inference,
        depth: 1,
        width: match layer {
            Layer::Dense { width } => width as u64,
            Layer::Conv { channels, .. } | Layer::Depthwise { channels, .. } => channels as u64,
        },
        nodes: layer.elements() as u64,
        parameters: layer.weights() as u64,
        macs: layer.macs() as u64,
        samples: runs,
        epochs: 1,
    }
}

fn rows(setup: &Setup) -> Result<Vec<Row>> {
    // So that every point takes about as long.
    let macs = setup.pick(20_000_000, 200_000_000);
    let points = kinds().into_iter().flat_map(|(kind, layers)| {
        layers.into_iter().map(move |layer| {
            let runs = (macs / layer.macs()).max(10);
            let run = Box::new(move || seconds(&[layer], runs));
            Point { subject: subject(kind, layer, runs as u64), repetitions: setup.pick(5, 11), run }
        })
    });
    measure(points.collect(), setup)
}

fn per_mac(row: &Row) -> f64 {
    row.seconds_per_sample() / row.macs as f64
}

/// How far a price for a MAC is off at worst, as a share: the geometric middle of the extremes serves all best.
fn worst<'r>(rows: impl Iterator<Item = &'r Row>) -> Result<f64> {
    let (low, high) = extremes(rows.map(per_mac))?;
    Ok((high / low).sqrt() - 1.0)
}

fn judge(rows: &[Row]) -> Result<Vec<Finding>> {
    let mut kinds = Vec::new();
    for name in series_names(rows) {
        let each: Vec<f64> = series(rows, name).into_iter().map(per_mac).collect();
        kinds.push((name, Spread::of(&each).with_context(|| format!("there is no row of {name}"))?.median));
    }
    let (low, high) = extremes(kinds.iter().map(|(_, price)| *price))?;
    let spread = high / low;
    let prices: Vec<String> =
        kinds.iter().map(|(name, price)| format!("{name} {:.0}", price * 1e12)).collect();
    let (dearest, _) = kinds.iter().max_by(|a, b| a.1.total_cmp(&b.1)).context("there is no kind")?;
    let all = worst(rows.iter())?;
    let own = kinds.iter().map(|(name, _)| worst(series(rows, name).into_iter()));
    let (_, own) = extremes(own.collect::<Result<Vec<_>>>()?.into_iter())?;
    Ok(vec![
        Finding {
            shown: format!("{spread:.1}-fold between kinds; picoseconds a MAC: {}.", prices.join(", ")),
            as_expected: (2.0..=24.0).contains(&spread),
            as_paper: Some((2.0..=5.0).contains(&spread)),
        },
        Finding {
            shown: format!("dearest is {dearest}."),
            as_expected: *dearest == DEPTHWISE,
            as_paper: None,
        },
        Finding {
            shown: format!(
                "one price misses by {:.0} % at worst, a price a kind by {:.0} %.",
                all * 100.0,
                own * 100.0
            ),
            as_expected: all > 0.5 && own < all,
            as_paper: Some(all > 0.5),
        },
    ])
}

fn charts(rows: &[Row]) -> Vec<Chart> {
    let curve = |name| {
        let points = series(rows, name).into_iter().map(|row| {
            let each = 1e12 / (row.passes() * row.macs as f64);
            let time = row.time();
            let spread = Spread { low: time.low * each, median: time.median * each, high: time.high * each };
            (row.macs as f64, spread)
        });
        Curve::new(name, points)
    };
    vec![Chart {
        file: "layers",
        title: "Time of a MAC by kind of layer, int8 kernel".to_owned(),
        x: "MACs of the layer",
        y: "time of a MAC, ps",
        logarithmic: true,
        curves: series_names(rows).into_iter().map(curve).collect(),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(price: impl Fn(&str) -> f64) -> Vec<Finding> {
        let rows: Vec<Row> = kinds()
            .into_iter()
            .flat_map(|(kind, layers)| layers.into_iter().map(move |layer| (kind, layer)))
            .map(|(kind, layer)| {
                let seconds = Spread::exact(price(kind) * layer.macs() as f64 * 10.0);
                Row::with(subject(kind, layer, 10), 1, seconds, seconds)
            })
            .collect();
        judge(&rows).unwrap()
    }

    #[test]
    fn a_dear_depthwise_agrees_and_equal_prices_do_not() {
        let dear = of(|kind| if kind == DEPTHWISE { 4e-10 } else { 1e-10 });
        assert!(dear.iter().all(|finding| finding.as_expected), "{dear:?}");
        assert_eq!(dear[0].as_paper, Some(true));
        let equal = of(|_| 1e-10);
        assert!(!equal[0].as_expected && !equal[2].as_expected && equal[2].as_paper == Some(false));
    }

    #[test]
    fn another_dearest_kind_is_noticed() {
        assert!(!of(|kind| if kind == "dense" { 4e-10 } else { 1e-10 })[1].as_expected);
    }
}
