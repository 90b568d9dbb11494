//! Lines of a log and windows of a trace: surplus and lost edges, lost lines, stretched times.

use joulegram_meters::format::{Options, read};
use joulegram_meters::join::{Join, Lap, Marks, join, repetitions};
use joulegram_meters::trace::Trace;
use joulegram_meters::windows::Span;

/// A trace at 100 samples a second whose reading is 1 W, and 2 W in the spans.
fn trace(spans: &[Span], seconds: u32) -> Trace {
    let mut csv = String::from("time_s,power_W\n");
    for sample in 0..seconds * 100 {
        let time = f64::from(sample) / 100.0;
        let is_in = spans.iter().any(|span| time >= span.start && time < span.end);
        csv.push_str(&format!("{time},{}\n", if is_in { 2 } else { 1 }));
    }
    read("t.csv", csv.as_bytes(), None, &Options::default()).unwrap()
}

fn lap(step: &str, seconds: f64) -> Lap {
    Lap { step: step.to_owned(), repetition: 1, seconds: Some(seconds) }
}

fn steps(join: &Join, laps: &[Lap]) -> Vec<(String, f64)> {
    join.joined.iter().map(|joined| (laps[joined.lap].step.clone(), joined.window.start)).collect()
}

const SPANS: [Span; 4] = [
    Span { start: 1.0, end: 3.0 },
    Span { start: 4.0, end: 6.1 },
    Span { start: 7.0, end: 10.0 },
    Span { start: 11.0, end: 13.0 },
];

fn edges(spans: &[Span]) -> Vec<f64> {
    spans.iter().flat_map(|span| [span.start, span.end]).collect()
}

fn laps() -> Vec<Lap> {
    vec![lap("dense", 2.0), lap("conv", 2.1), lap("pool", 3.0), lap("dense", 2.0)]
}

#[test]
fn every_line_finds_its_window() {
    let join = join(&trace(&SPANS, 15), &laps(), Marks::Edges(&edges(&SPANS))).unwrap();
    let starts: Vec<f64> = join.joined.iter().map(|joined| joined.window.start).collect();
    assert_eq!(starts, [1.0, 4.0, 7.0, 11.0]);
    for joined in &join.joined {
        assert!((joined.window.watts().unwrap() - 2.0).abs() < 0.02);
    }
    assert_eq!((join.laps_without_window.len(), join.notes.len()), (0, 0));
    assert!((join.clock_ratio.unwrap() - 1.0).abs() < 1e-9);
}

#[test]
fn surplus_edges_anywhere_between_windows_do_no_harm() {
    for surplus in [vec![0.2], vec![0.2, 0.9], vec![3.5], vec![0.1, 3.5, 6.5, 10.9, 14.0]] {
        let mut times = edges(&SPANS);
        times.extend(&surplus);
        times.sort_by(f64::total_cmp);
        let laps = laps();
        let join = join(&trace(&SPANS, 15), &laps, Marks::Edges(&times)).unwrap();
        let expected = [("dense", 1.0), ("conv", 4.0), ("pool", 7.0), ("dense", 11.0)]
            .map(|(step, at)| (step.to_owned(), at));
        assert_eq!(steps(&join, &laps), expected, "{surplus:?}");
    }
}

#[test]
fn lost_lines_and_lost_edges_cost_only_their_own_step() {
    let trace = trace(&SPANS, 15);
    let all = laps();
    for lost in 0..all.len() {
        let mut laps = all.clone();
        laps.remove(lost);
        let join = join(&trace, &laps, Marks::Edges(&edges(&SPANS))).unwrap();
        assert_eq!(join.joined.len(), 3, "line {lost}");
        for joined in &join.joined {
            assert!(
                (joined.window.seconds / laps[joined.lap].seconds.unwrap() - 1.0).abs() < 0.01,
                "line {lost}"
            );
        }
    }
    for lost in 0..8 {
        let mut times = edges(&SPANS);
        times.remove(lost);
        let join = join(&trace, &all, Marks::Edges(&times)).unwrap();
        assert_eq!(
            (join.joined.len(), join.laps_without_window.as_slice()),
            (3, [lost / 2].as_slice()),
            "edge {lost}"
        );
        assert!(
            join.notes[0].starts_with("1 of 4 lines of the log have no window of their length"),
            "{:?}",
            join.notes
        );
    }
}

/// Idle and sleep last as long as each other: one edge lost, or one line, and neither's watts are the other's.
#[test]
fn windows_that_could_be_their_neighbours_are_left_out() {
    let spans = [
        Span { start: 1.0, end: 3.0 },
        Span { start: 4.0, end: 6.5 },
        Span { start: 7.0, end: 9.5 },
        Span { start: 11.0, end: 13.0 },
    ];
    let laps = [lap("dense", 2.0), lap("idle", 2.5), lap("sleep", 2.5), lap("pool", 2.0)];
    let trace = trace(&spans, 15);
    for lost in 2..6 {
        let mut times = edges(&spans);
        times.remove(lost);
        let join = join(&trace, &laps, Marks::Edges(&times)).unwrap();
        assert_eq!(
            (join.joined.len(), join.laps_without_window.as_slice()),
            (2, [1, 2].as_slice()),
            "edge {lost}"
        );
        assert_eq!(join.ambiguous.len(), 1);
        assert!(join.notes[1].contains("could have their neighbours' windows"), "{:?}", join.notes);
    }
    for lost in 1..3 {
        let mut laps = laps.to_vec();
        laps.remove(lost);
        let join = join(&trace, &laps, Marks::Edges(&edges(&spans))).unwrap();
        assert_eq!((join.joined.len(), join.ambiguous.as_slice()), (2, [1].as_slice()), "line {lost}");
    }
}

#[test]
fn an_edge_inside_a_window_refuses_that_window_alone() {
    let mut times = edges(&SPANS);
    times.push(8.5);
    times.sort_by(f64::total_cmp);
    let join = join(&trace(&SPANS, 15), &laps(), Marks::Edges(&times)).unwrap();
    assert_eq!(join.laps_without_window, [2]);
}

#[test]
fn a_lap_without_a_length_is_told_by_its_neighbours() {
    let mut laps = laps();
    laps[1].seconds = None;
    let join = join(&trace(&SPANS, 15), &laps, Marks::Edges(&edges(&SPANS))).unwrap();
    assert_eq!(join.joined.len(), 4);
    assert_eq!(join.joined[1].window.start, 4.0);
}

#[test]
fn without_lengths_only_equal_numbers_are_joined() {
    let mut laps = laps();
    for lap in &mut laps {
        lap.seconds = None;
    }
    let trace = trace(&SPANS, 15);
    assert_eq!(join(&trace, &laps, Marks::Spans(&SPANS, 0.0)).unwrap().joined.len(), 4);
    let fault = join(&trace, &laps[1..], Marks::Spans(&SPANS, 0.0)).unwrap_err();
    assert!(
        fault.to_string().contains("the log says no times and has 3 lines, the trace 4 windows"),
        "{fault}"
    );
}

#[test]
fn a_trace_of_another_run_is_refused() {
    let fault = join(&trace(&SPANS, 15), &[lap("dense", 5.0)], Marks::Edges(&edges(&SPANS))).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "t.csv: windows: none of the 1 lines of the log has a window of its length among 7"
    );
}

#[test]
fn a_step_that_differs_between_repetitions_is_named() {
    assert!(repetitions::suspicions("dense", &[1.0, 1.001, 0.999]).is_empty());
    assert!(
        repetitions::suspicions("dense", &[1.0, 1.05, 0.95])[0]
            .starts_with("dense: repetitions vary by 5.00 %")
    );
    assert!(repetitions::suspicions("dense", &[1.0, 1.005, 1.011])[0].contains("drifts by 1.10 %"));
    assert!(repetitions::suspicions("dense", &[1.0]).is_empty());
}
