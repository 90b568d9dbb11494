//! `joulegram estimate`.

use std::path::Path;

use joulegram::device::Profile;
use joulegram::units::{Grams, Joules, Volts};
use joulegram_report::document::{Document, SideBySide};
use joulegram_report::equivalences::{self, Equivalence};
use joulegram_report::fault::Fault;
use joulegram_report::number::{GRAMS, JOULES};
use joulegram_report::overrides::Overrides;
use joulegram_report::question::{Cases, Question};
use joulegram_report::resolve::{find_device, profile_from_bytes};
use joulegram_report::scenario_file::{DeviceByHand, DeviceChoice};
use joulegram_report::section::Section;
use joulegram_report::{cite, entry, render, story};
use serde::Serialize;

use crate::Failure;
use crate::args::{EstimateArgs, Format};
use crate::files;
use crate::input::Input;
use crate::output::Output;

pub(crate) fn run(args: &EstimateArgs) -> Result<(), Failure> {
    let overrides = overrides(args)?;
    let budget = Budget::new(args)?;
    let output = Output::open(&args.output)?;
    let input = Input::read(&args.input)?;
    let file = &input.name;
    let mut question = if input.is_scenario() {
        Question::of_scenario(file, input.text()?)?
    } else {
        Question::of_model(file, &files::stem(&args.input), &input.bytes)?
    };
    overrides.apply(&mut question.scenario)?;
    if question.needs_a_device() {
        budget.refuse_side_by_side()?;
    }
    match question.cases(file, &|name| input.beside(name))? {
        Cases::One(case) => {
            let document = Document::of(file, &case)?;
            write(args, output, &document)?;
            budget.check(&document)
        }
        Cases::Boards(cases) => {
            let side_by_side = SideBySide::of(file, &cases)?;
            output.titled(side_by_side.name).write(
                &side_by_side,
                || story::tell_side_by_side(&side_by_side),
                || render::side_by_side_csv(&side_by_side),
            )
        }
    }
}

/// A document, with what was asked for beside it.
fn write(args: &EstimateArgs, output: Output, document: &Document<'_>) -> Result<(), Failure> {
    if output.is(Format::Latex) {
        return output.write_text(&cite::latex(document));
    }
    let equivalences = if args.equivalences { equivalences::of_life(document) } else { Vec::new() };
    let for_paper = output.is(Format::Html);
    let sections = || {
        let mut sections = story::tell(document);
        // Below the numbers and above their sources.
        let place = sections.iter().position(|section| section.title == "Sources").unwrap_or(sections.len());
        if for_paper {
            let sentences = vec![
                cite::methods(document),
                "--format latex has this with a table and an entry for the bibliography.".to_owned(),
            ];
            sections.insert(place, Section::text("How to report it", sentences));
        }
        if !equivalences.is_empty() {
            sections.insert(place, equivalences::tell(&equivalences));
        }
        sections
    };
    let answer = Answer { document, equivalences: (!equivalences.is_empty()).then_some(&equivalences) };
    output.titled(document.name).write(&answer, sections, || render::document_csv(document))
}

/// The JSON of an answer: comparisons only where they were asked for.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    document: &'a Document<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    equivalences: Option<&'a Vec<Equivalence>>,
}

/// A preset, or a profile's file: it stands where the user does, one that a scenario names beside the scenario.
fn device(field: &str, typed: &str) -> Result<DeviceChoice, Fault> {
    if !typed.ends_with(".json") {
        return entry::device(field, typed);
    }
    let bytes =
        files::read(Path::new(typed)).map_err(|why| Fault::new("", field, format!("`{typed}`: {why}")))?;
    profile_from_bytes(typed, &bytes).map(|profile| DeviceChoice::Profile(Box::new(profile)))
}

/// The device of `--device`, at the clock of `--clock` and the voltage of `--volts`.
fn device_at(typed: &str, args: &EstimateArgs) -> Result<DeviceChoice, Fault> {
    let choice = device("--device", typed)?;
    if args.volts.is_none() && args.clock.is_none() {
        return Ok(choice);
    }
    let Some(mut moved) = profile_of(&choice)? else { return Ok(choice) };
    if let Some(clock) = &args.clock {
        let clock = entry::number("--clock", clock)?;
        let fault = |why: &dyn std::fmt::Display| Fault::new("", "--clock", format!("{typed}: {why}"));
        let other = args.other_clock.as_deref().map(|typed| profile_of(&device("--other-clock", typed)?));
        let other = other.transpose()?.flatten().ok_or_else(|| {
            fault(&"what power does with the clock takes two measurements: name the profile at another with --other-clock")
        })?;
        moved = moved.at_clock(&other, clock).map_err(|error| fault(&error))?;
    }
    if let Some(volts) = &args.volts {
        let volts: Volts = entry::number("--volts", volts)?;
        moved =
            moved.at_supply(volts).map_err(|error| Fault::new("", "--volts", format!("{typed}: {error}")))?;
    }
    Ok(DeviceChoice::Profile(Box::new(moved)))
}

/// The profile that a choice stands for; hardware by hand has none.
fn profile_of(choice: &DeviceChoice) -> Result<Option<Profile>, Fault> {
    Ok(match choice {
        DeviceChoice::Name(name) => Some(find_device(name)?),
        DeviceChoice::Profile(profile) => Some((**profile).clone()),
        DeviceChoice::File(_) | DeviceChoice::ByHand(_) => None,
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
        device: args.device.as_deref().map(|typed| device_at(typed, args)).transpose()?.or(by_hand),
        training_device: args
            .training_device
            .as_deref()
            .map(|typed| device("--training-device", typed))
            .transpose()?,
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
        // What has a price is less than the whole: it keeps no budget.
        let whole = |range: f64| (!document.has_unpriced_layers()).then_some(range);
        if let Some(limit) = self.joules_per_inference {
            let got = estimate.energy_per_inference_joules.map(|range| range.mode().value()).and_then(whole);
            keep("energy of one inference is", "--max-joules-per-inference", got, limit.value(), |number| {
                JOULES.number(number)
            })?;
        }
        if let Some(limit) = self.grams {
            let got =
                estimate.life_cycle.emissions_grams_co2e.map(|range| range.mode().value()).and_then(whole);
            keep("emissions of the life cycle are", "--max-grams", got, limit.value(), |number| {
                GRAMS.number(number)
            })?;
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
            "the {what} most likely {}, over the budget of {} ({field})",
            print(got),
            print(limit)
        ))),
        None => Err(Failure::Budget(format!(
            "the {what} not fully known, which does not keep the budget of {} ({field})",
            print(limit)
        ))),
    }
}
