//! Embodied carbon: what making and disposing of the hardware emits, and the part of it that a use bears.
//!
//! ```text
//! M     = TE * (TiR / EL) * (RR / ToR)      [Software Carbon Intensity 1.1.0, embodied emissions]
//! rho   = TE / (EL * u)                     a busy hour bears its part of the idle ones: spread
//! rho   = TE / EL                           it does not: idle stands apart, TE * (1 - u) over the life
//! SCI   = (E * grid + M) / R                [Software Carbon Intensity 1.1.0]
//! ```
//!
//! `TE` total embodied emissions, `TiR` time reserved, `EL` expected lifespan, `RR / ToR` share of the resources, `u` the
//! share of the lifespan that the hardware is busy [activity-based costing: Kaplan and Anderson 2004; utilisation 30 to
//! 60 %: Wu et al. 2021], `R` the functional unit. Time and lifespan stand on one basis: hours reserved against the
//! lifespan, or hours busy against its busy part. The result is a line of its own: it is never inside an energy's
//! emissions, adds no kilowatt-hour, and neither PUE nor a grid factor touches it.

use core::fmt;

use crate::sourced::Sourced;
use crate::units::{Grams, Hours, Share, Utilisation};

/// What making a stage's hardware emitted, and how its uses share it.
#[derive(Clone, Debug, PartialEq)]
pub struct Embodied {
    /// Emissions of making and disposing of one device.
    pub total: Sourced<Grams>,
    /// How long a device is in service.
    pub lifespan: Sourced<Hours>,
    /// Share of the lifespan that a device is busy with anything; counts where a use is known by its busy time.
    pub utilisation: Sourced<Utilisation>,
    /// Who bears the hours in which a device is not busy.
    pub idle: Idle,
    /// Share of a device's resources that the use takes.
    pub resources: Sourced<Share>,
    /// Share of the lifespan that is the use's, where it was said: 1 for a device that does nothing else. Otherwise the
    /// hours that devices are powered count, and without those the hours that they compute.
    pub time_share: Option<Sourced<Share>>,
}

/// Who bears the idle hours of hardware.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Idle {
    /// The busy hours, each its part.
    #[default]
    Spread,
    /// Nobody: they are a line of their own.
    Apart,
}

/// What a use bears, and what of the idle hours stands beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Borne {
    /// The use's part.
    pub by_use: Grams,
    /// Idle hours that go with the use's and are borne by nobody; zero where they are spread.
    pub idle: Grams,
}

impl Borne {
    /// Nothing of anything.
    pub const NOTHING: Self = Self { by_use: Grams::ZERO, idle: Grams::ZERO };

    /// The same for a part of the use, or for so many of them.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { by_use: self.by_use * factor, idle: self.idle * factor }
    }
}

/// What a use of `busy` hours bears of hardware that is busy a share `utilisation` of its lifespan.
///
/// Uses that fill the busy hours and their idle parts sum to `total`. [Kaplan and Anderson 2004]
///
/// # Errors
/// [`EmbodiedError`] if the lifespan is zero or its busy part shorter than `busy`.
pub fn borne_by_busy_hours(
    total: Grams,
    busy: Hours,
    lifespan: Hours,
    utilisation: Utilisation,
    idle: Idle,
) -> Result<Borne, EmbodiedError> {
    let whole = Share::ALL;
    let practical = lifespan * utilisation.value();
    let spread = allotted(total, busy, practical, whole)?;
    Ok(match idle {
        Idle::Spread => Borne { by_use: spread, idle: Grams::ZERO },
        Idle::Apart => {
            Borne { by_use: spread * utilisation.value(), idle: spread * (1.0 - utilisation.value()) }
        }
    })
}

/// What drives the allotment of hardware that several uses share. One driver holds for all uses of a device: parts by
/// different drivers don't sum to the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drivers {
    /// Share of the busy hours.
    pub time: Option<Share>,
    /// Share of the multiply-accumulates.
    pub macs: Option<Share>,
    /// Share of the memory.
    pub memory: Option<Share>,
}

/// A use's part by each driver, side by side; `None` where the driver's share is not known.
#[must_use]
pub fn by_driver(total: Grams, drivers: &Drivers) -> [Option<Grams>; 3] {
    [drivers.time, drivers.macs, drivers.memory].map(|share| share.map(|share| total * share.value()))
}

/// Grams for each unit of use: `SCI = (E * grid + M) / R`; `None` where there is no unit. [Software Carbon Intensity 1.1.0]
///
/// `operational` is location-based and contains the PUE.
#[must_use]
pub fn software_carbon_intensity(operational: Grams, embodied: Grams, units: f64) -> Option<Grams> {
    (units > 0.0).then(|| (operational + embodied) * (1.0 / units))
}

/// Why a use bears no part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EmbodiedError {
    /// A lifespan of no length can't be divided.
    NoLifespan,
    /// More time is reserved than the hardware lives.
    LongerThanLife {
        /// Time reserved.
        reserved: Hours,
        /// Expected lifespan.
        lifespan: Hours,
    },
}

impl fmt::Display for EmbodiedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLifespan => f.write_str("the lifespan is 0 h: it must be greater than 0 h"),
            Self::LongerThanLife { reserved, lifespan } => write!(
                f,
                "{} h reserved is too long: it must be at most the lifespan of {} h",
                reserved.value(),
                lifespan.value()
            ),
        }
    }
}

impl core::error::Error for EmbodiedError {}

/// The part of `total` that a use bears: by its share of the lifespan and of the resources.
///
/// Parts of uses that fill the lifespan sum to `total`; what no use reserves is idle and borne by none of them.
/// [Software Carbon Intensity 1.1.0]
///
/// # Errors
/// [`EmbodiedError`] if the lifespan is zero or shorter than the time reserved.
pub fn allotted(
    total: Grams,
    reserved: Hours,
    lifespan: Hours,
    resources: Share,
) -> Result<Grams, EmbodiedError> {
    if lifespan.value() <= 0.0 {
        return Err(EmbodiedError::NoLifespan);
    }
    if reserved > lifespan {
        return Err(EmbodiedError::LongerThanLife { reserved, lifespan });
    }
    Ok(total * (reserved.value() / lifespan.value()) * resources.value())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grams(total: f64, reserved: f64, lifespan: f64, resources: f64) -> f64 {
        let hours = |hours| Hours::new(hours).unwrap();
        let resources = Share::new(resources).unwrap();
        allotted(Grams::new(total).unwrap(), hours(reserved), hours(lifespan), resources).unwrap().value()
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
    }

    #[test]
    fn sci_1_1_0_an_hour_of_a_tonne_over_four_years_is_28_and_a_half_grams() {
        assert!((grams(1e6, 1.0, 4.0 * 365.0 * 24.0, 1.0) - 28.5388).abs() < 5e-5);
    }

    #[test]
    fn a_device_for_one_model_alone_bears_everything() {
        assert_eq!(grams(2e6, 35_040.0, 35_040.0, 1.0).to_bits(), 2e6_f64.to_bits());
    }

    #[test]
    fn no_time_and_no_resources_bear_nothing() {
        assert_eq!(grams(1e6, 0.0, 10.0, 1.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(grams(1e6, 5.0, 10.0, 0.0).to_bits(), 0.0_f64.to_bits());
    }

    fn busy(total: f64, busy: f64, lifespan: f64, utilisation: f64, idle: Idle) -> Borne {
        let hours = |hours| Hours::new(hours).unwrap();
        let utilisation = Utilisation::new(utilisation).unwrap();
        borne_by_busy_hours(Grams::new(total).unwrap(), hours(busy), hours(lifespan), utilisation, idle)
            .unwrap()
    }

    #[test]
    fn wu_2021_a_busy_hour_of_two_tonnes_over_four_years_is_57_to_190_grams() {
        for (utilisation, grams) in [(1.0, 57.1), (0.6, 95.1), (0.45, 126.8), (0.3, 190.3)] {
            let borne = busy(2e6, 1.0, 35_040.0, utilisation, Idle::Spread);
            assert!((borne.by_use.value() - grams).abs() < 0.05, "{utilisation}: {borne:?}");
            assert_eq!(borne.idle, Grams::ZERO);
            let apart = busy(2e6, 1.0, 35_040.0, utilisation, Idle::Apart);
            assert!((apart.by_use.value() - 57.08).abs() < 0.05, "{utilisation}: {apart:?}");
            assert!(near((apart.by_use + apart.idle).value(), borne.by_use.value()));
        }
    }

    #[test]
    fn no_more_busy_hours_than_there_are_and_hours_of_one_basis_only() {
        // Half of 10 hours is busy: six busy hours are too many, though ten are reserved.
        let hours = |hours| Hours::new(hours).unwrap();
        let half = Utilisation::new(0.5).unwrap();
        let total = Grams::new(1.0).unwrap();
        let error = borne_by_busy_hours(total, hours(6.0), hours(10.0), half, Idle::Spread).unwrap_err();
        assert_eq!(error, EmbodiedError::LongerThanLife { reserved: hours(6.0), lifespan: hours(5.0) });
    }

    #[test]
    fn drivers_stand_side_by_side_and_what_is_not_known_is_not_zero() {
        let share = |share| Some(Share::new(share).unwrap());
        let drivers = Drivers { time: share(0.5), macs: share(0.1), memory: None };
        let parts = by_driver(Grams::new(1000.0).unwrap(), &drivers);
        assert_eq!(parts.map(|part| part.map(Grams::value)), [Some(500.0), Some(100.0), None]);
    }

    #[test]
    fn a_dedicated_device_costs_each_of_its_inferences_the_whole_over_their_number() {
        let none = Grams::ZERO;
        let each = software_carbon_intensity(none, Grams::new(781.0).unwrap(), 3.2e7).unwrap();
        assert!(near(each.value(), 781.0 / 3.2e7));
        assert_eq!(software_carbon_intensity(none, none, 0.0), None);
    }

    #[test]
    fn a_use_longer_than_the_life_is_refused() {
        let hours = |hours| Hours::new(hours).unwrap();
        let all = Share::new(1.0).unwrap();
        let total = Grams::new(1.0).unwrap();
        let error = allotted(total, hours(11.0), hours(10.0), all).unwrap_err();
        assert_eq!(
            std::format!("{error}"),
            "11 h reserved is too long: it must be at most the lifespan of 10 h"
        );
        assert_eq!(allotted(total, hours(0.0), hours(0.0), all), Err(EmbodiedError::NoLifespan));
        assert!(Share::new(1.1).is_err() && Share::new(-0.1).is_err());
    }

    proptest! {
        #[test]
        fn uses_and_what_is_idle_sum_to_the_total(
            total in 0.0..1e9_f64, lifespan in 1.0..1e6_f64, used in 0.0..=1.0_f64, first in 0.0..=1.0_f64,
            resources in 0.0..=1.0_f64,
        ) {
            let busy = lifespan * used;
            let (a, b) = (busy * first, busy * (1.0 - first));
            let idle = (lifespan - a - b).clamp(0.0, lifespan);
            let sum = grams(total, a, lifespan, resources)
                + grams(total, a, lifespan, 1.0 - resources)
                + grams(total, b, lifespan, 1.0)
                + grams(total, idle, lifespan, 1.0);
            prop_assert!(near(sum, total), "{sum} {total}");
        }

        #[test]
        fn busy_uses_and_their_idle_hours_sum_to_the_total(
            total in 0.0..1e9_f64, lifespan in 1.0..1e6_f64, utilisation in 0.01..=1.0_f64, first in 0.0..=1.0_f64,
        ) {
            let all = lifespan * utilisation;
            for idle in [Idle::Spread, Idle::Apart] {
                let a = busy(total, all * first, lifespan, utilisation, idle);
                let b = busy(total, all - all * first, lifespan, utilisation, idle);
                let sum = a.by_use + a.idle + b.by_use + b.idle;
                prop_assert!(near(sum.value(), total), "{sum:?} {total}");
                prop_assert!(a.by_use.value() <= total && (idle == Idle::Apart || a.idle == Grams::ZERO));
            }
        }

        #[test]
        fn the_parts_of_all_uses_by_one_driver_sum_to_the_total(
            total in 0.0..1e9_f64, shares in prop::collection::vec(0.001..1.0_f64, 1..9),
        ) {
            let whole: f64 = shares.iter().sum();
            let sums = shares.iter().map(|share| {
                let share = Some(Share::new((share / whole).min(1.0)).unwrap());
                by_driver(Grams::new(total).unwrap(), &Drivers { time: share, macs: share, memory: share })
            }).fold([0.0; 3], |sums, parts| {
                let mut sums = sums;
                sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part.unwrap().value());
                sums
            });
            prop_assert!(sums.iter().all(|sum| near(*sum, total)), "{sums:?} {total}");
        }

        #[test]
        fn a_job_in_parts_bears_what_the_job_does(
            total in 0.0..1e9_f64, lifespan in 1.0..1e6_f64, used in 0.0..=1.0_f64, part in 0.0..=1.0_f64,
            resources in 0.0..=1.0_f64,
        ) {
            let time = lifespan * used;
            let whole = grams(total, time, lifespan, resources);
            let parts = grams(total, time * part, lifespan, resources)
                + grams(total, time * (1.0 - part), lifespan, resources);
            prop_assert!(near(whole, parts), "{whole} {parts}");
        }

        #[test]
        fn time_and_resources_count_in_proportion_and_never_more_than_all(
            total in 0.0..1e9_f64, lifespan in 1.0..1e6_f64, used in 0.0..=1.0_f64, factor in 0.0..=1.0_f64,
            resources in 0.0..=1.0_f64,
        ) {
            let time = lifespan * used;
            let whole = grams(total, time, lifespan, resources);
            prop_assert!((0.0..=total).contains(&whole));
            prop_assert!(near(grams(total, time * factor, lifespan, resources), whole * factor));
            prop_assert!(near(grams(total, time, lifespan, resources * factor), whole * factor));
        }
    }
}
