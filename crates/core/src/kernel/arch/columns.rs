//! Columns of a panel by single segments: for loops that have nothing faster.

use super::{Piece, put};

/// Puts inputs less their zero point into neighbouring columns, row by row and column by column.
pub(crate) fn put_columns(panel: &mut [i16], depth: usize, piece: &Piece, from: &[i8], zero_point: i32) {
    for row in 0..piece.rows {
        let from = from.get(row * piece.row_step..).unwrap_or_default();
        let offset = piece.offset + row * piece.row_offset;
        for column in 0..piece.count {
            let from = from.get(column * piece.step..).and_then(|from| from.get(..piece.length));
            put(panel, depth, piece.column + column, offset, from.unwrap_or_default(), zero_point);
        }
    }
}

/// Makes neighbouring columns some of inputs that equal their zero point.
pub(crate) fn clear_columns(panel: &mut [i16], depth: usize, [column, count]: [usize; 2], zero_point: i32) {
    let blank = [i8::try_from(zero_point).unwrap_or_default(); 64];
    for (offset, column) in (0..depth)
        .step_by(blank.len())
        .flat_map(|offset| (column..column + count).map(move |column| (offset, column)))
    {
        let blank = blank.get(..depth - offset).unwrap_or(&blank);
        put(panel, depth, column, offset, blank, zero_point);
    }
}
