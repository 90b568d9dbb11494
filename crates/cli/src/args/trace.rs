//! The arguments of `joulegram trace`.

use std::path::PathBuf;

use clap::Args;

use super::OutputArgs;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  A PPK2 export; windows from the marker on D0:
    joulegram trace run.csv --volts 3.0
  EEMBC EnergyRunner's capture with its stamps:
    joulegram trace trace1-energy.bin --from trace1-timestamps.json
  No marker wired, windows of at least 5 seconds from steps in the current:
    joulegram trace run.csv --volts 3.0 --from steps --least-seconds 5
  A table of another program's:
    joulegram trace log.csv --column 'time=Zeit [ms]' --column 'current=Strom [mA]' --volts 3.3
  A known resistor in place of the board:
    joulegram trace resistor.csv --volts 3.3 --resistor 1000

Meters: ppk2, ppk2-session, eembc, mlperf-runner, lpm01a, lpm01a-csv, joulescope, pyjls, monsoon, nvidia-smi, tegrastats,
raspberry-pi, um25c, hwmon, ina, generic (Otii and any other table). Of a window at most 0.1 % may be missing; that is
filled with its neighbours' mean and said, more is refused.")]
pub(crate) struct TraceArgs {
    /// The file of a power meter
    pub(crate) file: PathBuf,
    /// Whose file it is; without it by what stands in it
    #[arg(long, value_name = "NAME")]
    pub(crate) meter: Option<String>,
    /// Supply voltage: a file of currents has no energy without it
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub(crate) volts: Option<String>,
    /// Samples a second, for files without times
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) rate: Option<String>,
    /// Shunt, for logs of its voltage
    #[arg(long, value_name = "OHMS", allow_hyphen_values = true)]
    pub(crate) shunt: Option<String>,
    /// A column by hand: ROLE is time, current, voltage, power, energy, charge, marker or counter; NAME a heading or a
    /// number from 1, perhaps with a unit
    #[arg(long, value_name = "ROLE=NAME")]
    pub(crate) column: Vec<String>,
    /// What marks windows: edges (falling), rising, steps, none, or a file of stamps; without it edges where there are any
    #[arg(long, value_name = "edges|rising|steps|none|FILE")]
    pub(crate) from: Option<String>,
    /// The marker's input, where several change
    #[arg(long, value_name = "NAME")]
    pub(crate) marker: Option<String>,
    /// The shortest window from steps
    #[arg(long, value_name = "S", default_value = "1", allow_hyphen_values = true)]
    pub(crate) least_seconds: String,
    /// A resistor that was measured in place of the board: how far off the meter is
    #[arg(long, value_name = "OHMS", allow_hyphen_values = true)]
    pub(crate) resistor: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
