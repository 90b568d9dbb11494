//! A profile at another clock, between two at which it was measured.
//!
//! ```text
//! P(f) = P0 + k * f         cycles(f) likewise, for memory waits more cycles at a higher clock
//! ```
//! Two measurements give both constants, one gives neither: so one profile says nothing of another clock, and two say
//! nothing beyond their clocks, where a core's voltage or a memory's waits may change. Between them waits change in a step,
//! which is somewhere: a cost's range therefore holds both ends.

use core::fmt;

use super::{Calibrated, Cost, Counter, Evidence, KindCost, Profile};
use crate::range::Range;
use crate::sourced::Sourced;
use crate::units::{Cycles, Factor, Hertz, Quantity, Watts};

/// How far two supply voltages may be apart and be taken for one.
const SAME_VOLTS: f64 = 0.02;
/// Rounding of what was typed.
const ROUNDING: f64 = 1e-9;

/// Why two profiles say nothing of a clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClockError {
    /// One of them has no cycles by kind of layer, or none at a known clock.
    Cycles,
    /// They are not of the same board and program: the field that differs.
    Differ(&'static str),
    /// Both are of one clock, in hertz.
    Same(f64),
    /// The clock lies outside theirs, in hertz.
    Outside(f64, f64),
    /// A number beyond what a profile can hold.
    Number,
}

impl fmt::Display for ClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cycles => {
                f.write_str("both profiles must count cycles by kind of layer, at a clock that is known")
            }
            Self::Differ(field) => {
                write!(
                    f,
                    "the two profiles differ in `{field}`: they must be of one board, program and supply"
                )
            }
            Self::Same(hertz) => {
                write!(
                    f,
                    "both profiles are of {} MHz: what power does with the clock takes two",
                    hertz / 1e6
                )
            }
            Self::Outside(low, high) => write!(
                f,
                "it lies outside {} to {} MHz, at which the two profiles were measured",
                low / 1e6,
                high / 1e6
            ),
            Self::Number => f.write_str("a number at that clock is beyond what a profile can hold"),
        }
    }
}

impl core::error::Error for ClockError {}

impl Profile {
    /// The same device at a clock between this profile's and `other`'s, which is of the same board, program and supply.
    ///
    /// # Errors
    /// [`ClockError`] if they are not, or if the clock is not between theirs.
    pub fn at_clock(&self, other: &Self, clock: Hertz) -> Result<Self, ClockError> {
        let ((own, from), (others, to)) = (cycles(self)?, cycles(other)?);
        same(self, other)?;
        let share = (clock.value() - from) / (to - from);
        if !share.is_finite() {
            return Err(ClockError::Same(from));
        }
        if !(-ROUNDING..=1.0 + ROUNDING).contains(&share) {
            return Err(ClockError::Outside(from.min(to), from.max(to)));
        }
        let between = |a: f64, b: f64| a + (b - a) * share;
        let cost = |a: Cycles, b: Cycles| Cycles::wrap(between(a.value(), b.value()));
        let kinds = own.kinds.iter().zip(&others.kinds).map(|(a, b)| KindCost {
            kind: a.kind,
            per_layer: cost(a.per_layer, b.per_layer),
            per_mac: cost(a.per_mac, b.per_mac),
            per_output: cost(a.per_output, b.per_output),
            per_gathered_byte: cost(a.per_gathered_byte, b.per_gathered_byte),
            per_activation_byte: cost(a.per_activation_byte, b.per_activation_byte),
            per_weight_byte: cost(a.per_weight_byte, b.per_weight_byte),
            per_filter: cost(a.per_filter, b.per_filter),
            per_run: cost(a.per_run, b.per_run),
            per_rectified_mac: a.per_rectified_mac.zip(b.per_rectified_mac).map(|(a, b)| cost(a, b)),
            watts_ratio: Factor::wrap(between(a.watts_ratio.value(), b.watts_ratio.value())),
        });
        let watts = |a: &Option<Sourced<Watts>>, b: &Option<Sourced<Watts>>| {
            let Some((a, b)) = a.as_ref().zip(b.as_ref()) else { return Ok(None) };
            let at = |end: fn(&Range<Watts>) -> Watts| between(end(&a.range).value(), end(&b.range).value());
            let range = Range::of(at(Range::low), at(Range::mode), at(Range::high));
            Ok(Some(Sourced { range: range.map_err(|_| ClockError::Number)?, ..a.clone() }))
        };
        let (a, b) = (&own.cycles_factor.range, &others.cycles_factor.range);
        let widest = widest(own, others);
        let low = a.low().value().min(b.low().value()) / widest;
        let high = a.high().value().max(b.high().value()) * widest;
        let mode = between(a.mode().value(), b.mode().value());
        let factor = Range::of(low, mode, high).map_err(|_| ClockError::Number)?;
        let is_measured = share.abs() <= ROUNDING;
        Ok(Self {
            evidence: if is_measured { self.evidence } else { Evidence::Modelled },
            cost: Cost::Calibrated(Calibrated {
                counter: Counter::Cycles,
                clock_hertz: Some(Sourced::given(Range::exact(clock))),
                per_inference: cost(own.per_inference, others.per_inference),
                per_weight_byte: cost(own.per_weight_byte, others.per_weight_byte),
                kinds: kinds.collect(),
                cycles_factor: Sourced { range: factor, ..own.cycles_factor.clone() },
            }),
            active_watts: watts(&self.active_watts, &other.active_watts)?,
            idle_watts: watts(&self.idle_watts, &other.idle_watts)?,
            sleep_watts: watts(&self.sleep_watts, &other.sleep_watts)?,
            ..self.clone()
        })
    }
}

/// The cycles of a profile and their clock in hertz.
fn cycles(profile: &Profile) -> Result<(&Calibrated, f64), ClockError> {
    let Cost::Calibrated(calibrated) = &profile.cost else { return Err(ClockError::Cycles) };
    let clock = calibrated.clock_hertz.as_ref().filter(|_| calibrated.counter == Counter::Cycles);
    Ok((calibrated, clock.ok_or(ClockError::Cycles)?.range.mode().value()))
}

/// Whether two profiles differ in nothing but the clock.
fn same(one: &Profile, other: &Profile) -> Result<(), ClockError> {
    let volts = |profile: &Profile| profile.supply_volts.as_ref().map(|volts| volts.range.mode().value());
    let is_supply = match (volts(one), volts(other)) {
        (Some(one), Some(other)) => (one / other - 1.0).abs() <= SAME_VOLTS,
        // Without watts the supply is of no matter.
        (None, None) => one.active_watts.is_none() && other.active_watts.is_none(),
        _ => false,
    };
    let kinds = |profile: &Profile| match &profile.cost {
        Cost::Calibrated(calibrated) => calibrated.kinds.iter().map(|cost| cost.kind).collect(),
        Cost::Datasheet(_) => heapless::Vec::<_, { crate::model::work::Kind::ALL.len() }>::new(),
    };
    for (field, is_same) in [
        ("class", one.class == other.class),
        ("software", one.software == other.software),
        ("regulator", one.regulator == other.regulator),
        ("supply_volts", is_supply),
        ("kinds", kinds(one) == kinds(other)),
    ] {
        if !is_same {
            return Err(ClockError::Differ(field));
        }
    }
    Ok(())
}

/// The greatest ratio of the cycles of a multiply-accumulate, which is most of any network, between two clocks.
fn widest(one: &Calibrated, other: &Calibrated) -> f64 {
    let pairs = one.kinds.iter().zip(&other.kinds);
    let ratios = pairs.map(|(a, b)| a.per_mac.value() / b.per_mac.value()).filter(|ratio| ratio.is_normal());
    ratios.map(|ratio| ratio.max(1.0 / ratio)).fold(1.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Class, PROFILE_SCHEMA_VERSION, Regulator};
    use crate::model::work::Kind;
    use crate::sourced::text;
    use crate::units::Volts;

    /// A board whose power is 5 mW and 0.35 mW a megahertz, and whose memory waits make a MAC dearer at a higher clock.
    fn at(megahertz: f64, per_mac: f64) -> Profile {
        let watts = 0.005 + 0.35e-3 * megahertz;
        let watts = |share: f64| {
            Some(Sourced::given(
                Range::of(0.95 * watts * share, watts * share, 1.05 * watts * share).unwrap(),
            ))
        };
        let mut kind = KindCost::new(Kind::Dense);
        kind.per_mac = Cycles::wrap(per_mac);
        Profile {
            schema_version: PROFILE_SCHEMA_VERSION,
            name: text("board"),
            class: Class::Board,
            evidence: Evidence::Measured,
            software: Some(text("joulegram")),
            cost: Cost::Calibrated(Calibrated {
                counter: Counter::Cycles,
                clock_hertz: Some(Sourced::given(Range::exact(Hertz::wrap(megahertz * 1e6)))),
                per_inference: Cycles::wrap(100.0),
                per_weight_byte: Cycles::wrap(0.0),
                kinds: [kind].into_iter().collect(),
                cycles_factor: Sourced::given(Range::of(0.97, 1.0, 1.03).unwrap()),
            }),
            active_watts: watts(1.0),
            idle_watts: watts(0.3),
            sleep_watts: None,
            supply_volts: Some(Sourced::given(Range::exact(Volts::wrap(3.0)))),
            regulator: Some(Regulator::Ldo),
        }
    }

    fn hertz(megahertz: f64) -> Hertz {
        Hertz::wrap(megahertz * 1e6)
    }

    #[test]
    fn between_two_clocks_watts_and_cycles_are_on_the_line_and_modelled() {
        for (one, other) in [(at(40.0, 1.0), at(120.0, 1.2)), (at(120.0, 1.2), at(40.0, 1.0))] {
            let middle = one.at_clock(&other, hertz(80.0)).unwrap();
            let watts = middle.active_watts.unwrap().range;
            assert!((watts.mode().value() - 0.033).abs() < 1e-12 && watts.low() < watts.mode());
            assert!((middle.idle_watts.unwrap().range.mode().value() - 0.0099).abs() < 1e-12);
            assert_eq!((middle.sleep_watts, middle.evidence), (None, Evidence::Modelled));
            let Cost::Calibrated(cost) = middle.cost else { panic!("no cycles") };
            assert!((cost.kinds[0].per_mac.value() - 1.1).abs() < 1e-12);
            assert_eq!(cost.clock_hertz.unwrap().range.mode(), hertz(80.0));
            // Memory's waits change somewhere between: both ends are inside.
            let range = cost.cycles_factor.range;
            assert!(range.low().value() * 1.1 < 1.0 && range.high().value() * 1.1 > 1.2);
        }
    }

    #[test]
    fn at_its_own_clock_a_profile_is_itself_and_measured() {
        let (one, other) = (at(40.0, 1.0), at(120.0, 1.0));
        let same = one.at_clock(&other, hertz(40.0)).unwrap();
        assert_eq!((&same.active_watts, same.evidence), (&one.active_watts, Evidence::Measured));
        assert_eq!(other.at_clock(&one, hertz(40.0)).unwrap().evidence, Evidence::Modelled);
    }

    #[test]
    fn beyond_both_clocks_or_of_one_clock_nothing_is_said() {
        let (one, other) = (at(40.0, 1.0), at(120.0, 1.0));
        for outside in [39.0, 121.0, 1e9] {
            assert_eq!(one.at_clock(&other, hertz(outside)), Err(ClockError::Outside(4e7, 1.2e8)));
            assert_eq!(other.at_clock(&one, hertz(outside)), Err(ClockError::Outside(4e7, 1.2e8)));
        }
        assert_eq!(one.at_clock(&one, hertz(40.0)), Err(ClockError::Same(4e7)));
        assert_eq!(one.at_clock(&one, hertz(50.0)), Err(ClockError::Same(4e7)));
    }

    #[test]
    fn profiles_of_other_boards_programs_or_supplies_are_not_mixed() {
        let one = at(40.0, 1.0);
        let mut other = at(120.0, 1.0);
        other.software = Some(text("another"));
        assert_eq!(one.at_clock(&other, hertz(80.0)), Err(ClockError::Differ("software")));
        let mut other = at(120.0, 1.0);
        other.supply_volts = Some(Sourced::given(Range::exact(Volts::wrap(1.8))));
        assert_eq!(one.at_clock(&other, hertz(80.0)), Err(ClockError::Differ("supply_volts")));
        other.supply_volts = None;
        assert_eq!(one.at_clock(&other, hertz(80.0)), Err(ClockError::Differ("supply_volts")));
        let mut other = at(120.0, 1.0);
        if let Cost::Calibrated(cost) = &mut other.cost {
            cost.counter = Counter::Instructions;
        }
        assert_eq!(one.at_clock(&other, hertz(80.0)), Err(ClockError::Cycles));
    }
}
