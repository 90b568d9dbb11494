//! Lines of an input, an element of each pixel, as lines of a plane.

/// Lines to lay out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    /// The first element of the first line.
    pub(super) from: *const i8,
    /// Elements to that of the next line.
    pub(super) line: usize,
    /// Elements to the next of a line.
    pub(super) step: usize,
    /// Elements of a line that are laid out.
    pub(super) count: usize,
    /// The word of the first element of the first line.
    pub(super) to: *mut i32,
    /// Words to that of the next line.
    pub(super) width: usize,
    /// Words after those of the elements, at most 2, that still hold one of these.
    pub(super) tail: usize,
    /// Lines.
    pub(super) lines: usize,
    /// What an element beyond the line is: minus the zero point.
    pub(super) beyond: i32,
}

/// Puts each element beside the one that is `APART` before it, 1 or 2.
///
/// # Safety
/// All elements must lie in the input and all words in the plane.
#[inline(never)] // In registers, which a caller's loops would leave too few of.
pub(super) unsafe fn lay_out<const APART: usize>(lines: &Lines) {
    let Lines { mut from, line, step, count, mut to, width, tail, lines, beyond } = *lines;
    for _ in 0..lines {
        let (mut x, mut word) = (from, to);
        let (mut before, mut last) = (beyond, beyond);
        // SAFETY: the caller's.
        unsafe {
            for _ in 0..count / 2 {
                let a = -i32::from(*x);
                x = x.wrapping_add(step);
                let b = -i32::from(*x);
                x = x.wrapping_add(step);
                let beside = if APART == 2 { [before, last] } else { [last, a] };
                *word = beside[0] + (a << 16);
                *word.wrapping_add(1) = beside[1] + (b << 16);
                word = word.wrapping_add(2);
                (before, last) = (a, b);
            }
            if count % 2 == 1 {
                let a = -i32::from(*x);
                *word = if APART == 2 { before } else { last } + (a << 16);
                word = word.wrapping_add(1);
                (before, last) = (last, a);
            }
            if tail > 0 {
                *word = if APART == 2 { before } else { last } + (beyond << 16);
            }
            if APART == 2 && tail > 1 {
                *word.wrapping_add(1) = last + (beyond << 16);
            }
        }
        from = from.wrapping_add(line);
        to = to.wrapping_add(width);
    }
}
