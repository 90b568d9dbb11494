//! Times inferences on request, so that a script can take turns with other engines in one run.
//!
//! Lines on standard input, one answer each on standard output:
//!
//! ```text
//! load PATH         bytes of input and output
//! loops NAME        `true`, or `false` if this processor lacks them; without NAME the name of those in use
//! output            the bytes that an input of all 0, 1, 2 ... gives, in hexadecimal
//! time COUNT        seconds that COUNT inferences of the loaded model take
//! ```

use joulegram::kernel::{self, Engine, EngineError, Rounding, Slot};
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

/// A model with its memory.
struct Loaded {
    engine: Engine<'static>,
    input: Vec<u8>,
    output: Vec<u8>,
    arena: Vec<u8>,
}

impl Loaded {
    fn new(path: &str) -> Result<Self, Failure> {
        // Models stay until the program ends.
        let file: &'static [u8] = Vec::leak(std::fs::read(path)?);
        let slots = match Engine::new(file, Rounding::Tflm, &mut []) {
            Err(EngineError::Plan { needed, .. }) => needed,
            Err(error) => return Err(Box::new(error)),
            Ok(_) => 0,
        };
        let engine = Engine::new(file, Rounding::Tflm, Vec::leak(vec![Slot::default(); slots]))?;
        let input = (0..engine.input_bytes()).map(|place| place.to_le_bytes()[0]).collect();
        let (output, arena) = (vec![0; engine.output_bytes()], vec![0; engine.arena_bytes()]);
        Ok(Self { engine, input, output, arena })
    }

    fn run(&mut self) -> Result<(), EngineError> {
        self.engine.run(black_box(&self.input), &mut self.output, &mut self.arena)?;
        black_box(&self.output);
        Ok(())
    }
}

fn answer(line: &str, loaded: &mut Option<Loaded>) -> Result<String, Failure> {
    let (command, argument) = line.split_once(' ').unwrap_or((line, ""));
    match (command, &mut *loaded) {
        ("load", _) => {
            let model = Loaded::new(argument)?;
            let sizes = format!("{} {}", model.input.len(), model.output.len());
            *loaded = Some(model);
            Ok(sizes)
        }
        ("loops", _) if argument.is_empty() => Ok(kernel::loops().to_owned()),
        ("loops", _) => Ok(kernel::choose_loops(argument).to_string()),
        ("output", Some(model)) => {
            model.run()?;
            Ok(model.output.iter().map(|byte| format!("{byte:02x}")).collect())
        }
        ("time", Some(model)) => {
            let count: u32 = argument.parse()?;
            let start = Instant::now();
            for _ in 0..count {
                model.run()?;
            }
            Ok(start.elapsed().as_secs_f64().to_string())
        }
        _ => Err(format!("not understood: {line}").into()),
    }
}

fn main() -> Result<(), Failure> {
    let mut loaded = None;
    let mut output = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        writeln!(output, "{}", answer(line?.trim(), &mut loaded)?)?;
        output.flush()?;
    }
    Ok(())
}
