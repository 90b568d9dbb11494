//! What a board answers on its serial line: the protocol of MLPerf Tiny's device under test, to the byte.
//!
//! A command ends with `%`, an answer's line with CR LF, every answer with `m-ready`. [`Session`] takes bytes and
//! answers through a [`Port`], the only thing that a board has to give; [`Network`] is the model that is timed. Both are
//! tested on a computer; `crates/firmware` has the boards.
//!
//! It is a crate of its own, in the computer's workspace, because firmware can't be tested by `cargo test` there and its
//! workspace is built for one board at a time.
//!
//! # Where it differs from the reference
//! The reference writes past its buffer if more bytes come than were announced, and goes on for as many inferences as a
//! number can say. Here bytes without a place are dropped, [`MAX_ITERATIONS`] bounds a loop, and a bare `%` answers
//! `m-ready`, so that a host can end whatever half command was left on the line.
#![no_std]

#[cfg(test)]
extern crate std;

mod command;
pub mod counter;
mod decimal;
mod network;
mod port;
mod session;
mod store;

pub use command::{COMMAND_BYTES, CommandLine};
pub use network::{Encoding, Network, NetworkError};
pub use port::{Port, Text};
pub use session::{MAX_ITERATIONS, Mode, Session};
pub use store::{STORE_BYTES, Store};
