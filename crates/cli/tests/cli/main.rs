//! The program as a user runs it: arguments and files in; text, JSON, CSV, Markdown, sentences and exit codes out.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is missing"
)]

mod bad_files;
mod bad_numbers;
mod budget;
mod compare;
mod edge;
mod embodied;
mod estimate;
mod fit;
mod import;
mod inspect;
mod levers;
mod link;
mod output;
mod page;
mod paper;
mod place;
mod run;
mod schema;
mod snapshots;
mod trace;
mod units;
