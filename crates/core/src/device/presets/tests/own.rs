//! This kernel's instructions by kind of layer, against the emulator's log of the suite and against whole models.

use std::string::String;
use std::vec::Vec;
use std::{env, format, fs};

use crate::calibrate::fit::fit;
use crate::calibrate::log::Line;
use crate::calibrate::sample::Sample;
use crate::device::presets::own::{CYCLES_AN_INSTRUCTION, NAME};
use crate::device::presets::{find, own_table};
use crate::device::{Cost, Evidence};
use crate::energy::{Demand, Rates};
use crate::model::tflite::Model;
use crate::model::work::Work;

const LOG: &str = include_str!("../../../../../../fixtures/calibration/qemu-m4.log");
const RECORD: &str = include_str!("../../../../../../tests/counts/record.csv");
const MODELS: [(&str, &[u8]); 4] = [
    ("kws", include_bytes!("../../../../../../fixtures/models/kws.tflite")),
    ("vww", include_bytes!("../../../../../../fixtures/models/vww.tflite")),
    ("ic", include_bytes!("../../../../../../fixtures/models/ic.tflite")),
    ("ad", include_bytes!("../../../../../../fixtures/models/ad.tflite")),
];

/// Four digits.
fn digits(number: f64) -> f64 {
    format!("{number:.3e}").parse().unwrap()
}

/// `own_table.rs` as the log makes it.
fn table() -> String {
    let samples: Vec<Sample> =
        LOG.lines().filter_map(|line| Sample::of(&Line::read(line)?.unwrap(), None)).collect();
    let fit = fit(&samples, 0).unwrap();
    let kinds = fit.kinds();
    let mut out = format!(
        "// Made from fixtures/calibration/qemu-m4.log: REGENERATE=1 cargo test -p joulegram presets. Don't edit.\n\
         use super::own::OwnRow;\nuse crate::model::work::Kind;\n\npub(super) const PER_INFERENCE: f64 = {:?};\n\n\
         pub(super) static OWN: [OwnRow; {}] = [\n",
        digits(fit.per_inference()),
        kinds.len(),
    );
    for cost in &kinds {
        let cell =
            |name: &str, cycles: crate::units::Cycles| format!(" {name}: {:?},", digits(cycles.value()));
        let rectified = cost.per_rectified_mac.map(|cycles| digits(cycles.value()));
        out += &format!(
            "    OwnRow {{ kind: Kind::{:?},{}{} per_rectified_mac: {rectified:?},{}{}{}{}{}{} }},\n",
            cost.kind,
            cell("per_layer", cost.per_layer),
            cell("per_mac", cost.per_mac),
            cell("per_output", cost.per_output),
            cell("per_activation_byte", cost.per_activation_byte),
            cell("per_gathered_byte", cost.per_gathered_byte),
            cell("per_weight_byte", cost.per_weight_byte),
            cell("per_filter", cost.per_filter),
            cell("per_run", cost.per_run),
        )
        .replace(", }", " }");
    }
    out + "];\n"
}

#[test]
#[cfg_attr(miri, ignore = "reads and writes files")]
fn this_kernels_table_is_of_the_log_and_may_be_made_anew() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/device/presets/own_table.rs");
    if env::var_os("REGENERATE").is_some() {
        fs::write(path, table()).unwrap();
    }
    assert_eq!(own_table::OWN.len(), table().matches("OwnRow {").count());
}

/// The four models of MLPerf Tiny, which the suite does not contain: cycles within what the kernel's instructions, counted
/// in the emulator, give with the least and the most cycles an instruction.
#[test]
#[cfg_attr(miri, ignore = "safe arithmetic that takes long there")]
fn the_modelled_board_takes_the_instructions_that_were_counted_times_the_cycles_of_one() {
    let profile = find(NAME).unwrap();
    assert_eq!(profile.evidence, Evidence::Modelled);
    let Cost::Calibrated(cost) = &profile.cost else { panic!("no cycles") };
    assert!(
        cost.cycles_factor.source.contains("QEMU")
            && profile.software.as_ref().unwrap().contains("not measured")
    );
    for (name, file) in MODELS {
        let work: Work = Model::new(file).unwrap().work().unwrap();
        let found = Demand::of_network(&profile, &work);
        assert_eq!(found.unpriced_layers, 0, "{name}");
        let pass = found.pass(&Rates::most_likely(&profile));
        let cycles = pass.cycles.unwrap().value();
        let row = format!("cortex-m4,{name},");
        let counted = RECORD.lines().find_map(|line| line.strip_prefix(&row)).unwrap();
        let counted: f64 = counted.split(',').next().unwrap().parse().unwrap();
        let (least, median, most) = CYCLES_AN_INSTRUCTION;
        assert!((cycles / (counted * median) - 1.0).abs() < 0.08, "{name}: {cycles}");
        let factor = cost.cycles_factor.range;
        let (low, high) = (cycles * factor.low().value(), cycles * factor.high().value());
        assert!(low < 1.05 * counted * least && high > 0.95 * counted * most, "{name}: {low} to {high}");
        // Published of the same board with other programs: the same order of magnitude, and faster.
        let joules = pass.joules.unwrap().value();
        let like = find("nucleo-l4r5zi/microtvm-cmsis-nn").unwrap();
        let theirs =
            Demand::of_network(&like, &work).pass(&Rates::most_likely(&like)).joules.unwrap().value();
        assert!(joules < theirs && joules > theirs / 5.0, "{name}: {joules} against {theirs} J");
    }
}
