//! The middle of some measurements and how far they lie apart.

/// Quartiles: a quarter lies below `low`, a quarter above `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// First quartile.
    pub low: f64,
    /// Second quartile.
    pub median: f64,
    /// Third quartile.
    pub high: f64,
}

impl Spread {
    /// Quartiles of some numbers, linear between neighbours; `None` of none, or if one is not finite.
    #[must_use]
    pub fn of(numbers: &[f64]) -> Option<Self> {
        if numbers.iter().any(|number| !number.is_finite()) {
            return None;
        }
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            low: quantile(&sorted, 0.25)?,
            median: quantile(&sorted, 0.5)?,
            high: quantile(&sorted, 0.75)?,
        })
    }

    /// A number without spread.
    #[must_use]
    pub const fn exact(number: f64) -> Self {
        Self { low: number, median: number, high: number }
    }
}

/// The number below which a share of the sorted numbers lies.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * (sorted.len().checked_sub(1)? as f64);
    let steps = (0..sorted.len()).zip(sorted.iter().zip(sorted.iter().skip(1)));
    let inside = steps
        .map(|(index, (from, to))| (place - index as f64, from, to))
        .find(|(offset, ..)| (0.0..1.0).contains(offset));
    match inside {
        Some((offset, from, to)) => Some(from + offset * (to - from)),
        None => sorted.last().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_lie_between_neighbours() {
        assert_eq!(Spread::of(&[4.0, 1.0, 3.0, 2.0]), Some(Spread { low: 1.75, median: 2.5, high: 3.25 }));
        assert_eq!(Spread::of(&[7.0]), Some(Spread::exact(7.0)));
        assert_eq!(Spread::of(&[5.0, 1.0, 3.0]), Some(Spread { low: 2.0, median: 3.0, high: 4.0 }));
    }

    #[test]
    fn nothing_has_no_middle() {
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(Spread::of(&[1.0, f64::NAN]), None);
    }
}
