//! EEMBC's `EnergyRunner` with the LPM01A: `trace1-energy.bin`.
//!
//! The byte 0xF1, the samples a second as a little-endian float, then microjoules of each sample as floats. The stamps are
//! beside it in `trace1-timestamps.json` ([`crate::windows::stamps`]). Sample k ends k samples after the zero of those
//! stamps: so the runner's own sums come out to the last digit, but where it cuts the milliseconds of a stamp.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::record::{About, Covers, Reading, Recorder};
use crate::source::Source;
use crate::trace::{Timing, Trace};

pub(super) struct Eembc;

/// The rate and the samples' bytes.
fn parts(bytes: &[u8]) -> Option<(f64, &[u8])> {
    let (rate, samples) = bytes.strip_prefix(&[0xf1])?.split_first_chunk::<4>()?;
    let rate = f64::from(f32::from_le_bytes(*rate));
    (rate.is_finite() && (1.0..=1e6).contains(&rate)).then_some((rate, samples))
}

impl Reader for Eembc {
    fn name(&self) -> &'static str {
        "eembc"
    }

    fn title(&self) -> &'static str {
        "EEMBC EnergyRunner, trace1-energy.bin"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        parts(source.bytes).is_some()
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let (rate, samples) = parts(source.bytes).ok_or_else(|| {
            Fault::of_file(
                source.file,
                "it doesn't begin with the byte 0xF1 and a rate of 1 to 1000000 samples a second",
            )
        })?;
        let (floats, rest) = samples.as_chunks::<4>();
        let mut recorder = Recorder::default();
        for (number, bytes) in (1_u64..).zip(floats) {
            let microjoules = f64::from(f32::from_le_bytes(*bytes));
            if !microjoules.is_finite() {
                recorder.missing(number, "NaN");
            }
            let watts = if microjoules.is_finite() { microjoules * 1e-6 * rate } else { f64::NAN };
            let end = (number - 1) as f64 / rate;
            recorder.push(number, end, Reading { watts: Some(watts), ..Reading::default() });
        }
        if !rest.is_empty() {
            recorder
                .cut(Some((floats.len() as u64 + 1, format!("{} of the 4 bytes of a sample", rest.len()))));
        }
        recorder.finish(About {
            file: source.file,
            format: self.name(),
            quantity: "energy of the supply that the LPM01A gives".to_owned(),
            timing: Timing::StatedRate,
            covers: Covers::Before,
            period: Some(1.0 / rate),
            volts: options.volts,
            full_scale: None,
            trailing_seconds: 0.0,
        })
    }
}
