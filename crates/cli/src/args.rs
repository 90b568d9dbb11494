//! The arguments. Numbers stay text here: a wrong one is a wrong input (exit 1), not a wrong usage (exit 2).

pub(crate) mod calibrate;
mod kernel;
mod trace;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use joulegram_report::import::Tool;

pub(crate) use kernel::{MeasureArgs, RunArgs};
pub(crate) use trace::TraceArgs;

/// Energy and carbon of a neural network's whole life, from its model file.
#[derive(Debug, Parser)]
#[command(
    name = "joulegram",
    version,
    about,
    after_help = "Example:
  joulegram estimate model.tflite --device nucleo-l4r5zi --grid DE
  joulegram estimate model.tflite --device nucleo-l4r5zi --grid DE --inferences 31536000 \\
      --samples 100000 --epochs 30 --search-runs 20 --training-device a100

Exit codes: 0 done, 1 the input is wrong, 2 the usage is wrong, 3 over a budget (--max-...)."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Joules, kWh and gCO2e of one inference, of training, of search and of the whole life
    Estimate(Box<EstimateArgs>),
    /// Two scenarios side by side: where they differ, why, and after how many inferences one overtakes the other
    Compare(CompareArgs),
    /// The layers of a model and their work: MACs, parameters, bytes
    Inspect(InspectArgs),
    /// Which number of samples, epochs, runs or inferences, or which device, keeps a budget
    Fit(FitArgs),
    /// What each reduction measure saves of a scenario, the most first
    Levers(LeversArgs),
    /// One inference by the fixed-point kernel: raw tensor bytes in and out
    Run(RunArgs),
    /// Seconds and joules of an inference on this machine, with their spread
    Measure(MeasureArgs),
    /// A profile of a board, an emulated one or this machine, from micro-benchmarks
    Calibrate(Box<calibrate::CalibrateArgs>),
    /// The devices that are known, with year and source of each number
    Devices(ListArgs),
    /// The grids that are known, with range, year, basis and source
    Grids(ListArgs),
    /// What another tool measured: kWh, hours, devices, whether PUE is inside, what is left out
    Import(ImportArgs),
    /// What a power meter's file holds: windows with their joules, means, the meter's own totals, faults
    Trace(TraceArgs),
    /// Recompute published numbers: published, computed, error, source
    Validate(ValidateArgs),
    /// Print a completion script for a shell
    #[command(after_help = "Example:
  joulegram completions bash > ~/.local/share/bash-completion/completions/joulegram")]
    Completions(CompletionsArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  One inference, layer by layer, on a board in Germany:
    joulegram estimate kws.tflite --device nucleo-l4r5zi --grid DE
  Its whole life: trained on an A100 after 20 search runs, used once a second for a year:
    joulegram estimate kws.tflite --device nucleo-l4r5zi --grid DE --inferences 31536000 \\
        --samples 100000 --epochs 30 --search-runs 20 --training-device a100
  Hardware that is in no table:
    joulegram estimate kws.tflite --watts 0.05 --operations-per-second 50e6 --grid US-CA
  A scenario file, for each stage its own device and place:
    joulegram estimate scenario.json --format json --out result.json
  What a link of the page holds behind its #; nothing is fetched:
    joulegram estimate 'https://example.org/joulegram/#1.eyJzaXRlIjp7ImdyaWQiOiJGUiJ9fQ'
  A page with charts, and a table for a paper:
    joulegram estimate scenario.json --format html --out report.html
    joulegram estimate scenario.json --format latex
  In CI, fail when a change makes the model too costly:
    joulegram estimate kws.tflite --device nucleo-l4r5zi --max-joules-per-inference 0.005

A range is 5 % to 95 % of what the inputs allow. An estimate is not a measurement.")]
pub(crate) struct EstimateArgs {
    /// A `.tflite` model, a scenario `.json`, or a link of the page
    pub(crate) input: PathBuf,
    /// A device's name (`joulegram devices`) or a profile's .json file; without it all boards, side by side
    #[arg(long, value_name = "NAME|FILE", conflicts_with_all = ["watts", "operations_per_second"])]
    pub(crate) device: Option<String>,
    /// Supply voltage of the device, where its profile's is another: only behind a linear regulator
    #[arg(long, value_name = "V", requires = "device", allow_hyphen_values = true)]
    pub(crate) volts: Option<String>,
    /// Clock of the device, where it lies between two at which it was measured
    #[arg(long, value_name = "HERTZ", requires = "device", allow_hyphen_values = true)]
    pub(crate) clock: Option<String>,
    /// The device's profile at another clock, for --clock
    #[arg(long, value_name = "FILE", requires = "clock")]
    pub(crate) other_clock: Option<String>,
    /// Unknown hardware by hand: watts while computing
    #[arg(long, value_name = "W", requires = "operations_per_second", allow_hyphen_values = true)]
    pub(crate) watts: Option<String>,
    /// Unknown hardware by hand: operations a second that it reaches; a MAC is two operations
    #[arg(long, value_name = "N", requires = "watts", allow_hyphen_values = true)]
    pub(crate) operations_per_second: Option<String>,
    /// Device of search and training, where it is another one
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) training_device: Option<String>,
    /// A place (DE, DEU, Germany, US-CA, gcp:europe-west6) or gCO2e/kWh; without it the world's average
    #[arg(long, value_name = "CODE|G_PER_KWH", allow_hyphen_values = true)]
    pub(crate) grid: Option<String>,
    /// Power usage effectiveness (at least 1) or a data centre's operator; without it by the device's class
    #[arg(long, value_name = "N|NAME", allow_hyphen_values = true)]
    pub(crate) pue: Option<String>,
    /// Inferences over the whole life [default: 1 for a model]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) inferences: Option<String>,
    /// Training samples an epoch
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    pub(crate) samples: Option<String>,
    /// Training epochs
    #[arg(long, value_name = "E", allow_hyphen_values = true)]
    pub(crate) epochs: Option<String>,
    /// Search runs, each like the training
    #[arg(long, value_name = "H", allow_hyphen_values = true)]
    pub(crate) search_runs: Option<String>,
    /// As the source paper has it: one device and one site for all stages, nothing idle
    #[arg(long)]
    pub(crate) paper: bool,
    /// Compare the life with cars, flights and trees
    #[arg(long)]
    pub(crate) equivalences: bool,
    /// Exit with 3 if one inference most likely takes more joules
    #[arg(long, value_name = "J", allow_hyphen_values = true)]
    pub(crate) max_joules_per_inference: Option<String>,
    /// Exit with 3 if the life cycle most likely emits more grams of CO2e
    #[arg(long, value_name = "G", allow_hyphen_values = true)]
    pub(crate) max_grams: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  joulegram compare small.json large.json
  joulegram compare before.json after.json --format html --out difference.html

The reasons exchange one thing at a time: the first scenario with that one of the second, and the other way round. What
both have in common, such as one grid, moves both alike and widens no difference.")]
pub(crate) struct CompareArgs {
    /// A scenario `.json`, or a link of the page
    pub(crate) first: PathBuf,
    /// Another one
    pub(crate) second: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  joulegram inspect model.tflite --format csv")]
pub(crate) struct InspectArgs {
    /// A `.tflite` model
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  How many epochs emit at most 100 g, all else as it is:
    joulegram fit scenario.json --vary epochs --budget-grams 100
  How many inferences leave a battery a year, on which devices it lasts that long:
    joulegram fit scenario.json --vary inferences --battery-days 365
    joulegram fit scenario.json --vary device --battery-days 365")]
pub(crate) struct FitArgs {
    /// A scenario .json, or a link of the page
    pub(crate) scenario: PathBuf,
    /// What to vary
    #[arg(long, value_enum)]
    pub(crate) vary: VaryChoice,
    /// Grams of the whole life, operational and embodied, at most
    #[arg(long, value_name = "G", allow_hyphen_values = true, group = "budget")]
    pub(crate) budget_grams: Option<String>,
    /// Joules of the whole life at the meters, at most
    #[arg(long, value_name = "J", allow_hyphen_values = true, group = "budget")]
    pub(crate) budget_joules: Option<String>,
    /// Days that a set of cells lasts, at least
    #[arg(long, value_name = "D", allow_hyphen_values = true, group = "budget")]
    pub(crate) battery_days: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VaryChoice {
    /// Samples of an epoch
    Samples,
    /// Epochs of the training
    Epochs,
    /// Search runs like the training
    Runs,
    /// Inferences over the life
    Inferences,
    /// The device of inference
    Device,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  Every measure that is known, ranked by the grams that it saves:
    joulegram levers scenario.json
  Two of them one after the other:
    joulegram levers scenario.json --combine other_region,early_stop

What you know of your measures stands under `what_if` in the scenario: region, pue, device, student, transfer,
random_runs, dead_share, left, times, batch, sleep_watts. Savings may be less than nothing.")]
pub(crate) struct LeversArgs {
    /// A scenario .json, or a link of the page
    pub(crate) scenario: PathBuf,
    /// Measures to combine, with commas between them
    #[arg(long, value_name = "MEASURES")]
    pub(crate) combine: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  joulegram devices nucleo
  joulegram grids germany --format json")]
pub(crate) struct ListArgs {
    /// Only rows whose code or name contains this
    pub(crate) filter: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  joulegram import emissions.csv
  nvidia-smi --query-gpu=timestamp,index,name,power.draw --format=csv -l 1 > power.csv
  joulegram import power.csv --format json
  sacct -j 1234 --parsable2 --format=JobID,Elapsed,NNodes,NodeList,Start,End,ConsumedEnergyRaw > job.txt
  joulegram import job.txt

A scenario takes the same files, relative to its own folder:
  \"training\": { \"measured\": { \"file\": \"emissions.csv\", \"tool\": \"codecarbon\" } }")]
pub(crate) struct ImportArgs {
    /// A file of codecarbon, carbontracker, experiment-impact-tracker, energyusage, nvidia-smi, Green Algorithms or sacct
    pub(crate) file: PathBuf,
    /// Whose file it is; without it by what stands in it
    #[arg(long, value_enum)]
    pub(crate) tool: Option<ToolChoice>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ToolChoice {
    Codecarbon,
    ExperimentImpactTracker,
    Carbontracker,
    Energyusage,
    NvidiaSmi,
    GreenAlgorithms,
    Slurm,
}

impl From<ToolChoice> for Tool {
    fn from(choice: ToolChoice) -> Self {
        match choice {
            ToolChoice::Codecarbon => Self::Codecarbon,
            ToolChoice::ExperimentImpactTracker => Self::ExperimentImpactTracker,
            ToolChoice::Carbontracker => Self::Carbontracker,
            ToolChoice::Energyusage => Self::Energyusage,
            ToolChoice::NvidiaSmi => Self::NvidiaSmi,
            ToolChoice::GreenAlgorithms => Self::GreenAlgorithms,
            ToolChoice::Slurm => Self::Slurm,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  joulegram validate --format json")]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Which shell
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write to a file instead of the terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, at most 100 columns
    Text,
    /// For programs: every number with its range
    Json,
    /// For spreadsheets: one number a row
    Csv,
    /// For documents
    Markdown,
    /// A page with charts that needs nothing else
    Html,
    /// For a paper: a sentence of method, a table and an entry for the bibliography
    Latex,
}
