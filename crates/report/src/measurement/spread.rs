//! How far repeated measurements lie apart.

use joulegram::range::Range;
use joulegram::units::Quantity;
use serde::Serialize;

/// Least, quartiles and greatest of a few numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Least.
    pub minimum: f64,
    /// A quarter is at most this.
    pub first_quartile: f64,
    /// Half is at most this.
    pub median: f64,
    /// Three quarters are at most this.
    pub third_quartile: f64,
    /// Greatest.
    pub maximum: f64,
}

impl Spread {
    /// The spread of `numbers`; `None` of none. Between two numbers it interpolates.
    #[must_use]
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = numbers.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let quarter = |quarters: usize| {
            let place = quarters * sorted.len().checked_sub(1)?;
            let low = *sorted.get(place / 4)?;
            let high = *sorted.get(place.div_ceil(4))?;
            Some(low + (high - low) * ((place % 4) as f64 / 4.0))
        };
        Some(Self {
            minimum: quarter(0)?,
            first_quartile: quarter(1)?,
            median: quarter(2)?,
            third_quartile: quarter(3)?,
            maximum: quarter(4)?,
        })
    }

    /// Least, median, greatest.
    #[must_use]
    pub fn whole<Q: Quantity>(&self) -> Option<Range<Q>> {
        super::range(self.minimum, self.median, self.maximum)
    }

    /// Lower quartile, median, upper quartile.
    #[must_use]
    pub fn middle<Q: Quantity>(&self) -> Option<Range<Q>> {
        super::range(self.first_quartile, self.median, self.third_quartile)
    }

    /// Distance of the quartiles over the median.
    #[must_use]
    pub fn relative(&self) -> f64 {
        (self.third_quartile - self.first_quartile) / self.median
    }
}
