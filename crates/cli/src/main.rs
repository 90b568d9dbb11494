//! `joulegram`: energy and carbon of a neural network's whole life, from its model file.
//!
//! A shell: it reads files and arguments, and prints. All numbers come from the core.

mod args;
mod commands;
mod files;
mod inference;
mod input;
mod meter;
mod output;
mod timing;

use std::process::ExitCode;

use args::{Arguments, Command};
use clap::Parser;

/// Why the program ends with something other than 0.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is wrong: one sentence, exit code 1.
    Input(String),
    /// A budget is exceeded, exit code 3.
    Budget(String),
}

impl From<joulegram_report::fault::Fault> for Failure {
    fn from(fault: joulegram_report::fault::Fault) -> Self {
        Self::Input(fault.to_string())
    }
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Estimate(args) => commands::estimate::run(&args),
        Command::Compare(args) => commands::compare::run(&args),
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Fit(args) => commands::fit::run(&args),
        Command::Levers(args) => commands::levers::run(&args),
        Command::Run(args) => commands::run::run(&args),
        Command::Measure(args) => commands::measure::run(&args),
        Command::Calibrate(args) => commands::calibrate::run(&args),
        Command::Devices(args) => commands::devices::run(&args),
        Command::Grids(args) => commands::grids::run(&args),
        Command::Import(args) => commands::import::run(&args),
        Command::Trace(args) => commands::trace::run(&args),
        Command::Validate(args) => commands::validate::run(&args),
        Command::Completions(args) => commands::completions::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Input(sentence)) => {
            eprintln!("joulegram: {sentence}");
            ExitCode::from(1)
        }
        Err(Failure::Budget(sentence)) => {
            eprintln!("joulegram: {sentence}");
            ExitCode::from(3)
        }
    }
}
