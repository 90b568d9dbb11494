//! From a board's log and a meter's trace to a device profile: what closes the loop.
//!
//! ```text
//! suite   small networks and plain loops, made on the spot, the same on every processor
//! session runs them: warm-up, as many iterations as the meter needs, an edge at both ends, a line of log each
//! log     that line, written and read by the same code
//! sample  what a step was and what it took
//! fit     samples -> cycles by kind of layer, watts by state, and how far to trust them
//! ```
//!
//! Cycles and watts are calibrated apart: cycles from micro-benchmarks by the board's own counter, watts from the meter.

pub mod fit;
pub mod log;
pub mod network;
pub mod sample;
pub mod session;
pub mod suite;
