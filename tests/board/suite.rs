//! The calibration suite, run by each emulated board.

use joulegram::calibrate::log::Line;
use joulegram::calibrate::session::Ticks;
use joulegram::calibrate::suite::{MEMORY_BYTES, SLOTS, STEPS};
use joulegram::kernel::Slot;

use crate::emulator::{BOARDS, Emulator};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/golden/suite.csv");

/// Step and checksum of what it gave, computed here.
fn checksums() -> String {
    let (mut memory, mut slots) = (vec![0; MEMORY_BYTES], [Slot::EMPTY; SLOTS]);
    let rows = STEPS.iter().map(|step| {
        let mut prepared = step.prepare(&mut memory, &mut slots).expect("a step of the suite");
        prepared.run();
        format!("{},{:016x}\n", step.name, prepared.checksum())
    });
    ["step,checksum\n".to_owned()].into_iter().chain(rows).collect()
}

/// The golden checksums; `FIRMWARE_WRITE=1` writes them anew after a change of the suite that is meant.
fn golden() -> String {
    if std::env::var_os("FIRMWARE_WRITE").is_some() {
        std::fs::write(GOLDEN, checksums()).expect("the fixtures can be written");
    }
    std::fs::read_to_string(GOLDEN).expect("the golden checksums")
}

#[test]
fn this_computer_gives_the_golden_checksums() {
    assert_eq!(checksums(), golden());
}

#[test]
fn every_board_runs_the_whole_suite_and_gives_the_golden_checksums() {
    let golden = golden();
    let expected: Vec<_> = golden.lines().skip(1).map(str::to_owned).collect();
    for (board, ..) in BOARDS {
        let mut emulator = Emulator::start(board, "suite", &[]);
        let text = emulator.receive(b"joulegram suite done\r\n", 120).expect("a log");
        let text = String::from_utf8(text).expect("text");
        let heading = text.lines().next().expect("a heading");
        // QEMU has no cycle counter on Arm: it tested itself and said so.
        let counter = if board == "qemu-rv32" { "counter=mcycle" } else { "counter=systick" };
        assert!(heading.contains(counter) && heading.contains(&format!("board={board}")), "{heading}");
        let lines: Vec<_> =
            text.lines().filter_map(Line::read).map(|line| line.expect("a whole line")).collect();
        for repetition in 1..=5 {
            let found = lines.iter().filter(|line| line.repetition == repetition);
            let found: Vec<_> = found.map(|line| format!("{},{:016x}", line.step, line.checksum)).collect();
            assert_eq!(found, expected, "{board}, repetition {repetition}");
        }
        assert_eq!(lines.len(), 5 * STEPS.len());
        for line in &lines {
            assert_eq!((line.counter, line.clock_hertz, line.board), (Ticks::Instructions, 0, board));
            assert!(line.ticks > 0 && line.iterations > 0, "{board}: {}", line.step);
        }
        // An emulator's instructions are the same each time, but for those of reading a counter that ticks slower.
        for line in lines.iter().filter(|line| !["idle", "sleep"].contains(&line.step)) {
            let first = lines.iter().find(|first| first.step == line.step).expect("the first");
            let each = |line: &Line<'_>| line.ticks as f64 / line.iterations as f64;
            let difference = (each(line) - each(first)).abs() * line.iterations as f64;
            assert!(difference <= 8.0 + 1e-4 * line.ticks as f64, "{board}: {line:?} {first:?}");
        }
        // Any byte starts it again.
        emulator.send(b"%");
        assert!(emulator.receive(b"joulegram suite board=", 10).is_some());
    }
}
