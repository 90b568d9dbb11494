//! A profile at another supply voltage.
//!
//! Behind a linear regulator the current stays, so power scales with the supply: a NUCLEO-L4R5ZI takes 17,755 uJ at 3.0 V
//! for what takes it 10,682 uJ at 1.8 V, 1.662 times as much for 1.667 times the volts. [MLPerf Tiny v1.0 and v1.1] Behind a
//! switching regulator it does not, and by how much is not known without a measurement. What was scaled is no longer measured.

use core::fmt;

use super::{Evidence, Profile, Regulator};
use crate::range::Range;
use crate::sourced::Sourced;
use crate::units::{Volts, Watts};

/// A supply farther from the measured one than this ratio is no longer the same regulator's doing.
const FARTHEST: f64 = 2.2;
/// Rounding of what was typed.
const SAME: f64 = 1e-9;

/// Why a profile says nothing of another supply voltage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SupplyError {
    /// The voltage of its watts is not known.
    Volts,
    /// Its watts are of several supplies, in volts.
    Several(f64, f64),
    /// The voltage is too far from that of its watts, in volts.
    Far(f64),
    /// It has no regulator that is known to be linear.
    Regulator(Option<Regulator>),
    /// Watts beyond what a number may be.
    Watts,
}

impl fmt::Display for SupplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Several(low, high) => {
                return write!(
                    f,
                    "its watts are of supplies from {low} to {high} V: take a profile that was measured at one, such as of one \
                     program"
                );
            }
            Self::Far(volts) => {
                return write!(
                    f,
                    "its watts were measured at {volts} V, and scale to between {:.3} and {:.3} V",
                    volts / FARTHEST,
                    volts * FARTHEST
                );
            }
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
    /// [`SupplyError`] unless the profile's voltage is known, a single one and near, and its regulator linear.
    pub fn at_supply(&self, volts: Volts) -> Result<Self, SupplyError> {
        let supply = self.supply_volts.as_ref().ok_or(SupplyError::Volts)?.range;
        let before = supply.mode();
        if (volts.value() / before.value() - 1.0).abs() <= SAME {
            return Ok(self.clone());
        }
        if !supply.is_exact() {
            return Err(SupplyError::Several(supply.low().value(), supply.high().value()));
        }
        if self.regulator != Some(Regulator::Ldo) {
            return Err(SupplyError::Regulator(self.regulator));
        }
        let ratio = volts.value() / before.value();
        if !(1.0 / FARTHEST..=FARTHEST).contains(&ratio) {
            return Err(SupplyError::Far(before.value()));
        }
        let scaled = |watts: &Option<Sourced<Watts>>| {
            let Some(watts) = watts else { return Ok(None) };
            let at = |one: Watts| one.value() * ratio;
            let (low, mode, high) = (watts.range.low(), watts.range.mode(), watts.range.high());
            let range = Range::of(at(low), at(mode), at(high)).map_err(|_| SupplyError::Watts)?;
            Ok(Some(Sourced { range, ..watts.clone() }))
        };
        Ok(Self {
            evidence: if self.evidence == Evidence::Measured { Evidence::Modelled } else { self.evidence },
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

    #[test]
    fn at_its_own_voltage_a_profile_is_itself_whatever_its_regulator() {
        for regulator in [None, Some(Regulator::Switching), Some(Regulator::Ldo)] {
            let own = Profile { evidence: Evidence::Measured, ..profile(regulator, Some(3.0)) };
            assert_eq!(own.at_supply(Volts::wrap(3.0)), Ok(own));
        }
    }

    #[test]
    fn what_was_scaled_is_modelled_and_back_again_the_same_watts() {
        let own = Profile { evidence: Evidence::Measured, ..profile(Some(Regulator::Ldo), Some(3.0)) };
        let low = own.at_supply(Volts::wrap(1.8)).unwrap();
        assert_eq!(low.evidence, Evidence::Modelled);
        let back = low.at_supply(Volts::wrap(3.0)).unwrap().active_watts.unwrap().range.mode().value();
        assert!((back / 0.047 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn all_states_scale_and_what_is_not_known_stays_so() {
        let range = Range::of(0.9, 1.0, 1.2).unwrap();
        let own =
            Profile { sleep_watts: Some(Sourced::given(range)), ..profile(Some(Regulator::Ldo), Some(2.0)) };
        let half = own.at_supply(Volts::wrap(1.0)).unwrap();
        assert_eq!(half.sleep_watts.unwrap().range, Range::of(0.45, 0.5, 0.6).unwrap());
        assert_eq!(half.idle_watts, None);
    }

    #[test]
    fn a_supply_that_is_far_off_or_one_of_several_is_refused() {
        let own = profile(Some(Regulator::Ldo), Some(3.0));
        for volts in [0.001, 1.3, 6.7, 3300.0] {
            assert_eq!(own.at_supply(Volts::wrap(volts)), Err(SupplyError::Far(3.0)), "{volts}");
        }
        assert!(own.at_supply(Volts::wrap(1.4)).is_ok() && own.at_supply(Volts::wrap(6.5)).is_ok());
        let several = Some(Sourced::given(Range::of(1.8, 1.8, 3.0).unwrap()));
        let several = Profile { supply_volts: several, ..own };
        assert_eq!(several.at_supply(Volts::wrap(3.0)), Err(SupplyError::Several(1.8, 3.0)));
        assert_eq!(
            Profile { supply_volts: None, ..several }.at_supply(Volts::wrap(3.0)),
            Err(SupplyError::Volts)
        );
    }
}
