//! The terms of a stage's embodied emissions.

use super::PlanError;
use super::input::{Inputs, Term, Values, What};
use crate::embodied::{Borne, Embodied, Idle, allotted, borne_by_busy_hours};
use crate::scenario::{Stage, StageName};
use crate::units::{Grams, Hours, Multiplicity, Seconds, Share, Utilisation};

/// What making the devices of a stage emitted, and how the stage's use of them counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct EmbodiedTerms {
    total: Term,
    lifespan: Term,
    utilisation: Term,
    idle: Idle,
    resources: Term,
    time_share: Option<Term>,
    /// Whether the stage's time is on the clock, the same for each device, and not summed over them.
    is_on_the_clock: bool,
}

/// How long a stage has its devices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Occupied {
    /// How many devices.
    pub(super) devices: Multiplicity,
    /// How long each is on.
    pub(super) powered: Option<Hours>,
    /// How long they compute: summed over them, or on the clock.
    pub(super) busy: Option<Seconds>,
}

impl EmbodiedTerms {
    pub(super) fn new<'a, T>(
        inputs: &mut Inputs<'a>,
        name: StageName,
        stage: &'a Stage<T>,
        embodied: &'a Embodied,
    ) -> Result<Self, PlanError> {
        let of = name.name();
        let Embodied { total, lifespan, utilisation, idle, resources, time_share } = embodied;
        // What no formula reads is no input: it would stand among the sources of a result that it isn't in.
        let reads_busy = time_share.is_none() && stage.powered.is_none() && stage.edge.is_none();
        Ok(Self {
            total: inputs.term(What::EmbodiedTotal, of, total)?,
            lifespan: match time_share {
                Some(_) => Term::Fixed(1.0),
                None => inputs.term(What::Lifespan, of, lifespan)?,
            },
            utilisation: if reads_busy {
                inputs.term(What::BusyShare, of, utilisation)?
            } else {
                Term::Fixed(1.0)
            },
            idle: *idle,
            resources: inputs.listed(What::ResourceShare, of, resources)?,
            time_share: match time_share {
                Some(share) => Some(inputs.listed(What::TimeShare, of, share)?),
                None => None,
            },
            is_on_the_clock: stage.top_down.is_some(),
        })
    }

    /// How long each device computes.
    fn busy(&self, occupied: Occupied) -> Option<Hours> {
        let hours = occupied.busy?.hours();
        Some(if self.is_on_the_clock { hours } else { hours * (1.0 / occupied.devices.value()) })
    }

    /// What the stage bears; `None` where its time is not known.
    pub(super) fn borne(&self, occupied: Occupied, values: &Values) -> Option<Borne> {
        let total: Grams = self.total.of(values);
        let lifespan: Hours = self.lifespan.of(values);
        let resources: Share = self.resources.of(values);
        let devices = occupied.devices.value();
        let one = match (self.time_share, occupied.powered) {
            (Some(share), _) => {
                Borne { by_use: total * share.of::<Share>(values).value(), idle: Grams::ZERO }
            }
            // A draw may reserve more than the lifespan; the most likely value may not, and nothing bears more than all.
            (None, Some(powered)) => {
                let reserved = shorter(powered, lifespan);
                Borne { by_use: allotted(total, reserved, lifespan, Share::ALL).ok()?, idle: Grams::ZERO }
            }
            (None, None) => {
                let utilisation: Utilisation = self.utilisation.of(values);
                let busy = shorter(self.busy(occupied)?, lifespan * utilisation.value());
                borne_by_busy_hours(total, busy, lifespan, utilisation, self.idle).ok()?
            }
        };
        Some(one.times(resources.value() * devices))
    }

    /// The hours that each device is had, and those that there are, where the first are more.
    pub(super) fn too_long(&self, occupied: Occupied, values: &Values) -> Option<(Hours, Hours)> {
        if self.time_share.is_some() {
            return None;
        }
        let lifespan: Hours = self.lifespan.of(values);
        let (had, are) = match occupied.powered {
            Some(powered) => (powered, lifespan),
            None => {
                let utilisation: Utilisation = self.utilisation.of(values);
                (self.busy(occupied)?, lifespan * utilisation.value())
            }
        };
        (had > are).then_some((had, are))
    }
}

fn shorter(a: Hours, b: Hours) -> Hours {
    if a > b { b } else { a }
}
