use super::*;
use crate::device::{Counter, Profile};
use crate::model::work::Kind;
use crate::plan::tests::samples::*;
use crate::plan::{MAX_INPUTS, What};
use crate::scenario::{Passes, Run, TopDown, Use};
use crate::sourced::Sourced;

/// Miri is a thousand times slower: there the code is run, not the statistics.
const MANY: usize = if cfg!(miri) { LEAST_DRAWS } else { 10_000 };
const FEW: usize = if cfg!(miri) { LEAST_DRAWS } else { 2_000 };

/// What a test looks at, without the plan that it was borrowed from.
struct Answer {
    ranges: std::vec::Vec<Option<(f64, f64, f64)>>,
    digest: Digest,
    causes: std::vec::Vec<(What, f64)>,
    warnings: std::vec::Vec<Warning>,
    is_lower_bound: bool,
    evidence: [Option<Evidence>; 3],
}

impl Answer {
    fn of(scenario: &Scenario, draws: usize) -> Result<Self, PlanError> {
        let plan = Plan::new(scenario)?;
        let mut scratch = std::vec![0.0; scratch_len(draws)];
        let estimate = estimate(&plan, &mut scratch)?;
        let ranges = Ranges::new(&plan.most_likely(), &scratch, draws)?;
        let ranges = Rung::ALL.map(|rung| {
            let range: Option<Range<f64>> = ranges.of(rung).unwrap();
            range.map(|range| (range.low(), range.mode(), range.high()))
        });
        Ok(Self {
            ranges: ranges.into(),
            digest: estimate.digest,
            causes: estimate.life_cycle_causes.iter().map(|cause| (cause.input.what, cause.share)).collect(),
            warnings: estimate.warnings.iter().cloned().collect(),
            is_lower_bound: estimate.life_cycle.is_lower_bound,
            evidence: estimate.stages.map(|stage| stage.evidence),
        })
    }

    fn range(&self, rung: Rung) -> (f64, f64, f64) {
        self.ranges[rung as usize].unwrap()
    }
}

fn answer(scenario: &Scenario) -> Answer {
    Answer::of(scenario, LEAST_DRAWS).unwrap()
}

/// One stage of inferences on a device.
fn inferences(device: Profile) -> Scenario {
    let inference = Stage { device: Some(device), ..stage(uses(1e6)) };
    Scenario { search: None, training: None, inference: Some(inference), ..life() }
}

fn warned(scenario: &Scenario, warning: &Warning) -> bool {
    let answer = answer(scenario);
    answer.is_lower_bound && answer.warnings.contains(warning)
}

#[test]
#[cfg_attr(miri, ignore = "several estimates take minutes, and the other tests run the same code")]
fn every_range_is_finite_and_contains_the_most_likely_value() {
    let answer = Answer::of(&uncertain_life(), FEW).unwrap();
    for (low, mode, high) in answer.ranges.iter().flatten() {
        assert!(0.0 <= *low && low <= mode && mode <= high && high.is_finite());
    }
    let (low, mode, high) = answer.range(Rung::LifeGrams);
    assert!(low < mode && mode < high);
}

#[test]
fn exact_inputs_give_exact_results_without_causes() {
    let answer = answer(&life());
    assert!(answer.ranges.iter().flatten().all(|(low, mode, high)| low == mode && mode == high));
    assert!(answer.causes.is_empty());
}

#[test]
fn a_shared_grid_factor_widens_the_total_as_one_variable_does() {
    // Only the grid varies, so the total's quantiles are those of its triangle, times the energy. Three variables of
    // their own would partly cancel.
    let mut life = life();
    let grid: Sourced<_> = range(300.0, 400.0, 600.0);
    life.search.as_mut().unwrap().site.grid = grid.clone();
    life.training.as_mut().unwrap().site.grid = grid.clone();
    life.inference.as_mut().unwrap().site.grid = grid.clone();
    let (low, mode, high) = Answer::of(&life, MANY).unwrap().range(Rung::LifeGrams);
    let shape = What::Grid.shape();
    for (got, share) in [(low, 0.05), (high, 0.95)] {
        let want = mode / 400.0 * shape.quantile(&grid.range, share);
        assert!(cfg!(miri) || (got / want - 1.0).abs() < 0.01, "{got} {want}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "several estimates take minutes, and the other tests run the same code")]
fn causes_are_ordered_uncertain_and_at_most_the_whole() {
    let answer = answer(&uncertain_life());
    let shares: std::vec::Vec<f64> = answer.causes.iter().map(|(_, share)| *share).collect();
    assert!(shares.is_sorted_by(|a, b| a >= b) && shares.iter().sum::<f64>() <= 1.0 + 1e-12, "{shares:?}");
    assert_eq!(answer.causes[0].0, What::Inferences);
    // Epochs, overhead share and PUE are exact.
    let uncertain = [What::Inferences, What::Grid, What::ActiveWatts, What::Samples];
    assert!(answer.causes.iter().all(|(what, _)| uncertain.contains(what)), "{:?}", answer.causes);
    assert_eq!(answer.causes.len(), uncertain.len());
}

#[test]
fn swings_whose_squares_overflow_still_have_shares() {
    let mut life = inferences(machine("machine"));
    let per_inference = Some(range(1e199, 1e200, 1e201));
    life.inference.as_mut().unwrap().bottom_up =
        Some(Use { energy_per_inference_joules: per_inference, ..uses(1.0) });
    assert_eq!(answer(&life).causes, [(What::EnergyPerInference, 1.0)]);
}

#[test]
#[cfg_attr(miri, ignore = "quantiles need draws")]
fn more_draws_converge() {
    let life = uncertain_life();
    let (few, many) = (Answer::of(&life, FEW).unwrap(), Answer::of(&life, MANY).unwrap());
    for rung in [Rung::EnergyPerInference, Rung::LifeKilowattHours, Rung::LifeGrams, Rung::BreakEven] {
        let ((low, _, high), (other_low, _, other_high)) = (few.range(rung), many.range(rung));
        assert!((low / other_low - 1.0).abs() < 0.05 && (high / other_high - 1.0).abs() < 0.05, "{rung:?}");
    }
}

/// Share of a triangle below `x`.
fn triangle_below((low, mode, high): (f64, f64, f64), x: f64) -> f64 {
    if x <= low {
        0.0
    } else if x <= mode {
        (x - low).powi(2) / ((high - low) * (mode - low))
    } else if x < high {
        1.0 - (high - x).powi(2) / ((high - low) * (high - mode))
    } else {
        1.0
    }
}

#[test]
#[cfg_attr(miri, ignore = "quantiles need draws")]
fn a_product_of_two_triangles_has_the_quantiles_that_integration_gives() {
    let (watts, counts) = ((80.0, 100.0, 150.0), (5e5, 1e6, 3e6));
    let mut life =
        inferences(Profile { active_watts: Some(range(watts.0, watts.1, watts.2)), ..machine("machine") });
    life.inference.as_mut().unwrap().bottom_up =
        Some(Use { inferences: range(counts.0, counts.1, counts.2), ..uses(1.0) });
    // P(x y <= z): over steps of x, the step's share times the share of y below z / x.
    let below = |z: f64| {
        let steps = 2000;
        let at = |step: i32| watts.0 + (watts.2 - watts.0) * f64::from(step) / f64::from(steps);
        let part = |step: i32| triangle_below(watts, at(step + 1)) - triangle_below(watts, at(step));
        let middle = |step: i32| f64::midpoint(at(step), at(step + 1));
        (0..steps).map(|step| part(step) * triangle_below(counts, z / middle(step))).sum::<f64>()
    };
    let quantile = |share: f64| {
        let (mut low, mut high) = (watts.0 * counts.0, watts.2 * counts.2);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if below(middle) < share { low = middle } else { high = middle }
        }
        low
    };
    let (low, mode, high) = Answer::of(&life, MANY).unwrap().range(Rung::InferenceJoules);
    // Each inference takes 2 ms.
    assert!((mode / (100.0 * 1e6 * 0.002) - 1.0).abs() < 1e-12);
    for (got, share) in [(low, 0.05), (high, 0.95)] {
        let want = quantile(share) * 0.002;
        assert!((got / want - 1.0).abs() < 0.02, "{share}: {got} {want}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "a dozen estimates take minutes, and the other tests run the same code")]
fn the_same_scenario_has_the_same_digest_and_another_number_another() {
    let digest = |life: &Scenario| answer(life).digest;
    let base = digest(&uncertain_life());
    assert_eq!(base, digest(&uncertain_life()));
    assert_ne!(base, Answer::of(&uncertain_life(), LEAST_DRAWS + 1).unwrap().digest);
    let changes: [fn(&mut Scenario); 9] = [
        |life| life.inference.as_mut().unwrap().site.grid = range(300.0, 400.0, 600.1),
        |life| life.search.as_mut().unwrap().site.pue = exact(1.500_000_1),
        |life| life.training.as_mut().unwrap().bottom_up.as_mut().unwrap().epochs = exact(11.0),
        |life| life.training.as_mut().unwrap().bottom_up.as_mut().unwrap().overhead_share = exact(0.51),
        |life| life.inference.as_mut().unwrap().bottom_up = Some(uses(1e6)),
        |life| life.search.as_mut().unwrap().bottom_up = Some(like_training(6.0)),
        |life| life.inference.as_mut().unwrap().powered = Some(exact(9000.0)),
        |life| life.inference.as_mut().unwrap().device = Some(machine("machine")),
        |life| life.final_training = crate::scenario::FinalTraining::IncludedInSearch,
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut life = uncertain_life();
        change(&mut life);
        assert_ne!(digest(&life), base, "change {index}");
    }
}

#[test]
fn too_few_draws_are_an_error() {
    let error = Answer::of(&life(), LEAST_DRAWS - 1).map(|_| ());
    assert_eq!(error, Err(PlanError::TooFewDraws { given: LEAST_DRAWS - 1, least: LEAST_DRAWS }));
}

#[test]
fn a_result_that_overflows_is_an_error() {
    let mut life = life();
    life.training.as_mut().unwrap().bottom_up = Some(Passes {
        samples: exact(1e18),
        epochs: exact(1e18),
        energy_per_sample_joules: Some(exact(1e300)),
        ..passes()
    });
    assert_eq!(Answer::of(&life, LEAST_DRAWS).map(|_| ()), Err(PlanError::NotFinite));
}

#[test]
fn a_stage_that_is_not_given_is_not_known_and_not_zero() {
    let answer = answer(&inferences(machine("machine")));
    for rung in [Rung::SearchKilowattHours, Rung::TrainingGrams, Rung::BreakEven, Rung::InferenceShare] {
        assert_eq!(answer.ranges[rung as usize], None, "{rung:?}");
    }
    assert_eq!(answer.evidence, [None, None, Some(Evidence::Modelled)]);
    assert!(answer.is_lower_bound);
    for stage in [StageName::Search, StageName::Training] {
        assert!(answer.warnings.contains(&Warning::NotGiven(stage)));
    }
}

#[test]
fn an_emulators_profile_yields_instructions_and_no_joules() {
    let life = inferences(calibrated(Counter::Instructions, Evidence::Emulated));
    let answer = answer(&life);
    assert_eq!(answer.range(Rung::InstructionsPerInference).1, 2e6);
    for rung in [Rung::EnergyPerInference, Rung::SecondsPerInference, Rung::InferenceGrams, Rung::LifeGrams] {
        assert_eq!(answer.ranges[rung as usize], None, "{rung:?}");
    }
    assert_eq!(answer.evidence[2], Some(Evidence::Emulated));
    assert!(warned(&life, &Warning::Emulated(crate::sourced::text("calibrated"))));
}

#[test]
fn a_profile_without_watts_yields_seconds_and_no_joules() {
    let life = inferences(Profile { active_watts: None, ..machine("dark") });
    let answer = answer(&life);
    assert_eq!(answer.range(Rung::SecondsPerInference).1, 0.002);
    assert_eq!(answer.ranges[Rung::InferenceJoules as usize], None);
    let why = "its device's active watts are not given";
    assert!(warned(&life, &Warning::NotKnown(StageName::Inference, why)));
}

#[test]
fn layers_without_a_price_make_a_lower_bound_unless_the_energy_is_measured() {
    let mut life = life();
    life.work = Some(network(&[Kind::Dense, Kind::Conv2d, Kind::Softmax]));
    life.inference.as_mut().unwrap().device = Some(calibrated(Counter::Cycles, Evidence::Measured));
    let warning = Warning::UnpricedLayers { stage: StageName::Inference, layers: 2 };
    assert!(warned(&life, &warning));
    life.inference.as_mut().unwrap().bottom_up.as_mut().unwrap().energy_per_inference_joules =
        Some(exact(0.2));
    let answer = answer(&life);
    assert!(!answer.is_lower_bound && answer.warnings.is_empty(), "{:?}", answer.warnings);
}

#[test]
fn idle_time_that_can_not_be_priced_makes_a_lower_bound() {
    let powered = |life: &mut Scenario| life.inference.as_mut().unwrap().powered = Some(exact(9000.0));
    let warning = Warning::IdleNotKnown(StageName::Inference);
    let mut without_watts = life();
    powered(&mut without_watts);
    assert!(!warned(&without_watts, &warning));
    without_watts.inference.as_mut().unwrap().device =
        Some(Profile { idle_watts: None, ..machine("machine") });
    assert!(warned(&without_watts, &warning));
    // Idle watts are known, but not how long an inference takes.
    let mut without_time = inferences(machine("machine"));
    powered(&mut without_time);
    without_time.work = None;
    without_time.inference.as_mut().unwrap().bottom_up =
        Some(Use { energy_per_inference_joules: Some(exact(0.2)), ..uses(1e6) });
    assert!(warned(&without_time, &warning));
}

#[test]
fn a_training_far_from_what_its_passes_say_is_warned_about() {
    let mut life = life();
    life.training.as_mut().unwrap().top_down = Some(TopDown { hours: exact(1.0), ..top_down() });
    assert!(answer(&life).warnings.iter().any(|warning| matches!(warning, Warning::CrossCheckFar(_))));
}

#[test]
#[cfg_attr(miri, ignore = "more than a hundred inputs take minutes")]
fn as_many_inputs_as_there_is_room_for_are_estimated() {
    let given = |n: u32| Range::of(f64::from(n), f64::from(n) + 1.0, f64::from(n) + 2.0).unwrap();
    let runs: std::vec::Vec<Run> =
        (0..58).map(|n| Run { count: given(n), samples: Some(given(n)), ..run() }).collect();
    let mut life = life();
    life.search.as_mut().unwrap().bottom_up = Some(each(&runs));
    let inputs = Plan::new(&life).unwrap().inputs().len();
    assert!((117..=MAX_INPUTS).contains(&inputs), "{inputs}");
    assert_eq!(answer(&life).causes.len(), MAX_CAUSES);
}
