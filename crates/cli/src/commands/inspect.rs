//! `joulegram inspect`.

use joulegram_report::inspect::Inspection;
use joulegram_report::network::Network;
use joulegram_report::{render, story};

use crate::Failure;
use crate::args::InspectArgs;
use crate::files;
use crate::output::Output;

pub(crate) fn run(args: &InspectArgs) -> Result<(), Failure> {
    let output = Output::open(&args.output)?;
    let bytes = files::read_input(&args.model)?;
    let file = args.model.display().to_string();
    let network = Network { name: files::stem(&args.model), ..Network::from_tflite(&file, &bytes)? };
    let inspection = Inspection::of(&network);
    output.write(&inspection, || story::tell_inspection(&inspection), || render::inspection_csv(&inspection))
}
