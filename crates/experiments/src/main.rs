//! Runs the experiments: `cargo run --release --manifest-path crates/experiments/Cargo.toml -- NAME`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Parser;
use joulegram_experiments::clock::process_seconds;
use joulegram_experiments::experiment::{Experiment, Setup};
use joulegram_experiments::experiments::ALL;
use joulegram_experiments::machine;
use joulegram_experiments::record::{MACHINE, files, machine_file, read_rows, write};
use joulegram_experiments::table::{placed, table};
use joulegram_experiments::watts::CoreWatts;

/// What the library reads to know how many threads to use.
const THREADS: &str = "RAYON_NUM_THREADS";
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The source paper's experiments, run on this machine with one thread.
#[derive(Parser)]
#[command(
    after_help = "Example: cargo run --release --manifest-path crates/experiments/Cargo.toml -- all --quick"
)]
struct Arguments {
    /// An experiment, or: `all`, `list`, `redraw` (findings and charts again, from the recorded data), `table` (into
    /// the README).
    name: String,
    /// Fewer samples, networks and repetitions: all in some minutes.
    #[arg(long)]
    quick: bool,
    /// Watts of the core that computes [default: a core's share of the preset server-cpu, 2.4 to 3.9 to 4.4 W].
    #[arg(long)]
    watts: Option<f64>,
    /// Where the records go [default: benchmarks/record/experiments; of a quick run target/experiments].
    #[arg(long)]
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = &fs::canonicalize(ROOT).context("the repository that this was built in")?;
    let records = root.join("benchmarks/record/experiments");
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None if arguments.quick => root.join("target/experiments"),
        None => records.clone(),
    };
    match arguments.name.as_str() {
        "list" => ALL.iter().for_each(|experiment| println!("{:10} {}", experiment.name, experiment.about)),
        "table" => {
            let path = root.join("README.md");
            let readme = fs::read_to_string(&path).context("README.md")?;
            fs::write(&path, placed(&readme, &table(&out)?).context("README.md")?).context("README.md")?;
        }
        "redraw" => ALL.iter().try_for_each(|experiment| redraw(experiment, &out.join(experiment.name)))?,
        name => {
            let chosen: Vec<&Experiment> =
                ALL.into_iter().filter(|experiment| name == "all" || experiment.name == name).collect();
            if chosen.is_empty() {
                let names: Vec<&str> = ALL.iter().map(|experiment| experiment.name).collect();
                bail!("there is no experiment {name}: they are {}, and all", names.join(", "));
            }
            return measured(arguments, &chosen, &out);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs experiments where the library has one thread: this one.
fn measured(arguments: &Arguments, chosen: &[&Experiment], out: &Path) -> Result<ExitCode> {
    if env::var_os(THREADS).is_none_or(|threads| threads != "1") {
        let status =
            Command::new(env::current_exe()?).args(env::args_os().skip(1)).env(THREADS, "1").status()?;
        return Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    let watts =
        arguments.watts.map_or_else(CoreWatts::of_a_server_core, CoreWatts::given).context("--watts")?;
    let setup = Setup { quick: arguments.quick, watts };
    for experiment in chosen {
        println!("{}: {}", experiment.name, experiment.about);
        for claim in experiment.claims {
            println!("  {}: the paper says: {}", claim.place, claim.paper);
            println!("    expected here: {}", claim.platform);
        }
        let start = process_seconds();
        let rows = (experiment.rows)(&setup).with_context(|| experiment.name)?;
        let mut files = files(experiment, &rows)?;
        files.push(machine_file(&machine::record(experiment.name, &setup, process_seconds() - start))?);
        for finding in experiment.findings(&rows)? {
            let word = |yes: bool| if yes { "yes" } else { "no" };
            let (here, paper) = (word(finding.as_expected), finding.as_paper.map_or("not comparable", word));
            println!("  shown: {} As expected: {here}. As the paper: {paper}.", finding.shown);
        }
        write(&out.join(experiment.name), &files)?;
    }
    println!("Written to {}", out.display());
    Ok(ExitCode::SUCCESS)
}

/// Findings and charts again, from the recorded rows; the machine's file stays.
fn redraw(experiment: &Experiment, folder: &Path) -> Result<()> {
    let mut files = files(experiment, &read_rows(folder)?)?;
    files.push((MACHINE.to_owned(), fs::read_to_string(folder.join(MACHINE)).context(MACHINE)?));
    write(folder, &files)
}
