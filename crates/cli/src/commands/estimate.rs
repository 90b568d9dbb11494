//! `joulegram estimate`.

use std::path::Path;

use joulegram::device::presets;
use joulegram::units::{Count, Grams, Joules, Quantity};
use joulegram_report::document::{Document, SideBySide};
use joulegram_report::fault::Fault;
use joulegram_report::network::Network;
use joulegram_report::number::{GRAMS, JOULES};
use joulegram_report::overrides::{Overrides, use_stage};
use joulegram_report::resolve::{Case, resolve};
use joulegram_report::scenario_file::{DeviceByHand, DeviceChoice, ScenarioFile};
use joulegram_report::{entry, render, story};

use crate::Failure;
use crate::args::EstimateArgs;
use crate::files;
use crate::output::Output;

pub(crate) fn run(args: &EstimateArgs) -> Result<(), Failure> {
    let overrides = overrides(args)?;
    let budget = Budget::new(args)?;
    let output = Output::open(&args.output)?;
    let file = args.input.display().to_string();
    let bytes = files::read_input(&args.input)?;
    let (mut scenario, network) = if is_scenario(&args.input, &bytes) {
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| Fault::new(&file, "", format!("no UTF-8 text: {error}")))?;
        (ScenarioFile::from_json(&file, text)?, None)
    } else {
        let once = ScenarioFile { inference: Some(use_stage(Count::wrap(1.0))), ..ScenarioFile::new() };
        (once, Some(Network { name: stem(&args.input), ..Network::from_tflite(&file, &bytes)? }))
    };
    overrides.apply(&mut scenario)?;
    let devices: Vec<DeviceChoice> = if needs_a_device(&scenario) {
        budget.refuse_side_by_side()?;
        presets::boards().map(|name| DeviceChoice::Name(name.to_owned())).collect()
    } else {
        Vec::new()
    };
    // A profile that the command line names stands where the user does, one in a scenario beside the scenario.
    let from_command_line =
        |name: &str| [&args.device, &args.training_device].iter().any(|given| given.as_deref() == Some(name));
    let read = |name: &str| {
        if from_command_line(name) {
            files::read(Path::new(name))
        } else {
            files::read_beside(&args.input, name)
        }
    };
    if devices.is_empty() {
        let case = resolve(&file, &scenario, network, &read)?;
        let document = Document::of(&file, &case)?;
        output.write(&document, || story::tell(&document), || render::document_csv(&document))?;
        return budget.check(&document);
    }
    let mut cases: Vec<Case> = Vec::new();
    for device in devices {
        scenario.device = Some(device);
        cases.push(resolve(&file, &scenario, network.clone(), &read)?);
    }
    let documents = cases.iter().map(|case| Document::of(&file, case)).collect::<Result<Vec<_>, _>>()?;
    let name = cases.first().map(|case| case.name.as_str()).unwrap_or_default();
    let side_by_side = SideBySide::new(name, documents);
    output.write(
        &side_by_side,
        || story::tell_side_by_side(&side_by_side),
        || render::side_by_side_csv(&side_by_side),
    )
}

/// What the answer calls a model: its file's name.
fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// JSON begins with a brace; a model has its identifier at byte 4.
fn is_scenario(path: &Path, bytes: &[u8]) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
        || bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
            && bytes.get(4..8) != Some(b"TFL3")
}

/// Whether all that is missing for the inferences is what they run on.
fn needs_a_device(scenario: &ScenarioFile) -> bool {
    let inference =
        scenario.inference.as_ref().filter(|stage| stage.device.is_none() && scenario.device.is_none());
    inference.is_some_and(|stage| {
        stage.measured.is_none()
            && stage.top_down.is_none()
            && stage.bottom_up.as_ref().is_some_and(|uses| uses.energy_per_inference_joules.is_none())
    })
}

fn overrides(args: &EstimateArgs) -> Result<Overrides, Fault> {
    let count = |field: &str, typed: &Option<String>| {
        typed.as_deref().map(|typed| entry::number(field, typed)).transpose()
    };
    let by_hand = match (&args.watts, &args.operations_per_second) {
        (Some(watts), Some(operations)) => Some(DeviceChoice::ByHand(Box::new(DeviceByHand {
            name: "hardware by hand".to_owned(),
            active_watts: entry::given("--watts", watts)?,
            operations_per_second: entry::given("--operations-per-second", operations)?,
            idle_watts: None,
        }))),
        _ => None,
    };
    Ok(Overrides {
        device: args.device.as_deref().map(entry::device).or(by_hand),
        training_device: args.training_device.as_deref().map(entry::device),
        grid: args.grid.as_deref().map(|typed| entry::grid("--grid", typed)).transpose()?,
        pue: args.pue.as_deref().map(|typed| entry::pue("--pue", typed)).transpose()?,
        inferences: count("--inferences", &args.inferences)?,
        samples: count("--samples", &args.samples)?,
        epochs: count("--epochs", &args.epochs)?,
        search_runs: count("--search-runs", &args.search_runs)?,
        paper: args.paper,
    })
}

/// What an answer must not exceed.
struct Budget {
    joules_per_inference: Option<Joules>,
    grams: Option<Grams>,
}

impl Budget {
    fn new(args: &EstimateArgs) -> Result<Self, Fault> {
        Ok(Self {
            joules_per_inference: args
                .max_joules_per_inference
                .as_deref()
                .map(|typed| entry::number("--max-joules-per-inference", typed))
                .transpose()?,
            grams: args.max_grams.as_deref().map(|typed| entry::number("--max-grams", typed)).transpose()?,
        })
    }

    fn refuse_side_by_side(&self) -> Result<(), Failure> {
        if self.joules_per_inference.is_some() || self.grams.is_some() {
            return Err(Failure::Input("a budget needs one device to hold on: give --device".to_owned()));
        }
        Ok(())
    }

    fn check(&self, document: &Document<'_>) -> Result<(), Failure> {
        let estimate = &document.estimate;
        if let Some(limit) = self.joules_per_inference {
            let got = estimate.energy_per_inference_joules.map(|range| range.mode().value());
            keep("energy of one inference", "--max-joules-per-inference", got, limit.value(), |number| {
                JOULES.number(number)
            })?;
        }
        if let Some(limit) = self.grams {
            let got = estimate.life_cycle.emissions_grams_co2e.map(|range| range.mode().value());
            keep("life cycle's emissions", "--max-grams", got, limit.value(), |number| GRAMS.number(number))?;
        }
        Ok(())
    }
}

/// What is not known does not keep a budget.
fn keep(
    what: &str,
    field: &str,
    got: Option<f64>,
    limit: f64,
    print: impl Fn(f64) -> String,
) -> Result<(), Failure> {
    match got {
        Some(got) if got <= limit => Ok(()),
        Some(got) => Err(Failure::Budget(format!(
            "the {what} is most likely {}, over the budget of {} ({field})",
            print(got),
            print(limit)
        ))),
        None => {
            Err(Failure::Budget(format!("the {what} is not known, so it can't keep the budget ({field})")))
        }
    }
}
