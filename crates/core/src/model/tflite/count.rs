//! The work of each operator of a model's main subgraph.

use super::super::LayerError;
use super::super::count::{Kernel, dense_macs, layer, matmul_macs, recurrent_macs, sum};
use super::super::shape::{Shape, ShapeError};
use super::super::work::{CountOverflow, Counts, Kind, LayerWork, Work};
use super::error::{Listed, ReadError};
use super::operator::Builtin;
use super::rule::{Formula, Rule, rule};
use super::schema::{Model, OMITTED, Operator, SubGraph};
use super::tensor::{Tensor, TensorType};

/// Most inputs and outputs of one operator, together.
pub const MAX_OPERANDS: usize = 1024;

/// An operator of the main subgraph and its work.
#[derive(Clone, Copy, Debug)]
pub struct ModelLayer<'a> {
    /// Its place in the order in which operators run, from 0.
    pub index: u32,
    /// The operator's name as the schema spells it; of a custom operator its own.
    pub name: &'a str,
    /// The operator's code.
    pub builtin: Builtin,
    /// Shape of its first output; none if it has none or the shape is open until the model is run.
    pub output: Option<Shape>,
    /// Its first output, if it has one.
    pub output_tensor: Option<Tensor<'a>>,
    /// Its work. Of [`Kind::Unknown`] the MACs are not known and left 0; bytes, outputs and parameters are those that
    /// are known.
    pub work: LayerWork,
}

/// The operators of a model's main subgraph in the order in which they run; after an error none comes.
#[derive(Clone, Debug)]
pub struct Layers<'a> {
    model: Model<'a>,
    graph: SubGraph<'a>,
    next: u32,
    budget: Budget,
    open_inside: bool,
}

/// How many more references to tensors are read.
///
/// In an honest file each takes four bytes of its own; a file may share some. Without a limit, a small file whose
/// operators all share one long list would take quadratic time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget(u64);

impl Budget {
    pub(super) const fn new(model: &Model<'_>) -> Self {
        Self(model.file_bytes() / 2)
    }

    /// Takes an operator's references from the budget.
    pub(super) fn spend(&mut self, operator: &Operator<'_>) -> Result<(), ReadError> {
        let count = operator.inputs().len().saturating_add(operator.outputs().len());
        if count > MAX_OPERANDS {
            let (count, limit) = (count as u64, MAX_OPERANDS as u64);
            return Err(ReadError::TooMany { what: "operands of an operator", count, limit });
        }
        self.0 = self
            .0
            .checked_sub(count as u64)
            .ok_or(ReadError::Overlapping { what: "tensors in operators" })?;
        Ok(())
    }
}

impl<'a> Model<'a> {
    /// The operators of the main subgraph and their work, in the order in which they run.
    ///
    /// # Errors
    /// [`ReadError`] if there is no subgraph or one of its tensors is damaged. Each operator may yield an error of its
    /// own: it is damaged, or its tensors' shapes contradict each other.
    pub fn layers(&self) -> Result<Layers<'a>, ReadError> {
        let graph = self.subgraph(0)?;
        let mut open_inside = false;
        for index in 0..graph.tensors() {
            open_inside |= graph.tensor(index.try_into().unwrap_or(OMITTED))?.has_open_inside();
        }
        Ok(Layers { model: *self, graph, next: 0, budget: Budget::new(self), open_inside })
    }

    /// The work of one inference: the sum over the main subgraph's operators, a lower bound if
    /// [`Work::unknown_layers`] is not 0. Weights that several operators use count for each of them; see
    /// [`Model::memory`] for what the file holds.
    ///
    /// # Errors
    /// [`ReadError`] if an operator is damaged or a sum does not fit in 64 bits.
    pub fn work(&self) -> Result<Work, ReadError> {
        let mut work = Work::default();
        for layer in self.layers()? {
            let ModelLayer { index, work: layer, .. } = layer?;
            work.add(layer).map_err(|cause| ReadError::Operator { index, cause: cause.into() })?;
        }
        Ok(work)
    }
}

impl<'a> Iterator for Layers<'a> {
    type Item = Result<ModelLayer<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let index = self.next;
        if index >= self.graph.operators() {
            return None;
        }
        let layer = self.layer(index);
        self.next = if layer.is_ok() { index.saturating_add(1) } else { u32::MAX };
        Some(layer)
    }
}

impl<'a> Layers<'a> {
    fn layer(&mut self, index: u32) -> Result<ModelLayer<'a>, ReadError> {
        let operator = self.graph.operator(index)?;
        self.budget.spend(&operator)?;
        let code = self.model.operator_code(operator.code())?;
        let counting = Counting { model: &self.model, graph: &self.graph, operator: &operator };
        let mut rule = rule(code.builtin());
        let tally = counting.tally(rule, self.open_inside)?;
        if !tally.known {
            rule = Rule::UNKNOWN;
        }
        let work = counting.work(rule, tally.counts).map_err(|cause| cause.at(index))?;
        let output_tensor = match operator.outputs().get(0) {
            None | Some(OMITTED) => None,
            Some(tensor) => Some(self.graph.tensor(tensor)?),
        };
        let output = match output_tensor {
            Some(tensor) if !is_open(&tensor, self.open_inside) => tensor.shape()?,
            _ => None,
        };
        Ok(ModelLayer { index, name: code.name(), builtin: code.builtin(), output, output_tensor, work })
    }
}

/// Whether a tensor's size is open until the model is run. An open batch alone counts as one; where another dimension
/// of any tensor is open, an open first dimension need not be a batch.
fn is_open(tensor: &Tensor<'_>, open_inside: bool) -> bool {
    tensor.has_open_inside() || (open_inside && tensor.has_open_batch())
}

/// Either kind of error, before the operator's place is added to the second.
enum Refused {
    Read(ReadError),
    Layer(LayerError),
}

impl Refused {
    const fn at(self, index: u32) -> ReadError {
        match self {
            Self::Read(error) => error,
            Self::Layer(cause) => ReadError::Operator { index, cause },
        }
    }
}

impl From<ReadError> for Refused {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<LayerError> for Refused {
    fn from(error: LayerError) -> Self {
        Self::Layer(error)
    }
}

impl From<ShapeError> for Refused {
    fn from(error: ShapeError) -> Self {
        Self::Layer(error.into())
    }
}

impl From<CountOverflow> for Refused {
    fn from(error: CountOverflow) -> Self {
        Self::Layer(error.into())
    }
}

/// What an operator's tensors add up to.
struct Tally {
    counts: Counts,
    /// Whether all of their sizes are known.
    known: bool,
}

struct Counting<'m, 'a> {
    model: &'m Model<'a>,
    graph: &'m SubGraph<'a>,
    operator: &'m Operator<'a>,
}

impl<'a> Counting<'_, 'a> {
    /// Parameters, bytes and outputs; each tensor's bytes once, however often it is named.
    fn tally(&self, rule: Rule, open_inside: bool) -> Result<Tally, ReadError> {
        let (inputs, outputs) = (self.operator.inputs(), self.operator.outputs());
        let mut counts = Counts::default();
        let mut known = true;
        let operands = || inputs.iter().chain(outputs.iter());
        for (place, index) in operands().enumerate() {
            let is_output = place >= inputs.len();
            let repeated = operands().take(place).any(|earlier| earlier == index);
            if index == OMITTED || (repeated && !is_output) {
                continue;
            }
            let tensor = self.graph.tensor(index)?;
            if tensor.element() == TensorType::Resource {
                // A handle: what it leads to is counted where it is read or written.
                continue;
            }
            let overflow = |counts| plus(counts, &tensor);
            if !is_output && let Some(data) = self.model.constant(&tensor)? {
                if rule.is_parameter(place) {
                    let bytes = if tensor.is_sparse()? { None } else { tensor.bytes()? };
                    counts.parameters = overflow([counts.parameters, tensor.elements()?.unwrap_or(0)])?;
                    counts.weight_bytes =
                        overflow([counts.weight_bytes, bytes.unwrap_or(data.len() as u64)])?;
                }
                continue;
            }
            let (true, Some(elements), Some(bytes)) =
                (!is_open(&tensor, open_inside), tensor.elements()?, tensor.bytes()?)
            else {
                known = false;
                continue;
            };
            if is_output {
                counts.outputs = overflow([counts.outputs, elements])?;
            }
            if !repeated {
                counts.activation_bytes = overflow([counts.activation_bytes, bytes])?;
            }
        }
        Ok(Tally { counts, known })
    }

    /// Adds MACs and gathered bytes.
    fn work(&self, rule: Rule, mut counts: Counts) -> Result<LayerWork, Refused> {
        let mut kind = rule.kind;
        match rule.formula {
            Formula::Nothing => {}
            Formula::Conv => {
                let [_, height, width, channels] = self.shape(1)?.array()?;
                let kernel = Kernel { height, width, depth: 1 };
                kind = kernel.conv_kind();
                counts.macs = kernel.conv_macs(self.output()?.elements()?, channels)?;
                counts.gathered_bytes = self.gathered(kernel)?;
            }
            Formula::Conv3d => {
                let [depth, height, width, channels, _] = self.shape(1)?.array()?;
                let kernel = Kernel { height, width, depth };
                kind = kernel.conv_kind();
                counts.macs = kernel.conv_macs(self.output()?.elements()?, channels)?;
                counts.gathered_bytes = self.gathered(kernel)?;
            }
            Formula::Depthwise => {
                let [_, height, width, _] = self.shape(1)?.array()?;
                let kernel = Kernel { height, width, depth: 1 };
                counts.macs = kernel.depthwise_macs(self.output()?.elements()?)?;
                counts.gathered_bytes = self.gathered(kernel)?;
            }
            Formula::Transposed => {
                let [filters, height, width, _] = self.shape(1)?.array()?;
                let kernel = Kernel { height, width, depth: 1 };
                counts.macs = kernel.transposed_macs(self.shape(2)?.elements()?, filters)?;
            }
            Formula::Transposed3d => {
                let [depth, height, width, filters, _] = self.shape(1)?.array()?;
                let kernel = Kernel { height, width, depth };
                counts.macs = kernel.transposed_macs(self.shape(2)?.elements()?, filters)?;
            }
            Formula::Dense => {
                let [outputs, inputs] = self.shape(1)?.array()?;
                counts.macs = dense_macs(rows(self.shape(0)?, inputs)?, inputs, outputs)?;
            }
            Formula::MatMul => {
                let first = self.shape(0)?;
                let transposed = self.operator.batch_matmul_options()?.transpose_first;
                let inner = first.axis(if transposed { -2 } else { -1 })?;
                let inner = first.dims().get(inner).copied().unwrap_or_default();
                counts.macs = matmul_macs(self.output()?.elements()?, inner)?;
                if self.model.constant(&self.tensor(1)?)?.is_some() {
                    kind = Kind::Dense;
                }
            }
            Formula::Pool => {
                let [height, width] = self.operator.pool2d_options()?.kernel;
                counts.gathered_bytes = self.gathered(Kernel { height, width, depth: 1 })?;
            }
            Formula::Recurrent(matrices) => {
                let input = self.shape(0)?;
                let steps = rows(input, input.channels())?;
                counts.macs = recurrent_macs(steps, self.matrix_elements(matrices)?)?;
            }
        }
        Ok(layer(kind, counts))
    }

    /// Elements of a recurrent operator's matrices. Those that are left out, and vectors (a cell's look at its own
    /// state), are not among them.
    fn matrix_elements(&self, mut matrices: u64) -> Result<u64, Refused> {
        // The basic long short-term memory of old files has five inputs: data, output, one matrix, bias, state.
        if self.operator.inputs().len() == 5 && matrices > 0b110 {
            matrices = 0b100;
        }
        let mut elements = 0;
        for place in 0..self.operator.inputs().len().min(64) {
            if matrices >> place & 1 == 1
                && let Some(tensor) = self.graph.input(self.operator, place)?
                && let Some(shape) = tensor.shape()?
                && shape.rank() == 2
            {
                elements = sum(&[elements, shape.elements()?])?;
            }
        }
        Ok(elements)
    }

    /// What a window gathers from the first input at each of the first output's positions.
    fn gathered(&self, kernel: Kernel) -> Result<u64, Refused> {
        let input = self.tensor(0)?;
        let channels = self.shape(0)?.channels();
        let output = self.output()?;
        let positions = rows(output, output.channels())?;
        Ok(kernel.gathered_bytes(positions, channels, input.element().bits().unwrap_or(0))?)
    }

    /// An input that the operator can't do without.
    fn tensor(&self, place: usize) -> Result<Tensor<'a>, ReadError> {
        let count = self.operator.inputs().len() as u64;
        let missing = ReadError::Missing { what: Listed::Input, index: place as i64, count };
        self.graph.input(self.operator, place)?.ok_or(missing)
    }

    fn shape(&self, place: usize) -> Result<Shape, ReadError> {
        fixed(&self.tensor(place)?)
    }

    fn output(&self) -> Result<Shape, ReadError> {
        fixed(&self.graph.output(self.operator, 0)?)
    }
}

/// The shape of a tensor where `tally` has shown that it is not open, or where it is constant.
fn fixed(tensor: &Tensor<'_>) -> Result<Shape, ReadError> {
    let open = ReadError::Tensor { index: tensor.index(), cause: ShapeError::Elements.into() };
    tensor.shape()?.ok_or(open)
}

/// How many rows of `width` elements a tensor has.
fn rows(shape: Shape, width: u32) -> Result<u64, ShapeError> {
    let (size, by) = (shape.elements()?, u64::from(width));
    if by == 0 {
        return if size == 0 { Ok(0) } else { Err(ShapeError::Indivisible { size, by }) };
    }
    if size % by != 0 {
        return Err(ShapeError::Indivisible { size, by });
    }
    Ok(size / by)
}

fn plus(terms: [u64; 2], tensor: &Tensor<'_>) -> Result<u64, ReadError> {
    sum(&terms).map_err(|cause| ReadError::Tensor { index: tensor.index(), cause: cause.into() })
}
