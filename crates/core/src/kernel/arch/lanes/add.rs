//! Sums of two tensors, eight elements at once.

use super::stage::BLOCK;
use super::vector::Adder;
use crate::kernel::add::Sum;

/// Sums as many elements as fill whole blocks; how many these are.
pub(crate) fn add(sum: &Sum, first: &[i8], second: &[i8], output: &mut [i8]) -> usize {
    let Some(adder) = Adder::new(sum) else { return 0 };
    let (output, _) = output.as_chunks_mut::<BLOCK>();
    let inputs = first.as_chunks::<BLOCK>().0.iter().zip(second.as_chunks::<BLOCK>().0);
    let done = output.len().min(inputs.len()) * BLOCK;
    for (to, (x, y)) in output.iter_mut().zip(inputs) {
        let (outputs, doubts) = adder.outputs(x, y);
        *to = if doubts == 0 { outputs } else { one_by_one(sum, x, y) };
    }
    done
}

/// Outputs that registers do not know.
#[cold]
#[inline(never)]
fn one_by_one(sum: &Sum, first: &[i8; BLOCK], second: &[i8; BLOCK]) -> [i8; BLOCK] {
    let mut outputs = [0; BLOCK];
    for ((to, a), b) in outputs.iter_mut().zip(first).zip(second) {
        *to = sum.output(*a, *b);
    }
    outputs
}
