//! What runs the network: how long a unit of work takes there, and what it draws meanwhile.

#[cfg(feature = "data")]
pub mod presets;
mod profile;
mod supply;

pub use profile::{
    Calibrated, Class, Cost, Counter, Datasheet, Evidence, KindCost, PROFILE_SCHEMA_VERSION, Profile,
    Regulator,
};
pub use supply::SupplyError;
