//! Windows from a marker: a falling edge at the start and one at the end.

use super::Span;
use crate::fault::Fault;
use crate::trace::{Channel, Trace};

/// Which edge marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edge {
    /// High to low, as the MLPerf Tiny protocol has it.
    #[default]
    Falling,
    /// Low to high, as the JS220's driver reads it.
    Rising,
}

/// The input that the board's marker is wired to: the one that was named, or the only one with edges.
///
/// # Errors
/// [`Fault`] if there is no such input, if none changes (it is not wired, or the meter's logic has no supply), or if
/// several do.
pub fn channel<'t>(trace: &'t Trace, name: Option<&str>, edge: Edge) -> Result<&'t Channel, Fault> {
    let fault = |message: String| Fault::of_field(&trace.file, "marker", message);
    let named = |channel: &&Channel| name.is_none_or(|name| channel.name.eq_ignore_ascii_case(name));
    let candidates: Vec<&Channel> = trace.channels.iter().filter(named).collect();
    let list = |channels: &[&Channel]| {
        channels.iter().map(|channel| channel.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    if candidates.is_empty() {
        let known: Vec<&Channel> = trace.channels.iter().collect();
        return Err(fault(match name {
            Some(name) if !known.is_empty() => {
                format!("`{name}` is no input of this file: it has {}", list(&known))
            }
            _ => "this file has no digital inputs: take windows from stamps or from steps".to_owned(),
        }));
    }
    let wired: Vec<&Channel> =
        candidates.iter().copied().filter(|channel| !of(channel, edge).is_empty()).collect();
    match wired.as_slice() {
        [one] => Ok(one),
        [] => Err(fault(format!(
            "the marker is not wired: {} never changes in the whole file; the meter's logic inputs need the board's \
             voltage (VCC) too",
            list(&candidates)
        ))),
        several => Err(fault(format!("several inputs change ({}): say which is the marker", list(several)))),
    }
}

/// The times of a channel's edges.
#[must_use]
pub fn of(channel: &Channel, edge: Edge) -> &[f64] {
    match edge {
        Edge::Falling => &channel.falling,
        Edge::Rising => &channel.rising,
    }
}

/// Edges in pairs. Of parts that were recorded apart each is one window, between its last two edges: surplus edges come
/// before, from the boot. In one part an odd number of edges means that the first is the boot's; what was left out is said.
///
/// # Errors
/// [`Fault`] if a part has fewer than two edges.
pub fn spans(trace: &Trace, times: &[f64]) -> Result<(Vec<Span>, Vec<String>), Fault> {
    let mut spans = Vec::new();
    let mut notes = Vec::new();
    if trace.trials.len() > 1 {
        let ends = trace.trials.iter().skip(1).copied().chain([f64::INFINITY]);
        for (number, (start, end)) in (1..).zip(trace.trials.iter().zip(ends)) {
            let inside: Vec<f64> =
                times.iter().copied().filter(|time| time >= start && *time < end).collect();
            let [before @ .., first, last] = inside.as_slice() else {
                let message = format!("part {number} has {} edges: a window needs two", inside.len());
                return Err(Fault::of_field(&trace.file, "marker", message));
            };
            if !before.is_empty() {
                let surplus = before.len();
                notes.push(format!(
                    "Part {number} has {surplus} edges before its last two: they are left out."
                ));
            }
            spans.push(Span { start: *first, end: *last });
        }
    } else {
        (spans, notes) = pairs(&trace.file, times)?;
    }
    Ok((spans, notes))
}

/// Times in pairs; of an odd number the first is left out.
pub(super) fn pairs(file: &str, times: &[f64]) -> Result<(Vec<Span>, Vec<String>), Fault> {
    if times.len() < 2 {
        let message = format!("there are {} edges: a window needs two", times.len());
        return Err(Fault::of_field(file, "marker", message));
    }
    let mut notes = Vec::new();
    let paired = if times.len() % 2 == 1 {
        let first = times.first().copied().unwrap_or_default();
        notes.push(format!(
            "{} edges are an odd number: the first, at {first:.4} s, is taken for the boot's.",
            times.len()
        ));
        times.get(1..).unwrap_or_default()
    } else {
        times
    };
    let (paired, _) = paired.as_chunks::<2>();
    Ok((paired.iter().map(|[start, end]| Span { start: *start, end: *end }).collect(), notes))
}
