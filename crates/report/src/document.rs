//! The answer as one document: the core's estimate, the layers, and where each number comes from.

use joulegram::device::Profile;
use joulegram::digest::Digest;
use joulegram::estimate::{DRAWS, Estimate, RESULT_SCHEMA_VERSION, estimate, layer_share, scratch_len};
use joulegram::plan::{Input, Plan, Warning};
use joulegram::range::Range;
use joulegram::units::Joules;
use serde::Serialize;

use crate::fault::Fault;
use crate::inspect::InspectedLayer;
use crate::network::{Network, NetworkLayer};
use crate::resolve::Case;

/// The answer to one scenario. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document<'a> {
    /// What the answer is about.
    pub name: &'a str,
    /// What the core says.
    #[serde(flatten)]
    pub estimate: Estimate<'a>,
    /// The network's layers with their part of an inference's energy; empty without a network.
    pub layers: Vec<LayerRow>,
    /// Operators whose work can't be counted.
    pub unknown_operators: Vec<&'a str>,
    /// Every input with its range, year and source.
    pub sources: Vec<SourceRow<'a>>,
}

/// One layer: its work, and its part of an inference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerRow {
    /// Its work.
    #[serde(flatten)]
    pub work: InspectedLayer,
    /// Its part of the energy of an inference.
    pub energy_joules: Option<Range<Joules>>,
    /// Its share of an inference.
    pub share: Option<f64>,
}

/// One input and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceRow<'a> {
    /// Which quantity, in plain words.
    pub what: &'static str,
    /// Of what: a device, a site or a stage.
    pub of: &'a str,
    /// Most likely value.
    pub value: f64,
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
    /// Unit; empty for a ratio or a count.
    pub unit: &'static str,
    /// The year it holds for.
    pub year: Option<u16>,
    /// Where it comes from.
    pub source: &'a str,
}

/// Source of a number that the user gave.
pub const GIVEN: &str = "given";

impl<'a> Document<'a> {
    /// Estimates a case with [`DRAWS`] draws.
    ///
    /// # Errors
    /// [`Fault`] that names the stage and what is wrong with it.
    pub fn of(file: &str, case: &'a Case) -> Result<Self, Fault> {
        Self::with_draws(file, case, DRAWS)
    }

    /// Estimates a case with so many draws; the number is part of the result.
    ///
    /// # Errors
    /// [`Fault`] that names the stage and what is wrong with it.
    pub fn with_draws(file: &str, case: &'a Case, draws: usize) -> Result<Self, Fault> {
        let plan = Plan::new(&case.scenario).map_err(|error| Fault::new(file, "", error))?;
        let mut scratch = vec![0.0; scratch_len(draws)];
        let estimate = estimate(&plan, &mut scratch).map_err(|error| Fault::new(file, "", error))?;
        let profile = case.scenario.inference.as_ref().and_then(|stage| stage.device.as_ref());
        let whole = estimate.energy_per_inference_joules;
        let layers = case.network.iter().flat_map(|network| {
            network.layers.iter().map(move |layer| LayerRow::new(network, layer, profile, whole))
        });
        Ok(Self {
            name: &case.name,
            layers: layers.collect(),
            unknown_operators: case.network.as_ref().map(Network::unknown_operators).unwrap_or_default(),
            sources: plan.inputs().iter().map(SourceRow::new).collect(),
            estimate,
        })
    }
}

impl Document<'_> {
    /// Whether some layers have no price: then the energy of an inference is a lower bound.
    #[must_use]
    pub fn has_unpriced_layers(&self) -> bool {
        self.estimate.warnings.iter().any(|warning| matches!(warning, Warning::UnpricedLayers { .. }))
    }
}

impl LayerRow {
    fn new(
        network: &Network,
        layer: &NetworkLayer,
        profile: Option<&Profile>,
        whole: Option<Range<Joules>>,
    ) -> Self {
        let share = profile.and_then(|profile| layer_share(profile, &network.work, layer.work));
        Self {
            work: InspectedLayer::of(layer),
            energy_joules: whole.zip(share).map(|(whole, share)| whole * Range::exact(share)),
            share,
        }
    }
}

impl<'a> SourceRow<'a> {
    fn new(input: &Input<'a>) -> Self {
        let value = input.value;
        Self {
            what: input.what.words(),
            of: input.of,
            value: value.mode(),
            low: value.low(),
            high: value.high(),
            unit: input.unit,
            year: input.year,
            source: if input.source.is_empty() { GIVEN } else { input.source },
        }
    }
}

/// One network on several devices, side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SideBySide<'a> {
    /// The result's form.
    pub schema_version: u32,
    /// Digest of all the devices' digests.
    pub digest: Digest,
    /// What the answer is about.
    pub name: &'a str,
    /// One document a device.
    pub devices: Vec<Document<'a>>,
    /// What a reader should know, each once.
    pub warnings: Vec<String>,
    /// Every input of any of them, each once.
    pub sources: Vec<SourceRow<'a>>,
}

impl<'a> SideBySide<'a> {
    /// Puts documents side by side, the least energy first; those without known energy come last.
    #[must_use]
    pub fn new(name: &'a str, mut devices: Vec<Document<'a>>) -> Self {
        let energy = |document: &Document<'_>| {
            document.estimate.energy_per_inference_joules.map_or(f64::INFINITY, |range| range.mode().value())
        };
        devices.sort_by(|a, b| energy(a).total_cmp(&energy(b)));
        let (mut warnings, mut sources) = (Vec::new(), Vec::new());
        let mut digest = Digest::default();
        for document in &devices {
            digest = digest.count(document.estimate.digest.value());
            for warning in document.estimate.warnings.iter().map(ToString::to_string) {
                if !warnings.contains(&warning) {
                    warnings.push(warning);
                }
            }
            for source in &document.sources {
                if !sources.contains(source) {
                    sources.push(source.clone());
                }
            }
        }
        Self { schema_version: RESULT_SCHEMA_VERSION, digest, name, devices, warnings, sources }
    }
}
