//! `joulegram calibrate`.

mod emulator;
mod host;
mod port;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use joulegram::device::Regulator;
use joulegram::units::Seconds;
use joulegram_report::calibration::{
    Calibration, Files, Given, Meter, NamedBytes, Parts, csv, of_board, tell,
};
use joulegram_report::entry;
use joulegram_report::fault::Fault;

use crate::Failure;
use crate::args::OutputArgs;
use crate::args::calibrate::{CalibrateArgs, RegulatorChoice};
use crate::files;
use crate::output::{Output, Pending};

/// Longest time for the suite on this machine, and longest silence of a board: an hour.
const LONGEST_SECONDS: f64 = 3600.0;

pub(crate) fn run(args: &CalibrateArgs) -> Result<(), Failure> {
    let given = given(args);
    let since_1970 =
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let parts = given.parts(since_1970, option)?;
    let output = Output::open(&OutputArgs { format: args.format, out: args.report.clone() })?;
    let pending = Pending::create(&args.out, "--out")?;
    let calibration = if let Some(log) = &args.log {
        of_log(read(log)?, args, &given, parts)?
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
        of_log((file.clone(), text.into_bytes()), args, &given, parts).map_err(after)?
    } else if let Some(board) = args.emulator {
        let text = emulator::log(board, args.image.as_deref())?;
        of_log(("the emulator's log".to_owned(), text.into_bytes()), args, &given, parts)?
    } else {
        host::calibrate(args, parts, within("--seconds", &args.seconds)?)?
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
        shunt: args.shunt.clone(),
        column: args.column.clone(),
        marker: args.marker.clone(),
        // Another word is a file of stamps.
        from: ["edges", "rising", "steps"].contains(&args.from.as_str()).then(|| args.from.clone()),
    }
}

/// The calibration of a board by what it logged, and by what a meter saw where there is such a file.
fn of_log(
    log: (String, Vec<u8>),
    args: &CalibrateArgs,
    given: &Given,
    parts: Parts,
) -> Result<Calibration, Fault> {
    let file = |path: &Option<PathBuf>| path.as_deref().map(read).transpose();
    let (trace, windows, unmetered) = (file(&args.trace)?, file(&args.windows)?, file(&args.unmetered)?);
    let stamps = if given.from.is_none() { Some(read(Path::new(&args.from))?) } else { None };
    let traced = trace.as_ref().map(|trace| Meter::Trace(named(trace), stamps.as_ref().map(named)));
    let files = Files {
        log: named(&log),
        meter: traced.or(windows.as_ref().map(|file| Meter::Windows(named(file)))),
        unmetered: unmetered.as_ref().map(named),
    };
    of_board(&files, given, parts, option)
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
