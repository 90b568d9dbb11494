//! The arguments of `joulegram calibrate`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use joulegram_report::calibration::{ACCURACY_PERCENT, VOLTS_ACCURACY_PERCENT};

use super::Format;

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("source").required(true).args(["log", "emulator", "this_machine"]),
    after_help = "Examples:
  A board's log, with a power meter's file beside it:
    joulegram calibrate --log run.log --trace trace.csv --volts 3.0 --regulator ldo --out board.json
  An emulated board, which is built, run and read: instructions, not joules:
    joulegram calibrate --emulator qemu-m4 --out qemu-m4.json
    joulegram estimate kws.tflite --device qemu-m4.json
  This machine, and how well its profile tells models that the suite does not contain:
    joulegram calibrate --self --against kws.tflite --against ad.tflite --out laptop.json

The suite is of micro-benchmarks: layers of each kind at several sizes. Cycles are fitted to their work, watts are measured
apart. The profile keeps all windows, intervals and errors. It is written beside --out and put in place when it is whole."
)]
pub(crate) struct CalibrateArgs {
    /// What the board printed while it ran the suite
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Build the suite for an emulated board, and run it
    #[arg(long, value_enum, value_name = "BOARD")]
    pub(crate) emulator: Option<EmulatedBoard>,
    /// Run the suite on this machine
    #[arg(long = "self", id = "this_machine")]
    pub(crate) this_machine: bool,
    /// What a power meter wrote meanwhile; its windows are found by the edges of the marker
    #[arg(long, value_name = "FILE", requires = "log", conflicts_with = "windows")]
    pub(crate) trace: Option<PathBuf>,
    /// The trace's format, where its content does not tell
    #[arg(long, value_name = "NAME", requires = "trace")]
    pub(crate) trace_format: Option<String>,
    /// Samples a second, where the trace does not say
    #[arg(long, value_name = "N", requires = "trace", allow_hyphen_values = true)]
    pub(crate) samples_per_second: Option<String>,
    /// The trace's marker channel, where there are several
    #[arg(long, value_name = "NAME", requires = "trace")]
    pub(crate) marker: Option<String>,
    /// The meter's windows instead: CSV with step, repetition, seconds and joules
    #[arg(long, value_name = "FILE.csv", requires = "log")]
    pub(crate) windows: Option<PathBuf>,
    /// Supply voltage that the watts hold for
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub(crate) volts: Option<String>,
    /// How far the supply voltage may be off, in percent
    #[arg(long, value_name = "PERCENT", default_value = VOLTS_ACCURACY_PERCENT, allow_hyphen_values = true)]
    pub(crate) volts_accuracy: String,
    /// How far the instrument may be off, in percent
    #[arg(long, value_name = "PERCENT", default_value = ACCURACY_PERCENT, allow_hyphen_values = true)]
    pub(crate) accuracy: String,
    /// How the supply becomes the core's voltage
    #[arg(long, value_enum)]
    pub(crate) regulator: Option<RegulatorChoice>,
    /// An image of the suite that has been built already
    #[arg(long, value_name = "FILE", requires = "emulator")]
    pub(crate) image: Option<PathBuf>,
    /// A `.tflite` model to measure in turns with the suite, which does not contain it
    #[arg(long, value_name = "MODEL", requires = "this_machine")]
    pub(crate) against: Vec<PathBuf>,
    /// rapl, hwmon:PATH of a power*_input, or none; without it rapl where it may be read
    #[arg(long, value_name = "METER", requires = "this_machine")]
    pub(crate) meter: Option<String>,
    /// Watts while it runs, where no meter says so
    #[arg(long, value_name = "W", allow_hyphen_values = true)]
    pub(crate) watts: Option<String>,
    /// About how long the suite takes on this machine
    #[arg(long, value_name = "S", default_value = "20", allow_hyphen_values = true)]
    pub(crate) seconds: String,
    /// Write the profile here
    #[arg(long, value_name = "PROFILE.json")]
    pub(crate) out: PathBuf,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write the report to a file instead of the terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

/// The emulated boards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EmulatedBoard {
    /// Cortex-M4, mps2-an386
    QemuM4,
    /// Cortex-M0, on mps2-an385
    QemuM0,
    /// RV32IMC, virt
    QemuRv32,
}

/// How a supply becomes the core's voltage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RegulatorChoice {
    /// Linear: energy scales with the supply
    Ldo,
    /// Switching: it hardly does
    Switching,
}
