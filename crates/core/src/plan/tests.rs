mod edge;
mod embodied;
pub(crate) mod samples;
mod search;

use proptest::prelude::*;
use samples::*;

use super::*;
use crate::device::{Counter, Evidence, Profile};
use crate::range::Range;
use crate::scenario::{Measured, Passes, Run, Search, Stage, TopDown, Use};

const CASES: u32 = if cfg!(miri) { 4 } else { 128 };

fn ladder(scenario: &Scenario) -> Ladder {
    Plan::new(scenario).unwrap().most_likely()
}

fn get(scenario: &Scenario, rung: Rung) -> f64 {
    ladder(scenario).get(rung).unwrap()
}

fn near(got: f64, want: f64) -> bool {
    (got - want).abs() <= 1e-12 * want.abs()
}

fn problem(scenario: &Scenario) -> (StageName, Problem) {
    match Plan::new(scenario) {
        Err(PlanError::Stage(stage, problem)) => (stage, problem),
        other => panic!("{other:?}"),
    }
}

/// The life with its three stages in hand.
fn with(change: impl FnOnce(&mut Stage<Search>, &mut Stage<Passes>, &mut Stage<Use>)) -> Scenario {
    let mut life = life();
    let Scenario { search: Some(search), training: Some(training), inference: Some(inference), .. } =
        &mut life
    else {
        panic!("the sample has three stages")
    };
    change(search, training, inference);
    life
}

fn training_of(passes: Passes) -> Scenario {
    Scenario { search: None, inference: None, training: Some(stage(passes)), ..life() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn the_life_is_search_plus_training_plus_inference_in_that_order(
        samples in 1.0..1e6_f64, runs in 0.0..100.0_f64, inferences in 0.0..1e9_f64, grid in 0.0..1500.0_f64, pue in 1.0..3.0_f64,
    ) {
        let life = with(|search, training, inference| {
            *search = stage(like_training(runs));
            training.bottom_up = Some(Passes { samples: exact(samples), ..passes() });
            training.site = site("there", grid, pue);
            *inference = stage(uses(inferences));
        });
        let ladder = ladder(&life);
        let sum = |rungs: [Rung; 3]| rungs.into_iter().filter_map(|rung| ladder.get(rung)).reduce(|a, b| a + b);
        prop_assert_eq!(
            ladder.get(Rung::LifeKilowattHours).map(f64::to_bits),
            sum([Rung::SearchKilowattHours, Rung::TrainingKilowattHours, Rung::InferenceKilowattHours]).map(f64::to_bits)
        );
        prop_assert_eq!(
            ladder.get(Rung::LifeGrams).map(f64::to_bits),
            sum([Rung::SearchGrams, Rung::TrainingGrams, Rung::InferenceGrams]).map(f64::to_bits)
        );
    }

    #[test]
    fn energy_is_linear_in_samples_epochs_runs_and_inferences(factor in 0.001..1e6_f64) {
        let before = ladder(&life());
        let after = ladder(&with(|search, training, inference| {
            search.bottom_up = Some(like_training(5.0 * factor));
            training.bottom_up = Some(Passes { samples: exact(1000.0 * factor), ..passes() });
            inference.bottom_up = Some(uses(1e6 * factor));
        }));
        for (rung, power) in [(Rung::SearchJoules, 2), (Rung::TrainingJoules, 1), (Rung::InferenceJoules, 1)] {
            let want = before.get(rung).unwrap() * factor.powi(power);
            prop_assert!(near(after.get(rung).unwrap(), want), "{:?}", rung);
        }
        let epochs = training_of(Passes { epochs: exact(10.0 * factor), ..passes() });
        prop_assert!(near(get(&epochs, Rung::TrainingJoules), 4000.0 * factor));
    }

    #[test]
    fn the_grid_scales_grams_and_no_energy(grid in 1.0..1500.0_f64) {
        let before = ladder(&life());
        let after = ladder(&with(|_, training, _| training.site = site("there", grid, 1.5)));
        for rung in Rung::ALL {
            if rung == Rung::TrainingGrams {
                prop_assert!(near(after.get(rung).unwrap(), before.get(rung).unwrap() * grid / 400.0));
            } else if rung != Rung::LifeGrams {
                prop_assert_eq!(after.get(rung), before.get(rung));
            }
        }
    }

    #[test]
    fn facility_energy_is_device_energy_times_pue_and_nothing_else(pue in 1.0..10.0_f64) {
        let life = with(|search, training, inference| {
            for site in [&mut search.site, &mut training.site, &mut inference.site] {
                site.pue = exact(pue);
            }
        });
        let ladder = ladder(&life);
        for stage in StageName::ALL {
            let rungs = Rung::of_stage(stage);
            let want = ladder.get(rungs.joules).unwrap() * pue / 3.6e6;
            prop_assert!(near(ladder.get(rungs.kilowatt_hours).unwrap(), want));
        }
        prop_assert!(near(ladder.get(Rung::EnergyPerInference).unwrap(), 0.2));
    }

    #[test]
    fn the_share_at_the_break_even_is_one_half(runs in 0.0..100.0_f64, pue in 1.0..3.0_f64) {
        let life = |inferences| with(|search, training, inference| {
            search.bottom_up = Some(like_training(runs));
            training.site = site("there", 50.0, pue);
            inference.bottom_up = Some(uses(inferences));
        });
        let even = get(&life(1.0), Rung::BreakEven);
        prop_assert!(near(get(&life(even), Rung::InferenceShare), 0.5));
        prop_assert!(near(get(&life(4.0 * even), Rung::InferenceShare), 0.8));
    }
}

#[test]
fn the_ladder_of_the_exact_life_is_what_the_hand_computes() {
    let ladder = ladder(&life());
    for (rung, want) in [
        (Rung::EnergyPerInference, 0.2),
        (Rung::SecondsPerInference, 0.002),
        (Rung::TrainingJoules, 4000.0),
        (Rung::SearchJoules, 20_000.0),
        (Rung::InferenceJoules, 200_000.0),
        (Rung::LifeKilowattHours, 224_000.0 * 1.5 / 3.6e6),
        (Rung::LifeGrams, 224_000.0 * 1.5 / 3.6e6 * 400.0),
        (Rung::InferenceShare, 200.0 / 224.0),
        (Rung::BreakEven, 120_000.0),
    ] {
        assert!(near(ladder.get(rung).unwrap(), want), "{rung:?}: {:?}", ladder.get(rung));
    }
}

#[test]
fn a_grid_factor_of_three_stages_is_one_input() {
    let life = uncertain_life();
    let plan = Plan::new(&life).unwrap();
    let count = |what| plan.inputs().iter().filter(|input| input.what == what).count();
    assert_eq!((count(What::Grid), count(What::Pue), count(What::ActiveWatts)), (1, 1, 1));
    let grid = plan.inputs().iter().position(|input| input.what == What::Grid).unwrap();
    let (low, high) = (plan.with(grid, 300.0), plan.with(grid, 600.0));
    for rung in [Rung::SearchGrams, Rung::TrainingGrams, Rung::InferenceGrams, Rung::LifeGrams] {
        assert!(near(high.get(rung).unwrap(), 2.0 * low.get(rung).unwrap()), "{rung:?}");
    }
}

#[test]
fn two_places_are_two_inputs() {
    let life = with(|_, training, _| training.site = site("there", 400.0, 1.5));
    let plan = Plan::new(&life).unwrap();
    assert_eq!(plan.inputs().iter().filter(|input| input.what == What::Grid).count(), 2);
}

#[test]
fn a_reading_at_the_device_gets_the_pue_once_and_one_at_the_facility_does_not() {
    for (measured, joules, kilowatt_hours) in
        [(Measured::AtDevice(exact(7.2e6)), Some(7.2e6), 3.0), (Measured::AtFacility(exact(3.0)), None, 3.0)]
    {
        let mut life = training_of(passes());
        life.training.as_mut().unwrap().measured = Some(measured);
        let ladder = ladder(&life);
        assert_eq!(ladder.get(Rung::TrainingJoules), joules);
        assert_eq!(ladder.get(Rung::TrainingKilowattHours), Some(kilowatt_hours));
        assert_eq!(ladder.get(Rung::TrainingGrams), Some(1200.0));
    }
}

#[test]
fn measured_counts_before_top_down_and_top_down_before_bottom_up() {
    let mut life = training_of(passes());
    assert_eq!(get(&life, Rung::TrainingJoules), 4000.0);
    assert_eq!(ladder(&life).get(Rung::TopDownOverBottomUp), None);
    life.training.as_mut().unwrap().top_down = Some(top_down());
    assert_eq!(get(&life, Rung::TrainingJoules), 1.8e6);
    assert_eq!(get(&life, Rung::TrainingSeconds), 3600.0);
    assert!(near(get(&life, Rung::TopDownOverBottomUp), 450.0));
    life.training.as_mut().unwrap().measured = Some(Measured::AtDevice(exact(8000.0)));
    assert_eq!(get(&life, Rung::TrainingJoules), 8000.0);
    assert!(near(get(&life, Rung::TopDownOverBottomUp), 2.0));
    assert!(near(get(&life, Rung::BottomUpTraining), 4000.0 * 1.5 / 3.6e6));
}

#[test]
fn a_samples_measured_energy_holds_on_the_device_it_was_measured_on() {
    let measured = Passes { energy_per_sample_joules: Some(exact(1.0)), ..passes() };
    for search in [like_training(5.0), each(&[Run { count: Range::of(5.0, 5.0, 5.0).unwrap(), ..run() }])] {
        let life = |device: Option<Profile>| {
            with(|stage, training, _| {
                stage.bottom_up = Some(search.clone());
                stage.device = device;
                training.bottom_up = Some(measured.clone());
            })
        };
        assert!(near(get(&life(Some(machine("machine"))), Rung::SearchJoules), 100_000.0));
        assert!(near(get(&life(None), Rung::SearchJoules), 100_000.0));
        assert!(near(get(&life(Some(machine("other"))), Rung::SearchJoules), 20_000.0));
    }
}

#[test]
fn each_device_idles_while_it_does_not_compute() {
    let life = with(|_, training, _| {
        training.powered = Some(exact(1.0));
        training.device_count = exact(4.0);
    });
    // 40 s over four devices: 10 s each, and 3,590 s idle each.
    assert!(near(get(&life, Rung::TrainingJoules), 4000.0 + 4.0 * 10.0 * 3590.0));
    // The work is the same however many share it.
    let life = with(|_, training, _| training.device_count = exact(4.0));
    assert_eq!(get(&life, Rung::TrainingJoules), 4000.0);
}

#[test]
fn devices_that_are_on_for_less_than_the_work_takes_are_refused_with_both_hours() {
    let life = with(|_, training, _| training.powered = Some(exact(0.01)));
    let (stage, why) = problem(&life);
    assert_eq!(stage, StageName::Training);
    let Problem::PoweredTooShort { powered_hours, active_hours } = why else { panic!("{why:?}") };
    assert_eq!(powered_hours, 0.01);
    assert!(near(active_hours, 40.0 / 3600.0));
    let text = std::format!("{why}");
    assert!(text.contains("0.01 h") && text.contains("0.0111 h"), "{text}");
    let enough = with(|_, training, _| {
        training.powered = Some(exact(0.01));
        training.device_count = exact(2.0);
    });
    assert!(Plan::new(&enough).is_ok());
}

#[test]
fn a_stage_without_what_it_needs_names_it() {
    let names = |life: &Scenario, what: Problem| assert_eq!(problem(life), (StageName::Training, what));
    // One after the other: a scenario takes tens of kilobytes of stack.
    let training =
        |change: fn(&mut Stage<Passes>), what| names(&with(|_, training, _| change(training)), what);
    training(|training| training.bottom_up = None, Problem::Empty);
    training(|training| training.device = None, Problem::NeedsDevice);
    names(&Scenario { work: None, search: None, ..life() }, Problem::NeedsModel);
    training(
        |training| {
            training.powered = Some(exact(9.0));
            training.top_down = Some(top_down());
        },
        Problem::PoweredNeedsBottomUp,
    );
    training(
        |training| {
            training.device = None;
            training.top_down = Some(TopDown { watts_per_processor: None, ..top_down() });
        },
        Problem::TopDownNeedsWatts,
    );
    training(
        |training| training.device = Some(calibrated(Counter::Cycles, Evidence::Emulated)),
        Problem::EmulatorsCountInstructions,
    );
    training(
        |training| training.device = Some(calibrated(Counter::Instructions, Evidence::Measured)),
        Problem::EmulatorsCountInstructions,
    );
    let alone = Scenario { training: None, ..life() };
    assert_eq!(problem(&alone), (StageName::Search, Problem::NeedsTraining));
}

#[test]
fn a_measured_sample_or_inference_needs_neither_model_nor_device() {
    let mut life = with(|search, training, inference| {
        for device in [&mut search.device, &mut training.device, &mut inference.device] {
            *device = None;
        }
        training.bottom_up = Some(Passes { energy_per_sample_joules: Some(exact(0.2)), ..passes() });
        inference.bottom_up = Some(Use { energy_per_inference_joules: Some(exact(0.2)), ..uses(1e6) });
    });
    life.work = None;
    let ladder = ladder(&life);
    assert!(near(ladder.get(Rung::LifeKilowattHours).unwrap(), 224_000.0 * 1.5 / 3.6e6));
    assert_eq!(ladder.get(Rung::SecondsPerInference), None);
}

#[test]
fn paper_mode_takes_one_device_and_one_site_and_no_idle_time() {
    let paper = |life: Scenario| Scenario { mode: Mode::Paper, ..life };
    assert!(Plan::new(&paper(life())).is_ok());
    for (life, word) in [
        (with(|search, _, _| search.device = Some(machine("other"))), "one device"),
        (with(|search, _, _| search.site = site("there", 400.0, 1.5)), "one site"),
        (with(|_, training, _| training.powered = Some(exact(9.0))), "no idle time"),
    ] {
        let Err(PlanError::PaperMode(what)) = Plan::new(&paper(life)).map(|_| ()) else { panic!("{word}") };
        assert!(what.contains(word), "{what}");
    }
}

#[test]
fn more_inputs_than_there_is_room_for_are_an_error() {
    let runs: std::vec::Vec<Run> = (0..64)
        .map(|n| {
            let n = f64::from(n);
            let counts = Range::of(n, n + 1.0, n + 2.0).unwrap();
            Run { count: counts, samples: Some(counts), epochs: Some(counts), ..run() }
        })
        .collect();
    let life = with(|search, _, _| search.bottom_up = Some(each(&runs)));
    assert_eq!(Plan::new(&life).map(|_| ()), Err(PlanError::TooManyInputs));
}

#[test]
fn an_inputs_draws_do_not_depend_on_what_else_there_is() {
    let life = uncertain_life();
    let alone = Scenario { search: None, training: None, ..uncertain_life() };
    let (life, alone) = (Plan::new(&life).unwrap(), Plan::new(&alone).unwrap());
    for draw in 0..10 {
        assert_eq!(
            life.drawn(3, draw).get(Rung::InferenceGrams),
            alone.drawn(3, draw).get(Rung::InferenceGrams)
        );
    }
}
