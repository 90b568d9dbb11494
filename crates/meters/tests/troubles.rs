//! What people who measure ran into, each as a test: repository, number, what was in the file. `tests/cases.md` lists them.

use joulegram_meters::fault::Fault;
use joulegram_meters::flaw::FlawKind;
use joulegram_meters::format::{Column, Options, read};
use joulegram_meters::join::{Lap, Marks, join, repetitions};
use joulegram_meters::trace::{Timing, Trace};
use joulegram_meters::windows::{self, LEAST_SAMPLES, Span, edges, source};

fn open(text: &str) -> Result<Trace, Fault> {
    read("t.csv", text.as_bytes(), None, &Options::default())
}

/// A Power Profiler's export at 1000 samples a second: microamperes and, if wanted, input 0.
fn ppk2(microamperes: impl IntoIterator<Item = f64>, level: impl Fn(usize) -> Option<char>) -> String {
    let mut text = "Timestamp(ms),Current(uA),D0-D7\n".to_owned();
    for (index, reading) in microamperes.into_iter().enumerate() {
        text.push_str(&format!("{index},{reading:.3},{}0000000\n", level(index).unwrap_or('1')));
    }
    text
}

/// A noise that is the same each time.
fn noise(index: usize) -> f64 {
    1.0 + (index as f64 * 0.7).sin() * 0.01
}

fn kinds(trace: &Trace) -> Vec<FlawKind> {
    trace.flaws.iter().map(|flaw| flaw.kind).collect()
}

#[test]
fn eembc_energyrunner_24_zeros_interleaved_by_two_modules_are_refused() {
    for every in [2, 4] {
        let readings = (0..2000).map(|index| if index % every == 0 { 0.0 } else { 3000.0 * noise(index) });
        let trace = open(&ppk2(readings, |_| None)).unwrap();
        assert_eq!(kinds(&trace), [FlawKind::AlternatingZeros], "every {every}");
        let sentence = trace.check_clock().unwrap_err().to_string();
        assert!(
            sentence.starts_with("t.csv: it has zeros in turn with readings, so that times may be stretched"),
            "{sentence}"
        );
        assert!(source::find(&trace, source::Source::Steps { least_seconds: 0.1 }).is_err());
    }
}

#[test]
fn eembc_energyrunner_24_a_trace_longer_than_the_boards_lap_times_is_refused() {
    // Two windows of 1 s, drawn out to 4/3 and to 2.
    for (stretch, said) in [(4.0 / 3.0, "1.333"), (2.0, "2.000")] {
        let at = |seconds: f64| (seconds * stretch * 1000.0).round() as usize;
        let falls = [at(0.5), at(1.5), at(2.0), at(3.0)];
        let trace = open(&ppk2((0..at(3.5)).map(|index| 3000.0 * noise(index)), |index| {
            falls.contains(&index).then_some('0')
        }))
        .unwrap();
        let laps =
            ["dense", "conv"].map(|step| Lap { step: step.to_owned(), repetition: 1, seconds: Some(1.0) });
        let marker = edges::channel(&trace, None, edges::Edge::Falling).unwrap();
        let fault = join(&trace, &laps, Marks::Edges(&marker.falling)).unwrap_err();
        let expected = format!(
            "last {said} times as long as the log says: suspect zeros interleaved by a meter with two modules"
        );
        assert!(fault.to_string().ends_with(&expected), "{fault}");
    }
}

#[test]
fn eembc_energyrunner_29_work_that_draws_less_than_rest_is_a_second_supply() {
    let sentence = repetitions::second_supply(0.03, &[("dense", 0.041), ("conv", 1e-6)]).unwrap();
    assert!(
        sentence.starts_with("second supply: conv draws 1.0000e-6 W and the board at rest 3.0000e-2 W"),
        "{sentence}"
    );
    assert_eq!(repetitions::second_supply(0.03, &[("dense", 0.041), ("copy", 0.0299)]), None);
}

#[test]
fn eembc_energyrunner_34_dropped_packets_are_counted_and_refused_over_a_thousandth() {
    let lines = |dropped: std::ops::Range<usize>| -> String {
        let all = ppk2((0..4000).map(|index| 3000.0 * noise(index)), |_| None);
        let kept = all.lines().enumerate().filter(|(index, _)| !dropped.contains(index));
        kept.map(|(_, line)| format!("{line}\n")).collect()
    };
    let span = Span { start: 0.5, end: 3.5 };
    // Three of three thousand are filled with what is around them, and said.
    let few = open(&lines(1001..1004)).unwrap();
    let window = windows::measure(&few, span).unwrap();
    assert!((window.filled_seconds - 0.003).abs() < 1e-9);
    assert_eq!((few.flaws[0].count, few.flaws[0].first_line), (1, 1002));
    let whole = windows::measure(&open(&lines(0..0)).unwrap(), span).unwrap();
    assert!((window.coulombs.unwrap() / whole.coulombs.unwrap() - 1.0).abs() < 2e-5);
    // Four are too many.
    let many = open(&lines(1001..1005)).unwrap();
    let fault = windows::measure(&many, span).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "t.csv: window from 0.5000 s to 3.5000 s: 0.13 % of it has no reading, the first in line 1002; at most 0.10 % may be so"
    );
}

#[test]
fn ppk2_api_python_7_a_known_resistor_shows_a_wrong_scale() {
    // 3 V over 1 kOhm read as 2.7 mA.
    assert!((repetitions::resistor(1000.0, 3.0, 0.0027) + 0.1).abs() < 1e-12);
    assert!(repetitions::resistor(1000.0, 3.0, 0.003).abs() < 1e-12);
}

#[test]
fn ppk2_api_python_53_a_run_far_below_the_others_is_named() {
    let found = repetitions::suspicions("dense", &[2.7e-3, 2.71e-3, 0.05e-3, 2.69e-3, 2.7e-3]);
    assert_eq!(
        found,
        [
            "dense: repetition 3 draws 5.0000e-5 W where the median is 2.7000e-3 W: an old buffer, or a range that the meter had not left"
        ]
    );
}

#[test]
fn ppk2_api_python_14_without_volts_there_is_no_energy() {
    let text = ppk2((0..1000).map(|index| 3000.0 * noise(index)), |_| None);
    let trace = open(&text).unwrap();
    let window = windows::measure_whole(&trace).unwrap();
    assert_eq!((window.joules, trace.given_volts), (None, None));
    let volts = Options { volts: Some(3.0), ..Options::default() };
    let at_3_volts = windows::measure_whole(&read("t.csv", text.as_bytes(), None, &volts).unwrap()).unwrap();
    assert!((at_3_volts.joules.unwrap() - 3.0 * window.coulombs.unwrap()).abs() < 1e-12);
}

#[test]
fn ppk2_rs_3_time_is_from_the_file_and_not_from_the_rate_that_was_asked() {
    // 90,000 a second were asked, 3,120 came.
    let mut text = "Timestamp(ms),Current(uA)\n".to_owned();
    for index in 0..6240 {
        text.push_str(&format!("{:.5},1000\n", f64::from(index) / 3.12));
    }
    let options = Options { samples_per_second: Some(90_000.0), volts: Some(1.0), ..Options::default() };
    let trace = read("t.csv", text.as_bytes(), None, &options).unwrap();
    let window = windows::measure_whole(&trace).unwrap();
    assert!((window.joules.unwrap() / 2e-3 - 1.0).abs() < 1e-3);
    assert_eq!(
        trace.notes,
        ["The rate given is 90000 samples a second, and the file's own times show 3120.0: these are taken."]
    );
}

#[test]
fn pc_nrfconnect_ppk_159_an_input_that_never_changes_is_a_marker_not_wired() {
    let trace = open(&ppk2((0..100).map(|_| 3000.0), |_| None)).unwrap();
    assert!(trace.channels.iter().all(|channel| channel.is_constant));
    let fault = edges::channel(&trace, None, edges::Edge::Falling).unwrap_err();
    assert!(fault.to_string().starts_with("t.csv: marker: the marker is not wired: D0, D1, D2"), "{fault}");
    assert!(fault.to_string().contains("voltage (VCC)"), "{fault}");
}

#[test]
fn pc_nrfconnect_ppk_320_volts_that_were_given_are_told_from_volts_that_were_measured() {
    let given = Options { volts: Some(3.0), ..Options::default() };
    let text = ppk2((0..100).map(|_| 3000.0), |_| None);
    assert_eq!(read("t.csv", text.as_bytes(), None, &given).unwrap().given_volts, Some(3.0));
    // A file with volts has its own; a battery that sags does so in the energy.
    let sagging = "time_s,current_mA,voltage_V\n0,10,4.0\n1,10,3.0\n2,10,2.0\n";
    let trace = read("t.csv", sagging.as_bytes(), None, &given).unwrap();
    assert_eq!(trace.given_volts, None);
    assert!((trace.mean(&trace.samples.watts).unwrap() - 0.03).abs() < 1e-12);
    assert!((trace.samples.watts[2] - 0.02).abs() < 1e-12);
}

#[test]
fn pyjoulescope_examples_9_more_values_than_headings_are_refused_with_both_counts() {
    let headings: Vec<String> = (1..=17).map(|number| format!("extra{number}")).collect();
    let values = ["0"; 20].join(",");
    let text =
        format!("time,current,voltage,power,charge,energy,{}\n1,1,1,{values}\n", headings[..14].join(","));
    let fault = open(&text).unwrap_err();
    assert_eq!(fault.to_string(), "t.csv: line 2: it has 23 values, and the heading 20 columns");
}

#[test]
fn jls_14_one_column_without_times_asks_for_the_rate() {
    let text = "0.001\n0.002\n0.003\n";
    assert!(open(text).unwrap_err().to_string().contains("it has one column and no time"));
    let options = Options {
        samples_per_second: Some(1000.0),
        columns: vec![Column { role: "current".to_owned(), heading: "1".to_owned() }],
        ..Options::default()
    };
    let trace = read("t.csv", text.as_bytes(), None, &options).unwrap();
    assert_eq!((trace.format, trace.timing, trace.samples.len()), ("pyjls", Timing::GivenRate, 3));
}

#[test]
fn pyjoulescope_ui_75_dropped_samples_are_a_gap_whether_written_as_nan_or_as_zero() {
    for dropped in ["nan", "0"] {
        let mut text = "time_s,current_A,voltage_V\n".to_owned();
        for index in 0..1000 {
            let reading =
                if (500..510).contains(&index) { dropped.to_owned() } else { format!("{}", noise(index)) };
            text.push_str(&format!("{},{reading},3.3\n", index as f64 / 1000.0));
        }
        let trace = open(&text).unwrap();
        let kind = if dropped == "0" { FlawKind::Zeros } else { FlawKind::NotANumber };
        assert_eq!((kinds(&trace), trace.flaws[0].count, trace.flaws[0].first_line), (vec![kind], 10, 502));
        let fault = windows::measure(&trace, Span { start: 0.1, end: 0.9 }).unwrap_err();
        assert!(fault.message.starts_with("1.25 % of it has no reading, the first in line 502"), "{fault}");
        // Beside the gap nothing is wrong.
        assert!(windows::measure(&trace, Span { start: 0.1, end: 0.4 }).is_ok());
    }
}

#[test]
fn battlab_one_4_a_count_that_skips_is_a_gap_of_one_sample() {
    let mut text = String::new();
    for count in (1..=3000).filter(|count| *count != 1221) {
        text.push_str(&format!("{count},{}\n", if count % 2 == 0 { 0.04412 } else { 0.02941 }));
    }
    let column = |role: &str, heading: &str| Column { role: role.to_owned(), heading: heading.to_owned() };
    let options = Options {
        volts: Some(3.0),
        samples_per_second: Some(1000.0),
        columns: vec![column("counter", "1"), column("current", "2 [mA]")],
        ..Options::default()
    };
    let trace = read("t.csv", text.as_bytes(), None, &options).unwrap();
    assert_eq!(
        (kinds(&trace), trace.flaws[0].count, trace.flaws[0].first_line),
        (vec![FlawKind::Gap], 1, 1221)
    );
    let window = windows::measure_whole(&trace).unwrap();
    assert!((window.filled_seconds - 1e-3).abs() < 1e-9 && (window.seconds - 3.0).abs() < 1e-9, "{window:?}");
}

#[test]
fn ti_ina226_micropython_2_a_wrong_step_shunt_or_factor_is_named() {
    let rows = |current: f64, power: f64| -> String {
        let row = |time: u32| format!("{time},10,{current},5,{power}\n");
        format!("time_ms,shunt_mV,current_mA,bus_V,power_mW\n{}", (0..3).map(row).collect::<String>())
    };
    let shunt = Options { shunt_ohms: Some(0.1), ..Options::default() };
    let notes = |text: &str| read("t.csv", text.as_bytes(), None, &shunt).unwrap().notes;
    assert_eq!(notes(&rows(100.0, 500.0)), Vec::<String>::new());
    assert_eq!(
        notes(&rows(400.0, 2000.0)),
        [
            "In the mean the current is 4.000 times the shunt's voltage over its resistance: suspect the shunt's step of an \
          INA219 (10 uV) on an INA226 (2.5 uV)."
        ]
    );
    assert!(notes(&rows(50.0, 250.0))[0].contains("0.500 times"));
    assert!(
        notes(&rows(100.0, 400.0))[0]
            .ends_with("suspect the power factor of an INA226 (25) on an INA219 (20).")
    );
    let fault = open("time_ms,current_mA,bus_V,cal\n0,1,5,2048\n1,1,5,40960\n").unwrap_err();
    assert_eq!(fault.to_string(), "t.csv: line 3 cal: 40960 is too large: the register holds at most 32767");
}

#[test]
fn diybms_currentshunt_24_power_is_volts_times_amperes_and_not_the_register() {
    let text = "time_s,bus_V,current_A,power_W\n0,62.61,0.04,86.25\n1,62.61,0.04,86.25\n2,62.61,0.04,86.25\n";
    let trace = open(text).unwrap();
    assert!((trace.mean(&trace.samples.watts).unwrap() - 62.61 * 0.04).abs() < 1e-9);
    assert!(trace.notes[0].starts_with("In the mean the power column is 34.4"), "{:?}", trace.notes);
}

#[test]
fn intelligence_per_watt_40_a_device_without_a_meter_is_no_measurement() {
    let sentence = "its power is nowhere a number: this device has no meter, or it may not be read; a run without energy is no measurement";
    let smi =
        "timestamp, power.draw [W]\n2024/10/30 18:42:33.1, [N/A]\n2024/10/30 18:42:34.1, [Not Supported]\n";
    assert_eq!(open(smi).unwrap_err().to_string(), format!("t.csv: {sentence}"));
    let without_rails = "09-22-2026 00:29:21 RAM 4461/15524MB CPU [0%@1984] GPU@50.656C\n09-22-2026 00:29:22 RAM 4461/15524MB CPU [0%@1984] GPU@50.656C\n";
    assert_eq!(open(without_rails).unwrap_err().to_string(), format!("t.csv: {sentence}"));
}

#[test]
fn zeus_181_a_trace_says_which_quantity_it_is() {
    let smi =
        |name: &str| format!("timestamp, {name} [W]\n2024/10/30 18:42:33, 1 W\n2024/10/30 18:42:34, 1 W\n");
    let average = open(&smi("power.draw")).unwrap();
    let instant = open(&smi("power.draw.instant")).unwrap();
    assert_eq!(average.quantity, "the GPU's own power, power.draw [W]");
    assert_eq!(instant.quantity, "the GPU's own power, power.draw.instant [W]");
    assert!(average.notes[0].contains("mean of the last second") && instant.notes.is_empty(), "{average:?}");
    let rails = open("3V3_A current(0)=1A\n3V3_V volt(1)=3.3V\n").unwrap();
    assert_eq!(
        rails.quantity,
        "the sum of the PMIC's rails: USB, HATs, drives and the regulators' losses are not in it"
    );
}

#[test]
fn atlas_1197_a_window_holds_only_what_was_read_inside_it() {
    // Ten seconds at 10 W, then ten at 20 W; each reading is the mean of the last second.
    let mut text = "timestamp, power.draw [W]\n".to_owned();
    for tenth in 0..200_u32 {
        let watts = 10.0 + (f64::from(tenth) - 100.0).clamp(0.0, 10.0);
        text.push_str(&format!("2024/10/30 18:42:{:06.3}, {watts} W\n", f64::from(tenth) / 10.0));
    }
    let trace = open(&text).unwrap();
    let zero = trace.samples.starts[0] + 0.05;
    let busy = windows::measure(&trace, Span { start: zero + 10.0, end: zero + 19.9 }).unwrap();
    assert!((busy.watts().unwrap() - 20.0).abs() < 0.02, "{busy:?}");
    // A window with no, or hardly any, reading inside is refused.
    let short = windows::measure(&trace, Span { start: zero + 12.0, end: zero + 13.0 }).unwrap_err();
    assert!(short.message.contains("a window needs at least 2 s"), "{short}");
    let slow = open("time_s,power_W\n0,10\n1,10\n2,20\n3,20\n").unwrap();
    let fault = windows::measure(&slow, Span { start: 1.0, end: 3.0 }).unwrap_err();
    assert!(fault.message.ends_with(&format!("needs at least {LEAST_SAMPLES}")), "{fault}");
}

#[test]
fn maximai_documentation_59_sums_are_held_against_the_meters_own() {
    let text = |energy: f64| {
        let row = |second: u32| format!("{second},2.0,{}\n", energy * f64::from(second));
        format!("time_s,power_W,energy_J\n{}", (0..20).map(row).collect::<String>())
    };
    let agrees = open(&text(2.0)).unwrap().against_totals();
    assert!(agrees[0].0 == "energy" && agrees[0].1.abs() < 1e-9, "{agrees:?}");
    let differs = open(&text(1.0)).unwrap().against_totals();
    assert!((differs[0].1 - 1.0).abs() < 1e-9, "{differs:?}");
}

#[test]
fn power_dev_236_a_run_that_the_meter_slows_is_named() {
    let sentence = repetitions::slowed_by_meter(11.0, 10.0).unwrap();
    assert!(
        sentence.starts_with(
            "the work takes 10.00 % longer while the meter is read, and at most 2.00 % may be so"
        )
    );
    assert_eq!(repetitions::slowed_by_meter(10.1, 10.0), None);
}

#[test]
fn a_clipped_range_is_found_with_and_without_knowing_the_meter() {
    // A kit at its ampere.
    let known = open(&ppk2(
        (0..2000).map(|index| if index % 100 == 7 { 1_000_000.0 } else { 500_000.0 * noise(index) }),
        |_| None,
    ))
    .unwrap();
    assert_eq!((kinds(&known), known.flaws[0].count), (vec![FlawKind::Clipped], 20));
    let fault = windows::measure(&known, Span { start: 0.1, end: 1.9 }).unwrap_err();
    assert!(
        fault.message.starts_with("1.00 % of its readings are at the end of the meter's range, 1"),
        "{fault}"
    );
    // Any meter: a swing that is cut flat.
    let swing = |limit: f64| -> String {
        let row = |index: u32| format!("{index},{}\n", (1.0 + (f64::from(index) * 0.37).sin()).min(limit));
        format!("time_ms,current_mA\n{}", (0..2000).map(row).collect::<String>())
    };
    assert_eq!(kinds(&open(&swing(1.7)).unwrap()), [FlawKind::Clipped]);
    assert_eq!(kinds(&open(&swing(3.0)).unwrap()), []);
    // Two levels, exactly: a generator's, not a range's end.
    let levels = "time_ms,current_mA\n".to_owned()
        + &(0..2000).map(|index| format!("{index},{}\n", 1 + index / 1000)).collect::<String>();
    assert_eq!(kinds(&open(&levels).unwrap()), []);
}

#[test]
fn times_that_repeat_or_run_backwards_are_counted_and_refused() {
    let rows = |change: &dyn Fn(u32) -> f64| -> String {
        format!(
            "time_s,power_W\n{}",
            (0..100).map(|index| format!("{},1\n", change(index))).collect::<String>()
        )
    };
    for (change, kind, said) in [
        (
            &(|index: u32| f64::from(index / 2)) as &dyn Fn(u32) -> f64,
            FlawKind::RepeatedTime,
            "times that repeat: 50 (50.00 %), the first in line 3: 0 s after 0 s",
        ),
        (
            &(|index: u32| if index == 50 { 3.0 } else { f64::from(index) }),
            FlawKind::BackwardTime,
            "times that run backwards: 1 (1.00 %), the first in line 52: 3 s after 49 s",
        ),
    ] {
        let trace = open(&rows(change)).unwrap();
        assert_eq!(trace.flaws[0].kind, kind);
        let sentence = trace.check_clock().unwrap_err().to_string();
        assert_eq!(sentence, format!("t.csv: it has {said}; at most 0.10 % may be so"));
        let found = source::find(&trace, source::Source::Stamps { file: "s", bytes: b"1,20" });
        assert_eq!(found.unwrap_err().to_string(), sentence);
    }
}

#[test]
fn a_last_line_that_was_cut_is_left_out_and_said() {
    let text = ppk2((0..100).map(|_| 3000.0), |_| None);
    let cut = &text[..text.len() - 11];
    let trace = open(cut).unwrap();
    assert_eq!((kinds(&trace), trace.flaws[0].first_line), (vec![FlawKind::CutLine], 101));
    assert_eq!(trace.samples.len(), 99);
}
