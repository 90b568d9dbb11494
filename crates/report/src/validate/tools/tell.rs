//! Comparisons as sections.

use super::Comparison;
use crate::number::{GRAMS, KILOWATT_HOURS};
use crate::section::{Section, Table};

/// A table of answers, then for each question the way from theirs to ours.
#[must_use]
pub fn tell(comparisons: &[Comparison]) -> Vec<Section> {
    let mut table = Table::new(&["tool", "#its energy", "#its emissions", "#energy here", "#emissions here"]);
    for comparison in comparisons {
        table.row([
            comparison.tool.clone(),
            KILOWATT_HOURS.number(comparison.theirs.energy_kilowatt_hours),
            GRAMS.number(comparison.theirs.emissions_grams_co2e),
            KILOWATT_HOURS.range(&comparison.ours.energy_kilowatt_hours),
            GRAMS.range(&comparison.ours.emissions_grams_co2e),
        ]);
    }
    let mut sections = vec![Section::table("The same questions, asked of other calculators", table)];
    sections.extend(comparisons.iter().map(why));
    sections
}

fn why(comparison: &Comparison) -> Section {
    let Comparison { tool, version, question, .. } = comparison;
    let mut table = Table::new(&["what differs", "there", "here", "#emissions then"]);
    let grams = |grams: f64| GRAMS.number(grams);
    let theirs = grams(comparison.theirs.emissions_grams_co2e);
    table.row(["its answer".to_owned(), String::new(), String::new(), theirs]);
    for step in &comparison.steps {
        let emissions = grams(step.emissions_grams_co2e);
        table.row([step.convention.to_owned(), step.theirs.clone(), step.ours.clone(), emissions]);
    }
    let mut section = Section::table(&format!("{tool} {version}: {question}"), table);
    section.after = vec![
        format!("- {}", comparison.note),
        format!(
            "- its numbers: {}; ours: fixtures/published/tools/{}",
            comparison.source, comparison.scenario
        ),
    ];
    section
}
