//! Depthwise convolution, channel by channel, on zero-padded planes of 16-bit inputs: 3 x 3 taps, stride 1 or 2.
//!
//! Along one axis of a plane a word holds two neighbours, so that a `smlad` takes two taps. That axis is the one of which
//! fewer places are lost where outputs are met four at a time. Four channels' planes lie in the scratch memory, a strip of
//! rows at a time.

mod loops;

use super::{GROUP, twice, zero};
use crate::kernel::arch::{Planes, rounds};
use crate::kernel::output_stage::OutputStage;
use crate::kernel::pieces::pieces_mut;
use crate::kernel::window::Axis;
use core::mem::MaybeUninit;
use loops::{
    PACKED, Plane, Spread, joulegram_armv7em_pack, joulegram_armv7em_plane_1, joulegram_armv7em_plane_2,
    joulegram_armv7em_spread,
};

/// Taps along either axis.
const TAPS: usize = 3;

/// Outputs that are met at once.
const BLOCK: usize = 4;

/// An axis of the layer, with the distance of neighbours along it in input, output and weights.
#[derive(Clone, Copy)]
struct Along {
    input: usize,
    output: usize,
    stride: usize,
    before: usize,
    input_step: usize,
    output_step: usize,
    weight_step: usize,
}

/// How a layer's planes lie in the scratch memory.
#[derive(Clone, Copy)]
struct Layout {
    inner: Along,
    outer: Along,
    /// Numbers of a plane's row.
    pitch: usize,
}

impl Along {
    const fn new(axis: &Axis, channels: [usize; 3]) -> Self {
        let [input_step, output_step, weight_step] = channels;
        let (input, output, before) = (axis.input, axis.output, axis.before);
        Self { input, output, stride: axis.stride.get(), before, input_step, output_step, weight_step }
    }

    const fn blocks(&self) -> usize {
        self.output.div_ceil(BLOCK)
    }

    /// Places under the windows of some outputs.
    const fn reach(&self, outputs: usize) -> usize {
        (outputs - 1) * self.stride + TAPS
    }
}

impl Layout {
    /// None if the loops do not fit the layer.
    const fn of(planes: &Planes<'_>) -> Option<Self> {
        let (rows, columns, channels) = (planes.rows, planes.columns, planes.channels);
        if rows.taps != TAPS
            || columns.taps != TAPS
            || rows.dilation.get() != 1
            || columns.dilation.get() != 1
            || rows.stride.get() > 2
            || columns.stride.get() > 2
            || channels < GROUP
        {
            return None;
        }
        let x = Along::new(columns, [channels; 3]);
        let down = [columns.input * channels, columns.output * channels, TAPS * channels];
        let y = Along::new(rows, down);
        let (inner, outer) =
            if y.blocks() * x.output < x.blocks() * y.output { (y, x) } else { (x, y) };
        // The last block's words; an even number keeps rows at words.
        let pitch = inner.blocks() * BLOCK * inner.stride + 2;
        Some(Self { inner, outer, pitch })
    }

    /// Numbers of one row of four planes.
    const fn row(&self) -> usize {
        GROUP * self.pitch
    }
}

/// 16-bit numbers of four planes: all their rows, or as many as an eighth of the layer's input and output holds, four at
/// least; one more to align them.
pub(crate) const fn planes_len(planes: &Planes<'_>) -> usize {
    let Some(layout) = Layout::of(planes) else { return 0 };
    let (rows, columns) = (planes.rows, planes.columns);
    let elements =
        (rows.input * columns.input + rows.output * columns.output) * planes.channels / size_of::<i16>();
    let Some(eighth) = (elements / 8).checked_div(layout.row()) else { return 0 };
    let most = layout.outer.reach(layout.outer.output);
    let rows = if eighth < 4 { 4 } else { eighth };
    layout.row() * (if rows < most { rows } else { most }) + 1
}

/// Zeros for the rows of a plane that lie outside the input.
#[inline(never)]
fn blank(plane: &mut [i16], top: usize, below: usize) {
    zero(plane.get_mut(..top).unwrap_or_default());
    zero(plane.get_mut(below..).unwrap_or_default());
}

/// One image's outputs; the number of channels that are done: all, or none if the loops do not fit.
pub(crate) fn planes(
    planes: &Planes<'_>,
    input: &[i8],
    weights: &[i8],
    stage: &OutputStage<'_>,
    output: &mut [i8],
    scratch: &mut [i16],
) -> usize {
    let skip = scratch.as_ptr().addr() / align_of::<i16>() % 2;
    let (Some(layout), Some(scratch)) = (Layout::of(planes), scratch.get_mut(skip..)) else { return 0 };
    let Layout { inner, outer, pitch } = layout;
    let channels = planes.channels;
    let most = outer.reach(outer.output);
    let rows = scratch.len().checked_div(layout.row()).unwrap_or(0).min(most);
    let fits = rows >= TAPS
        && stage.rounds_twice()
        && input.len() >= inner.input * outer.input * channels
        && output.len() >= inner.output * outer.output * channels
        && weights.len() >= TAPS * TAPS * channels;
    let stage_at = stage.pointers(0, channels).filter(|_| fits);
    let (Some((bias, bias_step, requantizers, requantizer_step)), Some(scratch)) =
        (stage_at, scratch.get_mut(..rows * layout.row()))
    else {
        return 0;
    };
    // Beyond the input along the inner axis zeros stay.
    zero(scratch);
    // As many outputs as the rows hold.
    let strip = if outer.stride == 1 { rows - (TAPS - 1) } else { (rows - 1) / 2 };
    let clamp = stage.clamp();
    let plane_len = rows * pitch;
    let mut packed = MaybeUninit::<[u32; PACKED]>::uninit();
    let packed = packed.as_mut_ptr().cast::<u32>();
    let mut plane = Plane {
        weights: packed,
        bias,
        requantizer: requantizers,
        zero_point: stage.zero_point(),
        output_step: inner.output_step,
        checked: usize::from(!clamp.is_full()),
        count: inner.output,
        plane: scratch.as_ptr(),
        pitch: pitch * size_of::<i16>(),
        row_step: outer.stride * pitch * size_of::<i16>(),
        output: output.as_mut_ptr(),
        output_row_step: outer.output_step,
        rows: 0,
        least: clamp.least,
        most: clamp.most,
    };
    let mut next = 0;
    while next < channels {
        // The last four may have some of the four before.
        let block = next.min(channels - GROUP);
        next += GROUP;
        // SAFETY: there are nine taps of four channels from `block` on, as `fits` says.
        unsafe {
            joulegram_armv7em_pack(
                weights.as_ptr().wrapping_add(block),
                packed,
                inner.weight_step,
                outer.weight_step,
            );
        }
        let mut first = 0;
        while first < outer.output {
            plane.rows = strip.min(outer.output - first);
            // Rows of the planes that lie inside the input.
            let place = first * outer.stride;
            let top = outer.before.saturating_sub(place).min(rows);
            let start = (place + top).saturating_sub(outer.before);
            let reach = outer.reach(plane.rows);
            let inside = outer.input.saturating_sub(start).min(reach.saturating_sub(top));
            if inside < reach {
                for plane in pieces_mut(scratch, plane_len) {
                    blank(plane, top * pitch, (top + inside) * pitch);
                }
            }
            let mut spread = Spread {
                input: input.as_ptr().wrapping_add(block + start * outer.input_step),
                step: inner.input_step,
                minus_zero_point: twice(planes.zero_point.wrapping_neg()),
                to: scratch.as_mut_ptr().wrapping_add(top * pitch + inner.before),
                plane: plane_len * size_of::<i16>(),
                count: inner.input.min(pitch - inner.before),
                rows: inside,
                row_step: outer.input_step,
                pitch: plane.pitch,
            };
            if inside > 0 {
                // SAFETY: four inputs from `block` on lie in each place of the image, which has `start + inside` rows; the
                // planes have `top + inside` rows, at most `reach`, and each row `before + count` places.
                unsafe { joulegram_armv7em_spread(&mut spread) };
            }
            plane.bias = bias.wrapping_add(block * bias_step);
            plane.requantizer = requantizers.wrapping_byte_add(block * requantizer_step);
            plane.plane = scratch.as_ptr();
            plane.weights = packed;
            plane.output = output.as_mut_ptr().wrapping_add(block + first * outer.output_step);
            for _ in 0..rounds(GROUP) {
                // SAFETY: the plane begins at a word and holds the words under the windows of its rows of blocks; the
                // outputs of all of them lie in `output`, as `fits` says; bias and requantizer are this channel's.
                unsafe {
                    if inner.stride == 1 {
                        joulegram_armv7em_plane_1(&plane);
                    } else {
                        joulegram_armv7em_plane_2(&plane);
                    }
                }
                plane.bias = plane.bias.wrapping_add(bias_step);
                plane.requantizer = plane.requantizer.wrapping_byte_add(requantizer_step);
                plane.plane = plane.plane.wrapping_add(plane_len);
                plane.weights = plane.weights.wrapping_add(PACKED / GROUP);
                plane.output = plane.output.wrapping_add(1);
            }
            first += strip;
        }
    }
    channels
}
