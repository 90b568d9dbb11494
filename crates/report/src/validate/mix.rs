//! Shares of electricity sources: the emission factor of a mix.

use joulegram::site;
use joulegram::units::{Grams, GramsPerKilowattHour, KilowattHours, Quantity};

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
    // Each source emits for its share of a kilowatt-hour.
    let mut energy = KilowattHours::ZERO;
    let mut emissions = Grams::ZERO;
    for part in line.text("mix")?.split(" + ") {
        let (share, factor): (KilowattHours, GramsPerKilowattHour) = source(part)
            .ok_or_else(|| line.fault("mix", format_args!("`{part}` is no share and emission factor")))?;
        energy = energy + share;
        emissions = emissions + site::emissions(share, factor);
    }
    if (energy.value() - 1.0).abs() > 1e-12 {
        return Err(line.fault("mix", format_args!("the shares sum to {}, not to 1", energy.value())));
    }
    Ok((emissions / energy).value())
}

fn source(part: &str) -> Option<(KilowattHours, GramsPerKilowattHour)> {
    let (percent, factor) = part.split_once(" % ")?;
    let share = KilowattHours::checked(number(percent)? / 100.0).ok()?;
    Some((share, GramsPerKilowattHour::checked(number(factor)?).ok()?))
}
