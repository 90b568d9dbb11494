//! Whether each stage has what it needs, and nothing contradicts itself.

use super::stage::{Counted, PlaceTerms};
use super::terms::SearchTerms;
use super::{Plan, PlanError, Problem};
use crate::device::{Cost, Counter};
use crate::scenario::{FinalTraining, Runs, Scenario, Stage, StageName};
use crate::units::{Multiplicity, SECONDS_PER_HOUR};

impl Plan<'_> {
    /// The checks that need the terms.
    pub(super) fn check(&self) -> Result<(), PlanError> {
        let Scenario { search, training, inference, .. } = self.scenario;
        if let Some(stage) = training {
            self.check_stage(StageName::Training, stage)?;
        }
        if let Some(stage) = search {
            self.check_search()?;
            self.check_stage(StageName::Search, stage)?;
        }
        if let Some(stage) = inference {
            self.check_stage(StageName::Inference, stage)?;
        }
        let values = self.inputs.most_likely();
        let training = self.training_energy(&values);
        let counted = [
            (StageName::Search, self.search_energy(training, &values)),
            (StageName::Training, training),
            (StageName::Inference, self.inference_energy(&values).counted),
        ];
        for (name, counted) in counted {
            self.check_powered(name, counted)?;
            self.check_lifespan(name, counted)?;
        }
        self.check_day()
    }

    /// A day has room for its inferences.
    fn check_day(&self) -> Result<(), PlanError> {
        let values = self.inputs.most_likely();
        let Some(stage) = &self.inference else { return Ok(()) };
        let Some((edge, uses)) = stage.place.edge.zip(stage.bottom_up) else { return Ok(()) };
        let pass = self.inference_energy(&values).pass;
        let (inferences, devices) = (uses.inferences.of(&values), stage.place.devices.of(&values));
        match edge.busier_than_a_day(&pass, inferences, devices, &values) {
            Some(hours) => {
                Err(PlanError::Stage(StageName::Inference, Problem::BusierThanADay { hours: hours.value() }))
            }
            None => Ok(()),
        }
    }

    /// No device is had for longer than it lives.
    fn check_lifespan(&self, name: StageName, (_, busy): Counted) -> Result<(), PlanError> {
        let Some(place) = self.place(name) else { return Ok(()) };
        let values = self.inputs.most_likely();
        let occupied = place.occupied(busy, &values);
        match place.embodied.and_then(|terms| terms.too_long(occupied, &values)) {
            Some((had, are)) => Err(PlanError::Stage(
                name,
                Problem::LongerThanLife { had_hours: had.value(), lifespan_hours: are.value() },
            )),
            None => Ok(()),
        }
    }

    fn check_stage<T>(&self, name: StageName, stage: &Stage<T>) -> Result<(), PlanError> {
        let problem = |problem| Err(PlanError::Stage(name, problem));
        let counts_bottom_up = stage.top_down.is_none() && stage.measured.is_none();
        if counts_bottom_up && stage.bottom_up.is_none() {
            return problem(Problem::Empty);
        }
        if stage.powered.is_some() && !counts_bottom_up {
            return problem(Problem::PoweredNeedsBottomUp);
        }
        if stage.edge.is_some() {
            if name != StageName::Inference {
                return problem(Problem::EdgeOfInferenceOnly);
            }
            if stage.powered.is_some() || !counts_bottom_up {
                return problem(Problem::EdgeNeedsBottomUp);
            }
        }
        if let Some(device) = &stage.device {
            let counts_instructions =
                matches!(&device.cost, Cost::Calibrated(cost) if cost.counter == Counter::Instructions);
            if counts_instructions != device.is_emulated() {
                return problem(Problem::EmulatorsCountInstructions);
            }
        }
        let search = self.search.as_ref().and_then(|stage| stage.bottom_up.as_ref());
        let repeats_training = name == StageName::Search && search.is_some_and(SearchTerms::repeats_training);
        if self.is_priced_by_profile(name) && !repeats_training {
            if stage.device.is_none() {
                return problem(Problem::NeedsDevice);
            }
            if self.scenario.work.is_none() && stage.work.is_none() {
                return problem(Problem::NeedsModel);
            }
        }
        Ok(())
    }

    /// Runs like the training need one; a search contains the training or is shared, not both.
    fn check_search(&self) -> Result<(), PlanError> {
        let problem = |problem| Err(PlanError::Stage(StageName::Search, problem));
        let Some(search) = self.scenario.search.as_ref().and_then(|stage| stage.bottom_up.as_ref()) else {
            return Ok(());
        };
        let like_training = match &search.runs {
            Runs::LikeTraining(runs) => Some(runs.range.low().value()),
            Runs::Each(_) => None,
        };
        if like_training.is_some() && self.scenario.training.is_none() {
            return problem(Problem::NeedsTraining);
        }
        if self.scenario.final_training == FinalTraining::IncludedInSearch {
            if like_training.is_some_and(|runs| runs < 1.0) {
                return problem(Problem::NoRunIsTheTraining);
            }
            if search.shared_over.range.high().value() > 1.0 {
                return problem(Problem::SharedWithTraining);
            }
        }
        Ok(())
    }

    /// The devices must be on for as long as they compute.
    fn check_powered(&self, name: StageName, (_, active): Counted) -> Result<(), PlanError> {
        let Some((PlaceTerms { powered: Some(powered), devices, .. }, active)) = self.place(name).zip(active)
        else {
            return Ok(());
        };
        let values = self.inputs.most_likely();
        let powered_hours: f64 = powered.of(&values);
        let devices: Multiplicity = devices.of(&values);
        let active_hours = active.value() / devices.value() / SECONDS_PER_HOUR;
        if active_hours > powered_hours {
            return Err(PlanError::Stage(name, Problem::PoweredTooShort { powered_hours, active_hours }));
        }
        Ok(())
    }
}

/// One device, one site, nothing idle.
pub(super) fn paper_mode(scenario: &Scenario) -> Result<(), PlanError> {
    let Scenario { search, training, inference, .. } = scenario;
    let places = [
        search.as_ref().map(|stage| (&stage.device, &stage.site, &stage.powered)),
        training.as_ref().map(|stage| (&stage.device, &stage.site, &stage.powered)),
        inference.as_ref().map(|stage| (&stage.device, &stage.site, &stage.powered)),
    ];
    if inference.as_ref().is_some_and(|stage| stage.edge.is_some()) {
        return Err(PlanError::PaperMode("has nothing but inferences in the field: leave `edge` out"));
    }
    let mut first_device = None;
    let mut first_site = None;
    for (device, site, powered) in places.into_iter().flatten() {
        if powered.is_some() {
            return Err(PlanError::PaperMode("has no idle time: leave `powered_hours` out"));
        }
        if *first_site.get_or_insert(site) != site {
            return Err(PlanError::PaperMode("takes one site for all stages"));
        }
        if let Some(device) = device
            && *first_device.get_or_insert(device) != device
        {
            return Err(PlanError::PaperMode("takes one device for all stages"));
        }
    }
    Ok(())
}
