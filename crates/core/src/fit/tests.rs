use super::*;
use crate::plan::tests::samples::{exact, life, passes, range, stage, uncertain_life, uses};
use crate::scenario::{Passes, Scenario};
use proptest::prelude::*;
use std::string::ToString;

fn fitted(scenario: &Scenario, vary: Vary, budget: Budget) -> Result<Fit, FitError> {
    fit(&Plan::new(scenario).unwrap(), vary, budget, &mut [0.0; 40])
}

fn grams(scenario: &Scenario) -> f64 {
    Plan::new(scenario).unwrap().most_likely().get(Rung::LifeGrams).unwrap()
}

#[test]
fn a_linear_budget_is_inverted_exactly() {
    // Search and training are six times 400 J an epoch; 200 kJ of inferences; PUE 1.5; 400 g/kWh.
    let fit = fitted(&life(), Vary::Epochs, Budget::Joules(1.5 * (200_000.0 + 6.0 * 400.0 * 37.0))).unwrap();
    assert!((fit.value.mode() - 37.0).abs() < 1e-9, "{fit:?}");
    assert_eq!((fit.method, fit.now), (Method::Exact, 10.0));
    let runs = fitted(&life(), Vary::Runs, Budget::Joules(1.5 * (204_000.0 + 4000.0 * 2.5))).unwrap();
    assert!((runs.value.mode() - 2.5).abs() < 1e-9);
}

#[test]
fn what_can_not_be_kept_and_what_is_always_kept_are_told() {
    assert!(matches!(
        fitted(&life(), Vary::Epochs, Budget::Joules(1.0)),
        Err(FitError::Never { without }) if (without - 300_000.0).abs() < 1e-6
    ));
    let free = Scenario { work: Some(crate::model::work::Work::default()), ..life() };
    assert_eq!(fitted(&free, Vary::Inferences, Budget::Joules(1.0)), Err(FitError::Always));
    let alone = Scenario { search: None, ..life() };
    let error = fitted(&alone, Vary::Runs, Budget::Grams(1.0)).unwrap_err();
    assert_eq!(error.to_string(), "the scenario has no search runs to vary");
    assert_eq!(fitted(&life(), Vary::Inferences, Budget::BatteryDays(1.0)), Err(FitError::NotKnown));
}

#[test]
fn idle_time_that_ends_is_found_by_halving() {
    let mut life = Scenario { search: None, training: None, ..life() };
    life.inference.as_mut().unwrap().powered = Some(exact(1.0));
    life.inference.as_mut().unwrap().bottom_up = Some(uses(1e6));
    // 2 ms at 100 W and the rest of an hour at 10 W: 36,000 J and 0.18 J more an inference, until the hour is full.
    let budget = |count: f64| Budget::Joules(1.5 * (36_000.0 + 0.18 * count));
    let fit = fitted(&life, Vary::Inferences, budget(1.5e6)).unwrap();
    assert!((fit.value.mode() / 1.5e6 - 1.0).abs() < 1e-9, "{fit:?}");
    // Two million take 4,000 s of the hour's 3,600.
    let error = fitted(&life, Vary::Inferences, budget(2e6)).unwrap_err();
    assert!(
        error.to_string().contains("there is no room for them: inference: `powered_hours` is 1 h"),
        "{error}"
    );
}

#[test]
fn uncertain_inputs_make_a_range_around_the_most_likely_number() {
    let life = uncertain_life();
    let fit = fitted(&life, Vary::Epochs, Budget::Grams(2.0 * grams(&life))).unwrap();
    assert!(fit.value.low() < fit.value.mode() && fit.value.mode() < fit.value.high(), "{fit:?}");
    assert_eq!(
        fitted(&life, Vary::Epochs, Budget::Grams(f64::MAX)).map(|fit| fit.method),
        Err(FitError::Always)
    );
}

proptest! {
    #[test]
    fn the_number_that_is_found_takes_the_budget(factor in 1.0..50.0_f64, spread in 1.0..3.0_f64) {
        let mut life = life();
        life.training = Some(stage(Passes { samples: range(1000.0, 1000.0 * spread, 4000.0), ..passes() }));
        let budget = grams(&life) * factor;
        for vary in [Vary::Samples, Vary::Epochs, Vary::Runs, Vary::Inferences] {
            let fit = fitted(&life, vary, Budget::Grams(budget)).unwrap();
            let mut changed = life.clone();
            let found = fit.value.mode();
            match vary {
                Vary::Samples => changed.training.as_mut().unwrap().bottom_up.as_mut().unwrap().samples = exact(found),
                Vary::Epochs => changed.training.as_mut().unwrap().bottom_up.as_mut().unwrap().epochs = exact(found),
                Vary::Runs => {
                    changed.search = Some(stage(crate::plan::tests::samples::like_training(found)));
                }
                Vary::Inferences => changed.inference = Some(stage(uses(found))),
            }
            prop_assert!((grams(&changed) / budget - 1.0).abs() < 1e-9, "{vary:?}: {fit:?}");
        }
    }
}
