//! The README's table: what was claimed and what was shown, written between two marks.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

use crate::experiments::ALL;
use crate::record::{read_claims, read_machine};

/// Where the table begins.
pub const BEGIN: &str = "<!-- experiments: written by `-- table` -->";
/// Where the table ends.
pub const END: &str = "<!-- experiments: end -->";

/// The table of all records below a folder.
///
/// # Errors
/// If a record is missing or can't be read.
pub fn table(records: &Path) -> Result<String> {
    let mut text =
        "| experiment | the paper says | expected here | shown here | as expected | as the paper |\n\
                    | --- | --- | --- | --- | --- | --- |\n"
            .to_owned();
    for experiment in ALL {
        let folder = records.join(experiment.name);
        let machine = read_machine(&folder)?;
        let size = machine.iter().find(|(what, _)| what == "size").context("machine.csv has no size")?;
        let quick = if size.1.starts_with("quick") { " (quick run)" } else { "" };
        for line in read_claims(&folder)? {
            writeln!(
                text,
                "| `{}`{quick}, {} | {} | {} | {} | {} | {} |",
                experiment.name,
                line.place,
                line.paper,
                line.platform,
                line.shown,
                line.as_expected,
                line.as_paper,
            )?;
        }
    }
    Ok(text)
}

/// A document with the table between its marks.
///
/// # Errors
/// If the document lacks a mark.
pub fn placed(document: &str, table: &str) -> Result<String> {
    let (before, rest) = document.split_once(BEGIN).with_context(|| format!("there is no {BEGIN}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("there is no {END} after {BEGIN}"))?;
    Ok(format!("{before}{BEGIN}\n{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_replaces_what_stood_between_the_marks() {
        let before = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let after = placed(&before, "| new |\n").unwrap();
        assert_eq!(after, format!("a\n{BEGIN}\n| new |\n{END}\nb\n"));
        assert_eq!(placed(&after, "| new |\n").unwrap(), after);
        assert!(placed("a", "t").is_err() && placed(BEGIN, "t").is_err());
    }
}
