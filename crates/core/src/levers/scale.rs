//! What a stage's computing or its power is divided by, however the stage is given.

use super::Refusal;
use crate::device::{Cost, Profile};
use crate::range::Range;
use crate::scenario::{Measured, Scenario, Stage, StageName, TopDown};
use crate::site::Site;
use crate::sourced::Sourced;
use crate::units::{Factor, Joules, Quantity};

/// The parts of a stage that a measure may change, whatever the stage.
pub(super) struct StageParts<'s> {
    pub(super) name: StageName,
    pub(super) device: &'s mut Option<Profile>,
    pub(super) site: &'s mut Site,
    pub(super) top_down: &'s mut Option<TopDown>,
    pub(super) measured: &'s mut Option<Measured>,
    /// Measured energy of one pass.
    pub(super) pass: Option<&'s mut Sourced<Joules>>,
}

fn parts<'s, T>(
    name: StageName,
    stage: &'s mut Stage<T>,
    pass: impl FnOnce(&'s mut T) -> Option<&'s mut Sourced<Joules>>,
) -> StageParts<'s> {
    let Stage { device, site, top_down, measured, bottom_up, .. } = stage;
    StageParts { name, device, site, top_down, measured, pass: bottom_up.as_mut().and_then(pass) }
}

/// The stages of a scenario, those that there are.
pub(super) fn stages(scenario: &mut Scenario) -> impl Iterator<Item = StageParts<'_>> {
    let Scenario { search, training, inference, .. } = scenario;
    let search = search.as_mut().map(|stage| parts(StageName::Search, stage, |_| None));
    let training = training
        .as_mut()
        .map(|stage| parts(StageName::Training, stage, |passes| passes.energy_per_sample_joules.as_mut()));
    let inference = inference
        .as_mut()
        .map(|stage| parts(StageName::Inference, stage, |uses| uses.energy_per_inference_joules.as_mut()));
    [search, training, inference].into_iter().flatten()
}

/// A factor of three numbers.
pub(super) fn factor(low: f64, mode: f64, high: f64) -> Range<Factor> {
    // The numbers are this module's own and in order; a test reads them all.
    Range::of(low, mode, high).unwrap_or(Range::exact(Factor::ONE))
}

/// Multiplies a value's range by a factor's.
pub(super) fn times<Q: Quantity>(value: &mut Sourced<Q>, by: &Range<Factor>) -> Result<(), Refusal> {
    let range = &value.range;
    let scaled = |a: Q, b: Factor| a.value() * b.value();
    value.range = Range::of(
        scaled(range.low(), by.low()),
        scaled(range.mode(), by.mode()),
        scaled(range.high(), by.high()),
    )
    .map_err(|_| Refusal::Condition("a number of the changed scenario is outside its limits"))?;
    Ok(())
}

/// The factor that undoes another.
pub(super) fn inverse(by: &Range<Factor>) -> Range<Factor> {
    let one = |factor: Factor| 1.0 / factor.value();
    factor(one(by.high()), one(by.mode()), one(by.low()))
}

impl StageParts<'_> {
    /// Divides what the stage computes, in time and so in energy: the watts stay.
    pub(super) fn divide_work(&mut self, by: &Range<Factor>) -> Result<(), Refusal> {
        let less = inverse(by);
        if let Some(device) = self.device.as_mut() {
            match &mut device.cost {
                Cost::Calibrated(cost) => times(&mut cost.cycles_factor, &less)?,
                Cost::Datasheet(cost) => {
                    times(&mut cost.peak_operations_per_second, by)?;
                    if let Some(bandwidth) = &mut cost.memory_bytes_per_second {
                        times(bandwidth, by)?;
                    }
                }
            }
        }
        if let Some(top_down) = self.top_down.as_mut() {
            times(&mut top_down.hours, &less)?;
        }
        self.divide_measured(&less)
    }

    /// Divides what the stage draws while it computes: the time stays.
    pub(super) fn divide_power(&mut self, by: &Range<Factor>) -> Result<(), Refusal> {
        let less = inverse(by);
        if let Some(watts) = self.device.as_mut().and_then(|device| device.active_watts.as_mut()) {
            times(watts, &less)?;
        }
        if let Some(watts) = self.top_down.as_mut().and_then(|top_down| top_down.watts_per_processor.as_mut())
        {
            times(watts, &less)?;
        }
        self.divide_measured(&less)
    }

    fn divide_measured(&mut self, less: &Range<Factor>) -> Result<(), Refusal> {
        if let Some(pass) = self.pass.as_mut() {
            times(pass, less)?;
        }
        match self.measured.as_mut() {
            Some(Measured::AtDevice(joules)) => times(joules, less),
            Some(Measured::AtFacility(energy) | Measured::Calculated(energy)) => times(energy, less),
            None => Ok(()),
        }
    }
}
