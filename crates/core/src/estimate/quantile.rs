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

/// As [`kth`], of numbers of any sign: bits that order as the numbers do.
fn kth_signed(numbers: &[f64], k: usize) -> f64 {
    // A negative number's are turned over, a positive one's get the upper half.
    let ordered = |number: f64| {
        let bits = (number + 0.0).to_bits();
        if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
    };
    let key = kth_key(numbers, k, ordered);
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// The number with exactly `k` numbers before it in ascending order, of finite numbers that are not negative: their bits
/// order as they do.
fn kth(numbers: &[f64], k: usize) -> f64 {
    f64::from_bits(kth_key(numbers, k, f64::to_bits))
}

/// Buckets into which an interval of keys is cut.
const BUCKETS: u32 = 256;

/// The key with exactly `k` keys before it: the interval that holds it is cut into buckets, and again, until one key is
/// left. No copy, no sort, no index that could be out of bounds.
fn kth_key(numbers: &[f64], k: usize, key: impl Fn(f64) -> u64) -> u64 {
    let (mut low, mut high) = (u64::MAX, 0);
    for number in numbers {
        low = low.min(key(*number));
        high = high.max(key(*number));
    }
    let mut before = 0;
    while low < high {
        let bits = u64::BITS - (high - low).leading_zeros();
        let shift = bits.saturating_sub(BUCKETS.ilog2());
        let mut counts = [0_usize; BUCKETS as usize];
        for number in numbers {
            let key = key(*number);
            if low <= key && key <= high {
                let [bucket, ..] = ((key - low) >> shift).to_le_bytes();
                if let Some(count) = counts.get_mut(usize::from(bucket)) {
                    *count += 1;
                }
            }
        }
        let mut bucket = low;
        for count in counts {
            if before + count > k {
                break;
            }
            before += count;
            bucket = bucket.saturating_add(1 << shift);
        }
        low = bucket.min(high);
        high = high.min(low.saturating_add((1 << shift) - 1));
    }
    low
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
