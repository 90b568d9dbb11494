//! `joulegram import`.

use joulegram_report::{import, render};

use crate::Failure;
use crate::args::ImportArgs;
use crate::files;
use crate::output::Output;

pub(crate) fn run(args: &ImportArgs) -> Result<(), Failure> {
    let output = Output::open(&args.output)?;
    let bytes = files::read_input(&args.file)?;
    let tool = args.tool.map(import::Tool::from);
    let reading = import::read(&args.file.display().to_string(), &bytes, tool)?;
    output.write(&reading, || import::tell(&reading), || render::table_csv(&import::table(&reading)))
}
