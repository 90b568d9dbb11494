//! A model made ready to run: its engine, and the memory that the engine asks for.

use joulegram::kernel::{Engine, Rounding, Slot};
use joulegram_report::fault::Fault;
use joulegram_report::inference::slots;
pub(crate) use joulegram_report::inference::{memory, noise, refusal};

/// Runs `work` with the engine of the model in `bytes`; `file` is its name, for faults.
pub(crate) fn with_engine<T>(
    file: &str,
    bytes: &[u8],
    rounding: Rounding,
    work: impl FnOnce(&Engine<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut plan = vec![Slot::default(); slots(file, bytes, rounding)?];
    let engine = Engine::new(bytes, rounding, &mut plan).map_err(|error| refusal(file, error))?;
    work(&engine)
}
