//! Files in: an error is one sentence.

use std::io::ErrorKind;
use std::path::Path;

use joulegram_report::fault::Fault;
use joulegram_report::resolve::{Case, resolve};
use joulegram_report::scenario_file::ScenarioFile;

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

/// The bytes of a file named inside `base`, relative to the folder `base` is in.
pub(crate) fn read_beside(base: &Path, name: &str) -> Result<Vec<u8>, String> {
    read(&base.parent().unwrap_or(Path::new("")).join(name))
}

/// The case that a scenario's file describes, and the file's name for faults.
pub(crate) fn read_case(path: &Path) -> Result<(String, Case), Fault> {
    let file = path.display().to_string();
    let bytes = read_input(path)?;
    if bytes.get(4..8) == Some(b"TFL3") {
        return Err(Fault::new(
            &file,
            "",
            "it is a model: give a scenario .json that names it under `model`",
        ));
    }
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| Fault::new(&file, "", format!("no UTF-8 text: {error}")))?;
    let scenario = ScenarioFile::from_json(&file, text)?;
    let case = resolve(&file, &scenario, None, &|name| read_beside(path, name))?;
    Ok((file, case))
}
