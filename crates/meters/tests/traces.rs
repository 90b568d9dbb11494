//! Real captures: what they hold, against what their own tools or their documentation say.

use std::fs;
use std::path::{Path, PathBuf};

use joulegram_meters::fault::Fault;
use joulegram_meters::format::{Column, Options, read};
use joulegram_meters::trace::{Timing, Trace};
use joulegram_meters::windows::{self, Span, edges, stamps, steps};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/traces").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

fn open(name: &str, options: &Options) -> Result<Trace, Fault> {
    read(name, &fs::read(path(name)).unwrap(), None, options)
}

#[track_caller]
fn near(got: f64, expected: f64, relative: f64) {
    assert!((got / expected - 1.0).abs() <= relative, "{got}, expected {expected}");
}

/// The number behind each line's `name`, with a colon or an equals sign between.
fn numbers(text: &str, name: &str) -> Vec<f64> {
    text.lines()
        .filter_map(|line| {
            let rest = line.split_once(name)?.1.trim_start_matches([' ', ':', '=']);
            rest.split([' ', ',']).next()?.parse().ok()
        })
        .collect()
}

#[test]
fn eembc_windows_are_those_of_its_own_results_file() {
    let trace = open("eembc_kws_trace1-energy.bin", &Options::default()).unwrap();
    assert_eq!((trace.format, trace.samples.len(), trace.timing), ("eembc", 68_608, Timing::StatedRate));
    assert_eq!(trace.flaws, []);
    let (spans, notes) =
        stamps::read("t.json", &fs::read(path("eembc_kws_trace1-timestamps.json")).unwrap()).unwrap();
    assert_eq!(notes, ["11 edges are an odd number: the first, at 0.0220 s, is taken for the boot's."]);
    let results = text("eembc_kws_results.txt");
    let energies = numbers(&results, "Energy       :");
    let runtimes = numbers(&results, "Runtime      :");
    assert_eq!((spans.len(), energies.len(), runtimes.len()), (5, 5, 5));
    let mut same = 0;
    for ((span, microjoules), seconds) in spans.iter().zip(energies).zip(runtimes) {
        let window = windows::measure(&trace, *span).unwrap();
        // The runner cuts 27.187 s off to 27,186 samples and the like: a sample more or less at an edge.
        near(window.joules.unwrap(), microjoules * 1e-6, 1e-4);
        same += usize::from((window.joules.unwrap() / (microjoules * 1e-6) - 1.0).abs() < 1e-8);
        near(window.seconds, seconds, 1e-9);
        assert_eq!(window.coulombs, None);
        assert!(window.edge_error_joules.unwrap() / window.joules.unwrap() < 2e-4);
    }
    assert_eq!(same, 3);
}

#[test]
fn eembc_windows_are_found_from_steps_in_the_power_too() {
    let trace = open("eembc_kws_trace1-energy.bin", &Options::default()).unwrap();
    let (stamped, _) =
        stamps::read("t.json", &fs::read(path("eembc_kws_trace1-timestamps.json")).unwrap()).unwrap();
    let found = steps::find(&trace, 5.0).unwrap();
    assert_eq!(found.spans.len(), stamped.len(), "{found:?}");
    for (step, stamp) in found.spans.iter().zip(stamped) {
        // Right before and after a window the board waits: a dip of 30 ms.
        assert!(
            (step.start - stamp.start).abs() < 0.02 && (step.end - stamp.end).abs() < 0.02,
            "{step:?} {stamp:?}"
        );
        let (by_step, by_stamp) =
            (windows::measure(&trace, *step).unwrap(), windows::measure(&trace, stamp).unwrap());
        near(by_step.watts().unwrap(), by_stamp.watts().unwrap(), 1e-3);
    }
    near(found.edge_error_seconds, 0.01, 1e-9);
}

#[test]
fn the_python_runners_windows_are_those_of_its_own_results_file() {
    let trace = open("mlperf_runner_results.json", &Options::default()).unwrap();
    assert_eq!(trace.format, "mlperf-runner");
    let channel = edges::channel(&trace, None, edges::Edge::Falling).unwrap();
    let (spans, notes) = edges::spans(&trace, &channel.falling).unwrap();
    assert_eq!((spans.len(), notes.len()), (2, 0));
    let results = text("mlperf_runner_results.txt");
    for ((span, joules), seconds) in
        spans.iter().zip(numbers(&results, "total energy")).zip(numbers(&results, "Elapsed time"))
    {
        let window = windows::measure(&trace, *span).unwrap();
        near(window.joules.unwrap(), joules, 1e-9);
        near(window.seconds, seconds, 1e-9);
    }
}

#[test]
fn lpm01a_csv_has_its_time_from_row_counts() {
    let trace = open("lpm01a_capture.csv", &Options::default()).unwrap();
    assert_eq!((trace.format, trace.timing, trace.samples.len()), ("lpm01a-csv", Timing::RowCount, 16_639));
    near(trace.period, 1e-3, 1e-12);
    let (start, end) = trace.span();
    assert_eq!(start, 0.0);
    near(end, 16.639, 1e-9);
    // The plain mean of the column: rows are equally long.
    near(trace.mean(&trace.samples.amperes).unwrap(), 906.665_375e-6, 1e-8);
    assert_eq!(trace.mean(&trace.samples.watts), None);
    assert_eq!(trace.flaws, []);
    // The settled part: a constant load.
    let window = windows::measure(&trace, Span { start: 1.0, end: 16.0 }).unwrap();
    assert_eq!(window.joules, None);
    near(window.amperes().unwrap(), 908e-6, 2e-3);
    let at_3_volts = open("lpm01a_capture.csv", &Options { volts: Some(3.0), ..Options::default() }).unwrap();
    let window = windows::measure(&at_3_volts, Span { start: 1.0, end: 16.0 }).unwrap();
    near(window.watts().unwrap(), 3.0 * 908e-6, 2e-3);
}

#[test]
fn a_raspberry_pi_5_takes_1_898_watts_over_its_12_rails() {
    let trace = open("raspberry_pi_5_pmic.txt", &Options::default()).unwrap();
    assert_eq!((trace.format, trace.timing), ("raspberry-pi", Timing::Single));
    let watts = trace.mean(&trace.samples.watts).unwrap();
    assert_eq!(format!("{watts:.3}"), "1.898");
    // One reading is a power and no energy.
    let fault = windows::measure_whole(&trace).unwrap_err();
    assert!(fault.message.contains("samples in it: 1, and it needs at least 2"), "{fault}");
}

#[test]
fn joulescopes_example_is_3_3_volts_over_1000_ohms() {
    let trace = open("joulescope_downsample.csv", &Options::default()).unwrap();
    assert_eq!((trace.format, trace.samples.len()), ("joulescope", 5));
    let amperes = trace.mean(&trace.samples.amperes).unwrap();
    let volts = trace.mean(&trace.samples.volts).unwrap();
    near(volts, 3.3, 1e-3);
    // A resistor of 0.2 %.
    near(volts / amperes, 1000.0, 2e-3);
    near(trace.mean(&trace.samples.watts).unwrap(), volts * volts / 1000.0, 2e-3);
    // Its own charge and energy are the sums of its rows.
    let differences = trace.against_totals();
    assert_eq!(differences.iter().map(|(what, _)| *what).collect::<Vec<_>>(), ["energy", "charge"]);
    for (what, difference) in differences {
        assert!(difference.abs() < 1e-4, "{what}: {difference}");
    }
}

#[test]
fn ppk2_files_of_all_kinds_hold_the_same_windows() {
    let options = Options { volts: Some(3.0), ..Options::default() };
    let expected: Vec<(f64, f64, f64)> = text("ppk2_windows.csv")
        .lines()
        .skip(1)
        .map(|line| {
            let numbers: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            (numbers[0], numbers[1], numbers[2])
        })
        .collect();
    for (name, format) in [("ppk2.csv", "ppk2"), ("ppk2.ppk2", "ppk2-session")] {
        let trace = open(name, &options).unwrap();
        assert_eq!(trace.format, format);
        let channel = edges::channel(&trace, None, edges::Edge::Falling).unwrap();
        assert_eq!(channel.name, "D0");
        let (spans, notes) = edges::spans(&trace, &channel.falling).unwrap();
        assert_eq!((spans.len(), notes.len()), (2, 1), "{name}: {notes:?}");
        for (span, (start, end, coulombs)) in spans.iter().zip(&expected) {
            assert!((span.start - start).abs() < 1e-9 && (span.end - end).abs() < 1e-9, "{name}: {span:?}");
            let window = windows::measure(&trace, *span).unwrap();
            // The CSV has three decimals of a microampere.
            near(window.coulombs.unwrap(), *coulombs, 1e-8);
            near(window.joules.unwrap(), 3.0 * coulombs, 1e-8);
        }
    }
    let lost = open("ppk2.csv", &options).unwrap();
    assert_eq!(lost.flaws.len(), 1);
    assert_eq!((lost.flaws[0].kind.name(), lost.flaws[0].count, lost.flaws[0].first_line), ("gap", 1, 302));
    assert_eq!(open("ppk2.ppk2", &options).unwrap().flaws, []);
    let old = open("ppk2_v3.csv", &options).unwrap();
    let falling = &edges::channel(&old, None, edges::Edge::Falling).unwrap().falling;
    assert_eq!(falling.len(), 3);
    near(falling[2], 1.4, 1e-12);
}

#[test]
fn nvidia_smi_has_units_in_heading_and_cells() {
    let trace = open("nvidia_smi_50ms.csv", &Options::default()).unwrap();
    assert_eq!((trace.format, trace.samples.len(), trace.timing), ("nvidia-smi", 12, Timing::HostClock));
    near(trace.mean(&trace.samples.watts).unwrap(), 22.78, 2e-3);
    near(trace.period, 0.05, 0.03);
    assert!(trace.notes[0].starts_with("6 of 12 readings repeat the one before"), "{:?}", trace.notes);
    assert!(trace.notes[1].contains("mean of the last second"), "{:?}", trace.notes);
    assert!(trace.flaws.is_empty(), "{:?}", trace.flaws);
}

#[test]
fn tegrastats_of_five_boards_count_the_input_and_not_its_parts() {
    let log = text("tegrastats_variants.log");
    let lines: Vec<&str> = log.lines().collect();
    let one = Options { samples_per_second: Some(1.0), ..Options::default() };
    for (line, watts, quantity) in [
        (0, 1.649, "VDD_IN"),
        (1, 1.997, "POM_5V_IN"),
        (2, 5.608, "VDD_IN"),
        (3, 5.542, "VDD_IN"),
        (4, 13.671, "VDD_IN"),
    ] {
        let trace = read("t.log", lines[line].as_bytes(), None, &one).unwrap();
        near(trace.samples.watts[0], watts, 1e-12);
        assert!(trace.quantity.ends_with(quantity), "{}", trace.quantity);
    }
    // Without the input the rails are summed.
    let summed = lines[0].replace("VDD_IN 1649/1649 ", "VIN_SYS_5V0 5000/5000 ");
    let trace = read("t.log", summed.as_bytes(), None, &one).unwrap();
    near(trace.samples.watts[0], (153 + 306 + 306 + 173) as f64 * 1e-3, 1e-12);
    // Dates need no rate, and a skipped second shows.
    let dated = format!(
        "{}\n{}\n{}\n",
        lines[4],
        lines[4].replace("20:06:10", "20:06:11"),
        lines[5].replace("20:06:12", "20:06:13")
    );
    let trace = read("t.log", dated.as_bytes(), None, &Options::default()).unwrap();
    assert_eq!(trace.timing, Timing::HostClock);
    assert_eq!((trace.flaws[0].kind.name(), trace.flaws[0].first_line), ("gap", 3));
    let fault = read("t.log", lines[0].as_bytes(), None, &Options::default()).unwrap_err();
    assert!(
        fault
            .to_string()
            .starts_with("t.log: line 1: it begins with no date: give the samples a second, `--rate`")
    );
}

#[test]
fn a_table_without_heading_is_read_by_numbers() {
    let column = |role: &str, heading: &str| Column { role: role.to_owned(), heading: heading.to_owned() };
    let options = Options {
        samples_per_second: Some(1000.0),
        columns: vec![column("counter", "1"), column("current", "2 [mA]")],
        ..Options::default()
    };
    let trace = open("battlab_missing_counts.csv", &options).unwrap();
    for (amperes, expected) in
        trace.samples.amperes.iter().zip([44.12e-6, 44.12e-6, 29.41e-6, 29.41e-6, 44.12e-6])
    {
        near(*amperes, expected, 1e-12);
    }
    assert_eq!((trace.flaws[0].kind.name(), trace.flaws[0].first_line), ("gap", 3));
}

/// Six digits are no clock: 100000 ms came after 99999 ms, and not at ten o'clock.
#[test]
fn numbers_of_six_digits_are_no_times_of_day() {
    for (heading, row) in
        [("Timestamp(ms),Current(uA)", ",1000"), ("time,current,voltage,power,charge,energy", ",1,1,1,1,1")]
    {
        let rows: String = (99_990..100_010).map(|time| format!("{time}{row}\n")).collect();
        let csv = format!("{heading}\n{rows}");
        let trace =
            read("t.csv", csv.as_bytes(), None, &Options { volts: Some(3.0), ..Options::default() }).unwrap();
        assert_eq!(trace.samples.len(), 20, "{heading}");
        assert!(trace.flaws.is_empty(), "{:?}", trace.flaws);
    }
}
