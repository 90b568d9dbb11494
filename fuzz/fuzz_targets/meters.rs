//! Reads a power meter's file by every reader and cuts windows from it. Whatever the file is: no panic, a fault is one
//! sentence, columns are equally long, samples don't overlap, and what was summed is finite and in proportion.
#![no_main]

use joulegram_meters::format::{Column, Options, all, read};
use joulegram_meters::join::{Lap, Marks, join};
use joulegram_meters::trace::Trace;
use joulegram_meters::windows::source::{Source, find};
use joulegram_meters::windows::{Span, edges, measure, measure_whole, stamps, steps};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let columns = |role: &str| vec![Column { role: role.to_owned(), heading: "1".to_owned() }];
    let plain = Options::default();
    let helped = Options {
        volts: Some(3.0),
        samples_per_second: Some(1000.0),
        shunt_ohms: Some(0.1),
        columns: columns("current"),
    };
    for options in [&plain, &helped] {
        let formats = [None].into_iter().chain(all().map(|(name, _)| Some(name)));
        for format in formats {
            match read("file", file, format, options) {
                Ok(trace) => check(&trace, file),
                Err(fault) => assert!(!fault.to_string().contains('\n') || file.contains(&b'\n'), "{fault}"),
            }
        }
    }
    let _ = stamps::read("file", file);
});

fn check(trace: &Trace, file: &[u8]) {
    let samples = &trace.samples;
    let count = samples.len();
    assert!(count > 0 && trace.period > 0.0, "{trace:?}");
    assert_eq!((samples.ends.len(), samples.lines.len()), (count, count));
    for column in [&samples.amperes, &samples.volts, &samples.watts] {
        assert!(column.is_empty() || column.len() == count);
    }
    assert!(samples.starts.iter().zip(samples.starts.iter().skip(1)).all(|(a, b)| a <= b));
    for flaw in &trace.flaws {
        assert!(flaw.count > 0 && flaw.share >= 0.0, "{flaw:?}");
    }
    let _ = (trace.check(), trace.against_totals(), trace.mean(samples.readings()));
    let _ = measure_whole(trace);
    let (start, end) = trace.span();
    let _ = measure(trace, Span { start, end: f64::midpoint(start, end) });
    let _ = steps::find(trace, 0.001);
    for source in [
        Source::Edges { channel: None, edge: edges::Edge::Falling },
        Source::Edges { channel: None, edge: edges::Edge::Rising },
        Source::Stamps { file: "stamps", bytes: file },
    ] {
        let _ = find(trace, source);
    }
    if let Ok(channel) = edges::channel(trace, None, edges::Edge::Falling) {
        let laps = [Some(0.001), None, Some(0.01)].map(|seconds| Lap { step: String::new(), repetition: 1, seconds });
        let _ = join(trace, &laps, Marks::Edges(&channel.falling));
    }
}
