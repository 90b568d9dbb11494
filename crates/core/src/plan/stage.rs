//! The terms of one stage: where it runs, and its energy by each way it is given.

use super::PlanError;
use super::edge::EdgeTerms;
use super::embodied::{EmbodiedTerms, Occupied};
use super::input::{Inputs, Term, Values, What};
use super::ladder::StageCost;
use super::terms::{DeviceTerms, TopDownTerms};
use crate::lifecycle;
use crate::model::work::Work;
use crate::scenario::{Measured, Stage, StageName};
use crate::site::{self, Site};
use crate::units::{GramsPerKilowattHour, Hours, Joules, KilowattHours, Pue, Seconds, Watts};

/// The terms of one stage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StageTerms<T> {
    pub(super) place: PlaceTerms,
    pub(super) bottom_up: Option<T>,
    pub(super) top_down: Option<TopDownTerms>,
    pub(super) measured: Option<MeasuredTerm>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum MeasuredTerm {
    AtDevice(Term),
    AtFacility(Term),
}

/// A stage's energy, by where it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Energy {
    AtDevice(Joules),
    AtFacility(KilowattHours),
}

impl Energy {
    pub(super) fn times(self, factor: f64) -> Self {
        match self {
            Self::AtDevice(joules) => Self::AtDevice(joules * factor),
            Self::AtFacility(energy) => Self::AtFacility(energy * factor),
        }
    }
}

/// The energy that counts for a stage, and how long its devices compute in all.
pub(super) type Counted = (Option<Energy>, Option<Seconds>);

/// Energy of work that a device does, with its computing time.
pub(super) fn at_device((joules, seconds): (Option<Joules>, Option<Seconds>)) -> Counted {
    (joules.map(Energy::AtDevice), seconds)
}

impl<T> StageTerms<T> {
    pub(super) fn new<'a, B>(
        inputs: &mut Inputs<'a>,
        name: StageName,
        stage: &'a Stage<B>,
        work: Option<&Work>,
        bottom_up: impl FnOnce(&mut Inputs<'a>, &'a B) -> Result<T, PlanError>,
    ) -> Result<Self, PlanError> {
        let place = PlaceTerms::new(inputs, name, stage, work)?;
        Ok(Self {
            place,
            bottom_up: match &stage.bottom_up {
                Some(given) => Some(bottom_up(inputs, given)?),
                None => None,
            },
            top_down: match &stage.top_down {
                Some(given) => Some(TopDownTerms::new(inputs, name, given, place.device.as_ref())?),
                None => None,
            },
            measured: match &stage.measured {
                Some(Measured::AtDevice(joules)) => {
                    Some(MeasuredTerm::AtDevice(inputs.term(What::MeasuredEnergy, name.name(), joules)?))
                }
                Some(Measured::AtFacility(energy) | Measured::Calculated(energy)) => {
                    Some(MeasuredTerm::AtFacility(inputs.term(What::MeasuredEnergy, name.name(), energy)?))
                }
                None => None,
            },
        })
    }

    /// Measured before top-down before bottom-up.
    pub(super) fn counted(&self, values: &Values, bottom_up: impl FnOnce(&T) -> Counted) -> Counted {
        match (self.measured, &self.top_down, &self.bottom_up) {
            (Some(MeasuredTerm::AtDevice(term)), ..) => (Some(Energy::AtDevice(term.of(values))), None),
            (Some(MeasuredTerm::AtFacility(term)), ..) => (Some(Energy::AtFacility(term.of(values))), None),
            (None, Some(top_down), _) => {
                (top_down.joules(values).map(Energy::AtDevice), Some(top_down.seconds(values)))
            }
            (None, None, Some(terms)) => bottom_up(terms),
            (None, None, None) => (None, None),
        }
    }

    /// The bottom-up terms, where they are the ones that count.
    pub(super) fn counted_bottom_up(&self) -> Option<&T> {
        self.bottom_up.as_ref().filter(|_| self.measured.is_none() && self.top_down.is_none())
    }
}

/// Where and on how many devices a stage runs, and how long they are on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PlaceTerms {
    pub(super) grid: Term,
    pub(super) pue: Term,
    pub(super) device: Option<DeviceTerms>,
    pub(super) devices: Term,
    pub(super) powered: Option<Term>,
    pub(super) embodied: Option<EmbodiedTerms>,
    pub(super) edge: Option<EdgeTerms>,
}

impl PlaceTerms {
    pub(super) fn new<'a, T>(
        inputs: &mut Inputs<'a>,
        name: StageName,
        stage: &'a Stage<T>,
        work: Option<&Work>,
    ) -> Result<Self, PlanError> {
        let Site { name: site, grid, pue, .. } = &stage.site;
        let mut device = None;
        if let Some(profile) = &stage.device
            && stage.uses_device()
        {
            // Without work to price, only the watts matter.
            let work = stage.work.as_ref().or(work).filter(|_| stage.bottom_up.is_some());
            let mut terms = DeviceTerms::new(inputs, profile, work)?;
            if stage.powered.is_some() {
                terms = terms.with_idle(inputs, profile)?;
            }
            device = Some(terms);
        }
        let powered = match &stage.powered {
            Some(powered) => Some(inputs.term(What::PoweredHours, name.name(), powered)?),
            None => None,
        };
        let embodied = match &stage.embodied {
            Some(embodied) => Some(EmbodiedTerms::new(inputs, name, stage, embodied)?),
            None => None,
        };
        let edge = match &stage.edge {
            Some(edge) => Some(EdgeTerms::new(inputs, edge, stage.device.as_ref())?),
            None => None,
        };
        Ok(Self {
            device,
            edge,
            embodied,
            devices: inputs.listed(What::DeviceCount, name.name(), &stage.device_count)?,
            powered,
            pue: inputs.term(What::Pue, site, pue)?,
            grid: inputs.term(What::Grid, site, grid)?,
        })
    }

    /// Joules of idling while the devices are on; `None` where the idle watts or the active time are not known.
    pub(super) fn idle(&self, active: Option<Seconds>, values: &Values) -> Option<Joules> {
        let Some(powered) = self.powered else { return Some(Joules::ZERO) };
        let watts: Watts = self.device?.idle_watts?.of(values);
        let powered: Hours = powered.of(values);
        Some(lifecycle::idle(watts, powered.seconds(), active?, self.devices.of(values)))
    }

    /// From the device's plug to the facility's meter and the grid: PUE is applied here, once.
    pub(super) fn cost(&self, (energy, seconds): Counted, values: &Values) -> StageCost {
        let pue: Pue = self.pue.of(values);
        let grid: GramsPerKilowattHour = self.grid.of(values);
        let joules = match energy {
            // Idle time that can't be priced is left out; the warning says so.
            Some(Energy::AtDevice(joules)) => {
                Some(joules + self.idle(seconds, values).unwrap_or(Joules::ZERO))
            }
            _ => None,
        };
        let energy = match (energy, joules) {
            (Some(Energy::AtFacility(energy)), _) => Some(energy),
            (_, joules) => joules.map(|joules| site::facility_energy(joules, pue)),
        };
        let occupied = self.occupied(seconds, values);
        StageCost {
            joules,
            seconds,
            energy,
            emissions: energy.map(|energy| site::emissions(energy, grid)),
            embodied: self.embodied.and_then(|terms| terms.borne(occupied, values)),
        }
    }

    /// How long the stage has its devices, where they compute for `busy` in all.
    pub(super) fn occupied(&self, busy: Option<Seconds>, values: &Values) -> Occupied {
        Occupied {
            devices: self.devices.of(values),
            powered: match (self.powered, self.edge) {
                (Some(powered), _) => Some(powered.of(values)),
                (None, edge) => edge.map(|edge| edge.hours(values)),
            },
            busy,
        }
    }
}

impl<T> Stage<T> {
    /// Whether the device's figures enter the result: a measured stage, or a top-down one with its own watts, has all
    /// it needs.
    fn uses_device(&self) -> bool {
        self.bottom_up.is_some()
            || self.powered.is_some()
            || self.top_down.as_ref().is_some_and(|top_down| top_down.watts_per_processor.is_none())
    }
}
