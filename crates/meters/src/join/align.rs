//! The longest alignment of lengths to spans that keeps the order of both.

use super::MOST_CLOCK_ERROR;
use crate::windows::Span;

/// Pairs of lap and span: as many as can be, and of those the one with the least error. A lap without a length stands only
/// between two neighbours that leave it exactly one place.
pub(super) fn align(
    lengths: &[Option<f64>],
    spans: &[Span],
    between: usize,
    slack: f64,
) -> Vec<(usize, usize)> {
    let mut pairs = by_length(lengths, spans, between, slack);
    let unknown: Vec<usize> =
        lengths.iter().enumerate().filter(|(_, length)| length.is_none()).map(|(lap, _)| lap).collect();
    for lap in unknown {
        // The neighbours in the log must have windows, and the room between them must be that of one.
        let before =
            lap.checked_sub(1).and_then(|before| pairs.iter().find(|(known, _)| *known == before).copied());
        let after = pairs.iter().find(|(known, _)| *known == lap + 1).copied();
        if let (Some((_, first)), Some((_, next))) = (before, after)
            && next == first + 2 * between
        {
            pairs.push((lap, first + between));
            pairs.sort_unstable();
        }
    }
    pairs
}

/// Laps whose windows could as well be those of neighbours: where a lap has no window, others as long as it in the same row
/// may stand in its; where a window has no lap, its neighbours may be of it.
pub(super) fn ambiguous(
    lengths: &[Option<f64>],
    spans: &[Span],
    pairs: &[(usize, usize)],
    between: usize,
    slack: f64,
) -> Vec<usize> {
    let length = |lap: usize| lengths.get(lap).copied().flatten();
    let is_pair = |lap: usize| pairs.binary_search_by_key(&lap, |(lap, _)| *lap).is_ok();
    let as_long = |lap: usize, own: f64| length(lap).is_some_and(|other| (other - own).abs() <= slack);
    let mut found = Vec::new();
    let without = lengths.iter().enumerate().filter(|(lap, _)| !is_pair(*lap));
    for (lap, own) in without.filter_map(|(lap, own)| Some((lap, (*own)?))) {
        found.extend((lap + 1..lengths.len()).take_while(|other| is_pair(*other) && as_long(*other, own)));
        found.extend((0..lap).rev().take_while(|other| is_pair(*other) && as_long(*other, own)));
    }
    let is_used = |span: usize| pairs.binary_search_by_key(&span, |(_, span)| *span).is_ok();
    for (number, span) in spans.iter().enumerate().filter(|(number, _)| !is_used(*number)) {
        // What lies between two edges of windows is a pause.
        if between == 2 && (is_used(number + 1) || number.checked_sub(1).is_some_and(is_used)) {
            continue;
        }
        let (before, after) = pairs.split_at(pairs.partition_point(|(_, other)| *other < number));
        let same = |(lap, _): &&(usize, usize)| as_long(*lap, span.seconds());
        found.extend(before.iter().rev().take_while(same).map(|(lap, _)| *lap));
        found.extend(after.iter().take_while(same).map(|(lap, _)| *lap));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// One cell of the table: pairs so far, the sum of squared errors, and whether this lap and span are one of them.
#[derive(Clone, Copy)]
struct Cell {
    pairs: u32,
    error: f64,
    is_pair: bool,
}

fn by_length(lengths: &[Option<f64>], spans: &[Span], between: usize, slack: f64) -> Vec<(usize, usize)> {
    let width = spans.len() + between;
    let nothing = Cell { pairs: 0, error: 0.0, is_pair: false };
    // Rows are laps from the last, columns spans from the last; what is beyond both ends is 0.
    let mut table = vec![nothing; (lengths.len() + 1) * width];
    let at = |lap: usize, span: usize| lap * width + span;
    for lap in (0..lengths.len()).rev() {
        for (span, place) in spans.iter().enumerate().rev() {
            let get = |lap: usize, span: usize| table.get(at(lap, span)).copied().unwrap_or(nothing);
            let without_lap = get(lap + 1, span);
            let without_span = get(lap, span + 1);
            let mut best = better(without_lap, without_span);
            best.is_pair = false;
            if let Some(length) = lengths.get(lap).copied().flatten() {
                let error = (place.seconds() - length).abs();
                if error <= MOST_CLOCK_ERROR * length + slack {
                    let rest = get(lap + 1, span + between);
                    let pair = Cell {
                        pairs: rest.pairs + 1,
                        error: rest.error + (error / length).powi(2),
                        is_pair: true,
                    };
                    best = better(pair, best);
                }
            }
            if let Some(cell) = table.get_mut(at(lap, span)) {
                *cell = best;
            }
        }
    }
    let mut pairs = Vec::new();
    let (mut lap, mut span) = (0, 0);
    while lap < lengths.len() && span < spans.len() {
        let get = |lap: usize, span: usize| table.get(at(lap, span)).copied().unwrap_or(nothing);
        let here = get(lap, span);
        if here.is_pair {
            pairs.push((lap, span));
            (lap, span) = (lap + 1, span + between);
        } else if is_same(here, get(lap + 1, span)) {
            lap += 1;
        } else {
            span += 1;
        }
    }
    pairs
}

fn better(first: Cell, second: Cell) -> Cell {
    let is_first = (first.pairs, second.error) > (second.pairs, first.error);
    if is_first { first } else { second }
}

fn is_same(first: Cell, second: Cell) -> bool {
    first.pairs == second.pairs && first.error.to_bits() == second.error.to_bits()
}
