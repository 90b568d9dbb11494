//! `joulegram calibrate`.

mod emulator;
mod host;
mod port;
mod trace;

use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, SystemTime};

use joulegram::calibrate::fit::watts::Accuracy;
use joulegram::device::Regulator;
use joulegram::units::{Seconds, Volts, Watts};
use joulegram_report::calibration::{Calibration, Parts, attach, csv, read_log, read_windows, slowed, tell};
use joulegram_report::entry;
use joulegram_report::fault::Fault;

use crate::Failure;
use crate::args::OutputArgs;
use crate::args::calibrate::{CalibrateArgs, RegulatorChoice};
use crate::files;
use crate::output::{Output, Pending};

/// Longest time for the suite on this machine, and longest silence of a board: an hour.
const LONGEST_SECONDS: f64 = 3600.0;
/// Seconds of a mean year.
const SECONDS_PER_YEAR: u64 = 31_556_952;

pub(crate) fn run(args: &CalibrateArgs) -> Result<(), Failure> {
    let parts = parts(args)?;
    let output = Output::open(&OutputArgs { format: args.format, out: args.report.clone() })?;
    let pending = Pending::create(&args.out, "--out")?;
    let calibration = if let Some(log) = &args.log {
        let text = String::from_utf8_lossy(&files::read_input(log)?).into_owned();
        of_log(&log.display().to_string(), &text, args, parts)?
    } else if let Some(name) = &args.port {
        let save = args.save_log.clone().unwrap_or_else(|| args.out.with_extension("log"));
        let patience = Duration::from_secs_f64(within("--patience", &args.patience)?);
        let began = SystemTime::now();
        let text = port::log(name, &save, patience)?;
        let file = save.display().to_string();
        let after = |fault: Fault| {
            let message =
                format!("{}; the log is whole: `joulegram calibrate --log {file}` reads it", fault.message);
            Fault { message, ..fault }
        };
        args.trace.as_deref().map_or(Ok(()), |trace| exported(trace, began)).map_err(after)?;
        of_log(&file, &text, args, parts).map_err(after)?
    } else if let Some(board) = args.emulator {
        let text = emulator::log(board, args.image.as_deref())?;
        of_log("the emulator's log", &text, args, parts)?
    } else {
        host::calibrate(args, parts, within("--seconds", &args.seconds)?)?
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

/// The calibration of a board by what it logged, and by what a meter saw where there is such a file.
fn of_log(file: &str, text: &str, args: &CalibrateArgs, parts: Parts) -> Result<Calibration, Fault> {
    let log = read_log(file, text)?;
    let mut parts = parts;
    parts.warnings.extend(log.notes.iter().cloned());
    let mut meter = None;
    let mut windows = Vec::new();
    if let Some(path) = &args.windows {
        let bytes = files::read_input(path)?;
        windows = read_windows(&path.display().to_string(), &String::from_utf8_lossy(&bytes))?;
    } else if let Some(path) = &args.trace {
        let found = trace::read(path, args, &log, parts.volts)?;
        // What the meter measured is truer than what was typed.
        parts.volts = found.meter.mean_volts.or(parts.volts);
        parts.warnings.extend(found.warnings);
        (windows, meter) = (found.windows, Some(found.meter));
    }
    if let Some(path) = &args.unmetered {
        let (name, bytes) = (path.display().to_string(), files::read_input(path)?);
        let text = String::from_utf8_lossy(&bytes);
        parts.warnings.extend(slowed(&log, &read_log(&name, &text)?));
    }
    let (samples, unused) = attach(&log, &windows);
    parts = Parts { samples, lost: log.lost.clone(), ..parts };
    if let Some(first) = log.lines.first() {
        parts.board = first.board.to_owned();
        parts.software = format!("joulegram {} on {}, rounding tflm", first.firmware, first.board);
    }
    if unused > 0 {
        parts.warnings.push(format!("{unused} windows of the meter belong to no line of the log."));
    }
    let mut calibration = Calibration::of(file, parts)?;
    calibration.meter = meter;
    Ok(calibration)
}

/// Sees to it that a trace is of the run that began then: someone at a terminal is asked to export it first.
fn exported(trace: &Path, began: SystemTime) -> Result<(), Fault> {
    let is_of_this_run = || {
        let changed = std::fs::metadata(trace).and_then(|about| about.modified()).ok()?;
        Some(changed >= began)
    };
    let name = trace.display().to_string();
    if is_of_this_run() != Some(true) && std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        eprintln!("The board is done. Stop the meter, export its trace to {name}, then press Enter.");
        // Whoever closes the terminal has no answer to give.
        let _ = std::io::stdin().read_line(&mut String::new());
    }
    match is_of_this_run() {
        Some(true) => Ok(()),
        Some(false) => {
            Err(Fault::new(&name, "--trace", "it was written before this run began, and is of another"))
        }
        None => Err(Fault::new(&name, "--trace", "there is no such file yet")),
    }
}

fn percent(field: &str, typed: &str) -> Result<f64, Fault> {
    let fault = |why: &str| Fault::new("", field, format!("`{typed}` is {why}"));
    let number: f64 = typed.trim().parse().map_err(|_| fault("no number"))?;
    if !(0.0..=100.0).contains(&number) {
        return Err(fault("outside 0 to 100 percent"));
    }
    Ok(number / 100.0)
}

/// Seconds from one to an hour.
fn within(field: &str, typed: &str) -> Result<f64, Fault> {
    let seconds = entry::number::<Seconds>(field, typed)?.value();
    let fault = |limit: String| Fault::new("", field, format!("{seconds} s is too {limit}"));
    if seconds < 1.0 {
        return Err(fault("small: it must be at least 1 s".to_owned()));
    }
    if seconds > LONGEST_SECONDS {
        return Err(fault(format!("large: it must be at most {LONGEST_SECONDS} s")));
    }
    Ok(seconds)
}
