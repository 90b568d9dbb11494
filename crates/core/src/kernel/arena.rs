//! Where tensors lie in memory: those alive at the same time do not overlap, dead ones make room.
//!
//! Each is placed at the lowest place that is free for the whole of its life, in the better of two orders: the largest
//! first, or from the fullest step outward. No arena can be smaller than what is alive at the fullest step.

use core::ops::Range;

/// One tensor's or one operator's place in the arena.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    owner: Owner,
    birth: u32,
    death: u32,
    bytes: u32,
    /// None as long as it has no place.
    offset: Option<u32>,
}

/// Whose memory it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A tensor, by its index.
    Tensor(u32),
    /// An operator's scratch memory, by its place.
    Operator(u32),
}

impl Default for Owner {
    fn default() -> Self {
        Self::Tensor(u32::MAX)
    }
}

/// A plan that is being filled, in memory of the caller's.
pub(crate) struct Planner<'p> {
    slots: &'p mut [Slot],
    used: usize,
    /// Slots needed, counted on where there are too few.
    needed: usize,
}

impl<'p> Planner<'p> {
    pub(crate) const fn new(slots: &'p mut [Slot]) -> Self {
        Self { slots, used: 0, needed: 0 }
    }

    /// Memory for `owner` from step `birth` on. What needs no bytes needs no slot.
    pub(crate) fn add(&mut self, owner: Owner, birth: u32, bytes: u32) {
        if bytes == 0 {
            return;
        }
        self.needed += 1;
        if let Some(slot) = self.slots.get_mut(self.used) {
            *slot = Slot { owner, birth, death: birth, bytes, offset: None };
            self.used += 1;
        }
    }

    /// Keeps `owner` alive until step `death`; false if it was never added.
    pub(crate) fn keep(&mut self, owner: Owner, death: u32) -> bool {
        let slot = self.slots.iter_mut().take(self.used).find(|slot| slot.owner == owner);
        // A slot for which there was no room is not missed: the plan fails as a whole.
        slot.map_or(self.needed > self.used, |slot| {
            slot.death = slot.death.max(death);
            true
        })
    }

    /// Places everything and gives the slots used and the arena's bytes; an error is the number of slots needed.
    pub(crate) fn place(self) -> Result<(&'p [Slot], u64), usize> {
        if self.needed > self.used {
            return Err(self.needed);
        }
        let (slots, _) = self.slots.split_at_mut_checked(self.used).unwrap_or_default();
        let outward = Order::FromStep(fullest_step(slots));
        let arena = place_all(slots, Order::Size);
        let arena = match place_all(slots, outward) {
            better if better <= arena => better,
            _ => place_all(slots, Order::Size),
        };
        Ok((slots, arena))
    }
}

/// In which order slots are placed; of equals the larger first, then the one that is born first.
#[derive(Clone, Copy)]
enum Order {
    Size,
    /// The time between a step and a slot's life.
    FromStep(u32),
}

/// The step at which most bytes are alive.
fn fullest_step(slots: &[Slot]) -> u32 {
    let alive = |step: u32| -> u64 {
        let living = slots.iter().filter(|slot| slot.birth <= step && step <= slot.death);
        living.map(|slot| u64::from(slot.bytes)).sum()
    };
    slots.iter().map(|slot| slot.birth).max_by_key(|step| alive(*step)).unwrap_or(0)
}

/// Places every slot anew; the arena's bytes.
fn place_all(slots: &mut [Slot], order: Order) -> u64 {
    slots.iter_mut().for_each(|slot| slot.offset = None);
    let mut arena = 0;
    while let Some(next) = next_unplaced(slots, order) {
        let Some(slot) = slots.get(next).copied() else { break };
        let offset = lowest_free(slots, slot);
        arena = arena.max(u64::from(offset) + u64::from(slot.bytes));
        if let Some(slot) = slots.get_mut(next) {
            slot.offset = Some(offset);
        }
    }
    arena
}

fn next_unplaced(slots: &[Slot], order: Order) -> Option<usize> {
    let distance = |slot: &Slot| match order {
        Order::Size => 0,
        Order::FromStep(step) => slot.birth.saturating_sub(step).max(step.saturating_sub(slot.death)),
    };
    let unplaced = slots.iter().enumerate().filter(|(_, slot)| slot.offset.is_none());
    let first = unplaced.min_by_key(|(index, slot)| (distance(slot), u32::MAX - slot.bytes, *index));
    first.map(|(index, _)| index)
}

/// The lowest offset at which `slot` overlaps none that is alive with it.
fn lowest_free(slots: &[Slot], slot: Slot) -> u32 {
    let mut offset = 0_u32;
    loop {
        let end = offset.saturating_add(slot.bytes);
        let conflict = slots.iter().find_map(|other| {
            let start = other.offset?;
            let other_end = start.saturating_add(other.bytes);
            let alive = other.birth <= slot.death && slot.birth <= other.death;
            (alive && start < end && offset < other_end).then_some(other_end)
        });
        match conflict {
            // Every lower offset would meet the same one.
            Some(next) => offset = next,
            None => return offset,
        }
    }
}

/// The bytes of `owner` in the arena; empty if it has none.
pub(crate) fn place(slots: &[Slot], owner: Owner) -> Range<usize> {
    let slot = slots.iter().find(|slot| slot.owner == owner);
    let bounds = slot.and_then(|slot| {
        let start = usize::try_from(slot.offset?).ok()?;
        Some(start..start.checked_add(usize::try_from(slot.bytes).ok()?)?)
    });
    bounds.unwrap_or(0..0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn plan(lives: &[(u32, u32, u32)], slots: &mut [Slot]) -> Result<(Vec<Slot>, u64), usize> {
        let mut planner = Planner::new(slots);
        for ((birth, death, bytes), index) in lives.iter().zip(0..) {
            planner.add(Owner::Tensor(index), *birth, *bytes);
            assert!(planner.keep(Owner::Tensor(index), *death) || *bytes == 0);
        }
        planner.place().map(|(slots, arena)| (slots.to_vec(), arena))
    }

    #[test]
    fn a_chain_needs_its_two_largest_neighbours() {
        let lives = [(0, 0, 100), (0, 1, 400), (1, 2, 50), (2, 3, 420), (3, 3, 10)];
        assert_eq!(plan(&lives, &mut [Slot::default(); 5]).unwrap().1, 500);
        assert_eq!(plan(&lives, &mut [Slot::default(); 3]), Err(5));
    }

    proptest! {
        #[test]
        fn tensors_alive_together_do_not_overlap(lives in prop::collection::vec((0_u32..12, 0_u32..6, 0_u32..50), 0..20)) {
            let lives: Vec<_> = lives.into_iter().map(|(birth, life, bytes)| (birth, birth + life, bytes)).collect();
            let (slots, arena) = plan(&lives, &mut [Slot::default(); 20]).unwrap();
            for (index, a) in slots.iter().enumerate() {
                let (a_start, a_end) = (a.offset.unwrap(), a.offset.unwrap() + a.bytes);
                prop_assert!(u64::from(a_end) <= arena);
                for b in &slots[index + 1..] {
                    let apart = a.death < b.birth || b.death < a.birth;
                    let start = b.offset.unwrap();
                    prop_assert!(apart || a_end <= start || start + b.bytes <= a_start);
                }
            }
        }
    }
}
