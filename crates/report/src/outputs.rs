//! What one inference gave: each output tensor, its numbers dequantised.

use joulegram::model::tflite::{Model, ReadError, Tensor, TensorType};

use crate::fault::Fault;
use crate::number::{count, significant};
use crate::section::{Section, Table};

/// Most numbers of a tensor that are printed.
const NUMBERS_SHOWN: usize = 10;

/// An output tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputTensor {
    /// Its name in the file; empty where it has none.
    pub name: String,
    /// Its shape: `1x12`.
    pub shape: String,
    /// Its elements' type: `int8`.
    pub element: String,
    /// Its elements as real numbers; none where their type is no number that is read here.
    pub numbers: Option<Vec<f64>>,
}

impl OutputTensor {
    /// Takes apart the bytes of all outputs of the model in `file`.
    ///
    /// # Errors
    /// [`Fault`] if the model is damaged.
    pub fn read(file: &str, model: &[u8], mut output: &[u8]) -> Result<Vec<Self>, Fault> {
        let fault = |error: ReadError| Fault::new(file, "", error);
        let graph = Model::new(model).and_then(|model| model.subgraph(0)).map_err(fault)?;
        let mut tensors = Vec::new();
        for index in graph.outputs().iter() {
            let tensor = graph.tensor(index).map_err(fault)?;
            let bytes = tensor.bytes().map_err(fault)?.and_then(|bytes| usize::try_from(bytes).ok());
            let (own, rest) = output.split_at_checked(bytes.unwrap_or(0)).unwrap_or_default();
            output = rest;
            tensors.push(Self::of(&tensor, own).map_err(fault)?);
        }
        Ok(tensors)
    }

    fn of(tensor: &Tensor<'_>, bytes: &[u8]) -> Result<Self, ReadError> {
        let quantization = tensor.quantization()?;
        let scale = quantization.and_then(|quantization| quantization.scales.get(0)).map_or(1.0, f64::from);
        let zero_point = quantization.and_then(|quantization| quantization.zero_points.get(0)).unwrap_or(0);
        let real = |integer: i64| (integer - zero_point) as f64 * scale;
        let words = || bytes.chunks_exact(4).filter_map(|chunk| chunk.first_chunk::<4>());
        let numbers = match tensor.element() {
            TensorType::Int8 => Some(bytes.iter().map(|byte| real(i64::from(byte.cast_signed()))).collect()),
            TensorType::Uint8 => Some(bytes.iter().map(|byte| real(i64::from(*byte))).collect()),
            TensorType::Int32 => {
                Some(words().map(|word| real(i64::from(i32::from_le_bytes(*word)))).collect())
            }
            TensorType::Float32 => Some(words().map(|word| f64::from(f32::from_le_bytes(*word))).collect()),
            _ => None,
        };
        let dims: Vec<_> = tensor.dims().iter().map(|dim| dim.to_string()).collect();
        Ok(Self {
            name: tensor.name()?.unwrap_or_default().to_owned(),
            shape: dims.join("x"),
            element: format!("{:?}", tensor.element()).to_lowercase(),
            numbers,
        })
    }

    /// The largest numbers with their places, largest first; of equals the first.
    fn largest(&self) -> Vec<(usize, f64)> {
        let mut numbers: Vec<_> = self.numbers.iter().flatten().copied().enumerate().collect();
        numbers.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        numbers.truncate(NUMBERS_SHOWN);
        numbers
    }
}

/// The sections of an inference's outputs.
#[must_use]
pub fn tell(model: &str, tensors: &[OutputTensor]) -> Vec<Section> {
    let plural = if tensors.len() == 1 { "" } else { "s" };
    let headline = format!("One inference of {model} gave {} output tensor{plural}.", tensors.len());
    let mut sections = vec![Section::text("", vec![headline])];
    for (index, tensor) in tensors.iter().enumerate() {
        let mut table = Table::new(&["#element", "#value"]);
        for (place, number) in tensor.largest() {
            table.row([place.to_string(), significant(number)]);
        }
        let name = if tensor.name.is_empty() { String::new() } else { format!(" ({})", tensor.name) };
        let title = format!("Output {index}{name}: {} of shape {}", tensor.element, tensor.shape);
        sections.push(match &tensor.numbers {
            None => Section::text(
                &title,
                vec!["Numbers of this type are not printed: --output writes them.".to_owned()],
            ),
            Some(numbers) => {
                let mut section = Section::table(&title, table);
                if numbers.len() > NUMBERS_SHOWN {
                    section.after.push(format!(
                        "The {NUMBERS_SHOWN} largest of {}; --output writes all.",
                        count(numbers.len() as u64)
                    ));
                }
                section
            }
        });
    }
    sections
}
