//! Changes of a table in place: a consumer takes the slots at which it is first, or gives up those that it has.

use crate::{
    block::Block,
    build::RANKS,
    contest::{Contest, price},
    field::{Field, Ranks, beats, index},
    search::partition_point,
    table::Entry,
};

/// The steps of a walk that cost as much as a comparison at every slot, in proportion.
const STEPS_PER_SLOT: u32 = 3;

/// The safety factor of a bound of prices. It covers thousands of roundings of `f64`.
const SLACK: f64 = 1.000_000_1;

/// Gives a consumer the slots at which it comes before the owner. `bound` is at least the price of every owner; returns the bound
/// from then on.
///
/// The consumer walks its own order. It need not go farther than to ranks whose price is above the bound. If that is far, it is
/// compared at every slot instead, and then the bound is found again.
pub(crate) fn join<E: Entry, C: Contest>(field: Field<'_>, contest: C, entries: &mut [E], this: u32, bound: f64) -> f64 {
    let (space, weight) = (field.space, field.weight(this as usize));
    let ranks = partition_point(space.slots(), |rank| price(space.raise(rank), weight) <= bound * SLACK);
    if ranks >= space.slots() / STEPS_PER_SLOT || is_stale(field, bound) {
        return compare(field, contest, entries, this);
    }
    let order = field.order(this as usize);
    let (inverse, low) = (order.inverse(), order.low(space));
    let mut slots = [0; RANKS];
    for from in (0..ranks).step_by(RANKS) {
        let slots = &mut slots[..RANKS.min((ranks - from) as usize)];
        field.level.run(Ranks { space, order, inverse, from, slots });
        for (rank, &mut slot) in (from..).zip(slots) {
            let entry = &mut entries[slot as usize];
            let (owner, slot) = (entry.widen(), space.raise(slot));
            if beats(contest, (this, space.raise(rank) | low), (owner, field.word(owner as usize, slot))) {
                *entry = E::narrow(this);
            }
        }
    }
    bound
}

/// Whether a bound is more than twice what it is likely to be if found again. The greatest price of M owners is about ln M + 0.58 over
/// the total weight.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn is_stale(field: Field<'_>, bound: f64) -> bool {
    let one = (1_u64 << 58) as f64 / field.nodes.total_weight() as f64;
    bound > 2.0 * f64::from(field.space.bits() + 1) * one
}

/// Gives a consumer the slots at which it comes before the owner, by looking at all, and returns the greatest price of an owner.
fn compare<E: Entry, C: Contest>(field: Field<'_>, contest: C, entries: &mut [E], this: u32) -> f64 {
    let (order, mut greatest) = (field.order(this as usize), 0);
    for (slot, entry) in (0..).zip(entries) {
        let (slot, owner) = (field.space.raise(slot), entry.widen());
        let (mine, its) = (order.word(field.space, slot), field.word(owner as usize, slot));
        let is_first = beats(contest, (this, mine), (owner, its));
        let (first, word) = if is_first { (this, mine) } else { (owner, its) };
        let mut ceiling = contest.ceiling_of_key(first, C::key(contest.scale(first as usize), word));
        if ceiling == u32::MAX {
            ceiling = contest.ceiling(&contest.rank(first, word));
        }
        greatest = ceiling.max(greatest);
        if is_first {
            *entry = E::narrow(this);
        }
    }
    contest.price(greatest)
}

/// Gives each slot of `this` to the best of all consumers, and returns the greatest price of these. What is `last`'s is from then on
/// of `this`: the index of a consumer that has left goes to the last one.
pub(crate) fn release<E: Entry, C: Contest>(field: Field<'_>, contest: C, entries: &mut [E], this: u32, last: u32) -> f64 {
    const CHUNK: usize = 64;
    let (this, last) = (E::narrow(this), E::narrow(last));
    let (mut block, mut greatest) = (Block::new(), 0);
    for from in (0..entries.len()).step_by(CHUNK) {
        let chunk = &mut entries[from..from + CHUNK];
        // No early exit, so that the comparison runs over lanes.
        if !chunk.iter().fold(false, |any, &entry| any | (entry == this) | (entry == last)) {
            continue;
        }
        for (slot, entry) in (index(from)..).zip(chunk) {
            if *entry == this {
                block.push(&field, slot);
            } else if *entry == last {
                *entry = this;
            }
        }
        if !block.has_room(CHUNK) {
            greatest = block.settle(field, contest, entries).max(greatest);
        }
    }
    contest.price(block.settle(field, contest, entries).max(greatest))
}
