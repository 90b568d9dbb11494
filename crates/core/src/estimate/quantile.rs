//! Draws of all rungs, and quantiles of them without sorting.

use crate::plan::{Plan, PlanError, RUNGS};

use super::SEED;

/// Fills `scratch` with the drawn ladders, a column of `draws` numbers a rung; what is not known becomes 0.
pub(super) fn draw_all(plan: &Plan<'_>, scratch: &mut [f64], draws: usize) -> Result<(), PlanError> {
    for draw in 0..draws {
        let ladder = plan.drawn(SEED, draw as u64);
        let column = scratch.iter_mut().skip(draw).step_by(draws).take(RUNGS);
        for (slot, number) in column.zip(ladder.iter()) {
            // Plus zero: a minus zero would sort below every number.
            *slot = number.unwrap_or(0.0) + 0.0;
            if !slot.is_finite() {
                return Err(PlanError::NotFinite);
            }
        }
    }
    Ok(())
}

/// The 5 % and 95 % quantiles of finite numbers that are not negative, by nearest rank; `None` of nothing.
pub(super) fn five_and_ninety_five(numbers: &[f64]) -> Option<(f64, f64)> {
    let last = numbers.len().checked_sub(1)?;
    Some((kth(numbers, last / 20), kth(numbers, last - last / 20)))
}

/// The number with exactly `k` numbers before it in ascending order.
///
/// The bits of numbers that are not negative order as the numbers do, so halving the interval of bits finds it: no
/// copy, no sort, no index that could be out of bounds.
fn kth(numbers: &[f64], k: usize) -> f64 {
    let (mut low, mut high) = (u64::MAX, 0);
    for number in numbers {
        low = low.min(number.to_bits());
        high = high.max(number.to_bits());
    }
    while low < high {
        let middle = low + (high - low) / 2;
        let at_most = numbers.iter().filter(|number| number.to_bits() <= middle).count();
        if at_most > k { high = middle } else { low = middle + 1 }
    }
    f64::from_bits(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_kth_number_is_what_sorting_finds(numbers in prop::collection::vec(0.0..1e9_f64, 1..60), k in 0..60_usize) {
            let k = k % numbers.len();
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert_eq!(kth(&numbers, k), sorted[k]);
        }
    }

    #[test]
    fn quantiles_of_a_hundred_and_one_are_the_sixth_from_each_end() {
        let numbers: std::vec::Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(five_and_ninety_five(&numbers), Some((5.0, 95.0)));
        assert_eq!(five_and_ninety_five(&[]), None);
    }
}
