use super::*;
use crate::number::{GRAMS, JOULES};

/// Compares with a committed picture; `REGENERATE=1` writes it anew.
#[track_caller]
fn compare(name: &str, figure: &Figure) {
    let file = format!("{}/snapshots/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("REGENERATE").is_some() {
        std::fs::write(&file, &figure.svg).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    assert_eq!(figure.svg, expected, "{name}; REGENERATE=1 rewrites it");
}

fn row(label: &str, numbers: Option<(f64, f64, f64)>, series: Series) -> Row {
    let text = numbers.map_or(String::new(), |(_, mode, _)| GRAMS.number(mode));
    Row { label: label.to_owned(), numbers, text, series }
}

fn rows() -> Vec<Row> {
    vec![
        row("search", Some((2.0, 5.0, 30.0)), Series::Search),
        row("training", None, Series::Training),
        row("inference", Some((16.0, 16.0, 16.0)), Series::Inference),
        row("a <name> & \"more\" than there is room for", Some((1e-6, 2e-6, 3e-6)), Series::Other),
    ]
}

#[test]
fn bars_are_what_is_committed() {
    compare("bars", &bars("b", "Emissions", "c", GRAMS, &rows()));
}

#[test]
fn dots_are_what_is_committed() {
    compare("dots", &dots("d", "Emissions", "c", GRAMS, &rows()));
}

#[test]
fn intervals_are_what_is_committed() {
    let one =
        |label: &str, numbers, before| Interval { label: label.to_owned(), numbers, scale: JOULES, before };
    let numbers = [one("one inference", (0.001, 0.003, 0.004), ""), one("a sum", (5.0, 5.0, 5.0), "≥ ")];
    compare("intervals", &intervals("i", "The answer", "c", &numbers));
}

#[test]
fn a_tornado_is_what_is_committed() {
    let swing = |label: &str, result| Swing {
        label: label.to_owned(),
        range: "1 to 2".to_owned(),
        result,
        share: "50 %".to_owned(),
    };
    let swings = [swing("grid factor", (5.0, 20.0)), swing("PUE", (10.0, 12.0))];
    compare("tornado", &tornado("t", "Causes", "c", GRAMS, 10.0, &swings));
}

fn lives(at: Option<f64>) -> Crossing {
    let line = |label: &str, start, each| Line { label: label.to_owned(), start, each };
    Crossing { lines: [line("small", 100.0, 0.001), line("large", 10.0, 0.002)], at, planned: Some(1e6) }
}

#[test]
fn a_crossing_is_what_is_committed() {
    compare("crossing", &crossing("x", "Lives", "c", GRAMS, &lives(Some(90_000.0))));
}

#[test]
fn no_numbers_break_a_chart() {
    let strange = [0.0, 1e-300, 1e300, f64::MIN_POSITIVE];
    for number in strange {
        let rows = [row("a", Some((0.0, number, number)), Series::Inference), row("b", None, Series::Other)];
        let mut all = vec![bars("b", "t", "c", GRAMS, &rows), dots("d", "t", "c", GRAMS, &rows)];
        let mut lives = lives(None);
        lives.lines[0].each = number;
        all.push(crossing("x", "t", "c", GRAMS, &lives));
        for figure in all {
            assert!(
                !["NaN", "inf\"", "inf ", ">inf<"].iter().any(|bad| figure.svg.contains(bad)),
                "{number}: {}",
                figure.svg
            );
        }
    }
    let _ = bars("b", "t", "c", GRAMS, &[]);
    let _ = dots("d", "t", "c", GRAMS, &[]);
}

#[test]
fn what_a_chart_says_it_says_in_words_too() {
    let figure = bars("b", "Emissions", "c", GRAMS, &rows());
    let description =
        figure.svg.split("<desc id=\"b-desc\">").nth(1).unwrap().split("</desc>").next().unwrap();
    assert!(description.starts_with("search: 5.00 gCO2e; training: not known; inference: 16.0 gCO2e; "));
    assert!(!figure.svg.contains("<name>"));
}

#[test]
fn series_differ_by_more_than_their_colour() {
    let svg = bars("b", "t", "c", GRAMS, &rows()).svg;
    for pattern in ["b-s1", "b-s3", "b-s4"] {
        assert!(svg.contains(&format!("<pattern id=\"{pattern}\"")), "{pattern}");
    }
    for colour in ["#0072b2", "#e69f00", "#56b4e9", "#cc79a7"] {
        assert!(STYLE.contains(colour), "{colour}: of Okabe and Ito 2008");
    }
}

#[test]
fn points_are_what_is_committed() {
    let point = |label: &str, x: f64, y: f64| Point { label: label.to_owned(), x, y };
    let all = [
        point("dense", 1200.0, 1210.0),
        point("conv & <more>", 86_000.0, 90_000.0),
        point("pool", 3000.0, 2100.0),
        // What is 0 has no place on such an axis.
        point("nothing", 0.0, 10.0),
        point("wide", 1.3e6, 1.28e6),
    ];
    let described = "5 points, fitted over cycles, measured; farthest from the line: pool by 30 %";
    let figure = points("p", "Fitted against measured", "c", described, ("cycles, measured", "fitted"), &all);
    compare("points", &figure);
}
