//! `joulegram levers`.

use joulegram_report::levers::{Levers, csv, measures, tell};

use crate::Failure;
use crate::args::LeversArgs;
use crate::files;
use crate::output::Output;

pub(crate) fn run(args: &LeversArgs) -> Result<(), Failure> {
    let together = args.combine.as_deref().map(|typed| measures("--combine", typed)).transpose()?;
    let output = Output::open(&args.output)?;
    let (file, case) = files::read_case(&args.scenario)?;
    let levers = Levers::of(&file, &case, &together.unwrap_or_default())?;
    output.write(&levers, || tell(&levers), || csv(&levers))
}
