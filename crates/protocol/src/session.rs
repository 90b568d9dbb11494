//! Commands and their answers.

use core::fmt::Write;

use crate::command::{CommandLine, number, words};
use crate::network::Network;
use crate::port::{Port, Text};
use crate::store::{Filled, STORE_BYTES, Store};

/// The most inferences of one command, so that a garbled number does not keep the board for days.
pub const MAX_ITERATIONS: i32 = 1_000_000;

const VERSION: &str = "ULPMark for tinyML Firmware V0.0.1";

/// What a time stamp is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A line with microseconds; 115200 baud.
    Performance,
    /// An edge of the marker pin; 9600 baud, through level shifters.
    Energy,
}

impl Mode {
    /// The line's speed.
    #[must_use]
    pub const fn baud(self) -> u32 {
        match self {
            Self::Performance => 115_200,
            Self::Energy => 9_600,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Performance => "performance",
            Self::Energy => "energy",
        }
    }
}

/// A device under test.
#[derive(Debug)]
pub struct Session<'a> {
    mode: Mode,
    vendor: &'a str,
    model: &'a str,
    network: Network<'a>,
    store: Store<'a>,
    line: CommandLine,
}

impl<'a> Session<'a> {
    /// A session that has answered nothing yet; `model` is `kws01`, `vww01`, `ic01`, `ad01` or a name of one's own.
    pub fn new(mode: Mode, vendor: &'a str, model: &'a str, network: Network<'a>, store: Store<'a>) -> Self {
        Self { mode, vendor, model, network, store, line: CommandLine::default() }
    }

    /// What a board says when it starts: the mode, so that a host can tell a wrong build, and a first time stamp.
    pub fn greet(&self, port: &mut impl Port) {
        say(port, format_args!("m-timestamp-mode-{}\r\n", self.mode.name()));
        self.stamp(port);
        port.write(b"m-init-done\r\nm-ready\r\n");
    }

    /// Answers for ever.
    pub fn serve(&mut self, port: &mut impl Port) -> ! {
        self.greet(port);
        loop {
            let byte = port.read();
            self.take(byte, port);
        }
    }

    /// Takes a byte, and answers if it ended a command.
    pub fn take(&mut self, byte: u8, port: &mut impl Port) {
        if !self.line.take(byte) {
            return;
        }
        let line = core::mem::take(&mut self.line);
        self.answer(line.text(), port);
        port.write(b"m-ready\r\n");
    }

    fn answer(&mut self, text: &[u8], port: &mut impl Port) {
        let mut words = words(text);
        match words.next() {
            // A bare `%`: the end of what another host left on the line.
            None => (),
            Some(b"name") => say(port, format_args!("m-name-dut-[{}]\r\n", self.vendor)),
            Some(b"timestamp") => self.stamp(port),
            Some(b"profile") => {
                say(port, format_args!("m-profile-[{VERSION}]\r\nm-model-[{}]\r\n", self.model));
            }
            Some(b"help") => help(port),
            Some(b"db") => self.db(words.next(), words.next(), port),
            Some(b"infer") => self.infer(words.next(), words.next(), port),
            Some(b"results") => self.results(port),
            Some(_) if port.other(text) => (),
            Some(word) => {
                port.write(b"e-[Unknown command: ");
                port.write(word);
                port.write(b"]\r\n");
            }
        }
    }

    fn stamp(&self, port: &mut impl Port) {
        match self.mode {
            Mode::Performance => {
                let now = port.microseconds();
                say(port, format_args!("m-lap-us-{now}\r\n"));
            }
            Mode::Energy => port.pulse(),
        }
    }

    fn db(&mut self, what: Option<&[u8]>, bytes: Option<&[u8]>, port: &mut impl Port) {
        match (what, bytes) {
            (None, _) => port.write(b"e-[Command 'db' requires a subcommand]\r\n"),
            (Some(b"load"), None) => port.write(b"e-[Command 'db load' requires the # of bytes]\r\n"),
            (Some(b"load"), Some(word)) => {
                let count = number(word);
                // A negative number is a huge one to the reference.
                if !self.store.expect(usize::try_from(count).unwrap_or(usize::MAX)) {
                    say(
                        port,
                        format_args!("Supplied buffer size {count} exceeds maximum of {STORE_BYTES}\n"),
                    );
                } else if count == 0 {
                    port.write(b"e-[Command 'db load' must be >0 bytes]\r\n");
                } else {
                    say(port, format_args!("m-[Expecting {count} bytes]\r\n"));
                }
            }
            (Some(b"print"), _) => self.print(port),
            (Some(digits), _) => match self.store.fill(digits) {
                Filled::Partly => (),
                Filled::Now => port.write(b"m-load-done\r\n"),
                Filled::Odd => port.write(b"e-[Insufficent number of hex digits]\r\n"),
                Filled::Invalid(digits) => {
                    port.write(b"e-[Invalid hex digit '");
                    port.write(&digits);
                    port.write(b"']\r\n");
                }
            },
        }
    }

    fn print(&self, port: &mut impl Port) {
        let (lines, rest) = self.store.announced().as_chunks::<8>();
        let line = |port: &mut _, bytes: &[u8]| {
            for (byte, before) in bytes.iter().zip(["m-buffer-"].into_iter().chain(core::iter::repeat("-"))) {
                say(port, format_args!("{before}{byte:02x}"));
            }
        };
        for bytes in lines {
            line(port, bytes);
            port.write(b"\r\n");
        }
        if !rest.is_empty() {
            line(port, rest);
            // The reference ends a short line twice.
            port.write(b"\r\n\r\n");
        }
    }

    fn infer(&mut self, iterations: Option<&[u8]>, warmup: Option<&[u8]>, port: &mut impl Port) {
        let (iterations, warmup) = (iterations.map_or(1, number), warmup.map_or(10, number));
        if iterations <= 0 {
            return port.write(b"e-[Inference iterations must be >0]\r\n");
        }
        if warmup < 0 {
            return port.write(b"e-[Inference warmup must be >=0]\r\n");
        }
        for (what, count) in [("iterations", iterations), ("warmup", warmup)] {
            if count > MAX_ITERATIONS {
                return say(port, format_args!("e-[Inference {what} must be <={MAX_ITERATIONS}]\r\n"));
            }
        }
        let loaded = self.network.load(self.store.loaded());
        if !loaded {
            let found = self.store.loaded().len() / self.network.element_bytes();
            let needed = self.network.elements();
            say(port, format_args!("Input db has {found} elemented, expected {needed}\n"));
        }
        say(port, format_args!("m-warmup-start-{warmup}\r\n"));
        (0..warmup).for_each(|_| self.network.infer());
        say(port, format_args!("m-warmup-done\r\nm-infer-start-{iterations}\r\n"));
        self.stamp(port);
        (0..iterations).for_each(|_| self.network.infer());
        self.stamp(port);
        port.write(b"m-infer-done\r\n");
        if loaded {
            self.network.compare(self.store.loaded());
        }
        self.results(port);
    }

    fn results(&self, port: &mut impl Port) {
        port.write(b"m-results-[");
        // A port takes every text.
        let _ = self.network.results(&mut Text(port));
        port.write(b"]\r\n");
    }
}

fn say(port: &mut impl Port, text: core::fmt::Arguments<'_>) {
    // A port takes every text.
    let _ = Text(port).write_fmt(text);
}

/// Word for word, misspellings included: hosts compare it.
fn help(port: &mut impl Port) {
    port.write(VERSION.as_bytes());
    port.write(
        b"\r\n\r\n\
          help         : Print this information\r\n\
          name         : Print the name of the device\r\n\
          timestsamp   : Generate a timetsamp\r\n\
          db SUBCMD    : Manipulate a generic byte buffer\r\n  \
            load N     : Allocate N bytes and set load counter\r\n  \
            db HH[HH]* : Load 8-bit hex byte(s) until N bytes\r\n  \
            print [N=16] [offset=0]\r\n             \
                       : Print N bytes at offset as hex\r\n\
          infer N [W=0]: Load input, execute N inferences after W warmup loops\r\n\
          results      : Return the result fp32 vector\r\n",
    );
}
