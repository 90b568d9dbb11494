//! A quantity as low, most likely and high.
//!
//! Arithmetic on ranges is interval arithmetic for `low` and `high` and plain arithmetic for `mode`: the widest result
//! that the inputs allow, right for every sign and for division (`1 / [2, 4]` is `[0.25, 0.5]`). It treats its operands
//! as independent, so `x - x` is not zero. Where inputs depend on each other, or the widest case is too wide to be of
//! use, [`crate::plan`] draws all inputs together instead.

use core::fmt;
use core::ops::{Add, Div, Mul};

use crate::units::{OutOfRange, Quantity};

/// Low, most likely and high value of one quantity: `low <= mode <= high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range<Q> {
    low: Q,
    mode: Q,
    high: Q,
}

/// Why three numbers are no range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RangeError {
    /// One of the numbers is outside its quantity's limits.
    OutOfRange(OutOfRange),
    /// `low <= mode <= high` does not hold.
    NotOrdered {
        /// The number given as least.
        low: f64,
        /// The number given as most likely.
        mode: f64,
        /// The number given as greatest.
        high: f64,
    },
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange(error) => error.fmt(f),
            Self::NotOrdered { low, mode, high } => {
                write!(f, "low {low}, mode {mode}, high {high} are not in ascending order")
            }
        }
    }
}

impl core::error::Error for RangeError {}

impl From<OutOfRange> for RangeError {
    fn from(error: OutOfRange) -> Self {
        Self::OutOfRange(error)
    }
}

impl<Q: Quantity> Range<Q> {
    /// A range from three values.
    ///
    /// # Errors
    /// [`RangeError::NotOrdered`] unless `low <= mode <= high`.
    pub fn new(low: Q, mode: Q, high: Q) -> Result<Self, RangeError> {
        let (l, m, h) = (low.value(), mode.value(), high.value());
        if l <= m && m <= h {
            Ok(Self { low, mode, high })
        } else {
            Err(RangeError::NotOrdered { low: l, mode: m, high: h })
        }
    }

    /// A range from three bare numbers in the quantity's unit.
    ///
    /// # Errors
    /// [`RangeError`] if a number is outside the quantity's limits or the three are not in ascending order.
    pub fn of(low: f64, mode: f64, high: f64) -> Result<Self, RangeError> {
        Self::new(Q::checked(low)?, Q::checked(mode)?, Q::checked(high)?)
    }

    /// A quantity known without spread.
    #[must_use]
    pub const fn exact(value: Q) -> Self {
        Self { low: value, mode: value, high: value }
    }

    /// Least value.
    #[must_use]
    pub const fn low(&self) -> Q {
        self.low
    }

    /// Most likely value.
    #[must_use]
    pub const fn mode(&self) -> Q {
        self.mode
    }

    /// Greatest value.
    #[must_use]
    pub const fn high(&self) -> Q {
        self.high
    }

    /// Whether low, mode and high are one value.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }

    /// Whether zero lies inside, borders included.
    #[must_use]
    pub fn contains_zero(&self) -> bool {
        self.low.value() <= 0.0 && self.high.value() >= 0.0
    }

    /// The quotient, or `None` where the divisor's range contains zero.
    ///
    /// Low and high are the least and greatest of the four corner quotients.
    #[must_use]
    pub fn checked_div<R, S>(self, divisor: Range<R>) -> Option<Range<S>>
    where
        Q: Div<R, Output = S>,
        R: Quantity,
        S: Quantity,
    {
        if divisor.contains_zero() {
            return None;
        }
        Some(hull(
            self.mode / divisor.mode,
            [
                self.low / divisor.low,
                self.low / divisor.high,
                self.high / divisor.low,
                self.high / divisor.high,
            ],
        ))
    }
}

/// The range around `mode` that spans all corners.
fn hull<Q: Quantity>(mode: Q, corners: [Q; 4]) -> Range<Q> {
    let (mut low, mut high) = (mode, mode);
    for corner in corners {
        if corner.value() < low.value() {
            low = corner;
        }
        if corner.value() > high.value() {
            high = corner;
        }
    }
    Range { low, mode, high }
}

impl<Q: Quantity + Add<Output = Q>> Add for Range<Q> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { low: self.low + other.low, mode: self.mode + other.mode, high: self.high + other.high }
    }
}

impl<Q, R, S> Mul<Range<R>> for Range<Q>
where
    Q: Quantity + Mul<R, Output = S>,
    R: Quantity,
    S: Quantity,
{
    type Output = Range<S>;
    fn mul(self, other: Range<R>) -> Range<S> {
        hull(
            self.mode * other.mode,
            [self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high],
        )
    }
}

#[cfg(feature = "serde")]
pub(crate) mod json {
    use super::{Quantity, Range, RangeError};
    use crate::units::{Check, OutOfRange};
    use core::fmt;
    use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
    use serde::ser::{Serialize, SerializeStruct, Serializer};

    impl<Q: Quantity> Serialize for Range<Q> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut range = serializer.serialize_struct("Range", 3)?;
            range.serialize_field("low", &self.low.value())?;
            range.serialize_field("mode", &self.mode.value())?;
            range.serialize_field("high", &self.high.value())?;
            range.end()
        }
    }

    /// Reads a bare number as an exact value and `{ "low", "mode", "high" }` as a range.
    impl<'de, Q: Quantity> Deserialize<'de> for Range<Q> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            RangeReader(Check::of::<Q>()).deserialize(deserializer).map(Self::wrap)
        }
    }

    impl<Q: Quantity> Range<Q> {
        /// Numbers that were checked as this quantity's.
        pub(crate) fn wrap(numbers: Range<f64>) -> Self {
            Self { low: Q::wrap(numbers.low), mode: Q::wrap(numbers.mode), high: Q::wrap(numbers.high) }
        }
    }

    /// Reads the numbers of a quantity's range.
    #[derive(Clone, Copy)]
    pub(crate) struct RangeReader(pub(crate) Check);

    impl RangeReader {
        /// A number without spread.
        pub(crate) fn exact(self, value: f64) -> Result<Range<f64>, OutOfRange> {
            self.0.number(value).map(Range::exact)
        }

        /// Three numbers.
        pub(crate) fn three(self, low: f64, mode: f64, high: f64) -> Result<Range<f64>, RangeError> {
            Range::new(self.0.number(low)?, self.0.number(mode)?, self.0.number(high)?)
        }
    }

    impl<'de> DeserializeSeed<'de> for RangeReader {
        type Value = Range<f64>;

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_any(self)
        }
    }

    impl<'de> Visitor<'de> for RangeReader {
        type Value = Range<f64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number or an object with low, mode and high")
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
            self.exact(value).map_err(E::custom)
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
            self.visit_f64(value as f64)
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
            self.visit_f64(value as f64)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let (mut low, mut mode, mut high) = (None, None, None);
            while let Some(key) = map.next_key::<Key>()? {
                let (slot, name) = match key {
                    Key::Low => (&mut low, "low"),
                    Key::Mode => (&mut mode, "mode"),
                    Key::High => (&mut high, "high"),
                };
                if slot.replace(map.next_value::<f64>()?).is_some() {
                    return Err(Error::duplicate_field(name));
                }
            }
            let low = low.ok_or_else(|| Error::missing_field("low"))?;
            let mode = mode.ok_or_else(|| Error::missing_field("mode"))?;
            let high = high.ok_or_else(|| Error::missing_field("high"))?;
            self.three(low, mode, high).map_err(Error::custom)
        }
    }

    #[derive(serde::Deserialize)]
    #[serde(field_identifier, rename_all = "snake_case")]
    enum Key {
        Low,
        Mode,
        High,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Joules, Watts};
    use proptest::prelude::*;

    fn range(low: f64, mode: f64, high: f64) -> Range<f64> {
        Range::of(low, mode, high).unwrap()
    }

    #[test]
    fn ecologits_237_one_over_two_to_four_is_a_quarter_to_a_half() {
        let quotient = Range::exact(1.0).checked_div(range(2.0, 3.0, 4.0)).unwrap();
        assert_eq!(quotient, range(0.25, 1.0 / 3.0, 0.5));
    }

    #[test]
    fn a_quotient_by_a_range_around_zero_is_refused() {
        assert_eq!(Range::exact(1.0).checked_div::<f64, f64>(range(-1.0, 0.0, 1.0)), None);
        assert_eq!(Range::exact(1.0).checked_div::<f64, f64>(range(0.0, 1.0, 2.0)), None);
    }

    #[test]
    fn a_product_of_negative_ranges_spans_its_corners() {
        assert_eq!(range(-2.0, 1.0, 3.0) * range(-5.0, -1.0, 4.0), range(-15.0, -1.0, 12.0));
    }

    #[test]
    fn units_follow_the_arithmetic() {
        let energy = Range::<Joules>::of(2.0, 4.0, 6.0).unwrap();
        let power = Range::<Watts>::of(1.0, 2.0, 2.0).unwrap();
        let time = energy.checked_div(power).unwrap();
        assert_eq!((time.low().value(), time.mode().value(), time.high().value()), (1.0, 2.0, 6.0));
    }

    #[test]
    fn a_range_out_of_order_is_refused() {
        let error = Range::<Watts>::of(2.0, 1.0, 3.0).unwrap_err();
        assert_eq!(std::format!("{error}"), "low 2, mode 1, high 3 are not in ascending order");
    }

    proptest! {
        #[test]
        fn products_and_quotients_contain_every_pair_of_points(
            a in prop::array::uniform3(-1e3..1e3_f64),
            b in prop::array::uniform3(-1e3..1e3_f64),
            s in 0.0..1.0_f64,
            t in 0.0..1.0_f64,
        ) {
            let sorted = |mut v: [f64; 3]| { v.sort_by(f64::total_cmp); range(v[0], v[1], v[2]) };
            let (a, b) = (sorted(a), sorted(b));
            let x = a.low() + s * (a.high() - a.low());
            let y = b.low() + t * (b.high() - b.low());
            let slack = 1e-9 * (1.0 + x.abs()) * (1.0 + y.abs());
            let product = a * b;
            prop_assert!(product.low() - slack <= x * y && x * y <= product.high() + slack);
            prop_assert!(product.low() <= product.mode() && product.mode() <= product.high());
            if let Some(quotient) = a.checked_div::<f64, f64>(b) {
                let slack = slack * (1.0 + 1.0 / y.abs());
                prop_assert!(quotient.low() - slack <= x / y && x / y <= quotient.high() + slack);
            }
        }
    }
}
