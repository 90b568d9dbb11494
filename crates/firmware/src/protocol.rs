//! Answers the MLPerf Tiny protocol about the model that is linked in.
//!
//! Nothing here ran on a real board; README.md says what did run, and how to build, flash and wire each.
#![no_std]
#![no_main]

#[expect(dead_code, reason = "here nothing counts or rests but by time stamps")]
mod board;
mod model;
mod panic;

use core::fmt::Write as _;

use board::Board;
use joulegram::kernel::Slot;
use joulegram_protocol::{Mode, Network, Port, STORE_BYTES, Session, Store, Text};

const MODE: Mode = if cfg!(feature = "energy") { Mode::Energy } else { Mode::Performance };

/// The largest of the four MLPerf Tiny models needs less.
const ARENA_BYTES: usize = 128 * 1024;
const OUTPUT_BYTES: usize = 1024;
const SLOTS: usize = 256;

/// What every board does once it runs.
fn run(mut board: Board) -> ! {
    let (mut plan, mut arena) = ([Slot::EMPTY; SLOTS], [0; ARENA_BYTES]);
    let (mut bytes, mut input, mut output) = ([0; STORE_BYTES], [0; STORE_BYTES], [0; OUTPUT_BYTES]);
    let memory = [&mut input[..], &mut output[..], &mut arena[..]];
    match Network::new(model::FILE, model::ENCODING, &mut plan, memory) {
        Ok(network) => {
            Session::new(MODE, board::NAME, model::NAME, network, Store::new(&mut bytes)).serve(&mut board)
        }
        Err(error) => loop {
            // A port takes every text.
            let _ = write!(Text(&mut board), "e-[{}: {error}]\r\n", model::NAME);
            board.read();
        },
    }
}
