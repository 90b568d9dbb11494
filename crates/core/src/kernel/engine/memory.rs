//! An operator's part of the arena: output and scratch memory to be written, inputs to be read.

use super::operands::Source;
use crate::kernel::arena::Plan;
use core::ops::Range;

/// The arena, cut at an operator's output and its scratch memory.
pub(super) struct Memory<'m> {
    pub(super) output: &'m mut [u8],
    pub(super) scratch: &'m mut [u8],
    plan: &'m Plan<'m>,
    /// What lies before, between and behind the two, each with its beginning.
    pieces: [(usize, &'m [u8]); 3],
}

impl<'m> Memory<'m> {
    /// What can fail here has been checked before: lives that are alive together do not overlap.
    pub(super) fn new(
        arena: &'m mut [u8],
        plan: &'m Plan<'m>,
        output: Range<usize>,
        scratch: Range<usize>,
    ) -> Self {
        let scratch = if scratch.is_empty() { output.end..output.end } else { scratch };
        let in_order = output.start <= scratch.start;
        let (first, second) = if in_order { (output, scratch) } else { (scratch, output) };
        let (low, rest) = arena.split_at_mut_checked(first.start).unwrap_or_default();
        let (first_bytes, rest) = rest.split_at_mut_checked(first.len()).unwrap_or_default();
        let gap = second.start.saturating_sub(first.end);
        let (middle, rest) = rest.split_at_mut_checked(gap).unwrap_or_default();
        let (second_bytes, high) = rest.split_at_mut_checked(second.len()).unwrap_or_default();
        let (output, scratch) =
            if in_order { (first_bytes, second_bytes) } else { (second_bytes, first_bytes) };
        Self { output, scratch, plan, pieces: [(0, low), (first.end, middle), (second.end, high)] }
    }

    /// An input's bytes.
    #[inline(never)]
    pub(super) fn view<'s: 'm>(&self, source: Source<'s>) -> &'m [u8] {
        match source {
            Source::Constant(data) => data,
            Source::Computed(life) => {
                let bytes = self.plan.bytes(life);
                let piece = self.pieces.iter().find_map(|(beginning, piece)| {
                    let from = bytes.start.checked_sub(*beginning)?;
                    piece.get(from..from.checked_add(bytes.len())?)
                });
                piece.unwrap_or_default()
            }
        }
    }
}
