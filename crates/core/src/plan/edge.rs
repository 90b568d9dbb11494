//! The terms of devices in the field.

use super::input::{Inputs, Term, Values, What};
use super::{PlanError, Problem};
use crate::device::Profile;
use crate::edge::{
    self, Adapter, Battery, Converter, Day, Edge, Load, Rest, Supply, after_harvest, battery_days, from_mains,
};
use crate::energy::Pass;
use crate::scenario::StageName;
use crate::units::{
    Grams, Hours, Joules, Multiplicity, Quantity, SECONDS_PER_DAY, SECONDS_PER_HOUR, Seconds, Volts, Years,
};

/// Devices in the field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct EdgeTerms {
    years: Term,
    rest: Term,
    sensor: Option<Term>,
    radio: Option<(Term, Term)>,
    harvested: Option<Term>,
    supply: SupplyTerms,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum SupplyTerms {
    Battery(BatteryTerms),
    Mains { efficiency: Term, idle: Term },
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct BatteryTerms {
    capacity: Term,
    usable: Term,
    loss: Term,
    volts: Term,
    shelf: Term,
    in_series: Term,
    in_parallel: Term,
    converter: ConverterTerms,
    grams: Option<Term>,
    is_rechargeable: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum ConverterTerms {
    Linear(Term),
    Switching(Term),
}

/// What the devices of a stage take in the field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Field {
    /// One device's day.
    pub(super) day: Day,
    /// What the day takes from battery or mains, losses inside and a harvester's part not.
    pub(super) taken: Joules,
    /// Losses between supply and device.
    pub(super) losses: Joules,
    /// All devices, all days.
    pub(super) total: Joules,
    /// How long a set of cells lasts.
    pub(super) battery_days: Option<f64>,
    /// Cells of all devices, all years.
    pub(super) cells: Option<f64>,
    /// Emissions of making those.
    pub(super) cell_grams: Option<Grams>,
}

impl EdgeTerms {
    pub(super) fn new<'a>(
        inputs: &mut Inputs<'a>,
        edge: &'a Edge,
        profile: Option<&'a Profile>,
    ) -> Result<Self, PlanError> {
        let of = StageName::Inference.name();
        let problem = |problem| PlanError::Stage(StageName::Inference, problem);
        let own = profile.and_then(|profile| match edge.rest {
            Rest::Sleep => profile.sleep_watts.as_ref().map(|watts| (profile, What::SleepWatts, watts)),
            Rest::Idle => profile.idle_watts.as_ref().map(|watts| (profile, What::IdleWatts, watts)),
        });
        let rest = match (&edge.rest_watts, own) {
            (Some(watts), _) => inputs.term(What::RestWatts, of, watts)?,
            (None, Some((profile, what, watts))) => inputs.term(what, &profile.name, watts)?,
            (None, None) => return Err(problem(Problem::NeedsRestWatts)),
        };
        Ok(Self {
            years: inputs.term(What::FieldYears, of, &edge.years)?,
            rest,
            sensor: match &edge.sensor_joules_per_inference {
                Some(joules) => Some(inputs.term(What::SensorJoules, of, joules)?),
                None => None,
            },
            radio: match &edge.radio {
                Some(radio) => Some((
                    inputs.term(What::ReportsPerDay, of, &radio.reports_per_day)?,
                    inputs.term(What::ReportJoules, of, &radio.joules_per_report)?,
                )),
                None => None,
            },
            harvested: match &edge.harvested_joules_per_day {
                Some(joules) => Some(inputs.term(What::HarvestedJoules, of, joules)?),
                None => None,
            },
            supply: match &edge.supply {
                Supply::Battery(battery) => {
                    SupplyTerms::Battery(BatteryTerms::new(inputs, battery, profile)?)
                }
                Supply::Mains(Adapter { efficiency, idle_watts }) => SupplyTerms::Mains {
                    efficiency: inputs.term(What::AdapterEfficiency, of, efficiency)?,
                    idle: inputs.term(What::AdapterIdleWatts, of, idle_watts)?,
                },
            },
        })
    }

    /// How long each device is in the field.
    pub(super) fn hours(&self, values: &Values) -> Hours {
        let days = self.years.of::<Years>(values).days();
        Seconds::wrap(days * SECONDS_PER_DAY).hours()
    }

    /// What each device does in a day, where so many inferences are shared by all over their years.
    fn load(&self, pass: &Pass, inferences: f64, devices: Multiplicity, values: &Values) -> Option<Load> {
        let days = self.years.of::<Years>(values).days();
        let (reports, report) = match self.radio {
            Some((reports, report)) => (reports.of(values), report.of(values)),
            None => (0.0, Joules::ZERO),
        };
        Some(Load {
            inferences: inferences / devices.value() / days,
            joules: pass.joules?,
            seconds: pass.seconds?,
            rest: self.rest.of(values),
            sensor: self.sensor.map_or(Joules::ZERO, |term| term.of(values)),
            reports,
            report,
        })
    }

    /// What the devices take; `None` where the energy or the time of an inference is not known.
    pub(super) fn field(
        &self,
        pass: &Pass,
        inferences: f64,
        devices: Multiplicity,
        values: &Values,
    ) -> Option<Field> {
        let day = self.load(pass, inferences, devices, values)?.day();
        let years: Years = self.years.of(values);
        let harvested = self.harvested.map_or(Joules::ZERO, |term| term.of(values));
        let needed = after_harvest(day.total(), harvested);
        let mut field = Field {
            day,
            taken: needed,
            losses: Joules::ZERO,
            total: Joules::ZERO,
            battery_days: None,
            cells: None,
            cell_grams: None,
        };
        match &self.supply {
            SupplyTerms::Mains { efficiency, idle } => {
                field.taken = from_mains(needed, efficiency.of(values), idle.of(values));
            }
            SupplyTerms::Battery(battery) => {
                let (taken, days) = battery.last(needed, values);
                let per_set =
                    if battery.is_rechargeable { battery.shelf.of::<Years>(values).days() } else { days };
                let sets = edge::sets_of_cells(years, per_set);
                let cells = sets * battery.cells(values) * devices.value();
                field.taken = taken;
                field.battery_days = Some(days);
                field.cells = Some(cells);
                field.cell_grams = battery.grams.map(|grams| grams.of::<Grams>(values) * cells);
            }
        }
        field.losses = Joules::wrap((field.taken.value() - needed.value()).max(0.0));
        field.total = field.taken * (years.days() * devices.value());
        Some(field)
    }

    /// The hours that a day's inferences take, where they are more than a day has.
    pub(super) fn busier_than_a_day(
        &self,
        pass: &Pass,
        inferences: f64,
        devices: Multiplicity,
        values: &Values,
    ) -> Option<Hours> {
        let busy = self.load(pass, inferences, devices, values)?.busy();
        (busy.value() > SECONDS_PER_DAY).then(|| busy.hours())
    }
}

impl BatteryTerms {
    fn new<'a>(
        inputs: &mut Inputs<'a>,
        battery: &'a Battery,
        profile: Option<&'a Profile>,
    ) -> Result<Self, PlanError> {
        let cell = &battery.cell;
        let of = cell.name.as_str();
        let problem = |problem| PlanError::Stage(StageName::Inference, problem);
        let converter = match &battery.converter {
            Converter::Linear { supply_volts } => {
                let own = profile.and_then(|profile| profile.supply_volts.as_ref());
                let volts =
                    supply_volts.as_ref().or(own).ok_or_else(|| problem(Problem::NeedsSupplyVolts))?;
                let supply = volts.range.mode().value();
                let cells = cell.empty_volts.range.mode().value() * battery.in_series.range.mode().value();
                if cells < supply {
                    return Err(problem(Problem::CellsTooLow { cells_volts: cells, supply_volts: supply }));
                }
                let name = profile.map_or(StageName::Inference.name(), |profile| &profile.name);
                ConverterTerms::Linear(inputs.term(What::SupplyVolts, name, volts)?)
            }
            Converter::Switching { efficiency } => {
                let of = StageName::Inference.name();
                ConverterTerms::Switching(inputs.term(What::ConverterEfficiency, of, efficiency)?)
            }
        };
        Ok(Self {
            capacity: inputs.term(What::CellCapacity, of, &cell.capacity_amp_hours)?,
            usable: inputs.term(What::UsableShare, of, &cell.usable_share)?,
            loss: inputs.term(What::SelfDischarge, of, &cell.self_discharge_per_year)?,
            volts: inputs.term(What::CellVolts, of, &cell.volts)?,
            shelf: inputs.term(What::ShelfYears, of, &cell.shelf_years)?,
            in_series: inputs.listed(What::CellsInSeries, of, &battery.in_series)?,
            in_parallel: inputs.listed(What::CellsInParallel, of, &battery.in_parallel)?,
            converter,
            grams: match &cell.grams_co2e {
                Some(grams) => Some(inputs.term(What::CellGrams, of, grams)?),
                None => None,
            },
            is_rechargeable: cell.is_rechargeable,
        })
    }

    /// Cells of one device.
    fn cells(&self, values: &Values) -> f64 {
        self.in_series.of::<f64>(values) * self.in_parallel.of::<f64>(values)
    }

    /// The energy that a day takes out of the cells, and the days that they last.
    fn last(&self, needed: Joules, values: &Values) -> (Joules, f64) {
        let volts = Volts::wrap(self.volts.of::<f64>(values) * self.in_series.of::<f64>(values));
        let amp_hours = match self.converter {
            ConverterTerms::Linear(supply) => edge::linear_amp_hours(needed, supply.of(values)),
            ConverterTerms::Switching(efficiency) => {
                edge::switching_amp_hours(needed, efficiency.of(values), volts)
            }
        };
        let capacity = self.capacity.of::<f64>(values) * self.in_parallel.of::<f64>(values);
        let days = battery_days(
            capacity,
            self.usable.of(values),
            self.loss.of(values),
            amp_hours,
            self.shelf.of(values),
        );
        (Joules::wrap(amp_hours * SECONDS_PER_HOUR * volts.value()), days)
    }
}
