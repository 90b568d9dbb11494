//! Draws of all rungs, and quantiles of them without sorting.

use crate::plan::{Plan, PlanError};

use super::SEED;

/// Fills `scratch` with the drawn ladders, a column of `draws` numbers a rung; what is not known becomes 0.
pub(super) fn draw_all(plan: &Plan<'_>, scratch: &mut [f64], draws: usize) -> Result<(), PlanError> {
    for draw in 0..draws {
        let ladder = plan.drawn(SEED, draw as u64);
        for (column, number) in scratch.chunks_exact_mut(draws).zip(ladder.iter()) {
            let Some(slot) = column.get_mut(draw) else { continue };
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
    // Their bits order as they do.
    let [low, high] = keys_at(numbers, ranks(numbers)?, f64::to_bits);
    Some((f64::from_bits(low), f64::from_bits(high)))
}

/// The same of finite numbers of any sign.
pub(crate) fn five_and_ninety_five_signed(numbers: &[f64]) -> Option<(f64, f64)> {
    // A negative number's bits are turned over, a positive one's get the upper half.
    let ordered = |number: f64| {
        let bits = (number + 0.0).to_bits();
        if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
    };
    let number = |key: u64| f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key });
    let [low, high] = keys_at(numbers, ranks(numbers)?, ordered);
    Some((number(low), number(high)))
}

/// How many numbers stand before the two quantiles in ascending order.
fn ranks(numbers: &[f64]) -> Option<[usize; 2]> {
    let last = numbers.len().checked_sub(1)?;
    Some([last / 20, last - last / 20])
}

/// Buckets into which an interval of keys is cut.
const BUCKETS: u32 = 256;
/// Keys that are compared one by one.
const FEW: usize = 32;

/// The keys with exactly so many keys before them. No sort, no index that could be out of bounds.
fn keys_at(numbers: &[f64], ranks: [usize; 2], key: impl Fn(f64) -> u64) -> [u64; 2] {
    let (mut low, mut high) = (u64::MAX, 0);
    for number in numbers {
        low = low.min(key(*number));
        high = high.max(key(*number));
    }
    let whole = Interval { low, high, before: 0, inside: numbers.len() };
    let counts = whole.counts(numbers, &key);
    ranks.map(|rank| whole.bucket(&counts, rank).key_at(numbers, rank, &key))
}

/// The keys from `low` to `high`.
struct Interval {
    low: u64,
    high: u64,
    /// How many keys are less.
    before: usize,
    /// How many are inside.
    inside: usize,
}

impl Interval {
    /// Bits of a key's distance from `low` that don't tell its bucket.
    fn shift(&self) -> u32 {
        let bits = u64::BITS - self.high.saturating_sub(self.low).leading_zeros();
        bits.saturating_sub(BUCKETS.ilog2())
    }

    fn has(&self, key: u64) -> bool {
        self.low <= key && key <= self.high
    }

    /// How many keys are in each bucket.
    fn counts(&self, numbers: &[f64], key: impl Fn(f64) -> u64) -> [usize; BUCKETS as usize] {
        let shift = self.shift();
        let mut counts = [0_usize; BUCKETS as usize];
        for number in numbers {
            let key = key(*number);
            if self.has(key) {
                let [bucket, ..] = ((key - self.low) >> shift).to_le_bytes();
                if let Some(count) = counts.get_mut(usize::from(bucket)) {
                    *count += 1;
                }
            }
        }
        counts
    }

    /// The bucket with the key that has `rank` keys before it.
    fn bucket(&self, counts: &[usize; BUCKETS as usize], rank: usize) -> Self {
        let (shift, mut low, mut before, mut inside) = (self.shift(), self.low, self.before, 0);
        for count in counts {
            inside = *count;
            if before + inside > rank {
                break;
            }
            before += inside;
            low = low.saturating_add(1 << shift);
        }
        let low = low.min(self.high);
        Self { low, high: self.high.min(low.saturating_add((1 << shift) - 1)), before, inside }
    }

    /// The key with `rank` keys before it, which is inside.
    fn key_at(mut self, numbers: &[f64], rank: usize, key: impl Fn(f64) -> u64) -> u64 {
        while self.low < self.high && self.inside > FEW {
            self = self.bucket(&self.counts(numbers, &key), rank);
        }
        if self.low == self.high {
            return self.low;
        }
        let mut few = heapless::Vec::<u64, FEW>::new();
        for number in numbers {
            let key = key(*number);
            if self.has(key) {
                // There are no more of them than have room.
                let _ = few.push(key);
            }
        }
        let rank = rank.saturating_sub(self.before);
        let is_at = |key: &&u64| {
            let (less, same) = few.iter().fold((0, 0), |(less, same), other| {
                (less + usize::from(other < *key), same + usize::from(other == *key))
            });
            less <= rank && rank < less + same
        };
        few.iter().find(is_at).copied().unwrap_or(self.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_kth_number_is_what_sorting_finds(numbers in prop::collection::vec(prop_oneof![0.0..1e9_f64, 1.0..1.001_f64, Just(2.0)], 1..300), k in 0..300_usize) {
            let k = k % numbers.len();
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert_eq!(keys_at(&numbers, [k, sorted.len() - 1], f64::to_bits).map(f64::from_bits), [sorted[k], sorted[sorted.len() - 1]]);
        }
    }

    proptest! {
        #[test]
        fn numbers_of_any_sign_rank_as_sorting_ranks_them(numbers in prop::collection::vec(-1e9..1e9_f64, 1..200)) {
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            let [low, high] = ranks(&numbers).unwrap();
            prop_assert_eq!(five_and_ninety_five_signed(&numbers), Some((sorted[low], sorted[high])));
        }
    }

    #[test]
    fn quantiles_of_a_hundred_and_one_are_the_sixth_from_each_end() {
        let numbers: std::vec::Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(five_and_ninety_five(&numbers), Some((5.0, 95.0)));
        assert_eq!(five_and_ninety_five(&[]), None);
    }
}
