//! `joulegram levers`.

use joulegram_report::levers::{Levers, csv, measures, tell};

use crate::Failure;
use crate::args::LeversArgs;
use crate::input::Input;
use crate::output::Output;

pub(crate) fn run(args: &LeversArgs) -> Result<(), Failure> {
    let together = args.combine.as_deref().map(|typed| measures("--combine", typed)).transpose()?;
    let output = Output::open(&args.output)?;
    let input = Input::read(&args.scenario)?;
    let case = input.case()?;
    let levers = Levers::of(&input.name, &case, &together.unwrap_or_default())?;
    output.write(&levers, || tell(&levers), || csv(&levers))
}
