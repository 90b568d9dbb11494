//! `joulegram fit`.

use joulegram::fit::{Budget, Vary};
use joulegram::units::{Count, Grams, Joules};
use joulegram_report::entry;
use joulegram_report::fit::{Fitted, Varied, csv, tell};

use crate::Failure;
use crate::args::{FitArgs, VaryChoice};
use crate::input::Input;
use crate::output::Output;

pub(crate) fn run(args: &FitArgs) -> Result<(), Failure> {
    let budget = match (&args.budget_grams, &args.budget_joules, &args.battery_days) {
        (Some(typed), ..) => Budget::Grams(entry::number::<Grams>("--budget-grams", typed)?.value()),
        (_, Some(typed), _) => Budget::Joules(entry::number::<Joules>("--budget-joules", typed)?.value()),
        (.., Some(typed)) => Budget::BatteryDays(entry::number::<Count>("--battery-days", typed)?.value()),
        _ => {
            return Err(Failure::Input(
                "a budget is missing: --budget-grams, --budget-joules or --battery-days".to_owned(),
            ));
        }
    };
    let varied = match args.vary {
        VaryChoice::Samples => Varied::Number(Vary::Samples),
        VaryChoice::Epochs => Varied::Number(Vary::Epochs),
        VaryChoice::Runs => Varied::Number(Vary::Runs),
        VaryChoice::Inferences => Varied::Number(Vary::Inferences),
        VaryChoice::Device => Varied::Device,
    };
    let output = Output::open(&args.output)?;
    let input = Input::read(&args.scenario)?;
    let case = input.case()?;
    let fitted = Fitted::of(&input.name, &case, varied, budget)?;
    output.write(&fitted, || tell(&fitted), || csv(&fitted))
}
