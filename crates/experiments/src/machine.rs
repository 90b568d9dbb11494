//! What an experiment ran on: the lines of `machine.csv`.

use std::fs;
use std::thread::available_parallelism;

use jiff::{Timestamp, Unit};
use rustix::system::uname;

use crate::experiment::Setup;
use crate::trainer::{BATCH, POOL};

/// What `Cargo.lock` says of the library: the lock file holds its exact version.
const LOCK: &str = include_str!("../Cargo.lock");

/// What ran, on what, when, how: name and value, in the record's order.
#[must_use]
pub fn record(experiment: &str, setup: &Setup, seconds: f64) -> Vec<(&'static str, String)> {
    let system = uname();
    let part = |text: &std::ffi::CStr| text.to_string_lossy().into_owned();
    let watts = setup.watts.range;
    let now = Timestamp::now();
    let size = if setup.quick { "quick: fewer samples, networks and repetitions" } else { "full" };
    vec![
        ("experiment", experiment.to_owned()),
        ("size", size.to_owned()),
        ("date_utc", now.round(Unit::Second).unwrap_or(now).to_string()),
        ("processor", processor()),
        ("cores", available_parallelism().map_or_else(|_| unknown(), |cores| cores.to_string())),
        ("threads_used", "1".to_owned()),
        ("load_average", load()),
        (
            "system",
            format!("{} {} {}", part(system.sysname()), part(system.release()), part(system.machine())),
        ),
        ("compiler", env!("EXPERIMENTS_RUSTC").to_owned()),
        ("library", format!("candle-core {}", locked(LOCK, "candle-core").unwrap_or("not known"))),
        ("batch", BATCH.to_string()),
        ("samples_that_differ", POOL.to_string()),
        ("watts_low", watts.low().value().to_string()),
        ("watts", watts.mode().value().to_string()),
        ("watts_high", watts.high().value().to_string()),
        ("watts_source", setup.watts.source.clone()),
        ("processor_seconds_in_all", format!("{seconds:.0}")),
    ]
}

fn unknown() -> String {
    "not known".to_owned()
}

fn processor() -> String {
    let lines = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = lines.lines().find(|line| line.starts_with("model name"));
    model.and_then(|line| line.split_once(':')).map_or_else(unknown, |(_, name)| name.trim().to_owned())
}

/// Programs that wanted to run, on the average of the last 15 minutes: other programs' load slows caches and clocks.
fn load() -> String {
    let averages = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    averages.split(' ').nth(2).map_or_else(unknown, str::to_owned)
}

/// The version of a package in a lock file.
fn locked<'l>(lock: &'l str, package: &str) -> Option<&'l str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_version_is_the_locked_one() {
        let version = locked(LOCK, "candle-core").unwrap();
        assert!(version.starts_with("0."), "{version}");
        assert_eq!(locked(LOCK, "no such package"), None);
    }
}
