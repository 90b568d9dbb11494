//! What the protocol needs of a board.

use core::fmt;

/// A board's serial line, clock and marker pin.
pub trait Port {
    /// Waits for the next byte. What the line garbles is a byte like any other, or none: it never ends the session.
    fn read(&mut self) -> u8;

    /// Sends all bytes.
    fn write(&mut self, bytes: &[u8]);

    /// Microseconds since some moment, modulo 2^32: they wrap after 71.6 minutes.
    fn microseconds(&mut self) -> u32;

    /// A falling edge of the marker pin, low for at least 1 microsecond.
    fn pulse(&mut self);

    /// A command that the protocol does not know. True if it was the firmware's own and is answered, but for `m-ready`.
    fn other(&mut self, command: &[u8]) -> bool {
        let _ = command;
        false
    }
}

/// Formatted text on a port.
#[derive(Debug)]
pub struct Text<'p, P>(pub &'p mut P);

impl<P: Port> fmt::Write for Text<'_, P> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}
