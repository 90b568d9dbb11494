//! What runs the network: how long a unit of work takes there, and what it draws meanwhile.

mod clock;
#[cfg(feature = "data")]
pub mod presets;
mod profile;
mod supply;

pub use clock::ClockError;
pub use profile::{
    Calibrated, Class, Cost, Counter, Datasheet, Evidence, KindCost, PROFILE_SCHEMA_VERSION, Profile,
    Regulator,
};
pub use supply::SupplyError;
