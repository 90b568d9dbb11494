//! Joulescope: `pyjls export`, one signal without times.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::layout::{Kind, Layout, Place, record};
use crate::record::Covers;
use crate::source::Source;
use crate::trace::{Timing, Trace};

pub(super) struct Pyjls;

impl Reader for Pyjls {
    fn name(&self) -> &'static str {
        "pyjls"
    }

    fn title(&self) -> &'static str {
        "Joulescope, one signal by pyjls export"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        let mut lines = source.head().filter(|(_, line)| !line.starts_with('#')).peekable();
        lines.peek().is_some() && lines.all(|(_, line)| line.trim().parse::<f64>().is_ok())
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let role = options.columns.first().map(|column| column.role.as_str());
        if role.is_none() || options.samples_per_second.is_none() {
            let message = "it has one column and no time: say what it is and its samples a second, \
                           `--column current=1 --rate 1000000`";
            return Err(Fault::of_file(source.file, message));
        }
        let table = super::generic::table(source)?;
        let layout = match role {
            Some("current") => Layout { amperes: Some(Place::si(0)), ..Layout::default() },
            Some("power") => Layout { watts: Some(Place::si(0)), ..Layout::default() },
            _ => {
                let message = "no energy follows from it alone: export the current or the power";
                return Err(Fault::of_field(source.file, "--column", message));
            }
        };
        let kind = Kind {
            file: source.file,
            format: self.name(),
            quantity: "one signal of the Joulescope",
            timing: Timing::GivenRate,
            covers: Covers::After,
            full_scale: None,
        };
        record(&table, &layout, options, &kind, Vec::new())
    }
}
