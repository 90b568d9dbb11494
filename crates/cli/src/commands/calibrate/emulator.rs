//! The suite on an emulated board: built, run, and its log read line by line.

use std::io::{BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use joulegram::calibrate::suite::STEPS;
use joulegram_report::fault::Fault;

use crate::args::calibrate::EmulatedBoard;

/// Longest silence of the emulator.
const PATIENCE: Duration = Duration::from_secs(60);

/// The line behind the suite's last.
const DONE: &str = "joulegram suite done";
/// What that line begins with where a step could not be run.
const STOPPED: &str = "joulegram suite stopped";
/// How often the image runs all steps.
const REPETITIONS: u64 = 5;

/// How a board is built for and emulated.
struct Recipe {
    feature: &'static str,
    target: &'static str,
    emulator: &'static str,
    package: &'static str,
    arguments: &'static [&'static str],
}

impl EmulatedBoard {
    const fn recipe(self) -> Recipe {
        match self {
            Self::QemuM4 => Recipe {
                feature: "qemu-m4",
                target: "thumbv7em-none-eabihf",
                emulator: "qemu-system-arm",
                package: "qemu-system-arm",
                arguments: &["-M", "mps2-an386"],
            },
            Self::QemuM0 => Recipe {
                feature: "qemu-m0",
                target: "thumbv6m-none-eabi",
                emulator: "qemu-system-arm",
                package: "qemu-system-arm",
                // This board's processor runs ARMv6-M code as it is.
                arguments: &["-M", "mps2-an385"],
            },
            Self::QemuRv32 => Recipe {
                feature: "qemu-rv32",
                target: "riscv32imc-unknown-none-elf",
                emulator: "qemu-system-riscv32",
                package: "qemu-system-misc",
                arguments: &["-M", "virt", "-bios", "none"],
            },
        }
    }
}

/// What the suite prints on an emulated board.
pub(super) fn log(board: EmulatedBoard, image: Option<&Path>) -> Result<String, Fault> {
    let recipe = board.recipe();
    let image = match image {
        Some(image) => image.to_owned(),
        None => build(&recipe)?,
    };
    if !image.is_file() {
        return Err(Fault::new(&image.display().to_string(), "--image", "there is no such file"));
    }
    run(&recipe, &image)
}

/// Builds the image from the project's source.
fn build(recipe: &Recipe) -> Result<PathBuf, Fault> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = root.join("crates/firmware/Cargo.toml");
    let fault = |why: String| Fault::new("", "--emulator", why);
    if !manifest.is_file() {
        return Err(fault(format!(
            "{} is not there: the image is built from joulegram's source; give one that is built with --image",
            manifest.display()
        )));
    }
    let bar = spinner("building the image");
    let directory = root.join("target/firmware");
    let built = Command::new("cargo")
        .args(["build", "--quiet", "--release", "--locked", "--bin", "suite"])
        .args(["--features", recipe.feature, "--target", recipe.target, "--manifest-path"])
        .arg(&manifest)
        .arg("--target-dir")
        .arg(&directory)
        .output();
    bar.finish_and_clear();
    let built = built.map_err(|error| fault(format!("cargo can't be run: {error}")))?;
    if !built.status.success() {
        let said = String::from_utf8_lossy(&built.stderr);
        let first = said.lines().find(|line| line.starts_with("error")).unwrap_or("cargo failed");
        let advice = if said.contains("may not be installed") {
            format!("; `rustup target add {}` installs what it needs", recipe.target)
        } else {
            String::new()
        };
        return Err(fault(format!("the image can't be built: {first}{advice}")));
    }
    Ok(directory.join(recipe.target).join("release/suite"))
}

/// Runs an image and collects what it prints.
fn run(recipe: &Recipe, image: &Path) -> Result<String, Fault> {
    let fault = |why: String| Fault::new("", "--emulator", why);
    let mut emulator = Command::new(recipe.emulator)
        .args(recipe.arguments)
        // An instruction takes 128 ns of the board's time, which is what the image takes it for.
        .args([
            "-icount",
            "shift=7,sleep=off",
            "-display",
            "none",
            "-monitor",
            "none",
            "-serial",
            "stdio",
            "-kernel",
        ])
        .arg(image)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| {
            fault(match error.kind() {
                ErrorKind::NotFound => {
                    format!("{} is not installed: the package is {}", recipe.emulator, recipe.package)
                }
                _ => format!("{} can't be run: {error}", recipe.emulator),
            })
        })?;
    let bar = ProgressBar::new(STEPS.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} steps, {elapsed}") {
        bar.set_style(style);
    }
    let (send, lines) = mpsc::channel();
    if let Some(out) = emulator.stdout.take() {
        std::thread::spawn(move || {
            // Ends with the emulator, or when nobody listens any more.
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
    }
    let mut text = String::new();
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                let line = line.trim_end();
                if let Some(steps) = line.split(" steps=").nth(1).and_then(|rest| rest.split(' ').next()) {
                    bar.set_length(steps.parse().unwrap_or(STEPS.len() as u64) * REPETITIONS);
                }
                text.push_str(line);
                text.push('\n');
                bar.inc(1);
                if line == DONE || line.starts_with(STOPPED) {
                    break;
                }
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                // It may have ended meanwhile.
                let _ = emulator.kill();
                let _ = emulator.wait();
                return Err(fault(format!("the emulator said nothing for {} s", PATIENCE.as_secs())));
            }
        }
    }
    bar.finish_and_clear();
    // The image waits for a byte that starts it again.
    let _ = emulator.kill();
    let _ = emulator.wait();
    let last = text.lines().last().unwrap_or("it printed nothing");
    if last != DONE {
        return Err(fault(format!("the image stopped before it was done: {last}")));
    }
    Ok(text)
}

fn spinner(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.set_message(message);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
