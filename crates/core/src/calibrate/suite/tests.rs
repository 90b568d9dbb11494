use super::*;
use crate::model::work::Kind;
use std::vec;

fn with_each(mut look: impl FnMut(&Step, &mut Prepared<'_>)) {
    for (steps, bytes) in [(STEPS, MEMORY_BYTES), (LARGE_STEPS, LARGE_MEMORY_BYTES)] {
        let (mut memory, mut slots) = (vec![0; bytes], [Slot::EMPTY; SLOTS]);
        for step in steps {
            let mut prepared = step
                .prepare(&mut memory, &mut slots)
                .unwrap_or_else(|error| panic!("{}: {error}", step.name));
            look(step, &mut prepared);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "the suite's networks take hours there")]
fn every_step_has_a_name_of_its_own_and_room_in_the_memory() {
    let mut names = std::collections::BTreeSet::new();
    with_each(|step, _| {
        assert!(names.insert(step.name), "{} is there twice", step.name);
        assert!(step.name.len() <= NAME_BYTES && !step.name.contains([' ', '=', ',']), "{}", step.name);
    });
}

#[test]
#[cfg_attr(miri, ignore = "the suite's networks take hours there")]
fn after_a_relu_about_half_of_the_elements_equal_the_zero_point_and_few_saturate() {
    with_each(|step, prepared| {
        prepared.run();
        let weighted = prepared.work().kinds().any(|layer| layer.counts.macs > 0);
        if !weighted {
            return;
        }
        let share = |value: u8| {
            prepared.output.iter().filter(|byte| **byte == value).count() as f64
                / prepared.output.len() as f64
        };
        let (zero, most) = (share(0x80), share(0x7f));
        assert!((0.2..0.8).contains(&zero) && most < 0.2, "{}: zero {zero}, most {most}", step.name);
    });
}

#[test]
#[cfg_attr(miri, ignore = "the suite's networks take hours there")]
fn a_network_counts_one_kind_and_memory_is_not_shared_between_runs() {
    with_each(|step, prepared| {
        let kinds: vec::Vec<Kind> = prepared.work().kinds().map(|layer| layer.kind).collect();
        assert!(
            kinds.iter().filter(|kind| **kind != Kind::Movement).count() <= 1,
            "{}: {kinds:?}",
            step.name
        );
        prepared.run();
        let first = prepared.checksum();
        prepared.run();
        assert_eq!(prepared.checksum(), first, "{}", step.name);
    });
}
