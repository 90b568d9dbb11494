//! The protocol, asked of each emulated board.

use joulegram::kernel::{Engine, Rounding, Slot};
use joulegram_tests::{dialogue, hostile, inputs};

use crate::client::Client;
use crate::emulator::{BOARDS, Emulator};

/// Plays a dialogue's side of the host and compares each answer.
fn replay(board: &str, image: &str, name: &str, limit: usize) {
    let mut emulator = Emulator::start(board, image, &[]);
    for exchange in dialogue::read(name).expect("a dialogue").iter().take(limit) {
        emulator.send(&exchange.command);
        let answer =
            emulator.receive(b"m-ready\r\n", 30).unwrap_or_else(|| panic!("{board}: no answer in {name}"));
        let expected = naming(board, &exchange.answer);
        assert!(
            dialogue::matches(&expected, &answer),
            "{board}, {name}: to {}\nexpected {}\nfound    {}",
            exchange.command.escape_ascii(),
            expected.escape_ascii(),
            answer.escape_ascii()
        );
    }
}

/// An answer with the board's name for `BOARD`; it may hold bytes that are no text.
fn naming(board: &str, answer: &[u8]) -> Vec<u8> {
    match answer.windows(5).position(|bytes| bytes == b"BOARD") {
        Some(place) => [&answer[..place], board.as_bytes(), &answer[place + 5..]].concat(),
        None => answer.to_vec(),
    }
}

#[test]
fn every_board_answers_every_command_to_the_byte() {
    for (board, ..) in BOARDS {
        replay(board, "protocol", "kws-performance.txt", usize::MAX);
    }
}

#[test]
fn every_board_answers_a_real_run_of_the_reference_board_to_the_byte() {
    replay("qemu-m4", "energy-protocol", "kws-energy-l4r5.txt", usize::MAX);
    let exchanges = dialogue::read("kws-energy-l4r5.txt").expect("a dialogue");
    let window =
        exchanges.iter().position(|exchange| exchange.command.starts_with(b"infer")).expect("a window");
    for board in ["qemu-m0", "qemu-rv32"] {
        // Up to the first window: 750 inferences take these minutes.
        replay(board, "energy-protocol", "kws-energy-l4r5.txt", window);
    }
}

#[test]
fn ten_thousand_hostile_commands_leave_it_answering() {
    let mut board = Emulator::start("qemu-m4", "protocol", &[]);
    board.receive(b"m-ready\r\n", 5).expect("a greeting");
    for command in hostile::commands(10_000) {
        // No more at once than a host's buffer holds: the line has no flow control.
        for piece in command.split_inclusive(|byte| *byte == b'%') {
            board.send(piece);
            if piece.ends_with(b"%") {
                let answer = board.receive(b"m-ready\r\n", 10);
                assert!(answer.is_some(), "no answer to {}", piece.escape_ascii());
            }
        }
    }
    board.send(b"%");
    board.receive(b"m-ready\r\n", 5).expect("an answer");
    board.send(b"name%");
    assert_eq!(board.receive(b"m-ready\r\n", 5).expect("an answer"), b"m-name-dut-[qemu-m4]\r\nm-ready\r\n");
}

/// As `tests_performance.yaml` of the open runner: five times an input, and as many inferences between the stamps as take
/// ten seconds of the board's, for which its 70 are more than are needed.
#[test]
fn a_host_like_the_open_runner_completes_performance_mode() {
    let mut host = Client::new(Emulator::start("qemu-m4", "protocol", &[]));
    assert_eq!(host.value("name", "m-name-dut-"), "qemu-m4");
    assert_eq!(host.value("profile", "m-model-"), "kws01");
    let mut windows = Vec::new();
    for number in 0..5 {
        host.load(&inputs::golden(number, 490));
        let inference = host.infer(25, 2);
        assert_eq!(inference.results.len(), 12);
        windows.push(inference.microseconds);
    }
    // The runner refuses less than ten seconds; all five last as long as their instructions do.
    let (least, most) = (windows.iter().min().expect("five"), windows.iter().max().expect("five"));
    assert!(*least > 10_000_000, "{windows:?}");
    assert!(most - least < least / 1000, "{windows:?}");
    // 3,281,765 instructions of 128 ns, by another image and another clock.
    let each = f64::from(*least) / 25.0;
    assert!((each / (3_281_765.0 * 0.128) - 1.0).abs() < 0.01, "{each}");
}

/// As `tests_accuracy.yaml`: one inference an input, and the class that it says.
#[test]
fn a_host_like_the_open_runner_completes_accuracy_mode_on_every_board() {
    let file = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/models/kws.tflite"))
        .expect("the model");
    let mut slots = [Slot::EMPTY; 256];
    let engine = Engine::new(&file, Rounding::Tflm, &mut slots).expect("a model");
    let mut arena = vec![0; engine.arena_bytes()];
    for (board, ..) in BOARDS {
        let mut host = Client::new(Emulator::start(board, "protocol", &[]));
        for number in 0..20 {
            let input = inputs::golden(number, 490);
            host.load(&input);
            let found = host.infer(1, 0).results;
            let mut output = [0; 12];
            engine.run(&input, &mut output, &mut arena).expect("an inference");
            let expected = output.map(|byte| (f64::from(byte.cast_signed()) + 128.0) / 256.0);
            assert!(
                found.iter().zip(expected).all(|(found, real)| (found - real).abs() <= 0.0005),
                "{board}: {found:?}"
            );
        }
    }
}

#[test]
fn each_time_stamp_of_energy_mode_is_a_falling_edge_held_for_a_tenth_of_a_millisecond() {
    let mut board = Emulator::start("qemu-m4", "energy-protocol", &["-trace", "mps2_fpgaio_write"]);
    board.receive(b"m-ready\r\n", 5).expect("a greeting");
    board.send(b"timestamp%infer 2 0%");
    board.receive(b"m-ready\r\n", 5).expect("an answer");
    board.receive(b"m-ready\r\n", 30).expect("an answer");
    let trace = std::fs::read_to_string(&board.trace).expect("what QEMU traced");
    // The lights' register is at offset 0; the first light is the marker.
    let lights: Vec<_> = trace
        .lines()
        .filter(|line| line.contains("offset 0x0 "))
        .map(|line| line.contains("data 0x1"))
        .collect();
    // Up at the start; then the greeting's, the command's and the two of a window.
    assert_eq!(lights, [true, false, true, false, true, false, true, false, true], "{trace}");
}

/// `ic01`, `vww01` and `ad01` with the inputs that their hosts send; what they answer is compared on this computer.
#[test]
fn the_other_three_models_are_linked_in_by_a_build_variable() {
    for (model, bytes, results) in [("ic", 3072, 10), ("vww", 27_648, 2), ("ad", 2560, 1)] {
        let mut host = Client::new(Emulator::start("qemu-m4", &format!("{model}-protocol"), &[]));
        assert_eq!(host.value("profile", "m-model-"), format!("{model}01"));
        // Bytes that are numbers of moderate size as f32 too.
        let input: Vec<u8> =
            inputs::golden(0, bytes / 4).iter().flat_map(|byte| [0, 0, *byte & 0x7f, 0x41]).collect();
        host.load(&input);
        let inference = host.infer(1, 0);
        assert_eq!(inference.results.len(), results);
        assert!(inference.results.iter().all(|number| number.is_finite()), "{model}: {inference:?}");
        let sum: f64 = inference.results.iter().sum();
        assert!(model == "ad" && sum > 0.0 || (sum - 1.0).abs() < 0.03, "{model}: {inference:?}");
    }
}
