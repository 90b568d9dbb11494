//! The example for firmware of one's own.

use crate::emulator::{BOARDS, Emulator};

/// Numbers of a line, in their order.
fn numbers(line: &str) -> Vec<u64> {
    line.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn the_example_says_joules_grams_and_what_is_left_of_the_budget() {
    for (board, ..) in BOARDS {
        let mut emulator = Emulator::start(board, "budget", &[]);
        let lines: Vec<_> = (0..3)
            .map(|_| String::from_utf8(emulator.receive(b"\r\n", 30).expect("a line")).expect("text"))
            .collect();
        let found: Vec<_> = lines.iter().map(|line| numbers(line)).collect();
        let spent = found[0][0];
        for (index, line) in (1..).zip(&found) {
            let [each, total, nanograms, left] = line[..] else { panic!("{line:?}") };
            // Rounded down, each.
            assert!(each.abs_diff(spent) <= spent / 1000 + 1, "{board}: {lines:?}");
            assert!(total.abs_diff(index * spent) <= index * (1 + spent / 1000), "{board}: {lines:?}");
            // 344 g a kWh are 0.0956 ng a microjoule; 10 J a day are 1000 per mille.
            assert!((nanograms as f64 - total as f64 * 344.0 / 3600.0).abs() <= 1.0, "{board}: {lines:?}");
            assert_eq!(left, 999 - total / 10_000, "{board}: {lines:?}");
            assert!(
                lines[0].contains("emulated time") && lines[0].contains("modelled watts"),
                "{board}: {lines:?}"
            );
        }
    }
}
