//! Texts in and out of joulegram's core, for every shell that has an allocator.
//!
//! In: scenario and profile files ([`scenario_file`]). Out: the answer as text, JSON, CSV and Markdown. No formulas and
//! no file access: the shell hands in what it has read.

pub mod fault;
pub mod number;
pub mod validate;
