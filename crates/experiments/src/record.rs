//! A finished experiment as files: all of a folder, or nothing.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::chart::svg;
use crate::experiment::{Claim, Experiment, Finding};
use crate::row::Row;

/// The measured points.
pub const DATA: &str = "data.csv";
/// What was claimed and what was shown.
pub const CLAIMS: &str = "claims.csv";
/// What it ran on.
pub const MACHINE: &str = "machine.csv";

/// A line of `claims.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimLine {
    /// The paper's figure, table or section.
    pub place: String,
    /// What the paper says.
    pub paper: String,
    /// What this platform should show.
    pub platform: String,
    /// What was shown.
    pub shown: String,
    /// `yes` or `no`.
    pub as_expected: String,
    /// `yes`, `no` or `not comparable`.
    pub as_paper: String,
}

impl ClaimLine {
    /// A claim beside its finding.
    #[must_use]
    pub fn new(claim: &Claim, finding: &Finding) -> Self {
        let word = |yes: bool| if yes { "yes" } else { "no" };
        Self {
            place: claim.place.to_owned(),
            paper: claim.paper.to_owned(),
            platform: claim.platform.to_owned(),
            shown: finding.shown.clone(),
            as_expected: word(finding.as_expected).to_owned(),
            as_paper: finding.as_paper.map_or("not comparable", word).to_owned(),
        }
    }
}

/// What follows from an experiment's rows: name and content of each file but the machine's.
///
/// # Errors
/// If rows are missing that a finding or a chart needs.
pub fn files(experiment: &Experiment, rows: &[Row]) -> Result<Vec<(String, String)>> {
    let findings = experiment.findings(rows)?;
    let lines =
        experiment.claims.iter().zip(&findings).map(|(claim, finding)| ClaimLine::new(claim, finding));
    let mut files =
        vec![(DATA.to_owned(), csv_text(rows)?), (CLAIMS.to_owned(), csv_text(&lines.collect::<Vec<_>>())?)];
    for chart in (experiment.charts)(rows) {
        files.push((format!("{}.svg", chart.file), svg(&chart)?));
    }
    Ok(files)
}

/// The machine's file.
///
/// # Errors
/// If the text can't be built.
pub fn machine_file(lines: &[(&'static str, String)]) -> Result<(String, String)> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["what", "value"])?;
    for (what, value) in lines {
        writer.write_record([*what, value])?;
    }
    Ok((MACHINE.to_owned(), String::from_utf8(writer.into_inner()?)?))
}

/// Replaces a folder by files, the old one kept until the new one is complete.
///
/// # Errors
/// If a file can't be written.
pub fn write(folder: &Path, files: &[(String, String)]) -> Result<()> {
    let name = folder.file_name().context("the folder has no name")?.to_string_lossy();
    let beside = |ending: &str| folder.with_file_name(format!("{name}.{ending}"));
    let (new, old) = (beside("new"), beside("old"));
    if new.exists() {
        fs::remove_dir_all(&new).with_context(|| new.display().to_string())?;
    }
    fs::create_dir_all(&new).with_context(|| new.display().to_string())?;
    for (file, text) in files {
        let path = new.join(file);
        fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    if folder.exists() {
        fs::rename(folder, &old).with_context(|| folder.display().to_string())?;
    }
    fs::rename(&new, folder).with_context(|| folder.display().to_string())?;
    if old.exists() {
        fs::remove_dir_all(&old).with_context(|| old.display().to_string())?;
    }
    Ok(())
}

/// The rows of a record.
///
/// # Errors
/// If the file can't be read, or a line is no row.
pub fn read_rows(folder: &Path) -> Result<Vec<Row>> {
    let rows: Vec<Row> = read(&folder.join(DATA))?;
    ensure!(!rows.is_empty(), "{}: there is no row", folder.join(DATA).display());
    Ok(rows)
}

/// The claims of a record.
///
/// # Errors
/// If the file can't be read, or a line is no claim.
pub fn read_claims(folder: &Path) -> Result<Vec<ClaimLine>> {
    read(&folder.join(CLAIMS))
}

/// The machine's lines of a record.
///
/// # Errors
/// If the file can't be read, or a line is not a name and a value.
pub fn read_machine(folder: &Path) -> Result<Vec<(String, String)>> {
    read(&folder.join(MACHINE))
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<T>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    reader.deserialize().collect::<Result<_, _>>().with_context(|| path.display().to_string())
}

fn csv_text<T: Serialize>(lines: &[T]) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.serialize(line)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}
