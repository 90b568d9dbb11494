//! A measurement on this machine: what its windows say, and what follows from them.

mod profile;
mod spread;
mod tell;

use joulegram::device::Evidence;
use joulegram::kernel::Rounding;
use joulegram::range::Range;
use joulegram::units::{Joules, Quantity, Seconds, Watts};
use serde::Serialize;

use crate::fault::Fault;
use crate::inspect::InspectedLayer;
use crate::network::Network;

pub use spread::Spread;
pub use tell::{measurement_csv, tell};

/// The version of the measurement's JSON form.
pub const MEASUREMENT_SCHEMA_VERSION: u32 = 1;

/// Seconds of a mean year.
const SECONDS_PER_YEAR: u64 = 31_556_952;

/// The year of a measurement, by the seconds since the beginning of 1970; none beyond 65535.
#[must_use]
pub fn year_of(since_1970: u64) -> Option<u16> {
    u16::try_from(1970 + since_1970 / SECONDS_PER_YEAR).ok()
}

/// Seconds of each operator, one list an operator, one number an inference.
pub type LayerTimes = Vec<Vec<f64>>;

/// What `measure` shows. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measurement {
    /// [`MEASUREMENT_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The model's name.
    pub name: String,
    /// The machine.
    pub machine: Machine,
    /// Whose rounding the kernel has.
    pub rounding: Rounding,
    /// Where joules come from.
    pub meter: MeterKind,
    /// The meter's counters; empty where it has none.
    pub domains: Vec<Domain>,
    /// `measured`, or `modelled` where watts were given: seconds are measured either way.
    pub evidence: Evidence,
    /// Least, median and greatest of the windows.
    pub seconds_per_inference: Range<Seconds>,
    /// The same of gross joules; `None` where no meter said any.
    pub joules_per_inference: Option<Range<Joules>>,
    /// The same of watts.
    pub watts: Option<Range<Watts>>,
    /// The windows' seconds of an inference, with quartiles.
    pub seconds_spread: Spread,
    /// Their joules of an inference, with quartiles.
    pub joules_spread: Option<Spread>,
    /// Inferences in all windows.
    pub inferences: u64,
    /// The windows in order.
    pub windows: Vec<Window>,
    /// Each layer's time; empty where it was not asked for.
    pub layers: Vec<LayerSeconds>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// The machine that ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// Its processor's name, where the system says so.
    pub processor: Option<String>,
    /// Its instruction set.
    pub architecture: String,
    /// Whether the kernel was built without optimisation.
    pub is_debug_build: bool,
}

/// Where joules come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MeterKind {
    /// The processor's energy counters.
    Rapl,
    /// A power sensor.
    Hwmon,
    /// Watts that the user gave.
    Given,
    /// Nowhere.
    None,
}

/// A counter of the meter's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Domain {
    /// Its folder's name: `intel-rapl:0`.
    pub zone: String,
    /// What it counts: `package-0`.
    pub name: String,
    /// Whether it is in the joules; one inside another is not.
    pub is_counted: bool,
}

/// One window: many inferences, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Window {
    /// How many.
    pub inferences: u64,
    /// How long.
    pub seconds: f64,
    /// What the meter counted meanwhile, idle power included; `None` where it said nothing.
    pub joules: Option<f64>,
    /// Seconds over inferences.
    pub seconds_per_inference: f64,
    /// Joules over inferences.
    pub joules_per_inference: Option<f64>,
}

/// One layer's time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerSeconds {
    /// Its work.
    #[serde(flatten)]
    pub work: InspectedLayer,
    /// Lower quartile, median and upper quartile, clock reading included.
    pub seconds: Range<Seconds>,
    /// Its share of all layers' medians.
    pub share: f64,
}

/// What a measurement is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// The model's name.
    pub name: String,
    /// The machine.
    pub machine: Machine,
    /// Whose rounding the kernel has.
    pub rounding: Rounding,
    /// Where joules come from.
    pub meter: MeterKind,
    /// The meter's counters.
    pub domains: Vec<Domain>,
    /// The windows in order, at least one.
    pub windows: Vec<Window>,
    /// What a reader should know about the meter.
    pub note: Option<String>,
}

impl Window {
    /// A window of at least one inference.
    #[must_use]
    pub fn new(inferences: u64, seconds: f64, joules: Option<f64>) -> Self {
        let each = |amount: f64| amount / inferences.max(1) as f64;
        Self {
            inferences,
            seconds,
            joules,
            seconds_per_inference: each(seconds),
            joules_per_inference: joules.map(each),
        }
    }
}

impl Measurement {
    /// Sums the windows up.
    ///
    /// # Errors
    /// [`Fault`] if there is no window, or the clock stood still.
    pub fn of(parts: Parts) -> Result<Self, Fault> {
        let Parts { name, machine, rounding, meter, domains, windows, note } = parts;
        let per_window = |number: fn(&Window) -> Option<f64>| Spread::of(windows.iter().filter_map(number));
        let fault = |message: &str| Fault::new("", "--windows", message);
        let seconds =
            per_window(|window| Some(window.seconds_per_inference)).ok_or_else(|| fault("there is none"))?;
        let joules = per_window(|window| window.joules_per_inference);
        let watts = per_window(|window| window.joules.map(|joules| joules / window.seconds));
        let mut measurement = Self {
            schema_version: MEASUREMENT_SCHEMA_VERSION,
            name,
            evidence: if meter == MeterKind::Given { Evidence::Modelled } else { Evidence::Measured },
            machine,
            rounding,
            meter,
            domains,
            seconds_per_inference: seconds.whole().ok_or_else(|| fault("the clock stood still in one"))?,
            joules_per_inference: joules.and_then(|joules| joules.whole()),
            watts: watts.and_then(|watts| watts.whole()),
            seconds_spread: seconds,
            joules_spread: joules,
            inferences: windows.iter().map(|window| window.inferences).sum(),
            windows,
            layers: Vec::new(),
            notes: Vec::new(),
        };
        measurement.notes = tell::notes(&measurement, note);
        Ok(measurement)
    }

    /// Puts in each layer's time.
    #[must_use]
    pub fn with_layers(mut self, network: &Network, times: &LayerTimes) -> Self {
        let spreads: Vec<Option<Spread>> =
            times.iter().map(|times| Spread::of(times.iter().copied())).collect();
        let sum: f64 = spreads.iter().flatten().map(|spread| spread.median).sum();
        let layers = network.layers.iter().zip(&spreads).filter_map(|(layer, spread)| {
            let spread = spread.as_ref()?;
            let share = if sum > 0.0 { spread.median / sum } else { 0.0 };
            Some(LayerSeconds { work: InspectedLayer::of(layer), seconds: spread.middle()?, share })
        });
        self.layers = layers.collect();
        self
    }
}

/// A range from numbers in ascending order; `None` where the quantity's limits forbid one.
fn range<Q: Quantity>(low: f64, mode: f64, high: f64) -> Option<Range<Q>> {
    Range::of(low, mode, high).ok()
}

#[cfg(test)]
mod tests;
