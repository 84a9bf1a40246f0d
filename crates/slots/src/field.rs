//! What every step reads, and the loops that run on vectors.

use annulus_core::{NodeIndex, Nodes};
use annulus_lanes::{Columns, Level, Task};

use crate::{
    contest::Contest,
    order::{Inverse, Order, Space},
};

/// The numbers of all consumers, in index order.
pub(crate) type Orders = Columns<u32, 5>;

/// The consumers and their orders.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) space: Space,
    pub(crate) level: Level,
    pub(crate) nodes: &'a Nodes,
    columns: [&'a [u32]; 5],
}

impl<'a> Field<'a> {
    /// `orders` has a row for each of `nodes`.
    pub(crate) fn new(space: Space, level: Level, nodes: &'a Nodes, orders: &'a Orders) -> Self {
        Self { space, level, nodes, columns: orders.as_slices() }
    }

    /// The number of consumers that have an order.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.columns[0].len()
    }

    #[inline(always)]
    pub(crate) fn order(&self, index: usize) -> Order {
        Order::from_row(self.columns.map(|column| column[index]))
    }

    /// The word of a consumer at a slot, which is in the upper bits.
    #[inline(always)]
    pub(crate) fn word(&self, index: usize, slot: u32) -> u32 {
        self.order(index).word(self.space, slot)
    }

    #[inline(always)]
    pub(crate) fn weight(&self, index: usize) -> u32 {
        self.nodes.weights()[index].get()
    }

    #[inline(always)]
    pub(crate) fn seed(&self, index: usize) -> u64 {
        self.nodes.seeds()[index]
    }
}

/// A position as an index. There are fewer consumers than slots.
#[inline(always)]
pub(crate) fn index(position: usize) -> u32 {
    NodeIndex::from_usize(position).unwrap_or_default().get()
}

/// Whether a consumer with a word at a slot comes before another with its own.
#[inline(always)]
pub(crate) fn beats<C: Contest>(contest: C, one: (u32, u32), other: (u32, u32)) -> bool {
    let key = |(index, word): (u32, u32)| C::key(contest.scale(index as usize), word);
    let (mine, others) = (key(one), key(other));
    if mine > contest.ceiling_of_key(other.0, others) {
        return false;
    }
    contest.ceiling_of_key(one.0, mine) < others || beats_exactly(contest, one, other)
}

/// The same where keys do not decide.
#[inline(never)]
fn beats_exactly<C: Contest>(contest: C, one: (u32, u32), other: (u32, u32)) -> bool {
    contest.before(&contest.rank(one.0, one.1), &contest.rank(other.0, other.1))
}

/// The least keys over all consumers, at several slots.
pub(crate) struct Least<'a, C> {
    pub(crate) field: Field<'a>,
    pub(crate) contest: C,
    pub(crate) slots: &'a [u32],
    /// For each slot: the least key, the least of all others, and the consumer of the least.
    pub(crate) least: &'a mut [u32],
    pub(crate) second: &'a mut [u32],
    pub(crate) first: &'a mut [u32],
}

impl<C: Contest> Task for Least<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { field, contest, slots, least, second, first } = self;
        for from in (0..slots.len()).step_by(TOGETHER) {
            let len = TOGETHER.min(slots.len() - from);
            let range = from..from + len;
            // Past the last, slots that nobody asks for.
            let mut together = [0; TOGETHER];
            together[..len].copy_from_slice(&slots[range.clone()]);
            let found = least_of(field, contest, together);
            least[range.clone()].copy_from_slice(&found.0[..len]);
            second[range.clone()].copy_from_slice(&found.1[..len]);
            first[range].copy_from_slice(&found.2[..len]);
        }
    }
}

/// The slots that all consumers are compared at together: their lists stay in registers.
const TOGETHER: usize = 64;

/// A number for each of these slots.
type Lanes = [u32; TOGETHER];

/// For each slot: the least key, the least of all others, and the consumer of the least.
#[inline(always)]
fn least_of<C: Contest>(field: Field<'_>, contest: C, slots: Lanes) -> (Lanes, Lanes, Lanes) {
    let space = field.space;
    let (mut least, mut second, mut first) = ([u32::MAX; TOGETHER], [u32::MAX; TOGETHER], [0; TOGETHER]);
    for position in 0..field.len() {
        let (order, scale, this) = (field.order(position), contest.scale(position), index(position));
        for (((&slot, least), second), first) in slots.iter().zip(&mut least).zip(&mut second).zip(&mut first) {
            let key = C::key(scale, order.word(space, slot));
            let greater = key.max(*least);
            *first = if key < *least { this } else { *first };
            *least = key.min(*least);
            *second = greater.min(*second);
        }
    }
    (least, second, first)
}

/// The slots of one consumer from a rank on.
pub(crate) struct Ranks<'a> {
    pub(crate) space: Space,
    pub(crate) order: Order,
    pub(crate) inverse: Inverse,
    pub(crate) from: u32,
    pub(crate) slots: &'a mut [u32],
}

impl Task for Ranks<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { space, order, inverse, from, slots } = self;
        for (rank, slot) in (from..).zip(slots) {
            *slot = space.lower(order.slot(inverse, space, space.raise(rank)));
        }
    }
}

/// The slots of all consumers at one rank.
pub(crate) struct Round<'a> {
    pub(crate) field: Field<'a>,
    /// The inverses of all consumers' multipliers.
    pub(crate) m1: &'a [u32],
    pub(crate) m2: &'a [u32],
    pub(crate) rank: u32,
    pub(crate) slots: &'a mut [u32],
}

impl Task for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { field, m1, m2, rank, slots } = self;
        let (space, rank) = (field.space, field.space.raise(rank));
        let [a, _, c, _, b] = field.columns;
        for (((((slot, &m1), &m2), &a), &c), &b) in slots.iter_mut().zip(m1).zip(m2).zip(a).zip(c).zip(b) {
            // A slot does not depend on the multipliers, only on their inverses.
            let order = Order::from_row([a, 1, c, 1, b]);
            *slot = space.lower(order.slot(Inverse { m1, m2 }, space, rank));
        }
    }
}

/// The consumers whose keys are computed together, and those whose keys are looked at together.
const BLOCK: usize = 64;
const LANES: usize = 16;

/// The first `K` consumers of a slot's ranking, fewer if there are not as many.
pub(crate) struct First<'a, C, const K: usize> {
    pub(crate) field: Field<'a>,
    pub(crate) contest: C,
    /// In the upper bits.
    pub(crate) slot: u32,
    /// Consumers that do not count, if any.
    pub(crate) closed: Option<&'a [bool]>,
}

impl<C: Contest, const K: usize> Task for First<'_, C, K> {
    type Output = [Option<C::Rank>; K];

    #[inline(always)]
    fn run(self) -> Self::Output {
        let Self { field, contest, slot, closed } = self;
        let mut first: [Option<C::Rank>; K] = [None; K];
        let (mut keys, mut ceiling) = ([0; BLOCK], u32::MAX);
        for from in (0..field.len()).step_by(BLOCK) {
            let len = BLOCK.min(field.len() - from);
            let [a, m1, c, m2, b] = field.columns.map(|column| &column[from..from + len]);
            let orders = a.iter().zip(m1).zip(c).zip(m2).zip(b);
            for (lane, (key, ((((&a, &m1), &c), &m2), &b))) in keys.iter_mut().zip(orders).enumerate() {
                *key = C::key(contest.scale(from + lane), Order::from_row([a, m1, c, m2, b]).word(field.space, slot));
            }
            for (from, keys) in (from..from + len).step_by(LANES).zip(keys.chunks_exact(LANES)) {
                // No early exit, so that the comparison runs over lanes. Few of these have a consumer for the first places.
                if !keys.iter().fold(false, |any, &key| any | (key <= ceiling)) {
                    continue;
                }
                for (at, &key) in (from..field.len()).zip(keys) {
                    if key <= ceiling && closed.is_none_or(|closed| !closed[at]) {
                        let rank = contest.rank(index(at), field.word(at, slot));
                        insert(&mut first, rank, |one, other| contest.before(one, other));
                        ceiling = first[K - 1].as_ref().map_or(u32::MAX, |last| contest.ceiling(last));
                    }
                }
            }
        }
        first
    }
}

/// Inserts in order, dropping the last if the list is full.
#[inline(always)]
fn insert<R: Copy, const K: usize>(list: &mut [Option<R>; K], new: R, before: impl Fn(&R, &R) -> bool) {
    let mut at = K;
    while at > 0 && list[at - 1].is_none_or(|rank| before(&new, &rank)) {
        at -= 1;
    }
    if at < K {
        list[at..].rotate_right(1);
        list[at] = Some(new);
    }
}
