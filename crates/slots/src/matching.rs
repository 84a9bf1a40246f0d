//! Filling a table under a cap.
//!
//! ```text
//! for each pair of a consumer and a slot, by rising cost of the word divided by the weight:
//!     if the slot is free and the consumer has room: give it the slot
//! ```
//!
//! This is the one stable matching of consumers and slots by that price: no consumer with room has a better claim to a slot than its
//! owner. Of equal consumers, all pairs up to some rank are taken in their order, in turns as in [`build`](crate::build). Of others it is
//! found in another order, by claims: a consumer with room claims the next slot of its order, and the better claim holds.
//! Prices are cut into bands here, as in [`build`](crate::build). Once a few per cent of the slots are left, each looks for the best
//! consumer with room, and the best of these pairs is matched first.

use alloc::{collections::BinaryHeap, vec, vec::Vec};
use core::cmp::Ordering;

use annulus_core::cost::cost;

use crate::{
    admission::log2,
    build::{RANKS, Taken, bands, guess, turns},
    contest::{Contest, are_equal},
    field::{Field, First, Ranks, beats, index},
    search::partition_near,
    table::Entry,
};

/// Extra heap bytes while a table is filled: two bits per slot, a wish of 32 bytes for each that is left, of which there are hardly more
/// than one in twenty and never one in eight, and what a consumer needs for its room and its claims. Without consumers there is no table.
pub(crate) const fn scratch_bytes(slots: u32, nodes: usize) -> u64 {
    if nodes == 0 { 0 } else { slots as u64 / 4 + 4 * slots as u64 + 128 * (nodes as u64 + 16) }
}

/// How far the turns of equal consumers go, in doublings. To look for the best of many consumers at a slot costs more than to let all
/// have a turn.
fn doublings_of_turns(nodes: usize) -> u64 {
    const ONE: u64 = 1 << 16;
    (log2(nodes) + ONE).max(LEAST_DOUBLINGS)
}

/// How far the claims of unequal consumers go: a claim costs more than a turn.
fn doublings_of_claims(nodes: usize) -> u64 {
    // log₂ 12, in units of 2⁻¹⁶.
    const TWELVE: u64 = 234_938;
    log2(nodes).saturating_sub(TWELVE).max(LEAST_DOUBLINGS)
}

/// 3·log₂ e, in units of 2⁻¹⁶.
const LEAST_DOUBLINGS: u64 = 283_643;

/// The state of a matching.
struct Matching<'a, E, C> {
    field: Field<'a>,
    contest: C,
    entries: &'a mut [E],
    /// The slots that have an owner, and those that had one when the band began. No one can lose these any more.
    taken: Taken,
    settled: Taken,
    /// For each consumer: how many slots it may still take, the next rank to claim, and where its ranks of this band end.
    rooms: Vec<u32>,
    next: Vec<u32>,
    ends: Vec<u32>,
}

/// Fills the table. A consumer takes as many slots as its room in `rooms`; all rooms together are at least the slots.
pub(crate) fn fill<E: Entry, C: Contest>(field: Field<'_>, contest: C, entries: &mut [E], rooms: Vec<u32>) {
    let (taken, settled) = (Taken::none(entries.len()), Taken::none(entries.len()));
    let (next, ends) = (vec![0; field.len()], vec![0; field.len()]);
    let mut matching = Matching { field, contest, entries, taken, settled, rooms, next, ends };
    if are_equal(field.nodes) {
        // All pairs so far, in their order: nobody loses a slot.
        turns(field, doublings_of_turns(field.len()), matching.entries, &mut matching.taken, &mut matching.rooms);
        return matching.match_the_rest();
    }
    let doublings = doublings_of_claims(field.len());
    let bands = bands(field, doublings);
    for band in 1..=bands {
        matching.claim_all(doublings / bands, (doublings << 42) / bands * band);
    }
    matching.match_the_rest();
}

impl<E: Entry, C: Contest> Matching<'_, E, C> {
    /// Lets all consumers claim slots at prices up to `limit` over the total weight. This is that many doublings more than the last
    /// time.
    fn claim_all(&mut self, doublings: u64, limit: u64) {
        let (field, total) = (self.field, self.field.nodes.total_weight());
        self.settled.become_like(&self.taken);
        for position in 0..field.len() {
            let (order, weight, next) = (field.order(position), field.weight(position), self.next[position]);
            let low = order.low(field.space);
            let is_below = |rank: u32| {
                let cost = cost(!(field.space.raise(rank) | low));
                u128::from(cost) * u128::from(total) <= u128::from(limit) * u128::from(weight)
            };
            if self.rooms[position] > 0 || self.ends[position] > 0 {
                let guess = guess(field, next, doublings, weight);
                self.ends[position] = partition_near(guess, field.space.slots(), is_below);
            }
        }
        let mut again = Vec::new();
        for position in 0..index(field.len()) {
            self.claim(position, &mut again);
            while let Some(position) = again.pop() {
                self.claim(position, &mut again);
            }
        }
    }

    /// Lets one consumer claim slots while it has room. Puts who loses one, and may claim others, into `again`.
    fn claim(&mut self, this: u32, again: &mut Vec<u32>) {
        let (space, position) = (self.field.space, this as usize);
        let order = self.field.order(position);
        let (inverse, low) = (order.inverse(), order.low(space));
        let mut slots = [0; RANKS];
        loop {
            let (from, room) = (self.next[position], self.rooms[position]);
            let len = (room.min(self.ends[position].saturating_sub(from)) as usize).min(RANKS);
            if len == 0 {
                return;
            }
            let slots = &mut slots[..len];
            self.field.level.run(Ranks { space, order, inverse, from, slots });
            self.next[position] += index(len);
            for (rank, &mut slot) in (from..).zip(slots) {
                if self.settled.has(slot) {
                    continue;
                }
                let entry = &mut self.entries[slot as usize];
                if !self.taken.take(slot) {
                    let owner = entry.widen();
                    let its = self.field.word(owner as usize, space.raise(slot));
                    if !beats(self.contest, (this, space.raise(rank) | low), (owner, its)) {
                        continue;
                    }
                    self.rooms[owner as usize] += 1;
                    if self.next[owner as usize] < self.ends[owner as usize] {
                        again.push(owner);
                    }
                }
                *entry = E::narrow(this);
                self.rooms[position] -= 1;
            }
        }
    }

    /// Matches the slots that are left, the best pair first.
    fn match_the_rest(&mut self) {
        let (field, contest) = (self.field, self.contest);
        let mut closed: Vec<bool> = self.rooms.iter().map(|&room| room == 0).collect();
        let best = |slot: u32, closed: &[bool]| {
            let [rank] = field.level.run(First::<C, 1> { field, contest, slot, closed: Some(closed) });
            rank.map(|rank| Wish { contest, rank, slot })
        };
        let free = (0..field.space.slots()).filter(|&slot| !self.taken.has(slot));
        let mut wishes = Vec::with_capacity(free.clone().count());
        wishes.extend(free.filter_map(|slot| best(field.space.raise(slot), &closed)));
        let mut wishes = BinaryHeap::from(wishes);
        while let Some(Wish { rank, slot, .. }) = wishes.pop() {
            let this = C::index(&rank) as usize;
            if closed[this] {
                wishes.extend(best(slot, &closed));
            } else {
                self.entries[field.space.lower(slot) as usize] = E::narrow(C::index(&rank));
                self.rooms[this] -= 1;
                closed[this] = self.rooms[this] == 0;
            }
        }
    }
}

/// A slot that is left, and the best consumer that had room when it was looked for. The best wish is the greatest.
struct Wish<C: Contest> {
    contest: C,
    rank: C::Rank,
    slot: u32,
}

impl<C: Contest> Ord for Wish<C> {
    fn cmp(&self, other: &Self) -> Ordering {
        match () {
            () if self.contest.before(&self.rank, &other.rank) => Ordering::Greater,
            () if self.contest.before(&other.rank, &self.rank) => Ordering::Less,
            () => self.slot.cmp(&other.slot),
        }
    }
}

impl<C: Contest> PartialOrd for Wish<C> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<C: Contest> PartialEq for Wish<C> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<C: Contest> Eq for Wish<C> {}
