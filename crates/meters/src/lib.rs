//! Power meters' files: bytes in, plain data out.
//!
//! ```text
//! bytes -> Reader (found by content, or named) -> Trace: samples, marker, the meter's own totals, flaws   [format], [trace]
//!   -> spans from marker edges, from stamps, or from steps in the current                                 [windows]
//!     -> Window: seconds, joules, edge error, what is missing in it                                       [windows]
//!       x lines of the board's log -> which window is which step                                          [join]
//! ```
//!
//! No file access and no clock: a command line and a page use the same code. What is wrong with a file is found, counted
//! and named with file, line and value. Nothing is interpolated in silence: a window with more than [`trace::MOST_FLAWED`]
//! of its time missing is refused, one with less says how much was filled.
//!
//! ```
//! use joulegram_meters::format::{Options, read};
//! use joulegram_meters::windows::{self, Span};
//!
//! let csv = b"Timestamp(ms),Current(uA)\n0,1000\n1,3000\n2,2000\n3,2000\n";
//! let trace = read("run.csv", csv, None, &Options { volts: Some(3.0), ..Options::default() })?;
//! assert_eq!(trace.format, "ppk2");
//! let window = windows::measure(&trace, Span { start: 0.0, end: 0.004 })?;
//! assert!((window.joules.ok_or("no volts")? - 3.0 * 8e-6).abs() < 1e-15);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod fault;
pub mod flaw;
pub mod format;
pub mod join;
pub mod trace;
pub mod windows;

mod clock;
mod layout;
mod readers;
mod record;
mod source;
mod table;
mod unit;
