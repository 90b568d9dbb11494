//! Jetson's tegrastats: `VDD_IN 5542mW/5542mW`, older ones without the unit; now and the mean since the start.
//!
//! Where a rail is the board's input, it is the whole; sub-rails are never added to it. Without one the rails are summed,
//! `VIN_SYS_5V0` left out, which feeds some of them.

use crate::clock;
use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::record::{About, Covers, Reading, Recorder};
use crate::source::Source;
use crate::trace::{Timing, Trace};
use crate::unit;

const INPUTS: [&str; 4] = ["VDD_IN", "POM_5V_IN", "VIN", "VDDQ_VDD2_1V8AO_IN"];
const NOT_SUMMED: &str = "VIN_SYS_5V0";

pub(super) struct Tegrastats;

impl Reader for Tegrastats {
    fn name(&self) -> &'static str {
        "tegrastats"
    }

    fn title(&self) -> &'static str {
        "Jetson's tegrastats"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        source.head().any(|(_, line)| line.contains("RAM ") && line.contains("CPU ["))
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let rate = options.samples_per_second;
        let mut recorder = Recorder::default();
        let mut of_input: Option<String> = None;
        let mut is_summed = false;
        for (line, text) in (1_u64..).zip(source.text().lines()).filter(|(_, text)| !text.trim().is_empty()) {
            let seconds = match rate {
                Some(rate) => recorder.len() as f64 / rate,
                None => text.split_once(" RAM ").and_then(|(date, _)| clock::stamp(date)).ok_or_else(|| {
                    let message = "it begins with no date: give the samples a second, `--rate` (tegrastats' default is 1)";
                    Fault::at(source.file, line, "", message)
                })?,
            };
            let rails = rails(text);
            let input = rails.iter().find(|(name, _)| INPUTS.contains(name));
            let watts = match input {
                Some((name, watts)) => {
                    of_input.get_or_insert_with(|| (*name).to_owned());
                    Some(*watts)
                }
                None if rails.is_empty() => None,
                None => {
                    is_summed = true;
                    Some(rails.iter().filter(|(name, _)| *name != NOT_SUMMED).map(|(_, watts)| watts).sum())
                }
            };
            if watts.is_none() {
                recorder.missing(line, "a line without power rails, as without root");
            }
            recorder.push(
                line,
                seconds,
                Reading { watts: Some(watts.unwrap_or(f64::NAN)), ..Reading::default() },
            );
        }
        if is_summed && of_input.is_some() {
            return Err(Fault::of_file(
                source.file,
                "some lines have the board's input and others have not: it is of two boards",
            ));
        }
        let quantity = match of_input {
            Some(name) => format!("the board's input, {name}"),
            None => "the sum of the module's rails; the carrier board is not in it".to_owned(),
        };
        recorder.finish(About {
            file: source.file,
            format: self.name(),
            quantity,
            timing: if rate.is_some() { Timing::GivenRate } else { Timing::HostClock },
            covers: Covers::Around,
            period: rate.map(|rate| 1.0 / rate),
            volts: options.volts,
            full_scale: None,
            trailing_seconds: 0.0,
        })
    }
}

/// The rails of a line in watts: a name followed by two numbers with a stroke between.
fn rails(line: &str) -> Vec<(&str, f64)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    words
        .iter()
        .zip(words.iter().skip(1))
        .filter_map(|(name, value)| {
            let is_rail =
                name.len() > 2 && name.starts_with(['V', 'P', 'C', 'G', 'S']) && !name.contains('@');
            let (now, mean) = value.split_once('/').filter(|_| is_rail)?;
            let milliwatts = |text: &str| {
                let (digits, unit) = unit::cell(text);
                let factor = unit.map_or(1e-3, |unit| unit.factor);
                digits.parse::<u32>().ok().map(|number| f64::from(number) * factor)
            };
            milliwatts(mean)?;
            Some((*name, milliwatts(now)?))
        })
        .collect()
}
