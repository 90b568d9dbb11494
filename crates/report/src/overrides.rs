//! What the command line says beside the input: it holds for everything that the scenario doesn't place itself.

use joulegram::range::Range;
use joulegram::scenario::{Mode, Passes, Runs, Search, Use};
use joulegram::sourced::Sourced;
use joulegram::units::Count;

use crate::fault::Fault;
use crate::scenario_file::{DeviceChoice, GridChoice, PueChoice, ScenarioFile, StageFile};

/// What was said; `None` leaves the scenario as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// Device of every stage that names none.
    pub device: Option<DeviceChoice>,
    /// Device of search and training.
    pub training_device: Option<DeviceChoice>,
    /// Grid of every stage that names none.
    pub grid: Option<GridChoice>,
    /// PUE of every stage that names none.
    pub pue: Option<PueChoice>,
    /// Inferences over the whole life.
    pub inferences: Option<Count>,
    /// Training samples an epoch.
    pub samples: Option<Count>,
    /// Training epochs.
    pub epochs: Option<Count>,
    /// Search runs like the training.
    pub search_runs: Option<Count>,
    /// One device and site for all, nothing idle.
    pub paper: bool,
}

impl Overrides {
    /// Writes what was said into a scenario.
    ///
    /// # Errors
    /// [`Fault`] where something that was said needs something that wasn't.
    pub fn apply(&self, scenario: &mut ScenarioFile) -> Result<(), Fault> {
        if let Some(device) = &self.device {
            scenario.device = Some(device.clone());
        }
        if let Some(grid) = &self.grid {
            scenario.site.grid = Some(grid.clone());
        }
        if let Some(pue) = &self.pue {
            scenario.site.pue = Some(pue.clone());
        }
        if self.paper {
            scenario.mode = Mode::Paper;
        }
        if let Some(inferences) = self.inferences {
            let stage = scenario.inference.get_or_insert_with(|| use_stage(inferences));
            match &mut stage.bottom_up {
                Some(uses) => uses.inferences = given(inferences),
                None => stage.bottom_up = use_stage(inferences).bottom_up,
            }
        }
        self.apply_training(scenario)?;
        if let Some(runs) = self.search_runs {
            if scenario.training.is_none() {
                return Err(Fault::new(
                    "",
                    "--search-runs",
                    "it needs a training: give --samples and --epochs",
                ));
            }
            let search =
                Search { runs: Runs::LikeTraining(given(runs)), shared_over: joulegram::defaults::one() };
            let stage = scenario.search.get_or_insert_with(|| StageFile::bottom_up(search.clone()));
            stage.bottom_up = Some(search);
        }
        if let Some(device) = &self.training_device {
            if scenario.training.is_none() && scenario.search.is_none() {
                return Err(Fault::new(
                    "",
                    "--training-device",
                    "it needs a training: give --samples and --epochs",
                ));
            }
            for slot in [
                scenario.search.as_mut().map(|stage| &mut stage.device),
                scenario.training.as_mut().map(|stage| &mut stage.device),
            ]
            .into_iter()
            .flatten()
            {
                *slot = Some(device.clone());
            }
        }
        Ok(())
    }

    fn apply_training(&self, scenario: &mut ScenarioFile) -> Result<(), Fault> {
        let passes = scenario.training.as_mut().and_then(|stage| stage.bottom_up.as_mut());
        match (passes, self.samples, self.epochs) {
            (Some(passes), samples, epochs) => {
                if let Some(samples) = samples {
                    passes.samples = given(samples);
                }
                if let Some(epochs) = epochs {
                    passes.epochs = given(epochs);
                }
                Ok(())
            }
            (None, Some(samples), Some(epochs)) => {
                let passes = Passes {
                    samples: given(samples),
                    epochs: given(epochs),
                    overhead_share: joulegram::defaults::overhead_share(),
                    batch: joulegram::defaults::training_batch(),
                    energy_per_sample_joules: None,
                };
                let stage = scenario.training.get_or_insert_with(|| StageFile::bottom_up(passes.clone()));
                stage.bottom_up = Some(passes);
                Ok(())
            }
            (None, Some(_), None) => Err(Fault::new("", "--samples", "it needs --epochs too")),
            (None, None, Some(_)) => Err(Fault::new("", "--epochs", "it needs --samples too")),
            (None, None, None) => Ok(()),
        }
    }
}

fn given(count: Count) -> Sourced<Count> {
    Sourced::given(Range::exact(count))
}

/// So many inferences, nothing else said.
#[must_use]
pub fn use_stage(inferences: Count) -> StageFile<Use> {
    StageFile::bottom_up(Use {
        inferences: given(inferences),
        batch: joulegram::defaults::one(),
        energy_per_inference_joules: None,
    })
}
