//! From the meter's windows to watts by state.
//!
//! On plain microcontrollers watts hardly depend on what is computed, so there is one figure for computing, and a ratio to
//! it for each kind of layer. The range holds the spread between steps, the instrument's accuracy and that of the supply
//! voltage, in quadrature.

use heapless::Vec;
use libm::sqrt;

use super::MOST_STEPS;
use crate::calibrate::sample::Sample;
use crate::calibrate::suite::{Job, STEPS};
use crate::model::work::Kind;

/// Watts of a state: low, most likely, high.
pub type Span = (f64, f64, f64);

/// How far numbers of the meter may be off, relative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Accuracy {
    /// The instrument's current or power.
    pub instrument: f64,
    /// The supply voltage where it was given and not measured.
    pub volts: f64,
}

/// Watts by state; `None` where no window tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StateWatts {
    /// While computing.
    pub active: Option<Span>,
    /// On, with nothing to do.
    pub idle: Option<Span>,
    /// In its deepest usual sleep.
    pub sleep: Option<Span>,
    /// Of each kind of layer over those while computing.
    pub ratios: Vec<(Kind, f64), { Kind::ALL.len() }>,
}

/// Watts by state, from all samples that have a window.
#[must_use]
pub fn by_state(samples: &[Sample], accuracy: Accuracy) -> StateWatts {
    let of = |wanted: fn(&Job) -> bool| {
        let named = |sample: &&Sample| {
            STEPS.iter().any(|step| step.name == sample.step.as_str() && wanted(&step.job))
        };
        spread(samples.iter().filter(named).filter_map(Sample::watts), accuracy)
    };
    let active = of(|job| matches!(job, Job::Network(_)));
    let mut ratios = Vec::new();
    if let Some((_, all, _)) = active.filter(|(_, all, _)| *all > 0.0) {
        for kind in Kind::ALL {
            let is_of = |sample: &&Sample| sample.work.kind(kind).layers > 0;
            let own = samples.iter().filter(is_of).filter_map(Sample::watts);
            if let Some((_, own, _)) = spread(own, Accuracy::default()) {
                // As many places as there are kinds.
                let _ = ratios.push((kind, own / all));
            }
        }
    }
    StateWatts { active, idle: of(|job| *job == Job::Idle), sleep: of(|job| *job == Job::Sleep), ratios }
}

/// The median, and 5 to 95 % widened by what the meter may be off.
fn spread(watts: impl Iterator<Item = f64>, accuracy: Accuracy) -> Option<Span> {
    let mut all = Vec::<f64, { 8 * MOST_STEPS }>::new();
    for one in watts {
        // More windows than that say nothing new.
        if all.push(one).is_err() {
            break;
        }
    }
    all.sort_unstable_by(f64::total_cmp);
    let at = |share: usize| all.get((all.len().checked_sub(1)? * share) / 100).copied();
    let (low, mode, high) = (at(5)?, at(50)?, at(95)?);
    let beside = |distance: f64| {
        let meter = mode * sqrt(accuracy.instrument * accuracy.instrument + accuracy.volts * accuracy.volts);
        sqrt(distance * distance + meter * meter)
    };
    Some(((mode - beside(mode - low)).max(0.0), mode, mode + beside(high - mode)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_accuracy_and_volts_add_in_quadrature() {
        let accuracy = Accuracy { instrument: 0.03, volts: 0.04 };
        let (low, mode, high) = spread([1.0; 9].into_iter(), accuracy).unwrap();
        assert_eq!(mode, 1.0);
        assert!((low - 0.95).abs() < 1e-12 && (high - 1.05).abs() < 1e-12);
        assert_eq!(spread([].into_iter(), accuracy), None);
    }
}
