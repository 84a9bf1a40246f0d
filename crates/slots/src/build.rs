//! Building the table: turns, then the rest.
//!
//! ```text
//! for each rank, from the least, a few per consumer:          // turns
//!     for each consumer, in the order of its low bits:
//!         take the slot of this rank, if it is free
//! for each slot that is still free:                            // the rest
//!     give it to the consumer of the least word
//! ```
//!
//! In the turns, pairs of a consumer and a slot come by rising word. So a slot goes to the consumer of its least word in either way.
//! With weights, each consumer takes in its turns the slots whose cost divided by its weight is below one bound for all.

use alloc::{vec, vec::Vec};

use annulus_core::cost::cost;
use annulus_lanes::Level;

use crate::{
    admission::log2,
    block::{self, Block},
    contest::{Contest, Equal, Weighted, are_equal, price},
    field::{Field, Ranks, Round, beats, index},
    search::partition_near,
    table::Entry,
};

/// The ranks of a consumer that are computed together.
pub(crate) const RANKS: usize = 64;

/// A bitmap of the taken slots. It is so small that the search for a free slot stays in the first-level cache.
#[derive(Clone)]
pub(crate) struct Taken(Vec<u64>);

impl Taken {
    /// No slot is taken.
    pub(crate) fn none(slots: usize) -> Self {
        Self(vec![0; slots.div_ceil(64)])
    }

    pub(crate) fn become_like(&mut self, other: &Self) {
        self.0.copy_from_slice(&other.0);
    }

    #[inline(always)]
    pub(crate) fn has(&self, slot: u32) -> bool {
        self.0[slot as usize / 64] >> (slot % 64) & 1 != 0
    }

    /// Takes a slot, and returns whether it was free.
    #[inline(always)]
    pub(crate) fn take(&mut self, slot: u32) -> bool {
        let (word, bit) = (&mut self.0[slot as usize / 64], 1 << (slot % 64));
        let is_free = *word & bit == 0;
        *word |= bit;
        is_free
    }
}

/// Extra heap bytes while a table is filled: two bits per slot, a block, and per consumer a turn, two inverses and a slot. Without
/// consumers there is no table.
pub(crate) const fn scratch_bytes(slots: u32, nodes: usize) -> u64 {
    if nodes == 0 { 0 } else { slots as u64 / 4 + block::BYTES + 16 * nodes as u64 }
}

/// How many words of the rest cost as much as a turn.
const fn words_per_turn(level: Level) -> usize {
    match level.lanes() {
        16.. => 20,
        8.. => 6,
        _ => 2,
    }
}

/// How far the turns go, in doublings: each doubling of it halves the slots that are left. 0 if turns do not pay.
fn doublings(nodes: usize, words_per_turn: usize) -> u64 {
    // log₂ e, in units of 2⁻¹⁶: one turn for each slot.
    const ONE_EACH: u64 = 94_548;
    if 2 * nodes < 5 * words_per_turn { 0 } else { log2(nodes).saturating_sub(log2(words_per_turn)).max(ONE_EACH) }
}

/// Fills the table, and returns the greatest price of an owner, or a little more.
pub(crate) fn fill<E: Entry>(field: Field<'_>, entries: &mut [E]) -> f64 {
    let words = words_per_turn(field.level);
    if doublings(field.len(), words) == 0 {
        let (nodes, mut block) = (field.nodes, Block::new());
        return if are_equal(nodes) {
            Equal(nodes).price(block.settle_all(field, Equal(nodes), entries))
        } else {
            Weighted(nodes).price(block.settle_all(field, Weighted(nodes), entries))
        };
    }
    let mut taken = Taken::none(entries.len());
    if are_equal(field.nodes) {
        let bound = turns(field, doublings(field.len(), words), entries, &mut taken, &mut Unlimited);
        rest(field, Equal(field.nodes), entries, &taken).max(bound)
    } else {
        let bound = weighted_turns(field, doublings(field.len(), words), entries, &mut taken);
        rest(field, Weighted(field.nodes), entries, &taken).max(bound)
    }
}

/// Who may take how many slots.
pub(crate) trait Rooms {
    /// Whether a consumer may take one more.
    fn is_open(&self, index: u32) -> bool;

    /// Notes that it took one.
    fn take(&mut self, index: u32);
}

/// Everybody takes what there is.
struct Unlimited;

impl Rooms for Unlimited {
    #[inline(always)]
    fn is_open(&self, _: u32) -> bool {
        true
    }

    #[inline(always)]
    fn take(&mut self, _: u32) {}
}

/// How many slots each consumer may still take.
impl Rooms for Vec<u32> {
    #[inline(always)]
    fn is_open(&self, index: u32) -> bool {
        self[index as usize] > 0
    }

    #[inline(always)]
    fn take(&mut self, index: u32) {
        self[index as usize] -= 1;
    }
}

/// The turns of equal consumers: as many ranks each as make that many doublings. Pairs of a consumer and a slot come by rising word,
/// whatever the rooms are.
pub(crate) fn turns<E: Entry>(
    field: Field<'_>,
    doublings: u64,
    entries: &mut [E],
    taken: &mut Taken,
    rooms: &mut impl Rooms,
) -> f64 {
    // ln 2, in units of 2⁻³².
    const LN_2: u128 = 2_977_044_472;
    let (space, len) = (field.space, field.len());
    let each = (u128::from(doublings) * LN_2 * u128::from(space.slots()) / len as u128) >> 48;
    let ranks = u32::try_from(each).unwrap_or(u32::MAX).min(space.slots());
    if ranks == 0 {
        return 0.0;
    }
    let mut turns: Vec<u32> = (0..index(len)).collect();
    turns.sort_unstable_by_key(|&turn| (field.order(turn as usize).low(space), field.seed(turn as usize)));
    let (mut m1, mut m2, mut slots) = (vec![0; len], vec![0; len], vec![0; len]);
    for (position, (m1, m2)) in m1.iter_mut().zip(&mut m2).enumerate() {
        let inverse = field.order(position).inverse();
        (*m1, *m2) = (inverse.m1, inverse.m2);
    }
    for rank in 0..ranks {
        field.level.run(Round { field, m1: &m1, m2: &m2, rank, slots: &mut slots });
        for &turn in &turns {
            let slot = slots[turn as usize];
            if rooms.is_open(turn) && taken.take(slot) {
                entries[slot as usize] = E::narrow(turn);
                rooms.take(turn);
            }
        }
    }
    let last = u32::MAX >> space.bits() | space.raise(ranks - 1);
    price(last, field.weight(0))
}

/// The turns of unequal consumers: each takes the slots at a price of that many doublings over the total weight.
///
/// The prices are cut into bands. In a band, a slot that was taken in an earlier one is out of reach; one that was taken in the same
/// goes to the better of the two.
fn weighted_turns<E: Entry>(field: Field<'_>, doublings: u64, entries: &mut [E], taken: &mut Taken) -> f64 {
    let (space, contest, total) = (field.space, Weighted(field.nodes), field.nodes.total_weight());
    let (bands, limit) = (bands(field, doublings), doublings << 42);
    let (mut settled, mut next, mut slots) = (taken.clone(), vec![0; field.len()], [0; RANKS]);
    for band in 1..=bands {
        let limit = limit / bands * band;
        settled.become_like(taken);
        for (position, next) in next.iter_mut().enumerate() {
            let (order, weight) = (field.order(position), field.weight(position));
            let (inverse, low) = (order.inverse(), order.low(space));
            let is_below = |rank: u32| {
                let cost = cost(!(space.raise(rank) | low));
                u128::from(cost) * u128::from(total) <= u128::from(limit) * u128::from(weight)
            };
            let ranks = *next..partition_near(guess(field, *next, doublings / bands, weight), space.slots(), is_below);
            *next = ranks.end;
            for from in ranks.clone().step_by(RANKS) {
                let slots = &mut slots[..RANKS.min((ranks.end - from) as usize)];
                field.level.run(Ranks { space, order, inverse, from, slots });
                for (rank, &mut slot) in (from..).zip(slots) {
                    if settled.has(slot) {
                        continue;
                    }
                    let entry = &mut entries[slot as usize];
                    let mine = (index(position), space.raise(rank) | low);
                    let its = |owner: u32| (owner, field.word(owner as usize, space.raise(slot)));
                    if taken.take(slot) || beats(contest, mine, its(entry.widen())) {
                        *entry = E::narrow(mine.0);
                    }
                }
            }
        }
    }
    price_of(limit / bands.max(1) * bands, total)
}

/// The bands of the turns of unequal consumers: a third of a doubling each, and at least four ranks for a consumer on average.
pub(crate) fn bands(field: Field<'_>, doublings: u64) -> u64 {
    let ranks = doublings.saturating_mul(u64::from(field.space.slots())) / field.len() as u64;
    ((3 * doublings).min(ranks / 4) >> 16).max(u64::from(doublings > 0))
}

/// About where a consumer's ranks of the next band end, which is that many doublings wide.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a guess")]
pub(crate) fn guess(field: Field<'_>, next: u32, doublings: u64, weight: u32) -> u32 {
    const LN_2: f64 = core::f64::consts::LN_2 / 65_536.0;
    let left = f64::from(field.space.slots() - next);
    let part = doublings as f64 * LN_2 * f64::from(weight) / field.nodes.total_weight() as f64;
    next + (left * part / (1.0 + part / 2.0)).min(left) as u32
}

#[expect(clippy::cast_precision_loss, reason = "a bound, taken wider where it is used")]
fn price_of(limit: u64, total: u64) -> f64 {
    limit as f64 / total as f64
}

/// Gives each free slot to the best of all consumers, and returns the greatest price of these.
fn rest<E: Entry, C: Contest>(field: Field<'_>, contest: C, entries: &mut [E], taken: &Taken) -> f64 {
    let (mut block, mut greatest) = (Block::new(), 0);
    for (first, &word) in (0..).step_by(64).zip(&taken.0) {
        if !block.has_room(64) {
            greatest = block.settle(field, contest, entries).max(greatest);
        }
        let mut free = !word;
        while free != 0 {
            block.push(&field, first + free.trailing_zeros());
            free &= free - 1;
        }
    }
    contest.price(block.settle(field, contest, entries).max(greatest))
}
