//! Tests that cross joulegram's crates; the tests themselves are the files beside this one.

pub mod dialogue;
pub mod hostile;
pub mod inputs;
