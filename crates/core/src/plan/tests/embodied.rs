//! Embodied emissions in the ladder: beside the energy, never inside it.

use super::*;
use crate::embodied::{Embodied, Idle};
use crate::units::{JOULES_PER_KILOWATT_HOUR, Share};

const ENERGY: [Rung; 3] = [Rung::LifeKilowattHours, Rung::LifeGrams, Rung::EnergyPerInference];

/// A tonne over 100 hours, half of them busy.
fn tonne() -> Embodied {
    Embodied {
        total: exact(1e6),
        lifespan: exact(100.0),
        utilisation: exact(0.5),
        idle: Idle::Spread,
        resources: exact(1.0),
        time_share: None,
    }
}

fn all(embodied: &Embodied) -> Scenario {
    with(|search, training, inference| {
        search.embodied = Some(embodied.clone());
        training.embodied = Some(embodied.clone());
        inference.embodied = Some(embodied.clone());
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn embodied_emissions_add_no_energy_and_no_operational_gram(
        total in 0.0..1e9_f64, lifespan in 10.0..1e6_f64, resources in 0.0..=1.0_f64,
    ) {
        let (total, resources) = (exact(total), exact::<Share>(resources));
        let borne = all(&Embodied { total, lifespan: exact(lifespan), resources, ..tonne() });
        let (before, after) = (ladder(&life()), ladder(&borne));
        for (rung, (a, b)) in Rung::ALL.into_iter().zip(before.iter().zip(after.iter())).take(ENERGY_RUNGS) {
            prop_assert_eq!(a.map(f64::to_bits), b.map(f64::to_bits), "{:?}", rung);
        }
        prop_assert_eq!(before.get(Rung::LifeEmbodied), None);
        prop_assert!(after.get(Rung::LifeEmbodied).is_some());
    }

    #[test]
    fn neither_pue_nor_grid_touches_what_is_embodied(pue in 1.0..10.0_f64, grid in 0.0..1500.0_f64) {
        let before = ladder(&all(&tonne()));
        let mut elsewhere = all(&tonne());
        if let Some(stage) = &mut elsewhere.inference {
            stage.site = site("there", grid, pue);
        }
        prop_assert_eq!(ladder(&elsewhere).get(Rung::LifeEmbodied), before.get(Rung::LifeEmbodied));
    }

    #[test]
    fn a_range_of_the_lifespan_is_a_range_of_what_is_borne(longer in 1.01..10.0_f64) {
        let wide = all(&Embodied { lifespan: range(100.0, 100.0, 100.0 * longer), ..tonne() });
        let plan = Plan::new(&wide).unwrap();
        let got = |draw| plan.drawn(7, draw).get(Rung::LifeEmbodied).unwrap();
        let most_likely = plan.most_likely().get(Rung::LifeEmbodied).unwrap();
        for draw in 0..8 {
            prop_assert!(got(draw) <= most_likely && got(draw) >= most_likely / longer * 0.999_999);
        }
    }
}

#[test]
fn a_stage_bears_its_busy_hours_of_the_busy_part_of_the_life() {
    // An inference takes 2 ms, a million of them 2,000 s, of 50 busy hours a tonne.
    let scenario = with(|_, _, inference| inference.embodied = Some(tonne()));
    let hours = 2000.0 / 3600.0;
    assert!(near(get(&scenario, Rung::InferenceEmbodied), 1e6 * hours / 50.0));
    assert!(near(get(&scenario, Rung::LifeEmbodied), 1e6 * hours / 50.0));
    assert_eq!(ladder(&scenario).get(Rung::SearchEmbodied), None);
    let apart = with(|_, _, inference| inference.embodied = Some(Embodied { idle: Idle::Apart, ..tonne() }));
    assert!(near(get(&apart, Rung::InferenceEmbodied), 1e6 * hours / 100.0));
    assert!(near(get(&apart, Rung::IdleEmbodied), 1e6 * hours / 100.0));
}

#[test]
fn powered_hours_and_a_share_of_the_life_count_before_busy_hours() {
    let powered = with(|_, _, inference| {
        inference.embodied = Some(tonne());
        inference.powered = Some(exact(20.0));
        inference.device_count = exact(3.0);
    });
    assert!(near(get(&powered, Rung::InferenceEmbodied), 3.0 * 1e6 * 0.2));
    let dedicated = with(|_, _, inference| {
        inference.embodied = Some(Embodied { time_share: Some(exact(1.0)), ..tonne() });
    });
    assert!(near(get(&dedicated, Rung::InferenceEmbodied), 1e6));
    // One inference: its part of the whole life and of the device.
    let (life, uses) = (get(&dedicated, Rung::LifeGrams), 1e6);
    assert!(near(get(&dedicated, Rung::GramsPerUse), (life + 1e6) / uses));
}

#[test]
fn a_search_that_is_shared_or_contains_the_training_shares_its_devices_too() {
    let shared = with(|search, _, _| {
        search.embodied = Some(tonne());
        if let Some(given) = &mut search.bottom_up {
            given.shared_over = exact(4.0);
        }
    });
    let alone = with(|search, _, _| search.embodied = Some(tonne()));
    assert!(near(4.0 * get(&shared, Rung::SearchEmbodied), get(&alone, Rung::SearchEmbodied)));
    let inside = Scenario { final_training: FinalTraining::IncludedInSearch, ..all(&tonne()) };
    assert_eq!(get(&inside, Rung::TrainingEmbodied), 0.0);
}

#[test]
fn hours_on_the_clock_are_hours_of_each_device() {
    let top_down = TopDown {
        hours: exact(2.0),
        processors: exact(8.0),
        watts_per_processor: Some(exact(300.0)),
        utilisation: exact(1.0),
        memory_gigabytes: None,
        memory_watts_per_gigabyte: crate::defaults::memory_watts(),
        repeats: exact(1.0),
    };
    let scenario = with(|_, training, _| {
        training.top_down = Some(top_down);
        training.device_count = exact(8.0);
        training.embodied = Some(tonne());
    });
    assert!(near(get(&scenario, Rung::TrainingEmbodied), 8.0 * 1e6 * 2.0 / 50.0));
}

#[test]
fn a_measured_stage_has_no_time_and_more_time_than_the_life_is_refused() {
    let measured = with(|_, training, _| {
        training.measured = Some(Measured::AtDevice(exact(JOULES_PER_KILOWATT_HOUR)));
        training.embodied = Some(tonne());
    });
    let plan = Plan::new(&measured).unwrap();
    assert!(plan.embodied_not_known(StageName::Training) && !plan.embodied_not_known(StageName::Inference));
    let short = with(|_, _, inference| {
        inference.embodied = Some(Embodied { lifespan: exact(1.0), ..tonne() });
    });
    let (stage, problem) = problem(&short);
    assert_eq!(stage, StageName::Inference);
    assert_eq!(
        std::format!("{problem}"),
        "`embodied` gives each device 0.5000 h, but it is used for 0.5556 h: raise `lifespan_hours`, `utilisation` or `device_count`"
    );
}
