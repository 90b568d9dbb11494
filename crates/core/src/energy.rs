//! The energy of one forward pass on a device, before PUE: the function `f` of `I = f(M, PT) * PUE`. [Gitzel 2023, 3.4]
//!
//! Work and coefficients are exact, rates are uncertain. So the work is priced once ([`Demand`]) and the rates are put
//! in as often as they are drawn ([`Demand::pass`]). The formulas stand in [`crate::device`].

use crate::device::{Calibrated, Cost, Counter, KindCost, Profile};
use crate::model::work::{Counts, Kind, LayerWork, Work};
use crate::units::{
    Bytes, BytesPerSecond, Cycles, Factor, Hertz, Joules, Multiplicity, OperationsPerSecond, Quantity,
    Seconds, Utilisation, Watts,
};

/// What a network, or one layer of it, demands of a device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    amount: Amount,
    /// Layers that the profile can't price: their cost is not in the amount, so what follows is a lower bound.
    pub unpriced_layers: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Amount {
    /// Cycles, and the same weighted with each kind's watts over the profile's.
    Cycles { counter: Counter, cycles: Cycles, weighted: Cycles },
    /// Operations, and bytes moved: weights once a batch, activations once a sample.
    Rates { operations: f64, weights: Bytes, activations: Bytes },
}

/// The rates of a device: each a most likely or a drawn value of its profile.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// True cycles over predicted ones.
    pub cycles_factor: Option<Factor>,
    /// Clock.
    pub clock: Option<Hertz>,
    /// Peak operations a second.
    pub peak: Option<OperationsPerSecond>,
    /// Memory bandwidth.
    pub bandwidth: Option<BytesPerSecond>,
    /// Share of the peak that is reached.
    pub utilisation: Option<Utilisation>,
    /// Power while computing.
    pub active_watts: Option<Watts>,
    /// Samples that share one reading of the weights; one if not given.
    pub batch: Option<Multiplicity>,
}

/// What one forward pass of one sample takes; `None` is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pass {
    /// Processor cycles.
    pub cycles: Option<Cycles>,
    /// Instructions, of a profile that counts those.
    pub instructions: Option<Cycles>,
    /// Time on one device.
    pub seconds: Option<Seconds>,
    /// Energy at the device.
    pub joules: Option<Joules>,
}

impl Demand {
    /// The demand of a whole network, with what an inference takes beside its layers.
    #[must_use]
    pub fn of_network(profile: &Profile, work: &Work) -> Self {
        let per_inference = match &profile.cost {
            Cost::Calibrated(calibrated) => calibrated.per_inference,
            Cost::Datasheet(_) => Cycles::wrap(0.0),
        };
        let start = Self::of_nothing(profile, per_inference);
        work.kinds().fold(start, |sum, layer| sum.plus(Self::of_layer(profile, layer)))
    }

    /// The demand of one layer, or of all layers of a kind.
    #[must_use]
    pub fn of_layer(profile: &Profile, layer: LayerWork) -> Self {
        let LayerWork { kind, counts } = layer;
        if kind == Kind::Unknown {
            return Self { unpriced_layers: counts.layers, ..Self::of_nothing(profile, Cycles::wrap(0.0)) };
        }
        match &profile.cost {
            Cost::Calibrated(calibrated) => Self::of_calibrated(profile, calibrated, kind, &counts),
            Cost::Datasheet(_) => Self {
                amount: Amount::Rates {
                    operations: 2.0 * counts.macs as f64,
                    weights: Bytes::wrap(counts.weight_bytes as f64),
                    activations: Bytes::wrap(counts.activation_bytes as f64),
                },
                unpriced_layers: 0,
            },
        }
    }

    fn of_calibrated(profile: &Profile, calibrated: &Calibrated, kind: Kind, counts: &Counts) -> Self {
        let Some(cost) = calibrated.kinds.iter().find(|cost| cost.kind == kind) else {
            return Self { unpriced_layers: counts.layers, ..Self::of_nothing(profile, Cycles::wrap(0.0)) };
        };
        let layers = layer_cycles(cost, counts);
        let weights = calibrated.per_weight_byte * counts.weight_bytes as f64;
        Self {
            amount: Amount::Cycles {
                counter: calibrated.counter,
                cycles: layers + weights,
                weighted: layers * cost.watts_ratio.value() + weights,
            },
            unpriced_layers: 0,
        }
    }

    fn of_nothing(profile: &Profile, cycles: Cycles) -> Self {
        let amount = match &profile.cost {
            Cost::Calibrated(Calibrated { counter, .. }) => {
                Amount::Cycles { counter: *counter, cycles, weighted: cycles }
            }
            Cost::Datasheet(_) => {
                Amount::Rates { operations: 0.0, weights: Bytes::wrap(0.0), activations: Bytes::wrap(0.0) }
            }
        };
        Self { amount, unpriced_layers: 0 }
    }

    fn plus(self, other: Self) -> Self {
        let amount = match (self.amount, other.amount) {
            (
                Amount::Cycles { counter, cycles, weighted },
                Amount::Cycles { cycles: more_cycles, weighted: more_weighted, .. },
            ) => Amount::Cycles { counter, cycles: cycles + more_cycles, weighted: weighted + more_weighted },
            (
                Amount::Rates { operations, weights, activations },
                Amount::Rates {
                    operations: more_operations,
                    weights: more_weights,
                    activations: more_activations,
                },
            ) => Amount::Rates {
                operations: operations + more_operations,
                weights: weights + more_weights,
                activations: activations + more_activations,
            },
            // Both sides come from one profile, so they are of one sort.
            (amount, _) => amount,
        };
        Self { amount, unpriced_layers: self.unpriced_layers.saturating_add(other.unpriced_layers) }
    }

    /// Whether not one layer has a price: then the pass is not known, and not zero.
    #[must_use]
    pub fn is_not_known(&self) -> bool {
        self.unpriced_layers > 0
            && match self.amount {
                Amount::Cycles { cycles, .. } => cycles.value() <= 0.0,
                Amount::Rates { operations, weights, activations } => {
                    operations <= 0.0 && weights.value() <= 0.0 && activations.value() <= 0.0
                }
            }
    }

    /// One forward pass at the given rates; what a rate is missing for is not known.
    #[must_use]
    pub fn pass(&self, rates: &Rates) -> Pass {
        if self.is_not_known() {
            return Pass::default();
        }
        match self.amount {
            Amount::Cycles { counter, cycles, weighted } => {
                let factor = rates.cycles_factor.map_or(1.0, Factor::value);
                let counted = cycles * factor;
                match counter {
                    // An instruction is no time, and an emulator draws no power of the board's.
                    Counter::Instructions => Pass { instructions: Some(counted), ..Pass::default() },
                    Counter::Cycles => Pass {
                        cycles: Some(counted),
                        instructions: None,
                        seconds: rates.clock.map(|clock| counted / clock),
                        joules: rates
                            .clock
                            .zip(rates.active_watts)
                            .map(|(clock, watts)| watts * (weighted * factor / clock)),
                    },
                }
            }
            Amount::Rates { operations, weights, activations } => {
                let batch = rates.batch.map_or(1.0, Multiplicity::value);
                let moved = weights * (1.0 / batch) + activations;
                // Moving alone takes time that only a bandwidth can tell.
                let is_known = operations > 0.0 || moved.value() <= 0.0 || rates.bandwidth.is_some();
                let speed = rates.peak.zip(rates.utilisation).filter(|_| is_known);
                let seconds = speed.map(|(peak, utilisation)| {
                    let computing = operations / peak.value();
                    let moving = rates.bandwidth.map_or(0.0, |bandwidth| (moved / bandwidth).value());
                    Seconds::wrap((computing + moving) / utilisation.value())
                });
                Pass {
                    cycles: None,
                    instructions: None,
                    seconds,
                    joules: seconds.zip(rates.active_watts).map(|(seconds, watts)| watts * seconds),
                }
            }
        }
    }
}

/// Cycles of layers of one kind, weight bytes apart.
fn layer_cycles(cost: &KindCost, counts: &Counts) -> Cycles {
    let macs = match cost.per_rectified_mac {
        Some(rectified) => {
            let others = counts.macs.saturating_sub(counts.rectified_macs);
            cost.per_mac * others as f64 + rectified * counts.rectified_macs as f64
        }
        None => cost.per_mac * counts.macs as f64,
    };
    cost.per_layer * counts.layers as f64
        + macs
        + cost.per_output * counts.outputs as f64
        + cost.per_gathered_byte * counts.gathered_bytes as f64
        + cost.per_activation_byte * counts.activation_bytes as f64
        + cost.per_weight_byte * counts.weight_bytes as f64
        + cost.per_filter * counts.filters as f64
        + cost.per_run * counts.runs as f64
}

impl Rates {
    /// The most likely rates of a profile, for a batch of one.
    #[must_use]
    pub fn most_likely(profile: &Profile) -> Self {
        let active_watts = profile.active_watts.as_ref().map(|watts| watts.range.mode());
        match &profile.cost {
            Cost::Calibrated(calibrated) => Self {
                cycles_factor: Some(calibrated.cycles_factor.range.mode()),
                clock: calibrated.clock_hertz.as_ref().map(|clock| clock.range.mode()),
                active_watts,
                ..Self::default()
            },
            Cost::Datasheet(datasheet) => Self {
                peak: Some(datasheet.peak_operations_per_second.range.mode()),
                bandwidth: datasheet.memory_bytes_per_second.as_ref().map(|bandwidth| bandwidth.range.mode()),
                utilisation: Some(datasheet.utilisation.range.mode()),
                active_watts,
                ..Self::default()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Class, Evidence};
    use crate::range::Range;
    use crate::sourced::{Sourced, text};

    fn board() -> Profile {
        let exact = |value| Sourced::given(Range::exact(value));
        let mut kinds = heapless::Vec::new();
        kinds
            .push(KindCost {
                per_mac: Cycles::wrap(2.0),
                per_layer: Cycles::wrap(100.0),
                ..KindCost::new(Kind::Dense)
            })
            .unwrap();
        kinds
            .push(KindCost {
                per_mac: Cycles::wrap(3.0),
                per_output: Cycles::wrap(5.0),
                watts_ratio: Factor::wrap(1.1),
                ..KindCost::new(Kind::Conv2d)
            })
            .unwrap();
        Profile {
            cost: Cost::Calibrated(Calibrated {
                counter: Counter::Cycles,
                clock_hertz: Some(Sourced::given(Range::exact(Hertz::wrap(1e6)))),
                per_inference: Cycles::wrap(1000.0),
                per_weight_byte: Cycles::wrap(0.5),
                kinds,
                cycles_factor: exact(Factor::wrap(1.0)),
            }),
            class: Class::Board,
            evidence: Evidence::Measured,
            ..Profile::by_hand(
                text("board"),
                Range::exact(Watts::wrap(0.04)),
                Range::exact(OperationsPerSecond::wrap(1.0)),
            )
        }
    }

    fn layer(kind: Kind, macs: u64, outputs: u64, weight_bytes: u64) -> LayerWork {
        LayerWork { kind, counts: Counts { layers: 1, macs, outputs, weight_bytes, ..Counts::default() } }
    }

    #[test]
    fn mltk_2_a_calibrated_pass_is_the_sum_of_its_terms() {
        let (dense, conv) = (layer(Kind::Dense, 1000, 10, 1000), layer(Kind::Conv2d, 2000, 100, 200));
        let profile = board();
        let demand = Demand::of_network(&profile, &Work::of([dense, conv]).unwrap());
        let pass = demand.pass(&Rates::most_likely(&profile));
        let (dense, conv) = (100.0 + 2000.0 + 500.0, 6000.0 + 500.0 + 100.0);
        assert_eq!(pass.cycles.unwrap().value(), 1000.0 + dense + conv);
        let seconds: f64 = (1000.0 + dense + conv) / 1e6;
        assert!((pass.seconds.unwrap().value() / seconds - 1.0).abs() < 1e-15);
        let joules: f64 = 0.04 * (1000.0 + dense + 6500.0 * 1.1 + 100.0) / 1e6;
        assert!((pass.joules.unwrap().value() / joules - 1.0).abs() < 1e-15);
        assert_eq!(demand.unpriced_layers, 0);
    }

    #[test]
    fn a_kind_that_the_profile_does_not_price_is_counted_as_unpriced() {
        let profile = board();
        let work = Work::of([layer(Kind::MatMul, 5, 1, 0), layer(Kind::Unknown, 0, 0, 0)]).unwrap();
        assert_eq!(Demand::of_network(&profile, &work).unpriced_layers, 2);
    }

    #[test]
    fn moving_without_a_bandwidth_is_not_known_instead_of_free() {
        let watts = Range::exact(Watts::wrap(10.0));
        let profile =
            Profile::by_hand(text("by hand"), watts, Range::exact(OperationsPerSecond::wrap(1000.0)));
        let counts = Counts { layers: 1, activation_bytes: 64, ..Counts::default() };
        let demand = Demand::of_layer(&profile, LayerWork { kind: Kind::Pool, counts });
        assert_eq!(demand.pass(&Rates::most_likely(&profile)), Pass::default());
    }

    #[test]
    fn without_watts_there_are_seconds_and_no_joules() {
        let profile = Profile { active_watts: None, ..board() };
        let work = Work::of([layer(Kind::Dense, 10, 1, 0)]).unwrap();
        let pass = Demand::of_network(&profile, &work).pass(&Rates::most_likely(&profile));
        assert!(pass.seconds.is_some());
        assert_eq!(pass.joules, None);
    }

    #[test]
    fn a_data_sheet_pass_adds_computing_and_moving_and_shares_weights_over_a_batch() {
        let mut profile = Profile::by_hand(
            text("by hand"),
            Range::exact(Watts::wrap(10.0)),
            Range::exact(OperationsPerSecond::wrap(1000.0)),
        );
        if let Cost::Datasheet(sheet) = &mut profile.cost {
            sheet.memory_bytes_per_second = Some(Sourced::given(Range::exact(BytesPerSecond::wrap(100.0))));
            sheet.utilisation = Sourced::given(Range::exact(Utilisation::wrap(0.5)));
        }
        let demand = Demand::of_network(&profile, &Work::of([layer(Kind::Dense, 500, 1, 400)]).unwrap());
        let rates = Rates::most_likely(&profile);
        assert_eq!(demand.pass(&rates).seconds.unwrap().value(), (1.0 + 4.0) / 0.5);
        let batched = Rates { batch: Some(Multiplicity::wrap(4.0)), ..rates };
        assert_eq!(demand.pass(&batched).joules.unwrap().value(), 10.0 * (1.0 + 1.0) / 0.5);
    }
}
