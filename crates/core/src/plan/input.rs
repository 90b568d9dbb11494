//! The uncertain inputs of a plan, each once however many stages use it.

use core::fmt;

use heapless::Vec;

use super::PlanError;
use crate::digest::Digest;
use crate::draw::{Shape, Spread};
use crate::range::Range;
use crate::sourced::Sourced;
use crate::units::{Limits, Quantity};

/// Most inputs of one scenario.
pub const MAX_INPUTS: usize = 128;

/// Which quantity an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[expect(missing_docs, reason = "`words` says what each is")]
pub enum What {
    EnergyPerInference,
    EnergyPerSample,
    CyclesFactor,
    Clock,
    PeakOperationsPerSecond,
    MemoryBytesPerSecond,
    Utilisation,
    DrawnShare,
    ActiveWatts,
    IdleWatts,
    DeviceCount,
    PoweredHours,
    Grid,
    Pue,
    Samples,
    Epochs,
    OverheadShare,
    Batch,
    Runs,
    SharedOver,
    RelativeInference,
    Inferences,
    Hours,
    Processors,
    WattsPerProcessor,
    MemoryGigabytes,
    MemoryWattsPerGigabyte,
    Repeats,
    MeasuredEnergy,
    EmbodiedTotal,
    Lifespan,
    BusyShare,
    ResourceShare,
    TimeShare,
    SleepWatts,
    RestWatts,
    FieldYears,
    SensorJoules,
    ReportsPerDay,
    ReportJoules,
    HarvestedJoules,
    SupplyVolts,
    ConverterEfficiency,
    CellCapacity,
    UsableShare,
    SelfDischarge,
    CellVolts,
    ShelfYears,
    CellsInSeries,
    CellsInParallel,
    CellGrams,
    AdapterEfficiency,
    AdapterIdleWatts,
}

impl What {
    /// In plain words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::EnergyPerInference => "measured energy per inference",
            Self::EnergyPerSample => "measured energy per sample",
            Self::CyclesFactor => "true over predicted cycles",
            Self::Clock => "clock",
            Self::PeakOperationsPerSecond => "peak operations per second",
            Self::MemoryBytesPerSecond => "memory bandwidth",
            Self::Utilisation => "share of the peak reached",
            Self::DrawnShare => "share of the power drawn",
            Self::ActiveWatts => "active power",
            Self::IdleWatts => "idle power",
            Self::DeviceCount => "number of devices",
            Self::PoweredHours => "hours powered",
            Self::Grid => "grid factor",
            Self::Pue => "PUE",
            Self::Samples => "samples",
            Self::Epochs => "epochs",
            Self::OverheadShare => "share of training beside the forward pass",
            Self::Batch => "batch",
            Self::Runs => "search runs",
            Self::SharedOver => "problems that share the search",
            Self::RelativeInference => "candidate's over final inference energy",
            Self::Inferences => "inferences",
            Self::Hours => "hours",
            Self::Processors => "processors",
            Self::WattsPerProcessor => "power per processor",
            Self::MemoryGigabytes => "memory",
            Self::MemoryWattsPerGigabyte => "memory power",
            Self::Repeats => "repeats",
            Self::MeasuredEnergy => "measured energy",
            Self::EmbodiedTotal => "emissions of making a device",
            Self::Lifespan => "lifespan of a device",
            Self::BusyShare => "share of the lifespan that a device is busy",
            Self::ResourceShare => "share of a device's resources",
            Self::TimeShare => "share of a device's lifespan",
            Self::SleepWatts => "sleep power",
            Self::RestWatts => "power between inferences",
            Self::FieldYears => "years in the field",
            Self::SensorJoules => "sensor's energy for an inference",
            Self::ReportsPerDay => "reports a day",
            Self::ReportJoules => "energy of a report",
            Self::HarvestedJoules => "harvested energy a day",
            Self::SupplyVolts => "supply voltage",
            Self::ConverterEfficiency => "efficiency of the regulator",
            Self::CellCapacity => "charge of a cell",
            Self::UsableShare => "usable share of the charge",
            Self::SelfDischarge => "self-discharge in a year",
            Self::CellVolts => "mean voltage of a cell",
            Self::ShelfYears => "shelf life",
            Self::CellsInSeries => "cells in series",
            Self::CellsInParallel => "cells in parallel",
            Self::CellGrams => "emissions of making a cell",
            Self::AdapterEfficiency => "efficiency of the adapter",
            Self::AdapterIdleWatts => "no-load power of the adapter",
        }
    }

    /// How such an input spreads between its borders: the one place that decides it.
    #[must_use]
    pub const fn shape(self) -> Shape {
        match self {
            // Factors: half and double are as far away.
            Self::CyclesFactor
            | Self::Utilisation
            | Self::DrawnShare
            | Self::RelativeInference
            | Self::BusyShare => Shape::LogTriangular,
            // Sources give borders and disagree about the best value between them.
            Self::MemoryWattsPerGigabyte => Shape::Uniform,
            _ => Shape::Triangular,
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// One input of the ladder.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Input<'a> {
    /// Which quantity.
    pub what: What,
    /// Whose: a device's, a site's or a stage's name.
    pub of: &'a str,
    /// Low, most likely and high value, in [`Self::unit`].
    pub value: Range<f64>,
    /// The unit's symbol; empty for ratios and counts.
    pub unit: &'static str,
    /// The year the value holds for.
    pub year: Option<u16>,
    /// Where it comes from; empty if the user gave it.
    pub source: &'a str,
    /// Which stream of draws is its own: by what it is, not by its place, so that its draws don't change with what else
    /// a scenario holds.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) stream: u64,
    /// What its draws have in common.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) spread: Spread,
    /// What values the quantity may have.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) limits: Limits,
}

impl Input<'_> {
    /// Whether a value is inside the quantity's limits.
    #[must_use]
    pub fn allows(&self, value: f64) -> bool {
        self.limits.allow(value)
    }
}

/// A number in the ladder: fixed, or the value of an input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Term {
    /// Known exactly and not worth a line.
    Fixed(f64),
    /// The input with this index.
    Input(u8),
}

/// All inputs of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Inputs<'a> {
    list: Vec<Input<'a>, MAX_INPUTS>,
}

/// A value without its type: what adds it need not be made for each.
struct Entry<'a> {
    low: f64,
    mode: f64,
    high: f64,
    unit: &'static str,
    limits: Limits,
    year: Option<u16>,
    source: &'a str,
}

impl<'a> Entry<'a> {
    fn new<Q: Quantity>(range: &Range<Q>, year: Option<u16>, source: &'a str) -> Self {
        let (low, mode, high) = (range.low().value(), range.mode().value(), range.high().value());
        Self { low, mode, high, unit: Q::UNIT, limits: Q::LIMITS, year, source }
    }
}

/// One value for each input.
pub(super) type Values = [f64; MAX_INPUTS];

impl<'a> Inputs<'a> {
    pub(super) fn list(&self) -> &[Input<'a>] {
        &self.list
    }

    /// The term of a value; the same quantity of the same thing with the same range is one input.
    pub(super) fn term<Q: Quantity>(
        &mut self,
        what: What,
        of: &'a str,
        value: &'a Sourced<Q>,
    ) -> Result<Term, PlanError> {
        self.add(what, of, Entry::new(&value.range, value.year, &value.source))
    }

    /// The term of a value that the user gave; no input of its own where it is exact.
    pub(super) fn given<Q: Quantity>(
        &mut self,
        what: What,
        of: &'a str,
        range: &Range<Q>,
    ) -> Result<Term, PlanError> {
        self.add_unless_exact(what, of, Entry::new(range, None, ""))
    }

    /// As [`Self::term`], but no input of its own where it is exact and the user gave it.
    pub(super) fn listed<Q: Quantity>(
        &mut self,
        what: What,
        of: &'a str,
        value: &'a Sourced<Q>,
    ) -> Result<Term, PlanError> {
        self.add_unless_exact(what, of, Entry::new(&value.range, value.year, &value.source))
    }

    fn add_unless_exact(&mut self, what: What, of: &'a str, entry: Entry<'a>) -> Result<Term, PlanError> {
        if entry.source.is_empty() && entry.low >= entry.high {
            return Ok(Term::Fixed(entry.mode));
        }
        self.add(what, of, entry)
    }

    fn add(&mut self, what: What, of: &'a str, entry: Entry<'a>) -> Result<Term, PlanError> {
        let Entry { low, mode, high, unit, limits, year, source } = entry;
        let value = Range::new(low, mode, high).map_err(|_| PlanError::NotFinite)?;
        let same = |other: &Input<'_>| other.what == what && other.of == of && other.value == value;
        let index = match self.list.iter().position(same) {
            Some(index) => index,
            None => {
                let stream =
                    Digest::default().bytes(what.words().as_bytes()).known(false).bytes(of.as_bytes());
                let input = Input {
                    what,
                    of,
                    value,
                    unit,
                    year,
                    source,
                    stream: stream.value(),
                    spread: what.shape().spread(&value),
                    limits,
                };
                self.list.push(input).map_err(|_| PlanError::TooManyInputs)?;
                self.list.len().saturating_sub(1)
            }
        };
        u8::try_from(index).map(Term::Input).map_err(|_| PlanError::TooManyInputs)
    }

    /// The most likely value of each input.
    pub(super) fn most_likely(&self) -> Values {
        let mut values = [0.0; MAX_INPUTS];
        for (value, input) in values.iter_mut().zip(&self.list) {
            *value = input.value.mode();
        }
        values
    }

    /// The values of draw `draw`.
    pub(super) fn drawn(&self, seed: u64, draw: u64) -> Values {
        let mut values = [0.0; MAX_INPUTS];
        for (value, input) in values.iter_mut().zip(&self.list) {
            *value = input.spread.draw(seed, draw, input.stream);
        }
        values
    }
}

impl Term {
    /// The number, as the type it was checked as.
    pub(super) fn of<Q: Quantity>(self, values: &Values) -> Q {
        Q::wrap(match self {
            Self::Fixed(value) => value,
            Self::Input(index) => values.get(usize::from(index)).copied().unwrap_or(f64::NAN),
        })
    }
}
