//! Raspberry Pi 5: `vcgencmd pmic_read_adc`, once or again and again, with a time before each reading or without.
//!
//! Rails with both a current and a voltage are summed; those with a voltage alone (`EXT5V`, `BATT`) say nothing of power.

use std::collections::BTreeMap;

use crate::clock;
use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::record::{About, Covers, Reading, Recorder};
use crate::source::Source;
use crate::trace::{Timing, Trace};
use crate::unit::{self, Dimension};

pub(super) struct RaspberryPi;

/// One reading of all rails.
#[derive(Default)]
struct Rails<'a> {
    line: u64,
    time: Option<f64>,
    amperes: BTreeMap<&'a str, f64>,
    volts: BTreeMap<&'a str, f64>,
}

impl Rails<'_> {
    /// Watts of the rails that have both.
    fn watts(&self) -> Option<f64> {
        let both = self.amperes.iter().filter_map(|(rail, amperes)| Some(amperes * self.volts.get(rail)?));
        let watts: Vec<f64> = both.collect();
        (!watts.is_empty()).then(|| watts.iter().sum())
    }
}

impl Reader for RaspberryPi {
    fn name(&self) -> &'static str {
        "raspberry-pi"
    }

    fn title(&self) -> &'static str {
        "Raspberry Pi 5, vcgencmd pmic_read_adc"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        source.head().any(|(_, line)| line.contains("_A current(") || line.contains("_V volt("))
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let mut readings: Vec<Rails<'_>> = Vec::new();
        let mut time = None;
        for (line, text) in (1_u64..).zip(source.text().lines()) {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let Some((name, rest)) = text.split_once(' ') else {
                time = Some(moment(source.file, line, text)?);
                continue;
            };
            let Some((rail, is_current)) = name
                .strip_suffix("_A")
                .map(|rail| (rail, true))
                .or_else(|| name.strip_suffix("_V").map(|rail| (rail, false)))
            else {
                time = Some(moment(source.file, line, text)?);
                continue;
            };
            let expected = if is_current { Dimension::Amperes } else { Dimension::Volts };
            let (digits, unit) = unit::cell(rest.split_once('=').map_or("", |(_, value)| value));
            let unit = unit.filter(|unit| unit.dimension == expected);
            let value = digits.parse::<f64>().ok().filter(|value| value.is_finite()).zip(unit);
            let (value, unit) = value.ok_or_else(|| {
                let message =
                    format!("`{rest}` is no reading such as `current(0)=0.0478A` or `volt(8)=3.70V`");
                Fault::at(source.file, line, name, message)
            })?;
            let is_again = readings
                .last()
                .is_none_or(|last| (if is_current { &last.amperes } else { &last.volts }).contains_key(rail));
            if is_again {
                readings.push(Rails { line, time: time.take(), ..Rails::default() });
            }
            if let Some(last) = readings.last_mut() {
                (if is_current { &mut last.amperes } else { &mut last.volts })
                    .insert(rail, value * unit.factor);
            }
        }
        let has_times = readings.iter().all(|reading| reading.time.is_some());
        let rate = options.samples_per_second;
        let is_single = readings.len() == 1;
        if !(has_times || rate.is_some() || is_single) {
            let message = "it has several readings and not each has a time before it: give the samples a second, `--rate`";
            return Err(Fault::of_file(source.file, message));
        }
        let mut recorder = Recorder::default();
        for reading in &readings {
            let seconds =
                reading.time.filter(|_| has_times).unwrap_or(recorder.len() as f64 / rate.unwrap_or(1.0));
            let watts = reading.watts();
            if watts.is_none() {
                recorder.missing(reading.line, "no rail with both a current and a voltage");
            }
            recorder.push(
                reading.line,
                seconds,
                Reading { watts: Some(watts.unwrap_or(f64::NAN)), ..Reading::default() },
            );
        }
        if is_single {
            recorder.notes.push("It is one reading: a power, and no energy.".to_owned());
        }
        recorder.finish(About {
            file: source.file,
            format: self.name(),
            quantity:
                "the sum of the PMIC's rails: USB, HATs, drives and the regulators' losses are not in it"
                    .to_owned(),
            timing: match (is_single, has_times) {
                (true, _) => Timing::Single,
                (false, true) => Timing::HostClock,
                (false, false) => Timing::GivenRate,
            },
            covers: if has_times { Covers::Around } else { Covers::After },
            period: if is_single { Some(1.0) } else { rate.filter(|_| !has_times).map(|rate| 1.0 / rate) },
            volts: options.volts,
            full_scale: None,
            trailing_seconds: 0.0,
        })
    }
}

/// A line that is a time: a date, or seconds since 1970.
fn moment(file: &str, line: u64, text: &str) -> Result<f64, Fault> {
    let epoch = || text.parse::<f64>().ok().and_then(|number| Some(number * clock::epoch_factor(number)?));
    clock::stamp(text).or_else(epoch).ok_or_else(|| {
        let text: String = text.chars().take(60).collect();
        Fault::at(file, line, "", format!("`{text}` is neither a rail's reading nor a time"))
    })
}
