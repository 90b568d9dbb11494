//! Scenarios to vary. One inference of the network takes the machine 2 ms and 0.2 J.

use crate::defaults;
use crate::device::{Calibrated, Cost, Counter, Evidence, KindCost, Profile};
use crate::model::work::{Counts, Kind, LayerWork, Work};
use crate::range::Range;
use crate::scenario::{FinalTraining, Mode, Passes, Run, Runs, Scenario, Search, Stage, TopDown, Use};
use crate::site::{Gas, Site};
use crate::sourced::{Sourced, text};
use crate::units::{Cycles, Quantity};

pub(crate) fn exact<Q: Quantity>(value: f64) -> Sourced<Q> {
    range(value, value, value)
}

pub(crate) fn range<Q: Quantity>(low: f64, mode: f64, high: f64) -> Sourced<Q> {
    Sourced::given(Range::of(low, mode, high).unwrap())
}

/// A place with exact numbers.
pub(crate) fn site(name: &str, grid: f64, pue: f64) -> Site {
    Site { name: text(name), grid: exact(grid), gas: Gas::Co2e, fallback: false, pue: exact(pue) }
}

/// 100 W, 10^9 operations a second, 10 W idle.
pub(crate) fn machine(name: &str) -> Profile {
    let by_hand = Profile::by_hand(text(name), exact(100.0).range, exact(1e9).range);
    Profile { class: crate::device::Class::Server, idle_watts: Some(exact(10.0)), ..by_hand }
}

/// A profile that prices dense layers only.
pub(crate) fn calibrated(counter: Counter, evidence: Evidence) -> Profile {
    let mut kinds = heapless::Vec::new();
    kinds.push(KindCost { per_mac: Cycles::wrap(2.0), ..KindCost::new(Kind::Dense) }).unwrap();
    let cost = Cost::Calibrated(Calibrated {
        counter,
        clock_hertz: Some(exact(1e9)),
        per_inference: Cycles::ZERO,
        per_weight_byte: Cycles::ZERO,
        kinds,
        cycles_factor: exact(1.0),
    });
    Profile { cost, evidence, ..machine("calibrated") }
}

/// A million multiply-accumulates in a layer of each kind.
pub(crate) fn network(kinds: &[Kind]) -> Work {
    Work::of(
        kinds.iter().map(|&kind| LayerWork {
            kind,
            counts: Counts { layers: 1, macs: 1_000_000, ..Counts::default() },
        }),
    )
    .unwrap()
}

/// A stage on the machine, at a place of 400 g/kWh.
pub(crate) fn stage<T>(bottom_up: T) -> Stage<T> {
    Stage {
        device: Some(machine("machine")),
        device_count: defaults::one(),
        site: site("here", 400.0, 1.5),
        powered: None,
        bottom_up: Some(bottom_up),
        top_down: None,
        measured: None,
        embodied: None,
        edge: None,
        work: None,
    }
}

/// 1,000 samples, 10 epochs, `o = 2`: 4,000 J.
pub(crate) fn passes() -> Passes {
    Passes {
        samples: exact(1000.0),
        epochs: exact(10.0),
        overhead_share: exact(0.5),
        batch: defaults::one(),
        energy_per_sample_joules: None,
    }
}

pub(crate) fn uses(inferences: f64) -> Use {
    Use { inferences: exact(inferences), batch: defaults::one(), energy_per_inference_joules: None }
}

pub(crate) fn like_training(runs: f64) -> Search {
    Search { runs: Runs::LikeTraining(exact(runs)), shared_over: defaults::one() }
}

pub(crate) fn each(runs: &[Run]) -> Search {
    Search { runs: Runs::Each(runs.iter().copied().collect()), shared_over: defaults::one() }
}

/// One run that takes all from the training.
pub(crate) fn run() -> Run {
    Run {
        count: Range::of(1.0, 1.0, 1.0).unwrap(),
        samples: None,
        epochs: None,
        overhead_share: None,
        relative_inference: Range::of(1.0, 1.0, 1.0).unwrap(),
    }
}

/// One hour of two processors at half of 500 W: 1,800 kJ.
pub(crate) fn top_down() -> TopDown {
    TopDown {
        hours: exact(1.0),
        processors: exact(2.0),
        watts_per_processor: Some(exact(500.0)),
        utilisation: exact(0.5),
        memory_gigabytes: None,
        memory_watts_per_gigabyte: defaults::memory_watts(),
        repeats: exact(1.0),
    }
}

/// A search of five trainings, the training, a million inferences; all numbers exact.
pub(crate) fn life() -> Scenario {
    Scenario {
        mode: Mode::LifeCycle,
        work: Some(network(&[Kind::Dense])),
        search: Some(stage(like_training(5.0))),
        training: Some(stage(passes())),
        final_training: FinalTraining::Separate,
        inference: Some(stage(uses(1e6))),
    }
}

/// The same with ranges for watts, samples, inferences and grid.
pub(crate) fn uncertain_life() -> Scenario {
    let mut life = life();
    let grid = range(300.0, 400.0, 600.0);
    let device = Profile { active_watts: Some(range(80.0, 100.0, 150.0)), ..machine("machine") };
    if let Scenario { search: Some(search), training: Some(training), inference: Some(inference), .. } =
        &mut life
    {
        search.site.grid = grid.clone();
        training.site.grid = grid.clone();
        inference.site.grid = grid;
        search.device = Some(device.clone());
        training.device = Some(device.clone());
        inference.device = Some(device);
        training.bottom_up = Some(Passes { samples: range(900.0, 1000.0, 1500.0), ..passes() });
        inference.bottom_up = Some(Use { inferences: range(5e5, 1e6, 3e6), ..uses(1e6) });
    }
    life
}
