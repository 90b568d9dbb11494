//! The terms that every calculator's answer is made of, and the way from one calculator's to another's.

use joulegram::units::{GramsPerKilowattHour, Hours, Joules, Multiplicity, Pue, Watts};
use joulegram::{defaults, lifecycle, site};

use super::ecologits;
use super::{Answer, Line, Step};
use crate::fault::Fault;
use crate::number::KILOWATT_HOURS;

/// Terms of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Terms {
    /// Energy of processors or accelerators.
    pub(super) processors: Joules,
    /// Energy of what stands beside them: memory, host.
    pub(super) beside: Joules,
    pub(super) pue: Pue,
    pub(super) grid: GramsPerKilowattHour,
    pub(super) grid_year: Option<u16>,
    /// Whether energy, factor and emissions are rounded to two decimals, in kWh and kg.
    pub(super) rounded: bool,
}

impl Terms {
    /// A calculator's terms by its formula.
    pub(super) fn of_line(line: &Line) -> Result<Self, Fault> {
        let formula = line.text("formula")?;
        let [processors, beside] = match formula {
            "hours" | "rounded hours" => of_hours(line)?,
            "request" => ecologits::of_request(line.number("parameters")?, line.number("tokens")?)
                .map_err(|error| line.fault("parameters", error))?,
            _ => return Err(line.fault("formula", format_args!("unknown formula `{formula}`"))),
        };
        let year = line.given("grid_year").map(str::parse).transpose();
        Ok(Self {
            processors,
            beside,
            pue: line.quantity("pue")?,
            grid: line.quantity("grid")?,
            grid_year: year.map_err(|error| line.fault("grid_year", error))?,
            rounded: formula == "rounded hours",
        })
    }

    pub(super) fn answer(&self) -> Answer {
        let energy = site::facility_energy(self.processors + self.beside, self.pue);
        if self.rounded {
            let energy = two_decimals(energy.value());
            let factor = two_decimals(self.grid.value() / 1e3);
            return Answer {
                energy_kilowatt_hours: energy,
                emissions_grams_co2e: two_decimals(energy * factor) * 1e3,
            };
        }
        Answer {
            energy_kilowatt_hours: energy.value(),
            emissions_grams_co2e: site::emissions(energy, self.grid).value(),
        }
    }

    /// Exchanges the terms that differ, one after the other.
    pub(super) fn towards(mut self, ours: &Self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut exchanged = |convention, differs: bool, theirs: String, to: String, terms: &Self| {
            if differs {
                let emissions_grams_co2e = terms.answer().emissions_grams_co2e;
                steps.push(Step { convention, theirs, ours: to, emissions_grams_co2e });
            }
        };
        let differs = self.rounded != ours.rounded;
        self.rounded = ours.rounded;
        exchanged("rounding", differs, "two decimals at each step".to_owned(), "none".to_owned(), &self);
        let (theirs, to) = (self.processors, ours.processors);
        self.processors = to;
        exchanged("processors", theirs != to, energy(theirs), energy(to), &self);
        let (theirs, to) = (self.beside, ours.beside);
        self.beside = to;
        exchanged("memory and host", theirs != to, energy(theirs), energy(to), &self);
        let (theirs, to) = (self.pue, ours.pue);
        self.pue = to;
        exchanged("PUE", theirs != to, theirs.value().to_string(), to.value().to_string(), &self);
        let (theirs, to) = (self.grid, ours.grid);
        let (their_year, year) = (self.grid_year, ours.grid_year);
        self.grid = to;
        exchanged("factor of the grid", theirs != to, factor(theirs, their_year), factor(to, year), &self);
        steps
    }
}

/// Hours times processors times watts, between idle and full load; and memory.
fn of_hours(line: &Line) -> Result<[Joules; 2], Fault> {
    let hours: Hours = line.quantity("hours")?;
    let processors: Multiplicity = line.quantity("processors")?;
    let (idle, full): (Watts, Watts) = (line.quantity("idle_watts")?, line.quantity("watts")?);
    let load = line.number("load")?;
    let watts = idle * (1.0 - load) + full * load;
    let memory: Watts = line.quantity("memory_watts")?;
    Ok([
        lifecycle::top_down(hours, processors, watts, defaults::fully_used().range.mode()),
        memory * hours.seconds(),
    ])
}

fn two_decimals(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn energy(device: Joules) -> String {
    if device.value() > 0.0 {
        KILOWATT_HOURS.number(site::facility_energy(device, Pue::NONE).value())
    } else {
        "left out".to_owned()
    }
}

fn factor(grid: GramsPerKilowattHour, year: Option<u16>) -> String {
    let year = year.map(|year| format!(" ({year})")).unwrap_or_default();
    format!("{} g/kWh{year}", grid.value())
}
