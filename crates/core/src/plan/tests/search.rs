//! The search: its runs, what it shares, and the training that it may contain.

use super::*;

#[test]
fn a_training_that_the_search_contains_counts_once() {
    let included = Scenario { final_training: FinalTraining::IncludedInSearch, ..life() };
    let ladder = ladder(&included);
    assert_eq!(ladder.get(Rung::TrainingKilowattHours), Some(0.0));
    assert!(near(ladder.get(Rung::LifeKilowattHours).unwrap(), 220_000.0 * 1.5 / 3.6e6));
    // Without a search there is nothing that could contain it.
    let alone = Scenario { search: None, ..included };
    assert!(near(get(&alone, Rung::TrainingJoules), 4000.0));
}

#[test]
fn a_training_inside_a_search_that_is_not_known_counts_by_itself() {
    let mut life = with(|search, _, _| {
        let dark = Profile { active_watts: None, ..machine("dark") };
        search.device = Some(dark);
    });
    life.final_training = FinalTraining::IncludedInSearch;
    assert_eq!(ladder(&life).get(Rung::SearchKilowattHours), None);
    assert!(near(get(&life, Rung::TrainingJoules), 4000.0));
}

#[test]
fn a_shared_search_or_none_can_not_contain_the_training() {
    let mut life = with(|search, _, _| search.bottom_up.as_mut().unwrap().shared_over = exact(2.0));
    life.final_training = FinalTraining::IncludedInSearch;
    assert_eq!(problem(&life), (StageName::Search, Problem::SharedWithTraining));
    let mut life = with(|search, _, _| search.bottom_up = Some(like_training(0.0)));
    life.final_training = FinalTraining::IncludedInSearch;
    assert_eq!(problem(&life), (StageName::Search, Problem::NoRunIsTheTraining));
}

#[test]
fn runs_like_the_training_are_priced_on_the_searchs_own_device() {
    let life = with(|search, _, _| {
        search.device = Some(Profile { active_watts: Some(exact(50.0)), ..machine("other") });
    });
    assert!(near(get(&life, Rung::SearchJoules), 10_000.0));
}

#[test]
fn runs_like_a_measured_training_on_the_same_device_take_what_was_measured() {
    let mut life = with(|_, training, _| training.measured = Some(Measured::AtDevice(exact(8000.0))));
    assert_eq!(get(&life, Rung::SearchJoules), 40_000.0);
    life.search.as_mut().unwrap().device = None;
    assert_eq!(get(&life, Rung::SearchJoules), 40_000.0);
    // Another device is not the one that was measured.
    life.search.as_mut().unwrap().device = Some(machine("other"));
    assert!(near(get(&life, Rung::SearchJoules), 20_000.0));
}

#[test]
fn different_runs_add_up() {
    let own = |samples, epochs, relative| Run {
        samples: Some(Range::of(samples, samples, samples).unwrap()),
        epochs: Some(Range::of(epochs, epochs, epochs).unwrap()),
        relative_inference: Range::of(relative, relative, relative).unwrap(),
        ..run()
    };
    let life = with(|search, _, _| {
        search.bottom_up = Some(each(&[run(), own(100.0, 5.0, 3.0), own(10.0, 1.0, 0.5)]));
    });
    // 4,000 J like the training, then 0.2 J * samples * epochs * 2 * relative.
    assert!(near(get(&life, Rung::SearchJoules), 4000.0 + 600.0 + 2.0));
}

#[test]
fn a_run_without_samples_moves_with_the_trainings() {
    let life = with(|search, training, _| {
        search.bottom_up = Some(each(&[run()]));
        training.bottom_up = Some(Passes { samples: range(500.0, 1000.0, 4000.0), ..passes() });
    });
    let plan = Plan::new(&life).unwrap();
    assert_eq!(plan.inputs().iter().filter(|input| input.what == What::Samples).count(), 1);
    for draw in 0..10 {
        let ladder = plan.drawn(1, draw);
        assert_eq!(ladder.get(Rung::SearchJoules), ladder.get(Rung::TrainingJoules));
    }
}

#[test]
fn a_run_with_nothing_to_inherit_names_the_field() {
    let mut life = with(|search, _, _| search.bottom_up = Some(each(&[run()])));
    life.training = None;
    assert_eq!(problem(&life), (StageName::Search, Problem::RunWithout("samples")));
}

#[test]
fn a_shared_search_is_divided_however_its_energy_is_known() {
    let share = |search: &mut Stage<Search>| search.bottom_up.as_mut().unwrap().shared_over = exact(4.0);
    let life = with(|search, _, _| share(search));
    assert!(near(get(&life, Rung::SearchJoules), 5000.0));
    assert!(near(get(&life, Rung::SearchSeconds), 50.0));
    let life = with(|search, _, _| {
        share(search);
        search.measured = Some(Measured::AtFacility(exact(8.0)));
    });
    assert_eq!(get(&life, Rung::SearchKilowattHours), 2.0);
}

#[test]
fn the_idle_time_of_a_shared_search_is_shared_too() {
    let life = with(|search, _, _| {
        search.powered = Some(exact(1.0));
        search.bottom_up.as_mut().unwrap().shared_over = exact(4.0);
    });
    // 200 s of 3,600 s active.
    assert!(near(get(&life, Rung::SearchJoules), (20_000.0 + 10.0 * 3400.0) / 4.0));
}

#[test]
fn strubells_search_is_one_energy_at_the_device_and_another_at_the_meter() {
    // Strubell 2019, table 3: 274,120 h of a machine of 1,515.43 W; 415.4 MWh is its energy, 656.3 MWh with a PUE of 1.58.
    // Patterson 2021, table 4: the search as it was run, 6.8 days of 200 TPUs of 208 W at a PUE of 1.1: 7.5 MWh, 3.2 t.
    let search = |hours, processors, watts, grid, pue| {
        let top_down = TopDown {
            hours: exact(hours),
            processors: exact(processors),
            watts_per_processor: Some(exact(watts)),
            utilisation: exact(1.0),
            ..top_down()
        };
        let stage = Stage {
            device: None,
            bottom_up: None,
            top_down: Some(top_down),
            site: site("there", grid, pue),
            ..stage(like_training(1.0))
        };
        let life = Scenario { work: None, search: Some(stage), training: None, inference: None, ..life() };
        let ladder = ladder(&life);
        let get = |rung| ladder.get(rung).unwrap();
        (get(Rung::SearchJoules) / 3.6e9, get(Rung::SearchKilowattHours) / 1e3, get(Rung::SearchGrams) / 1e6)
    };
    let (at_device, at_facility, tonnes) = search(274_120.0, 1.0, 1515.43, 954.0 * 0.453_592_37, 1.58);
    assert!((at_device - 415.4).abs() < 0.05, "{at_device}");
    assert!((at_facility - 656.3).abs() < 0.05, "{at_facility}");
    assert!((tonnes - 284.0).abs() < 0.5, "{tonnes}");
    let (_, at_facility, tonnes) = search(6.8 * 24.0, 200.0, 208.0, 431.0, 1.1);
    assert!((at_facility - 7.5).abs() < 0.05, "{at_facility}");
    assert!((tonnes - 3.2).abs() < 0.05, "{tonnes}");
}
