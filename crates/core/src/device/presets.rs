//! Presets: devices known by name, each number with its year and source.
//!
//! Two sorts. Microcontroller boards are fitted from MLPerf Tiny results: a name such as `nucleo-l4r5zi` stands for the
//! board and its range spans all the software measured on it, a name such as `nucleo-l4r5zi/x-cube-ai-9.0` for one
//! program on it. Larger devices come from vendors' data sheets and say which part draws the watts: board, package,
//! module, chip.
//!
//! Cycles of a board follow CMSIS-NN's instruction counts by kind of layer, times the cycles that the board and its
//! software need for such an instruction, by kind:
//!
//! ```text
//! per_mac[kind] = scale[kind's scale] * instructions per MAC[kind]      and so for per_layer, per_output, per_gathered_byte
//! ```
//!
//! The scales are fitted from whole models, so every preset is [`Evidence::Modelled`], though clock and watts are
//! measured. `cycles_factor` spans the errors of that fit, those on models left out of it among them. Memory's waits are
//! inside the kinds' cycles; nothing is charged by the byte of weights. [`Kind::Unknown`] has no price: its work can't be
//! counted. The tables come from `data/devices_*.csv`; `data/DEVICES.md` says how they were made and how well they hold.
//!
//! One preset is of this crate's own kernel on a board where nobody has measured it: instructions counted in an emulator,
//! cycles and watts of another program there.
//!
//! Hardware that is in no table is never replaced by one that is: [`find`] gives `None`, and [`Profile::by_hand`] takes
//! watts and operations a second.

mod own;
// Generated from the emulator's log by `tests::own`.
#[rustfmt::skip]
mod own_table;
// Generated and compared with its sources by `tests::csv::the_table_is_what_the_csv_files_say`.
#[rustfmt::skip]
mod table;
#[cfg(test)]
mod tests;

use crate::device::{
    Calibrated, Class, Cost, Counter, Datasheet, Evidence, KindCost, PROFILE_SCHEMA_VERSION, Profile,
    Regulator,
};
use crate::model::work::Kind;
use crate::sourced::{Sourced, text};
use crate::units::{Cycles, Quantity};

/// Low, most likely and high.
type Triple = (f64, f64, f64);

/// A number of a data sheet: range, year, source.
type Published = (Triple, u16, &'static str);

/// What a kind of layer takes in CMSIS-NN's instructions.
#[derive(Debug, PartialEq)]
struct KernelRow {
    kind: Kind,
    scale: Scale,
    per_layer: f64,
    per_mac: f64,
    per_output: f64,
    per_gathered_byte: f64,
}

/// Which of a board's scales turns a kind's instructions into cycles.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    Dense,
    Conv2d,
    PointwiseConv2d,
    DepthwiseConv2d,
    Other,
}

/// A board, or a program on a board, from MLPerf Tiny.
#[derive(Debug, PartialEq)]
struct BoardRow {
    name: &'static str,
    description: &'static str,
    software: &'static str,
    regulator: Option<Regulator>,
    clock_hertz: f64,
    supply_volts: Triple,
    active_watts: Triple,
    idle_watts: Option<Triple>,
    cycles_factor: Triple,
    scales: Scales,
    year: u16,
    source: &'static str,
    watts_source: &'static str,
    spread_source: &'static str,
}

/// Cycles that a CMSIS-NN instruction takes on a board with its software, by scale.
#[derive(Debug, PartialEq)]
struct Scales {
    dense: f64,
    conv2d: f64,
    pointwise_conv2d: f64,
    depthwise_conv2d: f64,
    other: f64,
}

/// A device from its data sheet.
#[derive(Debug, PartialEq)]
struct SheetRow {
    name: &'static str,
    description: &'static str,
    class: Class,
    peak: Published,
    memory: Option<Published>,
    utilisation: Published,
    active_watts: Published,
    idle_watts: Option<Published>,
}

/// Names of all presets: boards, programs on boards, devices from data sheets.
pub fn names() -> impl Iterator<Item = &'static str> {
    rows().map(Row::name)
}

/// Names of the presets that stand for a board as such, the software of which is open: one a board.
pub fn boards() -> impl Iterator<Item = &'static str> {
    table::BOARDS.iter().map(|row| row.name).filter(|name| !name.contains('/'))
}

/// All presets, in the order of [`names`].
pub fn all() -> impl Iterator<Item = Profile> {
    rows().filter_map(Row::profile)
}

/// The preset of that name, upper or lower case; `None` if there is none: no other device takes its place.
#[must_use]
pub fn find(name: &str) -> Option<Profile> {
    row(name).and_then(Row::profile)
}

/// What a preset of that name is: processor and clock, or the part that its watts are of.
#[must_use]
pub fn description(name: &str) -> Option<&'static str> {
    row(name).map(Row::description)
}

#[derive(Clone, Copy)]
enum Row {
    Board(&'static BoardRow),
    Own,
    Sheet(&'static SheetRow),
}

fn rows() -> impl Iterator<Item = Row> {
    table::BOARDS.iter().map(Row::Board).chain([Row::Own]).chain(table::SHEETS.iter().map(Row::Sheet))
}

fn row(name: &str) -> Option<Row> {
    let name = name.trim();
    rows().find(|row| row.name().eq_ignore_ascii_case(name))
}

impl Row {
    const fn name(self) -> &'static str {
        match self {
            Self::Board(row) => row.name,
            Self::Own => own::NAME,
            Self::Sheet(row) => row.name,
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Board(row) => row.description,
            Self::Own => own::DESCRIPTION,
            Self::Sheet(row) => row.description,
        }
    }

    /// `None` only for numbers outside their limits, which a test shows the tables don't have.
    fn profile(self) -> Option<Profile> {
        match self {
            Self::Board(row) => row.profile(),
            Self::Own => own::profile(),
            Self::Sheet(row) => row.profile(),
        }
    }
}

impl BoardRow {
    /// What each kind of layer costs.
    fn kinds(&self) -> heapless::Vec<KindCost, { Kind::ALL.len() }> {
        let mut kinds = heapless::Vec::new();
        for cost in table::KERNEL.iter().filter_map(|row| row.cost(&self.scales)) {
            // A row a kind at most, so there is room; `collect` would panic without.
            let _ = kinds.push(cost);
        }
        kinds
    }

    fn profile(&self) -> Option<Profile> {
        let clock = (self.clock_hertz, self.clock_hertz, self.clock_hertz);
        Some(Profile {
            schema_version: PROFILE_SCHEMA_VERSION,
            name: text(self.name),
            class: Class::Board,
            evidence: Evidence::Modelled,
            software: Some(text(self.software)),
            cost: Cost::Calibrated(Calibrated {
                counter: Counter::Cycles,
                clock_hertz: Some(self.measured(clock, self.source)?),
                per_inference: Cycles::wrap(0.0),
                per_weight_byte: Cycles::wrap(0.0),
                kinds: self.kinds(),
                cycles_factor: self.measured(self.cycles_factor, self.spread_source)?,
            }),
            active_watts: Some(self.measured(self.active_watts, self.watts_source)?),
            idle_watts: match self.idle_watts {
                Some(watts) => Some(self.measured(watts, self.watts_source)?),
                None => None,
            },
            sleep_watts: None,
            supply_volts: Some(self.measured(self.supply_volts, self.watts_source)?),
            regulator: self.regulator,
        })
    }

    fn measured<Q: Quantity>(&self, range: Triple, source: &str) -> Option<Sourced<Q>> {
        Sourced::published(range, Some(self.year), source).ok()
    }
}

impl KernelRow {
    fn cost(&self, scales: &Scales) -> Option<KindCost> {
        let scale = match self.scale {
            Scale::Dense => scales.dense,
            Scale::Conv2d => scales.conv2d,
            Scale::PointwiseConv2d => scales.pointwise_conv2d,
            Scale::DepthwiseConv2d => scales.depthwise_conv2d,
            Scale::Other => scales.other,
        };
        let cycles = |instructions: f64| Cycles::new(instructions * scale).ok();
        Some(KindCost {
            per_layer: cycles(self.per_layer)?,
            per_mac: cycles(self.per_mac)?,
            per_output: cycles(self.per_output)?,
            per_gathered_byte: cycles(self.per_gathered_byte)?,
            ..KindCost::new(self.kind)
        })
    }
}

impl SheetRow {
    fn profile(&self) -> Option<Profile> {
        Some(Profile {
            schema_version: PROFILE_SCHEMA_VERSION,
            name: text(self.name),
            class: self.class,
            evidence: Evidence::Modelled,
            software: None,
            cost: Cost::Datasheet(Datasheet {
                peak_operations_per_second: published(self.peak)?,
                memory_bytes_per_second: match self.memory {
                    Some(memory) => Some(published(memory)?),
                    None => None,
                },
                utilisation: published(self.utilisation)?,
            }),
            active_watts: Some(published(self.active_watts)?),
            idle_watts: match self.idle_watts {
                Some(watts) => Some(published(watts)?),
                None => None,
            },
            sleep_watts: None,
            supply_volts: None,
            regulator: None,
        })
    }
}

fn published<Q: Quantity>((range, year, source): Published) -> Option<Sourced<Q>> {
    Sourced::published(range, Some(year), source).ok()
}
