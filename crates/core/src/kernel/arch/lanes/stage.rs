//! The output stage of eight channels at once.

use super::vector::{self, FACTORS, I32, Limits};
use crate::kernel::output_stage::{Channel, OutputStage};

/// Channels of a block.
pub(super) const BLOCK: usize = 8;

/// Numbers of 16 bits that the scales of a block take.
pub(super) const SCALES: usize = size_of::<[[i32; BLOCK]; 1 + FACTORS]>() / size_of::<i16>() + 1;

/// Where the sums of a block's channels start, and what scales them.
#[derive(Clone, Copy)]
pub(super) struct Scales {
    pub(super) bias: [I32; 2],
    factors: [[I32; 2]; FACTORS],
    /// Whether registers can scale.
    usable: bool,
}

impl Scales {
    /// Writes those of `count` channels from `first` on.
    pub(super) fn write(stage: &OutputStage<'_>, first: usize, count: usize, to: &mut [i16]) {
        let mut fields = [[0_i32; BLOCK]; 1 + FACTORS];
        let mut usable = true;
        for lane in 0..count.min(BLOCK) {
            let Channel { bias, requantizer } = stage.channel(first + lane);
            let factors = vector::factors(requantizer, stage.rounding());
            usable &= factors.is_some();
            let numbers = core::iter::once(bias).chain(factors.unwrap_or_default());
            for (field, number) in fields.iter_mut().zip(numbers) {
                if let Some(to) = field.get_mut(lane) {
                    *to = number;
                }
            }
        }
        for (to, number) in to.as_chunks_mut::<2>().0.iter_mut().zip(fields.as_flattened()) {
            let [a, b, c, d] = number.to_le_bytes();
            *to = [i16::from_le_bytes([a, b]), i16::from_le_bytes([c, d])];
        }
        if let Some(last) = to.get_mut(SCALES - 1) {
            *last = usable.into();
        }
    }

    /// The biases that were written there.
    ///
    /// # Safety
    /// [`SCALES`] numbers are there.
    #[inline(always)]
    pub(super) unsafe fn bias_at(from: *const i16) -> [I32; 2] {
        // SAFETY: by the contract.
        unsafe { [0, 1].map(|word| vector::words_at(from.add(8 * word))) }
    }

    /// Those that were written there.
    ///
    /// # Safety
    /// [`SCALES`] numbers are there.
    #[inline(always)]
    pub(super) unsafe fn at(from: *const i16) -> Self {
        // SAFETY: by the contract.
        unsafe {
            let word = |word: usize| vector::words_at(from.add(8 * word));
            Self {
                bias: Self::bias_at(from),
                factors: core::array::from_fn(|field| [word(2 * field + 2), word(2 * field + 3)]),
                usable: from.add(SCALES - 1).read() == 1,
            }
        }
    }

    /// Those that were written there.
    #[inline]
    pub(super) fn read(from: &[i16; SCALES]) -> Self {
        let (words, _) = from.as_chunks::<8>();
        let word = |place: usize| words.get(place).map_or(vector::splat32(0), vector::load_words);
        Self {
            bias: [word(0), word(1)],
            factors: core::array::from_fn(|field| [word(2 * field + 2), word(2 * field + 3)]),
            usable: from.last() == Some(&1),
        }
    }
}

/// What all channels of a layer share.
#[derive(Clone, Copy)]
pub(super) struct Finish<'s> {
    stage: &'s OutputStage<'s>,
    limits: Limits,
}

impl<'s> Finish<'s> {
    pub(super) fn new(stage: &'s OutputStage<'s>) -> Self {
        Self { stage, limits: Limits::new(stage.zero_point(), stage.clamp()) }
    }

    /// Outputs for the sums of a block's channels, whose first is `first`: as many as there is room for.
    #[inline]
    pub(super) fn store(&self, scales: &Scales, first: usize, sums: [I32; 2], output: &mut [i8]) {
        let pixels = Pixels { output: output.as_mut_ptr(), count: 1, stride: 0, channels: output.len().min(BLOCK), first };
        // SAFETY: so many outputs are there.
        unsafe {
            let doubts = self.put(scales, sums, &pixels, 0);
            self.again(&[sums], doubts, pixels);
        }
    }

    /// Outputs for the sums of one of some pixels, and bits for those that [`Self::again`] shall compute anew.
    ///
    /// A pixel that is not wanted leaves its outputs where those of the last one go: that one comes later.
    ///
    /// # Safety
    /// The wanted ones may be written to; there is at least one.
    #[inline(always)]
    pub(super) unsafe fn put(&self, scales: &Scales, sums: [I32; 2], pixels: &Pixels, pixel: usize) -> u32 {
        let (outputs, doubts) = vector::outputs(&self.limits, &scales.factors, sums);
        let to = pixels.output.wrapping_add(pixel.min(pixels.count - 1) * pixels.stride);
        // SAFETY: by the contract.
        unsafe {
            if pixels.channels == BLOCK {
                to.cast::<[i8; BLOCK]>().write_unaligned(outputs);
            } else {
                to.copy_from_nonoverlapping(outputs.as_ptr(), pixels.channels);
            }
        }
        let doubts = if vector::TELLS || scales.usable { doubts } else { u8::MAX };
        u32::from(doubts) << (pixel * BLOCK)
    }

    /// Those outputs anew that registers do not know.
    ///
    /// # Safety
    /// As for [`Self::put`].
    #[inline(always)]
    pub(super) unsafe fn again<const N: usize>(&self, sums: &[[I32; 2]; N], doubts: u32, pixels: Pixels) {
        if doubts != 0 {
            let sums = sums.map(|sums| sums.map(vector::words));
            // SAFETY: by the contract.
            unsafe { self.one_by_one(sums.as_flattened(), doubts, pixels) }
        }
    }

    /// Those outputs anew that registers do not know: a bit each of `doubts`.
    ///
    /// # Safety
    /// As for `put`.
    #[cold]
    #[inline(never)]
    unsafe fn one_by_one(&self, sums: &[[i32; 4]], mut doubts: u32, pixels: Pixels) {
        let Pixels { output, count, stride, channels, first } = pixels;
        for (pixel, sums) in sums.chunks(2).enumerate().take(count) {
            for (lane, sum) in sums.as_flattened().iter().enumerate() {
                if doubts & 1 << lane != 0 && lane < channels {
                    let exact = self.stage.output(self.stage.channel(first + lane), *sum);
                    // SAFETY: by the contract.
                    unsafe { output.add(pixel * stride + lane).write(exact) };
                }
            }
            doubts >>= BLOCK;
        }
    }
}

/// Where the outputs of a block's channels go.
#[derive(Clone, Copy)]
pub(super) struct Pixels {
    /// The first pixel's first output.
    pub(super) output: *mut i8,
    /// Pixels that are wanted.
    pub(super) count: usize,
    /// From a pixel to the next.
    pub(super) stride: usize,
    /// Channels that are there, and the first one's number.
    pub(super) channels: usize,
    pub(super) first: usize,
}
