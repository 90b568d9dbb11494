//! Joulescope: statistics of its user interface, and `downsample_logging`.
//!
//! `#time,current,voltage,power,charge,energy` or without the sign, or in lines `#= header=...` and `#= units=...`; SI
//! units throughout. A row is the mean since the row before. Charge and energy only grow: they are the meter's own totals.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::layout::{Kind, Layout, Place, record};
use crate::record::Covers;
use crate::source::Source;
use crate::table::Table;
use crate::trace::{Timing, Trace};

pub(super) struct Joulescope;

/// The headings, and whether their line is one that a table skips.
fn headings(source: &Source<'_>) -> Option<(Vec<String>, bool)> {
    source.head().find_map(|(_, line)| {
        let (line, is_comment) = match line.strip_prefix('#') {
            Some(rest) => (rest.trim().trim_start_matches("= header=").trim_start_matches("=header="), true),
            None => (line, false),
        };
        let names: Vec<String> = line.split(',').map(|name| name.trim().to_lowercase()).collect();
        let is_named = |name: &str| names.iter().any(|known| known == name);
        let is_heading = is_named("current")
            && is_named("voltage")
            && is_named("power")
            && (is_named("charge") || is_named("energy"));
        is_heading.then_some((names, is_comment))
    })
}

impl Reader for Joulescope {
    fn name(&self) -> &'static str {
        "joulescope"
    }

    fn title(&self) -> &'static str {
        "Joulescope, statistics or downsample_logging CSV"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        headings(source).is_some()
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let (names, is_comment) = headings(source).ok_or_else(|| {
            Fault::of_file(source.file, "it has no heading with current, voltage, power and charge or energy")
        })?;
        let table = if is_comment {
            Table::without_heading(source.file, source.text(), names)?
        } else {
            Table::new(source.file, source.text())?
        };
        let place = |name: &str| table.column(name).map(Place::si);
        let layout = Layout {
            time: place("time"),
            amperes: place("current"),
            volts: place("voltage"),
            watts: place("power"),
            joules: place("energy"),
            coulombs: place("charge"),
            ..Layout::default()
        };
        let kind = Kind {
            file: source.file,
            format: self.name(),
            quantity: "current and voltage between the Joulescope's terminals",
            timing: Timing::MeterClock,
            covers: Covers::Before,
            full_scale: None,
        };
        record(&table, &layout, options, &kind, Vec::new())
    }
}
