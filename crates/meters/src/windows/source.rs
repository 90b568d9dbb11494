//! All windows of a trace at once, wherever they are marked.

use super::edges::Edge;
use super::{Span, Window, edges, measure, stamps, steps};
use crate::fault::Fault;
use crate::trace::Trace;

/// What marks the windows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source<'a> {
    /// Edges of a digital input or events: of the named one, or the only one that has any.
    Edges {
        /// The input's name.
        channel: Option<&'a str>,
        /// Which edge marks.
        edge: Edge,
    },
    /// Steps in the current.
    Steps {
        /// The shortest window, in seconds.
        least_seconds: f64,
    },
    /// Stamps in a file of their own.
    Stamps {
        /// Its name.
        file: &'a str,
        /// Its content.
        bytes: &'a [u8],
    },
}

/// The windows of a trace; one that can't be summed has its reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The windows in order.
    pub windows: Vec<(Span, Result<Window, Fault>)>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Finds and sums the windows.
///
/// # Errors
/// [`Fault`] if the trace's clock is not to be trusted, or if there is nothing that marks windows.
pub fn find(trace: &Trace, source: Source<'_>) -> Result<Found, Fault> {
    trace.check_clock()?;
    let (spans, notes, error) = match source {
        Source::Edges { channel, edge } => {
            let channel = edges::channel(trace, channel, edge)?;
            let (spans, notes) = edges::spans(trace, edges::of(channel, edge))?;
            (spans, notes, None)
        }
        Source::Steps { least_seconds } => {
            let steps = steps::find(trace, least_seconds)?;
            let note = format!(
                "Windows are from steps in the current: each edge may be {} s off.",
                steps.edge_error_seconds
            );
            let error = (steps.edge_error_seconds, steps.edge_error);
            (steps.spans, vec![note], Some(error))
        }
        Source::Stamps { file, bytes } => {
            let (spans, notes) = stamps::read(file, bytes)?;
            (spans, notes, None)
        }
    };
    let windows = spans.into_iter().map(|span| {
        let window = measure(trace, span).map(|window| match error {
            Some((seconds, joules)) => Window {
                edge_error_seconds: seconds,
                edge_error_joules: window.joules.map(|_| joules),
                ..window
            },
            None => window,
        });
        (span, window)
    });
    Ok(Found { windows: windows.collect(), notes })
}
