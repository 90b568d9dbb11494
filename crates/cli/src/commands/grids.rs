//! `joulegram grids`.

use joulegram::data::grid::{self, GridRow};
use joulegram_report::fault::Fault;
use joulegram_report::listing::{GridList, grids_table, tell_grids};
use joulegram_report::render;

use crate::Failure;
use crate::args::ListArgs;
use crate::output::Output;

pub(crate) fn run(args: &ListArgs) -> Result<(), Failure> {
    let output = Output::open(&args.output)?;
    let document = match args.filter.as_deref() {
        None => GridList::all(),
        Some(text) => GridList::of(matching(text)?),
    };
    output.write(
        &document,
        || tell_grids(&document.grids),
        || render::table_csv(&grids_table(&document.grids)),
    )
}

/// The place of that name, or every place whose code or name contains the text.
fn matching(text: &str) -> Result<Vec<&'static GridRow>, Failure> {
    let found = grid::find(text);
    if let Ok(row) = found {
        return Ok(vec![row]);
    }
    let part = text.to_lowercase();
    let rows: Vec<_> = grid::all()
        .iter()
        .filter(|row| {
            [row.code, row.name].iter().chain(row.aliases).any(|name| name.to_lowercase().contains(&part))
        })
        .collect();
    match found {
        Err(unknown) if rows.is_empty() => Err(Fault::new("", "", format!("`{text}`: {unknown}")).into()),
        _ => Ok(rows),
    }
}
