//! The file that a log is kept in while it comes.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use joulegram_report::calibration::listen::Said;
use joulegram_report::fault::Fault;

/// A log under way. Each line is in the file before the next is waited for; a file without a line is not left behind.
pub(super) struct Saved {
    path: PathBuf,
    file: File,
    text: String,
    steps: usize,
}

impl Saved {
    /// Begins a file; one that is there is never written over, for it may be an hour's work of a board.
    pub(super) fn create(path: &Path) -> Result<Self, Fault> {
        let file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
            let why = match error.kind() {
                ErrorKind::AlreadyExists => {
                    "it is there already, and a log is not written over: give another name".to_owned()
                }
                ErrorKind::NotFound => "there is no such folder".to_owned(),
                ErrorKind::PermissionDenied => "this user may not write there".to_owned(),
                _ => format!("it can't be written: {error}"),
            };
            Fault::new(&path.display().to_string(), "--save-log", why)
        })?;
        Ok(Self { path: path.to_owned(), file, text: String::new(), steps: 0 })
    }

    /// Adds a line.
    pub(super) fn add(&mut self, line: &str) -> Result<(), Fault> {
        self.steps += usize::from(matches!(Said::of(line), Said::Step(_)));
        let start = self.text.len();
        self.text.push_str(line);
        self.text.push('\n');
        let added = self.text.get(start..).unwrap_or_default();
        self.file.write_all(added.as_bytes()).map_err(|error| {
            Fault::new(
                &self.path.display().to_string(),
                "--save-log",
                format!("it can't be written: {error}"),
            )
        })
    }

    /// All that was added.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The end of a sentence that says where it is.
    pub(super) fn whereabouts(&self) -> String {
        let path = self.path.display();
        match self.steps {
            0 => "; no step had been logged".to_owned(),
            count => format!(
                "; what came, {count} steps, is in {path}: `joulegram calibrate --log {path}` reads it"
            ),
        }
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        if self.steps == 0 {
            // Without a step there is nothing to keep.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
