//! From a neural network to joules, kilowatt-hours and grams of CO2 equivalent; and the int8 kernels that are measured.
//!
//! What does one inference of this network cost on this board, what does its whole life cost, and how much CO2 is that
//! here? The ladder, one module a rung:
//!
//! ```text
//! model -> Work: MACs by kind, parameters, bytes            exact integers        [model]
//!   x device profile -> cycles -> seconds -> joules         one inference         [device], [energy]
//!     x epochs, samples, runs, inferences -> joules         search, training, use [lifecycle]
//!       x PUE, grid factor -> kWh -> gCO2e                  at a site             [site]
//! ```
//!
//! Each arrow is a pure function, each box plain data. Every input is a low, a most likely and a high value with its
//! source ([`sourced`]). A [`scenario`] becomes a [`plan`], which lists each input once; [`estimate`](mod@estimate) draws
//! all inputs together and says which one causes how much of the result's width.
//!
//! Beside the ladder: what making the hardware emitted ([`embodied`]), devices in the field with their batteries ([`edge`]),
//! what reduction measures save ([`levers`]), and which number keeps a budget ([`mod@fit`]).
//!
//! ```
//! use joulegram::energy::{Demand, Rates};
//! use joulegram::model::work::{Counts, Kind, LayerWork, Work};
//! use joulegram::device::Profile;
//! use joulegram::range::Range;
//! use joulegram::site::{emissions, facility_energy};
//! use joulegram::sourced::text;
//! use joulegram::units::{GramsPerKilowattHour, OperationsPerSecond, Pue, Watts};
//!
//! // A dense layer from 640 to 128 on hardware that draws 50 mW and reaches 20 million operations a second.
//! let counts = Counts { layers: 1, macs: 640 * 128, ..Counts::default() };
//! let work = Work::of([LayerWork { kind: Kind::Dense, counts }])?;
//! let watts = Range::exact(Watts::new(0.05)?);
//! let speed = Range::exact(OperationsPerSecond::new(20e6)?);
//! let device = Profile::by_hand(text("my board"), watts, speed);
//!
//! let pass = Demand::of_network(&device, &work).pass(&Rates::most_likely(&device));
//! let joules = pass.joules.ok_or("not known")?;
//! assert!((joules.value() - 409.6e-6).abs() < 1e-12);
//!
//! let energy = facility_energy(joules, Pue::NONE);
//! let grams = emissions(energy, GramsPerKilowattHour::new(344.0)?);
//! assert!((grams.value() - 39.1e-9).abs() < 0.1e-9);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # What holds
//! - `no_std`, no allocation, no recursion, no panic. The linker proves the last.
//! - All mathematics is `f64` by IEEE basic operations and `libm`: the same scenario gives the same bits on every
//!   processor, and the result's [`digest`] shows it.
//! - What is not known is `None`, never 0, and a total without it says that it is a lower bound.
//! - PUE is applied once: energy at the device and energy at the facility are different types.
//!
//! # Features
//! - `data` (default): the tables of grids, sources of electricity and device presets. Firmware that brings its own
//!   numbers leaves them out.
//! - `serde`: inputs and results as serde types, without alloc.
//! - `std`: roots by the processor's own instruction, to the same bits; without it the crate is `no_std`.
//!
//! # Limits
//! An estimate is not a measurement: its range holds what the inputs allow, not what they leave out. Grid factors are
//! annual averages. A single count, such as MACs or parameters, is never turned into energy without a device's profile.
#![no_std]
#![cfg_attr(test, allow(clippy::float_cmp, reason = "tests say which numbers are exact"))]

#[cfg(any(test, feature = "std"))]
extern crate std;

pub mod calibrate;
pub mod data;
pub mod defaults;
pub mod device;
pub mod digest;
pub mod draw;
pub mod edge;
pub mod embodied;
pub mod energy;
pub mod estimate;
pub mod fit;
pub mod kernel;
pub mod levers;
pub mod lifecycle;
pub mod model;
pub mod plan;
pub mod range;
pub mod scenario;
pub mod site;
pub mod sourced;
pub mod units;
