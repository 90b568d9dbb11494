//! Nordic Power Profiler Kit II: a saved session, `.ppk2`.
//!
//! A zip file of `metadata.json` and `session.raw`: frames of six bytes, microamperes as a little-endian float, then the
//! inputs as a big-endian word, two bits each from input 0 up: 01 low, 10 high, 11 both, 00 not known.

use std::io::{Cursor, Read};

use serde::Deserialize;
use zip::ZipArchive;

use super::ppk2::{FULL_SCALE_AMPERES, QUANTITY};
use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::record::{About, Covers, Level, Levels, Reading, Recorder};
use crate::source::Source;
use crate::trace::{Timing, Trace};

/// The most that a session may unpack to, in bytes: an hour at 100,000 samples a second.
const MOST_BYTES: u64 = 6 * 100_000 * 3600;
/// The most that its metadata may have.
const MOST_METADATA: u64 = 1 << 16;

pub(super) struct Ppk2Session;

#[derive(Deserialize)]
struct Session {
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    samples_per_second: f64,
}

impl Reader for Ppk2Session {
    fn name(&self) -> &'static str {
        "ppk2-session"
    }

    fn title(&self) -> &'static str {
        "Nordic Power Profiler Kit II, session (.ppk2)"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        source.bytes.starts_with(b"PK\x03\x04")
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let fault = |field: &str, message: String| Fault::of_field(source.file, field, message);
        let mut archive = ZipArchive::new(Cursor::new(source.bytes))
            .map_err(|error| fault("", format!("it is no whole zip file, as a .ppk2 is: {error}")))?;
        let metadata = entry(source.file, &mut archive, "metadata.json", MOST_METADATA)?;
        let session: Session = serde_json::from_slice(&metadata)
            .map_err(|error| fault("metadata.json", format!("it has no samplesPerSecond: {error}")))?;
        let rate = session.metadata.samples_per_second;
        if !(rate.is_finite() && rate > 0.0 && rate <= 1e6) {
            return Err(fault(
                "metadata.json",
                format!("samplesPerSecond is {rate}: it must be above 0 and at most 1000000"),
            ));
        }
        let raw = entry(source.file, &mut archive, "session.raw", MOST_BYTES)?;
        let (frames, rest) = raw.as_chunks::<6>();
        let mut levels = Levels::new((0..8).map(|input| format!("D{input}")));
        let mut recorder = Recorder::default();
        for (number, [a, b, c, d, high, low]) in (1_u64..).zip(frames) {
            let time = (number - 1) as f64 / rate;
            let microamperes = f64::from(f32::from_le_bytes([*a, *b, *c, *d]));
            if !microamperes.is_finite() {
                recorder.missing(number, "NaN");
            }
            let amperes = if microamperes.is_finite() { microamperes * 1e-6 } else { f64::NAN };
            recorder.push(number, time, Reading { amperes: Some(amperes), ..Reading::default() });
            let bits = u16::from_be_bytes([*high, *low]);
            levels.push(time, (0..8).map(|input| level(bits >> (2 * input))));
        }
        if !rest.is_empty() {
            let message = format!("{} of the 6 bytes of a sample", rest.len());
            recorder.cut(Some((frames.len() as u64 + 1, message)));
        }
        recorder.channels = levels.finish();
        recorder.finish(About {
            file: source.file,
            format: self.name(),
            quantity: QUANTITY.to_owned(),
            timing: Timing::StatedRate,
            covers: Covers::After,
            period: Some(1.0 / rate),
            volts: options.volts,
            full_scale: Some(FULL_SCALE_AMPERES),
            trailing_seconds: 0.0,
        })
    }
}

const fn level(bits: u16) -> Level {
    match bits & 3 {
        1 => Level::Low,
        2 => Level::High,
        3 => Level::Both,
        _ => Level::Unknown,
    }
}

/// An entry's bytes, up to a limit: what a zip file says of its sizes may be wrong.
fn entry(
    file: &str,
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    most: u64,
) -> Result<Vec<u8>, Fault> {
    let fault = |message: String| Fault::of_field(file, name, message);
    let entry = archive.by_name(name).map_err(|error| fault(format!("it can't be unpacked: {error}")))?;
    let mut bytes = Vec::new();
    entry
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| fault(format!("it can't be unpacked: {error}")))?;
    if bytes.len() as u64 > most {
        return Err(fault(format!("it unpacks to more than {most} bytes")));
    }
    Ok(bytes)
}
