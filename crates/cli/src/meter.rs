//! What counts joules while the kernel runs here.

mod hwmon;
mod rapl;

use std::path::Path;

use joulegram::units::Watts;
use joulegram_report::entry;
use joulegram_report::fault::Fault;
use joulegram_report::measurement::{Domain, MeterKind};

use hwmon::Hwmon;
use rapl::Rapl;

/// A source of joules.
pub(crate) enum Meter {
    /// The processor's own energy counters.
    Rapl(Rapl),
    /// A power sensor.
    Hwmon(Hwmon),
    /// Watts that the user gave: no meter at all.
    Given(Watts),
    /// Nothing: joules are not known.
    None,
}

/// A meter, and what the reader should know about the choice.
pub(crate) struct Choice {
    pub(crate) meter: Meter,
    /// Whether the user named it: then it has to give joules.
    pub(crate) is_named: bool,
    /// Why it is none, where the user did not say so.
    pub(crate) note: Option<String>,
}

impl Choice {
    /// The meter that the arguments ask for, or the one that there is.
    pub(crate) fn of(named: Option<&str>, watts: Option<&str>, sysfs: Option<&Path>) -> Result<Self, Fault> {
        let named = named.map(str::trim);
        let fault = |message: String| Fault::new("", "--meter", message);
        if let Some(typed) = watts {
            let watts: Watts = entry::number("--watts", typed)?;
            if watts.value() <= 0.0 {
                return Err(Fault::new("", "--watts", "0 W is too small: it must be more than 0 W"));
            }
            return match named {
                None | Some("none") => Ok(Self { meter: Meter::Given(watts), is_named: true, note: None }),
                Some(meter) => Err(fault(format!("`{meter}` measures watts, so --watts can't be given too"))),
            };
        }
        match named {
            None => Ok(match Rapl::open(sysfs) {
                Ok(rapl) => Self { meter: Meter::Rapl(rapl), is_named: false, note: None },
                Err(why) => {
                    Self { meter: Meter::None, is_named: false, note: Some(format!("No meter: {why}.")) }
                }
            }),
            Some("none") => Ok(Self { meter: Meter::None, is_named: true, note: None }),
            Some("rapl") => {
                let meter = Meter::Rapl(Rapl::open(sysfs).map_err(fault)?);
                Ok(Self { meter, is_named: true, note: None })
            }
            Some(other) => match other.strip_prefix("hwmon:") {
                Some(path) => {
                    let meter = Meter::Hwmon(Hwmon::open(sysfs, Path::new(path)).map_err(fault)?);
                    Ok(Self { meter, is_named: true, note: None })
                }
                None => Err(fault(format!("`{other}` is not known; known are rapl, hwmon:PATH and none"))),
            },
        }
    }
}

impl Meter {
    /// What it is, for the answer.
    pub(crate) const fn kind(&self) -> MeterKind {
        match self {
            Self::Rapl(_) => MeterKind::Rapl,
            Self::Hwmon(_) => MeterKind::Hwmon,
            Self::Given(_) => MeterKind::Given,
            Self::None => MeterKind::None,
        }
    }

    /// What it counts, for the answer.
    pub(crate) fn domains(&self) -> Vec<Domain> {
        match self {
            Self::Rapl(rapl) => rapl.domains(),
            _ => Vec::new(),
        }
    }

    /// Runs `work`, which says how many seconds it took, and gives the joules meanwhile; none where a counter wrapped and
    /// does not say at what, or stood still.
    pub(crate) fn during<T>(
        &self,
        work: impl FnOnce() -> T,
        seconds: impl Fn(&T) -> f64,
    ) -> Result<(T, Option<f64>), Fault> {
        let fault = |message: String| Fault::new("", "--meter", message);
        match self {
            Self::None => Ok((work(), None)),
            Self::Given(watts) => {
                let done = work();
                let joules = watts.value() * seconds(&done);
                Ok((done, Some(joules)))
            }
            Self::Rapl(rapl) => {
                let before = rapl.read().map_err(fault)?;
                let done = work();
                let after = rapl.read().map_err(fault)?;
                Ok((done, rapl.joules(&before, &after).filter(|joules| *joules > 0.0)))
            }
            Self::Hwmon(hwmon) => {
                let (done, watts) = hwmon.during(work).map_err(fault)?;
                let joules = watts * seconds(&done);
                Ok((done, Some(joules).filter(|joules| *joules > 0.0)))
            }
        }
    }
}

/// Where a path below `/sys` is: there, or in the recorded tree that stands for `/sys` (or for `/`, with `sys` in it).
fn in_sysfs(root: Option<&Path>, path: &Path) -> std::path::PathBuf {
    let Some(root) = root else { return Path::new("/sys").join(path) };
    let below = root.join("sys");
    if below.is_dir() { below.join(path) } else { root.join(path) }
}

/// Why a file of the kernel's can't be read, with the remedy.
fn unreadable(path: &Path, error: &std::io::Error) -> String {
    let path = path.display();
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("{path}: there is no such file"),
        std::io::ErrorKind::IsADirectory => format!("{path}: it is a folder, not a file"),
        std::io::ErrorKind::PermissionDenied => {
            format!(
                "{path}: permission denied: only root may read it; run as root, or once `sudo chmod o+r {path}`"
            )
        }
        _ => format!("{path}: it can't be read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permission_denied_is_said_with_its_remedy() {
        let path = Path::new("/sys/class/powercap/intel-rapl:0/energy_uj");
        let sentence = unreadable(path, &std::io::ErrorKind::PermissionDenied.into());
        let advice = "permission denied: only root may read it; run as root, or once `sudo chmod o+r";
        assert!(sentence.contains(advice), "{sentence}");
    }

    #[test]
    fn a_recorded_tree_stands_for_sys_or_for_its_parent() {
        let below = Path::new("class/powercap");
        assert_eq!(in_sysfs(None, below), Path::new("/sys/class/powercap"));
        assert_eq!(in_sysfs(Some(Path::new("tree")), below), Path::new("tree/class/powercap"));
        assert_eq!(in_sysfs(Some(Path::new("/")), below), Path::new("/sys/class/powercap"));
    }
}
