//! A list of layers, walked in order.

use super::{Layer, LayerError, LayerWork};
use crate::model::shape::Shape;
use core::fmt;

/// A layer with its place, its work and its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedLayer {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its work.
    pub work: LayerWork,
    /// The shape it gives to the next layer.
    pub output: Shape,
}

/// An error and the layer it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtLayer {
    /// The layer's place in the list, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub cause: LayerError,
}

impl fmt::Display for AtLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "layer {}: {}", self.index, self.cause)
    }
}

impl core::error::Error for AtLayer {}

/// The work of each layer, the output of one the input of the next; `input` is that of the first.
///
/// Layers come out one by one; after an error none does.
pub fn walk(
    layers: &[Layer],
    input: Option<Shape>,
) -> impl Iterator<Item = Result<CountedLayer, AtLayer>> + '_ {
    let mut shape = input;
    let mut layers = layers.iter().enumerate();
    let mut failed = false;
    core::iter::from_fn(move || {
        if failed {
            return None;
        }
        let (index, layer) = layers.next()?;
        let counted = match (shape, layer) {
            (Some(shape), _) => layer.work(shape),
            // What is declared needs no input.
            (None, Layer::Declared(_)) => layer.work(Shape::default()),
            (None, _) => layer.input().ok_or(LayerError::NoInput).and_then(|own| layer.work(own)),
        };
        Some(match counted {
            Ok((work, output)) => {
                shape = Some(output);
                Ok(CountedLayer { index, work, output })
            }
            Err(cause) => {
                failed = true;
                Err(AtLayer { index, cause })
            }
        })
    })
}
