//! Counts of a network's layers.

use joulegram::model::layer::{CountedLayer, Layer, walk};
use joulegram::model::work::{Counts, Work};

use super::Kind;
use super::line::Line;
use super::unit::{Dimension, Unit};
use crate::fault::{self, Fault};

/// `layer` is a place in the network's list, from 0, or `all`. What the source counts is so many times the layer's
/// parameters, MACs and outputs: counters that print "FLOPs" differ in what they mean.
pub(super) const KIND: Kind = Kind { columns: &["layer", "parameters", "macs", "outputs"], compute };

const FILE: &str = "fixtures/published/torchstat_net.json";
const NETWORK: &str = include_str!("../../../../fixtures/published/torchstat_net.json");

fn compute(line: &Line, unit: &Unit) -> Result<f64, Fault> {
    if unit.dimension != Dimension::Count {
        return Err(line.fault("unit", "is not empty, as a count's is"));
    }
    let counts = counts(line)?;
    let mut sum = 0.0;
    for (column, count) in
        [("parameters", counts.parameters), ("macs", counts.macs), ("outputs", counts.outputs)]
    {
        sum += line.number(column)? * count as f64;
    }
    Ok(sum)
}

fn counts(line: &Line) -> Result<Counts, Fault> {
    let layers: Vec<Layer> = fault::from_json(FILE, NETWORK)?;
    let counted: Vec<CountedLayer> =
        walk(&layers, None).collect::<Result<_, _>>().map_err(|error| Fault::new(FILE, "", error))?;
    let layer = line.text("layer")?;
    if layer == "all" {
        let work = Work::of(counted.iter().map(|layer| layer.work));
        return Ok(work.map_err(|error| Fault::new(FILE, "", error))?.total());
    }
    layer
        .parse()
        .ok()
        .and_then(|index: usize| counted.get(index))
        .map(|layer| layer.work.counts)
        .ok_or_else(|| line.fault("layer", format_args!("`{layer}` is not in the network")))
}
