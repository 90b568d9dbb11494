//! Sections as Markdown.

use crate::section::{Section, Table};

/// The sections as Markdown, titles at level two.
#[must_use]
pub fn markdown(sections: &[Section]) -> String {
    let mut out = String::new();
    for section in sections {
        if !out.is_empty() {
            out.push('\n');
        }
        if !section.title.is_empty() {
            out.push_str(&format!("## {}\n\n", section.title));
        }
        paragraphs(&mut out, &section.paragraphs);
        if let Some(table) = &section.table {
            if !section.paragraphs.is_empty() {
                out.push('\n');
            }
            lay_out(&mut out, table);
        }
        if !section.after.is_empty() {
            out.push('\n');
            paragraphs(&mut out, &section.after);
        }
    }
    out
}

/// One sentence is a paragraph, several are a list.
fn paragraphs(out: &mut String, paragraphs: &[String]) {
    let bullet = if paragraphs.len() > 1 { "- " } else { "" };
    for paragraph in paragraphs {
        out.push_str(&format!("{bullet}{}\n", escape(paragraph)));
    }
}

fn lay_out(out: &mut String, table: &Table) {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    out.push_str(&line(table.columns.iter().map(|column| escape(column.heading)).collect()));
    out.push_str(&line(
        table.columns.iter().map(|column| if column.is_number { "---:" } else { "---" }.to_owned()).collect(),
    ));
    for row in &table.rows {
        out.push_str(&line(row.iter().map(|cell| escape(cell)).collect()));
    }
}

/// Keeps what a user or a file named from being read as Markdown or HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_one_line_a_row_whatever_its_cells_hold() {
        let mut table = Table::new(&["what", "#value"]);
        table.row(["a|b\nc".to_owned(), "<b>".to_owned()]);
        let text = markdown(&[Section::table("Title", table)]);
        assert_eq!(text, "## Title\n\n| what | value |\n| --- | ---: |\n| a\\|b c | \\<b\\> |\n");
    }
}
