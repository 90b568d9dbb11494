//! What a person says of a board and its meter, as it was typed.

use joulegram::calibrate::fit::watts::Accuracy;
use joulegram::device::Regulator;
use joulegram::units::{Volts, Watts};
use serde::Deserialize;

use super::Parts;
use crate::entry;
use crate::fault::Fault;
use crate::measurement::year_of;

/// How far an instrument may be off where nobody says so, in percent.
pub const ACCURACY_PERCENT: &str = "5";
/// How far a supply voltage may be off where nobody says so, in percent.
pub const VOLTS_ACCURACY_PERCENT: &str = "1";

/// What was typed; names are those of the command line's options.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Given {
    /// The profile's name.
    pub name: String,
    /// Supply voltage.
    pub volts: Option<String>,
    /// How far it may be off, in percent.
    pub volts_accuracy: Option<String>,
    /// How far the instrument may be off, in percent.
    pub accuracy: Option<String>,
    /// Watts while computing, where no meter says so.
    pub watts: Option<String>,
    /// How the supply becomes the core's voltage.
    pub regulator: Option<Regulator>,
    /// The meter's format, where its file does not tell.
    pub trace_format: Option<String>,
    /// Samples a second, where the meter's file does not say.
    pub samples_per_second: Option<String>,
    /// Shunt, where the trace is of its voltage.
    pub shunt: Option<String>,
    /// Columns by hand: `ROLE=NAME`.
    pub column: Vec<String>,
    /// The marker's channel, where there are several.
    pub marker: Option<String>,
    /// What marks windows: `edges` that fall, as where nothing is said, `rising` or `steps`.
    pub from: Option<String>,
}

impl Given {
    /// The parts of a calibration that nothing measures; `option` is what a shell calls an option.
    ///
    /// # Errors
    /// [`Fault`] that names the option and what is allowed.
    pub fn parts(&self, since_1970: u64, option: fn(&str) -> String) -> Result<Parts, Fault> {
        let (volts_name, watts_name) = (option("volts"), option("watts"));
        let volts =
            self.volts.as_deref().map(|typed| entry::number::<Volts>(&volts_name, typed)).transpose()?;
        let watts =
            self.watts.as_deref().map(|typed| entry::number::<Watts>(&watts_name, typed)).transpose()?;
        let share = |name: &str, typed: &Option<String>, usual: &str| {
            percent(&option(name), typed.as_deref().unwrap_or(usual))
        };
        let instrument = share("accuracy", &self.accuracy, ACCURACY_PERCENT)?;
        let off = share("volts_accuracy", &self.volts_accuracy, VOLTS_ACCURACY_PERCENT)?;
        Ok(Parts {
            name: self.name.clone(),
            board: String::new(),
            software: String::new(),
            year: year_of(since_1970),
            samples: Vec::new(),
            lost: Vec::new(),
            accuracy: Accuracy { instrument, volts: if volts.is_some() { off } else { 0.0 } },
            given_watts: watts.map(Watts::value),
            volts: volts.map(Volts::value),
            regulator: self.regulator,
            warnings: Vec::new(),
        })
    }
}

fn percent(field: &str, typed: &str) -> Result<f64, Fault> {
    let fault = |why: &str| Fault::new("", field, format!("`{typed}` is {why}"));
    let number: f64 = typed.trim().parse().map_err(|_| fault("no number"))?;
    if !(0.0..=100.0).contains(&number) {
        return Err(fault("outside 0 to 100 percent"));
    }
    Ok(number / 100.0)
}
