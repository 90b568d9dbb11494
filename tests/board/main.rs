//! Emulated boards on pseudo-terminals: the dialogues, a host like the open runner, hostile commands, the suite.
//!
//! `bash tests/run firmware` builds the images and runs this with `JOULEGRAM_IMAGES`, the folder that has them as
//! `BOARD-IMAGE`.

mod client;
mod emulator;
mod example;
mod protocol;
mod suite;
