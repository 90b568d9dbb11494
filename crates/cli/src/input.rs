//! What is asked about: a scenario's or a model's file, or a link of the page.

use std::path::{Component, Path};

use joulegram_report::fault::Fault;
use joulegram_report::link;
use joulegram_report::resolve::{Case, resolve};
use joulegram_report::scenario_file::ScenarioFile;

use crate::files;

/// An input, read.
pub(crate) struct Input<'a> {
    /// What faults call it.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// The file; `None` for a link.
    path: Option<&'a Path>,
}

impl<'a> Input<'a> {
    /// Reads a file, or the scenario of a link.
    pub(crate) fn read(given: &'a Path) -> Result<Self, Fault> {
        if let Some(text) = given.to_str().filter(|text| link::is_link(text)) {
            let bytes = link::scenario(text)?.into_bytes();
            return Ok(Self { name: link::NAME.to_owned(), bytes, path: None });
        }
        let bytes = files::read_input(given)?;
        Ok(Self { name: given.display().to_string(), bytes, path: Some(given) })
    }

    /// JSON begins with a brace; a model has its identifier at byte 4.
    pub(crate) fn is_scenario(&self) -> bool {
        let is_json = |path: &Path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
        self.path.is_none_or(is_json)
            || self.bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') && !self.is_model()
    }

    fn is_model(&self) -> bool {
        self.bytes.get(4..8) == Some(b"TFL3")
    }

    /// The text of a scenario.
    pub(crate) fn text(&self) -> Result<&str, Fault> {
        std::str::from_utf8(&self.bytes)
            .map_err(|error| Fault::new(&self.name, "", format!("no UTF-8 text: {error}")))
    }

    /// The bytes of a file that the input names: it lies beside it, of a link in the folder where the program runs.
    pub(crate) fn beside(&self, name: &str) -> Result<Vec<u8>, String> {
        if let Some(path) = self.path {
            return files::read(&path.parent().unwrap_or(Path::new("")).join(name));
        }
        // A link comes from anyone: it reaches nothing outside this folder.
        let name = Path::new(name);
        if !name.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err("a link may only name files of this folder".to_owned());
        }
        if !name.exists() {
            return Err("a link names a file and does not hold it: put it into this folder".to_owned());
        }
        files::read(name)
    }

    /// The case that a scenario describes.
    pub(crate) fn case(&self) -> Result<Case, Fault> {
        if self.is_model() {
            let why = "it is a model: give a scenario .json that names it under `model`";
            return Err(Fault::new(&self.name, "", why));
        }
        let scenario = ScenarioFile::from_json(&self.name, self.text()?)?;
        resolve(&self.name, &scenario, None, &|name| self.beside(name))
    }
}
