//! The plan: where tensors lie in the arena, and what `run` needs to know of each operator.
//!
//! Tensors alive at the same time do not overlap, dead ones make room. Each is placed at the lowest place that is free for
//! the whole of its life, in the better of two orders: the largest first, or from the fullest step outward. No arena can
//! be smaller than what is alive at the fullest step.
//!
//! Lives grow from the front of the caller's memory, notes from the back.

use super::arch::bytes::slot_words_mut;
use super::arch::rolled;
use core::ops::Range;

/// Memory for a plan: 16 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct Slot([u32; SLOT_WORDS]);

impl Slot {
    /// Memory that is not used yet, for a `static`.
    pub const EMPTY: Self = Self([0; SLOT_WORDS]);
}

/// Words of a slot.
pub(crate) const SLOT_WORDS: usize = 4;

/// How long a tensor, or an operator's scratch memory, needs how many bytes, and where: the words of one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Life {
    tensor: u32,
    birth: u16,
    death: u16,
    bytes: u32,
    offset: u32,
}

/// The tensor of scratch memory: none.
const SCRATCH: u32 = u32::MAX;
/// The offset of what has no place yet.
const UNPLACED: u32 = u32::MAX;

impl Life {
    const fn read([tensor, life, bytes, offset]: [u32; SLOT_WORDS]) -> Self {
        let [a, b, c, d] = life.to_le_bytes();
        let (birth, death) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
        Self { tensor, birth, death, bytes, offset }
    }

    const fn words(self) -> [u32; SLOT_WORDS] {
        let ([a, b], [c, d]) = (self.birth.to_le_bytes(), self.death.to_le_bytes());
        [self.tensor, u32::from_le_bytes([a, b, c, d]), self.bytes, self.offset]
    }
}

/// A plan that is being filled, in memory of the caller's.
pub(crate) struct Planner<'p> {
    words: &'p mut [u32],
    /// Lives and words of notes; counted on where there is no room for more.
    lives: usize,
    notes: usize,
}

/// A plan that is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'p> {
    lives: &'p [[u32; SLOT_WORDS]],
    pub(crate) notes: Notes<'p>,
    pub(crate) arena_bytes: u32,
}

impl<'p> Planner<'p> {
    pub(crate) const fn new(slots: &'p mut [Slot]) -> Self {
        Self { words: slot_words_mut(slots), lives: 0, notes: 0 }
    }

    const fn used(&self) -> usize {
        self.lives * SLOT_WORDS + self.notes
    }

    /// Slots needed until now.
    pub(crate) const fn needed(&self) -> usize {
        self.used().div_ceil(SLOT_WORDS)
    }

    const fn fits(&self) -> bool {
        self.used() <= self.words.len()
    }

    fn lives(&mut self) -> &mut [[u32; SLOT_WORDS]] {
        let (lives, _) = self.words.as_chunks_mut();
        lives.get_mut(..self.lives).unwrap_or_default()
    }

    /// Memory for a tensor from step `birth` on, or scratch memory; its number. What needs no bytes has none.
    #[inline(never)]
    pub(crate) fn add(&mut self, tensor: Option<u32>, birth: u16, bytes: u32) -> Option<usize> {
        if bytes == 0 {
            return None;
        }
        let life = Life { tensor: tensor.unwrap_or(SCRATCH), birth, death: birth, bytes, offset: UNPLACED };
        self.lives += 1;
        if self.fits()
            && let Some(place) = self.lives().last_mut()
        {
            *place = life.words();
        }
        Some(self.lives - 1)
    }

    /// Keeps a tensor alive until step `death`; its number, none if it was never added.
    #[inline(never)]
    pub(crate) fn keep(&mut self, tensor: u32, death: u16) -> Option<usize> {
        // A life for which there was no room is not missed: the plan fails as a whole.
        let mut found = if self.fits() { None } else { Some(0) };
        for (number, words) in self.lives().iter_mut().enumerate() {
            let mut life = Life::read(*words);
            if life.tensor == tensor {
                life.death = life.death.max(death);
                *words = life.words();
                found = Some(number);
                break;
            }
        }
        found
    }

    /// Adds words to what `run` reads.
    #[inline(never)]
    pub(crate) fn note(&mut self, words: &[u32]) {
        self.notes += words.len();
        if self.fits()
            && let Some(from) = self.words.len().checked_sub(self.notes)
            && let Some(places) = self.words.get_mut(from..).and_then(|rest| rest.get_mut(..words.len()))
        {
            for (place, word) in places.iter_mut().zip(words) {
                rolled();
                *place = *word;
            }
        }
    }

    /// Places everything; none if there is too little memory for the plan, or if the arena is too large.
    pub(crate) fn place(mut self) -> Option<Plan<'p>> {
        if !self.fits() {
            return None;
        }
        let lives = self.lives();
        let outward = Order::FromStep(fullest_step(lives));
        let mut arena = place_all(lives, Order::Size);
        let better = place_all(lives, outward);
        if better > arena {
            place_all(lives, Order::Size);
        } else {
            arena = better;
        }
        let words: &'p [u32] = self.words;
        let (lives, _) = words.as_chunks();
        let notes = Notes(words.get(words.len() - self.notes..).unwrap_or_default());
        // An offset at the limit would pass for none.
        let arena_bytes = u32::try_from(arena).ok().filter(|bytes| *bytes != UNPLACED)?;
        Some(Plan { lives: lives.get(..self.lives).unwrap_or_default(), notes, arena_bytes })
    }
}

impl Plan<'_> {
    /// Index of the tensor that a life is of.
    pub(crate) fn tensor(&self, number: usize) -> u32 {
        self.lives.get(number).map_or(SCRATCH, |words| Life::read(*words).tensor)
    }

    /// A life's bytes in the arena; empty for none.
    pub(crate) fn bytes(&self, number: usize) -> Range<usize> {
        let Some([.., bytes, offset]) = self.lives.get(number).copied() else { return 0..0 };
        // The arena's size has been shown to fit.
        let (start, bytes) = (offset as usize, bytes as usize);
        start..start.saturating_add(bytes)
    }

    /// The bytes of a tensor in the arena; empty if it has none.
    pub(crate) fn bytes_of_tensor(&self, tensor: u32) -> Range<usize> {
        let number = self.lives.iter().position(|[owner, ..]| {
            rolled();
            *owner == tensor
        });
        number.map_or(0..0, |number| self.bytes(number))
    }
}

/// What has been noted, in order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notes<'p>(&'p [u32]);

impl Notes<'_> {
    /// The next words; zeros past the end.
    #[inline]
    pub(crate) fn next<const N: usize>(&mut self) -> [u32; N] {
        let Some((rest, words)) = self.0.split_last_chunk() else { return [0; N] };
        self.0 = rest;
        *words
    }
}

/// In which order lives are placed; of equals the larger first, then the one that is born first.
#[derive(Clone, Copy)]
enum Order {
    Size,
    /// The time between a step and a life.
    FromStep(u16),
}

/// The step at which most bytes are alive.
fn fullest_step(lives: &[[u32; SLOT_WORDS]]) -> u16 {
    let (mut fullest, mut most) = (0, 0);
    for words in lives {
        let step = Life::read(*words).birth;
        let mut alive = 0_u64;
        for words in lives {
            rolled();
            let life = Life::read(*words);
            if life.birth <= step && step <= life.death {
                alive += u64::from(life.bytes);
            }
        }
        if alive >= most {
            (fullest, most) = (step, alive);
        }
    }
    fullest
}

/// Places every life anew; the arena's bytes.
#[inline(never)]
fn place_all(lives: &mut [[u32; SLOT_WORDS]], order: Order) -> u64 {
    for [.., offset] in lives.iter_mut() {
        rolled();
        *offset = UNPLACED;
    }
    let mut arena = 0;
    while let Some(next) = next_unplaced(lives, order) {
        let Some(life) = lives.get(next).map(|words| Life::read(*words)) else { break };
        let offset = lowest_free(lives, life);
        arena = arena.max(u64::from(offset) + u64::from(life.bytes));
        if let Some([.., place]) = lives.get_mut(next) {
            // What is at the limit makes the arena too large, and must not be placed again.
            *place = offset.min(UNPLACED - 1);
        }
    }
    arena
}

fn next_unplaced(lives: &[[u32; SLOT_WORDS]], order: Order) -> Option<usize> {
    let mut best: Option<(usize, (u16, u32))> = None;
    for (index, words) in lives.iter().enumerate() {
        rolled();
        let life = Life::read(*words);
        if life.offset != UNPLACED {
            continue;
        }
        let distance = match order {
            Order::Size => 0,
            Order::FromStep(step) => life.birth.saturating_sub(step).max(step.saturating_sub(life.death)),
        };
        let key = (distance, u32::MAX - life.bytes);
        if best.is_none_or(|(_, least)| key < least) {
            best = Some((index, key));
        }
    }
    best.map(|(index, _)| index)
}

/// The lowest offset at which `life` overlaps none that is alive with it.
fn lowest_free(lives: &[[u32; SLOT_WORDS]], life: Life) -> u32 {
    let mut offset = 0_u32;
    loop {
        let end = offset.saturating_add(life.bytes);
        let conflict = lives.iter().map(|words| Life::read(*words)).find_map(|other| {
            let other_end = other.offset.saturating_add(other.bytes);
            let alive = other.birth <= life.death && life.birth <= other.death;
            let overlaps = other.offset < end && offset < other_end;
            (other.offset != UNPLACED && alive && overlaps).then_some(other_end)
        });
        match conflict {
            // Every lower offset would meet the same one.
            Some(next) => offset = next,
            None => return offset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn plan(lives: &[(u16, u16, u32)], slots: &mut [Slot]) -> Result<(Vec<Life>, u32), usize> {
        let mut planner = Planner::new(slots);
        for ((birth, death, bytes), index) in lives.iter().zip(0..) {
            planner.add(Some(index), *birth, *bytes);
            assert!(planner.keep(index, *death).is_some() || *bytes == 0);
            planner.note(&[index, u32::from(*birth)]);
        }
        let needed = planner.needed();
        let plan = planner.place().ok_or(needed)?;
        let mut notes = plan.notes;
        for ((birth, ..), index) in lives.iter().zip(0..) {
            assert_eq!(notes.next(), [index, u32::from(*birth)]);
        }
        Ok((plan.lives.iter().map(|words| Life::read(*words)).collect(), plan.arena_bytes))
    }

    #[test]
    fn a_chain_needs_its_two_largest_neighbours() {
        let lives = [(0, 0, 100), (0, 1, 400), (1, 2, 50), (2, 3, 420), (3, 3, 10)];
        assert_eq!(plan(&lives, &mut [Slot::default(); 8]).unwrap().1, 500);
        assert_eq!(plan(&lives, &mut [Slot::default(); 7]), Err(8));
        assert_eq!(plan(&lives, &mut []), Err(8));
    }

    #[test]
    fn an_arena_of_four_gibibytes_has_no_plan() {
        let lives = [(0, 1, u32::MAX), (1, 1, u32::MAX)];
        assert_eq!(plan(&lives, &mut [Slot::default(); 4]), Err(3));
    }

    proptest! {
        #[test]
        fn tensors_alive_together_do_not_overlap(lives in prop::collection::vec((0_u16..12, 0_u16..6, 0_u32..50), 0..20)) {
            let lives: Vec<_> = lives.into_iter().map(|(birth, life, bytes)| (birth, birth + life, bytes)).collect();
            let (lives, arena) = plan(&lives, &mut [Slot::default(); 30]).unwrap();
            for (index, a) in lives.iter().enumerate() {
                let a_end = a.offset + a.bytes;
                prop_assert!(a_end <= arena);
                for b in &lives[index + 1..] {
                    let apart = a.death < b.birth || b.death < a.birth;
                    prop_assert!(apart || a_end <= b.offset || b.offset + b.bytes <= a.offset);
                }
            }
        }
    }
}
