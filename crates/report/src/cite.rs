//! What a paper needs: a sentence of method, a table, an entry for the bibliography.
//!
//! Energy and emissions come as their own types, so that neither can stand where the other belongs.

use joulegram::estimate::StageEstimate;
use joulegram::range::Range;
use joulegram::units::{Grams, KilowattHours};

use crate::document::Document;
use crate::number::{GRAMS, KILOWATT_HOURS, NOT_KNOWN, count};

/// The sentences of a methods section, without markup.
#[must_use]
pub fn methods(document: &Document<'_>) -> String {
    let estimate = &document.estimate;
    let life = &estimate.life_cycle;
    let at_least = if life.is_lower_bound { "at least " } else { "" };
    let stages: Vec<String> = estimate.stages.iter().filter_map(stage).collect();
    format!(
        "The electricity of {} was estimated with joulegram {} as {at_least}{} at the meter, its emissions as {at_least}{} ({}). Ranges are 5 % to 95 % of {} draws of all inputs; result digest {}.",
        document.name,
        env!("CARGO_PKG_VERSION"),
        energy(life.energy_kilowatt_hours),
        emissions(life.emissions_grams_co2e),
        stages.join("; "),
        count(estimate.draws),
        estimate.digest,
    )
}

/// Where a stage ran, and how its numbers came about.
fn stage(stage: &StageEstimate<'_>) -> Option<String> {
    let how = match stage.evidence? {
        joulegram::device::Evidence::Measured => "measured",
        joulegram::device::Evidence::Modelled => "modelled",
        joulegram::device::Evidence::Emulated => "emulated",
    };
    let on = stage.device.map(|device| format!(" on {device}")).unwrap_or_default();
    let place = stage.site.map(|site| format!(", grid of {site}")).unwrap_or_default();
    Some(format!("{} {how}{on}{place}", stage.name.name()))
}

fn energy(range: Option<Range<KilowattHours>>) -> String {
    range.map_or(NOT_KNOWN.to_owned(), |range| KILOWATT_HOURS.range(&range))
}

fn emissions(range: Option<Range<Grams>>) -> String {
    range.map_or(NOT_KNOWN.to_owned(), |range| GRAMS.range(&range))
}

/// Sentence, table and bibliography as LaTeX that needs no package beside `\textsubscript` of its kernel.
#[must_use]
pub fn latex(document: &Document<'_>) -> String {
    let estimate = &document.estimate;
    let mut rows = String::new();
    let mut row = |name: &str, kilowatt_hours: Option<Range<KilowattHours>>, grams: Option<Range<Grams>>| {
        rows.push_str(&format!(
            "  {} & {} & {} \\\\\n",
            escape(name),
            escape(&energy(kilowatt_hours)),
            escape(&emissions(grams))
        ));
    };
    for stage in estimate.stages.iter().filter(|stage| stage.evidence.is_some()) {
        row(stage.name.name(), stage.energy_kilowatt_hours, stage.emissions_grams_co2e);
    }
    let life = &estimate.life_cycle;
    row("life cycle", life.energy_kilowatt_hours, life.emissions_grams_co2e);
    format!(
        "{}\n\n\\begin{{table}}\n  \\centering\n  \\caption{{Electricity and emissions of {}.}}\n  \\begin{{tabular}}{{lll}}\n  \\hline\n  stage & electricity & emissions \\\\\n  \\hline\n{rows}  \\hline\n  \\end{{tabular}}\n\\end{{table}}\n\n\\begin{{filecontents}}[overwrite]{{joulegram.bib}}\n{}\\end{{filecontents}}\n",
        escape(&methods(document)).replacen("joulegram", "joulegram~\\cite{joulegram}", 1),
        escape(document.name),
        bibtex(),
    )
}

/// The program's own entry.
#[must_use]
pub fn bibtex() -> String {
    format!(
        "@software{{joulegram,\n  title   = {{joulegram: energy and carbon of a neural network's life}},\n  author  = {{{{The joulegram authors}}}},\n  version = {{{}}},\n  year    = {{2026}}\n}}\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// Keeps what a file named from being read as commands.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            'µ' => escaped.push_str("\\textmu{}"),
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped.replace("CO2e", "CO\\textsubscript{2}e")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_command() {
        assert_eq!(escape("a_b%\\input{x}"), "a\\_b\\%\\textbackslash{}input\\{x\\}");
        assert_eq!(escape("5 µgCO2e"), "5 \\textmu{}gCO\\textsubscript{2}e");
    }
}
