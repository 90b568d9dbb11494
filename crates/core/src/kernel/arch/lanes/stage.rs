//! The output stage of eight channels at once.

use super::vector::{self, I32};
use crate::kernel::output_stage::{Channel, OutputStage};
use crate::kernel::quantization::Clamp;
use crate::kernel::requantize::{Requantizer, Rounding};

/// Channels of a block.
pub(super) const BLOCK: usize = 8;

/// Numbers of 16 bits that the scales of a block take.
pub(super) const SCALES: usize = size_of::<[[i32; BLOCK]; 4]>() / size_of::<i16>() + 1;

/// What scales the sums of a block's channels.
#[derive(Clone, Copy)]
pub(super) struct Scales {
    pub(super) bias: [I32; 2],
    multiplier: [I32; 2],
    shift: [I32; 2],
    ties: [I32; 2],
    /// Whether registers can scale: double rounding, and shifts that they know.
    pub(super) usable: bool,
}

impl Scales {
    /// Writes those of `count` channels from `first` on.
    pub(super) fn write(stage: &OutputStage<'_>, first: usize, count: usize, to: &mut [i16]) {
        let mut fields = [[0_i32; BLOCK]; 4];
        let mut usable = stage.rounding() == Rounding::Tflm;
        for lane in 0..count.min(BLOCK) {
            let Channel { bias, requantizer } = stage.channel(first + lane);
            usable &= vector::knows(requantizer.shift());
            let of_channel = Self::numbers(bias, requantizer);
            for (field, number) in fields.iter_mut().zip(of_channel) {
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

    fn numbers(bias: i32, requantizer: Requantizer) -> [i32; 4] {
        let right = requantizer.shift().unsigned_abs();
        [bias, requantizer.multiplier(), vector::shift(right), if right > 0 { -1 } else { 0 }]
    }

    /// Those that were written there.
    #[inline]
    pub(super) fn read(from: &[i16; SCALES]) -> Self {
        let (words, _) = from.as_chunks::<8>();
        let word = |place: usize| words.get(place).map_or(vector::splat32(0), vector::load_words);
        Self {
            bias: [word(0), word(1)],
            multiplier: [word(2), word(3)],
            shift: [word(4), word(5)],
            ties: [word(6), word(7)],
            usable: from.last() == Some(&1),
        }
    }

    /// One scale for all, without bias.
    pub(super) fn of_all(requantizer: Requantizer) -> Self {
        let [bias, multiplier, shift, ties] = Self::numbers(0, requantizer).map(|x| [vector::splat32(x); 2]);
        Self { bias, multiplier, shift, ties, usable: vector::knows(requantizer.shift()) }
    }

    /// Eight sums scaled, rounded twice.
    #[inline]
    pub(super) fn apply(&self, sums: [I32; 2]) -> [I32; 2] {
        let [a, b] = sums;
        [
            vector::scale(a, self.multiplier[0], self.shift[0], self.ties[0]),
            vector::scale(b, self.multiplier[1], self.shift[1], self.ties[1]),
        ]
    }
}

/// What all channels of a layer share.
#[derive(Clone, Copy)]
pub(super) struct Finish {
    zero_point: i32,
    clamp: Clamp,
}

impl Finish {
    pub(super) fn new(stage: &OutputStage<'_>) -> Self {
        Self::of(stage.zero_point(), stage.clamp())
    }

    pub(super) fn of(zero_point: i32, clamp: Clamp) -> Self {
        Self { zero_point, clamp }
    }

    /// Outputs for the sums of a block's channels.
    #[inline]
    pub(super) fn outputs(&self, scales: &Scales, sums: [I32; 2]) -> [i8; BLOCK] {
        vector::narrow(scales.apply(sums), self.zero_point, self.clamp.least, self.clamp.most)
    }
}

/// Stores as many outputs as there is room for.
#[inline]
pub(super) fn store(outputs: [i8; BLOCK], to: &mut [i8]) {
    if let Some(to) = to.first_chunk_mut() {
        *to = outputs;
    } else {
        to.iter_mut().zip(outputs).for_each(|(to, output)| *to = output);
    }
}
