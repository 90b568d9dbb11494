//! A network as the shells see it: its layers by name, and the work of each.

use joulegram::model::layer::{self, Layer};
use joulegram::model::shape::Shape;
use joulegram::model::tflite;
use joulegram::model::work::{Counts, Kind, LayerWork, Work};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// A network with its work, layer by layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Name to print: the file's, or the scenario's.
    pub name: String,
    /// The layers in the order in which they run.
    pub layers: Vec<NetworkLayer>,
    /// The work of all.
    pub work: Work,
    /// The largest total size of activations alive at once; not known for a list of layers, or where a size is open.
    pub arena_bytes: Option<u64>,
}

/// One layer.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkLayer {
    /// Place, from 0.
    pub index: u64,
    /// The operator's name in the file, or the layer's kind.
    pub operator: String,
    /// Shape of its output; `None` where it is open until the model is run.
    pub output: Option<Shape>,
    /// Its work.
    pub work: LayerWork,
}

impl NetworkLayer {
    /// Multiply-accumulates; not known for an operator that can't be counted.
    #[must_use]
    pub fn macs(&self) -> Option<u64> {
        (self.work.kind != Kind::Unknown).then_some(self.work.counts.macs)
    }
}

/// A network in a scenario file: layers by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerList {
    /// Shape of the first layer's input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Shape>,
    /// The layers in order.
    pub layers: Vec<Layer>,
}

impl Network {
    /// Reads a TensorFlow Lite file.
    ///
    /// # Errors
    /// [`Fault`] that says what is damaged and where.
    pub fn from_tflite(name: &str, bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.is_empty() {
            return Err(Fault::new(
                name,
                "",
                "it is empty: a TensorFlow Lite model begins with 8 bytes of header",
            ));
        }
        let fault = |error: tflite::ReadError| Fault::new(name, "", error);
        let model = tflite::Model::new(bytes).map_err(fault)?;
        let mut layers = Vec::new();
        for layer in model.layers().map_err(fault)? {
            let layer = layer.map_err(fault)?;
            layers.push(NetworkLayer {
                index: layer.index.into(),
                operator: layer.name.to_owned(),
                output: layer.output,
                work: layer.work,
            });
        }
        let work = model.work().map_err(fault)?;
        let arena_bytes = match model.memory() {
            Ok(memory) => memory.arena_bytes,
            // A network too large to look for its peak is still counted.
            Err(tflite::ReadError::TooLong { .. }) => None,
            Err(error) => return Err(fault(error)),
        };
        Ok(Self { name: name.to_owned(), layers, work, arena_bytes })
    }

    /// Counts layers given by hand.
    ///
    /// # Errors
    /// [`Fault`] that names the layer.
    pub fn from_layers(name: &str, list: &LayerList) -> Result<Self, Fault> {
        let mut layers = Vec::new();
        let mut work = Work::default();
        for counted in layer::walk(&list.layers, list.input) {
            let counted =
                counted.map_err(|error| Fault::new("", &format!("layers[{}]", error.index), error.cause))?;
            work.add(counted.work)
                .map_err(|error| Fault::new("", &format!("layers[{}]", counted.index), error))?;
            layers.push(NetworkLayer {
                index: counted.index as u64,
                operator: counted.work.kind.name().to_owned(),
                output: Some(counted.output),
                work: counted.work,
            });
        }
        if layers.is_empty() {
            return Err(Fault::new("", "layers", "the list is empty: a network has at least one layer"));
        }
        Ok(Self { name: name.to_owned(), layers, work, arena_bytes: None })
    }

    /// Names of the operators whose work can't be counted, each once.
    #[must_use]
    pub fn unknown_operators(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for layer in self.layers.iter().filter(|layer| layer.work.kind == Kind::Unknown) {
            if !names.contains(&layer.operator.as_str()) {
                names.push(layer.operator.as_str());
            }
        }
        names
    }

    /// The sum of all layers' counts.
    #[must_use]
    pub fn total(&self) -> Counts {
        self.work.total()
    }
}
