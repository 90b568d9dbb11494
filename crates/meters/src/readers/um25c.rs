//! UM25C and its kin by way of pyummeter: `Date;Voltage (V);Intensity (A);Power (W);...;Capacity (Ah);Energy (Wh)`.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::layout::{Kind, Layout, Place, record};
use crate::record::Covers;
use crate::source::Source;
use crate::table::Table;
use crate::trace::{Timing, Trace};

pub(super) struct Um25c;

impl Reader for Um25c {
    fn name(&self) -> &'static str {
        "um25c"
    }

    fn title(&self) -> &'static str {
        "UM25C, UM34C, UM24C: CSV of pyummeter"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        let heading = source.heading();
        heading.starts_with("date;") && heading.contains("intensity (a)")
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let table = Table::new(source.file, source.text())?;
        let place = |name: &str, factor| table.column(name).map(|column| Place::times(column, factor));
        let layout = Layout {
            time: table.column("Date").map(|column| Place { column, factor: None }),
            amperes: place("Intensity (A)", 1.0),
            volts: place("Voltage (V)", 1.0),
            // Its watts are rounded to a milliwatt; volts times amperes has more digits.
            watts: None,
            joules: place("Energy (Wh)", 3600.0),
            coulombs: place("Capacity (Ah)", 3600.0),
            ..Layout::default()
        };
        let kind = Kind {
            file: source.file,
            format: self.name(),
            quantity: "power through the USB plug, losses of the board's own regulators inside",
            timing: Timing::HostClock,
            covers: Covers::Around,
            full_scale: Some(5.0),
        };
        let note =
            "It measures twice a second, 4 to 24 V and up to 5 A: for boards of watts, not of milliwatts.";
        record(&table, &layout, options, &kind, vec![note.to_owned()])
    }
}
