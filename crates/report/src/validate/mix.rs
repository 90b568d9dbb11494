//! Shares of electricity sources: the emission factor of a mix.

use joulegram::data::electricity;
use joulegram::range::Range;
use joulegram::units::{GramsPerKilowattHour, Quantity};

use super::Kind;
use super::line::{Line, number};
use super::unit::{Dimension, Unit};
use crate::fault::Fault;

/// `mix` is a sum of shares and factors in g/kWh: `25 % 995 + 75 % 816`.
pub(super) const KIND: Kind = Kind { columns: &["mix"], compute };

fn compute(line: &Line, unit: &Unit) -> Result<f64, Fault> {
    if unit.dimension != Dimension::EmissionFactor {
        return Err(line.fault("unit", "is not of an emission factor"));
    }
    let mut parts = Vec::new();
    for part in line.text("mix")?.split(" + ") {
        parts
            .push(source(part).ok_or_else(|| {
                line.fault("mix", format_args!("`{part}` is no share and emission factor"))
            })?);
    }
    let factor = electricity::mix(&parts).map_err(|error| line.fault("mix", error))?;
    Ok(factor.mode().value())
}

fn source(part: &str) -> Option<(Range<GramsPerKilowattHour>, f64)> {
    let (percent, factor) = part.split_once(" % ")?;
    let factor = GramsPerKilowattHour::checked(number(factor)?).ok()?;
    Some((Range::exact(factor), number(percent)? / 100.0))
}
