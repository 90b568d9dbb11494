//! What a board says on its serial line, told apart as it comes.

use joulegram::calibrate::log::{LINE_BYTES, Line};

/// The line behind the suite's last.
pub const DONE: &str = "joulegram suite done";
/// What that line begins with where a step could not be run.
const STOPPED: &str = "joulegram suite stopped: ";
/// What the suite's heading begins with.
pub(super) const HEADING: &str = "joulegram suite board=";
/// What the protocol's first line begins with; then comes which build it is.
const MODE: &str = "m-timestamp-mode-";
/// Bytes that tell whether they are text.
const ENOUGH: usize = 8;

/// A line of a board's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The suite begins, with so many steps a repetition.
    Heading {
        /// As many as the image has.
        steps: usize,
    },
    /// A step, by its name; its line may be damaged.
    Step(String),
    /// The suite is done.
    Done,
    /// The suite could not go on, and why.
    Stopped(String),
    /// The MLPerf Tiny protocol speaks; its first line says whether it is built for `performance` or for `energy`.
    Protocol(Option<String>),
    /// Something else.
    Other,
}

impl Said {
    /// Tells a line apart.
    #[must_use]
    pub fn of(line: &str) -> Self {
        let line = line.trim_end();
        if line == DONE {
            return Self::Done;
        }
        if let Some(why) = line.strip_prefix(STOPPED) {
            return Self::Stopped(why.to_owned());
        }
        if line.starts_with(HEADING) {
            let steps = line.split(" steps=").nth(1).and_then(|rest| rest.split(' ').next());
            return Self::Heading { steps: steps.and_then(|steps| steps.parse().ok()).unwrap_or(0) };
        }
        if let Some(mode) = line.strip_prefix(MODE) {
            return Self::Protocol(Some(mode.to_owned()));
        }
        if ["m-ready", "m-init-done", "m-name-dut", "e-["].iter().any(|word| line.starts_with(word)) {
            return Self::Protocol(None);
        }
        match Line::read(line) {
            None => Self::Other,
            Some(Ok(line)) => Self::Step(line.step.to_owned()),
            Some(Err(_)) => Self::Step(String::new()),
        }
    }
}

/// What is wrong with an image that speaks the protocol.
#[must_use]
pub fn wrong_firmware(mode: Option<&str>) -> String {
    let built = match mode {
        Some("energy") => ", built for energy (9600 baud)",
        Some("performance") => ", built for performance (115200 baud)",
        _ => "",
    };
    format!(
        "wrong firmware: it is a dialogue of the MLPerf Tiny protocol{built}, not of the calibration suite: flash the image \
         `suite`"
    )
}

/// Cuts what comes into lines, and counts what is no text.
#[derive(Clone, Debug, Default)]
pub struct Listener {
    pending: Vec<u8>,
    bytes: usize,
    garbage: usize,
}

impl Listener {
    /// Takes in bytes; the lines that are whole now, without their ends. A line that is longer than any of the suite's is cut.
    pub fn hear(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for byte in bytes {
            self.bytes += 1;
            let is_text = matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t');
            self.garbage += usize::from(!is_text);
            if *byte != b'\n' {
                self.pending.push(*byte);
            }
            if *byte == b'\n' || self.pending.len() >= 2 * LINE_BYTES {
                lines.extend(self.rest());
            }
        }
        lines
    }

    /// What came behind the last whole line.
    pub fn rest(&mut self) -> Option<String> {
        let pending = std::mem::take(&mut self.pending);
        let line = String::from_utf8_lossy(&pending).trim_end_matches('\r').to_owned();
        (!line.is_empty()).then_some(line)
    }

    /// Bytes that came.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether so much of what came is no text that the line's speed must be another. A byte or two at power-on are none.
    #[must_use]
    pub const fn is_garbage(&self) -> bool {
        self.bytes >= ENOUGH && self.garbage * 4 > self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        assert_eq!(
            Said::of("joulegram suite board=x counter=dwt hertz=1 steps=58 firmware=0"),
            Said::Heading { steps: 58 }
        );
        assert_eq!(Said::of("joulegram suite done\r"), Said::Done);
        assert_eq!(Said::of("joulegram suite stopped: no room"), Said::Stopped("no room".to_owned()));
        assert_eq!(Said::of("joulegram step=dense repe"), Said::Step(String::new()));
        assert_eq!(Said::of("m-timestamp-mode-energy"), Said::Protocol(Some("energy".to_owned())));
        assert_eq!(Said::of("m-ready"), Said::Protocol(None));
        assert_eq!(Said::of("Hello"), Said::Other);
    }

    #[test]
    fn lines_are_cut_wherever_pieces_end_and_none_grows_without_bound() {
        let mut listener = Listener::default();
        assert_eq!(listener.hear(b"one\r\ntw"), ["one"]);
        assert_eq!(listener.hear(b"o\n\nthree"), ["two"]);
        assert_eq!(listener.rest().as_deref(), Some("three"));
        let long = listener.hear(&[b'a'; 10 * LINE_BYTES]);
        assert!(long.len() == 5 && long.iter().all(|line| line.len() <= 2 * LINE_BYTES));
        assert!(!listener.is_garbage());
    }

    #[test]
    fn a_glitch_at_power_on_is_no_garbage_and_a_wrong_speed_is() {
        let mut listener = Listener::default();
        listener.hear(b"\0\xffjoulegram suite board=x\r\n");
        assert!(!listener.is_garbage());
        let mut listener = Listener::default();
        listener.hear(&[0, 0x80, 0xf8, 0x1c, 0, 0xfe, b'a', 0x80, 0]);
        assert!(listener.is_garbage());
    }
}
