//! `joulegram compare`.

use joulegram_report::compare::{self, Comparison};
use joulegram_report::render;

use crate::Failure;
use crate::args::CompareArgs;
use crate::input::Input;
use crate::output::Output;

pub(crate) fn run(args: &CompareArgs) -> Result<(), Failure> {
    let output = Output::open(&args.output)?;
    let (first, second) = (Input::read(&args.first)?, Input::read(&args.second)?);
    let (one, other) = (first.case()?, second.case()?);
    let comparison = Comparison::of([&first.name, &second.name], [&one, &other])?;
    output.titled(&format!("{} and {}", comparison.first, comparison.second)).write(
        &comparison,
        || compare::tell(&comparison),
        || render::table_csv(&compare::table(&comparison)),
    )
}
