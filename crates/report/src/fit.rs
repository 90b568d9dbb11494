//! Which number, or which device, keeps a budget.

use joulegram::device::presets;
use joulegram::digest::Digest;
use joulegram::fit::{Budget, Fit, FitError, Method, Vary, fit};
use joulegram::levers::LEVER_DRAWS;
use joulegram::plan::Plan;
use joulegram::scenario::{Scenario, StageName};
use serde::Serialize;

use crate::fault::Fault;
use crate::number::{GRAMS, JOULES, NOT_KNOWN, Scale, amount, significant};
use crate::render;
use crate::resolve::Case;
use crate::section::{Section, Table};

/// The version of this answer's JSON form.
pub const FIT_SCHEMA_VERSION: u32 = 1;
/// Most devices that a table shows; JSON and CSV have all.
const DEVICES_SHOWN: usize = 12;

/// The answer. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fitted<'a> {
    /// [`FIT_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Digest of every number below.
    pub digest: Digest,
    /// What the answer is about.
    pub name: &'a str,
    /// What is varied: `samples`, `epochs`, `runs`, `inferences`, `device`.
    pub vary: &'static str,
    /// What is limited: `grams_co2e`, `joules`, `battery_days`.
    pub budget: &'static str,
    /// The limit: at most so many grams or joules, at least so many days.
    pub limit: f64,
    /// The budget's quantity as the scenario has it.
    pub now: Option<f64>,
    /// The number that keeps the budget; none where a device was asked for.
    pub fit: Option<Fit>,
    /// The largest whole number that keeps it.
    pub whole: Option<f64>,
    /// The devices of inference, those that keep the budget first.
    pub devices: Vec<DeviceFit>,
}

/// A device and what the budget limits on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeviceFit {
    /// Its name.
    pub device: String,
    /// What the budget limits, most likely; null where that is not known.
    pub value: Option<f64>,
    /// Whether it keeps the budget.
    pub keeps: bool,
}

/// What is varied, as a person types it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Varied {
    /// A number.
    Number(Vary),
    /// The device of inference.
    Device,
}

impl Varied {
    const fn name(self) -> &'static str {
        match self {
            Self::Number(Vary::Samples) => "samples",
            Self::Number(Vary::Epochs) => "epochs",
            Self::Number(Vary::Runs) => "runs",
            Self::Number(Vary::Inferences) => "inferences",
            Self::Device => "device",
        }
    }
}

const fn budget_name(budget: Budget) -> &'static str {
    match budget {
        Budget::Grams(_) => "grams_co2e",
        Budget::Joules(_) => "joules",
        Budget::BatteryDays(_) => "battery_days",
    }
}

impl<'a> Fitted<'a> {
    /// Finds what keeps the budget.
    ///
    /// # Errors
    /// [`Fault`] that names what is wrong with the scenario, or why nothing keeps the budget.
    pub fn of(file: &str, case: &'a Case, varied: Varied, budget: Budget) -> Result<Self, Fault> {
        let plan = Plan::new(&case.scenario).map_err(|error| Fault::new(file, "", error))?;
        let mut answer = Self {
            schema_version: FIT_SCHEMA_VERSION,
            digest: Digest::default(),
            name: &case.name,
            vary: varied.name(),
            budget: budget_name(budget),
            limit: budget.limit(),
            now: budget.of(&plan.most_likely()),
            fit: None,
            whole: None,
            devices: Vec::new(),
        };
        match varied {
            Varied::Device => answer.devices = devices(&case.scenario, budget)?,
            Varied::Number(vary) => {
                let found = fit(&plan, vary, budget, &mut vec![0.0; LEVER_DRAWS]);
                let found = found.map_err(|error| Fault::new(file, "", sentence(budget, error)))?;
                // What rounding left a hair below a whole number is that number.
                answer.whole = Some((found.value.mode() * (1.0 + 1e-12)).floor());
                answer.fit = Some(found);
            }
        }
        answer.digest = answer.digest();
        Ok(answer)
    }

    fn digest(&self) -> Digest {
        let mut digest = Digest::default().bytes(self.vary.as_bytes()).number(self.limit);
        if let Some(Fit { value, .. }) = &self.fit {
            digest = digest.number(value.low()).number(value.mode()).number(value.high());
        }
        self.devices.iter().fold(digest, |digest, row| digest.number(row.value.unwrap_or(0.0)))
    }
}

fn sentence(budget: Budget, error: FitError) -> String {
    match error {
        FitError::Never { without } => format!(
            "the budget of {} can't be kept: without any it is {} already",
            quantity(budget, budget.limit()),
            quantity(budget, without)
        ),
        error => error.to_string(),
    }
}

/// Every preset in the place of inference's device; those that can't be told come last.
fn devices(scenario: &Scenario, budget: Budget) -> Result<Vec<DeviceFit>, Fault> {
    if !scenario.inference.as_ref().is_some_and(|stage| stage.device.is_some() && stage.bottom_up.is_some()) {
        return Err(Fault::new("", "--vary", "`device` needs an inference with a device and `bottom_up`"));
    }
    let mut rows: Vec<DeviceFit> = presets::names()
        .filter_map(|name| {
            let mut changed = scenario.clone();
            changed.inference.as_mut()?.device = Some(presets::find(name)?);
            let plan = Plan::new(&changed).ok();
            // What leaves something out is less than the whole: it keeps no budget.
            let whole = plan.filter(|plan| {
                plan.unpriced_layers(StageName::Inference) == 0 && !plan.idle_not_known(StageName::Inference)
            });
            let value = whole.and_then(|plan| budget.of(&plan.most_likely()));
            let keeps = value.is_some_and(|value| budget.keeps(value));
            Some(DeviceFit { device: name.to_owned(), value, keeps })
        })
        .collect();
    let rank = |row: &DeviceFit| match (row.value, budget) {
        (None, _) => f64::INFINITY,
        (Some(days), Budget::BatteryDays(_)) => -days,
        (Some(value), _) => value,
    };
    rows.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    Ok(rows)
}

fn quantity(budget: Budget, number: f64) -> String {
    let scale: Option<Scale> = match budget {
        Budget::Grams(_) => Some(GRAMS),
        Budget::Joules(_) => Some(JOULES),
        Budget::BatteryDays(_) => None,
    };
    scale.map_or_else(|| format!("{} days", significant(number)), |scale| scale.number(number))
}

fn budget_of(fitted: &Fitted<'_>) -> Budget {
    match fitted.budget {
        "joules" => Budget::Joules(fitted.limit),
        "battery_days" => Budget::BatteryDays(fitted.limit),
        _ => Budget::Grams(fitted.limit),
    }
}

/// The sections of an answer.
#[must_use]
pub fn tell(fitted: &Fitted<'_>) -> Vec<Section> {
    let budget = budget_of(fitted);
    let limit = quantity(budget, fitted.limit);
    let mut answer = Vec::new();
    let mut sections = Vec::new();
    if let (Some(found), Some(whole)) = (&fitted.fit, fitted.whole) {
        answer.push(format!(
            "Most likely {} {} keep the budget of {limit} ({} to {} as inputs allow); the scenario has {}.",
            amount(whole),
            fitted.vary,
            amount(found.value.low().floor()),
            amount(found.value.high().floor()),
            amount(found.now),
        ));
        answer.push(match found.method {
            Method::Exact => {
                "What the budget limits grows in proportion: the number is its exact inverse.".to_owned()
            }
            Method::Bisection => {
                "What the budget limits does not grow in proportion: the number was found by halving."
                    .to_owned()
            }
        });
    }
    if !fitted.devices.is_empty() {
        let keep = fitted.devices.iter().filter(|row| row.keeps).count();
        answer.push(format!(
            "{keep} of {} devices most likely keep the budget of {limit}.",
            fitted.devices.len()
        ));
        sections.push(device_table(fitted, budget));
    }
    if let Some(now) = fitted.now {
        answer.push(format!("As it is, it is {}.", quantity(budget, now)));
    }
    sections.insert(0, Section::text("", answer));
    sections.push(Section::text("Notes", vec![format!("- digest {}", fitted.digest)]));
    sections
}

fn device_table(fitted: &Fitted<'_>, budget: Budget) -> Section {
    let mut table = Table::new(&["=device", "#most likely", "keeps the budget"]);
    for row in fitted.devices.iter().take(DEVICES_SHOWN) {
        table.row([
            row.device.clone(),
            row.value.map_or(NOT_KNOWN.to_owned(), |value| quantity(budget, value)),
            if row.keeps { "yes" } else { "no" }.to_owned(),
        ]);
    }
    let mut section = Section::table("Devices of inference, the best first", table);
    if let Some(more) = fitted.devices.len().checked_sub(DEVICES_SHOWN).filter(|more| *more > 0) {
        section.after.push(format!("{more} more (all of them: --format json or csv)"));
    }
    section
}

/// The answer as CSV.
#[must_use]
pub fn csv(fitted: &Fitted<'_>) -> String {
    let mut table =
        Table::new(&["vary", "device", "low", "mode", "high", "whole", "keeps", "budget", "limit", "now"]);
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    let common = |table: &mut Table, cells: [String; 6]| {
        let [device, low, mode, high, whole, keeps] = cells;
        table.row([
            fitted.vary.to_owned(),
            device,
            low,
            mode,
            high,
            whole,
            keeps,
            fitted.budget.to_owned(),
            fitted.limit.to_string(),
            number(fitted.now),
        ]);
    };
    let empty = String::new;
    if let Some(Fit { value, .. }) = &fitted.fit {
        let cells = [value.low(), value.mode(), value.high()].map(|number| number.to_string());
        let [low, mode, high] = cells;
        common(&mut table, [empty(), low, mode, high, number(fitted.whole), "true".to_owned()]);
    }
    for row in &fitted.devices {
        let cells = [row.device.clone(), empty(), number(row.value), empty(), empty(), row.keeps.to_string()];
        common(&mut table, cells);
    }
    render::table_csv(&table)
}
