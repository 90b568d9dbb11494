//! Sections as text for a terminal and as Markdown; documents as CSV.

mod csv;
mod markdown;
mod text;

pub use csv::{document_csv, inspection_csv, side_by_side_csv, table_csv};
pub use markdown::markdown;
pub use text::{WIDTH, text};
