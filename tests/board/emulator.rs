//! QEMU with an image, its serial line on a pseudo-terminal.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// The boards, and how QEMU is told of each. An instruction takes 128 ns, and what rests takes no time of the host's.
pub(crate) const BOARDS: [(&str, &str, &[&str]); 3] = [
    ("qemu-m4", "qemu-system-arm", &["-M", "mps2-an386"]),
    // This board's processor runs ARMv6-M code as it is.
    ("qemu-m0", "qemu-system-arm", &["-M", "mps2-an385"]),
    ("qemu-rv32", "qemu-system-riscv32", &["-M", "virt", "-bios", "none"]),
];

/// A board that runs until it is dropped.
pub(crate) struct Emulator {
    qemu: Child,
    line: File,
    received: Receiver<Vec<u8>>,
    /// What was received and not yet read.
    rest: Vec<u8>,
    /// Where QEMU writes what it traces.
    pub(crate) trace: PathBuf,
}

impl Emulator {
    /// Starts `board` with `image`, and further arguments of QEMU's. It waits for a host before it sends.
    pub(crate) fn start(board: &str, image: &str, arguments: &[&str]) -> Self {
        let (_, program, machine) =
            BOARDS.into_iter().find(|(name, ..)| *name == board).expect("a board of the list");
        let folder = PathBuf::from(
            std::env::var("JOULEGRAM_IMAGES").expect("bash tests/run firmware names the images"),
        );
        let trace =
            std::env::temp_dir().join(format!("joulegram-{board}-{image}-{}.trace", std::process::id()));
        let mut qemu = Command::new(program)
            .args(machine)
            .args(["-display", "none", "-monitor", "none", "-serial", "pty", "-icount", "shift=7,sleep=off"])
            // Not started until the line is open, so that nothing said before is lost.
            .args(["-S", "-qmp", "stdio", "-D"])
            .arg(&trace)
            .args(arguments)
            .arg("-kernel")
            .arg(folder.join(format!("{board}-{image}")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("QEMU starts");
        let mut output = BufReader::new(qemu.stdout.take().expect("a pipe"));
        let line = open(&terminal(&mut output));
        let received = reader(line.try_clone().expect("a second handle"));
        let input = qemu.stdin.as_mut().expect("a pipe");
        input.write_all(b"{\"execute\":\"qmp_capabilities\"}{\"execute\":\"cont\"}\n").expect("QEMU listens");
        // It would stop if nobody read what it says.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Self { qemu, line, received, rest: Vec::new(), trace }
    }

    /// Sends bytes.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.line.write_all(bytes).expect("the board's line is open");
    }

    /// Receives up to and with `end`, each piece within `seconds` of the one before; `None` if it does not come.
    pub(crate) fn receive(&mut self, end: &[u8], seconds: u64) -> Option<Vec<u8>> {
        loop {
            if let Some(place) = self.rest.windows(end.len()).position(|bytes| bytes == end) {
                let rest = self.rest.split_off(place + end.len());
                return Some(std::mem::replace(&mut self.rest, rest));
            }
            match self.received.recv_timeout(Duration::from_secs(seconds)) {
                Ok(bytes) => self.rest.extend(bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
        let _ = std::fs::remove_file(&self.trace);
    }
}

/// The terminal that QEMU names among what it says.
fn terminal(output: &mut impl BufRead) -> String {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        assert!(output.read_line(&mut line).expect("text") > 0, "QEMU named no terminal: {text}");
        if let Some((_, name)) = line.split_once("redirected to ") {
            return name.split_whitespace().next().expect("a name").to_owned();
        }
        text.push_str(&line);
    }
}

/// Opens a terminal and leaves its bytes as they are.
fn open(terminal: &str) -> File {
    let line = OpenOptions::new().read(true).write(true).open(Path::new(terminal)).expect("QEMU's terminal");
    let mut attributes = tcgetattr(&line).expect("a terminal");
    attributes.make_raw();
    tcsetattr(&line, OptionalActions::Now, &attributes).expect("a terminal");
    line
}

fn reader(mut line: File) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        // The terminal's end is an error on Linux.
        while let Ok(count @ 1..) = line.read(&mut bytes) {
            if sender.send(bytes[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}
