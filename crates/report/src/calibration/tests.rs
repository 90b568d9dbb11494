//! Each trouble of a set-up is provoked by a trace that shows it, and named.

mod made;

use joulegram_meters::format::{self, Options};
use joulegram_meters::windows::edges::Edge;
use joulegram_meters::windows::source::Source;
use made::Bench;

use super::*;

const LOG: &str = include_str!("../../../../fixtures/calibration/qemu-m4.log");
/// Volts of the bench.
const VOLTS: f64 = 3.0;

/// Watts as they should be: 47 mW at work, 12 mW idle, 0.9 mW asleep.
fn usual(step: &str, _: u32) -> f64 {
    match step {
        "idle" => 0.012,
        "sleep" => 0.0009,
        _ => 0.047,
    }
}

/// A few steps of each sort are enough.
fn short() -> String {
    let wanted = |line: &&str| {
        ["dense-640-72", "dense-64-264", "idle", "sleep"]
            .iter()
            .any(|step| line.contains(&format!("step={step} ")))
    };
    LOG.lines().filter(wanted).map(|line| format!("{line}\n")).collect()
}

const EDGES: Source<'_> = Source::Edges { channel: None, edge: Edge::Falling };

/// All that is warned of in a bench whose meter writes `csv`.
fn warned(bench: &Bench, csv: &str, source: Source<'_>, volts: Option<f64>) -> Vec<String> {
    let trace =
        format::read("trace.csv", csv.as_bytes(), None, &Options { volts, ..Options::default() }).unwrap();
    let log = read_log("run.log", &bench.log).unwrap();
    let found = metered(&trace, &log, source, volts).unwrap();
    let (samples, unused) = attach(&log, &found.windows);
    assert_eq!(unused, 0);
    let board = log.lines[0].board;
    let volts = found.meter.mean_volts.or(volts);
    [found.warnings, suspicion::found(&samples, board, volts, Some(Regulator::Ldo))].concat()
}

/// The same with a PPK2 at the marker.
fn by_ppk2(board: &str, watts: impl Fn(&str, u32) -> f64) -> Vec<String> {
    let bench = Bench::new(&short(), board, 5, watts);
    warned(&bench, &bench.ppk2(VOLTS), EDGES, Some(VOLTS))
}

#[track_caller]
fn has(warnings: &[String], parts: &[&str]) {
    let is_it = |warning: &&String| parts.iter().all(|part| warning.contains(part));
    assert!(warnings.iter().any(|warning| is_it(&warning)), "{parts:?} in {warnings:#?}");
}

#[test]
fn a_bench_without_a_fault_is_not_warned_of() {
    let warnings = by_ppk2("nucleo-l4r5zi", usual);
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn a_second_supply_is_named_where_work_draws_less_than_rest_or_next_to_nothing() {
    let warnings =
        by_ppk2("x", |step, repetition| if step == "dense-64-264" { 0.006 } else { usual(step, repetition) });
    has(
        &warnings,
        &["Second supply: dense-64-264 draws", "and the board at rest 1.1", "e-2 W; is a USB cable"],
    );
    let warnings = by_ppk2("x", |step, _| if step.starts_with("dense") { 20e-6 } else { 1e-6 });
    has(&warnings, &["Second supply: computing draws 20.0 µW at 120 MHz, less than any processor"]);
}

#[test]
fn a_marker_that_is_not_wired_is_refused_and_named_where_windows_come_from_elsewhere() {
    let mut bench = Bench::new(&short(), "x", 2, usual);
    bench.edges.clear();
    let csv = bench.ppk2(VOLTS);
    let options = Options { volts: Some(VOLTS), ..Options::default() };
    let trace = format::read("trace.csv", csv.as_bytes(), None, &options).unwrap();
    let log = read_log("run.log", &bench.log).unwrap();
    let refused = metered(&trace, &log, EDGES, Some(VOLTS)).unwrap_err();
    assert!(refused.to_string().contains("the marker is not wired: D0, D1"), "{refused}");
    let stamps = bench.stamps();
    let stamps = Source::Stamps { file: "stamps.csv", bytes: stamps.as_bytes() };
    let warnings = warned(&bench, &csv, stamps, Some(VOLTS));
    has(&warnings, &["Marker not wired: D0, D1", "never changes in the whole trace"]);
}

#[test]
fn a_debugger_is_suspected_where_sleep_takes_as_much_as_idling() {
    let warnings =
        by_ppk2("x", |step, repetition| if step == "sleep" { 0.0119 } else { usual(step, repetition) });
    has(&warnings, &["Debugger attached? Asleep the board draws 11.9 mW and idle 12.0 mW"]);
}

/// A reading is four times too high or low, half or twice as high.
#[test]
fn a_meters_wrong_factor_is_named_by_what_is_published_of_the_board() {
    for (factor, suspect) in [
        (4.0, "INA219 (10 uV) on an INA226 (2.5 uV)"),
        (0.25, "INA219 (10 uV) on an INA226 (2.5 uV)"),
        (2.0, "half or twice the resistance"),
        (20.0, "a wrong shunt, range or calibration"),
    ] {
        // At 3 V a linear regulator draws the current of 1.8 V.
        let warnings = by_ppk2("nucleo-l4r5zi", |step, _| 3.0 / 1.8 * factor * usual(step, 1));
        has(&warnings, &["Wrong meter factor? Computing draws", "published of nucleo-l4r5zi", suspect]);
    }
}

/// Current, bus voltage and the POWER register, read with the wrong chip's factor.
#[test]
fn an_ina219s_factor_on_an_ina226_is_named_by_two_columns_that_disagree() {
    let bench = Bench::new(&short(), "x", 2, usual);
    let mut csv = "time_s,current_mA,bus_V,power_mW\n".to_owned();
    for line in bench.joulescope(VOLTS).lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        csv += &format!("{},{},{VOLTS},{}\n", cells[0], cells[1] * 1e3, cells[3] * 1e3 * 1.25);
    }
    let stamps = bench.stamps();
    let warnings = warned(&bench, &csv, Source::Stamps { file: "s.csv", bytes: stamps.as_bytes() }, None);
    has(
        &warnings,
        &["power column is 1.250 times", "suspect the power factor of an INA226 (25) on an INA219 (20)"],
    );
}

#[test]
fn wrong_volts_are_named_against_the_traces_own_and_against_what_boards_take() {
    let bench = Bench::new(&short(), "x", 2, usual);
    let (csv, stamps) = (bench.joulescope(2.97), bench.stamps());
    let stamps = Source::Stamps { file: "s.csv", bytes: stamps.as_bytes() };
    let warnings = warned(&bench, &csv, stamps, Some(3.3));
    has(&warnings, &["Wrong volts: 3.30 V were given and the trace has 2.97 V"]);
    assert_eq!(warned(&bench, &csv, stamps, Some(3.0)), Vec::<String>::new());
    let warnings = warned(&bench, &bench.ppk2(VOLTS), EDGES, Some(3300.0));
    has(&warnings, &["Wrong volts? 3.30 kV, which would be millivolts"]);
}

#[test]
fn the_firmwares_mode_is_named_where_another_image_spoke_in_the_log() {
    let bench = Bench::new(&short(), "x", 1, usual);
    for (mode, baud) in [("energy", 9600), ("performance", 115_200)] {
        let text = format!("m-timestamp-mode-{mode}\r\nm-init-done\r\nm-ready\r\n{}", bench.log);
        let log = read_log("run.log", &text).unwrap();
        assert_eq!(log.lines.len(), bench.runs.len());
        has(&log.notes, &["Line 1: wrong firmware", &format!("built for {mode} ({baud} baud)")]);
    }
}

#[test]
fn a_board_that_the_meter_slows_is_named_by_a_log_without_the_meter() {
    let with = Bench::new(&short(), "x", 2, usual);
    let mut slower = String::new();
    for line in with.log.lines() {
        let line = joulegram::calibrate::log::Line::read(line).unwrap().unwrap();
        let line = joulegram::calibrate::log::Line { ticks: line.ticks * 110 / 100, ..line };
        line.write(&mut slower).unwrap();
        slower.push('\n');
    }
    let (log, slow) = (read_log("a.log", &with.log).unwrap(), read_log("b.log", &slower).unwrap());
    let warning = slowed(&slow, &log).unwrap();
    assert!(warning.starts_with("Slowed by the meter: the work takes 10.00 % longer"), "{warning}");
    assert_eq!((slowed(&log, &log), slowed(&log, &slow)), (None, None));
}

#[test]
fn repetitions_that_drift_vary_or_are_of_an_old_buffer_are_named_by_step() {
    let of = |watts: fn(u32) -> f64| {
        by_ppk2(
            "x",
            move |step, repetition| if step == "dense-640-72" { watts(repetition) } else { usual(step, 1) },
        )
    };
    has(
        &of(|repetition| 0.047 + 0.0003 * f64::from(repetition)),
        &["Repetitions of dense-640-72: power drifts by 2."],
    );
    has(
        &of(|repetition| if repetition == 3 { 0.052 } else { 0.047 }),
        &["Repetitions of dense-640-72", "vary by 4.6"],
    );
    has(
        &of(|repetition| if repetition == 3 { 0.013 } else { 0.047 }),
        &["Repetitions of dense-640-72", "an old buffer"],
    );
}

#[test]
fn a_sum_that_is_not_the_meters_own_is_named() {
    let bench = Bench::new(&short(), "x", 2, usual);
    // The power column was re-scaled, the energy was not.
    let mut csv = "time,current,voltage,power,charge,energy\n".to_owned();
    for line in bench.joulescope(VOLTS).lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        csv +=
            &format!("{},{},{},{},{},{}\n", cells[0], cells[1], cells[2], cells[3] * 1.1, cells[4], cells[5]);
    }
    let stamps = bench.stamps();
    let warnings = warned(&bench, &csv, Source::Stamps { file: "s.csv", bytes: stamps.as_bytes() }, None);
    has(&warnings, &["Wrong sum: the trace's energy is 10 % more than the meter's own total"]);
}

#[test]
fn lost_edges_and_gaps_cost_their_own_windows_and_are_said() {
    let mut bench = Bench::new(&short(), "x", 5, usual);
    // An edge is lost, one is there twice, and samples are missing amid a window.
    bench.edges.remove(4);
    bench.edges.push(bench.runs[10].end + 0.05);
    bench.edges.sort_unstable_by(f64::total_cmp);
    bench.gaps.push((bench.runs[15].start + 0.1, bench.runs[15].start + 0.15));
    let csv = bench.ppk2(VOLTS);
    let options = Options { volts: Some(VOLTS), ..Options::default() };
    let trace = format::read("trace.csv", csv.as_bytes(), None, &options).unwrap();
    let log = read_log("run.log", &bench.log).unwrap();
    let found = metered(&trace, &log, EDGES, Some(VOLTS)).unwrap();
    assert_eq!(
        (found.meter.windows, found.meter.lines_without_window, found.meter.windows_refused),
        (18, 1, 1)
    );
    has(&found.warnings, &["1 of 20 lines of the log have no window of their length"]);
    has(&found.warnings, &["1 of 20 windows are refused", "has no reading"]);
    for window in &found.windows {
        let watts = window.joules / window.seconds;
        assert!((watts / usual(&window.step, 1) - 1.0).abs() < 0.005, "{window:?}");
    }
}
