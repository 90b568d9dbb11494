//! Elements of a picture, as text.

use std::fmt::Write as _;

use super::Series;

/// Width of every chart in its own units; a page scales it.
pub(super) const WIDTH: f64 = 760.0;

/// An `<svg>` under way.
pub(super) struct Picture<'i> {
    id: &'i str,
    height: f64,
    out: String,
}

/// Where a text stands on its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl<'i> Picture<'i> {
    /// `id` is the chart's own among those of a page.
    pub(super) const fn new(id: &'i str, height: f64) -> Self {
        Self { id, height, out: String::new() }
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = writeln!(
            self.out,
            r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
            short(from.0),
            short(from.1),
            short(to.0),
            short(to.1)
        );
    }

    /// A bar in the colour and pattern of its series.
    pub(super) fn bar(&mut self, series: Series, x: f64, y: f64, width: f64, height: f64) {
        let (x, y, width, height) = (short(x), short(y), short(width.max(1.0)), short(height));
        let class = series.class();
        let _ = writeln!(
            self.out,
            r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}" rx="2"/><rect fill="url(#{}-{class})" x="{x}" y="{y}" width="{width}" height="{height}" rx="2"/>"#,
            self.id
        );
    }

    /// A dot whose shape is its series'.
    pub(super) fn dot(&mut self, series: Series, x: f64, y: f64) {
        let class = series.class();
        let (left, right, above, below) = (short(x - 5.0), short(x + 5.0), short(y - 5.0), short(y + 5.0));
        let (x, y) = (short(x), short(y));
        let _ = match series {
            Series::Inference => writeln!(self.out, r#"<circle class="{class}" cx="{x}" cy="{y}" r="5"/>"#),
            Series::Training => {
                writeln!(self.out, r#"<path class="{class}" d="M{left} {above}H{right}V{below}H{left}Z"/>"#)
            }
            Series::Search => {
                writeln!(self.out, r#"<path class="{class}" d="M{x} {above}L{right} {below}H{left}Z"/>"#)
            }
            Series::Other => writeln!(
                self.out,
                r#"<path class="{class}" d="M{x} {above}L{right} {y}L{x} {below}L{left} {y}Z"/>"#
            ),
        };
    }

    /// A line through points, in the colour and dashes of its series.
    pub(super) fn path(&mut self, series: Series, points: &[(f64, f64)]) {
        let mut path = String::new();
        for (index, (x, y)) in points.iter().enumerate() {
            let _ = write!(path, "{}{} {}", if index == 0 { 'M' } else { 'L' }, short(*x), short(*y));
        }
        let _ = writeln!(self.out, r#"<path class="path {}" d="{path}"/>"#, series.class());
    }

    pub(super) fn text(&mut self, class: &str, anchor: Anchor, (x, y): (f64, f64), text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = writeln!(
            self.out,
            r#"<text class="{class}" text-anchor="{anchor}" x="{}" y="{}">{}</text>"#,
            short(x),
            short(y),
            escape(text)
        );
    }

    /// A range: a line with a mark at both ends.
    pub(super) fn whisker(&mut self, from: f64, to: f64, y: f64) {
        self.line("whisker", (from, y), (to, y));
        self.line("whisker", (from, y - 4.0), (from, y + 4.0));
        self.line("whisker", (to, y - 4.0), (to, y + 4.0));
    }

    /// The whole picture; readers that can't see it get title and description.
    pub(super) fn finish(self, title: &str, description: &str) -> String {
        let Self { id, height, out } = self;
        format!(
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{}{out}</svg>\n",
            escape(title),
            escape(description),
            patterns(id, &out),
        )
    }
}

/// The patterns that a picture uses.
fn patterns(id: &str, picture: &str) -> String {
    let mut out = String::new();
    for (series, lines) in [
        (Series::Inference, ""),
        (Series::Training, "M0 6L6 0M-1 1L1 -1M5 7L7 5"),
        (Series::Search, "M0 3H6"),
        (Series::Other, "M3 0V6M0 3H6"),
    ] {
        let class = series.class();
        if picture.contains(&format!("url(#{id}-{class})")) {
            let _ = writeln!(
                out,
                r#"<pattern id="{id}-{class}" width="6" height="6" patternUnits="userSpaceOnUse"><path class="hatch" d="{lines}"/></pattern>"#
            );
        }
    }
    if out.is_empty() { out } else { format!("<defs>\n{out}</defs>\n") }
}

/// A coordinate with one decimal, none where it is whole.
fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Keeps what a file named from being read as markup.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character if character.is_control() && character != '\n' => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

/// As much of a text as a label has room for.
pub(super) fn fitting(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(characters.saturating_sub(1)).collect();
    cut.push('…');
    cut
}
