//! A device profile from one measured model.
//!
//! The clock is 1 GHz, so that a cycle is a nanosecond. Each kind of layer has one coefficient: its nanoseconds over its
//! MACs, over its outputs where it has no MACs, over its layers where it has neither. What the whole inference takes
//! beside its layers is `per_inference`; where the layers alone take longer (reading the clock costs time), they are
//! scaled down to the whole. So the profile gives back the measured median, and the windows' spread as its range.

use joulegram::device::{
    Calibrated, Class, Cost, Counter, Evidence, KindCost, PROFILE_SCHEMA_VERSION, Profile,
};
use joulegram::model::work::Kind;
use joulegram::range::Range;
use joulegram::sourced::{Sourced, text};
use joulegram::units::{Cycles, Factor, Hertz, Quantity};

use super::{Measurement, MeterKind};
use crate::network::Network;

/// Cycles a second: a cycle is a nanosecond.
const CLOCK_HERTZ: f64 = 1e9;

impl Measurement {
    /// The profile of the machine that was measured, called `name`; `None` without layers' times.
    #[must_use]
    pub fn profile(&self, name: &str, network: &Network, year: Option<u16>) -> Option<Profile> {
        let seconds = self.seconds_spread;
        let layers: f64 = self.layers.iter().map(|layer| layer.seconds.mode().value()).sum();
        let scale = (seconds.median / layers).min(1.0);
        let beside = (seconds.median - layers).max(0.0);
        let mut kinds = Vec::with_capacity(Kind::ALL.len());
        for kind in Kind::ALL {
            let own = self.layers.iter().filter(|layer| layer.work.kind == kind.name());
            let own: f64 = own.map(|layer| layer.seconds.mode().value()).sum();
            let counts = network.work.kind(kind);
            let each = |count: u64| Cycles::checked(own * scale * CLOCK_HERTZ / count as f64).ok();
            let mut cost = KindCost::new(kind);
            match (counts.layers, counts.macs, counts.outputs) {
                (0, ..) => continue,
                (layers, 0, 0) => cost.per_layer = each(layers)?,
                (_, 0, outputs) => cost.per_output = each(outputs)?,
                (_, macs, _) => cost.per_mac = each(macs)?,
            }
            kinds.push(cost);
        }
        let source = text(&format!(
            "joulegram measure of {} on {}: {} windows, meter {}",
            self.name,
            self.machine.processor.as_deref().unwrap_or(&self.machine.architecture),
            self.windows.len(),
            self.meter.name(),
        ));
        let has_meter = self.watts.is_some() && self.meter != MeterKind::Given;
        let factor: Range<Factor> =
            super::range(seconds.minimum / seconds.median, 1.0, seconds.maximum / seconds.median)?;
        Some(Profile {
            schema_version: PROFILE_SCHEMA_VERSION,
            name: text(name),
            class: Class::Computer,
            evidence: if has_meter { Evidence::Measured } else { Evidence::Modelled },
            software: Some(text(&format!(
                "joulegram {} on {}, rounding {}",
                env!("CARGO_PKG_VERSION"),
                self.machine.architecture,
                self.rounding_name()
            ))),
            cost: Cost::Calibrated(Calibrated {
                counter: Counter::Cycles,
                clock_hertz: Some(Sourced {
                    range: Range::exact(Hertz::wrap(CLOCK_HERTZ)),
                    year,
                    source: text("by convention: cycles are nanoseconds here"),
                }),
                per_inference: Cycles::checked(beside * CLOCK_HERTZ).ok()?,
                per_weight_byte: Cycles::wrap(0.0),
                kinds: kinds.into_iter().collect(),
                cycles_factor: Sourced { range: factor, year, source: source.clone() },
            }),
            active_watts: self.watts.map(|range| Sourced {
                range,
                year,
                // A value without a source is one that the user gave.
                source: if has_meter { source } else { text("") },
            }),
            idle_watts: None,
            sleep_watts: None,
            supply_volts: None,
            regulator: None,
        })
    }
}
