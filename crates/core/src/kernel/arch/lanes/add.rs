//! Sums of two tensors, eight elements at once.

use super::stage::{BLOCK, Finish, Scales};
use super::vector::{self, I32};
use crate::kernel::add::Sum;

/// Sums as many elements as fill whole blocks; how many these are.
pub(crate) fn add(sum: &Sum, first: &[i8], second: &[i8], output: &mut [i8]) -> usize {
    let [scale_a, scale_b] = sum.scales;
    if ![scale_a, scale_b, sum.output_scale].iter().all(|scale| vector::knows(scale.shift())) {
        return 0;
    }
    let [a, b, scales] = [scale_a, scale_b, sum.output_scale].map(Scales::of_all);
    let finish = Finish::of(sum.output_zero_point, sum.clamp);
    let [zero_a, zero_b] = sum.zero_points.map(|zero| vector::splat16(i16::try_from(zero).unwrap_or_default()));
    let scaled = |from: &[i8; BLOCK], zero, scales: &Scales| -> [I32; 2] {
        scales.apply(vector::shifted(vector::widen(from, zero)))
    };
    let (output, _) = output.as_chunks_mut::<BLOCK>();
    let inputs = first.as_chunks::<BLOCK>().0.iter().zip(second.as_chunks::<BLOCK>().0);
    let done = output.len().min(inputs.len()) * BLOCK;
    for (to, (x, y)) in output.iter_mut().zip(inputs) {
        let ([x, z], [y, w]) = (scaled(x, zero_a, &a), scaled(y, zero_b, &b));
        let sums = if sum.subtract {
            [vector::sub32(x, y), vector::sub32(z, w)]
        } else {
            [vector::add32(x, y), vector::add32(z, w)]
        };
        *to = finish.outputs(&scales, sums);
    }
    done
}
