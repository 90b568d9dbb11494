//! From one inference to a life: architecture search, training, inference. [Gitzel et al. 2023]
//!
//! ```text
//! T  = I * D * E * o,  o = 1 / (1 - r)     training, bottom-up      [3.5]
//! T  = hours * processors * watts          training, top-down       [Patterson 2021, 2.5]
//! CT = H * T, or the sum over runs         architecture search      [3.6]
//! LC = CT + T + e * I                      life cycle               [3.7]
//! s  = e * I / LC,  e* = (CT + T) / I      inference share; the count at which use has cost what making it did
//! ```
//!
//! All energies here are at the device; PUE comes once, after them ([`crate::site`]).

use crate::units::{
    Count, Grams, Hours, Joules, KilowattHours, Multiplicity, OverheadShare, Quantity, Seconds, Utilisation,
    Watts,
};

/// How many forward passes a training run takes the energy and the time of: `D * E * o`. [Gitzel 2023, 3.5]
#[must_use]
pub fn forward_passes(samples: Count, epochs: Count, overhead: OverheadShare) -> f64 {
    samples.value() * epochs.value() * overhead.factor()
}

/// Energy of one training run: `T = I * D * E * o`.
///
/// `inference` is one forward pass of one sample. [Gitzel 2023, 3.5]
#[must_use]
pub fn training(inference: Joules, samples: Count, epochs: Count, overhead: OverheadShare) -> Joules {
    inference * forward_passes(samples, epochs, overhead)
}

/// Energy of processors that ran for some hours, at a share `utilisation` of the watts. [Patterson 2021, 2.5; the
/// share as in Green Algorithms]
#[must_use]
pub fn top_down(hours: Hours, processors: Multiplicity, watts: Watts, utilisation: Utilisation) -> Joules {
    watts * hours.seconds() * processors.value() * utilisation.value()
}

/// Energy of what is on and waits: `P_idle * (powered - active)` for each device; none where it is active all the time.
#[must_use]
pub fn idle(watts: Watts, powered: Seconds, active: Seconds, devices: Multiplicity) -> Joules {
    let waiting = (powered.value() - active.value() / devices.value()).max(0.0);
    watts * Seconds::wrap(waiting) * devices.value()
}

/// Share of the inferences in the life cycle; `None` where the life cycle takes no energy.
#[must_use]
pub fn inference_share(inferences: KilowattHours, life_cycle: KilowattHours) -> Option<f64> {
    (life_cycle.value() > 0.0).then(|| inferences.value() / life_cycle.value())
}

/// How many inferences take as much energy as search and training did; `None` where one takes none.
///
/// For a share `s` other than one half the count is `s / (1 - s)` times this.
#[must_use]
pub fn break_even(search_and_training: KilowattHours, one_inference: KilowattHours) -> Option<f64> {
    (one_inference.value() > 0.0).then(|| search_and_training.value() / one_inference.value())
}

/// How many inferences make two lives equal: `e = (M_b - M_a) / (U_a - U_b)`, with `M` before the first inference and `U`
/// for each one; `None` where the life that begins with less stays less for ever.
#[must_use]
pub fn crossing((made_a, each_a): (Grams, Grams), (made_b, each_b): (Grams, Grams)) -> Option<f64> {
    let (ahead, slope) = (made_b.value() - made_a.value(), each_a.value() - each_b.value());
    let count = ahead / slope;
    (count.is_finite() && count > 0.0).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_cross_only_where_the_one_that_begins_with_more_adds_less() {
        let grams = |grams| Grams::new(grams).unwrap();
        let life = |made, each| (grams(made), grams(each));
        assert_eq!(crossing(life(100.0, 0.001), life(10.0, 0.002)).unwrap().round(), 90_000.0);
        assert_eq!(crossing(life(10.0, 0.002), life(100.0, 0.001)).unwrap().round(), 90_000.0);
        assert_eq!(crossing(life(10.0, 0.001), life(100.0, 0.002)), None);
        assert_eq!(crossing(life(10.0, 0.001), life(100.0, 0.001)), None);
        assert_eq!(crossing(life(10.0, 0.001), life(10.0, 0.002)), None);
    }

    #[test]
    fn eighty_percent_inference_needs_twenty_million_inferences_at_the_papers_defaults() {
        // o = 5, D = 1e5, E = 10, no search: e = 2.0e7 for 80 %, 4.5e7 for 90 %.
        let one = Joules::new(1.0).unwrap();
        let training = training(
            one,
            Count::new(1e5).unwrap(),
            Count::new(10.0).unwrap(),
            OverheadShare::new(0.8).unwrap(),
        );
        let pue = crate::units::Pue::NONE;
        let half = break_even(pue.at_facility(training), pue.at_facility(one)).unwrap();
        for (share, inferences) in [(0.8, 2.0e7), (0.9, 4.5e7)] {
            let count: f64 = share / (1.0 - share) * half;
            assert!((count / inferences - 1.0).abs() < 1e-12, "{share}: {count}");
            let life = pue.at_facility(one * count + training);
            let got = inference_share(pue.at_facility(one * count), life).unwrap();
            assert!((got - share).abs() < 1e-12);
        }
    }

    #[test]
    fn cc_184_half_of_180_watts_for_an_hour_is_90_watt_hours() {
        let energy = top_down(
            Hours::new(1.0).unwrap(),
            Multiplicity::new(1.0).unwrap(),
            Watts::new(180.0).unwrap(),
            Utilisation::new(0.5).unwrap(),
        );
        assert_eq!(energy, Joules::from_device_kilowatt_hours(0.09).unwrap());
    }

    #[test]
    fn idle_counts_each_device_and_only_while_it_waits() {
        let count = |n| Multiplicity::new(n).unwrap();
        let seconds = |s| Seconds::new(s).unwrap();
        let watts = Watts::new(17.0).unwrap();
        assert_eq!(
            idle(watts, seconds(100.0), seconds(40.0), count(2.0)),
            Joules::new(17.0 * 80.0 * 2.0).unwrap()
        );
        assert_eq!(idle(watts, seconds(10.0), seconds(40.0), count(1.0)), Joules::new(0.0).unwrap());
    }

    #[test]
    fn no_energy_has_no_share_and_no_break_even() {
        let none = KilowattHours::new(0.0).unwrap();
        assert_eq!(inference_share(none, none), None);
        assert_eq!(break_even(KilowattHours::new(1.0).unwrap(), none), None);
    }
}
