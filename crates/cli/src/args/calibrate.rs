//! The arguments of `joulegram calibrate`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use joulegram_report::calibration::{ACCURACY_PERCENT, VOLTS_ACCURACY_PERCENT};

use super::Format;

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("source").required(true).args(["log", "port", "emulator", "this_machine"]),
    after_help = "Examples:
  A board's log, with a power meter's file beside it:
    joulegram calibrate --log run.log --trace trace.csv --volts 3.0 --regulator ldo --out board.json
  A board at a serial port, its log kept in board.log; the meter's file is asked for when the board is done:
    joulegram calibrate --port /dev/ttyACM0 --trace trace.csv --volts 3.0 --out board.json
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
    /// The serial port of a board that runs the suite; it is read until the board is done
    #[arg(long, value_name = "TTY")]
    pub(crate) port: Option<String>,
    /// Where to keep what comes from the port; without it beside --out, with `.log` at its end
    #[arg(long, value_name = "FILE", requires = "port")]
    pub(crate) save_log: Option<PathBuf>,
    /// Longest silence of the board at the port
    #[arg(long, value_name = "S", default_value = "60", requires = "port", allow_hyphen_values = true)]
    pub(crate) patience: String,
    /// Build the suite for an emulated board, and run it
    #[arg(long, value_enum, value_name = "BOARD")]
    pub(crate) emulator: Option<EmulatedBoard>,
    /// Run the suite on this machine
    #[arg(long = "self", id = "this_machine")]
    pub(crate) this_machine: bool,
    /// What a power meter wrote meanwhile
    #[arg(long, value_name = "FILE", conflicts_with_all = ["windows", "emulator", "this_machine"])]
    pub(crate) trace: Option<PathBuf>,
    /// What marks windows in the trace: edges (falling), rising, steps, or a file of stamps
    #[arg(long, value_name = "edges|rising|steps|FILE", default_value = "edges", requires = "trace")]
    pub(crate) from: String,
    /// The trace's format, where its content does not tell
    #[arg(long, value_name = "NAME", requires = "trace")]
    pub(crate) trace_format: Option<String>,
    /// Samples a second, where the trace does not say
    #[arg(long, value_name = "N", requires = "trace", allow_hyphen_values = true)]
    pub(crate) samples_per_second: Option<String>,
    /// Shunt, where the trace is of its voltage
    #[arg(long, value_name = "OHMS", requires = "trace", allow_hyphen_values = true)]
    pub(crate) shunt: Option<String>,
    /// A column of the trace by hand, as of `joulegram trace`
    #[arg(long, value_name = "ROLE=NAME", requires = "trace")]
    pub(crate) column: Vec<String>,
    /// The trace's marker channel, where there are several
    #[arg(long, value_name = "NAME", requires = "trace")]
    pub(crate) marker: Option<String>,
    /// The log of a run without the meter: whether reading it slows the board
    #[arg(long, value_name = "FILE", conflicts_with_all = ["emulator", "this_machine"])]
    pub(crate) unmetered: Option<PathBuf>,
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
