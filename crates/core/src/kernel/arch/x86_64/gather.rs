//! Inputs on their way into columns: widened to 16 bits less their zero point, or made unsigned.

use super::level::Level;
use super::panel::{GROUP, Layout, bytes_mut};
use crate::kernel::arch::Rows;
use core::arch::x86_64::*;

/// Puts segments of inputs into a column.
pub(super) fn put_rows(
    level: Level,
    panel: &mut [i16],
    depth: usize,
    column: usize,
    from: &[i8],
    rows: &Rows,
    zero_point: i32,
) {
    let stride = Layout::new(level, depth).groups * GROUP;
    let Some(last) = rows.count.checked_sub(1) else { return };
    if rows.len == 0 || last * rows.from_step + rows.len > from.len() {
        return;
    }
    let end = last * rows.to_step + rows.len;
    if level <= Level::Avx2 {
        // An i8 less an i8 needs 9 bits.
        let narrow = i16::try_from(zero_point).unwrap_or_default();
        let to = panel.get_mut(column * stride / size_of::<i16>() + rows.to..).unwrap_or_default();
        if let Some(to) = to.get_mut(..end) {
            // SAFETY: the last segment's end lies in both slices; the level has AVX2.
            unsafe { widen_rows(from, rows, narrow, to) };
        }
    } else {
        let to = bytes_mut(panel).get_mut(column * stride + rows.to..).unwrap_or_default();
        for row in 0..rows.count {
            let from = from.get(row * rows.from_step..).unwrap_or_default();
            let to = to.get_mut(row * rows.to_step..).unwrap_or_default();
            make_unsigned(from.get(..rows.len).unwrap_or_default(), to);
        }
    }
}

/// Puts neighbouring pixels of `depth` inputs into the columns from the first on.
pub(super) fn put_pixels(level: Level, panel: &mut [i16], depth: usize, from: &[i8], zero_point: i32) {
    let stride = Layout::new(level, depth).groups * GROUP;
    if level <= Level::Avx2 {
        let narrow = i16::try_from(zero_point).unwrap_or_default();
        let stride = stride / size_of::<i16>();
        if stride == depth {
            let to = panel.get_mut(..from.len()).unwrap_or_default();
            // SAFETY: the level has AVX2.
            return unsafe { widen(from, narrow, to) };
        }
        for (to, from) in panel.chunks_mut(stride.max(1)).zip(from.chunks(depth.max(1))) {
            // SAFETY: the level has AVX2.
            unsafe { widen(from, narrow, to) };
        }
    } else {
        for (to, from) in bytes_mut(panel).chunks_mut(stride.max(1)).zip(from.chunks(depth.max(1))) {
            make_unsigned(from, to);
        }
    }
}

/// Signed numbers plus 128.
fn make_unsigned(from: &[i8], to: &mut [u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = from.cast_unsigned() ^ 0x80;
    }
}

/// Numbers less their zero point, as many as both slices have.
#[target_feature(enable = "avx2")]
pub(super) fn widen(from: &[i8], zero_point: i16, to: &mut [i16]) {
    let len = from.len().min(to.len());
    // SAFETY: both slices have `len` numbers.
    unsafe { widen_some(from.as_ptr(), len, zero_point, to.as_mut_ptr()) }
}

/// Segments of numbers less their zero point.
///
/// # Safety
/// All segments lie in both slices.
#[target_feature(enable = "avx2")]
unsafe fn widen_rows(from: &[i8], rows: &Rows, zero_point: i16, to: &mut [i16]) {
    let (mut from, mut to) = (from.as_ptr(), to.as_mut_ptr());
    for _ in 0..rows.count {
        // SAFETY: by the contract.
        unsafe { widen_some(from, rows.len, zero_point, to) };
        (from, to) = (from.wrapping_add(rows.from_step), to.wrapping_add(rows.to_step));
    }
}

/// # Safety
/// There are `len` numbers at both places.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn widen_some(from: *const i8, len: usize, zero_point: i16, to: *mut i16) {
    // SAFETY: from `at` on, `at` at most `len` less the numbers taken, these lie at both places.
    unsafe {
        if len >= 16 {
            let zero = _mm256_set1_epi16(zero_point);
            let sixteen = |at: usize| {
                let wide = _mm256_cvtepi8_epi16(_mm_loadu_si128(from.add(at).cast()));
                _mm256_storeu_si256(to.add(at).cast(), _mm256_sub_epi16(wide, zero));
            };
            (0..len - 15).step_by(16).for_each(sixteen);
            // Some of these twice.
            sixteen(len - 16);
        } else if len >= 8 {
            let zero = _mm_set1_epi16(zero_point);
            for at in [0, len - 8] {
                let wide = _mm_cvtepi8_epi16(_mm_loadl_epi64(from.add(at).cast()));
                _mm_storeu_si128(to.add(at).cast(), _mm_sub_epi16(wide, zero));
            }
        } else if len >= 4 {
            let zero = _mm_set1_epi16(zero_point);
            for at in [0, len - 4] {
                let four = _mm_cvtsi32_si128(from.add(at).cast::<i32>().read_unaligned());
                _mm_storel_epi64(to.add(at).cast(), _mm_sub_epi16(_mm_cvtepi8_epi16(four), zero));
            }
        } else {
            for at in 0..len {
                to.add(at).write(i16::from(from.add(at).read()) - zero_point);
            }
        }
    }
}
