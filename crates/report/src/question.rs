//! What is asked: a scenario or a bare model, on its device or on all boards side by side.

#[cfg(feature = "whole")]
use joulegram::device::presets;
use joulegram::units::{Count, Quantity};

use crate::document::{Document, SideBySide};
use crate::fault::Fault;
use crate::network::Network;
use crate::overrides::use_stage;
use crate::resolve::{Case, ReadFile, resolve};
#[cfg(feature = "whole")]
use crate::scenario_file::DeviceChoice;
use crate::scenario_file::ScenarioFile;

/// A scenario, and the model that stands for its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The scenario.
    pub scenario: ScenarioFile,
    /// The model that was asked about, where it is no scenario's.
    pub network: Option<Network>,
}

/// What a question is about, ready for the core.
#[derive(Clone, Debug, PartialEq)]
pub enum Cases {
    /// One answer.
    One(Box<Case>),
    /// One answer for each board.
    Boards(Vec<Case>),
}

impl Question {
    /// A scenario's question.
    ///
    /// # Errors
    /// [`Fault`] that names field, value and limit.
    pub fn of_scenario(file: &str, text: &str) -> Result<Self, Fault> {
        ScenarioFile::from_json(file, text).map(|scenario| Self { scenario, network: None })
    }

    /// One inference of a model that the answer calls `name`.
    ///
    /// # Errors
    /// [`Fault`] that says what is damaged and where.
    pub fn of_model(file: &str, name: &str, bytes: &[u8]) -> Result<Self, Fault> {
        let network = Network { name: name.to_owned(), ..Network::from_tflite(file, bytes)? };
        let scenario = ScenarioFile { inference: Some(use_stage(Count::wrap(1.0))), ..ScenarioFile::new() };
        Ok(Self { scenario, network: Some(network) })
    }

    /// Whether all that is missing for the inferences is what they run on: then all boards answer.
    #[must_use]
    pub fn needs_a_device(&self) -> bool {
        let scenario = &self.scenario;
        let inference =
            scenario.inference.as_ref().filter(|stage| stage.device.is_none() && scenario.device.is_none());
        inference.is_some_and(|stage| {
            stage.measured.is_none()
                && stage.top_down.is_none()
                && stage.bottom_up.as_ref().is_some_and(|uses| uses.energy_per_inference_joules.is_none())
        })
    }

    /// Looks up everything that the question names; `file` is its own name, for faults.
    ///
    /// # Errors
    /// [`Fault`] that names file, field, value and limit.
    pub fn cases(self, file: &str, read: ReadFile<'_>) -> Result<Cases, Fault> {
        if !self.needs_a_device() {
            return resolve(file, &self.scenario, self.network, read).map(|case| Cases::One(Box::new(case)));
        }
        self.boards(file, read)
    }

    #[cfg(feature = "whole")]
    fn boards(self, file: &str, read: ReadFile<'_>) -> Result<Cases, Fault> {
        let mut scenario = self.scenario;
        let cases = presets::boards().map(|board| {
            scenario.device = Some(DeviceChoice::Name(board.to_owned()));
            resolve(file, &scenario, self.network.clone(), read)
        });
        cases.collect::<Result<Vec<Case>, Fault>>().map(Cases::Boards)
    }

    #[cfg(not(feature = "whole"))]
    fn boards(self, file: &str, _: ReadFile<'_>) -> Result<Cases, Fault> {
        Err(Fault::new(file, "device", "this build answers for one device"))
    }
}

impl<'a> SideBySide<'a> {
    /// The answers of all cases, side by side.
    ///
    /// # Errors
    /// As [`Document::of`].
    pub fn of(file: &str, cases: &'a [Case]) -> Result<Self, Fault> {
        let documents = cases
            .iter()
            .map(|case| Document::of(file, case))
            .collect::<Result<Vec<Document<'a>>, Fault>>()?;
        let name = cases.first().map(|case| case.name.as_str()).unwrap_or_default();
        Ok(Self::new(name, documents))
    }
}
