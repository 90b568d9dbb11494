//! Which layer takes how much of an inference.

use crate::device::Profile;
use crate::energy::{Demand, Rates};
use crate::model::work::{LayerWork, Work};
use crate::units::Quantity;

/// A layer's share of the network's energy on a device, between 0 and 1, at the most likely rates; of its time where the
/// watts are not known, of its instructions where only those are counted. `None` where the layer can't be priced.
///
/// What an inference takes beside its layers belongs to none, so shares may sum to less than 1. All layers share the
/// profile's uncertain rates: they widen together, and their shares hardly change.
#[must_use]
pub fn layer_share(profile: &Profile, network: &Work, layer: LayerWork) -> Option<f64> {
    let part = Demand::of_layer(profile, layer);
    if part.unpriced_layers > 0 {
        return None;
    }
    let rates = Rates::most_likely(profile);
    let (part, whole) = (part.pass(&rates), Demand::of_network(profile, network).pass(&rates));
    let ratio = |part: Option<f64>, whole: Option<f64>| {
        part.zip(whole).filter(|(_, whole)| *whole > 0.0).map(|(part, whole)| part / whole)
    };
    ratio(part.joules.map(Quantity::value), whole.joules.map(Quantity::value))
        .or(ratio(part.seconds.map(Quantity::value), whole.seconds.map(Quantity::value)))
        .or(ratio(part.instructions.map(Quantity::value), whole.instructions.map(Quantity::value)))
}
