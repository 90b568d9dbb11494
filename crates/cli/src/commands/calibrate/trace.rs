//! A power meter's trace beside the board's log: which window is which step.

use std::path::Path;

use joulegram_meters::format::{self, Options};
use joulegram_meters::windows::edges::Edge;
use joulegram_meters::windows::source::Source;
use joulegram_report::calibration::{Log, Metered, metered};
use joulegram_report::fault::Fault;

use crate::args::calibrate::CalibrateArgs;
use crate::commands::trace::{column, positive};
use crate::files;

/// A window that steps in the current show lasts at least this part of the shortest line of the log.
const SHORTEST: f64 = 0.5;

/// What a trace holds of a log's lines.
pub(super) fn read(
    path: &Path,
    args: &CalibrateArgs,
    log: &Log<'_>,
    volts: Option<f64>,
) -> Result<Metered, Fault> {
    let name = path.display().to_string();
    let bytes = files::read_input(path)?;
    let number = |field: &str, typed: &Option<String>| {
        typed.as_deref().map(|typed| positive(field, typed)).transpose()
    };
    let options = Options {
        volts,
        samples_per_second: number("--samples-per-second", &args.samples_per_second)?,
        shunt_ohms: number("--shunt", &args.shunt)?,
        columns: args.column.iter().map(|typed| column(typed)).collect::<Result<_, _>>()?,
    };
    let trace = format::read(&name, &bytes, args.trace_format.as_deref(), &options).map_err(Fault::from)?;
    let channel = args.marker.as_deref();
    let stamps;
    let source = match args.from.as_str() {
        "edges" => Source::Edges { channel, edge: Edge::Falling },
        "rising" => Source::Edges { channel, edge: Edge::Rising },
        "steps" => {
            let lengths = log.lines.iter().filter(|line| line.clock_hertz > 0);
            let shortest =
                lengths.map(|line| line.ticks as f64 / line.clock_hertz as f64).fold(f64::INFINITY, f64::min);
            Source::Steps { least_seconds: if shortest.is_finite() { SHORTEST * shortest } else { 1.0 } }
        }
        file => {
            stamps = files::read_input(Path::new(file))?;
            Source::Stamps { file, bytes: &stamps }
        }
    };
    metered(&trace, log, source, volts)
}
