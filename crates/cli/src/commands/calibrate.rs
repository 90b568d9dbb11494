//! `joulegram calibrate`.

mod emulator;
mod host;

use std::path::Path;
use std::time::SystemTime;

use joulegram::device::Regulator;
use joulegram::units::Seconds;
use joulegram_report::calibration::{Given, Meter, NamedBytes, csv, of_board, tell};
use joulegram_report::entry;
use joulegram_report::fault::Fault;

use crate::Failure;
use crate::args::OutputArgs;
use crate::args::calibrate::{CalibrateArgs, RegulatorChoice};
use crate::files;
use crate::output::{Output, Pending};

/// Longest time for the suite on this machine: an hour.
const LONGEST_SECONDS: f64 = 3600.0;

pub(crate) fn run(args: &CalibrateArgs) -> Result<(), Failure> {
    let given = given(args);
    let since_1970 =
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let parts = given.parts(since_1970, option)?;
    let output = Output::open(&OutputArgs { format: args.format, out: args.report.clone() })?;
    let pending = Pending::create(&args.out, "--out")?;
    let calibration = if let Some(log) = &args.log {
        let log = read(log)?;
        let trace = args.trace.as_deref().map(read).transpose()?;
        let windows = args.windows.as_deref().map(read).transpose()?;
        let meter = trace.as_ref().map(|file| Meter::Trace(named(file)));
        let meter = meter.or(windows.as_ref().map(|file| Meter::Windows(named(file))));
        of_board(named(&log), meter, &given, parts, option)?
    } else if let Some(board) = args.emulator {
        let text = emulator::log(board, args.image.as_deref())?;
        let log = NamedBytes { name: "the emulator's log", bytes: text.as_bytes() };
        of_board(log, None, &given, parts, option)?
    } else {
        host::calibrate(args, parts, seconds(&args.seconds)?)?
    };
    let fault = |why: &str| Fault::new(&args.out.display().to_string(), "--out", why);
    let file =
        calibration.file().ok_or_else(|| fault("a number of the fit is none that a profile can hold"))?;
    pending.finish(file.as_bytes())?;
    output.titled(&calibration.name).write(&calibration, || tell(&calibration), || csv(&calibration))
}

/// What was typed.
fn given(args: &CalibrateArgs) -> Given {
    Given {
        name: files::stem(&args.out),
        volts: args.volts.clone(),
        volts_accuracy: Some(args.volts_accuracy.clone()),
        accuracy: Some(args.accuracy.clone()),
        watts: args.watts.clone(),
        regulator: args.regulator.map(|choice| match choice {
            RegulatorChoice::Ldo => Regulator::Ldo,
            RegulatorChoice::Switching => Regulator::Switching,
        }),
        trace_format: args.trace_format.clone(),
        samples_per_second: args.samples_per_second.clone(),
        marker: args.marker.clone(),
    }
}

/// A member of [`Given`] as it is typed here.
fn option(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

/// A file and its name.
fn read(path: &Path) -> Result<(String, Vec<u8>), Fault> {
    Ok((path.display().to_string(), files::read_input(path)?))
}

fn named((name, bytes): &(String, Vec<u8>)) -> NamedBytes<'_> {
    NamedBytes { name, bytes }
}

fn seconds(typed: &str) -> Result<f64, Fault> {
    let seconds = entry::number::<Seconds>("--seconds", typed)?.value();
    let fault = |limit: String| Fault::new("", "--seconds", format!("{seconds} s is too {limit}"));
    if seconds < 1.0 {
        return Err(fault("small: it must be at least 1 s".to_owned()));
    }
    if seconds > LONGEST_SECONDS {
        return Err(fault(format!("large: it must be at most {LONGEST_SECONDS} s")));
    }
    Ok(seconds)
}
