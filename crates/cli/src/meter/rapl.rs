//! RAPL: energy counters of the processor, below `class/powercap`.
//!
//! A package's counter has its cores inside, so zones below another zone are shown and never added. `psys`, the whole
//! platform, has the packages inside: it counts only where it is alone. A counter starts again at 0 past its own
//! `max_energy_range_uj`; a window has to be shorter than two such turns, which take minutes at full load.

use std::path::{Path, PathBuf};

use joulegram_report::measurement::Domain;

use super::{in_sysfs, unreadable};

/// The counters of this machine.
pub(crate) struct Rapl {
    zones: Vec<Zone>,
}

struct Zone {
    folder: PathBuf,
    domain: Domain,
    /// Microjoules at which it starts again; none where it does not say.
    range: Option<u64>,
}

impl Rapl {
    /// The counters, each read once; an error says what is missing and what helps.
    pub(crate) fn open(root: Option<&Path>) -> Result<Self, String> {
        let folder = in_sysfs(root, Path::new("class/powercap"));
        let mut zones = Vec::new();
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let zone = entry.file_name().to_string_lossy().into_owned();
            // `intel-rapl-mmio` is a second way to the same counters; AMD's have Intel's name.
            let Some(place) = zone.strip_prefix("intel-rapl:") else { continue };
            let name = text(&entry.path().join("name")).unwrap_or_else(|_| zone.clone());
            let range = text(&entry.path().join("max_energy_range_uj")).ok();
            let is_top = !place.contains(':');
            zones.push(Zone {
                folder: entry.path(),
                domain: Domain { zone, is_counted: is_top && name != "psys", name },
                range: range.and_then(|range| range.parse().ok()).filter(|range| *range > 0),
            });
        }
        zones.sort_by(|a, b| a.domain.zone.cmp(&b.domain.zone));
        if !zones.iter().any(|zone| zone.domain.is_counted) {
            zones.iter_mut().for_each(|zone| zone.domain.is_counted = zone.domain.name == "psys");
        }
        if !zones.iter().any(|zone| zone.domain.is_counted) {
            return Err(format!(
                "{} has no RAPL counters (intel-rapl:*), as in most virtual machines; --watts W or --meter hwmon:PATH do \
                 without",
                folder.display()
            ));
        }
        let rapl = Self { zones };
        rapl.read()?;
        Ok(rapl)
    }

    pub(crate) fn domains(&self) -> Vec<Domain> {
        self.zones.iter().map(|zone| zone.domain.clone()).collect()
    }

    fn counted(&self) -> impl Iterator<Item = &Zone> {
        self.zones.iter().filter(|zone| zone.domain.is_counted)
    }

    /// Microjoules of each counter that counts.
    pub(crate) fn read(&self) -> Result<Vec<u64>, String> {
        self.counted()
            .map(|zone| {
                let path = zone.folder.join("energy_uj");
                let text = text(&path)?;
                text.parse().map_err(|_| format!("{}: `{text}` is no count of microjoules", path.display()))
            })
            .collect()
    }

    /// Joules between two readings; none where a counter went back and does not say at what it starts again.
    pub(crate) fn joules(&self, before: &[u64], after: &[u64]) -> Option<f64> {
        let mut sum = 0_u64;
        for ((zone, before), after) in self.counted().zip(before).zip(after) {
            let microjoules = match after.checked_sub(*before) {
                Some(difference) => difference,
                None => zone.range?.checked_sub(*before)?.checked_add(*after)?,
            };
            sum = sum.checked_add(microjoules)?;
        }
        Some(sum as f64 / 1e6)
    }
}

fn text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map(|text| text.trim().to_owned()).map_err(|error| unreadable(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(name: &str) -> Rapl {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/sysfs").join(name);
        Rapl::open(Some(&root)).unwrap()
    }

    fn between(before: &str, after: &str) -> Option<f64> {
        let (before, after) = (tree(before), tree(after));
        before.joules(&before.read().unwrap(), &after.read().unwrap())
    }

    #[test]
    fn powerjoular_45_a_counter_that_wraps_gives_no_negative_joules() {
        // 262143328850 - 262143000000 + 4671150 microjoules.
        assert_eq!(between("rapl_wrap/before", "rapl_wrap/after"), Some(5.0));
    }

    #[test]
    fn codecarbon_1309_a_wrap_at_an_unknown_range_is_dropped() {
        assert_eq!(between("rapl_no_range/before", "rapl_no_range/after"), None);
    }

    #[test]
    fn children_are_inside_the_package_and_psys_has_it_inside() {
        let rapl = tree("rapl_children");
        let counted: Vec<_> = rapl.counted().map(|zone| zone.domain.name.as_str()).collect();
        assert_eq!(counted, ["package-0"]);
        assert_eq!(rapl.domains().len(), 5);
    }

    #[test]
    fn two_packages_are_added() {
        assert_eq!(tree("rapl_two_packages").read().unwrap(), [1_000_000, 2_000_000]);
        assert_eq!(tree("rapl_two_packages").joules(&[0, 500_000], &[1_000_000, 2_000_000]), Some(2.5));
    }

    #[test]
    fn psys_counts_where_it_is_alone() {
        assert_eq!(tree("rapl_psys").read().unwrap(), [7_000_000]);
    }
}
