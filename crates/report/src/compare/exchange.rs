//! One thing at a time from one scenario into the other, through the whole ladder.

use joulegram::plan::{Plan, Rung};
use joulegram::scenario::{Scenario, Stage, StageName};
use serde::Serialize;

use crate::number::{amount, count, significant};
use crate::resolve::Case;

/// What one difference between two scenarios makes of their emissions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// What differs.
    pub what: &'static str,
    /// In which stage; `None` for the network itself.
    pub stage: Option<&'static str>,
    /// As the first has it.
    pub first: String,
    /// As the second has it.
    pub second: String,
    /// The mean of the two exchanges that follow.
    pub grams_co2e: f64,
    /// The first with this of the second, less the first.
    pub into_first_grams_co2e: Option<f64>,
    /// The second, less the second with this of the first.
    pub out_of_second_grams_co2e: Option<f64>,
}

/// A part that can be exchanged: how it reads, and how it goes from one scenario into another.
struct Piece {
    what: &'static str,
    stage: Option<StageName>,
    words: fn(&Scenario, Option<StageName>) -> String,
    put: fn(&mut Scenario, &Scenario, Option<StageName>),
}

/// What differs, most first; the difference of most likely values at `rung`.
pub(super) fn reasons(cases: [&Case; 2], rung: Rung) -> Vec<Reason> {
    let [first, second] = cases.map(|case| &case.scenario);
    let at = |scenario: &Scenario| Plan::new(scenario).ok().and_then(|plan| plan.most_likely().get(rung));
    let (Some(of_first), Some(of_second)) = (at(first), at(second)) else { return Vec::new() };
    let mut reasons: Vec<Reason> = pieces()
        .into_iter()
        .filter_map(|piece| {
            let put = |into: &Scenario, from: &Scenario| {
                let mut exchanged = into.clone();
                (piece.put)(&mut exchanged, from, piece.stage);
                (exchanged != *into).then(|| at(&exchanged))
            };
            let into_first = put(first, second)?.map(|grams| grams - of_first);
            let out_of_second = put(second, first).flatten().map(|grams| of_second - grams);
            let known: Vec<f64> = [into_first, out_of_second].into_iter().flatten().collect();
            if known.is_empty() {
                return None;
            }
            Some(Reason {
                what: piece.what,
                stage: piece.stage.map(StageName::name),
                first: (piece.words)(first, piece.stage),
                second: (piece.words)(second, piece.stage),
                grams_co2e: known.iter().sum::<f64>() / known.len() as f64,
                into_first_grams_co2e: into_first,
                out_of_second_grams_co2e: out_of_second,
            })
        })
        .collect();
    reasons.sort_by(|a, b| b.grams_co2e.abs().total_cmp(&a.grams_co2e.abs()));
    reasons
}

/// What every stage has, whatever it counts.
macro_rules! in_stage {
    ($scenario:expr, $stage:expr, $part:ident => $do:expr) => {
        match $stage {
            Some(StageName::Search) => $scenario.search.as_ref().map(|$part| $do),
            Some(StageName::Training) => $scenario.training.as_ref().map(|$part| $do),
            Some(StageName::Inference) => $scenario.inference.as_ref().map(|$part| $do),
            None => None,
        }
    };
}

/// A field of a stage goes from one scenario into another that has the stage too.
macro_rules! put_field {
    ($into:expr, $from:expr, $stage:expr, $($field:ident).+) => {{
        match $stage {
            Some(StageName::Search) => swap(&mut $into.search, &$from.search, |a, b| a.$($field).+.clone_from(&b.$($field).+)),
            Some(StageName::Training) => swap(&mut $into.training, &$from.training, |a, b| a.$($field).+.clone_from(&b.$($field).+)),
            Some(StageName::Inference) => swap(&mut $into.inference, &$from.inference, |a, b| a.$($field).+.clone_from(&b.$($field).+)),
            None => {}
        }
    }};
}

fn swap<T>(into: &mut Option<Stage<T>>, from: &Option<Stage<T>>, put: impl FnOnce(&mut Stage<T>, &Stage<T>)) {
    if let (Some(into), Some(from)) = (into, from) {
        put(into, from);
    }
}

/// A stage that only one of them has goes over as a whole.
fn put_stage(into: &mut Scenario, from: &Scenario, stage: Option<StageName>) {
    match stage {
        Some(StageName::Search) if into.search.is_some() != from.search.is_some() => {
            into.search.clone_from(&from.search);
        }
        Some(StageName::Training) if into.training.is_some() != from.training.is_some() => {
            into.training.clone_from(&from.training);
        }
        Some(StageName::Inference) if into.inference.is_some() != from.inference.is_some() => {
            into.inference.clone_from(&from.inference);
        }
        _ => {}
    }
}

fn nothing() -> String {
    "-".to_owned()
}

fn pieces() -> Vec<Piece> {
    let mut all = vec![Piece {
        what: "network",
        stage: None,
        words: |scenario, _| {
            scenario.work.as_ref().map_or_else(nothing, |work| format!("{} MACs", count(work.total().macs)))
        },
        put: |into, from, _| into.work.clone_from(&from.work),
    }];
    for stage in StageName::ALL.map(Some) {
        all.extend([
            Piece {
                what: "the stage itself",
                stage,
                words: |scenario, stage| in_stage!(scenario, stage, _part => "there".to_owned()).unwrap_or_else(|| "not there".to_owned()),
                put: put_stage,
            },
            Piece {
                what: "device",
                stage,
                words: |scenario, stage| in_stage!(scenario, stage, part => part.device.as_ref().map(|device| device.name.to_string())).flatten().unwrap_or_else(nothing),
                put: |into, from, stage| put_field!(into, from, stage, device),
            },
            Piece {
                what: "number of devices",
                stage,
                words: |scenario, stage| in_stage!(scenario, stage, part => amount(part.device_count.range.mode().value())).unwrap_or_else(nothing),
                put: |into, from, stage| put_field!(into, from, stage, device_count),
            },
            Piece {
                what: "grid factor",
                stage,
                words: |scenario, stage| {
                    in_stage!(scenario, stage, part => format!("{}, {} gCO2e/kWh", part.site.name, significant(part.site.grid.range.mode().value()))).unwrap_or_else(nothing)
                },
                put: |into, from, stage| {
                    put_field!(into, from, stage, site.grid);
                    put_field!(into, from, stage, site.name);
                },
            },
            Piece {
                what: "PUE",
                stage,
                words: |scenario, stage| in_stage!(scenario, stage, part => significant(part.site.pue.range.mode().value())).unwrap_or_else(nothing),
                put: |into, from, stage| put_field!(into, from, stage, site.pue),
            },
            Piece {
                what: "hours powered",
                stage,
                words: |scenario, stage| in_stage!(scenario, stage, part => part.powered.as_ref().map(|hours| amount(hours.range.mode().value()))).flatten().unwrap_or_else(nothing),
                put: |into, from, stage| put_field!(into, from, stage, powered),
            },
            Piece { what: "counts", stage, words: counts, put: |into, from, stage| put_field!(into, from, stage, bottom_up) },
            Piece {
                what: "hours, processors and watts",
                stage,
                words: |scenario, stage| {
                    in_stage!(scenario, stage, part => part.top_down.as_ref().map(|top_down| {
                        format!("{} h on {}", amount(top_down.hours.range.mode().value()), amount(top_down.processors.range.mode().value()))
                    })).flatten().unwrap_or_else(nothing)
                },
                put: |into, from, stage| put_field!(into, from, stage, top_down),
            },
            Piece {
                what: "measured energy",
                stage,
                words: |scenario, stage| in_stage!(scenario, stage, part => part.measured.as_ref().map(|_| "measured".to_owned())).flatten().unwrap_or_else(nothing),
                put: |into, from, stage| put_field!(into, from, stage, measured),
            },
        ]);
    }
    all
}

/// How often the work is done.
fn counts(scenario: &Scenario, stage: Option<StageName>) -> String {
    let words = match stage {
        Some(StageName::Search) => {
            scenario.search.as_ref().and_then(|stage| stage.bottom_up.as_ref()).map(|search| {
                match &search.runs {
                    joulegram::scenario::Runs::LikeTraining(runs) => {
                        format!("{} runs", amount(runs.range.mode().value()))
                    }
                    joulegram::scenario::Runs::Each(runs) => format!("{} kinds of runs", runs.len()),
                }
            })
        }
        Some(StageName::Training) => {
            scenario.training.as_ref().and_then(|stage| stage.bottom_up.as_ref()).map(|passes| {
                format!(
                    "{} samples, {} epochs",
                    amount(passes.samples.range.mode().value()),
                    amount(passes.epochs.range.mode().value())
                )
            })
        }
        Some(StageName::Inference) => scenario
            .inference
            .as_ref()
            .and_then(|stage| stage.bottom_up.as_ref())
            .map(|uses| format!("{} inferences", amount(uses.inferences.range.mode().value()))),
        None => None,
    };
    words.unwrap_or_else(nothing)
}
