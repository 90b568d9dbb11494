//! How far a computed number may be from a printed one.

use super::line::{Line, number};
use crate::fault::Fault;

/// A tolerance, as the tables name it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tolerance {
    /// `printed`: half a unit of the last printed digit.
    Printed,
    /// `one unit` of the last printed digit: the printed number is cut off, or off by one.
    OneUnit,
    /// `printed and energy`: half a unit of the last printed digit, and what half a unit of the printed energy that the
    /// result comes from makes of it.
    PrintedAndEnergy,
    /// A share of the published number, such as `1 %`.
    Share(f64),
}

impl Tolerance {
    pub(super) fn of(line: &Line) -> Result<Self, Fault> {
        match line.text("tolerance")? {
            "printed" => Ok(Self::Printed),
            "one unit" => Ok(Self::OneUnit),
            "printed and energy" => Ok(Self::PrintedAndEnergy),
            text => text
                .strip_suffix(" %")
                .and_then(number)
                .map(|percent| Self::Share(percent / 100.0))
                .ok_or_else(|| line.fault("tolerance", format_args!("unknown tolerance `{text}`"))),
        }
    }

    /// As a share of the published number; `compute` is what made `computed` of the line.
    pub(super) fn relative(
        self,
        line: &Line,
        published: f64,
        computed: f64,
        compute: impl Fn(&Line) -> Result<f64, Fault>,
    ) -> Result<f64, Fault> {
        let half = half_unit(line.text("published")?);
        let absolute = match self {
            Self::Share(share) => return Ok(share),
            Self::Printed => half,
            Self::OneUnit => 2.0 * half,
            Self::PrintedAndEnergy => {
                let (value, unit) = line.text("energy")?.split_once(' ').unwrap_or_default();
                let energy = number(value).ok_or_else(|| line.fault("energy", "is no number and unit"))?;
                let raised = line.with("energy", format_args!("{} {unit}", energy + half_unit(value)));
                half + (compute(&raised)? - computed).abs()
            }
        };
        Ok(absolute / published.abs())
    }
}

/// Half a unit of the last digit of a number as it was printed: `46.7` gives 0.05, `1,287` gives 0.5.
///
/// The last digit of a whole number counts as meant, zero or not.
pub(super) fn half_unit(printed: &str) -> f64 {
    let decimals = printed.split_once('.').map_or("", |(_, decimals)| decimals);
    // Powers of ten are exact up to 10^22.
    0.5 / decimals.chars().fold(1.0, |power, _| power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_unit_of_the_last_digit_follows_the_text() {
        for (printed, half) in [
            ("46.7", 0.05),
            ("1,287", 0.5),
            ("626,155", 0.5),
            ("0.0024", 0.000_05),
            ("2.28135", 0.000_005),
            ("3", 0.5),
        ] {
            assert_eq!(half_unit(printed).to_bits(), f64::to_bits(half), "{printed}");
        }
    }
}
