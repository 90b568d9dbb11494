//! `joulegram calibrate`.

mod emulator;
mod host;
mod trace;

use std::time::SystemTime;

use joulegram::calibrate::fit::watts::Accuracy;
use joulegram::device::Regulator;
use joulegram::units::{Seconds, Volts, Watts};
use joulegram_report::calibration::{Calibration, Parts, attach, csv, read_log, read_windows, tell};
use joulegram_report::entry;
use joulegram_report::fault::Fault;

use crate::Failure;
use crate::args::OutputArgs;
use crate::args::calibrate::{CalibrateArgs, RegulatorChoice};
use crate::files;
use crate::output::{Output, Pending};

/// Longest time for the suite on this machine: an hour.
const LONGEST_SECONDS: f64 = 3600.0;
/// Seconds of a mean year.
const SECONDS_PER_YEAR: u64 = 31_556_952;

pub(crate) fn run(args: &CalibrateArgs) -> Result<(), Failure> {
    let parts = parts(args)?;
    let output = Output::open(&OutputArgs { format: args.format, out: args.report.clone() })?;
    let pending = Pending::create(&args.out, "--out")?;
    let calibration = if let Some(log) = &args.log {
        let file = log.display().to_string();
        let text = String::from_utf8_lossy(&files::read_input(log)?).into_owned();
        let windows = args.windows.as_deref().map(|path| {
            let bytes = files::read_input(path)?;
            read_windows(&path.display().to_string(), &String::from_utf8_lossy(&bytes))
        });
        let mut parts = parts;
        let mut windows = windows.transpose()?.unwrap_or_default();
        if let Some(path) = &args.trace {
            windows = trace::windows(path, args, &read_log(&file, &text)?, &mut parts)?;
        }
        of_log(&file, &text, &windows, parts)?
    } else if let Some(board) = args.emulator {
        let text = emulator::log(board, args.image.as_deref())?;
        of_log("the emulator's log", &text, &[], parts)?
    } else {
        host::calibrate(args, parts, seconds(&args.seconds)?)?
    };
    let fault = |why: &str| Fault::new(&args.out.display().to_string(), "--out", why);
    let file =
        calibration.file().ok_or_else(|| fault("a number of the fit is none that a profile can hold"))?;
    pending.finish(file.as_bytes())?;
    output.titled(&calibration.name).write(&calibration, || tell(&calibration), || csv(&calibration))
}

/// What the arguments say beside the samples.
fn parts(args: &CalibrateArgs) -> Result<Parts, Fault> {
    let volts = args.volts.as_deref().map(|typed| entry::number::<Volts>("--volts", typed)).transpose()?;
    let watts = args.watts.as_deref().map(|typed| entry::number::<Watts>("--watts", typed)).transpose()?;
    let since_1970 =
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    Ok(Parts {
        name: files::stem(&args.out),
        board: String::new(),
        software: String::new(),
        year: u16::try_from(1970 + since_1970 / SECONDS_PER_YEAR).ok(),
        samples: Vec::new(),
        lost: Vec::new(),
        accuracy: Accuracy {
            instrument: percent("--accuracy", &args.accuracy)?,
            volts: if volts.is_some() { percent("--volts-accuracy", &args.volts_accuracy)? } else { 0.0 },
        },
        given_watts: watts.map(Watts::value),
        volts: volts.map(Volts::value),
        regulator: args.regulator.map(|choice| match choice {
            RegulatorChoice::Ldo => Regulator::Ldo,
            RegulatorChoice::Switching => Regulator::Switching,
        }),
        warnings: Vec::new(),
    })
}

/// The calibration of a board by what it logged.
fn of_log(
    file: &str,
    text: &str,
    windows: &[joulegram_report::calibration::MeterWindow],
    parts: Parts,
) -> Result<Calibration, Fault> {
    let log = read_log(file, text)?;
    let (samples, unused) = attach(&log, windows);
    let mut parts = Parts { samples, lost: log.lost.clone(), ..parts };
    if let Some(first) = log.lines.first() {
        parts.board = first.board.to_owned();
        parts.software = format!("joulegram {} on {}, rounding tflm", first.firmware, first.board);
    }
    if unused > 0 {
        parts.warnings.push(format!("{unused} windows of the meter belong to no line of the log."));
    }
    Calibration::of(file, parts)
}

fn percent(field: &str, typed: &str) -> Result<f64, Fault> {
    let fault = |why: &str| Fault::new("", field, format!("`{typed}` is {why}"));
    let number: f64 = typed.trim().parse().map_err(|_| fault("no number"))?;
    if !(0.0..=100.0).contains(&number) {
        return Err(fault("outside 0 to 100 percent"));
    }
    Ok(number / 100.0)
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
