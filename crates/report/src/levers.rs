//! Reduction measures ranked, and what a tenth of each input does.

use joulegram::digest::Digest;
use joulegram::levers::{
    Accuracy, LEVER_DRAWS, Measure, Ranking, Refusal, Saving, combined, rank, saved, scratch_len, sensitivity,
};
use joulegram::plan::Plan;
use joulegram::range::Range;
use serde::Serialize;

use crate::document::GIVEN;
use crate::fault::{Fault, nearest};
use crate::json;
use crate::number::{GRAMS, KILOWATT_HOURS, percent};
use crate::render;
use crate::resolve::Case;
use crate::section::{Section, Table};

/// The version of this answer's JSON form.
pub const LEVERS_SCHEMA_VERSION: u32 = 1;
/// Most inputs that a table of tenths shows; JSON and CSV have all.
const TENTHS_SHOWN: usize = 10;

/// The answer. Field names are the JSON's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Levers<'a> {
    /// [`LEVERS_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Digest of every number below.
    pub digest: Digest,
    /// What the answer is about.
    pub name: &'a str,
    /// All measures.
    #[serde(flatten)]
    pub ranking: Ranking,
    /// Several measures one after the other, where they were asked for.
    pub combined: Option<Combined>,
    /// What a tenth of each input does, the strongest first.
    pub sensitivity: Vec<TenthRow<'a>>,
}

/// Several measures one after the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Combined {
    /// Which, in order.
    pub measures: Vec<Measure>,
    /// Emissions saved, operational and embodied.
    pub saved_grams_co2e: Range<f64>,
    /// Operational emissions saved.
    pub saved_operational_grams_co2e: Range<f64>,
    /// Energy saved at the facility.
    pub saved_kilowatt_hours: Range<f64>,
}

/// What a tenth of an input does to the emissions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TenthRow<'a> {
    /// Which quantity, in plain words.
    pub what: &'static str,
    /// Of what: a device, a site or a stage.
    pub of: &'a str,
    /// Most likely value.
    pub value: f64,
    /// Unit; empty for a ratio or a count.
    pub unit: &'static str,
    /// Change of the emissions with a tenth less; null outside the input's limits.
    pub less: Option<f64>,
    /// The same with a tenth more.
    pub more: Option<f64>,
    /// Where the value comes from.
    pub source: &'a str,
}

impl<'a> Levers<'a> {
    /// Ranks all measures; `together` names those that are combined too.
    ///
    /// # Errors
    /// [`Fault`] that names what is wrong with the scenario, or with the combination.
    pub fn of(file: &str, case: &'a Case, together: &[Measure]) -> Result<Self, Fault> {
        let fault = |error: joulegram::plan::PlanError| Fault::new(file, "", error);
        let mut scratch = vec![0.0; scratch_len(LEVER_DRAWS)];
        let ranking = rank(&case.scenario, &case.what_if, &mut scratch).map_err(fault)?;
        let combined = match together {
            [] => None,
            measures => {
                let changed = combined(&case.scenario, &case.what_if, measures)
                    .map_err(|(measure, refusal)| refused(measure, &refusal))?;
                let [saved_kilowatt_hours, saved_operational_grams_co2e, saved_grams_co2e] =
                    saved(&case.scenario, &changed, &mut scratch).map_err(fault)?;
                Some(Combined {
                    measures: measures.to_vec(),
                    saved_grams_co2e,
                    saved_operational_grams_co2e,
                    saved_kilowatt_hours,
                })
            }
        };
        let plan = Plan::new(&case.scenario).map_err(fault)?;
        let tenths = sensitivity(&plan);
        let sensitivity = tenths.iter().map(|tenth| TenthRow {
            what: tenth.input.what.words(),
            of: tenth.input.of,
            value: tenth.input.value.mode(),
            unit: tenth.input.unit,
            less: tenth.less,
            more: tenth.more,
            source: if tenth.input.source.is_empty() { GIVEN } else { tenth.input.source },
        });
        let levers = Self {
            schema_version: LEVERS_SCHEMA_VERSION,
            digest: Digest::default(),
            name: &case.name,
            sensitivity: sensitivity.collect(),
            ranking,
            combined,
        };
        Ok(Self { digest: levers.digest(), ..levers })
    }

    fn digest(&self) -> Digest {
        let range = |digest: Digest, range: &Range<f64>| {
            digest.number(range.low()).number(range.mode()).number(range.high())
        };
        let mut digest = range(Digest::default().count(self.ranking.draws), &self.ranking.grams_co2e);
        for saving in &self.ranking.savings {
            digest = range(digest.bytes(saving.description.name.as_bytes()), &saving.saved_grams_co2e);
            digest = range(digest, &saving.saved_kilowatt_hours);
        }
        if let Some(combined) = &self.combined {
            digest = range(digest, &combined.saved_grams_co2e);
        }
        self.sensitivity.iter().fold(digest, |digest, tenth| {
            digest.number(tenth.less.unwrap_or(0.0)).number(tenth.more.unwrap_or(0.0))
        })
    }
}

fn refused(measure: Measure, refusal: &Refusal) -> Fault {
    Fault::new("", "--combine", format!("{}: {refusal}", code(measure)))
}

/// A measure's name for programs: `other_region`.
#[must_use]
pub fn code(measure: Measure) -> String {
    json::name_of(measure)
}

/// The measures that a list with commas names.
///
/// # Errors
/// [`Fault`] that offers the nearest measure.
pub fn measures(field: &str, typed: &str) -> Result<Vec<Measure>, Fault> {
    let known: Vec<(Measure, String)> = Measure::ALL.map(|measure| (measure, code(measure))).to_vec();
    typed
        .split(',')
        .map(|name| {
            let name = name.trim();
            let found = known.iter().find(|(_, code)| code == name).map(|(measure, _)| *measure);
            found.ok_or_else(|| {
                let near = nearest(name, known.iter().map(|(_, code)| code.as_str()));
                let advice = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`joulegram levers` lists them".to_owned(),
                };
                Fault::new("", field, format!("unknown measure `{name}`; {advice}"))
            })
        })
        .collect()
}

/// The sections of a ranking.
#[must_use]
pub fn tell(levers: &Levers<'_>) -> Vec<Section> {
    let ranking = &levers.ranking;
    let mut answer = vec![format!(
        "The life of {} emits {} (operational and embodied) and takes {}.",
        levers.name,
        signed_range(GRAMS, &ranking.grams_co2e),
        signed_range(KILOWATT_HOURS, &ranking.kilowatt_hours),
    )];
    answer.push(match ranking.savings.first() {
        Some(first) if first.saved_grams_co2e.mode() > 0.0 => format!(
            "Most is saved by {}: {}.",
            first.description.name,
            signed_range(GRAMS, &first.saved_grams_co2e)
        ),
        _ => "No measure that is known here saves anything.".to_owned(),
    });
    if let Some(combined) = &levers.combined {
        let names: Vec<&str> = combined.measures.iter().map(|measure| measure.description().name).collect();
        answer.push(format!(
            "Together, {} save {} and {}.",
            names.join(", then "),
            signed_range(GRAMS, &combined.saved_grams_co2e),
            signed_range(KILOWATT_HOURS, &combined.saved_kilowatt_hours),
        ));
    }
    let mut sections = vec![Section::text("", answer), savings(&ranking.savings)];
    if !ranking.refused.is_empty() {
        let line = |refused: &joulegram::levers::Refused| format!("- {}: {}", refused.name, refused.reason);
        sections.push(Section::text("Measures that don't apply", ranking.refused.iter().map(line).collect()));
    }
    sections.push(tenths(&levers.sensitivity));
    let line = |saving: &Saving| {
        let about = &saving.description;
        let to = saving.to.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        format!("- {}{to}: if {}; {}, {}", about.name, about.condition, about.source, about.year)
    };
    sections.push(Section::text("What must hold, and sources", ranking.savings.iter().map(line).collect()));
    sections.push(Section::text(
        "Notes",
        vec![
            "- each measure is a change to the scenario by itself: savings don't add up; --combine applies several"
                .to_owned(),
            format!("- digest {} of {} draws", levers.digest, ranking.draws),
        ],
    ));
    sections
}

fn savings(savings: &[Saving]) -> Section {
    let mut table = Table::new(&["measure", "acts on", "#saves", "#of all", "#energy", "accuracy"]);
    for saving in savings {
        let about = &saving.description;
        table.row([
            about.name.to_owned(),
            about.stages.to_owned(),
            signed_range(GRAMS, &saving.saved_grams_co2e),
            signed_percent(saving.share),
            signed(KILOWATT_HOURS, saving.saved_kilowatt_hours.mode()),
            match about.accuracy {
                Accuracy::Unchanged => "unchanged",
                Accuracy::Unknown => "effect on accuracy unknown",
            }
            .to_owned(),
        ]);
    }
    Section::table("What each measure saves, the most first; less than nothing is taken beside", table)
}

fn tenths(rows: &[TenthRow<'_>]) -> Section {
    let mut table = Table::new(&["input", "of", "#10 % less", "#10 % more"]);
    let cell = |change: Option<f64>| change.map_or("-".to_owned(), signed_percent);
    for row in rows.iter().take(TENTHS_SHOWN) {
        table.row([row.what.to_owned(), row.of.to_owned(), cell(row.less), cell(row.more)]);
    }
    let mut section = Section::table("What a tenth of each input does to the emissions", table);
    if let Some(more) = rows.len().checked_sub(TENTHS_SHOWN).filter(|more| *more > 0) {
        section.after.push(format!("{more} more (all of them: --format json or csv)"));
    }
    section
}

/// A number with its unit and, where it is negative, a minus.
fn signed(scale: crate::number::Scale, number: f64) -> String {
    if number < 0.0 { format!("-{}", scale.number(-number)) } else { scale.number(number) }
}

fn signed_range(scale: crate::number::Scale, range: &Range<f64>) -> String {
    let mode = signed(scale, range.mode());
    if range.is_exact() {
        mode
    } else if range.low() >= 0.0 {
        format!("{mode} ({})", scale.span(range.low(), range.high()))
    } else {
        format!("{mode} ({} to {})", signed(scale, range.low()), signed(scale, range.high()))
    }
}

fn signed_percent(share: f64) -> String {
    if share < 0.0 { format!("-{}", percent(-share)) } else { percent(share) }
}

/// The ranking as CSV: one measure, refusal or tenth a row.
#[must_use]
pub fn csv(levers: &Levers<'_>) -> String {
    let mut table = Table::new(&[
        "section",
        "name",
        "of",
        "low",
        "mode",
        "high",
        "unit",
        "energy_kilowatt_hours",
        "accuracy",
        "condition",
        "year",
        "source",
    ]);
    for saving in &levers.ranking.savings {
        let (about, range) = (&saving.description, &saving.saved_grams_co2e);
        table.row([
            "saving".to_owned(),
            code(saving.measure),
            about.stages.to_owned(),
            range.low().to_string(),
            range.mode().to_string(),
            range.high().to_string(),
            "gCO2e".to_owned(),
            saving.saved_kilowatt_hours.mode().to_string(),
            match about.accuracy {
                Accuracy::Unchanged => "unchanged",
                Accuracy::Unknown => "unknown",
            }
            .to_owned(),
            about.condition.to_owned(),
            about.year.to_string(),
            about.source.to_owned(),
        ]);
    }
    let empty = String::new;
    for refused in &levers.ranking.refused {
        let mut row = vec!["refused".to_owned(), code(refused.measure)];
        row.extend([empty(), empty(), empty(), empty(), empty(), empty(), empty()]);
        row.extend([refused.reason.to_string(), empty(), empty()]);
        table.row(row);
    }
    for tenth in &levers.sensitivity {
        let number = |change: Option<f64>| change.map(|change| change.to_string()).unwrap_or_default();
        table.row([
            "tenth".to_owned(),
            tenth.what.to_owned(),
            tenth.of.to_owned(),
            number(tenth.less),
            empty(),
            number(tenth.more),
            "share of the emissions".to_owned(),
            empty(),
            empty(),
            empty(),
            empty(),
            tenth.source.to_owned(),
        ]);
    }
    render::table_csv(&table)
}
