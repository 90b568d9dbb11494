//! A board at the other end of a pseudo-terminal, and what it says.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use serde_json::Value;

pub(crate) const HEADING: &str =
    "joulegram suite board=qemu-m4 counter=systick hertz=25000000 steps=79 firmware=0.1.0";
pub(crate) const DONE: &str = "joulegram suite done";

pub(crate) fn log() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/calibration/qemu-m4.log");
    std::fs::read_to_string(file).unwrap()
}

/// Text as a board sends it: lines end with CR LF.
pub(crate) fn sent(lines: &[&str]) -> Vec<u8> {
    lines.iter().flat_map(|line| format!("{line}\r\n").into_bytes()).collect()
}

/// The board's end of a line.
pub(crate) struct Board {
    line: File,
}

impl Board {
    pub(crate) fn say(&mut self, bytes: &[u8]) {
        self.line.write_all(bytes).unwrap();
    }

    /// The speed that the host has set.
    pub(crate) fn speed(&self) -> u32 {
        tcgetattr(&self.line).unwrap().output_speed()
    }

    /// Waits for a byte of the host's.
    pub(crate) fn hear(&mut self) -> u8 {
        let mut byte = [0];
        self.line.read_exact(&mut byte).unwrap();
        byte[0]
    }

    /// Waits until the host has set that speed.
    pub(crate) fn await_speed(&self, speed: u32) {
        while self.speed() != speed {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A folder, a terminal with a board at its other end, and the command line at it.
pub(crate) struct Bench {
    pub(crate) folder: PathBuf,
    pub(crate) port: String,
    /// Keeps the terminal, so that nothing is lost before the command line opens it.
    pub(crate) terminal: File,
    pub(crate) board: JoinHandle<Board>,
}

impl Bench {
    pub(crate) fn new(name: &str, behave: impl FnOnce(&mut Board) + Send + 'static) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("port").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let line = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&line).unwrap();
        unlockpt(&line).unwrap();
        let port = ptsname(&line, Vec::new()).unwrap().into_string().unwrap();
        let terminal = OpenOptions::new().read(true).write(true).open(&port).unwrap();
        let mut attributes = tcgetattr(&terminal).unwrap();
        attributes.make_raw();
        // Not one of a board's speeds: what the host sets can be told.
        attributes.set_speed(300).unwrap();
        tcsetattr(&terminal, OptionalActions::Now, &attributes).unwrap();
        let mut board = Board { line: line.into() };
        let board = std::thread::spawn(move || {
            board.await_speed(115_200);
            behave(&mut board);
            board
        });
        Self { folder, port, terminal, board }
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.join("board.json")
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("board.log")).unwrap()
    }

    pub(crate) fn spawn(&self, more: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_joulegram"))
            .args(["calibrate", "--port", &self.port, "--format", "json", "--out"])
            .arg(self.out())
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs the command line while the board behaves: its report.
    pub(crate) fn report(self, more: &[&str]) -> (Self, Value) {
        let output = self.spawn(more).wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        (self, serde_json::from_slice(&output.stdout).unwrap())
    }

    /// The same where it refuses: its one sentence. No profile is left, and no draft of one.
    pub(crate) fn refusal(self, more: &[&str]) -> (Self, String) {
        let said = told(self.spawn(more));
        for entry in std::fs::read_dir(&self.folder).unwrap() {
            let name = entry.unwrap().file_name();
            assert!(["board.log", "other.log"].iter().any(|log| name == *log), "{name:?}");
        }
        (self, said)
    }
}

pub(crate) fn told(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    said
}

/// The first steps of the log, as they are kept.
pub(crate) fn first_steps(count: usize) -> String {
    let log = log();
    let steps: Vec<&str> = log.lines().take(count).collect();
    [&[HEADING], &steps[..], &[""]].concat().join("\n")
}

/// A run that is too short for a fit, which takes its time in a debug build.
pub(crate) fn short_run() -> String {
    format!("{}{DONE}\n", first_steps(4))
}

/// What is said of such a run.
pub(crate) const TOO_SHORT: &str = "and a fit needs 31 at least";
