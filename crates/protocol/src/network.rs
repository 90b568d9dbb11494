//! The model that is run: its input from the store, its output as results.

use core::fmt::{self, Write};

use joulegram::kernel::{Engine, EngineError, Rounding, Slot};
use joulegram::model::tflite::{Model, ReadError, TensorType};

use crate::decimal::Thousandths;

/// How the host sends an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The tensor's bytes: `kws01`, and models that are not MLPerf Tiny's.
    Tensor,
    /// Unsigned bytes, of which the device subtracts 128: `ic01`, `vww01`.
    Unsigned,
    /// Little-endian `f32`, quantised on the device; the result is the mean squared difference of output and input:
    /// `ad01`.
    Reconstruction,
}

/// Why a model can't be served.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NetworkError {
    /// The engine refuses it.
    Engine(EngineError),
    /// Its file can't be read.
    Unreadable,
    /// Memory for its input, its output or its arena is short.
    Memory {
        /// Which.
        what: &'static str,
        /// Bytes that there are.
        found: usize,
        /// Bytes that it needs.
        needed: usize,
    },
    /// Its output is neither int8 nor float32.
    Output,
    /// This encoding needs int8 at both ends, and as many outputs as inputs.
    Encoding,
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => error.fmt(f),
            Self::Unreadable => f.write_str("the model can't be read"),
            Self::Memory { what, found, needed } => {
                write!(f, "{what} has {found} bytes, the model needs {needed}")
            }
            Self::Output => f.write_str("the model's output is neither int8 nor float32"),
            Self::Encoding => {
                f.write_str("the input's encoding needs an int8 model with as many outputs as inputs")
            }
        }
    }
}

impl core::error::Error for NetworkError {}

/// Scale and zero point; none for float32.
type Step = Option<(f32, i32)>;

/// A model with its memory.
#[derive(Debug)]
pub struct Network<'a> {
    engine: Engine<'a>,
    encoding: Encoding,
    input_step: Step,
    output_step: Step,
    input: &'a mut [u8],
    output: &'a mut [u8],
    arena: &'a mut [u8],
    score: f32,
}

impl<'a> Network<'a> {
    /// A model in `file`, with memory that may be longer than it needs.
    ///
    /// # Errors
    /// [`NetworkError`] that names what the model needs and did not get.
    pub fn new(
        file: &'a [u8],
        encoding: Encoding,
        plan: &'a mut [Slot],
        memory: [&'a mut [u8]; 3],
    ) -> Result<Self, NetworkError> {
        let engine = Engine::new(file, Rounding::Tflm, plan).map_err(NetworkError::Engine)?;
        let [input, output, arena] = memory;
        let input = part(input, "input", engine.input_bytes())?;
        let output = part(output, "output", engine.output_bytes())?;
        let arena = part(arena, "arena", engine.arena_bytes())?;
        let step = |input| step(file, input).map_err(|_| NetworkError::Unreadable);
        let (input_step, output_step) = (step(true)?.flatten(), step(false)?.ok_or(NetworkError::Output)?);
        let same = input_step.is_some() && output_step.is_some() && input.len() == output.len();
        if encoding == Encoding::Reconstruction && !same
            || encoding == Encoding::Unsigned && input_step.is_none()
        {
            return Err(NetworkError::Encoding);
        }
        input.fill(0);
        output.fill(0);
        Ok(Self { engine, encoding, input_step, output_step, input, output, arena, score: 0.0 })
    }

    /// Elements that the host must load.
    #[must_use]
    pub fn elements(&self) -> usize {
        self.input.len()
    }

    /// Bytes of an element that the host loads.
    #[must_use]
    pub const fn element_bytes(&self) -> usize {
        match self.encoding {
            Encoding::Tensor | Encoding::Unsigned => 1,
            Encoding::Reconstruction => 4,
        }
    }

    /// Takes the input from what was loaded; false, and as it was, if too few elements were. More are ignored.
    pub(crate) fn load(&mut self, loaded: &[u8]) -> bool {
        let Some(loaded) = loaded.get(..self.input.len() * self.element_bytes()) else { return false };
        match (self.encoding, self.input_step) {
            (Encoding::Reconstruction, Some((scale, zero_point))) => {
                for (to, real) in self.input.iter_mut().zip(floats(loaded)) {
                    *to = quantised(real, scale, zero_point);
                }
            }
            (Encoding::Unsigned, _) => {
                self.input.iter_mut().zip(loaded).for_each(|(to, from)| *to = from ^ 0x80)
            }
            _ => self.input.copy_from_slice(loaded),
        }
        true
    }

    /// One inference.
    pub(crate) fn infer(&mut self) {
        // Nothing can fail: `new` has given each slice its length.
        let _ = self.engine.run(self.input, self.output, self.arena);
    }

    /// Notes how far the output is from the input that was loaded.
    pub(crate) fn compare(&mut self, loaded: &[u8]) {
        if let (Encoding::Reconstruction, Some(step)) = (self.encoding, self.output_step) {
            let differences =
                self.output.iter().zip(floats(loaded)).map(|(byte, real)| dequantised(*byte, step) - real);
            let sum: f32 = differences.map(|difference| difference * difference).sum();
            self.score = sum / self.output.len() as f32;
        }
    }

    /// Output bytes of the last inference.
    #[must_use]
    pub fn output(&self) -> &[u8] {
        self.output
    }

    /// The results, between commas.
    pub(crate) fn results(&self, to: &mut impl Write) -> fmt::Result {
        if self.encoding == Encoding::Reconstruction {
            return write!(to, "{}", Thousandths(self.score));
        }
        let list = |to: &mut dyn Write, place: usize, real| {
            if place > 0 {
                to.write_str(",")?;
            }
            write!(to, "{}", Thousandths(real))
        };
        match self.output_step {
            Some(step) => {
                (0..).zip(self.output.iter()).try_for_each(|(n, byte)| list(to, n, dequantised(*byte, step)))
            }
            None => (0..).zip(floats(self.output)).try_for_each(|(n, real)| list(to, n, real)),
        }
    }
}

fn part<'a>(memory: &'a mut [u8], what: &'static str, needed: usize) -> Result<&'a mut [u8], NetworkError> {
    let found = memory.len();
    memory.get_mut(..needed).ok_or(NetworkError::Memory { what, found, needed })
}

/// How the first input, or the first output, is stored; none if neither as int8 nor as float32.
fn step(file: &[u8], input: bool) -> Result<Option<Step>, ReadError> {
    let graph = Model::new(file)?.subgraph(0)?;
    let tensors = if input { graph.inputs() } else { graph.outputs() };
    let tensor = graph.tensor(tensors.get(0).unwrap_or(-1))?;
    let Some(quantization) = tensor.quantization()?.filter(|_| tensor.element() == TensorType::Int8) else {
        return Ok((tensor.element() == TensorType::Float32).then_some(None));
    };
    let zero_point = quantization.zero_points.get(0).unwrap_or(0);
    // A zero point that is no int8 is refused by the engine.
    Ok(quantization.scales.get(0).map(|scale| Some((scale, i32::try_from(zero_point).unwrap_or(0)))))
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes))
}

fn dequantised(byte: u8, (scale, zero_point): (f32, i32)) -> f32 {
    (i32::from(byte.cast_signed()) - zero_point) as f32 * scale
}

/// As the reference: rounded away from zero, limited to 8 bits; NaN is the zero point.
#[expect(clippy::cast_possible_truncation, reason = "saturates, and is clamped to 8 bits")]
fn quantised(real: f32, scale: f32, zero_point: i32) -> u8 {
    let number = (libm::roundf(real / scale) as i32).saturating_add(zero_point).clamp(-128, 127);
    (number as i8).cast_unsigned()
}
