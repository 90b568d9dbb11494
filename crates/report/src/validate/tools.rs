//! The same questions, asked of other calculators: what they answer, what the core answers, and why they differ.
//!
//! Their formulas are restated from their sources; a test compares each with what the tool itself
//! gave. Ours is the core's estimate of a scenario that anybody can run. Between the two stand the conventions in which they
//! differ, exchanged one after the other: the last exchange ends at ours.

mod ecologits;
mod tell;
mod terms;

use joulegram::range::Range;
use joulegram::scenario::{StageName, TopDown};
use joulegram::units::{Grams, Joules, KilowattHours, Quantity};
use serde::Serialize;

use super::line::{self, Line};
use crate::document::Document;
use crate::fault::Fault;
use crate::resolve::{Case, resolve};
use crate::scenario_file::ScenarioFile;

pub use tell::tell;
use terms::Terms;

/// One question, two answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The other calculator.
    pub tool: String,
    /// Its version, or the day of its source.
    pub version: String,
    /// What is asked, in words.
    pub question: String,
    /// The scenario that asks the core the same, in `fixtures/published/tools`.
    pub scenario: String,
    /// What the other calculator answers.
    pub theirs: Answer,
    /// What the core answers.
    pub ours: Ours,
    /// The conventions in which they differ, in the order of the formula.
    pub steps: Vec<Step>,
    /// Where its formula and its numbers are from.
    pub source: String,
    /// What a reader should know of it.
    pub note: String,
}

/// Another calculator's answer: it has no range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Energy at the facility.
    pub energy_kilowatt_hours: f64,
    /// Emissions of its use.
    pub emissions_grams_co2e: f64,
}

/// The core's answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ours {
    /// Energy at the facility.
    pub energy_kilowatt_hours: Range<KilowattHours>,
    /// Emissions of its use.
    pub emissions_grams_co2e: Range<Grams>,
}

/// One convention exchanged for ours, on top of those before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Which.
    pub convention: &'static str,
    /// As the other calculator has it.
    pub theirs: String,
    /// As the scenario has it.
    pub ours: String,
    /// The emissions from here on.
    pub emissions_grams_co2e: f64,
}

const FILE: &str = "fixtures/published/tools.csv";
const TABLE: &str = include_str!("../../../../fixtures/published/tools.csv");

const COLUMNS: [&str; 20] = [
    "tool",
    "version",
    "question",
    "scenario",
    "formula",
    "hours",
    "processors",
    "idle_watts",
    "watts",
    "load",
    "memory_watts",
    "parameters",
    "tokens",
    "pue",
    "grid",
    "grid_year",
    "kilowatt_hours",
    "grams",
    "source",
    "note",
];

macro_rules! scenarios {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("../../../../fixtures/published/tools/", $name)))),*]
    };
}

const SCENARIOS: [(&str, &str); 4] =
    scenarios!["v100-zurich.json", "twelve-cores.json", "cloud-processors.json", "request.json"];

/// Every question.
///
/// # Errors
/// [`Fault`] if the table or a scenario can't be read: none that is inside the program, as a test shows.
pub fn comparisons() -> Result<Vec<Comparison>, Fault> {
    lines()?.iter().map(comparison).collect()
}

fn lines() -> Result<Vec<Line>, Fault> {
    line::read(FILE, TABLE, |column| COLUMNS.contains(&column))
}

fn comparison(line: &Line) -> Result<Comparison, Fault> {
    let name = line.text("scenario")?;
    let scenario = SCENARIOS.iter().find(|(known, _)| *known == name);
    let (_, text) =
        scenario.ok_or_else(|| line.fault("scenario", format_args!("unknown scenario `{name}`")))?;
    let no_files = |_: &str| Err("it names no files".to_owned());
    let case = resolve(name, &ScenarioFile::from_json(name, text)?, None, &no_files)?;
    let asked = Asked::of(name, &case)?;
    let theirs = Terms::of_line(line)?;
    let text = |column: &str| line.text(column).map(str::to_owned);
    Ok(Comparison {
        tool: text("tool")?,
        version: text("version")?,
        question: text("question")?,
        scenario: name.to_owned(),
        theirs: theirs.answer(),
        ours: asked.answer,
        steps: theirs.towards(&asked.terms),
        source: text("source")?,
        note: text("note")?,
    })
}

/// What the core says, and the terms of its most likely answer.
struct Asked {
    answer: Ours,
    terms: Terms,
}

impl Asked {
    fn of(file: &str, case: &Case) -> Result<Self, Fault> {
        let document = Document::of(file, case)?;
        let missing = || Fault::new(file, "", "no stage of it is known");
        let stage = document.estimate.stages.iter().find(|stage| stage.energy_joules.is_some());
        let stage = stage.ok_or_else(missing)?;
        let whole = stage.energy_joules.ok_or_else(missing)?.mode();
        let (top_down, site) = match (stage.name, &case.scenario.training, &case.scenario.inference) {
            (StageName::Training, Some(training), _) => (training.top_down.as_ref(), &training.site),
            (StageName::Inference, _, Some(inference)) => (None, &inference.site),
            _ => return Err(missing()),
        };
        let beside = top_down.map_or(Joules::wrap(0.0), memory);
        let terms = Terms {
            processors: Joules::wrap(whole.value() - beside.value()),
            beside,
            pue: site.pue.range.mode(),
            grid: site.grid.range.mode(),
            grid_year: site.grid.year,
            rounded: false,
        };
        let answer = Ours {
            energy_kilowatt_hours: stage.energy_kilowatt_hours.ok_or_else(missing)?,
            emissions_grams_co2e: stage.emissions_grams_co2e.ok_or_else(missing)?,
        };
        Ok(Self { answer, terms })
    }
}

/// What the memory of a stage most likely takes.
fn memory(top_down: &TopDown) -> Joules {
    let gigabytes = top_down.memory_gigabytes.as_ref().map(|memory| memory.range.mode());
    let watts = gigabytes.map(|gigabytes| top_down.memory_watts_per_gigabyte.range.mode() * gigabytes);
    watts.map_or(Joules::wrap(0.0), |watts| watts * top_down.hours.range.mode().seconds())
}

#[cfg(test)]
mod tests;
