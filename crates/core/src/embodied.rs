//! Embodied carbon: what making and disposing of the hardware emits, and the part of it that a use bears.
//!
//! ```text
//! M = TE * (TiR / EL) * (RR / ToR)      [Software Carbon Intensity 1.1.0, embodied emissions]
//! ```
//!
//! `TE` total embodied emissions, `TiR` time reserved, `EL` expected lifespan, `RR / ToR` share of the resources. Time and
//! lifespan stand on one basis: both in hours reserved, or both in hours busy. The result is a line of its own: it is never
//! inside an energy's emissions, and neither PUE nor a grid factor touches it.

use core::fmt;

use crate::units::{Grams, Hours, Share};

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
