//! Arguments of the commands that run the int8 kernel.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use joulegram::kernel::Rounding;

use super::OutputArgs;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  The most likely classes, for 490 bytes of features:
    joulegram run kws.tflite --input features.bin
  The output's bytes, as LiteRT's reference kernels compute them:
    joulegram run kws.tflite --input features.bin --output scores.bin --rounding litert

Several inputs or outputs stand one after the other in the model's order, each number little-endian.")]
pub(crate) struct RunArgs {
    /// A `.tflite` model, quantised to int8
    pub(crate) model: PathBuf,
    /// The inputs' bytes
    #[arg(long, value_name = "FILE.bin")]
    pub(crate) input: PathBuf,
    /// Write the outputs' bytes; without it the largest values are printed
    #[arg(long, value_name = "FILE.bin")]
    pub(crate) output: Option<PathBuf>,
    /// Whose rounding
    #[arg(long, value_enum, default_value_t = RoundingChoice::Tflm)]
    pub(crate) rounding: RoundingChoice,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  Seconds, and joules where this machine's RAPL counters may be read:
    joulegram measure kws.tflite
  Layer by layer, over a minute:
    joulegram measure kws.tflite --layers --seconds 60 --windows 6
  Joules from a power sensor on the board's supply:
    joulegram measure kws.tflite --meter hwmon:/sys/class/hwmon/hwmon0/power1_input
  Joules from watts that you know, which the answer then calls modelled:
    joulegram measure kws.tflite --watts 4.5
  A profile of this machine, for estimates:
    joulegram measure kws.tflite --profile laptop.json
    joulegram estimate vww.tflite --device laptop.json --grid DE

Joules are gross: what the meter counts while the kernel runs, idle power and other programs included. What no meter
gives is not known, never 0.")]
pub(crate) struct MeasureArgs {
    /// A `.tflite` model, quantised to int8
    pub(crate) model: PathBuf,
    /// rapl, hwmon:PATH of a power*_input, or none; without it rapl where it may be read
    #[arg(long, value_name = "METER")]
    pub(crate) meter: Option<String>,
    /// Watts while it runs, where no meter says so
    #[arg(long, value_name = "W", allow_hyphen_values = true)]
    pub(crate) watts: Option<String>,
    /// How long all windows take together
    #[arg(long, value_name = "S", default_value = "5", allow_hyphen_values = true)]
    pub(crate) seconds: String,
    /// How many windows, at least 5
    #[arg(long, value_name = "N", default_value = "5", allow_hyphen_values = true)]
    pub(crate) windows: String,
    /// Each layer's time, too
    #[arg(long)]
    pub(crate) layers: bool,
    /// Whose rounding
    #[arg(long, value_enum, default_value_t = RoundingChoice::Tflm)]
    pub(crate) rounding: RoundingChoice,
    /// Write a profile of this machine that `estimate --device` takes
    #[arg(long, value_name = "FILE.json")]
    pub(crate) profile: Option<PathBuf>,
    /// Read meters below this folder instead of /sys
    #[arg(long, value_name = "DIR")]
    pub(crate) sysfs_root: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoundingChoice {
    /// TensorFlow Lite for Microcontrollers and CMSIS-NN
    Tflm,
    /// LiteRT's reference kernels
    Litert,
}

impl From<RoundingChoice> for Rounding {
    fn from(choice: RoundingChoice) -> Self {
        match choice {
            RoundingChoice::Tflm => Self::Tflm,
            RoundingChoice::Litert => Self::Litert,
        }
    }
}
