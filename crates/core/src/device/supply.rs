//! A profile at another supply voltage.
//!
//! Behind a linear regulator the current stays, so power scales with the supply: a NUCLEO-L4R5ZI takes 17,755 uJ at 3.0 V
//! for what takes it 10,682 uJ at 1.8 V, 1.662 times as much for 1.667 times the volts. [MLPerf Tiny v1.0 and v1.1] Behind a
//! switching regulator it does not, and by how much is not known without a measurement. The clock does not follow from one
//! measurement either: what power does with it takes two.

use core::fmt;

use super::{Profile, Regulator};
use crate::range::Range;
use crate::sourced::Sourced;
use crate::units::{Volts, Watts};

/// Why a profile says nothing of another supply voltage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SupplyError {
    /// The voltage of its watts is not known.
    Volts,
    /// It has no regulator that is known to be linear.
    Regulator(Option<Regulator>),
    /// Watts beyond what a number may be.
    Watts,
}

impl fmt::Display for SupplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Volts => "the profile does not say at which supply voltage its watts were measured",
            Self::Regulator(None) => {
                "the profile does not say that its regulator is linear (`regulator`: `ldo`), and only then do watts \
                 scale with the supply"
            }
            Self::Regulator(_) => {
                "its regulator is switching: watts do not scale with the supply, measure at that voltage"
            }
            Self::Watts => "the watts at that voltage are beyond what a profile can hold",
        })
    }
}

impl core::error::Error for SupplyError {}

impl Profile {
    /// The same device at another supply voltage.
    ///
    /// # Errors
    /// [`SupplyError`] unless the profile's voltage is known and its regulator linear.
    pub fn at_supply(&self, volts: Volts) -> Result<Self, SupplyError> {
        let before = self.supply_volts.as_ref().ok_or(SupplyError::Volts)?.range.mode();
        if self.regulator != Some(Regulator::Ldo) {
            return Err(SupplyError::Regulator(self.regulator));
        }
        let ratio = volts.value() / before.value();
        let scaled = |watts: &Option<Sourced<Watts>>| {
            let Some(watts) = watts else { return Ok(None) };
            let at = |one: Watts| one.value() * ratio;
            let (low, mode, high) = (watts.range.low(), watts.range.mode(), watts.range.high());
            let range = Range::of(at(low), at(mode), at(high)).map_err(|_| SupplyError::Watts)?;
            Ok(Some(Sourced { range, ..watts.clone() }))
        };
        Ok(Self {
            active_watts: scaled(&self.active_watts)?,
            idle_watts: scaled(&self.idle_watts)?,
            sleep_watts: scaled(&self.sleep_watts)?,
            supply_volts: Some(Sourced::given(Range::exact(volts))),
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sourced::text;
    use crate::units::{OperationsPerSecond, Quantity};

    fn profile(regulator: Option<Regulator>, volts: Option<f64>) -> Profile {
        let watts = Range::exact(Watts::wrap(0.047));
        Profile {
            regulator,
            supply_volts: volts.map(|volts| Sourced::given(Range::exact(Volts::wrap(volts)))),
            ..Profile::by_hand(text("board"), watts, Range::exact(OperationsPerSecond::wrap(1e6)))
        }
    }

    /// The same board, program and latency at both: 10,681.6 and 17,755.4 uJ. [MLPerf Tiny v1.0 ST, v1.1 Krai]
    #[test]
    fn behind_a_linear_regulator_watts_scale_as_two_published_results_do() {
        let at_3_volts = profile(Some(Regulator::Ldo), Some(1.8)).at_supply(Volts::wrap(3.0)).unwrap();
        let ratio = at_3_volts.active_watts.unwrap().range.mode().value() / 0.047;
        assert!((ratio / (17_755.4 / 10_681.6) - 1.0).abs() < 0.005, "{ratio}");
        assert_eq!(at_3_volts.supply_volts.unwrap().range.mode(), Volts::wrap(3.0));
    }

    #[test]
    fn without_a_linear_regulator_or_a_voltage_nothing_scales() {
        let volts = Volts::wrap(3.0);
        for regulator in [None, Some(Regulator::Switching)] {
            assert_eq!(
                profile(regulator, Some(1.8)).at_supply(volts),
                Err(SupplyError::Regulator(regulator))
            );
        }
        assert_eq!(profile(Some(Regulator::Ldo), None).at_supply(volts), Err(SupplyError::Volts));
    }
}
