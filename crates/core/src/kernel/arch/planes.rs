//! Depthwise convolution channel by channel, over a plane of pairs of pixels: filters of three by three.
//!
//! A word of the plane holds an element of the padded input and the one that the next output has in its place, as
//! [`pairs`](super::pairs) does. The plane is as high as the scratch memory allows; then it moves down.

use super::Planes;
use super::small::{TAKES_ALL_WEIGHTS, plane};
use crate::kernel::output_stage::OutputStage;
use crate::kernel::pieces::pieces_mut;
use crate::kernel::window::Axis;

/// Taps in each direction.
const TAPS: usize = 3;

/// Words that a plane takes at most, if three rows do not need more.
const MOST_WORDS: usize = 1024;

/// Elements of scratch memory with which a layer is fastest; 0 if it does not go by planes.
pub(crate) const fn planes_len(layer: &Planes<'_>) -> usize {
    Layer::scratch_len(layer.rows, layer.columns)
}

/// The channels whose outputs are done for one image, from the first on: all or none.
pub(crate) fn planes(
    layer: &Planes<'_>,
    input: &[i8],
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
    scratch: &mut [i16],
) -> usize {
    let Planes { channels, rows, columns, zero_point } = *layer;
    let layer = Layer { rows, columns, channels, zero_point, weights, stage };
    if layer.run(input, output, scratch) { channels } else { 0 }
}

/// A layer: all that is the same for each channel.
#[derive(Clone, Copy, Debug)]
struct Layer<'a> {
    /// Rows of input and output.
    pub(crate) rows: &'a Axis,
    /// Columns of input and output.
    pub(crate) columns: &'a Axis,
    /// Channels of input and output.
    pub(crate) channels: usize,
    /// The input's zero point.
    pub(crate) zero_point: i32,
    /// `HWO`.
    pub(crate) weights: &'a [i8],
    /// What happens to the sums.
    pub(crate) stage: &'a OutputStage<'a>,
}

/// What the loop over a plane's outputs works on; the loop knows the fields' places.
#[repr(C)]
pub(super) struct Plane {
    /// The first word of the first row.
    pub(super) words: *const i32,
    /// Bytes from a row to the next.
    pub(super) row: usize,
    /// Bytes from a row to that of the outputs below.
    pub(super) next_row: usize,
    /// Bytes from a pair of outputs to the next.
    pub(super) step: usize,
    /// Rows of outputs.
    pub(super) rows: usize,
    /// Outputs of a row, at least 1.
    pub(super) columns: usize,
    /// Bytes from an output to the next.
    pub(super) channels: usize,
    pub(super) output: *mut i8,
    /// What the sums start with.
    pub(super) start: i32,
    pub(super) multiplier: i32,
    /// Bits to the right, at least 1.
    pub(super) shift: u32,
    pub(super) zero_point: i32,
    pub(super) least: i32,
    pub(super) most: i32,
    pub(super) weights: [i32; TAPS * TAPS],
}

impl Layer<'_> {
    /// Elements of scratch memory with which the layer is fastest; 0 if it does not go by planes.
    pub(crate) const fn scratch_len(rows: &Axis, columns: &Axis) -> usize {
        if !Self::fits(rows, columns) {
            return 0;
        }
        let width = Self::width(columns);
        let all = Self::height(rows, rows.output) * width;
        let least = TAPS * width;
        let most = if least > MOST_WORDS { least } else { MOST_WORDS };
        2 * (if all > most { most } else { all }) + 1
    }

    /// Whether the window is one that the loops are for.
    const fn fits(rows: &Axis, columns: &Axis) -> bool {
        rows.taps == TAPS
            && columns.taps == TAPS
            && rows.dilation.get() == 1
            && columns.dilation.get() == 1
            && columns.stride.get() <= 2
    }

    /// Words of a row of the plane: first those that only the next outputs need.
    const fn width(columns: &Axis) -> usize {
        let stride = columns.stride.get();
        stride + 2 * stride * (columns.output.div_ceil(2) - 1) + TAPS
    }

    /// Rows of the plane for some rows of outputs.
    const fn height(rows: &Axis, outputs: usize) -> usize {
        (outputs - 1) * rows.stride.get() + TAPS
    }

    /// The layer's outputs for one image; false, and nothing is done, if it does not go by planes.
    pub(crate) fn run(&self, input: &[i8], output: &mut [i8], scratch: &mut [i16]) -> bool {
        let Self { rows, columns, channels, .. } = *self;
        // SAFETY: any 32 bits are an `i32`, any 16 of them an `i16`.
        let (_, scratch, _) = unsafe { scratch.align_to_mut::<i32>() };
        let width = Self::width(columns);
        let short = Self::fits(rows, columns)
            && self.stage.short_scale(TAPS * TAPS)
            && (TAKES_ALL_WEIGHTS || !self.weights.contains(&i8::MIN))
            && output.len() >= rows.output * columns.output * channels;
        let Some(height) = (scratch.len() / width).checked_sub(TAPS).filter(|_| short) else { return false };
        let band = height / rows.stride + 1;
        scratch.fill(-(self.zero_point + (self.zero_point << 16)));
        for channel in 0..channels {
            let from = input.get(channel..).unwrap_or_default();
            let mut y = 0;
            while y < rows.output {
                let count = band.min(rows.output - y);
                self.fill(y, Self::height(rows, count), from, scratch);
                let output = output.get_mut(y * columns.output * channels + channel..);
                self.outputs(channel, scratch, count, output.unwrap_or_default());
                y += count;
            }
        }
        true
    }

    /// Fills the plane's rows for outputs from row `y` on from the input, which begins with the channel's first element.
    fn fill(&self, y: usize, height: usize, input: &[i8], scratch: &mut [i32]) {
        let Self { rows, columns, channels, .. } = *self;
        let (line, beyond) = (columns.input * channels, -self.zero_point);
        for (index, words) in pieces_mut(scratch, Self::width(columns)).take(height).enumerate() {
            let row = (y * rows.stride.get() + index).wrapping_sub(rows.before);
            let inside = if row < rows.input { input.get(row * line..) } else { None };
            let to = words.get_mut(columns.before..).unwrap_or_default();
            match inside {
                Some(from) if from.len() > (columns.input - 1) * channels => {
                    // Where the input is longer than what is needed of it, the last words have all that is beside them.
                    let count = columns.input.min(to.len());
                    // SAFETY: as many elements, `channels` apart, lie in the input, as many words in the row.
                    let last = unsafe {
                        if columns.stride.get() == 2 {
                            lay_out_two_apart(from.as_ptr(), channels, count, to.as_mut_ptr(), beyond)
                        } else {
                            lay_out(from.as_ptr(), channels, count, to.as_mut_ptr(), beyond)
                        }
                    };
                    let rest = to.get_mut(count..).unwrap_or_default().iter_mut();
                    let from = last.get(2 - columns.stride.get()..).unwrap_or_default();
                    rest.zip(from).for_each(|(to, last)| *to = *last + (beyond << 16));
                }
                _ => words.fill(beyond + (beyond << 16)),
            }
        }
    }

    /// Some rows of outputs of one channel.
    fn outputs(&self, channel: usize, words: &[i32], rows: usize, output: &mut [i8]) {
        let mut weights = [0; TAPS * TAPS];
        let from = self.weights.get(channel..).unwrap_or_default().iter().step_by(self.channels.max(1));
        weights.iter_mut().zip(from).for_each(|(to, weight)| *to = i32::from(*weight));
        let stage = self.stage.channel(channel);
        let sum: i32 = weights.iter().sum();
        let (clamp, stride) = (self.stage.clamp(), self.columns.stride.get());
        let row = Self::width(self.columns) * size_of::<i32>();
        let mut work = Plane {
            words: words.as_ptr().wrapping_add(stride),
            row,
            next_row: row * self.rows.stride.get(),
            step: 2 * stride * size_of::<i32>(),
            rows,
            columns: self.columns.output,
            channels: self.channels,
            output: output.as_mut_ptr(),
            start: sum * self.zero_point - stage.bias,
            multiplier: stage.requantizer.multiplier(),
            shift: stage.requantizer.shift().unsigned_abs(),
            zero_point: self.stage.zero_point(),
            least: clamp.least,
            most: clamp.most,
            weights,
        };
        // SAFETY: the plane has three words for each output of a row, and the rows of `rows` rows of outputs; these lie
        // in the output, `channels` apart.
        unsafe { plane(&mut work) };
    }
}

/// Puts each element with the one before it: words for a stride of 1. Gives the last two elements, negative.
///
/// # Safety
/// `count` elements, `step` apart, must lie in `from`, and as many words in `to`.
unsafe fn lay_out(
    mut from: *const i8,
    step: usize,
    count: usize,
    mut to: *mut i32,
    beyond: i32,
) -> [i32; 2] {
    let (mut before, mut last) = (beyond, beyond);
    for _ in 0..count / 2 {
        // SAFETY: the caller's.
        unsafe {
            let a = -i32::from(*from);
            let b = -i32::from(*from.wrapping_add(step));
            *to = last + (a << 16);
            *to.wrapping_add(1) = a + (b << 16);
            (before, last) = (a, b);
        }
        from = from.wrapping_add(2 * step);
        to = to.wrapping_add(2);
    }
    if count % 2 == 1 {
        // SAFETY: the caller's.
        unsafe {
            let a = -i32::from(*from);
            *to = last + (a << 16);
            (before, last) = (last, a);
        }
    }
    [before, last]
}

/// Puts each element with the one two before it: words for a stride of 2. Gives the last two elements, negative.
///
/// # Safety
/// As [`lay_out`].
unsafe fn lay_out_two_apart(
    mut from: *const i8,
    step: usize,
    count: usize,
    mut to: *mut i32,
    beyond: i32,
) -> [i32; 2] {
    let (mut before, mut last) = (beyond, beyond);
    for _ in 0..count / 2 {
        // SAFETY: the caller's.
        unsafe {
            let a = -i32::from(*from);
            let b = -i32::from(*from.wrapping_add(step));
            *to = before + (a << 16);
            *to.wrapping_add(1) = last + (b << 16);
            (before, last) = (a, b);
        }
        from = from.wrapping_add(2 * step);
        to = to.wrapping_add(2);
    }
    if count % 2 == 1 {
        // SAFETY: the caller's.
        unsafe {
            let a = -i32::from(*from);
            *to = before + (a << 16);
            (before, last) = (last, a);
        }
    }
    [before, last]
}
