//! The work of one operator, from the shapes and types of its tensors.

use super::super::error::{Listed, ReadError};
use super::super::rule::{Formula, Rule};
use super::super::schema::{Model, OMITTED, Operator, SubGraph};
use super::super::tensor::{Tensor, TensorType};
use super::is_open;
use crate::model::LayerError;
use crate::model::count::{Kernel, dense_macs, layer, matmul_macs, product, recurrent_macs, sum};
use crate::model::shape::{Shape, ShapeError};
use crate::model::work::{CountOverflow, Counts, Kind, LayerWork};

/// Either kind of error, before the operator's place is added to the second.
pub(super) enum Refused {
    Read(ReadError),
    Layer(LayerError),
}

impl Refused {
    pub(super) const fn at(self, index: u32) -> ReadError {
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
pub(super) struct Tally {
    pub(super) counts: Counts,
    /// Whether all of their sizes are known.
    pub(super) known: bool,
}

/// An operator in its model.
pub(super) struct Counting<'m, 'a> {
    pub(super) model: &'m Model<'a>,
    pub(super) graph: &'m SubGraph<'a>,
    pub(super) operator: &'m Operator<'a>,
}

impl<'a> Counting<'_, 'a> {
    /// Parameters, bytes and outputs; each tensor's bytes once, however often it is named.
    pub(super) fn tally(&self, rule: Rule, open_inside: bool) -> Result<Tally, ReadError> {
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
    pub(super) fn work(&self, rule: Rule, mut counts: Counts) -> Result<LayerWork, Refused> {
        let mut kind = rule.kind;
        match rule.formula {
            Formula::Nothing => {}
            Formula::Conv => {
                let [filters, height, width, channels] = self.shape(1)?.array()?;
                let kernel = Kernel { height, width, depth: 1 };
                kind = kernel.conv_kind();
                counts.filters = filters.into();
                counts.macs = kernel.conv_macs(self.output()?.elements()?, channels)?;
                counts.gathered_bytes = self.gathered(kernel)?;
                counts.runs = self.runs(kernel)?;
            }
            Formula::Conv3d => {
                let [depth, height, width, channels, filters] = self.shape(1)?.array()?;
                let kernel = Kernel { height, width, depth };
                kind = kernel.conv_kind();
                counts.filters = filters.into();
                counts.macs = kernel.conv_macs(self.output()?.elements()?, channels)?;
                counts.gathered_bytes = self.gathered(kernel)?;
            }
            Formula::Depthwise => {
                let [_, height, width, filters] = self.shape(1)?.array()?;
                let kernel = Kernel { height, width, depth: 1 };
                counts.filters = filters.into();
                let output = self.output()?;
                counts.macs = kernel.depthwise_macs(output.elements()?)?;
                counts.gathered_bytes = self.gathered(kernel)?;
                let [images, rows, ..] = output.array::<4>()?;
                counts.runs = product(&[images.into(), rows.into(), filters.into()])?;
            }
            Formula::Transposed => {
                let [filters, height, width, _] = self.shape(1)?.array()?;
                let kernel = Kernel { height, width, depth: 1 };
                counts.filters = filters.into();
                counts.macs = kernel.transposed_macs(self.shape(2)?.elements()?, filters)?;
            }
            Formula::Transposed3d => {
                let [depth, height, width, filters, _] = self.shape(1)?.array()?;
                let kernel = Kernel { height, width, depth };
                counts.filters = filters.into();
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
                let kernel = Kernel { height, width, depth: 1 };
                counts.gathered_bytes = self.gathered(kernel)?;
                counts.runs = self.runs(kernel)?;
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

    /// Rows of the window at all of the first output's positions.
    fn runs(&self, kernel: Kernel) -> Result<u64, Refused> {
        let output = self.output()?;
        Ok(product(&[rows(output, output.channels())?, kernel.height.into()])?)
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
