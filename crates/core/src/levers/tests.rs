use super::*;
use crate::device::{Cost, Counter, Evidence, Profile};
use crate::model::work::{Counts, Kind, LayerWork};
use crate::plan::tests::samples::{
    calibrated, exact, life, like_training, machine, passes, range, site, stage, uncertain_life, uses,
};
use crate::plan::{Plan, Rung};
use crate::scenario::{Passes, Scenario};
use crate::sourced::text;
use proptest::prelude::*;
use std::string::ToString;
use std::vec;

fn get(scenario: &Scenario, rung: Rung) -> f64 {
    Plan::new(scenario).unwrap().most_likely().get(rung).unwrap()
}

/// The scenario that a measure makes.
fn changed(measure: Measure, what_if: &WhatIf, scenario: &Scenario) -> Result<Scenario, Refusal> {
    combined(scenario, what_if, &[measure]).map_err(|(_, refusal)| refusal)
}

fn near(got: f64, want: f64) -> bool {
    (got - want).abs() <= 1e-12 * want.abs()
}

/// A dense network of a million multiply-accumulates, with weights of so many bytes.
fn weights(bytes: u64) -> Work {
    let counts = Counts {
        layers: 1,
        macs: 1_000_000,
        parameters: 1_000_000,
        weight_bytes: bytes,
        ..Counts::default()
    };
    Work::of([LayerWork { kind: Kind::Dense, counts }]).unwrap()
}

fn training_alone(samples: f64, epochs: f64) -> Scenario {
    let passes = Passes { samples: exact(samples), epochs: exact(epochs), ..passes() };
    Scenario { search: None, inference: None, training: Some(stage(passes)), ..life() }
}

fn transfer(samples: f64, epochs: f64, relative: f64) -> WhatIf {
    WhatIf {
        transfer: Some(Transfer {
            samples: exact(samples),
            epochs: exact(epochs),
            relative_inference: exact(relative),
            overhead_share: None,
        }),
        ..WhatIf::default()
    }
}

#[test]
fn every_factor_is_in_order_and_every_description_has_its_words() {
    for measure in Measure::ALL {
        let about = measure.description();
        if let Some((low, mode, high)) = about.factor {
            assert!(0.0 < low && low <= mode && mode <= high, "{measure:?}");
        }
        for words in [about.name, about.stages, about.source, about.condition] {
            assert!(!words.is_empty(), "{measure:?}");
        }
        assert!(about.year >= 2019, "{measure:?}");
    }
}

#[test]
fn gitzel_4_3_fine_tuning_on_cats_and_dogs_takes_a_fifteenth() {
    // The network that was trained already knows the task: as many samples, an epoch for each fifteen.
    let scratch = training_alone(20_000.0, 30.0);
    let tuned = changed(Measure::TransferLearning, &transfer(20_000.0, 2.0, 1.0), &scratch).unwrap();
    assert!(near(get(&scratch, Rung::LifeKilowattHours) / get(&tuned, Rung::LifeKilowattHours), 15.0));
}

#[test]
fn gitzel_4_3_fine_tuning_a_large_network_on_digits_takes_ninety_times_and_says_so() {
    // A small network of its own: 12 epochs. The large one: 6, and each inference 180 times the small one's.
    let own = training_alone(60_000.0, 12.0);
    let what_if = transfer(60_000.0, 6.0, 180.0);
    let tuned = changed(Measure::TransferLearning, &what_if, &own).unwrap();
    assert!(near(get(&tuned, Rung::LifeKilowattHours) / get(&own, Rung::LifeKilowattHours), 90.0));
    let mut scratch = vec![0.0; scratch_len(20)];
    let ranking = rank(&own, &what_if, &mut scratch).unwrap();
    let last = ranking.savings.last().unwrap();
    assert_eq!(last.measure, Measure::TransferLearning);
    assert!(near(last.saved_grams_co2e.mode(), -89.0 * ranking.grams_co2e.mode()));
    assert!(near(last.share, -89.0));
}

#[test]
fn eight_bits_gain_what_the_profiles_kernels_gain_and_nothing_on_reference_ones() {
    let on = |software: &str| {
        let profile =
            Profile { software: Some(text(software)), ..calibrated(Counter::Cycles, Evidence::Modelled) };
        let mut life = Scenario { work: Some(weights(4_000_000)), ..life() };
        life.inference.as_mut().unwrap().device = Some(profile);
        let eight = changed(Measure::Quantization, &WhatIf::default(), &life).unwrap();
        get(&life, Rung::EnergyPerInference) / get(&eight, Rung::EnergyPerInference)
    };
    assert!(near(on("TensorFlow Lite for Microcontrollers: reference kernels"), 1.0));
    assert!(near(on("CMSIS-NN"), 3.2));
    let already = Scenario { work: Some(weights(1_040_000)), ..life() };
    for measure in [Measure::Quantization, Measure::JointCompression] {
        let refusal = changed(measure, &WhatIf::default(), &already).unwrap_err();
        assert_eq!(refusal.to_string(), "its weights are of 8 bits already");
    }
    // A machine that nobody knows the bandwidth of gains nothing that could be told.
    let unknown = Scenario { work: Some(weights(4_000_000)), ..life() };
    assert!(matches!(
        changed(Measure::Quantization, &WhatIf::default(), &unknown),
        Err(Refusal::Condition(_))
    ));
}

#[test]
fn a_joint_measure_and_its_parts_are_not_combined() {
    let float = Scenario { work: Some(weights(4_000_000)), ..life() };
    let both = [Measure::JointCompression, Measure::Quantization];
    let (measure, refusal) = combined(&float, &WhatIf::default(), &both).unwrap_err();
    assert_eq!(measure, Measure::Quantization);
    assert_eq!(refusal.to_string(), "it can't be combined with pruning, quantisation and coding together");
    for measure in Measure::ALL {
        assert!(measure.conflicts(measure));
        for other in Measure::ALL {
            assert_eq!(measure.conflicts(other), other.conflicts(measure));
        }
    }
}

#[test]
fn measures_one_after_the_other_multiply() {
    let mut life = life();
    life.inference = None;
    let measures = [Measure::EarlyStop, Measure::FewerRuns, Measure::LeanArchitecture];
    let all = combined(&life, &WhatIf::default(), &measures).unwrap();
    // Training 4,000 J, 5 runs like it; half the epochs, 2.5 runs, a seventh of the work.
    assert!(near(get(&all, Rung::TrainingJoules), 4000.0 / 2.0 / 7.0));
    assert!(near(get(&all, Rung::SearchJoules), 4000.0 / 2.0 * 2.5 / 7.0));
}

#[test]
fn a_place_saves_emissions_and_no_energy() {
    let what_if = WhatIf { region: Some(site("there", 40.0, 3.0)), ..WhatIf::default() };
    let mut scratch = vec![0.0; scratch_len(20)];
    let ranking = rank(&uncertain_life(), &what_if, &mut scratch).unwrap();
    let saving = ranking.savings.iter().find(|saving| saving.measure == Measure::OtherRegion).unwrap();
    assert_eq!(saving.saved_kilowatt_hours, crate::range::Range::exact(0.0));
    assert_eq!(saving.to.as_deref(), Some("there"));
    // Search and training are 24,000 J of it; the PUE of the old place stays.
    let want = 24_000.0 * 1.5 / 3.6e6 * (400.0 - 40.0);
    assert!(near(saving.saved_grams_co2e.mode(), want), "{saving:?}");
}

#[test]
fn idle_time_is_left_alone_by_less_work_and_ended_by_sleep() {
    let mut life = life();
    life.inference.as_mut().unwrap().powered = Some(exact(1.0));
    // 2,000 s of computing at 100 W, 1,600 s of waiting at 10 W.
    assert!(near(get(&life, Rung::InferenceJoules), 200_000.0 + 16_000.0));
    let lean = changed(Measure::LeanArchitecture, &WhatIf::default(), &life).unwrap();
    let busy = 2000.0 / 7.0;
    assert!(near(get(&lean, Rung::InferenceJoules), 100.0 * busy + 10.0 * (3600.0 - busy)));
    let asleep = WhatIf { sleep_watts: Some(exact(0.1)), ..WhatIf::default() };
    let sleeps = changed(Measure::DutyCycle, &asleep, &life).unwrap();
    assert!(near(get(&sleeps, Rung::InferenceJoules), 200_000.0 + 160.0));
    assert_eq!(
        changed(Measure::DutyCycle, &WhatIf::default(), &life).unwrap_err().to_string(),
        "no number is known: give what_if.sleep_watts: the device's own are not known"
    );
}

#[test]
fn a_student_is_priced_by_the_device_and_not_by_a_factor() {
    let what_if = WhatIf { student: Some(crate::plan::tests::samples::network(&[])), ..WhatIf::default() };
    let taught = changed(Measure::Distillation, &what_if, &life()).unwrap();
    assert_eq!(get(&taught, Rung::EnergyPerInference), 0.0);
    assert_eq!(get(&taught, Rung::TrainingJoules), get(&life(), Rung::TrainingJoules));
}

#[test]
fn short_runs_can_wait_for_another_hour_and_long_ones_are_refused() {
    // One run takes 40 s.
    let shifted = changed(Measure::TimeShift, &WhatIf::default(), &life()).unwrap();
    assert!(near(get(&shifted, Rung::TrainingGrams) / get(&life(), Rung::TrainingGrams), 0.7));
    assert_eq!(get(&shifted, Rung::InferenceGrams), get(&life(), Rung::InferenceGrams));
    let long = training_alone(1e6, 10.0);
    assert!(matches!(changed(Measure::TimeShift, &WhatIf::default(), &long), Err(Refusal::Condition(_))));
}

#[test]
fn every_measure_of_the_sample_life_is_ranked_or_refused_with_a_reason() {
    let mut scratch = vec![0.0; scratch_len(50)];
    let ranking = rank(&uncertain_life(), &WhatIf::default(), &mut scratch).unwrap();
    assert_eq!(ranking.savings.len() + ranking.refused.len(), Measure::ALL.len());
    let grams = |saving: &Saving| saving.saved_grams_co2e.mode();
    assert!(ranking.savings.windows(2).all(|pair| grams(&pair[0]) >= grams(&pair[1])));
    for saving in &ranking.savings {
        let range = saving.saved_grams_co2e;
        assert!(range.low() <= range.mode() && range.mode() <= range.high());
    }
    assert!(ranking.refused.iter().all(|refused| !refused.reason.to_string().is_empty()));
    let few = rank(&life(), &WhatIf::default(), &mut [0.0; 60]);
    assert!(matches!(few, Err(PlanError::TooFewDraws { given: 10, .. })));
}

#[test]
fn a_measure_that_changes_nothing_is_told_as_such() {
    let mut life = life();
    life.search = Some(stage(like_training(0.0)));
    let mut scratch = vec![0.0; scratch_len(20)];
    let ranking = rank(&life, &WhatIf::default(), &mut scratch).unwrap();
    let reason = ranking.refused.iter().find(|refused| refused.measure == Measure::FewerRuns).unwrap().reason;
    assert_eq!(reason, Refusal::NoEffect);
}

#[test]
fn a_tenth_of_what_the_emissions_are_proportional_to_is_a_tenth_of_them() {
    let life = uncertain_life();
    let plan = Plan::new(&life).unwrap();
    let list = sensitivity(&plan);
    let grid = list.iter().find(|tenth| tenth.input.unit == "gCO2e/kWh").unwrap();
    assert!((grid.more.unwrap() - 0.1).abs() < 1e-12 && (grid.less.unwrap() + 0.1).abs() < 1e-12);
    // A PUE of 1.5 times 0.9 is allowed, one of 1 is not.
    let mut at_one = life.clone();
    at_one.inference.as_mut().unwrap().site = site("here", 400.0, 1.0);
    let plan = Plan::new(&at_one).unwrap();
    let list = sensitivity(&plan);
    let pue = list
        .iter()
        .find(|tenth| tenth.input.what == crate::plan::What::Pue && tenth.input.value.mode() < 1.1);
    assert_eq!(pue.unwrap().less, None);
    assert!(list.windows(2).all(|pair| pair[0].strength() >= pair[1].strength()));
}

#[test]
fn batches_share_one_reading_of_the_weights() {
    let mut device = machine("machine");
    if let Cost::Datasheet(sheet) = &mut device.cost {
        sheet.memory_bytes_per_second = Some(exact(1e6));
    }
    let mut life = Scenario { work: Some(weights(1_000_000)), search: None, training: None, ..life() };
    life.inference = Some(crate::scenario::Stage { device: Some(device), ..stage(uses(10.0)) });
    // 2 ms of computing and 1 s of reading, at 100 W.
    assert!(near(get(&life, Rung::EnergyPerInference), 100.2));
    let batched = changed(Measure::Batch, &WhatIf::default(), &life).unwrap();
    assert!(near(get(&batched, Rung::EnergyPerInference), 100.0 / 32.0 + 0.2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_a_measure_saves_is_the_difference_of_two_ladders(left in 0.01..1.0_f64, high in 0.0..1.0_f64) {
        let what_if = WhatIf { left: Some(range(left * high, left, left)), ..WhatIf::default() };
        prop_assume!(left * high > 0.0);
        let life = uncertain_life();
        let fewer = changed(Measure::FewerRuns, &what_if, &life).unwrap();
        let mut scratch = vec![0.0; scratch_len(20)];
        let [energy, _, grams] = saved(&life, &fewer, &mut scratch).unwrap();
        let want = get(&life, Rung::LifeGrams) - get(&fewer, Rung::LifeGrams);
        prop_assert!(near(grams.mode(), want));
        prop_assert!(energy.low() >= 0.0);
    }
}
