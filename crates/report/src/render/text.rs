//! Sections as text that fits [`WIDTH`] columns.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement};

use crate::section::{Section, Table};

/// Widest line.
pub const WIDTH: u16 = 100;

/// The sections as lines; `bold` marks titles, for a terminal.
#[must_use]
pub fn text(sections: &[Section], bold: bool) -> String {
    let mut out = String::new();
    for section in sections {
        if !out.is_empty() {
            out.push('\n');
        }
        if !section.title.is_empty() {
            out.push_str(&if bold {
                format!("\u{1b}[1m{}\u{1b}[0m\n", section.title)
            } else {
                format!("{}\n", section.title)
            });
        }
        section.paragraphs.iter().for_each(|paragraph| wrap(&mut out, paragraph, section));
        if let Some(table) = &section.table {
            lay_out(&mut out, table);
        }
        section.after.iter().for_each(|paragraph| wrap(&mut out, paragraph, section));
    }
    out
}

fn wrap(out: &mut String, paragraph: &str, section: &Section) {
    let indent = if section.title.is_empty() { "" } else { "  " };
    let options = textwrap::Options::new(usize::from(WIDTH))
        .initial_indent(indent)
        .subsequent_indent(if indent.is_empty() { "" } else { "    " });
    for line in textwrap::wrap(&printable(paragraph), options) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Names come from files: what would move a terminal's cursor or colours is shown as a blank.
fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

fn lay_out(out: &mut String, table: &Table) {
    let mut layout = comfy_table::Table::new();
    layout.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH - 1);
    layout.set_header(table.columns.iter().map(|column| column.heading));
    for row in &table.rows {
        layout.add_row(row.iter().map(|cell| printable(cell)));
    }
    for (index, column) in table.columns.iter().enumerate() {
        let Some(layout_column) = layout.column_mut(index) else { continue };
        if column.is_number {
            layout_column.set_cell_alignment(CellAlignment::Right);
        }
        if column.is_name {
            layout_column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    for line in layout.lines() {
        out.push(' ');
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_a_hundred_columns() {
        let mut table = Table::new(&["what", "#value", "source"]);
        table.row(["a".to_owned(), "1 J".to_owned(), "long words ".repeat(40)]);
        let mut section = Section::table("Title", table);
        section.paragraphs.push("words and more words ".repeat(20));
        let text = text(&[section], false);
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= usize::from(WIDTH), "{widest}\n{text}");
        assert!(text.starts_with("Title\n"));
    }

    #[test]
    fn a_name_can_not_write_to_the_terminal() {
        let text = text(&[Section::text("", vec!["a\u{1b}[31mb\nc\0d".into()])], false);
        assert_eq!(text, "a [31mb c d\n");
    }

    #[test]
    fn there_is_no_escape_where_nothing_is_bold() {
        assert!(!text(&[Section::text("Title", vec!["a".into()])], false).contains('\u{1b}'));
        assert!(text(&[Section::text("Title", vec!["a".into()])], true).contains('\u{1b}'));
    }
}
