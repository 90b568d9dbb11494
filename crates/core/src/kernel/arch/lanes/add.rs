//! Sums of two tensors, eight elements at once.

use super::stage::BLOCK;
use super::vector::{self, Addend, I32, Limits};
use crate::kernel::add::Sum;
use crate::kernel::requantize::Rounding;

/// Sums as many elements as fill whole blocks; how many these are.
pub(crate) fn add(sum: &Sum, first: &[i8], second: &[i8], output: &mut [i8]) -> usize {
    let Some(factors) = vector::factors(sum.output_scale, Rounding::Tflm) else { return 0 };
    let factors = factors.map(|factor| [vector::splat32(factor); 2]);
    let [scale_a, scale_b] = sum.scales.map(Addend::new);
    let limits = Limits::new(sum.output_zero_point, sum.clamp);
    let [zero_a, zero_b] = sum.zero_points.map(|zero| vector::splat16(i16::try_from(zero).unwrap_or_default()));
    let (output, _) = output.as_chunks_mut::<BLOCK>();
    let inputs = first.as_chunks::<BLOCK>().0.iter().zip(second.as_chunks::<BLOCK>().0);
    let done = output.len().min(inputs.len()) * BLOCK;
    for (to, (x, y)) in output.iter_mut().zip(inputs) {
        let [x, z] = scale_a.scaled(vector::widen(x, zero_a));
        let [y, w] = scale_b.scaled(vector::widen(y, zero_b));
        let sums = if sum.subtract {
            [vector::sub32(x, y), vector::sub32(z, w)]
        } else {
            [vector::add32(x, y), vector::add32(z, w)]
        };
        *to = vector::outputs(&limits, &factors, sums).unwrap_or_else(|| one_by_one(sum, sums));
    }
    done
}

/// Outputs that registers do not know.
#[cold]
#[inline(never)]
fn one_by_one(sum: &Sum, sums: [I32; 2]) -> [i8; BLOCK] {
    let mut outputs = [0; BLOCK];
    for (to, sums) in outputs.iter_mut().zip(sums.map(vector::words).as_flattened()) {
        *to = sum.clamp.apply(sum.output_scale.apply(*sums) + sum.output_zero_point);
    }
    outputs
}
