//! Units of cells and headings: `(uA)`, `[W]`, `_mA`, `22.89 W`.

/// What a column holds, in SI units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    Seconds,
    Amperes,
    Volts,
    Watts,
    Coulombs,
    Joules,
}

/// A unit: what it measures, and its factor to SI.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Unit {
    pub(crate) dimension: Dimension,
    pub(crate) factor: f64,
}

const UNITS: [(&str, Dimension, f64); 13] = [
    ("A", Dimension::Amperes, 1.0),
    ("amps", Dimension::Amperes, 1.0),
    ("V", Dimension::Volts, 1.0),
    ("volts", Dimension::Volts, 1.0),
    ("W", Dimension::Watts, 1.0),
    ("watts", Dimension::Watts, 1.0),
    ("s", Dimension::Seconds, 1.0),
    ("sec", Dimension::Seconds, 1.0),
    ("seconds", Dimension::Seconds, 1.0),
    ("C", Dimension::Coulombs, 1.0),
    ("Ah", Dimension::Coulombs, 3600.0),
    ("J", Dimension::Joules, 1.0),
    ("Wh", Dimension::Joules, 3600.0),
];

const PREFIXES: [(&str, f64); 7] =
    [("", 1.0), ("m", 1e-3), ("u", 1e-6), ("µ", 1e-6), ("μ", 1e-6), ("n", 1e-9), ("k", 1e3)];

/// A unit by its symbol. Only the prefix's case means something: `mA` is written `ma` in many a heading.
pub(crate) fn parse(symbol: &str) -> Option<Unit> {
    let symbol = symbol.trim();
    PREFIXES.iter().find_map(|(prefix, scale)| {
        let rest = symbol.strip_prefix(prefix)?;
        let (_, dimension, factor) = UNITS.iter().find(|(name, _, _)| name.eq_ignore_ascii_case(rest))?;
        Some(Unit { dimension: *dimension, factor: factor * scale })
    })
}

/// A heading taken apart: its name, and its unit where it has one.
pub(crate) fn heading(text: &str) -> (String, Option<Unit>) {
    let text = text.trim();
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((name, rest)) = text.split_once(open)
            && let Some(unit) = rest.split(close).next().and_then(parse)
        {
            return (name.trim().to_owned(), Some(unit));
        }
    }
    for separator in ['_', ' ', '/', '-'] {
        if let Some((name, last)) = text.rsplit_once(separator) {
            // A single letter after a space is more often a name (`Phase A`) than a unit.
            if let Some(unit) = parse(last).filter(|_| separator != ' ' || last.chars().count() > 1) {
                return (name.trim().to_owned(), Some(unit));
            }
        }
    }
    // `amps`, `watts`, `seconds`: a unit that is a name.
    (text.to_owned(), parse(text).filter(|_| text.chars().count() > 2))
}

/// A cell that may carry its unit: `22.89 W`, `0.04782057A`.
pub(crate) fn cell(text: &str) -> (&str, Option<Unit>) {
    let text = text.trim();
    let end = text.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |at| at + 1);
    let (number, symbol) = text.split_at_checked(end).unwrap_or((text, ""));
    match parse(symbol) {
        Some(unit) if !number.is_empty() => (number.trim(), Some(unit)),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(Dimension, f64)> {
        heading(text).1.map(|unit| (unit.dimension, unit.factor))
    }

    #[test]
    fn headings_say_their_units_in_many_ways() {
        assert_eq!(of("Current(uA)"), Some((Dimension::Amperes, 1e-6)));
        assert_eq!(of("Current (µA)"), Some((Dimension::Amperes, 1e-6)));
        assert_eq!(of("power.draw [W]"), Some((Dimension::Watts, 1.0)));
        assert_eq!(of("current_ma"), Some((Dimension::Amperes, 1e-3)));
        assert_eq!(of("bus_voltage_V"), Some((Dimension::Volts, 1.0)));
        assert_eq!(of("Time(ms)"), Some((Dimension::Seconds, 1e-3)));
        assert_eq!(of("Capacity (mAh)"), Some((Dimension::Coulombs, 3.6)));
        assert_eq!(of("amps"), Some((Dimension::Amperes, 1.0)));
        for without in ["current", "Phase A", "VDD", "time", "D0-D7", "index", "v"] {
            assert_eq!(of(without), None, "{without}");
        }
    }

    #[test]
    fn cells_may_carry_their_unit() {
        assert_eq!(cell(" 22.89 W"), ("22.89", parse("W")));
        assert_eq!(cell("0.04782057A"), ("0.04782057", parse("A")));
        assert_eq!(cell("5542mW"), ("5542", parse("mW")));
        assert_eq!(cell("12.5"), ("12.5", None));
        assert_eq!(cell("[N/A]"), ("[N/A]", None));
        assert_eq!(cell("1e-3"), ("1e-3", None));
    }
}
