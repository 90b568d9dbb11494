//! What a model needs to be run: places for its plan, memory, numbers to run on.

use joulegram::kernel::{Engine, EngineError, Rounding};
use joulegram::model::tflite::{Model, TensorType};

use crate::fault::Fault;

/// How many slots the engine's plan of a model takes.
///
/// # Errors
/// [`Fault`] where the model can't be run.
pub fn slots(file: &str, bytes: &[u8], rounding: Rounding) -> Result<usize, Fault> {
    match Engine::new(bytes, rounding, &mut []) {
        Err(EngineError::Plan { needed, .. }) => Ok(needed),
        Err(error) => Err(refusal(file, error)),
        Ok(_) => Ok(0),
    }
}

/// Why a model can't be run, with advice where there is some.
#[must_use]
pub fn refusal(file: &str, error: EngineError) -> Fault {
    match error {
        EngineError::Type { found: TensorType::Float32, .. } => {
            Fault::new(file, "", format!("{error}: quantise the model to int8"))
        }
        _ => Fault::new(file, "", error),
    }
}

/// Zeroed memory; a damaged model may ask for more than there is.
///
/// # Errors
/// [`Fault`] with the bytes that are not free.
pub fn memory(file: &str, bytes: usize) -> Result<Vec<u8>, Fault> {
    let mut memory = Vec::new();
    memory
        .try_reserve_exact(bytes)
        .map_err(|_| Fault::new(file, "", format!("it needs {bytes} bytes of memory, which are not free")))?;
    memory.resize(bytes, 0);
    Ok(memory)
}

/// Numbers to run a model on where it is only timed: seeded noise, between -1 and 1 where they are floats.
///
/// # Errors
/// [`Fault`] where the model is damaged.
pub fn noise(file: &str, bytes: &[u8], length: usize) -> Result<Vec<u8>, Fault> {
    let fault = |error| Fault::new(file, "", error);
    let graph = Model::new(bytes).and_then(|model| model.subgraph(0)).map_err(fault)?;
    let mut state = 0_u64;
    // SplitMix64.
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let [.., high] = (z ^ (z >> 31)).to_le_bytes();
        high
    };
    let mut noise = Vec::with_capacity(length);
    for index in graph.inputs().iter() {
        let tensor = graph.tensor(index).map_err(fault)?;
        let elements = tensor.elements().map_err(fault)?.and_then(|elements| usize::try_from(elements).ok());
        for _ in 0..elements.unwrap_or(0) {
            match tensor.element() {
                TensorType::Float32 => {
                    noise.extend_from_slice(&(f32::from(next().cast_signed()) / 128.0).to_le_bytes());
                }
                TensorType::Int8 | TensorType::Uint8 => noise.push(next()),
                other => noise.extend(std::iter::repeat_n(0, usize::from(other.bits().unwrap_or(0) / 8))),
            }
        }
    }
    noise.resize(length, 0);
    Ok(noise)
}
