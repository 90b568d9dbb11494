//! The profile of a calibration, and its file.

use joulegram::calibrate::fit::watts::Span;
use joulegram::device::{Calibrated, Class, Cost, Counter, Evidence, PROFILE_SCHEMA_VERSION, Profile};
use joulegram::range::Range;
use joulegram::sourced::{Sourced, text};
use joulegram::units::{Cycles, Factor, Hertz, Quantity, Volts, Watts};

use super::Calibration;
use crate::scenario_file::CALIBRATION;

impl Calibration {
    /// The profile; `None` if a number is none that a profile can hold.
    #[must_use]
    pub fn profile(&self) -> Option<Profile> {
        let source = text(&format!(
            "joulegram calibrate on {}: {} windows{}",
            self.board,
            self.windows.len(),
            self.label.map_or(String::new(), |label| format!("; {label}")),
        ));
        let year = self.parts.year;
        let (low, mode, high) = self.fit.factor();
        let factor: Range<Factor> = Range::of(low, mode, high).ok()?;
        let clock = self.parts.samples.first()?.clock_hertz;
        let clock: Option<Hertz> = if clock == 0 { None } else { Some(Hertz::checked(clock as f64).ok()?) };
        let mut kinds = self.fit.kinds();
        for cost in &mut kinds {
            if let Some((_, ratio)) = self.watts.ratios.iter().find(|(kind, _)| *kind == cost.kind) {
                cost.watts_ratio = Factor::checked(*ratio).ok()?;
            }
        }
        let watts = |span: Option<Span>| -> Option<Option<Sourced<Watts>>> {
            let Some((low, mode, high)) = span else { return Some(None) };
            Some(Some(Sourced { range: Range::of(low, mode, high).ok()?, year, source: source.clone() }))
        };
        let active = match self.parts.given_watts {
            Some(given) => Some(Sourced::given(Range::exact(Watts::checked(given).ok()?))),
            None => watts(self.watts.active)?,
        };
        Some(Profile {
            schema_version: PROFILE_SCHEMA_VERSION,
            name: text(&self.name),
            class: if self.board == super::HOST { Class::Computer } else { Class::Board },
            evidence: self.evidence,
            software: Some(text(&self.parts.software)),
            cost: Cost::Calibrated(Calibrated {
                counter: match self.evidence {
                    Evidence::Emulated => Counter::Instructions,
                    _ => Counter::Cycles,
                },
                clock_hertz: clock.map(|clock| Sourced {
                    range: Range::exact(clock),
                    year,
                    source: source.clone(),
                }),
                per_inference: Cycles::checked(self.fit.per_inference()).ok()?,
                per_weight_byte: Cycles::wrap(0.0),
                kinds,
                cycles_factor: Sourced { range: factor, year, source: source.clone() },
            }),
            active_watts: active,
            idle_watts: watts(self.watts.idle)?,
            sleep_watts: watts(self.watts.sleep)?,
            supply_volts: match self.parts.volts {
                Some(volts) => Some(Sourced::given(Range::exact(Volts::checked(volts).ok()?))),
                None => None,
            },
            regulator: self.parts.regulator,
        })
    }

    /// The profile's file, with all that it rests on under `calibration`.
    #[must_use]
    pub fn file(&self) -> Option<String> {
        let mut file = serde_json::to_value(self.profile()?).ok()?;
        file.as_object_mut()?.insert(CALIBRATION.to_owned(), serde_json::to_value(self).ok()?);
        Some(serde_json::to_string_pretty(&file).ok()? + "\n")
    }
}
