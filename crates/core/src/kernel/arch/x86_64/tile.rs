//! Four columns by sixteen channels: the sums stay in registers.

use super::level::Level;
use super::panel::GROUP;
use super::stage::{BLOCK, Finish, Scales, eight};
use core::arch::x86_64::*;

/// One block of channels and the columns it meets.
#[derive(Clone, Copy)]
pub(super) struct Block {
    /// The first of columns of `groups` groups each, one after the other.
    pub(super) columns: *const u8,
    pub(super) groups: usize,
    /// The block's scales, its groups behind them.
    pub(super) scales: *const Scales,
    /// The first pixel's first output.
    pub(super) output: *mut i8,
    pub(super) pixel_stride: usize,
    /// Channels that are there.
    pub(super) channels: usize,
}

/// Columns of a tile.
const TILE: usize = 4;

/// Adds the products of four bytes a lane.
trait Products {
    /// # Safety
    /// The processor has the instruction.
    unsafe fn add(sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i;
}

/// Two products of 16 bits a lane.
struct Pairs;
impl Products for Pairs {
    #[inline(always)]
    unsafe fn add(sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: by the contract.
        unsafe { _mm256_add_epi32(sums, _mm256_madd_epi16(inputs, weights)) }
    }
}

/// Four products of unsigned inputs and signed weights of 8 bits a lane.
struct Fours;
impl Products for Fours {
    #[inline(always)]
    unsafe fn add(sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: by the contract.
        unsafe { _mm256_dpbusd_epi32(sums, inputs, weights) }
    }
}

/// The same in VEX form.
struct VexFours;
impl Products for VexFours {
    #[inline(always)]
    unsafe fn add(sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: by the contract.
        unsafe { _mm256_dpbusd_avx_epi32(sums, inputs, weights) }
    }
}

/// Every column of a block.
///
/// # Safety
/// `block` points at `columns` columns, scales and groups that `prepare` has filled, and outputs for all of them; the
/// processor has the level's instructions.
#[inline]
pub(super) unsafe fn run(level: Level, block: &Block, columns: usize, finish: &Finish) {
    // SAFETY: by the contract.
    unsafe {
        match level {
            Level::Portable => {}
            Level::Avx2 => run_avx2(block, columns, finish),
            Level::AvxVnni => run_avx_vnni(block, columns, finish),
            Level::Avx512Vnni => run_avx512_vnni(block, columns, finish),
            #[cfg(test)]
            Level::ModelledVnni => model::run(block, columns, finish),
        }
    }
}

#[target_feature(enable = "avx2")]
unsafe fn run_avx2(block: &Block, columns: usize, finish: &Finish) {
    // SAFETY: by the contract of `run`.
    unsafe { tiles::<Pairs>(block, columns, finish) }
}

#[target_feature(enable = "avx2,avxvnni")]
unsafe fn run_avx_vnni(block: &Block, columns: usize, finish: &Finish) {
    // SAFETY: by the contract of `run`.
    unsafe { tiles::<VexFours>(block, columns, finish) }
}

#[target_feature(enable = "avx2,avx512vnni,avx512vl")]
unsafe fn run_avx512_vnni(block: &Block, columns: usize, finish: &Finish) {
    // SAFETY: by the contract of `run`.
    unsafe { tiles::<Fours>(block, columns, finish) }
}

/// # Safety
/// As `run`.
#[inline(always)]
unsafe fn tiles<P: Products>(block: &Block, columns: usize, finish: &Finish) {
    let mut block = *block;
    let mut left = columns;
    // SAFETY: by the contract of `run`; each tile takes its columns and their outputs, and steps over them.
    unsafe {
        while left >= TILE {
            tile::<P, TILE>(&block, finish);
            block.columns = block.columns.add(TILE * block.groups * GROUP);
            block.output = block.output.wrapping_add(TILE * block.pixel_stride);
            left -= TILE;
        }
        match left {
            1 => tile::<P, 1>(&block, finish),
            2 => tile::<P, 2>(&block, finish),
            3 => tile::<P, 3>(&block, finish),
            _ => {}
        }
    }
}

/// # Safety
/// As `run`, for `C` columns.
#[inline(always)]
unsafe fn tile<P: Products, const C: usize>(block: &Block, finish: &Finish) {
    let stride = block.groups * GROUP;
    // SAFETY: by the contract of `run`: reads one group of each column and of the block at a time, as many as there are.
    unsafe {
        let scales = &*block.scales;
        let mut sums = [[eight(&scales.bias, 0), eight(&scales.bias, 8)]; C];
        let mut weights: *const __m256i = block.scales.add(1).cast();
        let mut inputs = block.columns;
        for _ in 0..block.groups {
            let [low, high] = [_mm256_loadu_si256(weights), _mm256_loadu_si256(weights.add(1))];
            for (column, [a, b]) in sums.iter_mut().enumerate() {
                let group = inputs.add(column * stride).cast::<i32>().read_unaligned();
                let group = _mm256_set1_epi32(group);
                *a = P::add(*a, group, low);
                *b = P::add(*b, group, high);
            }
            weights = weights.add(2);
            inputs = inputs.add(GROUP);
        }
        for (column, sums) in sums.into_iter().enumerate() {
            let outputs = finish.outputs(scales, sums);
            store(block.output.wrapping_add(column * block.pixel_stride), outputs, block.channels);
        }
    }
}

/// Stores the first `channels` of sixteen outputs.
///
/// # Safety
/// As many may be written to.
#[inline(always)]
pub(super) unsafe fn store(to: *mut i8, outputs: __m128i, channels: usize) {
    // SAFETY: by the contract.
    unsafe {
        if channels == BLOCK {
            return _mm_storeu_si128(to.cast(), outputs);
        }
        let mut all = [0_i8; BLOCK];
        _mm_storeu_si128(all.as_mut_ptr().cast(), outputs);
        if channels == BLOCK / 2 {
            return to.cast::<[i8; BLOCK / 2]>().copy_from_nonoverlapping(all.as_ptr().cast(), 1);
        }
        to.copy_from_nonoverlapping(all.as_ptr(), channels.min(BLOCK));
    }
}

#[cfg(test)]
mod model {
    use super::*;

    /// `vpdpbusd` as its definition has it, in AVX2.
    struct ModelledFours;
    impl Products for ModelledFours {
        unsafe fn add(sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
            // SAFETY: arrays of the registers' size.
            unsafe {
                let inputs: [[u8; 4]; 8] = core::mem::transmute(inputs);
                let weights: [[i8; 4]; 8] = core::mem::transmute(weights);
                let mut sums: [i32; 8] = core::mem::transmute(sums);
                for ((sum, x), w) in sums.iter_mut().zip(inputs).zip(weights) {
                    let products = x.iter().zip(w).map(|(x, w)| i32::from(*x) * i32::from(w));
                    *sum = sum.wrapping_add(products.sum());
                }
                core::mem::transmute(sums)
            }
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn run(block: &Block, columns: usize, finish: &Finish) {
        // SAFETY: by the contract of `run`.
        unsafe { tiles::<ModelledFours>(block, columns, finish) }
    }
}
