//! hwmon: a power sensor that the kernel reads, in microwatts.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::{in_sysfs, unreadable};

/// How long between two samples. Sensors renew their reading every few milliseconds to a second.
const SAMPLE_TIME: Duration = Duration::from_millis(20);

/// A `power*_input` file.
pub(crate) struct Hwmon {
    path: PathBuf,
}

impl Hwmon {
    /// The sensor, read once; an error says what is wrong with the path.
    pub(crate) fn open(root: Option<&Path>, path: &Path) -> Result<Self, String> {
        let path = match (path.strip_prefix("/sys"), root) {
            (Ok(below), Some(_)) => in_sysfs(root, below),
            (Err(_), Some(root)) if path.is_relative() => root.join(path),
            _ => path.to_owned(),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !(path.is_dir() || name.starts_with("power") && name.ends_with("_input")) {
            return Err(format!("{}: it is no power*_input, which has microwatts", path.display()));
        }
        let hwmon = Self { path };
        hwmon.watts()?;
        Ok(hwmon)
    }

    fn watts(&self) -> Result<f64, String> {
        let text = std::fs::read_to_string(&self.path).map_err(|error| unreadable(&self.path, &error))?;
        let text = text.trim();
        match text.parse::<i64>() {
            Ok(microwatts) if microwatts >= 0 => Ok(microwatts as f64 / 1e6),
            _ => Err(format!("{}: `{text}` is no number of microwatts of at least 0", self.path.display())),
        }
    }

    /// Runs `work` and gives the mean of the watts meanwhile: every sample is taken while it runs.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> Result<(T, f64), String> {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let sampler = scope.spawn(|| -> Result<f64, String> {
                let (mut sum, mut samples) = (0.0, 0.0);
                loop {
                    sum += self.watts()?;
                    samples += 1.0;
                    thread::park_timeout(SAMPLE_TIME);
                    if is_over.load(Ordering::Relaxed) {
                        return Ok(sum / samples);
                    }
                }
            });
            let done = work();
            is_over.store(true, Ordering::Relaxed);
            sampler.thread().unpark();
            let watts = sampler.join().unwrap_or_else(|_| Err("sampling ended early".to_owned()));
            Ok((done, watts?))
        })
    }
}
