use super::*;
use crate::calibrate::log::Line;
use crate::calibrate::session::Ticks;
use crate::calibrate::suite::{MEMORY_BYTES, SLOTS, STEPS};
use crate::kernel::Slot;
use std::vec;
use std::vec::Vec as List;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ticks of a test are positive and few"
)]
/// The suite as a machine would have it whose costs are known, `noise` more in every odd repetition.
fn samples(truth: impl Fn(usize) -> f64, noise: f64) -> List<Sample> {
    let (mut memory, mut slots) = (vec![0; MEMORY_BYTES], [Slot::EMPTY; SLOTS]);
    let mut samples = List::new();
    for step in STEPS {
        let work = *step.prepare(&mut memory, &mut slots).unwrap().work();
        let each: f64 = ALL.iter().enumerate().map(|(index, term)| truth(index) * term.amount(&work)).sum();
        for repetition in 1..=3 {
            let factor = 1.0 + noise * f64::from(repetition % 2);
            samples.push(Sample {
                step: String::try_from(step.name).unwrap(),
                repetition,
                work,
                iterations: 1_000_000,
                ticks: (each * factor * 1e6) as u64,
                counter: Ticks::Cycles,
                clock_hertz: 1_000_000,
                joules: None,
                seconds: None,
            });
        }
    }
    samples
}

#[test]
#[cfg_attr(miri, ignore = "safe arithmetic that takes hours there")]
fn known_costs_are_found_and_a_step_that_was_left_out_is_predicted() {
    let truth = |index: usize| [3000.0, 40.0, 1.5, 700.0, 9.0][index % 5];
    let fit = fit(&samples(truth, 0.0), 40).unwrap();
    for (index, one) in fit.coefficients.iter().enumerate() {
        assert!((one.value / truth(index) - 1.0).abs() < 1e-3, "{:?}: {one:?}", ALL[index]);
        assert!(one.interval.0 <= one.value && one.value <= one.interval.1);
    }
    assert!(fit.worst_left_out < 1e-3 && !fit.is_coarse());
}

#[test]
#[cfg_attr(miri, ignore = "safe arithmetic that takes hours there")]
fn repetitions_give_a_median_with_their_spread() {
    let fit = fit(&samples(|_| 10.0, 0.02), 0).unwrap();
    for step in &fit.steps {
        assert!((step.spread - 0.02).abs() < 1e-3, "{}: {}", step.name, step.spread);
    }
}

#[test]
#[cfg_attr(miri, ignore = "safe arithmetic that takes hours there")]
fn times_are_the_least_of_repetitions_for_a_disturbance_only_adds() {
    let mut samples = samples(|_| 10.0, 0.5);
    samples.iter_mut().for_each(|sample| sample.counter = Ticks::Time);
    let fit = fit(&samples, 40).unwrap();
    for (index, one) in fit.coefficients.iter().enumerate() {
        assert!((one.value / 10.0 - 1.0).abs() < 1e-3, "{:?}: {one:?}", ALL[index]);
    }
    assert!(fit.steps.iter().all(|step| (step.spread - 1.0 / 3.0).abs() < 1e-3));
}

#[test]
#[cfg_attr(miri, ignore = "safe arithmetic that takes hours there")]
fn a_machine_that_is_not_of_this_form_is_called_coarse() {
    let mut samples = samples(|_| 10.0, 0.0);
    samples.iter_mut().filter(|sample| sample.step.len() % 3 == 0).for_each(|sample| sample.ticks *= 4);
    assert!(fit(&samples, 0).unwrap().is_coarse());
}

#[test]
#[cfg_attr(miri, ignore = "safe arithmetic that takes hours there")]
fn too_few_steps_and_mixed_counters_are_refused() {
    let mut all = samples(|_| 10.0, 0.0);
    let found = fit(&all[..30], 0).unwrap_err();
    assert_eq!(found, FitError::TooFew { found: 10, needed: TERMS });
    all[4].clock_hertz = 2;
    assert_eq!(fit(&all, 0).unwrap_err(), FitError::Counters);
}

/// The suite is made so that terms can be told apart: the condition number is below 30.
///
/// Logs of the suite under QEMU, and what the four models of MLPerf Tiny took there, which the suite has not run.
#[test]
#[cfg_attr(miri, ignore = "safe arithmetic that takes hours there")]
fn micro_benchmarks_alone_predict_the_four_models_on_three_processors() {
    let record = include_str!("../../../../../tests/counts/record.csv");
    let models: [(&str, &[u8]); 4] = [
        ("kws", include_bytes!("../../../../../fixtures/models/kws.tflite")),
        ("vww", include_bytes!("../../../../../fixtures/models/vww.tflite")),
        ("ic", include_bytes!("../../../../../fixtures/models/ic.tflite")),
        ("ad", include_bytes!("../../../../../fixtures/models/ad.tflite")),
    ];
    let logs = [
        ("cortex-m4", include_str!("../../../../../fixtures/calibration/qemu-m4.log")),
        ("cortex-m0", include_str!("../../../../../fixtures/calibration/qemu-m0.log")),
        ("rv32imc", include_str!("../../../../../fixtures/calibration/qemu-rv32.log")),
    ];
    for (processor, log) in logs {
        let samples: List<Sample> =
            log.lines().filter_map(|line| Sample::of(&Line::read(line)?.unwrap(), None)).collect();
        let fit = fit(&samples, 0).unwrap();
        assert!(fit.condition < 30.0 && fit.median_left_out < 0.05, "{processor}: {}", fit.condition);
        for (name, file) in models {
            let work = crate::model::tflite::Model::new(file).unwrap().work().unwrap();
            let row = std::format!("{processor},{name},");
            let counted = record.lines().find_map(|line| line.strip_prefix(&row)).unwrap();
            let counted: f64 = counted.split(',').next().unwrap().parse().unwrap();
            let error = fit.predict(&work) / counted - 1.0;
            std::println!("{processor} {name} {:.2} %", 100.0 * error);
            assert!(error.abs() < 0.05, "{processor} {name}: {error}");
        }
    }
}
