//! `joulegram run`.

use joulegram_report::fault::Fault;
use joulegram_report::outputs::OutputTensor;
use joulegram_report::{outputs, render};

use crate::Failure;
use crate::args::RunArgs;
use crate::files;
use crate::inference::{memory, refusal, with_engine};
use crate::output::{Pending, has_style, print};

pub(crate) fn run(args: &RunArgs) -> Result<(), Failure> {
    let pending = args.output.as_deref().map(|file| Pending::create(file, "--output")).transpose()?;
    let file = args.model.display().to_string();
    let bytes = files::read_input(&args.model)?;
    let output = with_engine(&file, &bytes, args.rounding.into(), |engine| {
        let input = files::read_input(&args.input)?;
        if input.len() != engine.input_bytes() {
            let message =
                format!("it has {} bytes, the inputs of {file} take {}", input.len(), engine.input_bytes());
            return Err(Fault::new(&args.input.display().to_string(), "--input", message));
        }
        let mut output = memory(&file, engine.output_bytes())?;
        let mut arena = memory(&file, engine.arena_bytes())?;
        engine.run(&input, &mut output, &mut arena).map_err(|error| refusal(&file, error))?;
        Ok(output)
    })?;
    match pending {
        Some(pending) => pending.finish(&output),
        None => {
            let tensors = OutputTensor::read(&file, &bytes, &output)?;
            let sections = outputs::tell(&files::stem(&args.model), &tensors);
            print(render::text(&sections, has_style()).as_bytes())
        }
    }
}
