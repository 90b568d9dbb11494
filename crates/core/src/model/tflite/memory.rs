//! The memory that one inference needs.

use super::super::count::sum;
use super::count::Budget;
use super::error::ReadError;
use super::rule::rule;
use super::schema::{Model, OMITTED, SubGraph};
use super::tensor::Tensor;

/// Most operators and operands that [`Model::memory`] looks at, counted each time.
///
/// Reached by models of about 10,000 operators; takes less than a second on a computer.
pub const MAX_STEPS: u64 = 1 << 26;

/// Tensors and operators that are looked at together; three arrays of this length are the search's memory.
const CHUNK: u32 = 256;

/// The memory that one inference of a model needs, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The largest total size of activations that are alive at once: no arena can be smaller.
    ///
    /// A tensor lives from the operator that writes it to the last one that reads it, the graph's inputs from the
    /// first operator, the graph's outputs to the last. Constants and states are not inside, nor are alignment, what
    /// a planner loses to gaps, and the scratch memory of kernels. None if the size of one of the tensors is open
    /// until the model is run.
    pub arena_bytes: Option<u64>,
    /// States that operators keep from one inference to the next. None as above.
    pub state_bytes: Option<u64>,
    /// Weights and biases in the file, each once however many operators use it.
    pub parameters: u64,
    /// Bytes of weights and biases in the file, each once.
    pub weight_bytes: u64,
}

impl Model<'_> {
    /// The memory that one inference needs: of the main subgraph.
    ///
    /// Takes time proportional to operands * tensors * operators / 256^2, linear for small models, and about 8 KiB of
    /// stack.
    ///
    /// # Errors
    /// [`ReadError`] if the main subgraph is damaged, or the search would take more than [`MAX_STEPS`] steps.
    pub fn memory(&self) -> Result<Memory, ReadError> {
        let graph = self.subgraph(0)?;
        let (tensors, operators) = (graph.tensors(), graph.operators());
        let mut budget = Budget::new(self);
        let mut steps = u64::from(operators).saturating_add(graph.inputs().len() as u64);
        steps = steps.saturating_add(graph.outputs().len() as u64).saturating_add(u64::from(CHUNK));
        for index in 0..operators {
            let operator = graph.operator(index)?;
            budget.spend(&operator)?;
            steps = steps.saturating_add((operator.inputs().len() + operator.outputs().len()) as u64);
        }
        steps = steps
            .saturating_mul(tensors.div_ceil(CHUNK).into())
            .saturating_mul(operators.max(1).div_ceil(CHUNK).into());
        if steps > MAX_STEPS {
            return Err(ReadError::TooLong { steps, limit: MAX_STEPS });
        }
        let mut memory =
            Memory { arena_bytes: Some(0), state_bytes: Some(0), parameters: 0, weight_bytes: 0 };
        for from in chunks(operators.max(1)) {
            let peak = self.peak(&graph, from, &mut memory)?;
            memory.arena_bytes = memory.arena_bytes.zip(peak).map(|(most, peak)| most.max(peak));
        }
        Ok(memory)
    }

    /// The most bytes alive at once in one of the `CHUNK` operators from `from`. What does not depend on operators is
    /// added to `memory` with the first of them.
    fn peak(&self, graph: &SubGraph<'_>, from: u32, memory: &mut Memory) -> Result<Option<u64>, ReadError> {
        // Bytes that come to life at an operator, and those that were needed by one for the last time.
        let mut born = [0_u64; CHUNK as usize];
        let mut dead = [0_u64; CHUNK as usize];
        let mut known = true;
        for first in chunks(graph.tensors()) {
            let uses = self.uses(graph, first)?;
            for (used, index) in uses.into_iter().zip(first..graph.tensors()) {
                let tensor = tensor(graph, index)?;
                if from == 0 {
                    self.add_constant(&tensor, used, memory)?;
                }
                let Some((birth, death)) = used.life else { continue };
                if tensor.is_variable() || self.constant(&tensor)?.is_some() {
                    continue;
                }
                let Some(bytes) = tensor.bytes()?.filter(|_| !tensor.has_open_inside()) else {
                    known = false;
                    continue;
                };
                if death < from {
                    continue;
                }
                // A birth after this chunk, and a death after it, have no entry.
                add(&mut born, birth.saturating_sub(from), bytes, &tensor)?;
                if birth.saturating_sub(from) < CHUNK {
                    add(&mut dead, death.saturating_sub(from), bytes, &tensor)?;
                }
            }
        }
        let (mut alive, mut most) = (0_u64, 0_u64);
        for ((born, dead), index) in born.into_iter().zip(dead).zip(from..) {
            alive =
                sum(&[alive, born]).map_err(|cause| ReadError::Operator { index, cause: cause.into() })?;
            most = most.max(alive);
            // What dies was born before.
            alive = alive.saturating_sub(dead);
        }
        Ok(known.then_some(most))
    }

    /// How each of the `CHUNK` tensors from `first` is used.
    fn uses(&self, graph: &SubGraph<'_>, first: u32) -> Result<[Use; CHUNK as usize], ReadError> {
        let mut uses = [Use::default(); CHUNK as usize];
        // The entry of a tensor, if it is in this chunk.
        let place = |index: i32| Some(u32::try_from(index).ok()?.checked_sub(first)? as usize);
        for index in graph.inputs().iter() {
            if let Some(used) = place(index).and_then(|place| uses.get_mut(place)) {
                used.life = Some((0, 0));
            }
        }
        for number in 0..graph.operators() {
            let operator = graph.operator(number)?;
            let rule = rule(self.operator_code(operator.code())?.builtin());
            for (input, index) in operator.inputs().iter().enumerate() {
                if let Some(used) = place(index).and_then(|place| uses.get_mut(place)) {
                    used.life = used.life.map(|(birth, _)| (birth, number));
                    used.parameter |= rule.is_parameter(input);
                    used.read = true;
                }
            }
            for index in operator.outputs().iter() {
                if let Some(used) = place(index).and_then(|place| uses.get_mut(place)) {
                    used.life = Some(used.life.map_or((number, number), |(birth, _)| (birth, number)));
                }
            }
        }
        for index in graph.outputs().iter() {
            if let Some(used) = place(index).and_then(|place| uses.get_mut(place)) {
                used.life = used.life.map(|(birth, _)| (birth, graph.operators().saturating_sub(1)));
            }
        }
        Ok(uses)
    }

    fn add_constant(&self, tensor: &Tensor<'_>, used: Use, memory: &mut Memory) -> Result<(), ReadError> {
        if tensor.is_variable() && used.read {
            let bytes = tensor.bytes()?;
            memory.state_bytes =
                memory.state_bytes.zip(bytes).map(|(sum, bytes)| plus(sum, bytes, tensor)).transpose()?;
        }
        if used.parameter
            && let Some(data) = self.constant(tensor)?
        {
            let bytes = if tensor.is_sparse()? { None } else { tensor.bytes()? };
            memory.parameters = plus(memory.parameters, tensor.elements()?.unwrap_or(0), tensor)?;
            memory.weight_bytes = plus(memory.weight_bytes, bytes.unwrap_or(data.len() as u64), tensor)?;
        }
        Ok(())
    }
}

/// How a tensor is used.
#[derive(Clone, Copy, Default)]
struct Use {
    /// The operators that write it first and read it last; none if it is neither written nor given.
    life: Option<(u32, u32)>,
    /// Whether an operator reads it.
    read: bool,
    /// Whether an operator reads it as a parameter.
    parameter: bool,
}

fn chunks(length: u32) -> impl Iterator<Item = u32> {
    (0..length).step_by(CHUNK as usize)
}

fn tensor<'a>(graph: &SubGraph<'a>, index: u32) -> Result<Tensor<'a>, ReadError> {
    graph.tensor(index.try_into().unwrap_or(OMITTED))
}

/// Adds to an entry, if there is one at that place.
fn add(entries: &mut [u64], place: u32, bytes: u64, tensor: &Tensor<'_>) -> Result<(), ReadError> {
    if let Some(entry) = entries.get_mut(place as usize) {
        *entry = plus(*entry, bytes, tensor)?;
    }
    Ok(())
}

fn plus(a: u64, b: u64, tensor: &Tensor<'_>) -> Result<u64, ReadError> {
    sum(&[a, b]).map_err(|cause| ReadError::Tensor { index: tensor.index(), cause: cause.into() })
}
