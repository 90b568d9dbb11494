//! The work of each operator of a model's main subgraph.

mod operator;

use super::super::shape::Shape;
use super::super::work::{Kind, LayerWork, Work};
use super::error::ReadError;
use super::operator::Builtin;
use super::options::FusedActivation;
use super::rule::{Rule, rule};
use super::schema::{Model, OMITTED, Operator, SubGraph};
use super::tensor::Tensor;
use operator::Counting;

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
    /// Its work. Of `Kind::Unknown` the MACs are not known and left 0; bytes, outputs and parameters are those that
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
    /// The tensor that the last operator gave, if a `ReLU` was its end.
    rectified: Option<i32>,
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
        Ok(Layers { model: *self, graph, next: 0, budget: Budget::new(self), open_inside, rectified: None })
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
        let mut work = counting.work(rule, tally.counts).map_err(|cause| cause.at(index))?;
        if work.kind == Kind::Dense && self.rectified.is_some() && operator.inputs().get(0) == self.rectified
        {
            work.counts.rectified_macs = work.counts.macs;
        }
        self.rectified = operator.outputs().get(0).filter(|_| rectifies(code.builtin(), &operator));
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

/// Whether an operator ends in a `ReLU`. Options that are damaged say no: whoever needs them finds out.
fn rectifies(builtin: Builtin, operator: &Operator<'_>) -> bool {
    let activation = match builtin {
        Builtin::RELU | Builtin::RELU6 => return true,
        Builtin::CONV_2D => operator.conv2d_options().map(|options| options.activation),
        Builtin::DEPTHWISE_CONV_2D => operator.depthwise_conv2d_options().map(|options| options.activation),
        Builtin::FULLY_CONNECTED => operator.fully_connected_options().map(|options| options.activation),
        Builtin::ADD => operator.add_activation(),
        _ => return false,
    };
    matches!(activation, Ok(FusedActivation::Relu | FusedActivation::Relu6))
}

/// Whether a tensor's size is open until the model is run. An open batch alone counts as one; where another dimension
/// of any tensor is open, an open first dimension need not be a batch.
fn is_open(tensor: &Tensor<'_>, open_inside: bool) -> bool {
    tensor.has_open_inside() || (open_inside && tensor.has_open_batch())
}
