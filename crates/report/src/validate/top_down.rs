//! Hours times processors times watts, or an energy, at a site: a scenario with one stage.

use joulegram::defaults;
use joulegram::device::Profile;
use joulegram::plan::{Plan, Rung};
use joulegram::range::Range;
use joulegram::scenario::{FinalTraining, Measured, Mode, Passes, Scenario, Stage, TopDown};
use joulegram::site::{Gas, Site};
use joulegram::sourced::{Sourced, text};
use joulegram::units::{Gigabytes, Joules, KilowattHours, Pue, Quantity};

use super::Kind;
use super::line::Line;
use super::unit::{Dimension, Unit};
use crate::fault::Fault;

/// `energy` stands for time, processors and watts. With a `pue` it is the device's, without one the facility's.
pub(super) const KIND: Kind = Kind {
    columns: &["time", "processors", "watts", "memory", "memory_watts_per_gigabyte", "pue", "energy", "grid"],
    compute,
};

fn compute(line: &Line, unit: &Unit) -> Result<f64, Fault> {
    let rung = match unit.dimension {
        Dimension::Energy => Rung::TrainingKilowattHours,
        Dimension::Emissions => Rung::TrainingGrams,
        _ => return Err(line.fault("unit", "is neither of energy nor of emissions")),
    };
    let scenario = scenario(line)?;
    let plan = Plan::new(&scenario).map_err(|error| line.fault("name", error))?;
    plan.most_likely().get(rung).ok_or_else(|| line.fault("published", "is not computed"))
}

fn exactly<Q: Quantity>(value: Q) -> Sourced<Q> {
    Sourced::given(Range::exact(value))
}

/// A scenario with a training alone.
fn scenario(line: &Line) -> Result<Scenario, Fault> {
    let measured = measured(line)?;
    let top_down = if measured.is_none() { Some(top_down(line)?) } else { None };
    let pue = if line.given("pue").is_some() { line.quantity("pue")? } else { Pue::NONE };
    let training: Stage<Passes> = Stage {
        device: None::<Profile>,
        device_count: defaults::one(),
        site: Site {
            name: text(line.text("name")?),
            grid: exactly(line.amount("grid", Dimension::EmissionFactor)?),
            gas: Gas::Co2e,
            fallback: false,
            pue: exactly(pue),
        },
        powered: None,
        bottom_up: None,
        top_down,
        measured,
        embodied: None,
        edge: None,
        work: None,
    };
    Ok(Scenario {
        mode: Mode::LifeCycle,
        work: None,
        search: None,
        training: Some(training),
        final_training: FinalTraining::Separate,
        inference: None,
    })
}

fn measured(line: &Line) -> Result<Option<Measured>, Fault> {
    if line.given("energy").is_none() {
        // Top-down without a PUE would take one of 1 unsaid.
        line.text("pue")?;
        return Ok(None);
    }
    let energy: KilowattHours = line.amount("energy", Dimension::Energy)?;
    if line.given("pue").is_none() {
        return Ok(Some(Measured::AtFacility(exactly(energy))));
    }
    let energy = Joules::from_device_kilowatt_hours(energy.value());
    Ok(Some(Measured::AtDevice(exactly(energy.map_err(|error| line.fault("energy", error))?))))
}

fn top_down(line: &Line) -> Result<TopDown, Fault> {
    let memory: Option<Gigabytes> = match line.given("memory") {
        Some(_) => Some(line.amount("memory", Dimension::Memory)?),
        None => None,
    };
    Ok(TopDown {
        hours: exactly(line.amount("time", Dimension::Time)?),
        processors: exactly(line.quantity("processors")?),
        watts_per_processor: Some(exactly(line.quantity("watts")?)),
        utilisation: defaults::fully_used(),
        memory_gigabytes: memory.map(exactly),
        memory_watts_per_gigabyte: match memory {
            Some(_) => exactly(line.quantity("memory_watts_per_gigabyte")?),
            None => defaults::memory_watts(),
        },
        repeats: defaults::once(),
    })
}
