//! LPM01A: its own stream as text, `ascii_dec`.
//!
//! A sample is four digits and an exponent, `6409-07`; amperes, or with `output energy` joules of one sample. Between them
//! stand `TimeStamp: 001s 000ms, buff 05%` and `event 00 ris`, and what was asked of the board. What a sample means and how
//! many there are a second stands in the capture where the commands do; else joules at the counted rate.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::record::{About, Covers, Reading, Recorder};
use crate::source::Source;
use crate::trace::{Channel, Timing, Trace};

/// The board's range ends at 50 mA.
pub(super) const FULL_SCALE_AMPERES: f64 = 0.05;
pub(super) const QUANTITY: &str = "current of the supply that the LPM01A gives";

pub(super) struct Lpm01a;

/// One thing the board says.
#[derive(Clone, Debug, PartialEq)]
enum Item {
    Sample(f64),
    /// What began as a sample and is none: a line that was cut.
    Broken(String),
    Stamp(f64),
    Event,
    Command(String),
}

impl Reader for Lpm01a {
    fn name(&self) -> &'static str {
        "lpm01a"
    }

    fn title(&self) -> &'static str {
        "LPM01A, its stream as text (ascii_dec)"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        source.head().any(|(_, line)| {
            line.contains("PowerShield >")
                || line.starts_with("TimeStamp:")
                || matches!(samples(line).first(), Some(Item::Sample(_)))
        })
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let items: Vec<(u64, Item)> = (1..)
            .zip(source.text().lines())
            .flat_map(|(line, text)| items(text).into_iter().map(move |item| (line, item)))
            .collect();
        let setup = Setup::of(&items);
        let rate =
            setup.rate.or_else(|| counted_rate(&items)).or(options.samples_per_second).ok_or_else(|| {
                Fault::of_file(
                    source.file,
                    "neither a `freq` nor two time stamps say its samples a second: give `--rate`",
                )
            })?;
        let volts = setup.volts.or(options.volts);
        let by_hand = options.columns.iter().find_map(|column| match column.role.as_str() {
            "current" => Some(true),
            "energy" => Some(false),
            _ => None,
        });
        let is_current = setup.is_current.or(by_hand).ok_or_else(|| {
            let message = "no `output` command says whether samples are amperes or joules: say \
                           `--column current=1` or `--column energy=1`";
            Fault::of_file(source.file, message)
        })?;
        let mut recorder = Recorder::default();
        let mut events = Channel { name: "event".to_owned(), ..Channel::default() };
        // Samples since the last stamp, and its time.
        let (mut zero, mut since, mut has_stamp) = (0.0, 0_u32, false);
        for (line, item) in items {
            let time = zero + f64::from(since) / rate;
            match item {
                Item::Sample(number) => {
                    let reading = if is_current {
                        Reading { amperes: Some(number), ..Reading::default() }
                    } else {
                        Reading { watts: Some(number * rate), ..Reading::default() }
                    };
                    recorder.push(line, time, reading);
                    since += 1;
                }
                Item::Broken(text) => {
                    recorder.missing(line, &text);
                    since += 1;
                }
                Item::Stamp(stamp) => {
                    // Less than a sample off is rounding of the stamp; more is lost samples, which show as a gap.
                    if !has_stamp || (stamp - time).abs() > 1.5 / rate {
                        zero = if has_stamp || since == 0 { stamp } else { stamp.max(time) };
                        since = 0;
                    }
                    has_stamp = true;
                }
                Item::Event => events.falling.push(time),
                Item::Command(_) => {}
            }
        }
        recorder.channels.push(events);
        recorder.finish(About {
            file: source.file,
            format: self.name(),
            quantity: QUANTITY.to_owned(),
            timing: if setup.rate.is_some() { Timing::StatedRate } else { Timing::RowCount },
            covers: Covers::After,
            period: Some(1.0 / rate),
            volts,
            full_scale: is_current.then_some(FULL_SCALE_AMPERES),
            trailing_seconds: 0.0,
        })
    }
}

/// What the commands in the capture asked for.
struct Setup {
    rate: Option<f64>,
    volts: Option<f64>,
    is_current: Option<bool>,
}

impl Setup {
    fn of(items: &[(u64, Item)]) -> Self {
        let last = |name: &str| {
            items.iter().rev().find_map(|(_, item)| match item {
                Item::Command(text) => text.split_once(name).map(|(_, value)| value.trim().to_owned()),
                _ => None,
            })
        };
        let number = |text: String| {
            let text = text.split_whitespace().next()?.to_owned();
            let (digits, factor) = match text.strip_suffix(['k', 'm']) {
                Some(digits) => (digits, if text.ends_with('k') { 1e3 } else { 1e-3 }),
                None => (text.as_str(), 1.0),
            };
            digits
                .parse::<f64>()
                .ok()
                .map(|number| number * factor)
                .filter(|number| number.is_finite() && *number > 0.0)
        };
        Self {
            rate: last("freq ").and_then(number),
            volts: last("volt ").and_then(number),
            is_current: last("output ").map(|value| value.starts_with("current")),
        }
    }
}

/// Samples between two stamps over the time between them: the median.
fn counted_rate(items: &[(u64, Item)]) -> Option<f64> {
    let mut rates = Vec::new();
    let mut last: Option<f64> = None;
    let mut since = 0_u32;
    for (_, item) in items {
        match item {
            Item::Sample(_) | Item::Broken(_) => since += 1,
            Item::Stamp(stamp) => {
                let seconds = last.map(|last| stamp - last).filter(|seconds| *seconds > 0.0);
                rates.extend(seconds.map(|seconds| f64::from(since) / seconds).filter(|rate| *rate > 0.0));
                (last, since) = (Some(*stamp), 0);
            }
            Item::Event | Item::Command(_) => {}
        }
    }
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied()
}

fn items(line: &str) -> Vec<Item> {
    // A byte of zero may stand before a number after a stamp.
    let line = line.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    if let Some(stamp) = line.strip_prefix("TimeStamp:") {
        let mut numbers = stamp.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
        let mut next = || numbers.next().and_then(|digits| digits.parse::<u32>().ok()).map(f64::from);
        return next().zip(next()).map(|(s, ms)| Item::Stamp(s + ms * 1e-3)).into_iter().collect();
    }
    if line.starts_with("event ") {
        return vec![Item::Event];
    }
    if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return vec![Item::Command(line.trim_start_matches("PowerShield >").trim().to_owned())];
    }
    samples(line)
}

/// The samples of a line, of which there may be several; what is left over was cut.
fn samples(line: &str) -> Vec<Item> {
    let line = line.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    if line.is_empty() {
        return Vec::new();
    }
    let mut items = Vec::new();
    for piece in
        line.split(|c: char| c.is_whitespace() || c == ',' || c == '\0').filter(|piece| !piece.is_empty())
    {
        items
            .push(sample(piece).map_or_else(|| Item::Broken(piece.chars().take(40).collect()), Item::Sample));
    }
    items
}

/// `6409-07`: four digits, a sign, two digits.
fn sample(text: &str) -> Option<f64> {
    let (digits, exponent) = text.split_at_checked(4)?;
    let is_sample = text.len() == 7
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && exponent.starts_with(['+', '-'])
        && exponent.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    format!("{digits}e{exponent}").parse().ok().filter(|_| is_sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_four_digits_and_an_exponent() {
        assert_eq!(sample("6409-07"), Some(6409e-7));
        assert_eq!(sample("0012+01"), Some(120.0));
        for text in ["640-07", "6409_07", "6409-7", "6409-071", "abcd-07", "é409-07"] {
            assert_eq!(sample(text), None, "{text}");
        }
        assert_eq!(items("\u{0}6409-07"), [Item::Sample(6409e-7)]);
        assert_eq!(items("TimeStamp: 001s 020ms, buff 05%"), [Item::Stamp(1.02)]);
        assert_eq!(items("09-07"), [Item::Broken("09-07".to_owned())]);
    }
}
