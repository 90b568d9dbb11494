//! What the watts of a calibration say against its set-up, each warning by its name.

use joulegram::calibrate::sample::Sample;
use joulegram::calibrate::suite::{Job, STEPS};
use joulegram::device::{Regulator, presets};
use joulegram_meters::join::repetitions::{second_supply, suspicions};

use super::metered::median;
use crate::number::{VOLTS, WATTS};

/// A sleep that takes more than this part of idling is none.
const MOST_ASLEEP: f64 = 0.9;
/// Least watts a hertz of a processor at work: a tenth of what the thriftiest take.
const LEAST_WATTS_A_HERTZ: f64 = 1e-12;
/// Supplies of a board, in volts.
const SUPPLIES: (f64, f64) = (0.5, 6.0);
/// Warnings of one kind that are shown.
const MOST_OF_A_KIND: usize = 6;
/// How far outside the published range watts are a matter of the meter.
const BEYOND: f64 = 1.3;
/// Ratios of a reading to what it should be, and what makes them.
const FACTORS: [(f64, &str); 2] = [
    (4.0, "the shunt's step of an INA219 (10 uV) on an INA226 (2.5 uV)"),
    (2.0, "a shunt of half or twice the resistance"),
];

/// What is suspicious; nothing without a meter's windows.
pub(super) fn found(
    samples: &[Sample],
    board: &str,
    volts: Option<f64>,
    regulator: Option<Regulator>,
) -> Vec<String> {
    let mut found: Vec<String> = volts.and_then(wrong_volts).into_iter().collect();
    let steps = by_step(samples);
    let of = |wanted: fn(&Job) -> bool| {
        let is_of = move |name: &str| STEPS.iter().any(|step| step.name == name && wanted(&step.job));
        steps.iter().filter(move |(name, _)| is_of(name))
    };
    let middle = |(name, watts): &(&str, Vec<f64>)| Some((name.to_string(), median(watts.clone())?));
    let work: Vec<(String, f64)> = of(|job| matches!(job, Job::Network(_))).filter_map(middle).collect();
    let rest = |wanted: fn(&Job) -> bool| of(wanted).find_map(|step| Some(middle(step)?.1));
    let (idle, asleep) = (rest(|job| *job == Job::Idle), rest(|job| *job == Job::Sleep));
    if let Some(rest) = idle.or(asleep) {
        let named: Vec<(&str, f64)> = work.iter().map(|(name, watts)| (name.as_str(), *watts)).collect();
        found.extend(second_supply(rest, &named).map(|sentence| capital(&sentence)));
    }
    let active = median(work.iter().map(|(_, watts)| *watts).collect());
    let hertz = samples.first().map_or(0, |sample| sample.clock_hertz) as f64;
    if let Some(watts) = active.filter(|watts| *watts < LEAST_WATTS_A_HERTZ * hertz) {
        found.push(format!(
            "Second supply: computing draws {} at {:.0} MHz, less than any processor, and yet the board logs; is a USB cable \
             or a debugger plugged in that feeds it past the meter?",
            WATTS.number(watts),
            hertz / 1e6
        ));
    }
    if let Some((asleep, idle)) = asleep.zip(idle).filter(|(asleep, idle)| *asleep > MOST_ASLEEP * idle) {
        found.push(format!(
            "Debugger attached? Asleep the board draws {} and idle {}: a debugger keeps its clocks on, even unplugged, until \
             it is powered anew.",
            WATTS.number(asleep),
            WATTS.number(idle)
        ));
    }
    found.extend(active.and_then(|watts| wrong_factor(watts, board, volts, regulator)));
    let of_steps = steps.iter().flat_map(|(name, watts)| suspicions(name, watts));
    found.extend(at_most(of_steps.map(|sentence| format!("Repetitions of {sentence}.")).collect()));
    found
}

/// The first of warnings of one kind, and how many there are more.
pub(super) fn at_most(mut warnings: Vec<String>) -> Vec<String> {
    let more = warnings.len().saturating_sub(MOST_OF_A_KIND);
    if more > 0 {
        warnings.truncate(MOST_OF_A_KIND);
        warnings.push(format!("{more} more warnings of this kind."));
    }
    warnings
}

/// The watts of each step, in the order of its repetitions.
fn by_step(samples: &[Sample]) -> Vec<(&str, Vec<f64>)> {
    let mut steps: Vec<(&str, Vec<f64>)> = Vec::new();
    for sample in samples {
        let Some(watts) = sample.watts() else { continue };
        match steps.iter_mut().find(|(name, _)| *name == sample.step.as_str()) {
            Some((_, own)) => own.push(watts),
            None => steps.push((sample.step.as_str(), vec![watts])),
        }
    }
    steps
}

fn wrong_volts(volts: f64) -> Option<String> {
    let (least, most) = SUPPLIES;
    let cause = if volts > 100.0 { ", which would be millivolts" } else { "" };
    (volts < least || volts > most).then(|| {
        format!(
            "Wrong volts? {}{cause}: boards are supplied with {least} to {most} V, and every joule scales with them.",
            VOLTS.number(volts)
        )
    })
}

/// Watts far from those that others published of the board.
fn wrong_factor(watts: f64, board: &str, volts: Option<f64>, regulator: Option<Regulator>) -> Option<String> {
    let preset = presets::find(board)?;
    let range = preset.active_watts.as_ref()?.range;
    // A board's range has its supplies in it.
    let (low, high) = (range.low().value(), range.high().value());
    if (low / BEYOND..=high * BEYOND).contains(&watts) {
        return None;
    }
    // Behind a linear regulator the current is the same at another supply.
    let published = preset.supply_volts.as_ref().map(|volts| volts.range.mode().value());
    let is_linear = regulator.or(preset.regulator) == Some(Regulator::Ldo);
    let scale =
        volts.zip(published).filter(|_| is_linear).map_or(1.0, |(volts, published)| volts / published);
    let ratio = watts / (range.mode().value() * scale);
    let suspect = FACTORS.iter().find(|(factor, _)| {
        [*factor, 1.0 / factor].iter().any(|factor| (0.75..1.3).contains(&(ratio / factor)))
    });
    let cause = suspect.map_or("a wrong shunt, range or calibration", |(_, cause)| cause);
    Some(format!(
        "Wrong meter factor? Computing draws {}, {ratio:.2} times what is published of {board} there ({} to {} over all \
         supplies and programs): suspect {cause}.",
        WATTS.number(watts),
        WATTS.number(low),
        WATTS.number(high)
    ))
}

/// A sentence begins with a capital and ends with a full stop or a question mark.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let text: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if text.ends_with(['?', '.']) { text } else { text + "." }
}
