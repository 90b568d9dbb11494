//! Convolution: the weights packed once a layer run, sixteen channels side by side; columns of gathered inputs.
//!
//! Four bytes of a column, a group, meet four bytes of each channel: two numbers of 16 bits, or four of 8 bits. The
//! panel holds the columns, then for each block of sixteen channels its scales and its groups.

use super::level::Level;
use super::stage::{BLOCK, Finish, Scales, lane};
use super::tile::{self, Block};
use crate::kernel::output_stage::OutputStage;
use crate::kernel::pieces::pieces_mut;
use core::arch::x86_64::*;

/// Columns of a panel.
pub(crate) const COLUMNS: usize = 8;

/// Bytes of a group in a column.
pub(super) const GROUP: usize = 4;

/// Bytes of a group in a block.
const BLOCK_GROUP: usize = GROUP * BLOCK;

/// Bytes to which columns and blocks are aligned.
const LINE: usize = align_of::<Scales>();

/// How a panel is laid out, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    /// Groups of a column.
    pub(super) groups: usize,
    /// All columns.
    columns: usize,
    /// One block of channels.
    block: usize,
}

impl Layout {
    pub(super) const fn new(level: Level, depth: usize) -> Self {
        let groups = match level {
            Level::Portable | Level::Avx2 => depth.div_ceil(2),
            _ => depth.div_ceil(GROUP),
        };
        let columns = (groups * GROUP * COLUMNS).next_multiple_of(LINE);
        Self { groups, columns, block: size_of::<Scales>() + groups * BLOCK_GROUP }
    }

    const fn len(self, filters: usize) -> usize {
        self.columns + filters.div_ceil(BLOCK) * self.block
    }
}

/// 16-bit numbers of a panel of the level that takes most, and what aligns it.
pub(super) const fn len(depth: usize, filters: usize) -> usize {
    (Layout::new(Level::Avx2, depth).len(filters) + LINE) / size_of::<i16>()
}

/// The panel at the first line of the scratch memory; none if there is too little.
pub(super) fn aligned(
    level: Level,
    scratch: &mut [i16],
    depth: usize,
    filters: usize,
) -> Option<&mut [i16]> {
    let skip = scratch.as_ptr().align_offset(LINE);
    scratch.get_mut(skip..)?.get_mut(..Layout::new(level, depth).len(filters) / size_of::<i16>())
}

/// Makes every column one of inputs that equal their zero point.
pub(super) fn clear(level: Level, panel: &mut [i16], depth: usize, zero_point: i32) {
    let [zero, ..] = zero_point.to_le_bytes();
    let zero = i16::from_le_bytes([zero ^ 0x80; 2]);
    let columns = panel.get_mut(..Layout::new(level, depth).columns / size_of::<i16>()).unwrap_or_default();
    columns.fill(if level <= Level::Avx2 { 0 } else { zero });
}

/// The same memory as bytes.
pub(super) fn bytes_mut(panel: &mut [i16]) -> &mut [u8] {
    // SAFETY: any bits are a `u8` and an `i16`; the length is the same memory's; the borrow is handed on.
    unsafe { core::slice::from_raw_parts_mut(panel.as_mut_ptr().cast(), size_of_val(panel)) }
}

/// Packs the rows of `weights`, whose output channels begin at `first_channel`, into a panel.
pub(super) fn prepare(
    level: Level,
    panel: &mut [i16],
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    first_channel: usize,
    zero_point: i32,
) {
    let layout = Layout::new(level, depth);
    let blocks = bytes_mut(panel).get_mut(layout.columns..).unwrap_or_default();
    let rows = weights.chunks((depth * BLOCK).max(1)).zip(pieces_mut(blocks, layout.block));
    for ((rows, to), first) in rows.zip((first_channel..).step_by(BLOCK)) {
        let mut scales = Scales::new(stage, first, rows.len() / depth.max(1));
        let (head, groups) = to.split_at_mut_checked(size_of::<Scales>()).unwrap_or_default();
        let groups = groups.as_chunks_mut::<BLOCK_GROUP>().0;
        if level <= Level::Avx2 {
            // SAFETY: the level has AVX2.
            unsafe { pairs(rows, depth, groups) };
        } else {
            fours(rows, depth, groups);
            // What was added to each input: 128 and the zero point.
            scales.less(groups, 128 + zero_point);
        }
        scales.write(head);
    }
}

/// Weights as numbers of 16 bits: two of each row, row by row, then the next two.
#[target_feature(enable = "avx2")]
fn pairs(rows: &[i8], depth: usize, groups: &mut [[u8; BLOCK_GROUP]]) {
    for (step, groups) in groups.chunks_mut(BLOCK / 2).enumerate() {
        // SAFETY: sixteen bytes of each array are read.
        let two = |channel: usize| unsafe {
            let (low, high) = (part(rows, depth, channel, step), part(rows, depth, channel + 4, step));
            let low = _mm256_castsi128_si256(_mm_loadu_si128(low.as_ptr().cast()));
            _mm256_inserti128_si256::<1>(low, _mm_loadu_si128(high.as_ptr().cast()))
        };
        // Two numbers at a time, an 8 by 8 transpose in each half.
        let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 8, 9, 10, 11].map(two);
        let low = |x: [__m256i; 2]| _mm256_unpacklo_epi16(x[0], x[1]);
        let high = |x: [__m256i; 2]| _mm256_unpackhi_epi16(x[0], x[1]);
        let quads = |[a, b, c, d]: [__m256i; 4]| {
            [
                _mm256_unpacklo_epi32(low([a, b]), low([c, d])),
                _mm256_unpackhi_epi32(low([a, b]), low([c, d])),
                _mm256_unpacklo_epi32(high([a, b]), high([c, d])),
                _mm256_unpackhi_epi32(high([a, b]), high([c, d])),
            ]
        };
        let both = quads([a, b, c, d]).into_iter().zip(quads([e, f, g, h]));
        let both = both.map(|(x, y)| [_mm256_unpacklo_epi64(x, y), _mm256_unpackhi_epi64(x, y)]);
        for (two, groups) in both.zip(groups.chunks_mut(2)) {
            for (bytes, group) in two.into_iter().zip(groups) {
                let to: *mut __m256i = group.as_mut_ptr().cast();
                let upper = _mm256_cvtepi8_epi16(_mm256_extracti128_si256::<1>(bytes));
                // SAFETY: a group has 64 bytes.
                unsafe {
                    _mm256_storeu_si256(to, _mm256_cvtepi8_epi16(_mm256_castsi256_si128(bytes)));
                    _mm256_storeu_si256(to.add(1), upper);
                }
            }
        }
    }
}

/// Sixteen weights of a channel, zeros where there are none.
#[inline]
fn part(rows: &[i8], depth: usize, channel: usize, step: usize) -> [i8; BLOCK] {
    let row = rows.get(channel * depth..).unwrap_or_default();
    let row = row.get(..depth).unwrap_or_default().get(step * BLOCK..).unwrap_or_default();
    sixteen(row)
}

/// Up to sixteen numbers and zeros.
#[inline]
pub(super) fn sixteen(numbers: &[i8]) -> [i8; BLOCK] {
    if let Some(all) = numbers.first_chunk() {
        return *all;
    }
    let mut all = [0; BLOCK];
    all.iter_mut().zip(numbers).for_each(|(to, from)| *to = *from);
    all
}

/// Weights as they are: four of each row, row by row, then the next four.
fn fours(rows: &[i8], depth: usize, groups: &mut [[u8; BLOCK_GROUP]]) {
    for channel in 0..BLOCK {
        let row = rows.get(channel * depth..).unwrap_or_default();
        let row = row.get(..depth).unwrap_or_default();
        let (whole, rest) = row.as_chunks::<GROUP>();
        let mut last = [0; GROUP];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        let all = whole.iter().copied().chain([last]).chain(core::iter::repeat([0; GROUP]));
        for (weights, group) in all.zip(&mut *groups) {
            if let Some(to) = group.as_chunks_mut::<GROUP>().0.get_mut(lane(channel)) {
                *to = weights.map(i8::cast_unsigned);
            }
        }
    }
}

/// One output channel a row of `weights`, for the first `columns` pixels of a panel into which they were packed.
#[expect(
    clippy::too_many_arguments,
    reason = "the shape of one block of work, the same for all instruction sets"
)]
pub(super) fn products(
    level: Level,
    panel: &[i16],
    columns: usize,
    depth: usize,
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
    pixel_stride: usize,
) {
    let layout = Layout::new(level, depth);
    let rows = weights.len() / depth.max(1);
    let needed = columns.saturating_sub(1) * pixel_stride + rows;
    let fits = columns <= COLUMNS
        && panel.as_ptr().cast::<Scales>().is_aligned()
        && size_of_val(panel) >= layout.len(rows) && output.len() >= needed;
    if !fits || columns == 0 {
        return;
    }
    let finish = Finish::new(stage);
    let from: *const u8 = panel.as_ptr().cast();
    for index in 0..rows.div_ceil(BLOCK) {
        let first = index * BLOCK;
        let block = Block {
            columns: from,
            groups: layout.groups,
            scales: from.wrapping_add(layout.columns + index * layout.block).cast(),
            output: output.as_mut_ptr().wrapping_add(first),
            pixel_stride,
            channels: (rows - first).min(BLOCK),
        };
        // SAFETY: the panel holds `columns` columns and this block, as `fits` says, and has been filled by `prepare`;
        // `output` holds `channels` channels of `columns` pixels; the processor has the level's instructions.
        unsafe { tile::run(level, &block, columns, &finish) };
    }
}
