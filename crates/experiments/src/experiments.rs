//! The experiments, in the paper's order.

pub mod conv;
pub mod epochs;
pub mod layers;
pub mod nodes;
pub mod overhead;
pub mod samples;
pub mod shape;
pub mod size;
#[cfg(test)]
mod testing;
pub mod transfer;
mod xception;

use crate::experiment::Experiment;

/// Every experiment.
pub const ALL: [&Experiment; 9] = [
    &samples::EXPERIMENT,
    &epochs::EXPERIMENT,
    &transfer::EXPERIMENT,
    &overhead::EXPERIMENT,
    &size::EXPERIMENT,
    &nodes::EXPERIMENT,
    &shape::EXPERIMENT,
    &conv::EXPERIMENT,
    &layers::EXPERIMENT,
];
