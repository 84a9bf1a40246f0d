//! Slots without an owner, some at a time, and the best of all consumers for each.

use alloc::{vec, vec::Vec};

use crate::{
    contest::Contest,
    field::{Field, First, Least},
    table::Entry,
};

/// The slots of a block. All its lists together stay in the first-level cache.
const CAPACITY: usize = 1024;

/// What a block takes of the heap.
pub(crate) const BYTES: u64 = 4 * 4 * CAPACITY as u64;

pub(crate) struct Block {
    /// In the upper bits.
    slots: Vec<u32>,
    least: Vec<u32>,
    second: Vec<u32>,
    first: Vec<u32>,
}

impl Block {
    pub(crate) fn new() -> Self {
        Self {
            slots: Vec::with_capacity(CAPACITY),
            least: vec![0; CAPACITY],
            second: vec![0; CAPACITY],
            first: vec![0; CAPACITY],
        }
    }

    /// Whether there is room for that number of slots more.
    pub(crate) fn has_room(&self, more: usize) -> bool {
        self.slots.len() + more <= CAPACITY
    }

    /// Adds a slot. There must be room.
    pub(crate) fn push(&mut self, field: &Field<'_>, slot: u32) {
        self.slots.push(field.space.raise(slot));
    }

    /// The same for all slots of the table, in their order. The block must be empty.
    pub(crate) fn settle_all<E: Entry, C: Contest>(&mut self, field: Field<'_>, contest: C, entries: &mut [E]) -> u32 {
        const LANES: usize = 16;
        let mut greatest = 0;
        for (from, entries) in (0..).step_by(CAPACITY).zip(entries.chunks_mut(CAPACITY)) {
            let Self { slots, least, second, first } = self;
            slots.extend((from..).take(entries.len()).map(|slot| field.space.raise(slot)));
            field.level.run(Least { field, contest, slots, least, second, first });
            let lists = slots.chunks(LANES).zip(least.chunks(LANES)).zip(second.chunks(LANES)).zip(first.chunks(LANES));
            for (entries, (((slots, least), second), first)) in entries.chunks_mut(LANES).zip(lists) {
                greatest = settle_lanes(field, contest, (slots, least, second, first), entries).max(greatest);
            }
            slots.clear();
        }
        greatest
    }

    /// Gives each slot to the best of all consumers, and returns the greatest ceiling of these. The block is empty then.
    pub(crate) fn settle<E: Entry, C: Contest>(&mut self, field: Field<'_>, contest: C, entries: &mut [E]) -> u32 {
        let Self { slots, least, second, first } = self;
        field.level.run(Least { field, contest, slots, least, second, first });
        let mut greatest = 0;
        for (((&slot, &key), &second), &first) in slots.iter().zip(&*least).zip(&*second).zip(&*first) {
            let (mut owner, mut ceiling) = (first, contest.ceiling_of_key(first, key));
            if second <= ceiling {
                (owner, ceiling) = exactly(field, contest, slot).unwrap_or((owner, ceiling));
            }
            entries[field.space.lower(slot) as usize] = E::narrow(owner);
            greatest = ceiling.max(greatest);
        }
        slots.clear();
        greatest
    }
}

/// Slots, and for each the least key, the least of all others, and the consumer of the least.
type Lanes<'a> = (&'a [u32], &'a [u32], &'a [u32], &'a [u32]);

/// Gives each of a few slots to the best of all consumers, and returns the greatest ceiling of these.
#[inline(always)]
fn settle_lanes<E: Entry, C: Contest>(field: Field<'_>, contest: C, lanes: Lanes<'_>, entries: &mut [E]) -> u32 {
    let (slots, least, second, first) = lanes;
    let (mut greatest, mut is_open) = (0, false);
    // No early exit, so that all of this runs over lanes.
    for (((entry, &key), &second), &first) in entries.iter_mut().zip(least).zip(second).zip(first) {
        let ceiling = contest.ceiling_of_key(first, key);
        is_open |= second <= ceiling;
        greatest = ceiling.max(greatest);
        *entry = E::narrow(first);
    }
    if !is_open {
        return greatest;
    }
    greatest = 0;
    for ((((&slot, entry), &key), &second), &first) in slots.iter().zip(entries).zip(least).zip(second).zip(first) {
        let (mut owner, mut ceiling) = (first, contest.ceiling_of_key(first, key));
        if second <= ceiling {
            (owner, ceiling) = exactly(field, contest, slot).unwrap_or((owner, ceiling));
        }
        *entry = E::narrow(owner);
        greatest = ceiling.max(greatest);
    }
    greatest
}

/// The best of all consumers and its ceiling, where keys do not decide.
#[cold]
#[inline(never)]
fn exactly<C: Contest>(field: Field<'_>, contest: C, slot: u32) -> Option<(u32, u32)> {
    let [first] = field.level.run(First::<C, 1> { field, contest, slot, closed: None });
    first.map(|rank| (C::index(&rank), contest.ceiling(&rank)))
}
