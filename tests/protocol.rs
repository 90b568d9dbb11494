//! The device's answers on this computer, byte for byte; `tests/board` asks the same of emulated boards.

#![expect(clippy::unwrap_used, reason = "a fixture that can't be read fails its test")]

use std::path::Path;

use joulegram::digest::Digest;
use joulegram::kernel::Slot;
use joulegram_protocol::{Encoding, Mode, Network, Port, STORE_BYTES, Session, Store};
use joulegram_tests::{dialogue, hostile};

/// A board whose line is a vector and whose clock goes on a microsecond a reading.
#[derive(Default)]
struct Board {
    sent: Vec<u8>,
    clock: u32,
    pulses: usize,
}

impl Port for Board {
    fn read(&mut self) -> u8 {
        b'%'
    }

    fn write(&mut self, bytes: &[u8]) {
        self.sent.extend(bytes);
    }

    fn microseconds(&mut self) -> u32 {
        self.clock = self.clock.wrapping_add(1);
        self.clock
    }

    fn pulse(&mut self) {
        self.pulses += 1;
    }
}

fn fixture(model: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fixtures/models/{model}.tflite")))
        .unwrap()
}

/// Runs `test` with a device that has said its greeting.
fn with_device(model: &str, encoding: Encoding, mode: Mode, test: impl FnOnce(&mut Session<'_>, &mut Board)) {
    let file = fixture(model);
    let (mut plan, mut arena) = ([Slot::default(); 256], vec![0; 256 * 1024]);
    let (mut input, mut output, mut store) = (vec![0; STORE_BYTES], [0; 1024], [0; STORE_BYTES]);
    let memory = [&mut input[..], &mut output[..], &mut arena[..]];
    let network = Network::new(&file, encoding, &mut plan, memory).unwrap();
    let name = format!("{model}01");
    let mut board = Board::default();
    let mut device = Session::new(mode, "BOARD", &name, network, Store::new(&mut store));
    device.greet(&mut board);
    test(&mut device, &mut board);
}

fn ask(device: &mut Session<'_>, board: &mut Board, command: &[u8]) -> Vec<u8> {
    board.sent.clear();
    command.iter().for_each(|byte| device.take(*byte, board));
    std::mem::take(&mut board.sent)
}

fn replay(name: &str, mode: Mode, exchanges: &[dialogue::Exchange]) {
    with_device("kws", Encoding::Tensor, mode, |device, board| {
        for exchange in exchanges {
            let answer = if exchange.command.is_empty() {
                std::mem::take(&mut board.sent)
            } else {
                ask(device, board, &exchange.command)
            };
            assert!(
                dialogue::matches(&exchange.answer, &answer),
                "{name}: to {}\nexpected {}\nfound    {}",
                exchange.command.escape_ascii(),
                exchange.answer.escape_ascii(),
                answer.escape_ascii()
            );
        }
    });
}

#[test]
fn every_command_and_every_error_is_answered_to_the_byte() {
    let exchanges = dialogue::read("kws-performance.txt").unwrap();
    assert!(exchanges.len() > 60);
    replay("kws-performance.txt", Mode::Performance, &exchanges);
}

/// Its windows of 150 inferences are for `tests/board`.
#[test]
fn a_real_run_of_the_reference_board_is_answered_to_the_byte_up_to_its_first_window() {
    let exchanges = dialogue::read("kws-energy-l4r5.txt").unwrap();
    let first = exchanges.iter().position(|exchange| exchange.command.starts_with(b"infer")).unwrap();
    replay("kws-energy-l4r5.txt", Mode::Energy, &exchanges[..first]);
}

#[test]
fn ten_thousand_hostile_commands_leave_it_answering() {
    with_device("ad", Encoding::Reconstruction, Mode::Performance, |device, board| {
        for command in hostile::commands(10_000) {
            let ends = command.iter().filter(|byte| **byte == b'%').count();
            let answer = ask(device, board, &command);
            let ready = answer.windows(9).filter(|bytes| *bytes == b"m-ready\r\n").count();
            assert_eq!(ready, ends, "{}", command.escape_ascii());
        }
        ask(device, board, b"%");
        assert_eq!(ask(device, board, b"name%"), b"m-name-dut-[BOARD]\r\nm-ready\r\n");
    });
}

/// The hash of what the last operator gives for a golden input.
fn golden_hash(model: &str, number: u64) -> String {
    let table =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/golden/golden.csv"))
            .unwrap();
    let mut rows = table.lines().filter(|line| line.starts_with(&format!("{model},{number},tflm,")));
    rows.next_back().unwrap().split(',').nth(6).unwrap().to_owned()
}

/// `infer 1 0` on some bytes, in pieces of 31 as the open runner sends them.
fn infer(device: &mut Session<'_>, board: &mut Board, input: &[u8]) -> String {
    ask(device, board, format!("db load {}%", input.len()).as_bytes());
    for piece in input.chunks(31) {
        let digits: String = piece.iter().map(|byte| format!("{byte:02x}")).collect();
        ask(device, board, format!("db {digits}%").as_bytes());
    }
    String::from_utf8(ask(device, board, b"infer 1 0%")).unwrap()
}

/// Scale and zero point of the classifiers' outputs: softmax gives 256ths.
fn results(output: &[u8]) -> String {
    let numbers = output.iter().map(|byte| (f32::from(byte.cast_signed()) + 128.0) / 256.0);
    let numbers: Vec<_> = numbers.map(|number| format!("{number:.3}")).collect();
    format!("m-results-[{}]\r\nm-ready\r\n", numbers.join(","))
}

#[test]
fn each_input_encoding_gives_the_golden_outputs() {
    // The dialogues have all three of kws.
    let cases = [("kws", Encoding::Tensor, 3), ("ic", Encoding::Unsigned, 1), ("vww", Encoding::Unsigned, 1)];
    for (model, encoding, inputs) in cases {
        for number in 0..inputs {
            let file = fixture(model);
            let mut slots = [Slot::default(); 256];
            let engine =
                joulegram::kernel::Engine::new(&file, joulegram::kernel::Rounding::Tflm, &mut slots).unwrap();
            let input = joulegram_tests::inputs::golden(number, engine.input_bytes());
            let (mut output, mut arena) = (vec![0; engine.output_bytes()], vec![0; engine.arena_bytes()]);
            engine.run(&input, &mut output, &mut arena).unwrap();
            assert_eq!(Digest::default().bytes(&output).to_string(), golden_hash(model, number));
            // A host of ic01 and vww01 sends unsigned bytes.
            let sent: Vec<u8> = match encoding {
                Encoding::Unsigned => input.iter().map(|byte| byte.wrapping_add(128)).collect(),
                _ => input,
            };
            with_device(model, encoding, Mode::Performance, |device, board| {
                let answer = infer(device, board, &sent);
                assert!(answer.ends_with(&results(&output)), "{model} {number}: {answer}");
            });
        }
    }
}

#[test]
fn an_autoencoder_answers_the_mean_squared_difference() {
    let file = fixture("ad");
    let model = joulegram::model::tflite::Model::new(&file).unwrap();
    let graph = model.subgraph(0).unwrap();
    let step = |index: i32| {
        let quantization = graph.tensor(index).unwrap().quantization().unwrap().unwrap();
        (
            quantization.scales.get(0).unwrap(),
            i32::try_from(quantization.zero_points.get(0).unwrap()).unwrap(),
        )
    };
    let (input_step, output_step) =
        (step(graph.inputs().get(0).unwrap()), step(graph.outputs().get(0).unwrap()));
    let bytes = joulegram_tests::inputs::golden(0, 640);
    let reals: Vec<f32> = bytes
        .iter()
        .map(|byte| (i32::from(byte.cast_signed()) - input_step.1) as f32 * input_step.0)
        .collect();
    let mut slots = [Slot::default(); 256];
    let engine =
        joulegram::kernel::Engine::new(&file, joulegram::kernel::Rounding::Tflm, &mut slots).unwrap();
    let (mut output, mut arena) = (vec![0; 640], vec![0; engine.arena_bytes()]);
    engine.run(&bytes, &mut output, &mut arena).unwrap();
    assert_eq!(Digest::default().bytes(&output).to_string(), golden_hash("ad", 0));
    let given =
        output.iter().map(|byte| (i32::from(byte.cast_signed()) - output_step.1) as f32 * output_step.0);
    let squares = given.zip(&reals).map(|(given, real)| f64::from(given - real).powi(2));
    let expected = squares.sum::<f64>() / 640.0;
    with_device("ad", Encoding::Reconstruction, Mode::Performance, |device, board| {
        let sent: Vec<u8> = reals.iter().flat_map(|real| real.to_le_bytes()).collect();
        let answer = infer(device, board, &sent);
        let (_, result) = answer.split_once("m-results-[").unwrap();
        let found: f64 = result.split(']').next().unwrap().parse().unwrap();
        assert!((found - expected).abs() < 1e-3 + 1e-6 * expected, "{found} for {expected}");
        // Asked again it says the same, until the next inference.
        assert!(answer.ends_with(std::str::from_utf8(&ask(device, board, b"results%")).unwrap()));
    });
}

#[test]
fn time_stamps_are_edges_in_energy_mode_and_lines_in_performance_mode() {
    with_device("ad", Encoding::Reconstruction, Mode::Energy, |device, board| {
        assert_eq!(board.pulses, 1);
        assert_eq!(ask(device, board, b"timestamp%"), b"m-ready\r\n");
        assert_eq!(board.pulses, 2);
        let answer = ask(device, board, b"infer 3 0%");
        assert_eq!(board.pulses, 4);
        assert!(!answer.windows(5).any(|bytes| bytes == b"m-lap"));
    });
    with_device("ad", Encoding::Reconstruction, Mode::Performance, |device, board| {
        assert_eq!(ask(device, board, b"timestamp%"), b"m-lap-us-2\r\nm-ready\r\n");
        board.clock = u32::MAX;
        // The clock wraps after 71.6 minutes, and says so by starting again.
        assert_eq!(ask(device, board, b"timestamp%"), b"m-lap-us-0\r\nm-ready\r\n");
        assert_eq!(board.pulses, 0);
    });
}

#[test]
fn a_model_that_does_not_fit_is_refused_with_the_bytes_that_it_needs() {
    let file = fixture("vww");
    let (mut slots, mut arena) = ([Slot::default(); 256], vec![0; 1000]);
    let (mut input, mut output) = (vec![0; STORE_BYTES], [0; 16]);
    let memory = [&mut input[..], &mut output[..], &mut arena[..]];
    let error = Network::new(&file, Encoding::Unsigned, &mut slots, memory).unwrap_err();
    assert!(error.to_string().starts_with("arena has 1000 bytes, the model needs "), "{error}");
}

#[test]
fn mlcommons_tiny_65_the_first_line_says_which_build_it_is() {
    for (mode, line) in [
        (Mode::Performance, "m-timestamp-mode-performance\r\n"),
        (Mode::Energy, "m-timestamp-mode-energy\r\n"),
    ] {
        with_device("ad", Encoding::Reconstruction, mode, |_, board| {
            assert!(board.sent.starts_with(line.as_bytes()));
        });
    }
}

#[test]
fn mlcommons_tiny_60_a_bare_end_of_command_drains_what_another_host_left() {
    with_device("kws", Encoding::Tensor, Mode::Performance, |device, board| {
        assert_eq!(ask(device, board, b"db load 49"), b"");
        assert_eq!(ask(device, board, b"%"), b"m-[Expecting 49 bytes]\r\nm-ready\r\n");
        assert_eq!(ask(device, board, b"%"), b"m-ready\r\n");
        assert_eq!(ask(device, board, b"name%"), b"m-name-dut-[BOARD]\r\nm-ready\r\n");
    });
}

#[test]
fn eembc_energyrunner_6_each_mode_has_one_speed_of_the_line() {
    assert_eq!((Mode::Performance.baud(), Mode::Energy.baud()), (115_200, 9_600));
}

#[test]
fn probe_rs_350_no_image_prints_through_a_debugger() {
    let lock =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/firmware/Cargo.lock"))
            .unwrap();
    for name in
        ["rtt-target", "defmt-rtt", "panic-rtt-target", "panic-probe", "cortex-m-semihosting", "semihosting"]
    {
        assert!(!lock.contains(&format!("name = \"{name}\"")), "{name} keeps the debugger's clocks on");
    }
}
