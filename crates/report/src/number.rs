//! Numbers as people read them: three significant digits, a prefix by size, the unit beside it.
//!
//! Nothing that isn't zero is printed as zero, and no number goes without its unit.

use joulegram::range::Range;
use joulegram::units::Quantity;

/// What stands where a number is not known: never 0.
pub const NOT_KNOWN: &str = "not known";

/// A step of a unit: its symbol, and its size in the base unit.
type Step = (&'static str, f64);

/// How a base unit is scaled for reading, smallest step first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale(&'static [Step]);

/// Joules: aJ to EJ.
pub const JOULES: Scale = Scale(&[
    ("aJ", 1e-18),
    ("fJ", 1e-15),
    ("pJ", 1e-12),
    ("nJ", 1e-9),
    ("µJ", 1e-6),
    ("mJ", 1e-3),
    ("J", 1.0),
    ("kJ", 1e3),
    ("MJ", 1e6),
    ("GJ", 1e9),
    ("TJ", 1e12),
    ("PJ", 1e15),
    ("EJ", 1e18),
]);

/// Kilowatt-hours, from `pWh` to `TWh`.
pub const KILOWATT_HOURS: Scale = Scale(&[
    ("pWh", 1e-15),
    ("nWh", 1e-12),
    ("µWh", 1e-9),
    ("mWh", 1e-6),
    ("Wh", 1e-3),
    ("kWh", 1.0),
    ("MWh", 1e3),
    ("GWh", 1e6),
    ("TWh", 1e9),
]);

/// Grams of CO2 equivalent: pg to Mt.
pub const GRAMS: Scale = Scale(&[
    ("pgCO2e", 1e-12),
    ("ngCO2e", 1e-9),
    ("µgCO2e", 1e-6),
    ("mgCO2e", 1e-3),
    ("gCO2e", 1.0),
    ("kgCO2e", 1e3),
    ("tCO2e", 1e6),
    ("ktCO2e", 1e9),
    ("MtCO2e", 1e12),
]);

/// Watts: nW to GW.
pub const WATTS: Scale =
    Scale(&[("nW", 1e-9), ("µW", 1e-6), ("mW", 1e-3), ("W", 1.0), ("kW", 1e3), ("MW", 1e6), ("GW", 1e9)]);

/// Amperes: nA to kA.
pub const AMPERES: Scale = Scale(&[("nA", 1e-9), ("µA", 1e-6), ("mA", 1e-3), ("A", 1.0), ("kA", 1e3)]);

/// Volts: µV to kV.
pub const VOLTS: Scale = Scale(&[("µV", 1e-6), ("mV", 1e-3), ("V", 1.0), ("kV", 1e3)]);

/// Ohms: mΩ to MΩ.
pub const OHMS: Scale = Scale(&[("mΩ", 1e-3), ("Ω", 1.0), ("kΩ", 1e3), ("MΩ", 1e6)]);

/// Coulombs: nC to kC.
pub const COULOMBS: Scale = Scale(&[("nC", 1e-9), ("µC", 1e-6), ("mC", 1e-3), ("C", 1.0), ("kC", 1e3)]);

/// Seconds: ns to years of 365.25 days.
pub const SECONDS: Scale = Scale(&[
    ("ns", 1e-9),
    ("µs", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("min", 60.0),
    ("h", 3600.0),
    ("days", 86_400.0),
    ("years", 31_557_600.0),
]);

/// Metres: pm to Gm.
pub const METRES: Scale = Scale(&[
    ("pm", 1e-12),
    ("nm", 1e-9),
    ("µm", 1e-6),
    ("mm", 1e-3),
    ("m", 1.0),
    ("km", 1e3),
    ("Mm", 1e6),
    ("Gm", 1e9),
]);

/// Hertz: Hz to GHz.
pub const HERTZ: Scale = Scale(&[("Hz", 1.0), ("kHz", 1e3), ("MHz", 1e6), ("GHz", 1e9)]);

/// Bytes by powers of 1,000.
pub const BYTES: Scale = Scale(&[("B", 1.0), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12)]);

/// Operations a second: op/s to Eop/s.
pub const OPERATIONS_PER_SECOND: Scale = Scale(&[
    ("op/s", 1.0),
    ("kop/s", 1e3),
    ("Mop/s", 1e6),
    ("Gop/s", 1e9),
    ("Top/s", 1e12),
    ("Pop/s", 1e15),
    ("Eop/s", 1e18),
]);

/// Bytes a second by powers of 1,000.
pub const BYTES_PER_SECOND: Scale =
    Scale(&[("B/s", 1.0), ("kB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9), ("TB/s", 1e12)]);

/// A count, by powers of 1,000.
pub const COUNT: Scale =
    Scale(&[("", 1.0), ("thousand", 1e3), ("million", 1e6), ("billion", 1e9), ("trillion", 1e12)]);

impl Scale {
    /// The scale for a unit of the core, where it has one.
    #[must_use]
    pub fn of(unit: &str) -> Option<Self> {
        Some(match unit {
            "J" => JOULES,
            "kWh" => KILOWATT_HOURS,
            "gCO2e" => GRAMS,
            "W" => WATTS,
            "s" => SECONDS,
            "Hz" => HERTZ,
            "B" => BYTES,
            "B/s" => BYTES_PER_SECOND,
            "operation/s" => OPERATIONS_PER_SECOND,
            _ => return None,
        })
    }

    /// The largest step that leaves at least 1 before the unit once the number is rounded; the smallest for less.
    fn step(self, number: f64) -> Step {
        let fits = |step: &&Step| number.abs() / step.1 >= 0.9995;
        let smallest = self.0.first().copied().unwrap_or(("", 1.0));
        self.0.iter().rev().find(fits).copied().unwrap_or(if number == 0.0 { self.base() } else { smallest })
    }

    /// The step of the base unit itself.
    fn base(self) -> Step {
        self.0.iter().find(|(_, size)| (*size - 1.0).abs() < f64::EPSILON).copied().unwrap_or(("", 1.0))
    }

    /// A number with its unit: `3.46 mJ`.
    #[must_use]
    pub fn number(self, number: f64) -> String {
        let (symbol, size) = self.step(number);
        with_unit(&significant(number / size), symbol)
    }

    /// A range with its unit: `3.46 mJ (1.43 to 7.41 mJ)`, or the number alone where it has no spread.
    #[must_use]
    pub fn range<Q: Quantity>(self, range: &Range<Q>) -> String {
        let (low, mode, high) = (range.low().value(), range.mode().value(), range.high().value());
        let mode = self.number(mode);
        if range.is_exact() { mode } else { format!("{mode} ({})", self.span(low, high)) }
    }

    /// The borders of a range: `1.43 to 7.41 mJ`.
    #[must_use]
    pub fn span(self, low: f64, high: f64) -> String {
        let (low_step, high_step) = (self.step(low), self.step(high));
        if low_step == high_step || low == 0.0 {
            let (symbol, size) = high_step;
            with_unit(&format!("{} to {}", significant(low / size), significant(high / size)), symbol)
        } else {
            format!("{} to {}", self.number(low), self.number(high))
        }
    }
}

fn with_unit(number: &str, symbol: &str) -> String {
    if symbol.is_empty() { number.to_owned() } else { format!("{number} {symbol}") }
}

/// Three significant digits without an exponent between 0.001 and a million, with one outside.
#[must_use]
pub fn significant(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return format!("{number}");
    }
    let scientific = format!("{number:.2e}");
    let exponent: i32 =
        scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    match exponent {
        -3..=1 => format!("{number:.*}", usize::try_from(2 - exponent).unwrap_or(0)),
        2..=5 => {
            let step = 10_f64.powi(exponent - 2);
            grouped((number / step).round() * step)
        }
        _ => scientific,
    }
}

/// A whole number with a comma at each thousand.
#[must_use]
pub fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0.0 { format!("-{text}") } else { text }
}

/// A count exactly, with a comma at each thousand.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count that may be huge or fractional: exact to a million, three digits and a word above.
#[must_use]
pub fn amount(number: f64) -> String {
    if number < 1e6 && (number.fract() == 0.0) { grouped(number) } else { COUNT.number(number) }
}

/// A share as a percentage: `62 %`, `0.4 %`, never `0 %` for what isn't.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent == 0.0 {
        "0 %".to_owned()
    } else if percent < 0.1 {
        "< 0.1 %".to_owned()
    } else if percent < 10.0 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use joulegram::units::Joules;

    #[test]
    fn ccf_467_tiny_amounts_keep_three_digits_and_get_a_prefix() {
        assert_eq!(GRAMS.number(1.7e-6), "1.70 µgCO2e");
        assert_eq!(GRAMS.number(1.7e-6 * 1e-15), "1.70e-9 pgCO2e");
        assert_eq!(KILOWATT_HOURS.number(4.416e-10), "442 nWh");
    }

    #[test]
    fn a_number_rounds_into_the_next_prefix() {
        assert_eq!(JOULES.number(0.999_6), "1.00 J");
        assert_eq!(JOULES.number(0.999_4), "999 mJ");
        assert_eq!(KILOWATT_HOURS.number(1_287_000.0), "1.29 GWh");
        assert_eq!(GRAMS.number(552.1e6), "552 tCO2e");
        assert_eq!(SECONDS.number(90.0), "1.50 min");
        assert_eq!(JOULES.number(0.0), "0 J");
    }

    #[test]
    fn a_range_names_its_unit_once_where_it_can() {
        let range = |low, mode, high| Range::<Joules>::of(low, mode, high).unwrap();
        assert_eq!(JOULES.range(&range(0.001_43, 0.003_46, 0.007_41)), "3.46 mJ (1.43 to 7.41 mJ)");
        assert_eq!(JOULES.range(&range(0.000_3, 0.003_46, 0.007_41)), "3.46 mJ (300 µJ to 7.41 mJ)");
        assert_eq!(JOULES.range(&range(2.0, 2.0, 2.0)), "2.00 J");
    }

    #[test]
    fn counts_are_grouped_and_huge_ones_get_a_word() {
        assert_eq!(count(2_656_768), "2,656,768");
        assert_eq!(amount(100_000.0), "100,000");
        assert_eq!(amount(2.0e7), "20.0 million");
        assert_eq!(significant(12_345.0), "12,300");
        assert_eq!(significant(1.5e9), "1.50e9");
        assert_eq!(
            (percent(0.0004), percent(0.034), percent(0.62)),
            ("< 0.1 %".into(), "3.4 %".into(), "62 %".into())
        );
    }
}
