//! Depthwise convolution channel by channel, over a plane of pairs of pixels: filters of three by three.
//!
//! A word of the plane holds an element of the padded input and the one that the next output has in its place, as
//! [`pairs`](super::pairs) does. The plane is as high as the scratch memory allows; then it moves down.

mod lines;

use super::Planes;
use super::small::{TAKES_ALL_WEIGHTS, plane};
use crate::kernel::output_stage::OutputStage;
use crate::kernel::window::Axis;
use lines::{Lines, lay_out};

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
    /// Where the plane holds the whole input, words that are not laid out keep the zero point that they have.
    fn fill(&self, y: usize, height: usize, input: &[i8], scratch: &mut [i32]) {
        let Self { rows, columns, channels, .. } = *self;
        let (line, width, beyond) = (columns.input * channels, Self::width(columns), -self.zero_point);
        let top = y * rows.stride.get();
        // Rows of the plane above the input, and those inside.
        let above = rows.before.saturating_sub(top).min(height);
        let first = (top + above).saturating_sub(rows.before);
        let lines = rows.input.saturating_sub(first).min(height - above);
        if height < Self::height(rows, rows.output) {
            // What a part above or another channel's left where there is no input.
            let (upper, rest) = scratch.split_at_mut_checked(above * width).unwrap_or_default();
            upper.fill(beyond + (beyond << 16));
            rest.get_mut(lines * width..).unwrap_or_default().fill(beyond + (beyond << 16));
        }
        let from = input.get(first * line..).unwrap_or_default();
        let to = scratch.get_mut(above * width + columns.before..).unwrap_or_default();
        let room = width.saturating_sub(columns.before);
        let count = columns.input.min(room);
        let fits = lines > 0
            && from.len() > (lines - 1) * line + (columns.input - 1) * channels
            && to.len() >= (lines - 1) * width + room;
        if !fits {
            return;
        }
        let tail = if count == columns.input { (room - count).min(columns.stride.get()) } else { 0 };
        let (from, to, step) = (from.as_ptr(), to.as_mut_ptr(), channels);
        let lines = Lines { from, line, step, count, to, width, tail, lines, beyond };
        // SAFETY: the last line's last element lies in the input, its last word in the plane, as `fits` says.
        unsafe {
            if columns.stride.get() == 2 { lay_out::<2>(&lines) } else { lay_out::<1>(&lines) }
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
