//! The suite's log from a board's serial line, kept in a file as it comes.

mod dial;
mod saved;

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use joulegram::calibrate::suite::STEPS;
use joulegram_report::calibration::listen::{Listener, Said, wrong_firmware};
use joulegram_report::fault::Fault;
use serialport::SerialPort;

use saved::Saved;

/// How often the image runs all steps.
const REPETITIONS: u64 = 5;
/// Longest wait for a byte before the user's wish to stop is looked at.
const GLANCE: Duration = Duration::from_millis(100);
/// Longest wait for an answer to what was sent.
const ANSWER: Duration = Duration::from_secs(3);

/// A serial line, and what is heard on it.
struct Line {
    name: String,
    port: Box<dyn SerialPort>,
    listener: Listener,
    /// Set when the user wants to stop.
    stop: Arc<AtomicBool>,
}

/// Why nothing more is heard.
enum Silence {
    /// Nothing came in time.
    Late,
    /// The user wants to stop.
    Stopped,
    /// The port is gone.
    Gone(String),
}

impl Line {
    /// The lines that come next, at least one, or nothing but bytes that are no text.
    fn next(&mut self, patience: Duration) -> Result<Vec<String>, Silence> {
        let until = Instant::now() + patience;
        let mut bytes = [0; 1024];
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Silence::Stopped);
            }
            match self.port.read(&mut bytes) {
                Ok(0) => return Err(Silence::Gone("it gives no more bytes".to_owned())),
                Ok(count) => {
                    let lines = self.listener.hear(bytes.get(..count).unwrap_or_default());
                    if !lines.is_empty() || self.listener.is_garbage() {
                        return Ok(lines);
                    }
                }
                Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
                Err(error) => return Err(Silence::Gone(error.to_string())),
            }
            if Instant::now() >= until {
                return Err(Silence::Late);
            }
        }
    }

    fn fault(&self, why: impl std::fmt::Display) -> Fault {
        Fault::new(&self.name, "--port", why)
    }
}

/// What the suite prints on the board at a port; the same is in the file `save` as soon as it came.
pub(super) fn log(name: &str, save: &Path, patience: Duration) -> Result<String, Fault> {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stop);
    ctrlc::set_handler(move || seen.store(true, Ordering::Relaxed))
        .map_err(|error| Fault::new(name, "--port", format!("Ctrl-C can't be listened to: {error}")))?;
    let mut line =
        Line { name: name.to_owned(), port: dial::open(name)?, listener: Listener::default(), stop };
    let mut saved = Saved::create(save)?;
    let bar = ProgressBar::new(STEPS.len() as u64 * REPETITIONS);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} steps, {elapsed} {wide_msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(500));
    let heard = dial::find_speed(&mut line, patience, &bar);
    let result = heard.and_then(|first| collect(&mut line, &mut saved, first, patience, &bar));
    bar.finish_and_clear();
    result
}

/// Reads on until the suite is done.
fn collect(
    line: &mut Line,
    saved: &mut Saved,
    first: Vec<String>,
    patience: Duration,
    bar: &ProgressBar,
) -> Result<String, Fault> {
    let mut lines = first;
    // Words that are not the suite's don't keep it waiting for ever.
    let mut last = Instant::now();
    loop {
        for text in lines {
            saved.add(&text)?;
            match Said::of(&text) {
                Said::Heading { steps } => {
                    bar.set_position(0);
                    if steps > 0 {
                        bar.set_length(steps as u64 * REPETITIONS);
                    }
                }
                Said::Step(step) => {
                    bar.inc(1);
                    bar.set_message(step);
                }
                Said::Done => return Ok(saved.text().to_owned()),
                Said::Stopped(why) => {
                    return Err(line.fault(format!("the suite stopped: {why}{}", saved.whereabouts())));
                }
                Said::Protocol(mode) => return Err(line.fault(wrong_firmware(mode.as_deref()))),
                Said::Other => continue,
            }
            last = Instant::now();
        }
        let why = match line.next(patience.saturating_sub(last.elapsed())) {
            Ok(more) => {
                lines = more;
                continue;
            }
            Err(Silence::Late) => format!(
                "no line of the suite came for {} s: the board stopped, or a step takes longer (--patience)",
                patience.as_secs_f64()
            ),
            Err(Silence::Stopped) => "stopped by Ctrl-C".to_owned(),
            Err(Silence::Gone(why)) => format!("the port is gone, was the cable unplugged? ({why})"),
        };
        if let Some(rest) = line.listener.rest() {
            saved.add(&rest)?;
        }
        return Err(line.fault(why + &saved.whereabouts()));
    }
}
