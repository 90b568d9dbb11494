//! Whole models: a `.tflite` read in place, its weights where they are, one arena for what is computed.
//!
//! The plan and the arena are memory of the caller's. The plan takes one [`Slot`] a computed tensor, one an operator that
//! needs scratch memory, and three to six an operator for the numbers that `run` needs of it; [`EngineError::Plan`] says
//! how many. The arena holds tensors and scratch memory, each as long as it is needed.
//!
//! ```no_run
//! # static MODEL: [u8; 0] = [];
//! use joulegram::kernel::{Engine, Rounding, Slot};
//!
//! let (mut plan, mut arena) = ([Slot::default(); 128], [0; 30_000]);
//! let (input, mut output) = ([0; 490], [0; 12]);
//!
//! let engine = Engine::new(&MODEL, Rounding::Tflm, &mut plan)?;
//! engine.run(&input, &mut output, &mut arena)?;
//! # Ok::<(), joulegram::kernel::EngineError>(())
//! ```
//!
//! [`Engine::new`] links every operator's kernel. Firmware names those that its model has: [`Engine::with_operators`].

mod check;
mod error;
mod memory;
mod operands;
mod operator;
mod options;

pub use error::EngineError;
pub use operator::Operator;

use super::arch::bytes::{signed, signed_mut};
use super::arch::copy;
use super::arena::{Plan, Planner, Slot};
use super::requantize::Rounding;
use crate::model::tflite::{self, Builtin, Listed};
use check::Check;
use operands::{Operands, Pass, Run};

/// A model that can be run.
#[derive(Clone, Copy, Debug)]
pub struct Engine<'a> {
    file: &'a [u8],
    rounding: Rounding,
    operators: &'a [Operator],
    plan: Plan<'a>,
    steps: u32,
    /// Indices of tensors.
    inputs: &'a [[u8; 4]],
    outputs: &'a [[u8; 4]],
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
    /// A file may lie at any address; at a multiple of 16 (`#[repr(align(16))]` about `include_bytes!`) its weights and biases
    /// are at multiples of 4, where processors read them by words.
    ///
    /// # Errors
    /// [`EngineError`] that names the operator that has no kernel, the tensor that is not int8, the field of a layer
    /// that does not fit, or the number of slots that the plan needs.
    pub fn new(file: &'a [u8], rounding: Rounding, plan: &'a mut [Slot]) -> Result<Self, EngineError> {
        Self::with_operators(file, rounding, Operator::ALL, plan).map_err(|error| match error {
            EngineError::NotNamed { operator, builtin } => EngineError::Unsupported { operator, builtin },
            error => error,
        })
    }

    /// A model whose operators are among the given ones; what is not among them need not be linked.
    ///
    /// # Errors
    /// As [`Self::new`], and [`EngineError::NotNamed`] for an operator of the model that is not among the given ones.
    pub fn with_operators(
        file: &'a [u8],
        rounding: Rounding,
        operators: &'a [Operator],
        plan: &'a mut [Slot],
    ) -> Result<Self, EngineError> {
        let found = plan.len();
        let mut check = Check::new(file, Planner::new(plan));
        let root = tflite::root(&mut check.cursor);
        let (codes, graphs) = (check.tables(&root, 1), check.tables(&root, 2));
        check.buffers = check.tables(&root, 4);
        let graph = check.listed(graphs, Listed::Subgraph, 0);
        check.tensors = check.tables(&graph, 0);
        let (inputs, outputs) = (check.words(&graph, 1), check.words(&graph, 2));
        let steps = check.tables(&graph, 3);
        let mut input_bytes = 0_usize;
        for index in inputs {
            let tensor = check.tensor_at(i32::from_le_bytes(*index));
            let bytes = check.bytes(&tensor);
            let narrow = check.narrow(bytes);
            check.planner.add(Some(tensor.index), 0, narrow);
            input_bytes = input_bytes.saturating_add(bytes);
        }
        for number in 0..steps.len() {
            if check.failed() {
                break;
            }
            let Ok(step) = u16::try_from(number) else { return Err(EngineError::TooLarge) };
            check.number = step;
            check.operator = check.listed(steps, Listed::Operator, i32::from(step));
            let operator = check.operator;
            let code = check.word(&operator, 0, 0);
            let code = check.listed(codes, Listed::OperatorCode, code);
            // The first field has 8 bits and is 127 for codes that need more; older files have only that one.
            check.builtin = Builtin(i32::from(check.byte(&code, 0)).max(check.word(&code, 3, 0)));
            let place = operators.iter().position(|operator| operator.builtin == check.builtin);
            let Some((place, operator)) = place.and_then(|place| Some((place, operators.get(place)?))) else {
                let (operator, builtin) = (number, check.builtin);
                check.fail(EngineError::NotNamed { operator, builtin });
                break;
            };
            let place = check.narrow(place);
            check.planner.note(&[place]);
            let (builtin, pass) = (check.builtin, Pass::Check(&mut check));
            (operator.perform)(&mut Operands { file, rounding, builtin, pass });
        }
        let last = check.number.saturating_add(1);
        let mut output_bytes = 0_usize;
        for index in outputs {
            let tensor = check.tensor_at(i32::from_le_bytes(*index));
            let bytes = check.bytes(&tensor);
            if check.planner.keep(tensor.index, last).is_none() && bytes > 0 {
                check.fail(EngineError::NotComputed { tensor: tensor.index });
            }
            output_bytes = output_bytes.saturating_add(bytes);
        }
        if let Some(error) = check.error() {
            return Err(error);
        }
        let needed = check.planner.needed();
        let plan = match check.planner.place() {
            Some(plan) => plan,
            None if needed > found => return Err(EngineError::Plan { found, needed }),
            None => return Err(EngineError::TooLarge),
        };
        let steps = steps.len();
        Ok(Self { file, rounding, operators, plan, steps, inputs, outputs, input_bytes, output_bytes })
    }

    /// Bytes of the arena: the plan's peak, with scratch memory.
    #[must_use]
    pub const fn arena_bytes(&self) -> usize {
        self.plan.arena_bytes as usize
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
        let Some(arena) = arena.get_mut(..self.arena_bytes()) else {
            return Err(EngineError::Arena { found, needed: self.arena_bytes() });
        };
        let mut rest = input;
        for index in self.inputs {
            let to = arena.get_mut(self.plan.bytes_of_tensor(u32::from_le_bytes(*index))).unwrap_or_default();
            // `new` made sure that the inputs' bytes together are the input's.
            let Some((from, others)) = rest.split_at_checked(to.len()) else { break };
            copy(signed_mut(to), signed(from));
            rest = others;
        }
        let mut notes = self.plan.notes;
        for number in 0..self.steps {
            let [operator] = notes.next();
            let Some(operator) = self.operators.get(operator as usize) else { break };
            let run = Run { notes, plan: &self.plan, arena: &mut *arena, output: 0 };
            let (file, rounding, builtin) = (self.file, self.rounding, operator.builtin);
            let mut operands = Operands { file, rounding, builtin, pass: Pass::Run(run) };
            (operator.perform)(&mut operands);
            let Pass::Run(run) = operands.pass else { break };
            notes = run.notes;
            let life = run.output;
            let output = arena.get(self.plan.bytes(life)).unwrap_or_default();
            watch(Step { operator: number, builtin, tensor: self.plan.tensor(life), output });
        }
        let mut rest = output;
        for index in self.outputs {
            let from = arena.get(self.plan.bytes_of_tensor(u32::from_le_bytes(*index))).unwrap_or_default();
            let Some((to, others)) = rest.split_at_mut_checked(from.len()) else { break };
            copy(signed_mut(to), signed(from));
            rest = others;
        }
        Ok(())
    }
}
