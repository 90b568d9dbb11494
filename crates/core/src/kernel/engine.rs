//! Whole models: a `.tflite` read in place, its weights where they are, one arena for what is computed.
//!
//! The plan and the arena are memory of the caller's. The plan takes one [`Slot`] a computed tensor and one an operator
//! that needs scratch memory; the arena holds tensors and scratch memory, each as long as it is needed.
//!
//! ```no_run
//! # static MODEL: [u8; 0] = [];
//! use joulegram::kernel::{Engine, Rounding, Slot};
//!
//! let (mut plan, mut arena) = ([Slot::default(); 32], [0; 30_000]);
//! let (input, mut output) = ([0; 490], [0; 12]);
//!
//! let engine = Engine::new(&MODEL, Rounding::Tflm, &mut plan)?;
//! engine.run(&input, &mut output, &mut arena)?;
//! # Ok::<(), joulegram::kernel::EngineError>(())
//! ```

mod error;
mod operands;
mod operator;

pub use error::EngineError;

use super::arena::{Owner, Planner, Slot, place};
use super::requantize::Rounding;
use crate::model::tflite::{Builtin, Model, OMITTED, SubGraph, Tensor};
use core::ops::Range;
use operands::bytes_of;

/// A model that can be run.
#[derive(Clone, Copy, Debug)]
pub struct Engine<'a> {
    model: Model<'a>,
    graph: SubGraph<'a>,
    rounding: Rounding,
    slots: &'a [Slot],
    arena_bytes: usize,
    input_bytes: usize,
    output_bytes: usize,
}

/// One operator that was run.
#[derive(Clone, Copy, Debug)]
pub struct Step<'s> {
    /// Its place in the model.
    pub operator: u32,
    /// What it is.
    pub builtin: Builtin,
    /// Index of the tensor that it gives.
    pub tensor: u32,
    /// The tensor's bytes, little-endian.
    pub output: &'s [u8],
}

impl<'a> Engine<'a> {
    /// A model whose operators are all checked and placed.
    ///
    /// # Errors
    /// [`EngineError`] that names the operator that has no kernel, the tensor that is not int8, the field of a layer
    /// that does not fit, or the number of slots that the plan needs.
    pub fn new(file: &'a [u8], rounding: Rounding, plan: &'a mut [Slot]) -> Result<Self, EngineError> {
        let model = Model::new(file)?;
        let graph = model.subgraph(0)?;
        let mut engine =
            Self { model, graph, rounding, slots: &[], arena_bytes: 0, input_bytes: 0, output_bytes: 0 };
        let found = plan.len();
        let mut planner = Planner::new(plan);
        engine.input_bytes = engine.given(&mut planner)?;
        for number in 0..graph.operators() {
            let scratch = engine.check(number)?;
            let operator = graph.operator(number)?;
            for index in operator.inputs().iter().filter(|index| *index != OMITTED) {
                let tensor = graph.tensor(index)?;
                if model.constant(&tensor)?.is_none() {
                    engine.keep(&mut planner, &tensor, number)?;
                }
            }
            for index in operator.outputs().iter() {
                let tensor = graph.tensor(index)?;
                planner.add(Owner::Tensor(tensor.index()), number, narrow(bytes_of(&tensor)?)?);
            }
            planner.add(Owner::Operator(number), number, narrow(scratch)?);
        }
        for index in graph.outputs().iter() {
            let tensor = graph.tensor(index)?;
            engine.keep(&mut planner, &tensor, graph.operators())?;
            engine.output_bytes = sum(engine.output_bytes, bytes_of(&tensor)?)?;
        }
        let (slots, arena) = planner.place().map_err(|needed| EngineError::Plan { found, needed })?;
        engine.slots = slots;
        engine.arena_bytes = usize::try_from(arena).map_err(|_| EngineError::TooLarge)?;
        Ok(engine)
    }

    /// Gives the graph's inputs a place; their bytes together.
    fn given(&self, planner: &mut Planner<'_>) -> Result<usize, EngineError> {
        self.graph.inputs().iter().try_fold(0, |total, index| {
            let tensor = self.graph.tensor(index)?;
            let bytes = bytes_of(&tensor)?;
            planner.add(Owner::Tensor(tensor.index()), 0, narrow(bytes)?);
            sum(total, bytes)
        })
    }

    fn keep(&self, planner: &mut Planner<'_>, tensor: &Tensor<'_>, step: u32) -> Result<(), EngineError> {
        let known = planner.keep(Owner::Tensor(tensor.index()), step) || bytes_of(tensor)? == 0;
        if known { Ok(()) } else { Err(EngineError::NotComputed { tensor: tensor.index() }) }
    }

    /// Bytes of the arena: the plan's peak, with scratch memory.
    #[must_use]
    pub const fn arena_bytes(&self) -> usize {
        self.arena_bytes
    }

    /// Bytes of the inputs, one after the other.
    #[must_use]
    pub const fn input_bytes(&self) -> usize {
        self.input_bytes
    }

    /// Bytes of the outputs, one after the other.
    #[must_use]
    pub const fn output_bytes(&self) -> usize {
        self.output_bytes
    }

    /// One inference: raw bytes of all inputs to raw bytes of all outputs, little-endian.
    ///
    /// # Errors
    /// [`EngineError::Input`], [`EngineError::Output`] or [`EngineError::Arena`] if a slice has too few bytes, or the
    /// first two too many; nothing else can fail.
    pub fn run(&self, input: &[u8], output: &mut [u8], arena: &mut [u8]) -> Result<(), EngineError> {
        self.run_watched(input, output, arena, |_| ())
    }

    /// One inference that shows each operator's output once it is there.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_watched(
        &self,
        input: &[u8],
        output: &mut [u8],
        arena: &mut [u8],
        mut watch: impl FnMut(Step<'_>),
    ) -> Result<(), EngineError> {
        if input.len() != self.input_bytes {
            return Err(EngineError::Input { found: input.len(), needed: self.input_bytes });
        }
        if output.len() != self.output_bytes {
            return Err(EngineError::Output { found: output.len(), needed: self.output_bytes });
        }
        let found = arena.len();
        let Some(arena) = arena.get_mut(..self.arena_bytes) else {
            return Err(EngineError::Arena { found, needed: self.arena_bytes });
        };
        let mut rest = input;
        for index in self.graph.inputs().iter() {
            let to = arena.get_mut(self.tensor_place(index)).unwrap_or_default();
            // `new` made sure that the inputs' bytes together are the input's.
            let Some((from, others)) = rest.split_at_checked(to.len()) else { break };
            to.copy_from_slice(from);
            rest = others;
        }
        for number in 0..self.graph.operators() {
            self.compute(number, arena)?;
            let operator = self.graph.operator(number)?;
            let builtin = self.model.operator_code(operator.code())?.builtin();
            for index in operator.outputs().iter() {
                let output = arena.get(self.tensor_place(index)).unwrap_or_default();
                let tensor = u32::try_from(index).unwrap_or(u32::MAX);
                watch(Step { operator: number, builtin, tensor, output });
            }
        }
        let mut rest = output;
        for index in self.graph.outputs().iter() {
            let from = arena.get(self.tensor_place(index)).unwrap_or_default();
            let Some((to, others)) = rest.split_at_mut_checked(from.len()) else { break };
            to.copy_from_slice(from);
            rest = others;
        }
        Ok(())
    }

    fn tensor_place(&self, index: i32) -> Range<usize> {
        u32::try_from(index).map_or(0..0, |index| place(self.slots, Owner::Tensor(index)))
    }
}

fn narrow(bytes: usize) -> Result<u32, EngineError> {
    u32::try_from(bytes).map_err(|_| EngineError::TooLarge)
}

fn sum(a: usize, b: usize) -> Result<usize, EngineError> {
    a.checked_add(b).ok_or(EngineError::TooLarge)
}
