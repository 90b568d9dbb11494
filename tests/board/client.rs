//! A host that speaks as MLCommons' open runner does: commands end with `%`, answers with a line that has `m-ready`; it
//! waits 5 seconds for a line, 30 while a model runs, and sends inputs in pieces of 31 bytes.

use crate::emulator::Emulator;

/// Seconds that the runner waits for a line.
const SECONDS: u64 = 5;
/// The same, after `infer`.
const INFER_SECONDS: u64 = 30;
/// Bytes of input a command, without a power meter.
const PIECE: usize = 31;

/// A host at a board's line.
pub(crate) struct Client {
    board: Emulator,
}

/// What the runner takes from an `infer`.
#[derive(Debug, PartialEq)]
pub(crate) struct Inference {
    /// The numbers between the brackets.
    pub(crate) results: Vec<f64>,
    /// Microseconds between the two time stamps, modulo 2^32.
    pub(crate) microseconds: u32,
}

impl Client {
    /// A host that has read the board's greeting.
    pub(crate) fn new(board: Emulator) -> Self {
        let mut client = Self { board };
        let greeting = client.lines(SECONDS);
        assert_eq!(greeting.first().map(String::as_str), Some("m-timestamp-mode-performance"));
        client
    }

    fn lines(&mut self, seconds: u64) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.board.receive(b"\n", seconds).expect("No response to command");
            let line = String::from_utf8(line).expect("text").replace(['\r', '\n', '\0'], "");
            let is_last = line.contains("m-ready");
            if !line.is_empty() {
                lines.push(line);
            }
            if is_last {
                return lines;
            }
        }
    }

    /// The lines of an answer.
    pub(crate) fn ask(&mut self, command: &str, seconds: u64) -> Vec<String> {
        self.board.send(format!("{command}%").as_bytes());
        self.lines(seconds)
    }

    /// What stands in brackets after a word.
    pub(crate) fn value(&mut self, command: &str, word: &str) -> String {
        let lines = self.ask(command, SECONDS);
        let value =
            lines.iter().find_map(|line| line.strip_prefix(word)?.strip_prefix('[')?.strip_suffix(']'));
        value.unwrap_or_else(|| panic!("no {word} in {lines:?}")).to_owned()
    }

    /// Sends an input.
    pub(crate) fn load(&mut self, input: &[u8]) {
        self.ask(&format!("db load {}", input.len()), SECONDS);
        let mut last = Vec::new();
        for piece in input.chunks(PIECE) {
            let digits: String = piece.iter().map(|byte| format!("{byte:02x}")).collect();
            last = self.ask(&format!("db {digits}"), SECONDS);
        }
        assert_eq!(last, ["m-load-done", "m-ready"]);
    }

    /// Runs the model.
    pub(crate) fn infer(&mut self, iterations: u32, warmups: u32) -> Inference {
        let lines = self.ask(&format!("infer {iterations} {warmups}"), INFER_SECONDS);
        let stamps: Vec<u32> = lines
            .iter()
            .filter_map(|line| line.strip_prefix("m-lap-us-"))
            .map(|text| text.parse().expect("digits"))
            .collect();
        let results = lines.iter().find_map(|line| line.strip_prefix("m-results-[")?.strip_suffix(']'));
        let results = results.unwrap_or_else(|| panic!("no results in {lines:?}")).split(',');
        let [start, end] = stamps[..] else { panic!("too few timestamps in {lines:?}") };
        Inference {
            results: results.map(|number| number.parse().expect("a number")).collect(),
            microseconds: end.wrapping_sub(start),
        }
    }
}
