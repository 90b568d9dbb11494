//! Files in: an error is one sentence.

use std::io::ErrorKind;
use std::path::Path;

use joulegram_report::fault::Fault;

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::NotADirectory => "a part of its path is no folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        ErrorKind::PermissionDenied => "it may not be read by this user".to_owned(),
        _ => format!("it can't be read: {error}"),
    })
}

/// The bytes of the file that the user named.
pub(crate) fn read_input(path: &Path) -> Result<Vec<u8>, Fault> {
    read(path).map_err(|why| Fault::new(&path.display().to_string(), "", why))
}

/// What an answer calls a model: its file's name.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
