//! Logs of Linux's hwmon sensors: columns called as its files are.
//!
//! `power1_input` and `power1_average` are microwatts, `curr1_input` milliamperes, `in1_input` millivolts, `energy1_input`
//! microjoules; before the name may stand its folder.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::layout::{Kind, Layout, Place, record};
use crate::record::Covers;
use crate::source::Source;
use crate::table::Table;
use crate::trace::{Timing, Trace};

pub(super) struct Hwmon;

/// Beginnings and ends of the files' names, and the factor to SI units.
const FILES: [(&str, &[&str], f64); 4] = [
    ("power", &["_input", "_average"], 1e-6),
    ("curr", &["_input"], 1e-3),
    ("in", &["_input"], 1e-3),
    ("energy", &["_input"], 1e-6),
];

/// Which of [`FILES`] a heading is.
fn kind_of(heading: &str) -> Option<usize> {
    let name = heading.trim().rsplit('/').next()?.to_lowercase();
    FILES.iter().position(|(start, ends, _)| {
        name.strip_prefix(start).is_some_and(|rest| {
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            ends.contains(&rest)
        })
    })
}

impl Reader for Hwmon {
    fn name(&self) -> &'static str {
        "hwmon"
    }

    fn title(&self) -> &'static str {
        "log of Linux's hwmon files"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        source.heading().split([',', ';', '\t']).any(|heading| kind_of(heading).is_some())
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let table = Table::new(source.file, source.text())?;
        let mut places = [None; 4];
        for (column, heading) in table.headings.iter().enumerate() {
            let Some(kind) = kind_of(heading) else { continue };
            let (Some(place), Some((name, _, factor))) = (places.get_mut(kind), FILES.get(kind)) else {
                continue;
            };
            if place.is_some() {
                let message = format!("two columns are a {name} sensor's: keep one of them");
                return Err(Fault::of_field(source.file, heading, message));
            }
            *place = Some(Place::times(column, *factor));
        }
        let [watts, amperes, volts, joules] = places;
        let time = ["time", "timestamp", "date", "seconds"].iter().find_map(|name| table.column(name));
        let layout = Layout {
            // A time without a unit is a date, seconds since 1970, or seconds.
            time: time.map(|column| Place { column, factor: None }).or_else(|| unit_time(&table)),
            amperes,
            volts,
            watts,
            joules,
            ..Layout::default()
        };
        let kind = Kind {
            file: source.file,
            format: self.name(),
            quantity: "power at the sensor, which needs its driver's shunt_resistor to be right",
            timing: Timing::HostClock,
            covers: Covers::Around,
            full_scale: None,
        };
        record(&table, &layout, options, &kind, Vec::new())
    }
}

/// A column of times with its unit: `time_s`, `elapsed [ms]`.
pub(super) fn unit_time(table: &Table<'_>) -> Option<Place> {
    table.headings.iter().enumerate().find_map(|(column, heading)| {
        let unit = crate::unit::heading(heading).1?;
        (unit.dimension == crate::unit::Dimension::Seconds).then(|| Place::times(column, unit.factor))
    })
}
