//! A window of taps that slides over one dimension.
//!
//! With `k` taps, `d` apart, that move by `s` over `n` elements, and `e = (k - 1) * d + 1`:
//! ```text
//! SAME:  out = ceil(n / s);  VALID: out = ceil((n - e + 1) / s)
//! before = max(0, (out - 1) * s + e - n) / 2;  the odd element of padding is at the end
//! ```
//! [TensorFlow Lite, `kernels/padding.h`]

use crate::model::shape::Padding;
use core::num::NonZeroUsize;

/// One dimension of a sliding window, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) input: usize,
    pub(crate) output: usize,
    pub(crate) taps: usize,
    pub(crate) stride: NonZeroUsize,
    pub(crate) dilation: NonZeroUsize,
    /// Padding before the first element.
    pub(crate) before: usize,
}

/// The taps of one window position that fall inside the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taps {
    /// First tap inside.
    pub(crate) first: usize,
    /// How many are inside.
    pub(crate) count: usize,
    /// The input element under the first of them.
    pub(crate) start: usize,
}

impl Axis {
    /// An axis of numbers that [`super::error::Checks::axis`] lets pass.
    #[cfg_attr(armv7em, inline(never))]
    pub(crate) fn new(input: usize, taps: usize, stride: usize, dilation: usize, padding: Padding) -> Self {
        let positive = |number| NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN);
        let (stride, dilation) = (positive(stride), positive(dilation));
        let extent = taps.wrapping_sub(1).wrapping_mul(dilation.get()).wrapping_add(1);
        let last = match padding {
            Padding::Same => input.wrapping_sub(1),
            Padding::Valid => input.wrapping_sub(extent),
        };
        let last = last / stride;
        let reach = last.wrapping_mul(stride.get()).wrapping_add(extent);
        let output = last.wrapping_add(1);
        Self { input, output, taps, stride, dilation, before: reach.saturating_sub(input) / 2 }
    }

    /// Output positions from `output` on whose windows lie inside the input, at least 1: `output` itself need not be one.
    #[inline]
    pub(crate) fn run(&self, output: usize) -> usize {
        let position = output * self.stride.get();
        let Some(start) = position.checked_sub(self.before) else { return 1 };
        let extent = (self.taps - 1) * self.dilation.get() + 1;
        let room = (self.input.saturating_sub(start)).checked_sub(extent);
        room.map_or(1, |room| (room / self.stride + 1).min(self.output - output))
    }

    /// The taps inside the input for one output position.
    #[cfg_attr(armv7em, inline(never))] // Once a row or a run of pixels.
    #[cfg_attr(not(armv7em), inline)]
    pub(crate) fn taps(&self, output: usize) -> Taps {
        let position = output * self.stride.get();
        let first = self.before.saturating_sub(position).div_ceil(self.dilation.get()).min(self.taps);
        // `position + first * dilation >= before` unless no tap is inside.
        let start = (position + first * self.dilation.get()).saturating_sub(self.before);
        let fitting = self.input.saturating_sub(start).div_ceil(self.dilation.get());
        Taps { first, count: fitting.min(self.taps - first), start }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::error::Checks;
    use proptest::prelude::*;

    /// microflow pads `(k - 1) / 2` before; TensorFlow Lite pads an even input under stride 2 at the end only.
    #[test]
    fn same_padding_puts_the_odd_element_at_the_end() {
        let axis = Axis::new(4, 3, 2, 1, Padding::Same);
        assert_eq!((axis.output, axis.before), (2, 0));
        assert_eq!(axis.taps(1), Taps { first: 0, count: 2, start: 2 });
    }

    proptest! {
        #[test]
        fn taps_are_those_inside(n in 1_usize..20, k in 1_usize..7, s in 1_usize..5, d in 1_usize..4, same: bool) {
            let padding = if same { Padding::Same } else { Padding::Valid };
            let mut checks = Checks::default();
            checks.axis(n, k, s, d, padding);
            let axis = Axis::new(n, k, s, d, padding);
            if checks.error().is_some() {
                prop_assert!(!same && (k - 1) * d + 1 > n);
                return Ok(());
            }
            for output in 0..axis.output {
                let place = |tap: usize| (output * s + tap * d) as isize - axis.before as isize;
                let inside: std::vec::Vec<usize> =
                    (0..k).filter(|tap| (0..n as isize).contains(&place(*tap))).collect();
                let taps = axis.taps(output);
                prop_assert_eq!(taps.count, inside.len());
                if let Some(first) = inside.first() {
                    prop_assert_eq!((taps.first, taps.start as isize), (*first, place(*first)));
                }
            }
        }
    }
}
