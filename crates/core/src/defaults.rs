//! What holds where nothing is said: each a record with range, year and source.

use crate::data::pue;
use crate::device::Class;
use crate::range::Range;
use crate::sourced::{Sourced, text};
use crate::units::{
    Count, Multiplicity, OverheadShare, Pue, Quantity, Share, Utilisation, Watts, WattsPerGigabyte,
};

fn record<Q: Quantity>(low: f64, mode: f64, high: f64, year: u16, source: &str) -> Sourced<Q> {
    Sourced::recorded((low, mode, high), year, text(source))
}

/// Share of a training's energy that is not the forward pass: 80 %, `o = 5`; low is `o = 3`.
#[must_use]
pub fn overhead_share() -> Sourced<OverheadShare> {
    record(
        2.0 / 3.0,
        0.8,
        0.8,
        2023,
        "Gitzel et al. 2023, 4.4: 80 % (o = 5) on one machine with framework overhead; low: backward pass = 2 forward passes (o = 3)",
    )
}

/// Samples that share one reading of the weights in training.
#[must_use]
pub fn training_batch() -> Sourced<Multiplicity> {
    record(1.0, 32.0, 32.0, 2015, "Keras Model.fit: batch_size defaults to 32; low: one sample at a time")
}

/// Efficiency of a small mains adapter.
#[must_use]
pub fn adapter_efficiency() -> Sourced<Utilisation> {
    record(
        0.5,
        0.736,
        0.85,
        2019,
        "EU 2019/1782: least efficiency of a 5 W low-voltage adapter, 0.0834 ln 5 - 0.0014 * 5 + 0.609; low: at a small load",
    )
}

/// No-load power of a small mains adapter.
#[must_use]
pub fn adapter_idle_watts() -> Sourced<Watts> {
    record(0.02, 0.075, 0.1, 2019, "EU 2019/1782: at most 0.10 W without a load; good adapters draw 0.02 W")
}

/// Share of its lifespan that a server is busy, for embodied emissions.
#[must_use]
pub fn busy_share() -> Sourced<Utilisation> {
    record(
        0.3,
        0.45,
        0.6,
        2021,
        "Wu et al. 2021: accelerators are used 30 to 60 % of their time; mode: the middle",
    )
}

/// All of it.
#[must_use]
pub fn whole() -> Sourced<Share> {
    Sourced::given(Range::exact(Share::ALL))
}

/// Power of memory, W/GB.
#[must_use]
pub fn memory_watts() -> Sourced<WattsPerGigabyte> {
    record(
        0.08,
        0.3725,
        0.375,
        2021,
        "Green Algorithms: 0.3725 W/GB; low: measured DDR4 modules as discussed there (#91); high: codecarbon 3 W per 8 GB",
    )
}

/// PUE of the place where a device of a class usually stands: a row of [`crate::data::pue`].
#[must_use]
pub fn pue(class: Option<Class>) -> Sourced<Pue> {
    match class {
        Some(Class::Board | Class::Edge | Class::Computer) => pue::none().sourced(),
        Some(Class::Server) | None => pue::average().sourced(),
    }
}

/// A number of one, exactly.
#[must_use]
pub const fn one() -> Sourced<Multiplicity> {
    Sourced::given(Range::exact(Multiplicity::ONE))
}

/// Once.
#[must_use]
pub fn once() -> Sourced<Count> {
    Sourced::given(Range::exact(Count::wrap(1.0)))
}

/// A utilisation of one.
#[must_use]
pub fn fully_used() -> Sourced<Utilisation> {
    Sourced::given(Range::exact(Utilisation::wrap(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds<Q: Quantity>(record: &Sourced<Q>) {
        for value in [record.range.low(), record.range.mode(), record.range.high()] {
            Q::checked(value.value()).unwrap();
        }
        assert!(!record.source.is_empty());
        assert!(record.source.len() < crate::sourced::TEXT_BYTES, "cut: {}", record.source);
        assert!(record.year.is_some());
    }

    #[test]
    fn every_default_is_in_its_limits_with_year_and_source() {
        holds(&overhead_share());
        holds(&training_batch());
        holds(&memory_watts());
        holds(&busy_share());
        holds(&adapter_efficiency());
        holds(&adapter_idle_watts());
        for class in [Class::Board, Class::Edge, Class::Computer, Class::Server] {
            holds(&pue(Some(class)));
        }
        holds(&pue(None));
        assert!(!overhead_share().range.is_exact() && !pue(None).range.is_exact());
    }
}
