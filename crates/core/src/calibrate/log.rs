//! One line of log a step, written and read by the same code.
//!
//! ```text
//! joulegram step=dense-128 repetition=1 work=dense:1,16384,16512,16896,256,128,0,0,0,0 iterations=12 ticks=274008
//!     counter=instructions clock=0 checksum=0123456789abcdef board=qemu-m4 firmware=0.1.0 digest=fedcba9876543210
//! ```
//! (on one line). The counts of a kind of layer are layers, MACs, parameters, bytes of weights, bytes of activations,
//! outputs, gathered bytes, filters, runs, MACs on rectified inputs. The digest is FNV-1a of all before it, so that a line that was cut or garbled is
//! known for one: it is lost, and nothing else is. Lines that begin otherwise are not the suite's.

use core::fmt;

use super::session::Ticks;
use crate::digest::Digest;
use crate::model::work::{Counts, Kind, LayerWork, Work};

/// What the suite's lines begin with.
const BEGINNING: &str = "joulegram step=";

/// Counts of a kind of layer.
const COUNTS: usize = 10;

/// Longest line, in bytes.
pub const LINE_BYTES: usize = 1024;

/// What one step of the suite took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line<'a> {
    /// The step's name.
    pub step: &'a str,
    /// Which time it was run, from 1.
    pub repetition: u32,
    /// The work of one iteration.
    pub work: Work,
    /// How often it was run between the two edges of the marker.
    pub iterations: u64,
    /// What the counter counted between them.
    pub ticks: u64,
    /// What the counter counts.
    pub counter: Ticks,
    /// Ticks a second; 0 where that is not known, as of instructions.
    pub clock_hertz: u64,
    /// Digest of what the step gave: the same on every processor.
    pub checksum: u64,
    /// The board's name.
    pub board: &'a str,
    /// The firmware's version.
    pub firmware: &'a str,
}

/// Why a line can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineError {
    /// Its end is missing.
    Cut,
    /// Its digest is not that of what is before it.
    Garbled,
    /// A field is missing or not of its form.
    Field(&'static str),
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut => f.write_str("the line is cut: its digest is missing"),
            Self::Garbled => f.write_str("the line is garbled: its digest is another"),
            Self::Field(name) => write!(f, "the field {name} is missing or not of its form"),
        }
    }
}

impl core::error::Error for LineError {}

/// Takes in what is written.
struct Hashing<'w, W> {
    out: &'w mut W,
    digest: Digest,
}

impl<W: fmt::Write> fmt::Write for Hashing<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.digest = self.digest.bytes(text.as_bytes());
        self.out.write_str(text)
    }
}

impl Line<'_> {
    /// Writes the line, without an end of line.
    ///
    /// # Errors
    /// As `out`.
    pub fn write(&self, out: &mut impl fmt::Write) -> fmt::Result {
        use fmt::Write;
        let mut hashing = Hashing { out, digest: Digest::default() };
        write!(hashing, "{BEGINNING}{} repetition={} work=", self.step, self.repetition)?;
        let mut is_first = true;
        for LayerWork { kind, counts } in self.work.kinds() {
            let separator = if is_first { "" } else { ";" };
            is_first = false;
            write!(hashing, "{separator}{kind}:")?;
            let mut counts = counts;
            for (index, count) in fields(&mut counts).into_iter().enumerate() {
                write!(hashing, "{}{count}", if index == 0 { "" } else { "," })?;
            }
        }
        write!(
            hashing,
            " iterations={} ticks={} counter={} clock={} checksum={:016x} board={} firmware={}",
            self.iterations,
            self.ticks,
            self.counter.name(),
            self.clock_hertz,
            self.checksum,
            self.board,
            self.firmware
        )?;
        let digest = hashing.digest;
        write!(out, " digest={digest}")
    }
}

impl<'a> Line<'a> {
    /// Reads a line; `None` if it is not the suite's. What stands before it on the line is passed over.
    #[must_use]
    pub fn read(line: &'a str) -> Option<Result<Self, LineError>> {
        let (_, line) = line.split_at_checked(line.find(BEGINNING)?)?;
        Some(Self::read_own(line.trim_end()))
    }

    fn read_own(line: &'a str) -> Result<Self, LineError> {
        let (before, digest) = line.rsplit_once(" digest=").ok_or(LineError::Cut)?;
        let digest = digest.get(..16).filter(|rest| rest.len() == digest.len()).ok_or(LineError::Cut)?;
        if u64::from_str_radix(digest, 16) != Ok(Digest::default().bytes(before.as_bytes()).value()) {
            return Err(LineError::Garbled);
        }
        let text = |name: &'static str| {
            let of = |field: &'a str| field.split_once('=').filter(|(key, _)| *key == name);
            before.split(' ').find_map(of).map(|(_, value)| value).ok_or(LineError::Field(name))
        };
        let number = |name: &'static str| text(name)?.parse::<u64>().map_err(|_| LineError::Field(name));
        Ok(Self {
            step: text("step")?,
            repetition: u32::try_from(number("repetition")?).map_err(|_| LineError::Field("repetition"))?,
            work: work(text("work")?).ok_or(LineError::Field("work"))?,
            iterations: number("iterations")?,
            ticks: number("ticks")?,
            counter: Ticks::named(text("counter")?).ok_or(LineError::Field("counter"))?,
            clock_hertz: number("clock")?,
            checksum: u64::from_str_radix(text("checksum")?, 16).map_err(|_| LineError::Field("checksum"))?,
            board: text("board")?,
            firmware: text("firmware")?,
        })
    }
}

/// The counts in the order in which a line has them.
const fn fields(counts: &mut Counts) -> [&mut u64; COUNTS] {
    let Counts {
        layers,
        macs,
        parameters,
        weight_bytes,
        activation_bytes,
        outputs,
        gathered_bytes,
        filters,
        runs,
        rectified_macs,
    } = counts;
    [
        layers,
        macs,
        parameters,
        weight_bytes,
        activation_bytes,
        outputs,
        gathered_bytes,
        filters,
        runs,
        rectified_macs,
    ]
}

/// Reads the work of an iteration.
fn work(text: &str) -> Option<Work> {
    let mut work = Work::default();
    for part in text.split(';').filter(|part| !part.is_empty()) {
        let (name, list) = part.split_once(':')?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name)?;
        let mut counts = Counts::default();
        let mut found = list.split(',');
        for count in fields(&mut counts) {
            *count = found.next()?.parse().ok()?;
        }
        if found.next().is_some() {
            return None;
        }
        work.add(LayerWork { kind, counts }).ok()?;
    }
    Some(work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn line() -> Line<'static> {
        let layer = |kind, macs| LayerWork { kind, counts: Counts { layers: 1, macs, ..Counts::default() } };
        Line {
            step: "dense-128",
            repetition: 2,
            work: Work::of([layer(Kind::Dense, 16_384), layer(Kind::Pool, 0)]).unwrap(),
            iterations: 12,
            ticks: u64::MAX,
            counter: Ticks::Cycles,
            clock_hertz: 120_000_000,
            checksum: 0x0123_4567_89ab_cdef,
            board: "nucleo-l4r5zi",
            firmware: "0.1.0",
        }
    }

    fn written(line: &Line<'_>) -> String {
        let mut out = String::new();
        line.write(&mut out).unwrap();
        out
    }

    #[test]
    fn a_line_reads_back_as_it_was_written_whatever_stands_before_it() {
        let text = written(&line());
        assert_eq!(Line::read(&text), Some(Ok(line())));
        assert_eq!(Line::read(&std::format!("[12.5] {text}\r\n")), Some(Ok(line())));
        assert!(text.len() < LINE_BYTES);
        let nothing = Line { work: Work::default(), ..line() };
        assert_eq!(Line::read(&written(&nothing)), Some(Ok(nothing)));
    }

    #[test]
    #[cfg_attr(miri, ignore = "thousands of lines take minutes there")]
    fn a_line_cut_or_garbled_anywhere_is_lost_and_never_misread() {
        let text = written(&line());
        for end in 0..text.len() {
            assert!(!matches!(Line::read(&text[..end]), Some(Ok(_))), "cut at {end}");
        }
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let garbled = String::from_utf8(bytes).unwrap();
            assert!(!matches!(Line::read(&garbled), Some(Ok(_))), "byte {at}");
        }
    }

    #[test]
    fn other_lines_are_not_the_suites() {
        for other in ["", "m-ready", "m-results-[0.000]", "joulegram", "\u{fffd}"] {
            assert_eq!(Line::read(other), None, "{other}");
        }
    }
}
