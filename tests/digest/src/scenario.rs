//! A scenario with all three stages, every kind of profile cost and every shape of draw, built without tables or files.

use joulegram::device::{Calibrated, Class, Cost, Counter, Datasheet, Evidence, KindCost, Profile};
use joulegram::digest::Digest;
use joulegram::estimate::{estimate, scratch_len};
use joulegram::model::work::{Counts, Kind, LayerWork, Work};
use joulegram::plan::Plan;
use joulegram::range::Range;
use joulegram::scenario::{FinalTraining, Mode, Passes, Run, Runs, Scenario, Search, Stage, TopDown, Use};
use joulegram::site::{Gas, Site};
use joulegram::sourced::{Sourced, text};
use joulegram::units::{Cycles, Quantity, Watts};
use joulegram::{defaults, estimate};

/// Few enough that an emulator takes seconds, enough for quantiles.
const DRAWS: usize = 200;

/// The digest of the scenario's estimate; `None` if it has no estimate, which is a mistake in this file.
pub fn digest() -> Option<Digest> {
    let scenario = scenario()?;
    let plan = Plan::new(&scenario).ok()?;
    let mut scratch = [0.0; const { scratch_len(DRAWS) }];
    let estimate: estimate::Estimate<'_> = estimate(&plan, &mut scratch).ok()?;
    // The causes are no part of the result's own digest, but must be the same everywhere too.
    let causes = estimate.energy_per_inference_causes.iter().chain(&estimate.life_cycle_causes);
    Some(causes.fold(estimate.digest, |digest, cause| {
        digest.number(cause.result.low()).number(cause.result.high()).number(cause.share)
    }))
}

fn scenario() -> Option<Scenario> {
    Some(Scenario {
        mode: Mode::LifeCycle,
        work: Some(work()?),
        search: Some(Stage {
            device: Some(server()?),
            bottom_up: Some(Search { runs: Runs::Each(runs()?), shared_over: range(1.0, 2.0, 7.0)? }),
            ..stage(site("US", 380.0, 1.56)?)?
        }),
        training: Some(Stage {
            device: Some(server()?),
            device_count: exact(4.0)?,
            bottom_up: Some(Passes {
                samples: range(9e4, 1e5, 1.3e5)?,
                epochs: range(8.0, 10.0, 30.0)?,
                overhead_share: defaults::overhead_share(),
                batch: defaults::training_batch(),
                energy_per_sample_joules: None,
            }),
            top_down: Some(TopDown {
                hours: range(0.5, 0.7, 1.9)?,
                processors: exact(4.0)?,
                watts_per_processor: None,
                utilisation: range(0.3, 0.6, 0.9)?,
                memory_gigabytes: Some(exact(64.0)?),
                memory_watts_per_gigabyte: defaults::memory_watts(),
                repeats: range(1.0, 1.0, 3.0)?,
            }),
            ..stage(site("US", 380.0, 1.56)?)?
        }),
        final_training: FinalTraining::Separate,
        inference: Some(Stage {
            device: Some(board()?),
            powered: Some(exact(8760.0)?),
            bottom_up: Some(Use {
                inferences: range(1e6, 2e7, 3e7)?,
                batch: defaults::one(),
                energy_per_inference_joules: None,
            }),
            ..stage(site("DE", 344.0, 1.0)?)?
        }),
    })
}

fn work() -> Option<Work> {
    let layer = |kind, macs, outputs, weight_bytes, gathered_bytes| LayerWork {
        kind,
        counts: Counts {
            layers: 1,
            macs,
            parameters: weight_bytes,
            weight_bytes,
            activation_bytes: 2 * outputs,
            outputs,
            gathered_bytes,
            ..Counts::default()
        },
    };
    Work::of([
        layer(Kind::Conv2d, 320_000, 8_000, 2_624, 320_000),
        layer(Kind::DepthwiseConv2d, 72_000, 8_000, 640, 72_000),
        layer(Kind::PointwiseConv2d, 512_000, 8_000, 4_160, 0),
        layer(Kind::Pool, 0, 64, 0, 8_000),
        layer(Kind::Dense, 768, 12, 780, 0),
        layer(Kind::Softmax, 0, 12, 0, 0),
    ])
    .ok()
}

fn board() -> Option<Profile> {
    let mut kinds = heapless::Vec::new();
    for (kind, per_mac) in [
        (Kind::Conv2d, 1.9),
        (Kind::DepthwiseConv2d, 6.1),
        (Kind::PointwiseConv2d, 1.3),
        (Kind::Pool, 0.0),
        (Kind::Dense, 1.7),
    ] {
        let cost = KindCost {
            per_mac: Cycles::new(per_mac).ok()?,
            per_output: Cycles::new(17.3).ok()?,
            per_gathered_byte: Cycles::new(0.7).ok()?,
            ..KindCost::new(kind)
        };
        kinds.push(cost).ok()?;
    }
    let cost = Cost::Calibrated(Calibrated {
        counter: Counter::Cycles,
        clock_hertz: Some(range(119e6, 120e6, 121e6)?),
        per_inference: Cycles::new(1234.5).ok()?,
        per_weight_byte: Cycles::new(0.3).ok()?,
        kinds,
        cycles_factor: range(0.7, 1.0, 1.4)?,
    });
    Some(Profile {
        class: Class::Board,
        evidence: Evidence::Measured,
        cost,
        ..profile("board", 0.031, 0.04, 0.052)?
    })
}

fn server() -> Option<Profile> {
    let cost = Cost::Datasheet(Datasheet {
        peak_operations_per_second: range(1.1e13, 1.25e13, 1.3e13)?,
        memory_bytes_per_second: Some(exact(9e11)?),
        utilisation: range(0.05, 0.3, 0.6)?,
    });
    Some(Profile { class: Class::Server, cost, ..profile("server", 210.0, 250.0, 300.0)? })
}

fn profile(name: &str, low: f64, mode: f64, high: f64) -> Option<Profile> {
    let watts: Range<Watts> = Range::of(low, mode, high).ok()?;
    let by_hand = Profile::by_hand(text(name), watts, Range::of(1.0, 1.0, 1.0).ok()?);
    Some(Profile { idle_watts: Some(range(low / 20.0, low / 15.0, low / 7.0)?), ..by_hand })
}

fn runs() -> Option<heapless::Vec<Run, { joulegram::scenario::MAX_RUNS }>> {
    let mut runs = heapless::Vec::new();
    for (count, relative) in [(3.0, 0.5), (10.0, 1.1), (1.0, 3.0)] {
        let run = Run {
            count: Range::of(count, count, 2.0 * count).ok()?,
            samples: None,
            epochs: Some(Range::of(1.0, 2.0, 5.0).ok()?),
            overhead_share: None,
            relative_inference: Range::of(relative / 2.0, relative, relative * 2.0).ok()?,
        };
        runs.push(run).ok()?;
    }
    Some(runs)
}

fn site(name: &str, grid: f64, pue: f64) -> Option<Site> {
    Some(Site {
        name: text(name),
        grid: range(0.8 * grid, grid, 1.3 * grid)?,
        gas: Gas::Co2e,
        fallback: false,
        pue: range(1.0, pue, 1.4 * pue)?,
    })
}

fn stage<T>(site: Site) -> Option<Stage<T>> {
    Some(Stage {
        device: None,
        device_count: exact(1.0)?,
        site,
        powered: None,
        bottom_up: None,
        top_down: None,
        measured: None,
        embodied: None,
        edge: None,
        work: None,
    })
}

fn range<Q: Quantity>(low: f64, mode: f64, high: f64) -> Option<Sourced<Q>> {
    Some(Sourced::given(Range::of(low, mode, high).ok()?))
}

fn exact<Q: Quantity>(value: f64) -> Option<Sourced<Q>> {
    range(value, value, value)
}
