//! `joulegram trace`.

use std::path::Path;

use joulegram_meters::format::{self, Options};
use joulegram_meters::windows::edges::{Edge, of};
use joulegram_meters::windows::source::{self, Source};
use joulegram_report::fault::Fault;
use joulegram_report::render;
use joulegram_report::trace::{self, TraceDocument, column, positive};

use crate::Failure;
use crate::args::TraceArgs;
use crate::files;
use crate::output::Output;

pub(crate) fn run(args: &TraceArgs) -> Result<(), Failure> {
    let number = |field: &str, typed: &Option<String>| {
        typed.as_deref().map(|typed| positive(field, typed)).transpose()
    };
    let options = Options {
        volts: number("--volts", &args.volts)?,
        samples_per_second: number("--rate", &args.rate)?,
        shunt_ohms: number("--shunt", &args.shunt)?,
        columns: args.column.iter().map(|typed| column("--column", typed)).collect::<Result<_, _>>()?,
    };
    let least_seconds = positive("--least-seconds", &args.least_seconds)?;
    let resistor = number("--resistor", &args.resistor)?;
    let output = Output::open(&args.output)?;
    let file = args.file.display().to_string();
    let bytes = files::read_input(&args.file)?;
    let trace = format::read(&file, &bytes, args.meter.as_deref(), &options).map_err(Fault::from)?;
    let channel = args.marker.as_deref();
    let has_edges = trace.channels.iter().any(|channel| !of(channel, Edge::Falling).is_empty());
    let stamps;
    let source = match args.from.as_deref() {
        None if !has_edges && channel.is_none() => None,
        Some("none") => None,
        None | Some("edges") => Some(Source::Edges { channel, edge: Edge::Falling }),
        Some("rising") => Some(Source::Edges { channel, edge: Edge::Rising }),
        Some("steps") => Some(Source::Steps { least_seconds }),
        Some(file) => {
            stamps = files::read_input(Path::new(file))?;
            Some(Source::Stamps { file, bytes: &stamps })
        }
    };
    let found = source.map(|source| source::find(&trace, source)).transpose().map_err(Fault::from)?;
    let document = TraceDocument::of(&trace, found, resistor)?;
    output.write(&document, || trace::tell(&document), || render::table_csv(&trace::table(&document)))
}
