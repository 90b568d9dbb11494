//! `joulegram compare`.

use std::path::Path;

use joulegram_report::compare::{self, Comparison};
use joulegram_report::fault::Fault;
use joulegram_report::render;
use joulegram_report::resolve::{Case, resolve};
use joulegram_report::scenario_file::ScenarioFile;

use crate::Failure;
use crate::args::CompareArgs;
use crate::files;
use crate::output::Output;

pub(crate) fn run(args: &CompareArgs) -> Result<(), Failure> {
    let output = Output::open(&args.output)?;
    let first = case(&args.first)?;
    let second = case(&args.second)?;
    let names = [&args.first, &args.second].map(|path| path.display().to_string());
    let comparison = Comparison::of([&names[0], &names[1]], [&first, &second])?;
    output.titled(&format!("{} and {}", comparison.first, comparison.second)).write(
        &comparison,
        || compare::tell(&comparison),
        || render::table_csv(&compare::table(&comparison)),
    )
}

fn case(path: &Path) -> Result<Case, Failure> {
    let file = path.display().to_string();
    let bytes = files::read_input(path)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| Fault::new(&file, "", format!("no UTF-8 text: {error}")))?;
    let scenario = ScenarioFile::from_json(&file, text)?;
    Ok(resolve(&file, &scenario, None, &|name| files::read_beside(path, name))?)
}
