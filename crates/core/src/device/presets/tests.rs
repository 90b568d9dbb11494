//! The presets against the results that they were fitted from, and what they promise.

mod csv;
mod own;

use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, fs};

use self::csv::{CHECK, cell, number, read};
use super::*;
use crate::model::tflite::Model;
use crate::model::work::{Counts, LayerWork, Work};
use crate::range::Range;
use crate::sourced::TEXT_BYTES;
use crate::units::{OperationsPerSecond, Watts};

/// (kind, layers, MACs, outputs, gathered bytes) of MLPerf Tiny's int8 reference models.
fn work(model: &str) -> Work {
    let layers: &[(Kind, u64, u64, u64, u64)] = match model {
        "ad" => &[(Kind::Dense, 10, 264_192, 1_672, 0)],
        "ic" => &[
            (Kind::Conv2d, 7, 12_238_848, 73_728, 0),
            (Kind::PointwiseConv2d, 2, 262_144, 12_288, 0),
            (Kind::Dense, 1, 640, 10, 0),
            (Kind::Elementwise, 3, 0, 28_672, 0),
            (Kind::Pool, 1, 0, 64, 4_096),
            (Kind::Softmax, 1, 0, 10, 0),
            (Kind::Movement, 1, 0, 64, 0),
        ],
        "kws" => &[
            (Kind::Conv2d, 1, 320_000, 8_000, 0),
            (Kind::DepthwiseConv2d, 4, 288_000, 32_000, 0),
            (Kind::PointwiseConv2d, 4, 2_048_000, 32_000, 0),
            (Kind::Dense, 1, 768, 12, 0),
            (Kind::Pool, 1, 0, 64, 8_000),
            (Kind::Softmax, 1, 0, 12, 0),
            (Kind::Movement, 1, 0, 64, 0),
        ],
        "vww" => &[
            (Kind::Conv2d, 1, 497_664, 18_432, 0),
            (Kind::DepthwiseConv2d, 13, 798_336, 88_704, 0),
            (Kind::PointwiseConv2d, 13, 6_193_152, 124_416, 0),
            (Kind::Dense, 1, 512, 2, 0),
            (Kind::Pool, 1, 0, 256, 2_304),
            (Kind::Softmax, 1, 0, 2, 0),
            (Kind::Movement, 1, 0, 256, 0),
        ],
        _ => panic!("no model {model}"),
    };
    Work::of(layers.iter().map(|&(kind, layers, macs, outputs, gathered_bytes)| LayerWork {
        kind,
        counts: Counts { layers, macs, outputs, gathered_bytes, ..Counts::default() },
    }))
    .unwrap()
}

#[test]
fn the_work_that_the_boards_were_fitted_on_is_what_the_reader_counts() {
    for model in ["ad", "ic", "kws", "vww"] {
        let path = format!("{}/../../fixtures/models/{model}.tflite", env!("CARGO_MANIFEST_DIR"));
        let bytes = fs::read(path).unwrap();
        let layers = Model::new(&bytes).unwrap().layers().unwrap();
        let counted = Work::of(layers.map(|layer| layer.unwrap().work)).unwrap();
        for kind in Kind::ALL {
            // Only pooling has a price for what it gathers.
            let priced = |counts: Counts| {
                let gathered = if kind == Kind::Pool { counts.gathered_bytes } else { 0 };
                (counts.layers, counts.macs, counts.outputs, gathered)
            };
            assert_eq!(priced(counted.kind(kind)), priced(work(model).kind(kind)), "{model}: {kind}");
        }
    }
}

/// Microjoules an inference by the formula in the profile's documentation.
fn microjoules(profile: &Profile, work: &Work) -> (f64, f64, f64) {
    let Cost::Calibrated(cost) = &profile.cost else { panic!("{} is not calibrated", profile.name) };
    let mut cycles = 0.0;
    for LayerWork { kind, counts } in work.kinds() {
        let price = cost.kinds.iter().find(|price| price.kind == kind).unwrap();
        cycles += price.per_layer.value() * counts.layers as f64
            + price.per_mac.value() * counts.macs as f64
            + price.per_output.value() * counts.outputs as f64
            + price.per_gathered_byte.value() * counts.gathered_bytes as f64;
    }
    let clock = cost.clock_hertz.as_ref().unwrap().range.mode().value();
    let watts = profile.active_watts.as_ref().unwrap().range;
    let factor = cost.cycles_factor.range;
    let energy = |watts: Watts, factor: f64| 1e6 * watts.value() * cycles * factor / clock;
    (
        energy(watts.low(), factor.low().value()),
        energy(watts.mode(), factor.mode().value()),
        energy(watts.high(), factor.high().value()),
    )
}

#[test]
fn published_energies_lie_in_the_range_of_their_program_and_of_their_board() {
    for row in read(CHECK) {
        let (name, model) = (cell(&row, "preset"), cell(&row, "model"));
        if cell(&row, "published_microjoules").is_empty() {
            continue;
        }
        let published = number(&row, "published_microjoules");
        let (board, variant) = name.split_once('/').unwrap();
        let (low, _, high) = microjoules(&find(name).unwrap(), &work(model));
        assert!(low <= published && published <= high, "{name} {model}: {published} in {low}..{high}");
        // Operating points of an accelerator are the user's choice: each stands for itself.
        if !matches!(variant, "0.8v-370mhz" | "1.1v-98mhz") {
            let (low, _, high) = microjoules(&find(board).unwrap(), &work(model));
            assert!(low <= published && published <= high, "{board} {model}: {published} in {low}..{high}");
        }
    }
}

#[test]
fn most_likely_energies_are_within_a_fifth_where_no_channels_are_skipped() {
    for row in read(CHECK) {
        let skips = cell(&row, "cycles_error_fit") != cell(&row, "cycles_error_counted_in_full");
        if skips || cell(&row, "published_microjoules").is_empty() {
            continue;
        }
        let (name, model) = (cell(&row, "preset"), cell(&row, "model"));
        let published = number(&row, "published_microjoules");
        let (_, mode, _) = microjoules(&find(name).unwrap(), &work(model));
        // GAP9's power follows the model: 19 to 29 mW.
        let limit = if name.starts_with("gap9") { 0.35 } else { 0.2 };
        assert!((mode / published - 1.0).abs() < limit, "{name} {model}: {mode} for {published}");
    }
}

#[test]
fn keyword_spotting_on_nucleo_l4r5zi_spans_the_best_and_the_worst_software() {
    let (low, mode, high) = microjoules(&find("nucleo-l4r5zi").unwrap(), &work("kws"));
    // X-CUBE-AI 10.2 with external SMPS (ST, v1.3), X-CUBE-AI 8.0 at 3 V (Krai, v1.1), reference kernels, native microTVM.
    for published in [1430.67, 5481.63, 7373.7, 7950.51] {
        assert!(low <= published && published <= high, "{published} in {low}..{high}");
    }
    assert!((mode / 5230.27 - 1.0).abs() < 0.05, "{mode}: microTVM with CMSIS-NN drew 5230 uJ");
}

#[test]
fn watts_follow_the_supply_on_the_linear_regulator() {
    let volts = |name| find(name).unwrap().supply_volts.unwrap().range.mode().value();
    let watts = |name| find(name).unwrap().active_watts.unwrap().range.mode().value();
    let (low, high) = ("nucleo-l4r5zi/x-cube-ai-7.3", "nucleo-l4r5zi/x-cube-ai-7.3-3v");
    let ratio = watts(high) / watts(low);
    assert!((ratio / (volts(high) / volts(low)) - 1.0).abs() < 0.02, "{ratio}");
    assert_eq!(find(high).unwrap().regulator, Some(Regulator::Ldo));
}

/// Year and source of every number of a profile that has a place for them.
fn sources(profile: &Profile) -> Vec<(Option<u16>, String)> {
    fn push<Q: Quantity>(list: &mut Vec<(Option<u16>, String)>, value: Option<&Sourced<Q>>) {
        list.extend(value.map(|value| (value.year, value.source.to_string())));
    }
    let mut list = Vec::new();
    push(&mut list, profile.active_watts.as_ref());
    push(&mut list, profile.idle_watts.as_ref());
    push(&mut list, profile.sleep_watts.as_ref());
    push(&mut list, profile.supply_volts.as_ref());
    match &profile.cost {
        Cost::Calibrated(cost) => {
            push(&mut list, cost.clock_hertz.as_ref());
            push(&mut list, Some(&cost.cycles_factor));
        }
        Cost::Datasheet(cost) => {
            push(&mut list, Some(&cost.peak_operations_per_second));
            push(&mut list, cost.memory_bytes_per_second.as_ref());
            push(&mut list, Some(&cost.utilisation));
        }
    }
    list
}

#[test]
fn every_number_has_a_source_and_a_year_and_every_name_a_preset() {
    assert_eq!(names().count(), all().count());
    for (name, profile) in names().zip(all()) {
        assert_eq!(profile.name.as_str(), name);
        assert!(description(name).is_some_and(|text| !text.is_empty()));
        let sources = sources(&profile);
        assert!(sources.len() >= 4, "{name}");
        for (year, source) in sources {
            assert!(year.is_some_and(|year| (2019..=2026).contains(&year)), "{name}: {source}");
            assert!(!source.is_empty() && source.len() < TEXT_BYTES, "{name}: {source}");
        }
    }
    for row in table::BOARDS.iter() {
        assert!(row.software.len() < TEXT_BYTES && row.source.starts_with("MLPerf Tiny v"), "{}", row.name);
    }
}

#[test]
fn names_are_unique_and_found_in_either_case() {
    let mut sorted: Vec<_> = names().map(str::to_ascii_lowercase).collect();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), names().count());
    assert_eq!(find("NUCLEO-L4R5ZI"), find("nucleo-l4r5zi"));
    assert_eq!(find(" H100 ").unwrap().name.as_str(), "h100");
}

#[test]
fn boards_are_named_once_each_without_their_programs() {
    let boards: Vec<_> = boards().collect();
    assert_eq!(boards.len(), 9);
    assert!(boards.contains(&"nucleo-l4r5zi") && boards.iter().all(|name| !name.contains('/')));
    assert!(boards.iter().all(|name| find(name).unwrap().class == Class::Board));
}

#[test]
fn every_countable_kind_has_a_price_on_every_board() {
    for row in table::BOARDS.iter() {
        let Cost::Calibrated(cost) = row.profile().unwrap().cost else { panic!("{}", row.name) };
        for kind in Kind::ALL {
            let priced = cost.kinds.iter().filter(|price| price.kind == kind).count();
            assert_eq!(priced, usize::from(kind != Kind::Unknown), "{}: {kind}", row.name);
        }
        assert!(cost.kinds.iter().all(|price| price.per_layer.value() > 0.0), "{}", row.name);
    }
}

#[test]
fn sci_250_watts_say_whether_they_are_of_a_board_a_package_a_module_or_a_chip() {
    for row in table::SHEETS.iter() {
        let bases =
            ["board", "Board", "package", "Package", "module", "Module", "socket", "Socket", "chip", "Chip"];
        let (_, _, source) = row.active_watts;
        for text in [row.description, source] {
            assert!(bases.iter().any(|basis| text.contains(basis)), "{}: {text}", row.name);
        }
    }
}

#[test]
fn codecarbon_300_unknown_hardware_is_taken_by_hand_and_never_replaced() {
    for name in ["raspberry-pi-4", "raspberry-pi-5", "jetson-orin-nano", "laptop-cpu", "server-cpu"] {
        assert!(find(name).is_some(), "{name}");
    }
    for name in ["raspberry-pi-6", "v10", "", "nucleo-l4r5zi/", "nucleo"] {
        assert_eq!(find(name), None, "{name}");
    }
    let watts = Range::exact(Watts::new(2.5).unwrap());
    let own = Profile::by_hand(text("my board"), watts, Range::exact(OperationsPerSecond::new(1e9).unwrap()));
    assert_eq!(own.active_watts.unwrap().range, watts);
}

#[test]
fn codecarbon_1097_and_mlco2_v100_watts_are_of_the_whole_board() {
    for (name, watts) in [("v100", 300.0), ("v100-pcie", 250.0), ("a100", 400.0), ("h100", 700.0)] {
        let power = find(name).unwrap().active_watts.unwrap();
        assert!(power.source.starts_with("Board:"), "{name}: {}", power.source);
        assert_eq!((power.range.mode().value(), power.range.high().value()), (watts, watts));
    }
}

#[test]
fn mlcarbon_5_utilisation_is_a_range_on_every_data_sheet_device() {
    for row in table::SHEETS.iter() {
        let Cost::Datasheet(cost) = row.profile().unwrap().cost else { panic!("{}", row.name) };
        let range = cost.utilisation.range;
        assert!(range.low().value() < range.mode().value() && range.mode() <= range.high(), "{}", row.name);
    }
    // GPT-3 on V100: 24.6 of 125 TFLOPS [Patterson 2021].
    let Cost::Datasheet(v100) = find("v100").unwrap().cost else { panic!("v100") };
    let reached =
        v100.peak_operations_per_second.range.mode().value() * v100.utilisation.range.mode().value();
    assert!((reached / 24.6e12 - 1.0).abs() < 0.01);
}

#[cfg(feature = "serde")]
#[test]
fn presets_are_read_back_from_their_json() {
    for profile in all() {
        let json = serde_json::to_string(&profile).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), profile, "{json}");
    }
}
