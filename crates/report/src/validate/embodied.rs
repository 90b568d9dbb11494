//! Embodied emissions that a use of hardware bears.

use joulegram::embodied;

use super::Kind;
use super::line::Line;
use super::unit::{Dimension, Unit};
use crate::fault::Fault;

/// Total embodied emissions, time reserved, expected lifespan, share of the resources.
pub(super) const KIND: Kind = Kind { columns: &["total", "reserved", "lifespan", "resources"], compute };

fn compute(line: &Line, unit: &Unit) -> Result<f64, Fault> {
    if unit.dimension != Dimension::Emissions {
        return Err(line.fault("unit", "is not of emissions"));
    }
    let allotted = embodied::allotted(
        line.amount("total", Dimension::Emissions)?,
        line.amount("reserved", Dimension::Time)?,
        line.amount("lifespan", Dimension::Time)?,
        line.quantity("resources")?,
    );
    allotted.map(|grams| grams.value()).map_err(|error| line.fault("reserved", error))
}
