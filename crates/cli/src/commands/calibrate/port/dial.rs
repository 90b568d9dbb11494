//! Opens a port and finds the speed at which the board speaks.

use std::io::{ErrorKind, Write};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use joulegram_report::calibration::listen::{Listener, Said, wrong_firmware};
use joulegram_report::fault::Fault;
use serialport::{ClearBuffer, SerialPort};

use super::{ANSWER, GLANCE, Line, Silence};

/// Baud: that of the suite and of performance builds, that of energy builds.
const SPEEDS: [u32; 2] = [115_200, 9600];

/// How long a board is listened to before it is asked: a step that runs takes 11 s, and then its line comes.
const LISTENED: Duration = Duration::from_secs(15);

/// Opens a port by its name.
pub(super) fn open(name: &str) -> Result<Box<dyn SerialPort>, Fault> {
    let [speed, _] = SPEEDS;
    serialport::new(name, speed).timeout(GLANCE).open().map_err(|error| {
        let why = match error.kind() {
            serialport::ErrorKind::Io(ErrorKind::NotFound) => {
                format!("there is no such port{}", others())
            }
            serialport::ErrorKind::Io(ErrorKind::PermissionDenied) => {
                "this user may not open it: on most Linux systems the group `dialout` may".to_owned()
            }
            serialport::ErrorKind::NoDevice => "another program has it open, or it is gone".to_owned(),
            _ => format!("it can't be opened as a serial port: {error}"),
        };
        Fault::new(name, "--port", why)
    })
}

/// The ports that there are.
fn others() -> String {
    let ports = serialport::available_ports().unwrap_or_default();
    let names: Vec<String> = ports.into_iter().map(|port| port.port_name).collect();
    match names.as_slice() {
        [] => ", and none at all: is the board plugged in, with a cable that carries data?".to_owned(),
        _ => format!("; there are {}", names.join(", ")),
    }
}

/// The suite's first lines, at whichever speed they came. A board that says nothing is asked with a bare `%`: it starts the
/// suite again where it is done, and the protocol's image answers that it is the wrong one.
pub(super) fn find_speed(
    line: &mut Line,
    patience: Duration,
    bar: &ProgressBar,
) -> Result<Vec<String>, Fault> {
    let mut garbled = Vec::new();
    let mut other = None;
    for speed in SPEEDS {
        bar.set_message(format!("- waiting at {speed} baud: reset the board if nothing comes"));
        let set = line.port.set_baud_rate(speed).and_then(|()| match garbled.is_empty() {
            true => Ok(()),
            // What is left of the other speed.
            false => line.port.clear(ClearBuffer::Input),
        });
        set.map_err(|error| line.fault(format!("it can't be set to {speed} baud: {error}")))?;
        line.listener = Listener::default();
        // Whoever said something at another speed goes on; whoever was silent may be asked at once.
        let is_talking = speed == SPEEDS[0] || !garbled.is_empty();
        let first = if is_talking { patience.min(LISTENED) } else { Duration::ZERO };
        for (wait, asks) in [(first, false), (ANSWER.min(patience), true)] {
            if asks {
                // A port that takes nothing may still give something.
                let _ = line.port.write_all(b"%").and_then(|()| line.port.flush());
            }
            match hear(line, wait)? {
                Heard::Suite(lines) => return Ok(lines),
                Heard::Garbage => {
                    garbled.push(speed.to_string());
                    break;
                }
                Heard::Other(said) => other = Some(said),
                Heard::Nothing => {}
            }
        }
        if other.is_some() {
            break;
        }
    }
    Err(line.fault(match (other, garbled.as_slice()) {
        (Some(said), _) => {
            format!("wrong firmware: the board says `{said:.60}`, not the calibration suite: flash the image `suite`")
        }
        (None, []) => "nothing came at 115200 or 9600 baud: is it the board's port, is the image `suite` flashed, does the \
                       cable carry data? Reset the board while it is waited for"
            .to_owned(),
        (None, speeds) => format!(
            "what came at {} baud is mostly bytes that are no text: the board speaks at another speed than 115200 or 9600 \
             baud, or its ground is not connected",
            speeds.join(" and ")
        ),
    }))
}

enum Heard {
    Suite(Vec<String>),
    Garbage,
    Other(String),
    Nothing,
}

/// Listens until something tells what the board runs.
fn hear(line: &mut Line, patience: Duration) -> Result<Heard, Fault> {
    let until = Instant::now() + patience;
    let mut other = None;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let lines = match line.next(left) {
            Ok(lines) => lines,
            Err(Silence::Late) => return Ok(other.map_or(Heard::Nothing, Heard::Other)),
            Err(Silence::Stopped) => {
                return Err(line.fault("stopped by Ctrl-C before the board said anything of the suite"));
            }
            Err(Silence::Gone(why)) => {
                return Err(line.fault(format!("the port is gone, was the cable unplugged? ({why})")));
            }
        };
        if line.listener.is_garbage() {
            return Ok(Heard::Garbage);
        }
        for (index, text) in lines.iter().enumerate() {
            match Said::of(text) {
                Said::Protocol(mode) => return Err(line.fault(wrong_firmware(mode.as_deref()))),
                Said::Other => {
                    if !text.trim().is_empty() {
                        other.get_or_insert_with(|| text.trim().to_owned());
                    }
                }
                // The end of a run that was not heard says nothing of the next.
                Said::Done => other = None,
                Said::Heading { .. } | Said::Step(_) | Said::Stopped(_) => {
                    return Ok(Heard::Suite(lines.get(index..).unwrap_or_default().to_vec()));
                }
            }
        }
    }
}
