//! Sections as one page that needs nothing else: no script, no request, its style inside.

use std::fmt::Write as _;

use crate::chart::{self, escape};
use crate::section::{Section, Table};

/// The style of a page, beside that of its charts.
const STYLE: &str = include_str!("html/page.css");

/// Rows of a table or a list that stand open; a longer one is folded.
const ROWS_OPEN: usize = 14;

/// The sections as a page. The first one is its head: its first sentence is the answer.
#[must_use]
pub fn html(title: &str, sections: &[Section]) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"joulegram {}\">\n<title>{}</title>\n<style>\n{}{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n",
        env!("CARGO_PKG_VERSION"),
        escape(title),
        chart::STYLE,
        escape(title),
    );
    for section in sections {
        add(&mut out, section);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn add(out: &mut String, section: &Section) {
    let is_head = section.title.is_empty();
    let class = if is_head { " class=\"head\"" } else { "" };
    let _ = writeln!(out, "<section{class}>");
    if !is_head {
        let _ = writeln!(out, "<h2>{}</h2>", escape(&section.title));
    }
    // The head's figure has the numbers large; its sentences say them in words.
    if is_head {
        figure(out, section);
        paragraphs(out, &section.paragraphs);
    } else {
        paragraphs(out, &section.paragraphs);
        figure(out, section);
    }
    if let Some(table) = &section.table {
        lay_out(out, table, &section.title);
    }
    paragraphs(out, &section.after);
    out.push_str("</section>\n");
}

fn figure(out: &mut String, section: &Section) {
    if let Some(figure) = &section.figure {
        let _ = writeln!(
            out,
            "<figure tabindex=\"0\">\n{}<figcaption>{}</figcaption>\n</figure>",
            figure.svg,
            escape(&figure.caption)
        );
    }
}

/// Sentences that begin with a dash are a list; a long one is folded.
fn paragraphs(out: &mut String, paragraphs: &[String]) {
    for run in paragraphs.chunk_by(|a, b| a.starts_with("- ") == b.starts_with("- ")) {
        if !run.iter().all(|paragraph| paragraph.starts_with("- ")) {
            for paragraph in run {
                let _ = writeln!(out, "<p>{}</p>", escape(paragraph));
            }
            continue;
        }
        let is_long = run.len() > ROWS_OPEN;
        if is_long {
            let _ = writeln!(out, "<details>\n<summary>All {}</summary>", run.len());
        }
        out.push_str("<ul>\n");
        for item in run {
            let _ = writeln!(out, "<li>{}</li>", escape(item.trim_start_matches("- ")));
        }
        out.push_str(if is_long { "</ul>\n</details>\n" } else { "</ul>\n" });
    }
}

fn lay_out(out: &mut String, table: &Table, title: &str) {
    let is_long = table.rows.len() > ROWS_OPEN;
    if is_long {
        let _ = writeln!(out, "<details>\n<summary>All {} rows</summary>", table.rows.len());
    }
    // What is wider than the page scrolls by itself, with the keyboard too.
    let _ = writeln!(
        out,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n<thead><tr>",
        escape(if title.is_empty() { "table" } else { title })
    );
    let class = |is_number: bool| if is_number { " class=\"number\"" } else { "" };
    for column in &table.columns {
        let _ = writeln!(out, "<th scope=\"col\"{}>{}</th>", class(column.is_number), escape(column.heading));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (cell, column) in row.iter().zip(&table.columns) {
            let _ = write!(out, "<td{}>{}</td>", class(column.is_number), escape(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    if is_long {
        out.push_str("</details>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_named_is_never_markup() {
        let mut table = Table::new(&["what", "#value"]);
        table.row(["<script>".to_owned(), "1 & 2".to_owned()]);
        let section = Section { paragraphs: vec!["- \"a\" <b>".to_owned()], ..Section::table("T<i>", table) };
        let page = html("<img src=x>", &[section]);
        for markup in ["<script", "<img", "<b>", "<i>"] {
            assert!(!page.contains(markup), "{markup}");
        }
        assert!(
            page.contains("<li>&quot;a&quot; &lt;b&gt;</li>")
                && page.contains("<td class=\"number\">1 &amp; 2</td>")
        );
    }

    #[test]
    fn a_list_is_closed_before_the_next_paragraph() {
        let mut out = String::new();
        paragraphs(&mut out, &["a".into(), "- b".into(), "- c".into(), "d".into(), "- e".into()]);
        assert_eq!(out, "<p>a</p>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>\n<p>d</p>\n<ul>\n<li>e</li>\n</ul>\n");
    }
}
