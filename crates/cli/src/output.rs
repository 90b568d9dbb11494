//! Where the answer goes: a terminal, a pipe, or a file that is either whole or not there.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use joulegram_report::fault::Fault;
use joulegram_report::render;
use joulegram_report::section::Section;
use serde::Serialize;

use crate::Failure;
use crate::args::{Format, OutputArgs};

/// A destination that has been checked.
pub(crate) struct Output {
    format: Format,
    /// What heads a page.
    title: String,
    file: Option<Pending>,
}

/// A file under way: written beside its name, and put in place at the end.
pub(crate) struct Pending {
    /// The argument that named it.
    field: &'static str,
    target: PathBuf,
    draft: PathBuf,
    file: fs::File,
}

impl Output {
    /// Checks before any work that the answer can be written.
    pub(crate) fn open(args: &OutputArgs) -> Result<Self, Failure> {
        let file = args.out.as_deref().map(|file| Pending::create(file, "--out")).transpose()?;
        Ok(Self { format: args.format, title: "joulegram".to_owned(), file })
    }

    /// The same destination, its page headed by a name.
    pub(crate) fn titled(self, title: &str) -> Self {
        Self { title: title.to_owned(), ..self }
    }

    /// Whether that format was asked for.
    pub(crate) fn is(&self, format: Format) -> bool {
        self.format == format
    }

    /// Writes a text as it is.
    pub(crate) fn write_text(self, text: &str) -> Result<(), Failure> {
        match self.file {
            Some(pending) => pending.finish(text.as_bytes()),
            None => print(text.as_bytes()),
        }
    }

    /// Writes the answer in the format that was asked for.
    pub(crate) fn write(
        self,
        document: &impl Serialize,
        sections: impl FnOnce() -> Vec<Section>,
        csv: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let text = match self.format {
            Format::Text => render::text(&sections(), self.file.is_none() && has_style()),
            Format::Markdown => render::markdown(&sections()),
            Format::Csv => csv(),
            Format::Latex => {
                return Err(Failure::Input(
                    "--format latex: only the answer of `estimate` for one device has it".to_owned(),
                ));
            }
            Format::Html => render::html(&self.title, &sections()),
            Format::Json => match serde_json::to_string_pretty(document) {
                Ok(json) => json + "\n",
                Err(error) => {
                    return Err(Failure::Input(format!("the result can't be written as JSON: {error}")));
                }
            },
        };
        self.write_text(&text)
    }
}

/// Prints; a reader that has had enough (`| head`) is no error.
pub(crate) fn print(text: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Input(format!("the answer can't be printed: {error}")))
        }
        _ => Ok(()),
    }
}

/// Styles only on a terminal that has them, and never against the user's wish.
pub(crate) fn has_style() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal()
        && !set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

impl Pending {
    /// Checks before any work that the file can be written; `field` is the argument that names it.
    pub(crate) fn create(target: &Path, field: &'static str) -> Result<Self, Fault> {
        let fault = |why: String| Fault::new(&target.display().to_string(), field, why);
        if target.is_dir() {
            return Err(fault("it is a folder, not a file".to_owned()));
        }
        let Some(name) = target.file_name() else { return Err(fault("it is no file name".to_owned())) };
        let mut draft_name = name.to_owned();
        draft_name.push(format!(".{}.part", std::process::id()));
        let draft = target.with_file_name(draft_name);
        match OpenOptions::new().write(true).create_new(true).open(&draft) {
            Ok(file) => Ok(Self { field, target: target.to_owned(), draft, file }),
            Err(error) => Err(fault(match error.kind() {
                ErrorKind::NotFound => "there is no such folder".to_owned(),
                ErrorKind::NotADirectory => "a part of its path is no folder".to_owned(),
                ErrorKind::PermissionDenied => "this user may not write there".to_owned(),
                _ => format!("it can't be written: {error}"),
            })),
        }
    }

    /// Writes the file and puts it in place.
    pub(crate) fn finish(mut self, text: &[u8]) -> Result<(), Failure> {
        self.file.write_all(text).and_then(|()| fs::rename(&self.draft, &self.target)).map_err(|error| {
            Failure::Input(format!("{}: {}: it can't be written: {error}", self.target.display(), self.field))
        })
    }
}

/// What was begun and not finished leaves nothing behind.
impl Drop for Pending {
    fn drop(&mut self) {
        // After a rename there is nothing to remove, and that is no error.
        let _ = fs::remove_file(&self.draft);
    }
}
