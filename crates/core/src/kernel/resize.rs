//! Resize by the nearest neighbour.
//!
//! TensorFlow Lite finds the neighbour in `f32`: `floor((x + half) * (in / out))`, or `round(x * ((in - 1) / (out - 1)))`
//! with aligned corners. The same bits are found here in integers: a product of 24-bit fractions, rounded to 24 bits,
//! ties to even.

use super::error::{KernelError, elements};
use super::pieces::{pieces, pieces_mut};

/// Shapes of a resize.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResizeSpec {
    /// Images, height, width, channels of the input.
    pub input_shape: [usize; 4],
    /// Height and width of the output.
    pub output_size: [usize; 2],
    /// The corners' centres stay where they are.
    pub align_corners: bool,
    /// A pixel's centre is at its half.
    pub half_pixel_centers: bool,
}

/// A resize by the nearest neighbour, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResizeNearest {
    images: usize,
    channels: usize,
    rows: Neighbours,
    columns: Neighbours,
}

/// The nearest neighbours along one dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Neighbours {
    input: usize,
    output: usize,
    /// The scale is `mantissa * 2^-shift`.
    mantissa: u64,
    shift: u32,
    align: bool,
    half: bool,
}

impl Neighbours {
    fn new(input: usize, output: usize, align: bool, half: bool) -> Result<Self, KernelError> {
        let field = "size";
        KernelError::limit(field, input, 1, 1 << 22)?;
        KernelError::limit(field, output, 1, 1 << 22)?;
        // Both are exact in f32.
        let real = |value: usize| u32::try_from(value).unwrap_or(0) as f32;
        let scale =
            if align && output > 1 { real(input - 1) / real(output - 1) } else { real(input) / real(output) };
        // The scale is 0 or between 2^-22 and 2^22: normal.
        let bits = scale.to_bits();
        let (mantissa, shift) = match bits {
            0 => (0, 0),
            bits => (u64::from(bits & 0x7f_ffff | 0x80_0000), 150_u32.saturating_sub(bits >> 23)),
        };
        Ok(Self { input, output, mantissa, shift, align, half })
    }

    fn of(&self, place: usize) -> usize {
        // Twice the place plus one half, times the scale, rounded to 24 bits.
        let twice = 2 * place as u64 + u64::from(self.half);
        let product = twice * self.mantissa;
        let excess = (64 - product.leading_zeros()).saturating_sub(24);
        let rounded = if excess == 0 {
            product
        } else {
            let floor = product >> excess;
            let rest = product & ((1 << excess) - 1);
            let half = 1 << (excess - 1);
            let up = rest > half || (rest == half && floor & 1 == 1);
            (floor + u64::from(up)) << excess
        };
        let shift = self.shift + 1;
        let nearest = if self.align { (rounded + (1_u64 << (shift - 1))) >> shift } else { rounded >> shift };
        usize::try_from(nearest).unwrap_or(usize::MAX).min(self.input - 1)
    }
}

impl ResizeNearest {
    /// A resize.
    ///
    /// # Errors
    /// [`KernelError`] if a size is 0 or above 2^22.
    pub fn new(spec: &ResizeSpec) -> Result<Self, KernelError> {
        let [images, height, width, channels] = spec.input_shape;
        let [output_height, output_width] = spec.output_size;
        elements("input shape", &spec.input_shape)?;
        elements("output shape", &[images, output_height, output_width, channels])?;
        let axis =
            |input, output| Neighbours::new(input, output, spec.align_corners, spec.half_pixel_centers);
        Ok(Self { images, channels, rows: axis(height, output_height)?, columns: axis(width, output_width)? })
    }

    /// Elements of the output.
    #[must_use]
    pub const fn output_len(&self) -> usize {
        self.images * self.rows.output * self.columns.output * self.channels
    }

    /// Elements of the input.
    #[must_use]
    pub const fn input_len(&self) -> usize {
        self.images * self.rows.input * self.columns.input * self.channels
    }

    /// One inference of the layer.
    pub fn run(&self, input: &[i8], output: &mut [i8]) {
        let (Some(input), Some(output)) =
            (input.get(..self.input_len()), output.get_mut(..self.output_len()))
        else {
            return;
        };
        let line = self.columns.input * self.channels;
        let output_line = self.columns.output * self.channels;
        let images =
            pieces(input, line * self.rows.input).zip(pieces_mut(output, output_line * self.rows.output));
        for (input, output) in images {
            for (y, output) in pieces_mut(output, output_line).enumerate() {
                let from = self.rows.of(y) * line;
                let input = input.get(from..from + line).unwrap_or_default();
                for (x, output) in pieces_mut(output, self.channels).enumerate() {
                    let pixel = input.get(self.columns.of(x) * self.channels..);
                    if let Some(pixel) = pixel.and_then(|from| from.get(..output.len())) {
                        output.copy_from_slice(pixel);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
            #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 50 } else { 5_000 }))]
            #[test]
            fn neighbours_are_those_of_the_float_formula(
                input in 1_usize..3000, output in 1_usize..3000, align: bool, half: bool, place: prop::sample::Index,
            ) {
                let place = place.index(output);
                let scale = if align && output > 1 {
                    (input - 1) as f32 / (output - 1) as f32
                } else {
                    input as f32 / output as f32
                };
                let real = (place as f32 + if half { 0.5 } else { 0.0 }) * scale;
    let nearest = if align { real.round() } else { real.floor() }.min((input - 1) as f32);
                let neighbours = Neighbours::new(input, output, align, half).unwrap();
                prop_assert_eq!((neighbours.of(place) as f32).to_bits(), nearest.abs().to_bits());
            }
        }
}
