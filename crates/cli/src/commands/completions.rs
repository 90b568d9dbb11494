//! `joulegram completions`.

use clap::CommandFactory;

use crate::Failure;
use crate::args::{Arguments, CompletionsArgs};
use crate::output::print;

pub(crate) fn run(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "joulegram", &mut script);
    print(&script)
}
