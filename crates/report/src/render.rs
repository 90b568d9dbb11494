//! Sections as text for a terminal, as Markdown and as a page; documents as CSV.

mod csv;
mod html;
mod markdown;
mod text;

pub use csv::{document_csv, inspection_csv, side_by_side_csv, table_csv};
pub use html::html;
pub use markdown::markdown;
pub use text::{WIDTH, text};
