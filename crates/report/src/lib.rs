//! Texts in and out of joulegram's core, for every shell that has an allocator.
//!
//! In: scenario and profile files ([`scenario_file`]), what other tools measured ([`import`]), what a board
//! logged ([`calibration`]), a link of the page ([`link`]). Out: the answer as text, JSON, CSV,
//! Markdown and a page with charts. No formulas and
//! no file access: the shell hands in what it has read.

#[cfg(feature = "import")]
pub mod calibration;
pub mod chart;
pub mod cite;
pub mod compare;
pub mod document;
pub mod edge_file;
pub mod embodied_file;
pub mod entry;
pub mod equivalences;
pub mod fault;
pub mod figures;
pub mod fit;
pub mod import;
pub mod inference;
pub mod inspect;
pub mod json;
pub mod levers;
pub mod link;
pub mod listing;
pub mod measurement;
pub mod network;
pub mod number;
pub mod outputs;
pub mod overrides;
#[cfg(feature = "whole")]
mod place;
pub mod question;
pub mod render;
pub mod resolve;
pub mod scenario_file;
pub mod section;
pub mod story;
#[cfg(feature = "import")]
pub mod trace;
pub mod validate;
pub mod what_if_file;
