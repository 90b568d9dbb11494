//! The calibration suite: what a board runs so that its costs can be told apart.
//!
//! Each kind of layer comes at sizes whose MACs, outputs, bytes and filters vary independently, and as a ladder: the
//! same layer once and many times. The same steps run in firmware, on a computer and in a page.
//!
//! ```
//! use joulegram::calibrate::suite::{MEMORY_BYTES, SLOTS, STEPS};
//! use joulegram::kernel::Slot;
//! use joulegram::model::work::Kind;
//!
//! let (mut memory, mut slots) = (vec![0; MEMORY_BYTES], [Slot::EMPTY; SLOTS]);
//! let step = STEPS.iter().find(|step| step.name == "dense-128").ok_or("no such step")?;
//! let mut prepared = step.prepare(&mut memory, &mut slots)?;
//! prepared.run();
//! assert_eq!(prepared.work().kind(Kind::Dense).macs, 128 * 128);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod steps;

pub use steps::{LARGE_STEPS, STEPS};

use core::fmt;
use core::hint::black_box;

use super::network::{Network, Random};
use crate::digest::Digest;
use crate::kernel::{Engine, EngineError, Operator, Rounding, Slot};
use crate::model::tflite::{Model, ReadError};
use crate::model::work::{Counts, Kind, LayerWork, Work};

/// Bytes of memory that every step of [`STEPS`] has room in: its model, input, output and arena.
pub const MEMORY_BYTES: usize = 100 * 1024;

/// The same for every step of [`LARGE_STEPS`].
pub const LARGE_MEMORY_BYTES: usize = 512 * 1024;

/// Slots that every step's plan has room in.
pub const SLOTS: usize = 192;

/// Longest name of a step.
pub const NAME_BYTES: usize = 24;

/// The operators that the suite's networks have.
pub static OPERATORS: [Operator; 7] = [
    Operator::CONV_2D,
    Operator::DEPTHWISE_CONV_2D,
    Operator::FULLY_CONNECTED,
    Operator::AVERAGE_POOL_2D,
    Operator::ADD,
    Operator::SOFTMAX,
    Operator::RESHAPE,
];

/// Bytes that are copied from where constants are: flash, on most boards.
static CONSTANT: Aligned = Aligned(constant());

/// At a multiple of 16, as buffers of programs mostly are.
#[repr(align(16))]
struct Aligned([u8; 4096]);

const fn constant() -> [u8; 4096] {
    let mut bytes = [0; 4096];
    let mut state = 1_u32;
    let mut rest: &mut [u8] = &mut bytes;
    while let Some((byte, others)) = rest.split_first_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [.., high] = state.to_le_bytes();
        *byte = high;
        rest = others;
    }
    bytes
}

/// A step of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name, at most [`NAME_BYTES`] bytes without spaces.
    pub name: &'static str,
    /// What it does.
    pub job: Job,
}

/// What a step does in one iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// One inference.
    Network(Network),
    /// Copies so many bytes, at most 4096, from where constants are.
    CopyFromFlash(u16),
    /// Copies so many bytes within memory.
    CopyFromRam(u16),
    /// Counts down.
    EmptyLoop(u32),
    /// Waits as the board waits between inferences: the processor on, nothing to do.
    Idle,
    /// Waits in the board's deepest usual sleep.
    Sleep,
}

/// Why a step can't be prepared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SuiteError {
    /// So many bytes of memory are too few.
    Memory {
        /// How many were given.
        found: usize,
    },
    /// The engine refuses the model.
    Engine(EngineError),
    /// The model's work can't be counted.
    Work(ReadError),
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory { found } => {
                write!(f, "{found} bytes of memory are too few: a step needs up to {MEMORY_BYTES}")
            }
            Self::Engine(error) => error.fmt(f),
            Self::Work(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for SuiteError {}

/// A step that can be run.
#[derive(Debug)]
pub struct Prepared<'m> {
    job: Job,
    work: Work,
    engine: Option<Engine<'m>>,
    input: &'m mut [u8],
    output: &'m mut [u8],
    arena: &'m mut [u8],
}

impl Step {
    /// Makes the step's model and input in `memory`, which has [`MEMORY_BYTES`], and its plan in [`SLOTS`] slots.
    ///
    /// # Errors
    /// [`SuiteError`] if there is too little memory or too few slots.
    pub fn prepare<'m>(
        &self,
        memory: &'m mut [u8],
        slots: &'m mut [Slot],
    ) -> Result<Prepared<'m>, SuiteError> {
        let found = memory.len();
        let too_small = SuiteError::Memory { found };
        let (_, memory) = cut(memory, 0).ok_or(too_small)?;
        let network = match self.job {
            Job::Network(network) => network,
            Job::CopyFromFlash(bytes) | Job::CopyFromRam(bytes) => {
                let (input, rest) = cut(memory, bytes.into()).ok_or(too_small)?;
                fill(input);
                let (output, arena) = cut(rest, bytes.into()).ok_or(too_small)?;
                return Ok(Prepared {
                    job: self.job,
                    work: Work::default(),
                    engine: None,
                    input,
                    output,
                    arena,
                });
            }
            Job::EmptyLoop(_) | Job::Idle | Job::Sleep => {
                return Ok(Prepared {
                    job: self.job,
                    work: Work::default(),
                    engine: None,
                    input: &mut [],
                    output: &mut [],
                    arena: memory,
                });
            }
        };
        let length = network.write(memory).ok_or(too_small)?;
        let (model, rest) = memory.split_at_mut_checked(length).ok_or(too_small)?;
        let model: &'m [u8] = model;
        let mut work = Model::new(model).and_then(|model| model.work()).map_err(SuiteError::Work)?;
        let engine =
            Engine::with_operators(model, Rounding::Tflm, &OPERATORS, slots).map_err(SuiteError::Engine)?;
        let (arena, rest) = cut(rest, engine.arena_bytes()).ok_or(too_small)?;
        let (input, rest) = cut(rest, engine.input_bytes()).ok_or(too_small)?;
        let (output, _) = cut(rest, engine.output_bytes()).ok_or(too_small)?;
        // What the engine copies in and out is no layer, but in a network this small it counts.
        let copied = (input.len() + output.len()) as u64;
        let counts = Counts { outputs: copied, activation_bytes: 2 * copied, ..Counts::default() };
        let _ = work.add(LayerWork { kind: Kind::Movement, counts });
        fill(input);
        Ok(Prepared { job: self.job, work, engine: Some(engine), input, output, arena })
    }
}

impl Prepared<'_> {
    /// One iteration. Waiting is the board's business: nothing is done for it here.
    pub fn run(&mut self) {
        match self.job {
            Job::Network(_) => {
                if let Some(engine) = &self.engine {
                    // Cannot fail: `prepare` cut the slices to what the engine asks for.
                    let _ = engine.run(black_box(self.input), self.output, self.arena);
                }
            }
            Job::CopyFromFlash(_) => copy(black_box(&CONSTANT.0), self.output),
            Job::CopyFromRam(_) => copy(black_box(self.input), self.output),
            Job::EmptyLoop(rounds) => {
                for round in 0..rounds {
                    black_box(round);
                }
            }
            Job::Idle | Job::Sleep => {}
        }
        black_box(&mut self.output);
    }

    /// The work of one iteration; nothing where it is not a network.
    #[must_use]
    pub const fn work(&self) -> &Work {
        &self.work
    }

    /// What the step does.
    #[must_use]
    pub const fn job(&self) -> Job {
        self.job
    }

    /// A digest of what the last iteration gave, the same on every processor.
    #[must_use]
    pub fn checksum(&self) -> u64 {
        Digest::default().bytes(self.output).value()
    }
}

/// So many bytes from the next multiple of 16 on, where buffers mostly lie, and what is behind them.
fn cut(memory: &mut [u8], bytes: usize) -> Option<(&mut [u8], &mut [u8])> {
    let skip = memory.as_ptr().addr().wrapping_neg() % 16;
    memory.get_mut(skip..)?.split_at_mut_checked(bytes)
}

fn copy(from: &[u8], to: &mut [u8]) {
    if let Some(from) = from.get(..to.len()) {
        to.copy_from_slice(from);
    }
}

/// Seeded noise.
fn fill(input: &mut [u8]) {
    let mut random = Random(1);
    input.iter_mut().for_each(|byte| *byte = random.byte());
}

#[cfg(test)]
mod tests;
