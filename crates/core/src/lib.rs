//! From a neural network to joules, kilowatt-hours and grams of CO2 equivalent.
//! ```text
//! model -> Work: MACs by kind, parameters, bytes            exact integers        [model]
//!   x device profile -> cycles -> seconds -> joules         one inference         [device], [energy]
//!     x epochs, samples, runs, inferences -> joules         search, training, use [lifecycle]
//!       x PUE, grid factor -> kWh -> gCO2e                  at a site             [site]
//! ```
//!
//! Each arrow is a pure function, each box plain data. Every input is a low, a most likely and a high value with its
//! source ([`sourced`]); [`plan`] draws them together and says which one causes how much of the result's width.
//!
//! `no_std`, no allocation, no recursion, no panic. All mathematics is `f64` by IEEE basic operations and `libm`, so
//! that the same scenario gives the same bits on every processor; the result's digest proves it.
#![no_std]

#[cfg(test)]
extern crate std;

pub mod data;
pub mod defaults;
pub mod device;
pub mod digest;
pub mod draw;
pub mod embodied;
pub mod energy;
pub mod estimate;
pub mod kernel;
pub mod lifecycle;
pub mod model;
pub mod plan;
pub mod range;
pub mod scenario;
pub mod site;
pub mod sourced;
pub mod units;
