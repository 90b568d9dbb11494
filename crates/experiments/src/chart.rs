//! Charts as SVG: numbers in, text out. No font of the system is read.

use anyhow::{Context, Result, ensure};
use plotters::prelude::*;
use plotters::style::RGBColor;

use crate::spread::Spread;

/// Okabe and Ito 2008: told apart by people who see few colours; yellow left out on white.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
];
const SIZE: (u32, u32) = (720, 440);

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The file's name, without its ending.
    pub file: &'static str,
    /// What it shows.
    pub title: String,
    /// The horizontal axis with its unit.
    pub x: &'static str,
    /// The vertical axis with its unit.
    pub y: &'static str,
    /// Whether both axes are logarithmic.
    pub logarithmic: bool,
    /// Its curves.
    pub curves: Vec<Curve>,
}

/// A curve, drawn in the order of its points.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// As the legend has it.
    pub name: String,
    /// Horizontal place, and height with its spread.
    pub points: Vec<(f64, Spread)>,
}

impl Curve {
    /// A curve through points, from left to right.
    pub fn new(name: impl Into<String>, points: impl IntoIterator<Item = (f64, Spread)>) -> Self {
        let mut points: Vec<_> = points.into_iter().collect();
        points.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        Self { name: name.into(), points }
    }
}

/// The chart as SVG.
///
/// # Errors
/// If there is nothing to draw, or a number has no place on the axes.
pub fn svg(chart: &Chart) -> Result<String> {
    let scale = |number: f64| if chart.logarithmic { number.log10() } else { number };
    let label = |number: &f64| short(if chart.logarithmic { 10_f64.powf(*number) } else { *number });
    let points = || chart.curves.iter().flat_map(|curve| &curve.points);
    let across = axis(points().map(|(x, _)| scale(*x)), chart.logarithmic)
        .with_context(|| format!("{}: horizontal axis", chart.file))?;
    let up = axis(points().flat_map(|(_, y)| [scale(y.low), scale(y.high)]), chart.logarithmic)
        .with_context(|| format!("{}: vertical axis", chart.file))?;
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let mut context = ChartBuilder::on(&root)
            .caption(&chart.title, ("sans-serif", 16))
            .margin(10)
            .x_label_area_size(44)
            .y_label_area_size(76)
            .build_cartesian_2d(across, up)?;
        context
            .configure_mesh()
            .x_desc(chart.x)
            .y_desc(chart.y)
            .x_labels(if chart.logarithmic { 5 } else { 8 })
            .y_labels(if chart.logarithmic { 5 } else { 8 })
            .max_light_lines(0)
            .x_label_formatter(&label)
            .y_label_formatter(&label)
            .label_style(("sans-serif", 12))
            .draw()?;
        for (number, (curve, colour)) in chart.curves.iter().zip(COLOURS.iter().cycle()).enumerate() {
            let middle = curve.points.iter().map(|(x, y)| (scale(*x), scale(y.median)));
            let style = colour.stroke_width(2);
            let marker = move |at| marker(number, at, *colour);
            context
                .draw_series(LineSeries::new(middle.clone(), style))?
                .label(&curve.name)
                .legend(move |(x, y)| EmptyElement::at((x, y)) + marker((10, 0)) + line(style));
            context.draw_series(curve.points.iter().map(|(x, y)| {
                let ends = [(scale(*x), scale(y.low)), (scale(*x), scale(y.high))];
                PathElement::new(ends, colour.mix(0.6).stroke_width(1))
            }))?;
            context.draw_series(middle.map(|at| EmptyElement::at(at) + marker((0, 0))))?;
        }
        context
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.mix(0.3))
            .label_font(("sans-serif", 12))
            .draw()?;
        root.present()?;
    }
    described(&text, chart).context("the SVG has no end of its first tag")
}

fn line(style: ShapeStyle) -> PathElement<(i32, i32)> {
    PathElement::new([(0, 0), (20, 0)], style)
}

/// A mark that differs from the one before in shape, not in colour alone.
fn marker(number: usize, at: (i32, i32), colour: RGBColor) -> Polygon<(i32, i32)> {
    let shape: &[(i32, i32)] = match number % 4 {
        0 => &[(-3, -3), (3, -3), (3, 3), (-3, 3)],
        1 => &[(0, -4), (4, 3), (-4, 3)],
        2 => &[(0, -5), (5, 0), (0, 5), (-5, 0)],
        _ => &[(0, 4), (4, -3), (-4, -3)],
    };
    let (x, y) = at;
    Polygon::new(shape.iter().map(|(right, down)| (x + right, y + down)).collect::<Vec<_>>(), colour.filled())
}

/// Puts title and description, which screen readers read, behind the first tag.
fn described(svg: &str, chart: &Chart) -> Option<String> {
    let (head, rest) = svg.split_once('>')?;
    let names: Vec<&str> = chart.curves.iter().map(|curve| curve.name.as_str()).collect();
    let (title, names) = (escaped(&chart.title), escaped(&names.join(", ")));
    let (x, y) = (escaped(chart.x), escaped(chart.y));
    Some(format!(
        "{head} role=\"img\">\n<title>{title}</title>\n<desc>{y} over {x}: {names}. The numbers are in data.csv.</desc>{rest}"
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// An axis with some room around its numbers; a linear one starts at zero.
fn axis(numbers: impl Iterator<Item = f64>, logarithmic: bool) -> Result<std::ops::Range<f64>> {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for number in numbers {
        ensure!(number.is_finite(), "a number has no place on this axis");
        (low, high) = (low.min(number), high.max(number));
    }
    ensure!(low <= high, "there is nothing to draw");
    if logarithmic {
        let room = ((high - low) * 0.06).max(0.05);
        return Ok(low - room..high + room);
    }
    let low = low.min(0.0);
    Ok(low..high + ((high - low) * 0.06).max(f64::MIN_POSITIVE))
}

/// Three digits: a tick's label.
fn short(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let size = number.abs();
    if (1e-3..1e6).contains(&size) {
        let decimals = (0..6).find(|decimals| size * 10_f64.powi(*decimals) >= 100.0).unwrap_or(6);
        let text = format!("{number:.*}", usize::try_from(decimals).unwrap_or(0));
        let trimmed =
            if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        return trimmed.to_owned();
    }
    format!("{number:.1e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(logarithmic: bool, points: Vec<(f64, Spread)>) -> Chart {
        let curves = vec![Curve::new("a < b", points)];
        Chart { file: "c", title: "T & U".to_owned(), x: "x, m", y: "y, J", logarithmic, curves }
    }

    #[test]
    fn a_chart_says_in_words_what_it_shows_and_escapes_them() {
        let text = svg(&chart(true, vec![(1.0, Spread::exact(2.0)), (10.0, Spread::exact(3.0))])).unwrap();
        assert!(text.contains("<title>T &amp; U</title>") && text.contains("a &lt; b."), "{text}");
        assert!(text.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn what_has_no_place_is_refused() {
        assert!(svg(&chart(true, vec![(0.0, Spread::exact(2.0))])).is_err());
        assert!(svg(&chart(false, Vec::new())).is_err());
        assert!(svg(&chart(false, vec![(1.0, Spread::exact(f64::NAN))])).is_err());
    }

    #[test]
    fn labels_have_three_digits_and_no_idle_zeros() {
        for (number, text) in
            [(0.0, "0"), (25.0, "25"), (0.125, "0.125"), (1234.6, "1235"), (1.5e7, "1.5e7"), (2e-5, "2.0e-5")]
        {
            assert_eq!(short(number), text);
        }
    }
}
