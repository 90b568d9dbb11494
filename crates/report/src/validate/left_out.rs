//! Energy of a model that was left out: what a board's other three models tell of it.
//!
//! Two ways, for each model of each system of MLPerf Tiny's closed division that published all four:
//! - `power`: the mean watts of the other three times the model's own time;
//! - `macs`: its MACs times one price, which fits the other three best (least squares of relative errors).
//!
//! The result is the median of the absolute relative errors, of all models of all systems.

use joulegram::units::{Quantity, Seconds, Watts};

use super::Kind;
use super::line::{self, Line};
use super::unit::{Dimension, Unit};
use crate::fault::Fault;

pub(super) const KIND: Kind = Kind { columns: &["way"], compute };

const FILE: &str = "fixtures/published/mlperf_tiny_closed_energy.csv";
const RESULTS: &str = include_str!("../../../../fixtures/published/mlperf_tiny_closed_energy.csv");
const COLUMNS: [&str; 8] = [
    "round",
    "submitter",
    "system",
    "model",
    "milliseconds",
    "milliseconds_with_meter",
    "microjoules",
    "milliwatts",
];
/// MACs of the four models, as every one of their files counts them.
const MACS: [(&str, f64); 4] =
    [("ad", 264_192.0), ("ic", 12_501_632.0), ("kws", 2_656_768.0), ("vww", 7_489_664.0)];
/// A result is flagged, and left out, where the time with the meter differs by more than this from that without.
const FLAGGED: f64 = 0.05;

/// A result of a model on a system.
#[derive(Clone, Debug, PartialEq)]
struct Published {
    /// Round, submitter and name.
    system: String,
    macs: f64,
    seconds: f64,
    joules: f64,
    watts: f64,
    flagged: bool,
}

fn compute(line: &Line, unit: &Unit) -> Result<f64, Fault> {
    if unit.dimension != Dimension::Count {
        return Err(line.fault("unit", "is not empty, as a ratio's is"));
    }
    let predict = match line.text("way")? {
        "power" => by_power,
        "macs" => by_macs,
        other => return Err(line.fault("way", format_args!("`{other}` is neither power nor macs"))),
    };
    let results = results()?;
    let mut errors = Vec::new();
    for result in results.iter().filter(|result| !result.flagged) {
        let is_other = |other: &&Published| {
            !other.flagged && other.system == result.system && other.macs.total_cmp(&result.macs).is_ne()
        };
        let others: Vec<&Published> = results.iter().filter(is_other).collect();
        errors.push((predict(result, &others) / result.joules - 1.0).abs());
    }
    errors.sort_unstable_by(f64::total_cmp);
    let middle =
        |index: usize| errors.get(index).copied().ok_or_else(|| Fault::new(FILE, "", "it has no results"));
    Ok(f64::midpoint(middle(errors.len().saturating_sub(1) / 2)?, middle(errors.len() / 2)?))
}

fn by_power(result: &Published, others: &[&Published]) -> f64 {
    let watts = others.iter().map(|other| other.watts).sum::<f64>() / others.len() as f64;
    (Watts::wrap(watts) * Seconds::wrap(result.seconds)).value()
}

fn by_macs(result: &Published, others: &[&Published]) -> f64 {
    let per_joule = || others.iter().map(|other| other.macs / other.joules);
    let price = per_joule().sum::<f64>() / per_joule().map(|ratio| ratio * ratio).sum::<f64>();
    price * result.macs
}

fn results() -> Result<Vec<Published>, Fault> {
    let lines = line::read(FILE, RESULTS, |column| COLUMNS.contains(&column))?;
    let published = |line: &Line| {
        let model = line.text("model")?;
        let macs = MACS.iter().find(|(name, _)| *name == model).map(|(_, macs)| *macs);
        let seconds = line.number("milliseconds")? / 1e3;
        // Where it was not noted, nothing can be said against the result.
        let with_meter = match line.given("milliseconds_with_meter") {
            Some(_) => line.number("milliseconds_with_meter")? / 1e3,
            None => seconds,
        };
        Ok(Published {
            system: [line.text("round")?, line.text("submitter")?, line.text("system")?].join(" "),
            macs: macs.ok_or_else(|| line.fault("model", format_args!("`{model}` is none of the four")))?,
            seconds,
            joules: line.number("microjoules")? / 1e6,
            watts: line.number("milliwatts")? / 1e3,
            flagged: (with_meter / seconds - 1.0).abs() > FLAGGED,
        })
    };
    lines.iter().map(published).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_29_systems_and_the_flagged_result_is_the_one_that_the_note_names() {
        let results = results().unwrap();
        let systems: std::collections::BTreeSet<_> = results.iter().map(|one| &one.system).collect();
        assert_eq!((systems.len(), results.len()), (29, 29 * 4));
        let flagged: Vec<_> = results.iter().filter(|one| one.flagged).map(|one| &one.system).collect();
        assert_eq!(flagged, ["1.1 STMicroelectronics NUCLEO_L4R5ZI"]);
    }
}
