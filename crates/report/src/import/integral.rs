//! Power over time as an energy.
//!
//! ```text
//! E = sum over samples of (P_i + P_(i+1)) / 2 * (t_(i+1) - t_i)
//! ```
//!
//! An interval of more than [`GAP`] times the median is a gap: nobody measured there. Low counts it as nothing, the most
//! likely value as the mean of its two ends, high as the greatest power of the trace.

use joulegram::range::Range;
use joulegram::units::{JOULES_PER_KILOWATT_HOUR, KilowattHours};

/// How many medians an interval may last before it is a gap. [five: a tool that misses a few samples still has one]
pub(super) const GAP: f64 = 5.0;

/// One reading of a power meter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sample {
    /// Since any start.
    pub(super) seconds: f64,
    pub(super) watts: f64,
}

/// The energy of a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Integral {
    pub(super) low: f64,
    pub(super) mode: f64,
    pub(super) high: f64,
    /// From the first sample to the last.
    pub(super) seconds: f64,
    /// The part of them that nobody measured.
    pub(super) gap_seconds: f64,
}

/// Joules of samples in ascending order; nothing for fewer than two.
pub(super) fn integrate(samples: &[Sample]) -> Option<Integral> {
    let mut intervals: Vec<f64> = pairs(samples).map(|(a, b)| b.seconds - a.seconds).collect();
    intervals.sort_by(f64::total_cmp);
    let median = *intervals.get(intervals.len() / 2)?;
    let most = samples.iter().map(|sample| sample.watts).fold(0.0, f64::max);
    let mut total = Integral::default();
    for (a, b) in pairs(samples) {
        let seconds = b.seconds - a.seconds;
        let joules = f64::midpoint(a.watts, b.watts) * seconds;
        let is_gap = seconds > GAP * median;
        total.low += if is_gap { 0.0 } else { joules };
        total.mode += joules;
        total.high += if is_gap { most * seconds } else { joules };
        total.seconds += seconds;
        total.gap_seconds += if is_gap { seconds } else { 0.0 };
    }
    Some(total)
}

fn pairs(samples: &[Sample]) -> impl Iterator<Item = (&Sample, &Sample)> {
    samples.iter().zip(samples.iter().skip(1))
}

impl Integral {
    /// Two traces of one time: their energies sum, their time is the longer one's.
    pub(super) fn beside(self, other: Self) -> Self {
        Self {
            low: self.low + other.low,
            mode: self.mode + other.mode,
            high: self.high + other.high,
            seconds: self.seconds.max(other.seconds),
            gap_seconds: self.gap_seconds.max(other.gap_seconds),
        }
    }

    pub(super) fn kilowatt_hours(&self) -> Option<Range<KilowattHours>> {
        let [low, mode, high] =
            [self.low, self.mode, self.high].map(|joules| joules / JOULES_PER_KILOWATT_HOUR);
        Range::of(low, mode, high).ok()
    }

    /// What to say about gaps, if there are any.
    pub(super) fn gap_note(&self) -> Option<String> {
        (self.gap_seconds > 0.0).then(|| {
            format!(
                "nobody measured for {:.0} of {:.0} s: low leaves them out, high takes the greatest power for them",
                self.gap_seconds, self.seconds
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(points: &[(f64, f64)]) -> Vec<Sample> {
        points.iter().map(|&(seconds, watts)| Sample { seconds, watts }).collect()
    }

    #[test]
    fn a_ramp_has_the_energy_of_its_mean() {
        let ramp = integrate(&trace(&[(0.0, 0.0), (1.0, 10.0), (2.0, 20.0)])).unwrap();
        assert_eq!((ramp.low, ramp.mode, ramp.high, ramp.gap_seconds), (20.0, 20.0, 20.0, 0.0));
        assert_eq!(integrate(&trace(&[(0.0, 5.0)])), None);
    }

    #[test]
    fn a_gap_widens_the_range_and_is_named() {
        let trace = trace(&[(0.0, 10.0), (1.0, 10.0), (2.0, 30.0), (3.0, 10.0), (23.0, 10.0), (24.0, 10.0)]);
        let energy = integrate(&trace).unwrap();
        assert_eq!((energy.low, energy.mode, energy.high), (60.0, 260.0, 660.0));
        assert!((energy.gap_seconds - 20.0).abs() < 1e-9);
        assert!(energy.gap_note().unwrap().starts_with("nobody measured for 20 of 24 s"));
    }
}
