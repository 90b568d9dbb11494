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
        match vector::outputs(&self.limits, &scales.factors, sums) {
            Some(outputs) if scales.usable => match output.first_chunk_mut() {
                Some(to) => *to = outputs,
                None => output.iter_mut().zip(outputs).for_each(|(to, output)| *to = output),
            },
            _ => self.one_by_one(first, sums, output),
        }
    }

    /// Outputs for the sums of a block's channels, whose first is `first`: the first `channels` of them.
    ///
    /// # Safety
    /// They may be written to.
    #[inline(always)]
    pub(super) unsafe fn store_at(
        &self,
        scales: &Scales,
        first: usize,
        sums: [I32; 2],
        output: *mut i8,
        channels: usize,
    ) {
        // SAFETY: by the contract.
        unsafe {
            match vector::outputs(&self.limits, &scales.factors, sums) {
                Some(outputs) if scales.usable => {
                    if channels == BLOCK {
                        output.cast::<[i8; BLOCK]>().write_unaligned(outputs);
                    } else {
                        output.copy_from_nonoverlapping(outputs.as_ptr(), channels);
                    }
                }
                _ => self.one_by_one(first, sums, core::slice::from_raw_parts_mut(output, channels)),
            }
        }
    }

    /// Outputs that registers do not know.
    #[cold]
    #[inline(never)]
    fn one_by_one(&self, first: usize, sums: [I32; 2], output: &mut [i8]) {
        let sums = sums.map(vector::words);
        for (lane, (output, sum)) in output.iter_mut().zip(sums.as_flattened()).enumerate() {
            *output = self.stage.output(self.stage.channel(first + lane), *sum);
        }
    }
}
