//! The table against its sources, and the presets against the results that they were fitted from.

use std::string::{String, ToString};
use std::vec::Vec;
use std::{env, format, fs};

use super::*;
use crate::model::work::{Counts, LayerWork, Work};
use crate::range::Range;
use crate::sourced::TEXT_BYTES;
use crate::units::{OperationsPerSecond, Watts};

const KERNEL: &str = include_str!("../../../data/devices_kernel.csv");
const BOARDS: &str = include_str!("../../../data/devices_mlperf.csv");
const SHEETS: &str = include_str!("../../../data/devices_datasheet.csv");
const CHECK: &str = include_str!("../../../data/devices_mlperf_check.csv");

/// The rows of a CSV file without quotes, each as a look-up by column name.
fn read(csv: &'static str) -> Vec<Vec<(&'static str, &'static str)>> {
    let mut lines = csv.lines();
    let head: Vec<_> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let cells: Vec<_> = line.split(',').collect();
            assert_eq!(cells.len(), head.len(), "{line}");
            head.iter().copied().zip(cells).collect()
        })
        .collect()
}

fn cell(row: &[(&'static str, &'static str)], column: &str) -> &'static str {
    row.iter().find(|(name, _)| *name == column).unwrap_or_else(|| panic!("no column {column}")).1
}

fn number(row: &[(&'static str, &'static str)], column: &str) -> f64 {
    cell(row, column).parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

fn triple(row: &[(&'static str, &'static str)], prefix: &str) -> Option<(f64, f64, f64)> {
    let part = |end| format!("{prefix}{end}");
    let any = !cell(row, &part("mode")).is_empty();
    any.then(|| (number(row, &part("low")), number(row, &part("mode")), number(row, &part("high"))))
}

fn camel(name: &str) -> String {
    let words = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect()
}

/// `table.rs` as the CSV files make it.
fn table() -> String {
    let mut out = String::from(
        "// Made from data/devices_*.csv: REGENERATE=1 cargo test -p joulegram presets. Don't edit.\n\
         use super::{BoardRow, Class, Kind, KernelRow, Regulator, Scale, Scales, SheetRow};\n\n",
    );
    let rows = read(KERNEL);
    out += &format!("pub(super) static KERNEL: [KernelRow; {}] = [\n", rows.len());
    for row in &rows {
        out += &format!(
            "    KernelRow {{ kind: Kind::{}, scale: Scale::{}, per_layer: {:?}, per_mac: {:?}, per_output: {:?}, \
             per_gathered_byte: {:?} }},\n",
            camel(cell(row, "kind")),
            camel(cell(row, "scale")),
            number(row, "per_layer"),
            number(row, "per_mac"),
            number(row, "per_output"),
            number(row, "per_gathered_byte"),
        );
    }
    let rows = read(BOARDS);
    out += &format!("];\n\npub(super) static BOARDS: [BoardRow; {}] = [\n", rows.len());
    for row in &rows {
        let regulator = match cell(row, "regulator") {
            "" => "None".to_string(),
            name => format!("Some(Regulator::{})", camel(name)),
        };
        out += &format!(
            "    BoardRow {{\n        name: {:?},\n        description: {:?},\n        software: {:?},\n        \
             regulator: {regulator},\n        clock_hertz: {:?},\n        supply_volts: {:?},\n        \
             active_watts: {:?},\n        idle_watts: {:?},\n        cycles_factor: {:?},\n",
            cell(row, "name"),
            cell(row, "description"),
            cell(row, "software"),
            number(row, "clock_hertz"),
            triple(row, "supply_volts_").unwrap(),
            triple(row, "active_watts_").unwrap(),
            triple(row, "idle_watts_"),
            triple(row, "cycles_factor_").unwrap(),
        );
        let scale = |name: &str| number(row, &format!("scale_{name}"));
        out += &format!(
            "        scales: Scales {{ dense: {:?}, conv2d: {:?}, pointwise_conv2d: {:?}, depthwise_conv2d: {:?}, \
             other: {:?} }},\n",
            scale("dense"),
            scale("conv2d"),
            scale("pointwise_conv2d"),
            scale("depthwise_conv2d"),
            scale("other"),
        );
        out += &format!(
            "        year: {},\n        source: {:?},\n        watts_source: {:?},\n        spread_source: {:?},\n    }},\n",
            cell(row, "year"),
            cell(row, "source"),
            cell(row, "watts_source"),
            cell(row, "spread_source"),
        );
    }
    let rows = read(SHEETS);
    let devices: Vec<_> = rows.iter().filter(|row| cell(row, "quantity") == "basis").collect();
    out += &format!("];\n\npub(super) static SHEETS: [SheetRow; {}] = [\n", devices.len());
    for device in devices {
        let name = cell(device, "name");
        out += &format!(
            "    SheetRow {{\n        name: {name:?},\n        description: {:?},\n        class: Class::{},\n",
            cell(device, "source"),
            camel(cell(device, "class")),
        );
        for (field, quantity, optional) in [
            ("peak", "peak", false),
            ("memory", "memory", true),
            ("utilisation", "utilisation", false),
            ("active_watts", "active_watts", false),
            ("idle_watts", "idle_watts", true),
        ] {
            let row = rows.iter().find(|row| cell(row, "name") == name && cell(row, "quantity") == quantity);
            let value = row.map(|row| {
                let range = triple(row, "").unwrap();
                format!("({range:?}, {}, {:?})", cell(row, "year"), cell(row, "source"))
            });
            let value = match (value, optional) {
                (Some(value), true) => format!("Some({value})"),
                (Some(value), false) => value,
                (None, true) => "None".to_string(),
                (None, false) => panic!("{name} has no {quantity}"),
            };
            out += &format!("        {field}: {value},\n");
        }
        out += "    },\n";
    }
    out + "];\n"
}

#[test]
fn the_table_is_what_the_csv_files_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/device/presets/table.rs");
    if env::var_os("REGENERATE").is_some() {
        fs::write(path, table()).unwrap();
    }
    assert!(
        fs::read_to_string(path).unwrap() == table(),
        "table.rs is stale: REGENERATE=1 cargo test presets"
    );
}

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
