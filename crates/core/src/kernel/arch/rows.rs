//! Columns of a panel by rows of segments: for loops that put a whole column's rows at once.

use super::put_rows;
#[cfg(not(lanes))]
use super::{Piece, put_pixels};

/// Segments of equal length that lie at equal distances, in an input and in a column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    /// Segments.
    pub(crate) count: usize,
    /// Elements of a segment.
    pub(crate) len: usize,
    /// From one segment's start to the next one's, in the input.
    pub(crate) from_step: usize,
    /// The first segment's place in the column.
    pub(crate) to: usize,
    /// From one segment's start to the next one's, in the column.
    pub(crate) to_step: usize,
}

/// Puts inputs into neighbouring columns, column by column.
#[cfg(not(lanes))]
pub(crate) fn put_columns(panel: &mut [i16], depth: usize, piece: &Piece, from: &[i8], zero_point: i32) {
    let Piece { column, count, offset, length, step, rows, row_offset, row_step } = *piece;
    if (column, rows, length, step) == (0, 1, depth, depth) {
        let from = from.get(..count * depth).unwrap_or_default();
        return put_pixels(panel, depth, from, zero_point);
    }
    let rows = Rows { count: rows, len: length, from_step: row_step, to: offset, to_step: row_offset };
    for index in 0..count {
        let from = from.get(index * step..).unwrap_or_default();
        put_rows(panel, depth, column + index, from, &rows, zero_point);
    }
}

/// Makes neighbouring columns some of inputs that equal their zero point.
pub(crate) fn clear_columns(panel: &mut [i16], depth: usize, [column, count]: [usize; 2], zero_point: i32) {
    let blank = [i8::try_from(zero_point).unwrap_or_default(); 64];
    for to in (0..depth).step_by(blank.len()) {
        let len = (depth - to).min(blank.len());
        let rows = Rows { count: 1, len, from_step: 0, to, to_step: 0 };
        for column in column..column + count {
            put_rows(panel, depth, column, &blank, &rows, zero_point);
        }
    }
}
