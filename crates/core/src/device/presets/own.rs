//! A board that nobody has measured with this crate's kernel: what it would take, modelled.
//!
//! ```text
//! cycles = instructions of the kernel, counted in an emulator, by kind of layer
//!          * cycles an instruction takes of CMSIS-NN on the real board
//! watts  = those of the board's own logs with that program
//! ```
//! No number of it is a measurement of this kernel: its instructions are counted, and cycles and watts are those of another
//! program's. The range is the spread of four networks, and the error of the emulated counts' fit. A profile from
//! `joulegram calibrate` on the board takes its place.

use super::{BoardRow, Triple, table};
use crate::device::{Calibrated, Class, Cost, Counter, Evidence, KindCost, PROFILE_SCHEMA_VERSION, Profile};
use crate::model::work::Kind;
use crate::sourced::{Sourced, text};
use crate::units::{Cycles, Quantity};

/// The preset's name.
pub(super) const NAME: &str = "nucleo-l4r5zi/joulegram";
/// What it is.
pub(super) const DESCRIPTION: &str = "NUCLEO-L4R5ZI: Cortex-M4F at 120 MHz";
/// The program whose watts and cycles an instruction these are.
const LIKE: &str = "nucleo-l4r5zi/microtvm-cmsis-nn";
/// Cycles that an instruction takes. Measured cycles of microTVM with CMSIS-NN over instructions of CMSIS-NN 99f736a in an
/// emulator, in millions: image classification 46.7 / 29.7, keyword spotting 12.0 / 7.69, visual wake words 36.1 / 24.2,
/// anomaly detection 1.03 / 0.58; least, median, most.
pub(super) const CYCLES_AN_INSTRUCTION: Triple = (1.492, 1.566, 1.776);
/// How far the fit of instructions may be off on models that it has not seen.
const FIT_ERROR: f64 = 0.05;
/// When the instructions were counted.
const YEAR: u16 = 2026;
const SOURCE: &str = "This kernel's instructions in QEMU (Cortex-M4) by kind of layer, times 1.49 to 1.78 cycles an instruction: \
                      CMSIS-NN there, MLPerf Tiny v1.1";

/// What a kind of layer takes in this kernel's instructions.
#[derive(Debug, PartialEq)]
pub(super) struct OwnRow {
    pub(super) kind: Kind,
    pub(super) per_layer: f64,
    pub(super) per_mac: f64,
    pub(super) per_rectified_mac: Option<f64>,
    pub(super) per_output: f64,
    pub(super) per_activation_byte: f64,
    pub(super) per_gathered_byte: f64,
    pub(super) per_weight_byte: f64,
    pub(super) per_filter: f64,
    pub(super) per_run: f64,
}

impl OwnRow {
    fn cost(&self, scale: f64) -> Option<KindCost> {
        let cycles = |instructions: f64| Cycles::new(instructions * scale).ok();
        Some(KindCost {
            per_layer: cycles(self.per_layer)?,
            per_mac: cycles(self.per_mac)?,
            per_rectified_mac: match self.per_rectified_mac {
                Some(instructions) => Some(cycles(instructions)?),
                None => None,
            },
            per_output: cycles(self.per_output)?,
            per_activation_byte: cycles(self.per_activation_byte)?,
            per_gathered_byte: cycles(self.per_gathered_byte)?,
            per_weight_byte: cycles(self.per_weight_byte)?,
            per_filter: cycles(self.per_filter)?,
            per_run: cycles(self.per_run)?,
            ..KindCost::new(self.kind)
        })
    }
}

/// The preset.
pub(super) fn profile() -> Option<Profile> {
    let like: &BoardRow = table::BOARDS.iter().find(|row| row.name == LIKE)?;
    let (low, mode, high) = CYCLES_AN_INSTRUCTION;
    let mut kinds = heapless::Vec::new();
    for cost in super::own_table::OWN.iter().filter_map(|row| row.cost(mode)) {
        // A row a kind at most.
        let _ = kinds.push(cost);
    }
    let factor = (low / mode * (1.0 - FIT_ERROR), 1.0, high / mode * (1.0 + FIT_ERROR));
    let like = like.profile()?;
    let Cost::Calibrated(board) = like.cost else { return None };
    Some(Profile {
        schema_version: PROFILE_SCHEMA_VERSION,
        name: text(NAME),
        class: Class::Board,
        evidence: Evidence::Modelled,
        software: Some(text("joulegram's kernel, modelled: not measured on the board")),
        cost: Cost::Calibrated(Calibrated {
            counter: Counter::Cycles,
            clock_hertz: board.clock_hertz,
            per_inference: Cycles::new(super::own_table::PER_INFERENCE * mode).ok()?,
            per_weight_byte: Cycles::wrap(0.0),
            kinds,
            cycles_factor: Sourced::published(factor, Some(YEAR), SOURCE).ok()?,
        }),
        ..like
    })
}
