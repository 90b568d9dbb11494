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

/// The same of finite numbers of any sign.
pub(crate) fn five_and_ninety_five_signed(numbers: &[f64]) -> Option<(f64, f64)> {
    let last = numbers.len().checked_sub(1)?;
    Some((kth_signed(numbers, last / 20), kth_signed(numbers, last - last / 20)))
}

/// As [`kth`], of numbers of any sign: a number's rank among those of its own sign.
fn kth_signed(numbers: &[f64], k: usize) -> f64 {
    // Bits that order as the numbers do: a negative number's are turned over, a positive one's get the upper half.
    let ordered = |number: f64| {
        let bits = (number + 0.0).to_bits();
        if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
    };
    let (mut low, mut high) = (u64::MAX, 0);
    for number in numbers {
        low = low.min(ordered(*number));
        high = high.max(ordered(*number));
    }
    while low < high {
        let middle = low + (high - low) / 2;
        let at_most = numbers.iter().filter(|number| ordered(**number) <= middle).count();
        if at_most > k { high = middle } else { low = middle + 1 }
    }
    f64::from_bits(if low >> 63 == 1 { low & !(1 << 63) } else { !low })
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

    proptest! {
        #[test]
        fn numbers_of_any_sign_rank_as_sorting_ranks_them(numbers in prop::collection::vec(-1e9..1e9_f64, 1..60), k in 0..60_usize) {
            let k = k % numbers.len();
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert_eq!(kth_signed(&numbers, k), sorted[k]);
        }
    }

    #[test]
    fn quantiles_of_a_hundred_and_one_are_the_sixth_from_each_end() {
        let numbers: std::vec::Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(five_and_ninety_five(&numbers), Some((5.0, 95.0)));
        assert_eq!(five_and_ninety_five(&[]), None);
    }
}
