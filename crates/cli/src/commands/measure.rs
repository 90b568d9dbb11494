//! `joulegram measure`.

use std::path::Path;
use std::time::{Duration, SystemTime};

use joulegram::units::{Count, Seconds};
use joulegram_report::entry;
use joulegram_report::fault::Fault;
use joulegram_report::measurement::{self, LayerTimes, Machine, Measurement, Parts, Window, year_of};
use joulegram_report::network::Network;

use crate::Failure;
use crate::args::MeasureArgs;
use crate::files;
use crate::inference::{memory, noise, refusal, with_engine};
use crate::meter::{Choice, Meter};
use crate::output::{Output, Pending};
use crate::timing::Runner;

/// Longest time for all windows: a day.
const LONGEST_SECONDS: f64 = 86_400.0;
/// Fewest windows that a spread can be told from.
const LEAST_WINDOWS: f64 = 5.0;
/// Most windows.
const MOST_WINDOWS: f64 = 10_000.0;
/// What a profile from one model is worth elsewhere: keyword spotting's puts the autoencoder 9 times too high.
const PROFILE_NOTE: &str = "The profile gives back this model. A kind of layer that has little work in it, such as a last \
                            dense layer, may be off many times over in another model, beyond the profile's range.";

pub(crate) fn run(args: &MeasureArgs) -> Result<(), Failure> {
    let total = total(&args.seconds)?;
    let windows = windows(&args.windows)?;
    let Choice { meter, is_named, note } =
        Choice::of(args.meter.as_deref(), args.watts.as_deref(), args.sysfs_root.as_deref())?;
    let output = Output::open(&args.output)?;
    let profile = args.profile.as_deref().map(|file| Pending::create(file, "--profile")).transpose()?;
    let file = args.model.display().to_string();
    let bytes = files::read_input(&args.model)?;
    let network = Network::from_tflite(&file, &bytes)?;
    let needs_layers = args.layers || profile.is_some();
    let (windows, times) = with_engine(&file, &bytes, args.rounding.into(), |engine| {
        let mut runner = Runner {
            engine,
            input: noise(&file, &bytes, engine.input_bytes())?,
            output: memory(&file, engine.output_bytes())?,
            arena: memory(&file, engine.arena_bytes())?,
        };
        let windows = runner.windows(windows, total, &meter, |error| refusal(&file, error))?;
        let times = if needs_layers {
            runner.layers(network.layers.len(), total / 5).map_err(|error| refusal(&file, error))?
        } else {
            LayerTimes::new()
        };
        Ok((windows, times))
    })?;
    if is_named && !matches!(meter, Meter::None) {
        refuse_silence(&windows)?;
    }
    let name = files::stem(&args.model);
    let network = Network { name: name.clone(), ..network };
    let parts = Parts {
        name,
        machine: machine(),
        rounding: args.rounding.into(),
        meter: meter.kind(),
        domains: meter.domains(),
        windows,
        note,
    };
    let mut measured = Measurement::of(parts)?.with_layers(&network, &times);
    if let (Some(pending), Some(path)) = (profile, &args.profile) {
        write_profile(pending, path, &measured, &network)?;
        measured.notes.push(PROFILE_NOTE.to_owned());
    }
    if !args.layers {
        measured.layers.clear();
    }
    output.write(&measured, || measurement::tell(&measured), || measurement::measurement_csv(&measured))
}

fn total(typed: &str) -> Result<Duration, Fault> {
    let seconds = entry::number::<Seconds>("--seconds", typed)?.value();
    let fault = |limit: &str| Fault::new("", "--seconds", format!("{seconds} s is too {limit}"));
    if seconds <= 0.0 {
        return Err(fault("small: it must be more than 0 s"));
    }
    if seconds > LONGEST_SECONDS {
        return Err(fault("large: it must be at most 86400 s, a day"));
    }
    Ok(Duration::from_secs_f64(seconds))
}

fn windows(typed: &str) -> Result<u32, Fault> {
    let count = entry::number::<Count>("--windows", typed)?.value();
    let fault = |message: String| Err(Fault::new("", "--windows", message));
    if count < LEAST_WINDOWS {
        return fault(format!("{count} is too small: it must be at least {LEAST_WINDOWS}"));
    }
    if count > MOST_WINDOWS {
        return fault(format!("{count} is too large: it must be at most {MOST_WINDOWS}"));
    }
    typed.trim().parse().or_else(|_| fault(format!("{} is not a whole number", typed.trim())))
}

/// A meter that was asked for and says nothing is an error, not a result without joules.
fn refuse_silence(windows: &[Window]) -> Result<(), Fault> {
    if windows.iter().any(|window| window.joules.is_some()) {
        return Ok(());
    }
    let message = "it gave no energy in any window: its counter stood still, as in many virtual machines, or wrapped \
                   without saying at what; --meter none measures seconds alone";
    Err(Fault::new("", "--meter", message))
}

fn write_profile(
    pending: Pending,
    path: &Path,
    measured: &Measurement,
    network: &Network,
) -> Result<(), Failure> {
    let fault = |why: &str| Fault::new(&path.display().to_string(), "--profile", why);
    let since_1970 =
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let year = year_of(since_1970);
    let profile = measured
        .profile(&files::stem(path), network, year)
        .ok_or_else(|| fault("a layer's time is no number that a profile can hold"))?;
    let json = serde_json::to_string_pretty(&profile).map_err(|error| fault(&error.to_string()))?;
    pending.finish((json + "\n").as_bytes())
}

fn machine() -> Machine {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    Machine {
        processor: name.map(|(_, name)| name.trim().to_owned()),
        architecture: std::env::consts::ARCH.to_owned(),
        is_debug_build: cfg!(debug_assertions),
    }
}
