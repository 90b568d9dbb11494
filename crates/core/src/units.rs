//! Units as types, and the only conversions between them.
//!
//! One unit a rung of the ladder: [`Joules`] up to the device's plug, [`KilowattHours`] at the facility's meter,
//! [`Grams`] of CO2 equivalent at the end. The one way from the device to the facility is [`Pue::at_facility`], so PUE
//! can't be applied twice, and the one way to grams is a grid factor.
//!
//! A value is checked once, when it is made: it is finite and inside its type's limits. Sums and products of checked
//! values may still overflow to infinity; [`crate::lifecycle`] refuses such a result.

use core::fmt;
use core::ops::{Add, Div, Mul};

/// Joules in a kilowatt-hour, exactly.
pub const JOULES_PER_KILOWATT_HOUR: f64 = 3.6e6;
/// Seconds in an hour, exactly.
pub const SECONDS_PER_HOUR: f64 = 3600.0;
/// Seconds in a day.
pub const SECONDS_PER_DAY: f64 = 86_400.0;
/// Days in a Julian year.
pub const DAYS_PER_YEAR: f64 = 365.25;
/// Grams in an avoirdupois pound, exactly (international yard and pound agreement, 1959).
pub const GRAMS_PER_POUND: f64 = 453.592_37;
/// Kilowatt-hours in a megawatt-hour, exactly.
const KILOWATT_HOURS_PER_MEGAWATT_HOUR: f64 = 1000.0;

/// A number with a unit and limits that hold once it exists.
pub trait Quantity: Copy + PartialEq + fmt::Debug {
    /// The unit's symbol as printed; empty for a ratio or a count.
    const UNIT: &'static str;
    /// What values are allowed.
    const LIMITS: Limits;

    /// The bare number, in [`Self::UNIT`].
    fn value(self) -> f64;

    /// Wraps a number that is known to be inside the limits.
    #[doc(hidden)]
    fn wrap(value: f64) -> Self;

    /// Checks a number against [`Self::LIMITS`].
    ///
    /// # Errors
    /// [`OutOfRange`] if `value` is not finite or outside the limits.
    fn checked(value: f64) -> Result<Self, OutOfRange> {
        Check::of::<Self>().number(value).map(Self::wrap)
    }
}

/// What is checked of a number, whatever its quantity: so that reading numbers is compiled once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Check {
    limits: Limits,
    unit: &'static str,
}

impl Check {
    /// What a quantity asks for.
    pub(crate) const fn of<Q: Quantity>() -> Self {
        Self { limits: Q::LIMITS, unit: Q::UNIT }
    }

    /// The number as it is kept.
    pub(crate) fn number(self, value: f64) -> Result<f64, OutOfRange> {
        let Self { limits, unit } = self;
        // Minus zero equals zero but has other bits: one zero keeps digests the same.
        if limits.allow(value) { Ok(value + 0.0) } else { Err(OutOfRange { value, limits, unit }) }
    }
}

/// The interval a quantity must lie in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Least value.
    pub low: f64,
    /// Whether the least value itself is refused.
    pub low_open: bool,
    /// Greatest value; infinity where there is none.
    pub high: f64,
    /// Whether the greatest value itself is refused.
    pub high_open: bool,
}

impl Limits {
    /// `low <= value <= high`.
    #[must_use]
    pub const fn closed(low: f64, high: f64) -> Self {
        Self { low, low_open: false, high, high_open: false }
    }

    /// Whether a finite value lies inside.
    #[must_use]
    pub fn allow(&self, value: f64) -> bool {
        let above = if self.low_open { value > self.low } else { value >= self.low };
        let below = if self.high_open { value < self.high } else { value <= self.high };
        value.is_finite() && above && below
    }

    /// `low < value <= high`.
    #[must_use]
    pub const fn above(low: f64, high: f64) -> Self {
        Self { low, low_open: true, high, high_open: false }
    }
}

/// A number outside its quantity's limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutOfRange {
    /// The number that was given.
    pub value: f64,
    /// What is allowed.
    pub limits: Limits,
    /// The quantity's unit.
    pub unit: &'static str,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, limits, unit } = self;
        let space = if unit.is_empty() { "" } else { " " };
        if !value.is_finite() {
            return write!(f, "{value} is not a finite number");
        }
        let above = if limits.low_open { value > &limits.low } else { value >= &limits.low };
        if above {
            let relation = if limits.high_open { "less than" } else { "at most" };
            write!(f, "{value}{space}{unit} is too large: it must be {relation} {}{space}{unit}", limits.high)
        } else {
            let relation = if limits.low_open { "greater than" } else { "at least" };
            write!(f, "{value}{space}{unit} is too small: it must be {relation} {}{space}{unit}", limits.low)
        }
    }
}

impl core::error::Error for OutOfRange {}

/// A bare ratio: any finite number.
impl Quantity for f64 {
    const UNIT: &'static str = "";
    const LIMITS: Limits = Limits::closed(Self::MIN, Self::MAX);
    fn value(self) -> f64 {
        self
    }
    fn wrap(value: f64) -> Self {
        value
    }
}

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident, $unit:literal, $limits:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            /// Checks the number against the type's limits.
            ///
            /// # Errors
            /// [`OutOfRange`] if it is not finite or outside the limits.
            pub fn new(value: f64) -> Result<Self, OutOfRange> {
                Self::checked(value)
            }

            /// The bare number, in the type's unit.
            #[must_use]
            pub const fn value(self) -> f64 {
                self.0
            }
        }

        impl Quantity for $name {
            const UNIT: &'static str = $unit;
            const LIMITS: Limits = $limits;
            fn value(self) -> f64 {
                self.0
            }
            fn wrap(value: f64) -> Self {
                Self(value)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_f64(self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::checked(f64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

/// No upper limit but finiteness.
const NON_NEGATIVE: Limits = Limits::closed(0.0, f64::MAX);
const POSITIVE: Limits = Limits::above(0.0, f64::MAX);

quantities! {
    /// Energy at the device's plug, before PUE.
    Joules, "J", NON_NEGATIVE;
    /// Energy at the facility's meter, PUE inside.
    KilowattHours, "kWh", NON_NEGATIVE;
    /// Power.
    Watts, "W", NON_NEGATIVE;
    /// Duration.
    Seconds, "s", NON_NEGATIVE;
    /// Duration in hours, the unit of training logs.
    Hours, "h", NON_NEGATIVE;
    /// Duration in years of 365.25 days.
    Years, "years", POSITIVE;
    /// Electric charge, as cells are rated.
    AmpHours, "Ah", POSITIVE;
    /// Frequency.
    Hertz, "Hz", POSITIVE;
    /// Electric potential.
    Volts, "V", POSITIVE;
    /// An amount of memory or traffic; exact below 2^53.
    Bytes, "B", NON_NEGATIVE;
    /// An amount of memory as data sheets and job logs give it, 10^9 bytes.
    Gigabytes, "GB", NON_NEGATIVE;
    /// Memory traffic a second.
    BytesPerSecond, "B/s", POSITIVE;
    /// Operations a second; a multiply-accumulate is two operations.
    OperationsPerSecond, "operation/s", POSITIVE;
    /// Power a gigabyte of memory draws.
    WattsPerGigabyte, "W/GB", NON_NEGATIVE;
    /// Mass of greenhouse gas, as CO2 equivalent.
    Grams, "gCO2e", NON_NEGATIVE;
    /// Emission factor of electricity. 1,500 g/kWh is above any grid's and any fuel's; more is a unit mistake.
    GramsPerKilowattHour, "gCO2e/kWh", Limits::closed(0.0, 1500.0);
    /// Power usage effectiveness: energy at the facility's meter over energy at the device's plug.
    Pue, "", Limits::closed(1.0, 10.0);
    /// Share of a device's peak that a program reaches.
    Utilisation, "", Limits::above(0.0, 1.0);
    /// Part of a whole that is allotted: of a machine, of a mix.
    Share, "", Limits::closed(0.0, 1.0);
    /// Share of a charge that is lost in a year.
    YearlyLoss, "", Limits { low: 0.0, low_open: false, high: 1.0, high_open: true };
    /// Share of a training step that is not the forward pass; `o = 1 / (1 - r)`.
    OverheadShare, "", Limits { low: 0.0, low_open: false, high: 1.0, high_open: true };
    /// How often something happens or how many there are; a mean may be fractional.
    Count, "", Limits::closed(0.0, 1e18);
    /// How many do or share something: devices, processors, problems.
    Multiplicity, "", Limits::closed(1.0, 1e9);
    /// A positive factor.
    Factor, "", Limits::above(0.0, 1e12);
    /// Processor cycles, or instructions where a profile counts those.
    Cycles, "cycles", NON_NEGATIVE;
}

macro_rules! products {
    ($($a:ident * $b:ident = $c:ident;)*) => {$(
        impl Mul<$b> for $a {
            type Output = $c;
            fn mul(self, other: $b) -> $c {
                $c(self.0 * other.0)
            }
        }
        impl Mul<$a> for $b {
            type Output = $c;
            fn mul(self, other: $a) -> $c {
                $c(self.0 * other.0)
            }
        }
        impl Div<$a> for $c {
            type Output = $b;
            fn div(self, other: $a) -> $b {
                $b(self.0 / other.0)
            }
        }
        impl Div<$b> for $c {
            type Output = $a;
            fn div(self, other: $b) -> $a {
                $a(self.0 / other.0)
            }
        }
    )*};
}

products! {
    Watts * Seconds = Joules;
    Hertz * Seconds = Cycles;
    KilowattHours * GramsPerKilowattHour = Grams;
    WattsPerGigabyte * Gigabytes = Watts;
    BytesPerSecond * Seconds = Bytes;
}

macro_rules! amounts {
    ($($name:ident),*) => {$(
        impl $name {
            /// None of it.
            pub const ZERO: Self = Self(0.0);
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, ratio: f64) -> Self {
                Self(self.0 * ratio)
            }
        }
    )*};
}

amounts!(Joules, KilowattHours, Watts, Seconds, Hours, Bytes, Grams, Cycles);

impl Joules {
    /// Energy at the device that a log gives in kilowatt-hours, PUE not inside.
    ///
    /// # Errors
    /// [`OutOfRange`] if the amount is negative or not finite.
    pub fn from_device_kilowatt_hours(kilowatt_hours: f64) -> Result<Self, OutOfRange> {
        Self::new(kilowatt_hours * JOULES_PER_KILOWATT_HOUR)
    }
}

impl GramsPerKilowattHour {
    /// A factor that is printed in pounds a megawatt-hour, the unit of EPA eGRID: 1 lb/MWh is 0.45359237 g/kWh.
    ///
    /// # Errors
    /// [`OutOfRange`], in g/kWh, if the factor is negative, not finite or above 1500 g/kWh.
    pub fn from_pounds_per_megawatt_hour(pounds: f64) -> Result<Self, OutOfRange> {
        Self::new(pounds * GRAMS_PER_POUND / KILOWATT_HOURS_PER_MEGAWATT_HOUR)
    }
}

impl Multiplicity {
    /// One.
    pub const ONE: Self = Self(1.0);
}

impl Share {
    /// All of it.
    pub const ALL: Self = Self(1.0);
}

impl Years {
    /// The same duration in days.
    #[must_use]
    pub fn days(self) -> f64 {
        self.0 * DAYS_PER_YEAR
    }
}

impl Seconds {
    /// The same duration in hours.
    #[must_use]
    pub fn hours(self) -> Hours {
        Hours(self.0 / SECONDS_PER_HOUR)
    }
}

impl Factor {
    /// One.
    pub const ONE: Self = Self(1.0);
}

impl Hours {
    /// The same duration in seconds.
    #[must_use]
    pub fn seconds(self) -> Seconds {
        Seconds(self.0 * SECONDS_PER_HOUR)
    }
}

impl Pue {
    /// A place without a data centre's cooling and power distribution: a board, a phone, a computer on a desk.
    pub const NONE: Self = Self(1.0);

    /// The facility's energy for a device's energy: the only way from one to the other.
    #[must_use]
    pub fn at_facility(self, device: Joules) -> KilowattHours {
        KilowattHours(device.0 * self.0 / JOULES_PER_KILOWATT_HOUR)
    }

    /// The device's energy behind a facility's meter reading, for an instrument that already applied this PUE.
    #[must_use]
    pub fn at_device(self, facility: KilowattHours) -> Joules {
        Joules(facility.0 / self.0 * JOULES_PER_KILOWATT_HOUR)
    }
}

impl OverheadShare {
    /// The factor `o = 1 / (1 - r)` from the energy of the forward passes to that of the training.
    ///
    /// [Gitzel 2023, 3.5]
    #[must_use]
    pub fn factor(self) -> f64 {
        1.0 / (1.0 - self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watt_for_a_second_is_a_joule() {
        let energy = Watts::new(3.0).unwrap() * Seconds::new(2.0).unwrap();
        assert_eq!(energy, Joules::new(6.0).unwrap());
        assert_eq!(energy / Watts::new(3.0).unwrap(), Seconds::new(2.0).unwrap());
    }

    #[test]
    fn pue_is_applied_on_the_way_from_the_device_to_the_facility() {
        let device = Joules::from_device_kilowatt_hours(2.0).unwrap();
        let pue = Pue::new(1.5).unwrap();
        assert_eq!(pue.at_facility(device), KilowattHours::new(3.0).unwrap());
        assert_eq!(pue.at_device(pue.at_facility(device)), device);
    }

    #[test]
    fn electricitymaps_1702_pounds_a_megawatt_hour_become_grams_a_kilowatt_hour() {
        // eGRID seed: CO2 and, with the GWP100 of IPCC AR5, CH4 (28) and N2O (265); 478 g/kWh without the two.
        let seed = 1052.114 + 0.088 * 28.0 + 0.012 * 265.0;
        for (pounds, grams) in [(454.1, 205.98), (465.9, 211.33), (seed, 479.79)] {
            let factor = GramsPerKilowattHour::from_pounds_per_megawatt_hour(pounds).unwrap();
            assert!((factor.value() - grams).abs() < 0.005, "{pounds} lb/MWh: {}", factor.value());
        }
        assert!(GramsPerKilowattHour::from_pounds_per_megawatt_hour(-1.0).is_err());
    }

    #[test]
    fn an_overhead_share_of_eighty_percent_is_a_factor_of_five() {
        let factor = OverheadShare::new(0.8).unwrap().factor();
        assert!((factor - 5.0).abs() < 1e-14, "{factor}");
        assert!(OverheadShare::new(1.0).is_err());
    }

    #[test]
    fn bad_numbers_name_the_value_and_the_limit() {
        for (error, text) in [
            (Pue::new(0.9).unwrap_err(), "0.9 is too small: it must be at least 1"),
            (OverheadShare::new(1.0).unwrap_err(), "1 is too large: it must be less than 1"),
            (Utilisation::new(1.2).unwrap_err(), "1.2 is too large: it must be at most 1"),
            (Utilisation::new(0.0).unwrap_err(), "0 is too small: it must be greater than 0"),
            (
                GramsPerKilowattHour::new(5000.0).unwrap_err(),
                "5000 gCO2e/kWh is too large: it must be at most 1500 gCO2e/kWh",
            ),
            (Watts::new(-5.0).unwrap_err(), "-5 W is too small: it must be at least 0 W"),
            (Watts::new(f64::NAN).unwrap_err(), "NaN is not a finite number"),
            (Watts::new(f64::INFINITY).unwrap_err(), "inf is not a finite number"),
            (Multiplicity::new(0.0).unwrap_err(), "0 is too small: it must be at least 1"),
        ] {
            assert_eq!(std::format!("{error}"), text);
        }
    }

    #[test]
    fn minus_zero_becomes_zero_so_that_digests_agree() {
        assert_eq!(Watts::new(-0.0).unwrap().value().to_bits(), 0.0_f64.to_bits());
    }
}
