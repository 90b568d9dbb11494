//! From a scenario file to a scenario: names become devices, places and work.

use joulegram::data::{grid, pue};
use joulegram::defaults;
use joulegram::device::{Class, Profile, presets};
use joulegram::levers::WhatIf;
use joulegram::scenario::{Measured, Scenario, Stage, StageName};
use joulegram::site::Site;
use joulegram::sourced::{Sourced, text};
use joulegram::units::{GramsPerKilowattHour, Pue};

use crate::fault::{Fault, nearest};
use crate::import;
use crate::network::Network;
use crate::scenario_file::{
    DeviceByHand, DeviceChoice, GridChoice, MeasuredFile, ModelChoice, PueChoice, ScenarioFile, SiteFile,
    StageFile, profile_from_json,
};
use crate::what_if_file::WhatIfFile;

/// Whether this build has every form of a scenario: what it doesn't read is never there.
const WHOLE: bool = cfg!(feature = "whole");

/// Reads the bytes of a file that a scenario names; an error is one sentence without the path.
pub type ReadFile<'f> = &'f dyn Fn(&str) -> Result<Vec<u8>, String>;

/// A scenario ready for the core, and the network it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What the answer calls it.
    pub name: String,
    /// The scenario.
    pub scenario: Scenario,
    /// Its network, where it has one.
    pub network: Option<Network>,
    /// What is known of measures to reduce it all.
    pub what_if: WhatIf,
}

/// Looks up everything that a scenario names.
///
/// `file` is the scenario's own name, for faults; `network` replaces the model that the scenario names.
///
/// # Errors
/// [`Fault`] that names file, field, value and limit.
pub fn resolve(
    file: &str,
    scenario: &ScenarioFile,
    network: Option<Network>,
    read: ReadFile<'_>,
) -> Result<Case, Fault> {
    if scenario.search.is_none() && scenario.training.is_none() && scenario.inference.is_none() {
        return Err(Fault::new(
            file,
            "",
            "it has no stage: give at least one of `search`, `training`, `inference`",
        ));
    }
    let network = match (network, &scenario.model) {
        (Some(network), _) => Some(network),
        (None, Some(choice)) => Some(resolve_model(file, scenario.name.as_deref(), choice, read)?),
        (None, None) => None,
    };
    let name = scenario.name.clone().or(network.as_ref().map(|network| network.name.clone()));
    let context = Context { file, scenario, read };
    Ok(Case {
        name: name.unwrap_or_else(|| "this scenario".to_owned()),
        scenario: Scenario {
            mode: scenario.mode,
            work: network.as_ref().map(|network| network.work),
            search: context.stage(StageName::Search, scenario.search.as_ref())?,
            training: context.stage(StageName::Training, scenario.training.as_ref())?,
            final_training: scenario.final_training,
            inference: context.stage(StageName::Inference, scenario.inference.as_ref())?,
        },
        network,
        what_if: context.what_if(scenario.what_if.as_ref())?,
    })
}

fn resolve_model(
    file: &str,
    name: Option<&str>,
    choice: &ModelChoice,
    read: ReadFile<'_>,
) -> Result<Network, Fault> {
    match choice {
        ModelChoice::File(path) => {
            let bytes =
                read(path).map_err(|why| Fault::new(file, "model.file", format!("`{path}`: {why}")))?;
            model(file, path, &bytes)
        }
        ModelChoice::Layers(list) => Network::from_layers(name.unwrap_or("the network"), list)
            .map_err(|fault| Fault { file: file.to_owned(), ..fault.within("model.layers") }),
    }
}

#[cfg(feature = "whole")]
fn model(_: &str, path: &str, bytes: &[u8]) -> Result<Network, Fault> {
    Network::from_tflite(path, bytes)
}

/// Files are for a build that can read them.
#[cfg(not(feature = "whole"))]
fn model(file: &str, _: &str, _: &[u8]) -> Result<Network, Fault> {
    Err(Fault::new(file, "model.file", "this build reads no files"))
}

/// What all stages share.
struct Context<'c> {
    file: &'c str,
    scenario: &'c ScenarioFile,
    read: ReadFile<'c>,
}

impl Context<'_> {
    fn stage<T: Clone>(
        &self,
        name: StageName,
        stage: Option<&StageFile<T>>,
    ) -> Result<Option<Stage<T>>, Fault> {
        let Some(stage) = stage else { return Ok(None) };
        let device = match (&stage.device, &self.scenario.device) {
            (Some(choice), _) => Some(self.device(&format!("{}.device", name.name()), choice)?),
            (None, Some(choice)) => Some(self.device("device", choice)?),
            (None, None) => None,
        };
        let measured = stage
            .measured
            .as_ref()
            .filter(|_| WHOLE)
            .map(|measured| self.measured(name, measured))
            .transpose()?;
        Ok(Some(Stage {
            site: self.site(name, &stage.site, device.as_ref().map(|device| device.class))?,
            device,
            device_count: stage.device_count.clone(),
            powered: stage.powered_hours.clone(),
            bottom_up: stage.bottom_up.clone(),
            top_down: stage.top_down.as_ref().filter(|_| WHOLE).cloned(),
            measured,
            work: None,
            edge: stage
                .edge
                .as_ref()
                .filter(|_| WHOLE)
                .map(|edge| edge.resolve(self.file, &format!("{}.edge", name.name())))
                .transpose()?,
            embodied: stage
                .embodied
                .as_ref()
                .filter(|_| WHOLE)
                .map(|embodied| embodied.resolve(self.file, &format!("{}.embodied", name.name())))
                .transpose()?,
        }))
    }

    fn what_if(&self, given: Option<&WhatIfFile>) -> Result<WhatIf, Fault> {
        let Some(given) = given.filter(|_| WHOLE) else { return Ok(WhatIf::default()) };
        let place = |fault: Fault| Fault { file: self.file.to_owned(), ..fault.within("what_if.region") };
        let student = match &given.student {
            Some(choice) => {
                let network = resolve_model(self.file, None, choice, self.read)
                    .map_err(|fault| Fault { field: format!("what_if.student.{}", fault.field), ..fault })?;
                Some(network.work)
            }
            None => None,
        };
        Ok(WhatIf {
            region: given.region.as_ref().map(find_grid).transpose().map_err(place)?,
            pue: given.pue.as_ref().map(|pue| self.pue("what_if.pue", pue)).transpose()?,
            device: given.device.as_ref().map(|device| self.device("what_if.device", device)).transpose()?,
            student,
            transfer: given.transfer.clone(),
            random_runs: given.random_runs.clone(),
            dead_share: given.dead_share.clone(),
            left: given.left.clone(),
            times: given.times.clone(),
            batch: given.batch.clone(),
            sleep_watts: given.sleep_watts.clone(),
        })
    }

    fn measured(&self, name: StageName, measured: &MeasuredFile) -> Result<Measured, Fault> {
        let (energy, pue_included) = match measured {
            MeasuredFile::Reading { energy_kilowatt_hours, pue_included } => {
                (energy_kilowatt_hours, *pue_included)
            }
            MeasuredFile::Tool { file, tool } => {
                let bytes = (self.read)(file).map_err(|why| {
                    let field = format!("{}.measured.file", name.name());
                    Fault::new(self.file, &field, format!("`{file}`: {why}"))
                })?;
                return self.reading(name, file, &bytes, *tool);
            }
        };
        if pue_included {
            return Ok(Measured::AtFacility(energy.clone()));
        }
        let joules = |kilowatt_hours: f64| kilowatt_hours * joulegram::units::JOULES_PER_KILOWATT_HOUR;
        let (low, mode, high) = (energy.range.low(), energy.range.mode(), energy.range.high());
        Sourced::published(
            (joules(low.value()), joules(mode.value()), joules(high.value())),
            energy.year,
            &energy.source,
        )
        .map(Measured::AtDevice)
        .map_err(|error| {
            Fault::new(self.file, &format!("{}.measured.energy_kilowatt_hours", name.name()), error)
        })
    }

    /// What another tool measured.
    #[cfg(feature = "import")]
    fn reading(
        &self,
        _: StageName,
        file: &str,
        bytes: &[u8],
        tool: Option<import::Tool>,
    ) -> Result<Measured, Fault> {
        import::read(file, bytes, tool)?.measured()
    }

    #[cfg(feature = "whole")]
    #[expect(clippy::unused_self, reason = "a build that reads no files names its own")]
    fn profile(&self, _: &str, path: &str, bytes: &[u8]) -> Result<Profile, Fault> {
        profile_from_bytes(path, bytes)
    }

    /// Files are for a build that can read them.
    #[cfg(not(feature = "whole"))]
    fn profile(&self, field: &str, _: &str, _: &[u8]) -> Result<Profile, Fault> {
        Err(Fault::new(self.file, &format!("{field}.file"), "this build reads no files"))
    }

    /// Other tools' files are for a build that can read them.
    #[cfg(not(feature = "import"))]
    fn reading(
        &self,
        name: StageName,
        _: &str,
        _: &[u8],
        _: Option<import::Tool>,
    ) -> Result<Measured, Fault> {
        let field = format!("{}.measured.file", name.name());
        Err(Fault::new(self.file, &field, "this build reads no files of other tools"))
    }

    fn device(&self, field: &str, choice: &DeviceChoice) -> Result<Profile, Fault> {
        match choice {
            DeviceChoice::Name(name) => {
                find_device(name).map_err(|fault| Fault { file: self.file.to_owned(), ..fault.within(field) })
            }
            DeviceChoice::File(path) => {
                let bytes = (self.read)(path).map_err(|why| {
                    Fault::new(self.file, &format!("{field}.file"), format!("`{path}`: {why}"))
                })?;
                self.profile(field, path, &bytes)
            }
            DeviceChoice::Profile(profile) => {
                let known = joulegram::device::PROFILE_SCHEMA_VERSION;
                if profile.schema_version != known {
                    let message = format!(
                        "{} is not known: this program reads version {known}",
                        profile.schema_version
                    );
                    return Err(Fault::new(self.file, &format!("{field}.profile.schema_version"), message));
                }
                Ok(profile.as_ref().clone())
            }
            DeviceChoice::ByHand(device) => Ok(by_hand(device)),
        }
    }

    /// The stage's own place, the scenario's, or the world's average, named as a fallback.
    fn site(&self, name: StageName, own: &SiteFile, class: Option<Class>) -> Result<Site, Fault> {
        let shared = &self.scenario.site;
        let stage = format!("{}.", name.name());
        let at = |own: bool, field: &str| format!("{}site.{field}", if own { &stage } else { "" });
        let (grid_choice, field) = match &own.grid {
            Some(grid) => (Some(grid), at(true, "grid")),
            None => (shared.grid.as_ref(), at(false, "grid")),
        };
        let pue = match (&own.pue, &shared.pue) {
            (Some(choice), _) => self.pue(&at(true, "pue"), choice)?,
            (None, Some(choice)) => self.pue(&at(false, "pue"), choice)?,
            (None, None) => defaults::pue(class),
        };
        match grid_choice {
            Some(choice) => {
                let place = find_grid(choice)
                    .map_err(|fault| Fault { file: self.file.to_owned(), ..fault.within(&field) })?;
                Ok(Site { pue, ..place })
            }
            None => Ok(Site { pue, ..world_average() }),
        }
    }

    fn pue(&self, field: &str, choice: &PueChoice) -> Result<Sourced<Pue>, Fault> {
        find_pue(choice).map_err(|fault| Fault { file: self.file.to_owned(), ..fault.within(field) })
    }
}

/// A preset by name.
///
/// # Errors
/// [`Fault`] that offers the nearest name.
pub fn find_device(name: &str) -> Result<Profile, Fault> {
    presets::find(name).ok_or_else(|| {
        let advice = match nearest(name, presets::names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "`joulegram devices` lists them; a profile's file or watts and operations a second do too"
                    .to_owned()
            }
        };
        Fault::new("", "", format!("unknown device `{name}`; {advice}"))
    })
}

/// A profile file's content.
///
/// # Errors
/// [`Fault`] that names field, value and limit.
pub fn profile_from_bytes(file: &str, bytes: &[u8]) -> Result<Profile, Fault> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Fault::new(file, "", format!("no UTF-8 text: {error}")))?;
    profile_from_json(file, text)
}

/// A place by code or name, or a factor by number; its PUE is the default of no class.
///
/// # Errors
/// [`Fault`] that offers the nearest place.
pub fn find_grid(choice: &GridChoice) -> Result<Site, Fault> {
    match choice {
        GridChoice::Place(place) => {
            let row = grid::find(place).map_err(|error| Fault::new("", "", format!("`{place}`: {error}")))?;
            Ok(row.site(defaults::pue(None)))
        }
        GridChoice::Factor(factor) => Ok(Site {
            name: text(&custom_name(factor)),
            grid: factor.clone(),
            gas: joulegram::site::Gas::Co2e,
            fallback: false,
            pue: defaults::pue(None),
        }),
    }
}

fn custom_name(factor: &Sourced<GramsPerKilowattHour>) -> String {
    format!("a grid of {} gCO2e/kWh", factor.range.mode().value())
}

/// The world's average, where no place was given.
#[must_use]
pub fn world_average() -> Site {
    grid::fallback(defaults::pue(None))
}

/// A data centre's PUE by its operator, or by number.
///
/// # Errors
/// [`Fault`] that offers the nearest operator.
pub fn find_pue(choice: &PueChoice) -> Result<Sourced<Pue>, Fault> {
    match choice {
        PueChoice::Ratio(ratio) => Ok(ratio.clone()),
        PueChoice::Place(name) => match pue::find(name) {
            Ok(row) => Ok(row.sourced()),
            Err(error) => Err(Fault::new("", "", format!("`{name}`: {error}"))),
        },
    }
}

/// A profile of hardware that is in no table.
#[must_use]
pub fn by_hand(device: &DeviceByHand) -> Profile {
    let mut profile =
        Profile::by_hand(text(&device.name), device.active_watts.range, device.operations_per_second.range);
    profile.active_watts = Some(device.active_watts.clone());
    profile.idle_watts.clone_from(&device.idle_watts);
    if let joulegram::device::Cost::Datasheet(sheet) = &mut profile.cost {
        sheet.peak_operations_per_second = device.operations_per_second.clone();
    }
    profile
}
